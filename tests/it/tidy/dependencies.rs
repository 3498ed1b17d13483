//! Bans, licences and sources of everything in the build: the lists of `deny.toml`, read here without cargo-deny, whose
//! own build takes longer than the rest of CI. Known weaknesses (advisories) need the network and stay with cargo-deny.

use std::env::consts::ARCH;
use std::fs;

use serde_json::Value;

use super::{list, metadata, root, text};

/// The packages that this machine's build resolves to.
fn packages() -> Vec<Value> {
    let platform = format!("{ARCH}-unknown-linux-gnu");
    list(&metadata(&["--filter-platform", &platform]), "packages").to_vec()
}

/// The quoted words of a list in a section of `deny.toml`; of `{ crate = "x", … }` the crate.
fn words(section: &str, key: &str) -> Vec<String> {
    let file = fs::read_to_string(root().join("deny.toml")).unwrap();
    let mut words = Vec::new();
    let (mut here, mut inside) = (false, false);
    for line in file.lines().map(str::trim) {
        if line.starts_with('[') && !inside {
            here = line == format!("[{section}]");
        } else if here && line == format!("{key} = [") {
            inside = true;
        } else if line == "]" {
            inside = false;
        } else if inside && !line.starts_with('#') {
            words.push(line.split('"').nth(1).unwrap().to_owned());
        }
    }
    assert!(!words.is_empty(), "deny.toml has no {key} in [{section}], one entry a line");
    words
}

/// Whether a licence expression can be met by allowed licences alone: OR, AND, parentheses, the old `/` for OR.
fn is_met(expression: &str, allowed: &[String]) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (met, rest) = any_of(&words, allowed);
    met && rest.is_empty()
}

fn any_of<'a>(words: &'a [&'a str], allowed: &[String]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = all_of(words, allowed);
    while let Some(("OR", more)) = rest.split_first().map(|(first, more)| (*first, more)) {
        let (also, left) = all_of(more, allowed);
        (met, rest) = (met || also, left);
    }
    (met, rest)
}

fn all_of<'a>(words: &'a [&'a str], allowed: &[String]) -> (bool, &'a [&'a str]) {
    let (mut met, mut rest) = one(words, allowed);
    while let Some(("AND", more)) = rest.split_first().map(|(first, more)| (*first, more)) {
        let (also, left) = one(more, allowed);
        (met, rest) = (met && also, left);
    }
    (met, rest)
}

/// A licence, with its exception if it has one (an exception only permits more), or a group in parentheses.
fn one<'a>(words: &'a [&'a str], allowed: &[String]) -> (bool, &'a [&'a str]) {
    match words {
        ["(", group @ ..] => {
            let (met, rest) = any_of(group, allowed);
            match rest {
                [")", rest @ ..] => (met, rest),
                _ => (false, rest),
            }
        }
        [licence, "WITH", _, rest @ ..] | [licence, rest @ ..] => (allowed.iter().any(|known| known == licence), rest),
        [] => (false, words),
    }
}

#[test]
fn every_licence_is_allowed() {
    let (allowed, excepted) = (words("licenses", "allow"), words("licenses", "exceptions"));
    let refused: Vec<String> = packages()
        .iter()
        .filter(|package| !excepted.iter().any(|name| name == text(package, "name")))
        .filter(|package| !is_met(text(package, "license"), &allowed))
        .map(|package| format!("{} ({})", text(package, "name"), text(package, "license")))
        .collect();
    assert!(refused.is_empty(), "licences not allowed: {refused:#?}");
}

#[test]
fn nothing_banned_is_in_the_build() {
    let banned = words("bans", "deny");
    let found: Vec<String> = packages()
        .iter()
        .map(|package| text(package, "name").to_owned())
        .filter(|name| banned.contains(name))
        .collect();
    assert!(found.is_empty(), "deny.toml bans {found:?} and says why");
}

#[test]
fn everything_comes_from_the_one_registry() {
    for package in packages() {
        let (name, source) = (text(&package, "name"), text(&package, "source"));
        let ours = source.is_empty() && name.starts_with("mingzhang-");
        let public = source.starts_with("registry+") && source.ends_with("/crates.io-index");
        assert!(ours || public, "{name} comes from {source}");
    }
}

#[test]
fn licence_expressions_are_understood() {
    let allowed = ["MIT".to_owned(), "Apache-2.0".to_owned()];
    for met in
        ["MIT", "MIT OR GPL-3.0", "GPL-3.0/MIT", "Apache-2.0 WITH LLVM-exception", "(MIT OR GPL-3.0) AND Apache-2.0"]
    {
        assert!(is_met(met, &allowed), "{met}");
    }
    for not in ["", "GPL-3.0", "MIT AND GPL-3.0", "(MIT", "(MIT OR Apache-2.0) AND GPL-3.0"] {
        assert!(!is_met(not, &allowed), "{not}");
    }
}
