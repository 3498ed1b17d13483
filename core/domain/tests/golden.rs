//! Every worked case of `tests/golden`, and that the copies there are those of the shared folder.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a case that cannot be read is a failed test")]

use mingzhang_domain::rule::cases::{compute, kinds};
use mingzhang_domain::rule::{amount_in_words, masking, mobile, resident_id, social_credit_code};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// Works for a package at any depth: the root is where the workspace's tests lie.
fn golden() -> PathBuf {
    let mut folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    while !folder.join("tests/golden").is_dir() {
        assert!(folder.pop(), "no tests/golden above the package");
    }
    folder.join("tests/golden")
}

/// The shared folder, or nothing with a visible line; on CI its absence is a failure.
fn shared(part: &str) -> Option<PathBuf> {
    let folder = match std::env::var_os("MINGZHANG_SHARED") {
        Some(folder) => PathBuf::from(folder),
        None => golden().join("../../../shared"),
    };
    let folder = folder.join(part);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing and CI is set", folder.display());
    eprintln!("SKIPPED: {} is missing (set MINGZHANG_SHARED)", folder.display());
    None
}

fn json(path: &Path) -> Value {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap()
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value.get(name).and_then(Value::as_array).unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap()
}

#[test]
fn every_worked_case_of_every_kind() {
    for kind in kinds() {
        let cases = json(&golden().join(format!("{kind}.json")));
        let cases = cases.as_array().unwrap();
        assert!(!cases.is_empty(), "{kind}");
        for (at, case) in cases.iter().enumerate() {
            let input = case.get("input").unwrap();
            assert_eq!(Some(&compute(kind, input).unwrap()), case.get("expected"), "{kind} case {at}: {input}");
        }
    }
}

#[test]
fn every_golden_file_has_its_kind() {
    for entry in std::fs::read_dir(golden()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Some(kind) = name.strip_suffix(".json") {
            assert!(kinds().any(|known| known == kind), "{kind}");
        }
    }
}

#[test]
fn the_copies_are_those_of_the_shared_folder() {
    let Some(shared) = shared("golden") else { return };
    let names = |folder: &Path| {
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names(&golden()), names(&shared));
    for name in names(&shared) {
        let same = std::fs::read(golden().join(&name)).unwrap() == std::fs::read(shared.join(&name)).unwrap();
        assert!(same, "{} differs from the shared folder", name.display());
    }
}

#[test]
fn amounts_in_words_are_lawful() {
    let Some(shared) = shared("vectors/cn") else { return };
    for case in list(&json(&shared.join("rmb_uppercase.json")), "cases") {
        let fen = case.get("fen").and_then(Value::as_i64).unwrap();
        let canonical = list(case, "accept").first().and_then(Value::as_str).unwrap();
        assert_eq!(amount_in_words::of_fen(fen).as_deref(), Some(canonical), "{fen}");
        assert_eq!(compute("amount_in_words", case.get("amount").unwrap()).unwrap(), canonical);
    }
}

#[test]
fn identity_checks_agree_with_the_vectors() {
    let Some(shared) = shared("vectors/cn") else { return };
    let vectors = json(&shared.join("id_uscc_mobile.json"));
    type Check = fn(&str) -> bool;
    type Normalise = fn(&str) -> Option<String>;
    let kinds: [(&str, Check, Normalise); 3] = [
        ("id_card", resident_id::is_valid, resident_id::normalise),
        ("uscc", social_credit_code::is_valid, social_credit_code::normalise),
        ("mobile", mobile::is_valid, mobile::normalise),
    ];
    for (kind, is_valid, normalise) in kinds {
        for case in list(&vectors, kind) {
            let value = text(case, "value");
            match case.get("valid").and_then(Value::as_bool) {
                Some(valid) => assert_eq!(is_valid(value), valid, "{kind} {value}"),
                // Not as it is stored: numbers of the first generation are not taken, all else is once it is normalised.
                None => assert_eq!(normalise(value).is_some(), value.len() != 15, "{kind} {value}"),
            }
        }
    }
    for case in list(&vectors, "mask_suggested") {
        let (value, masked) = (text(case, "in"), text(case, "out"));
        match text(case, "kind") {
            "mobile" => assert_eq!(masking::mobile(value), masked),
            "id_card" => assert_eq!(masking::resident_id(value), masked),
            _ => {}
        }
    }
}
