//! What the documents say is there: the files and tests they name exist.

use super::root;
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

/// Words in backticks of a Markdown text, outside of code blocks.
fn quoted(text: &str) -> Vec<&str> {
    let mut words = Vec::new();
    let mut inside = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            inside = !inside;
        } else if !inside {
            words.extend(line.split('`').skip(1).step_by(2));
        }
    }
    words
}

/// A path of this repository: folders and an ending, and nothing to fill in.
fn is_path(word: &str) -> bool {
    let endings = [".rs", ".sql", ".py", ".toml", ".sh", ".md", ".json"];
    word.contains('/') && endings.iter().any(|end| word.ends_with(end)) && !word.contains(['<', '{', '*', ' ', '…'])
}

fn guide(name: &str) -> (PathBuf, String) {
    let path = root().join("docs").join(name);
    let text = fs::read_to_string(&path).unwrap();
    (path, text)
}

/// The names of all functions in sources below these folders.
fn functions() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut folders: Vec<PathBuf> =
        ["core", "migrations", "projections", "api", "replay-tool", "tests"].iter().map(|f| root().join(f)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(path).unwrap();
                let after = text.split("fn ").skip(1).filter_map(|rest| rest.split('(').next());
                names.extend(after.map(str::to_owned));
            }
        }
    }
    names
}

#[test]
fn named_files_and_tests_exist() {
    let example = "core/domain/src/account/use_case/dispute_charge.rs";
    for name in [
        "INVARIANTS.md",
        "GLOSSARY.md",
        "how-to/add-a-fee-event.md",
        "how-to/add-a-projection.md",
        "how-to/add-an-endpoint.md",
    ] {
        let (path, text) = guide(name);
        for word in quoted(&text).into_iter().filter(|word| is_path(word) && *word != example) {
            let beside = path.parent().unwrap().join(word);
            assert!(root().join(word).exists() || beside.exists(), "{name} names {word}, which is not there");
        }
    }
}

#[test]
fn every_invariant_has_two_guards_and_tests_that_exist() {
    let functions = functions();
    let (_, text) = guide("INVARIANTS.md");
    let rows =
        text.lines().filter(|line| line.starts_with("| ") && !line.contains("---") && !line.contains("first guard"));
    let mut counted = 0;
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [invariant, first, second, tests] = cells.as_slice() else { panic!("not four cells: {row}") };
        assert!(!first.is_empty() && !second.is_empty(), "{invariant}");
        let tests = quoted(tests);
        assert!(!tests.is_empty(), "no test of: {invariant}");
        for test in tests {
            assert!(functions.contains(test), "there is no test {test}, which is said to show: {invariant}");
        }
        counted += 1;
    }
    assert!(counted > 20, "the table was not read");
}
