//! Where the providers' own examples are, for tests: never copied, read where they lie.

use crate::key::SigningKey;
use base64::Engine as _;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// A folder of examples: in `MINGZHANG_SHARED`, else in `shared` beside the project. Missing, it is a visible skip, and a
/// failure on CI.
pub(crate) fn vectors(of: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::var_os("MINGZHANG_SHARED").map_or_else(beside, PathBuf::from);
    let folder = shared.join("vectors").join(of);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing and CI is set", folder.display());
    eprintln!("SKIPPED: {} is missing (set MINGZHANG_SHARED)", folder.display());
    None
}

pub(crate) fn json(path: &Path) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

pub(crate) fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

pub(crate) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).unwrap()
}

pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap()
}

/// A published key that guards nothing.
pub(crate) fn key(folder: &Path, name: &str) -> SigningKey {
    let keys = json(&folder.join("test_keys.json"));
    let der = base64::engine::general_purpose::STANDARD.decode(text(&keys[name], "base64")).unwrap();
    SigningKey::from_pkcs8(&der).unwrap()
}
