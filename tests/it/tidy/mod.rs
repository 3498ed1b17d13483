//! The workspace's own rules: who depends on whom, what may enter the build, how sources look.
//!
//! Reads files and `cargo metadata`; never the network.

mod dependencies;
mod documents;
mod layering;
mod sources;

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

/// The top folder of the repository.
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_path_buf()
}

/// What cargo knows of the workspace, with more arguments.
fn metadata(more: &[&str]) -> Value {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let arguments = ["metadata", "--format-version=1", "--locked", "--offline"];
    let output = Command::new(cargo).args(arguments).args(more).current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// A list in the metadata.
fn list<'a>(value: &'a Value, key: &str) -> &'a [Value] {
    value.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// A text in the metadata, empty when it is absent.
fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value.get(key).and_then(Value::as_str).unwrap_or_default()
}
