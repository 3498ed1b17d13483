//! How sources look: short files with a head, the words of the glossary, no panics outside tests, nothing of one machine.

use std::fs;
use std::path::{Path, PathBuf};

use super::root;

/// A file is read in one sitting; lines that say nothing are not counted.
const LONGEST: usize = 500;

/// Words for which the glossary has another, in names of code and SQL (comments may explain with them).
const WORDS: &[(&str, &str)] =
    &[("ticket", "work_order"), ("penalty", "late_fee"), ("invoice_line", "charge"), ("write_down", "reduction")];

/// Marks of unfinished work.
const UNFINISHED: &[&str] = &[concat!("TO", "DO"), concat!("FIX", "ME")];

/// The beginnings of paths that exist on one machine only.
const MACHINE: &[&str] = &[concat!("/ro", "ot/"), concat!("/ho", "me/"), concat!("/wo", "rk/"), concat!("/Us", "ers/")];

/// Every file below the folder that is ours, with its text.
fn files(endings: &[&str]) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let kind = entry.file_type().unwrap();
            if kind.is_dir() && !["target", ".git", "data", "node_modules"].contains(&name.as_str()) {
                folders.push(path);
            } else if kind.is_file() && endings.iter().any(|ending| name.ends_with(ending)) {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path.strip_prefix(root()).unwrap().to_path_buf(), text));
            }
        }
    }
    found
}

/// The part of a source file that is no test: before its test module, and nothing of a file that only tests use.
fn product(path: &Path, text: &str, only_tests: &[PathBuf]) -> String {
    let names: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    let for_tests = ["tests", "testing.rs", "testing", "examples"];
    if names.iter().any(|name| for_tests.contains(&name.as_ref()))
        || only_tests.iter().any(|file| path.starts_with(file))
    {
        return String::new();
    }
    let mut kept = Vec::new();
    let mut marked = false;
    for line in text.lines() {
        if marked && line.contains("mod ") && line.ends_with('{') {
            break;
        }
        marked = line == "#[cfg(test)]" || marked && line.starts_with("#[");
        kept.push(line);
    }
    kept.join("\n")
}

/// The files (and folders) of modules that are declared for tests only.
fn test_modules(files: &[(PathBuf, String)]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (path, text) in files {
        let stem = path.file_stem().unwrap_or_default();
        let folder = path.parent().unwrap();
        let folder = if ["mod", "lib", "main"].iter().any(|top| stem == *top) {
            folder.to_path_buf()
        } else {
            folder.join(stem)
        };
        let mut marked = false;
        for line in text.lines() {
            if let Some((_, name)) = line.strip_suffix(';').filter(|_| marked).and_then(|line| line.split_once("mod "))
            {
                found.extend([folder.join(name), folder.join(format!("{name}.rs"))]);
            }
            marked = line == "#[cfg(test)]" || marked && line.starts_with("#[");
        }
    }
    found
}

/// The code of a line, without its comment.
fn code(line: &str) -> &str {
    line.split("//").next().unwrap_or_default().split("-- ").next().unwrap_or_default()
}

/// Fails with every finding at once.
fn none(findings: Vec<String>, rule: &str) {
    assert!(findings.is_empty(), "{rule}:\n{}", findings.join("\n"));
}

#[test]
fn files_are_short() {
    let long = |(path, text): (PathBuf, String)| {
        let lines = text.lines().filter(|line| !line.trim().is_empty()).count();
        (lines > LONGEST).then(|| format!("{}: {lines} lines", path.display()))
    };
    none(files(&[".rs", ".sql", ".sh", ".py"]).into_iter().filter_map(long).collect(), "at most 500 lines, aim at 400");
}

#[test]
fn every_file_has_a_head() {
    let without = |(path, text): (PathBuf, String)| {
        let headed = if path.extension().is_some_and(|ending| ending == "sql") {
            text.starts_with("-- ")
        } else {
            text.starts_with("//!")
        };
        (!headed).then(|| path.display().to_string())
    };
    let rule = "say what it is for and what may never happen there";
    none(files(&[".rs", ".sql"]).into_iter().filter_map(without).collect(), rule);
}

#[test]
fn nothing_panics_outside_tests() {
    let mut findings = Vec::new();
    let files = files(&[".rs"]);
    let only_tests = test_modules(&files);
    for (path, text) in &files {
        for (number, line) in product(path, text, &only_tests).lines().enumerate() {
            let code = code(line);
            if code.contains(".unwrap()") || code.contains(".expect(\"") || code.contains("unreachable!(") {
                findings.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    none(findings, "an input must never panic a process: errors are values");
}

#[test]
fn names_are_those_of_the_glossary() {
    let mut findings = Vec::new();
    for (path, text) in files(&[".rs", ".sql"]).into_iter().filter(|(path, _)| !path.starts_with("tests/it/tidy")) {
        for (number, line) in text.lines().enumerate() {
            let words = snake(code(line));
            for (banned, instead) in WORDS.iter().filter(|(banned, _)| words.contains(&format!("_{banned}_"))) {
                findings.push(format!("{}:{}: {banned} (say {instead})", path.display(), number + 1));
            }
        }
    }
    none(findings, "one word per thing");
}

/// `RefundTicket(x)` → `_refund_ticket_x_`: names cut at their humps and signs.
fn snake(code: &str) -> String {
    let mut words = String::from("_");
    for letter in code.chars() {
        if letter.is_ascii_uppercase() || !letter.is_alphanumeric() {
            words.push('_');
        }
        if letter.is_alphanumeric() {
            words.push(letter.to_ascii_lowercase());
        }
    }
    words + "_"
}

#[test]
fn every_noun_s_refusals_are_listed() {
    let listed = fs::read_to_string(root().join("core/domain/src/refusal.rs")).unwrap();
    let mut findings = Vec::new();
    for (path, text) in files(&[".rs"]).into_iter().filter(|(path, _)| path.starts_with("core/domain/src")) {
        for declared in text.split("\nrefusals! {").skip(1) {
            let name = declared.split("pub enum ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap();
            if !listed.contains(&format!("{name}::RULES,")) {
                findings.push(format!("{}: {name}", path.display()));
            }
        }
    }
    none(findings, "mingzhang_domain::refusal::RULES holds every refusal there is");
}

#[test]
fn nothing_is_left_for_later() {
    let mut findings = Vec::new();
    for (path, text) in files(&[".rs", ".sql", ".sh", ".py", ".toml", "Makefile"]) {
        for (number, line) in text.lines().enumerate() {
            if UNFINISHED.iter().any(|mark| line.contains(mark)) {
                findings.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    none(findings, "what is not done is an issue, not a comment");
}

#[test]
fn nothing_names_one_machine() {
    let mut findings = Vec::new();
    for (path, text) in
        files(&[".rs", ".sql", ".sh", ".py", ".toml", ".md", ".json", ".yml", ".yaml", "Makefile", "run"])
    {
        for (number, line) in text.lines().enumerate() {
            if line
                .split(|sign: char| " \"'`(=:,".contains(sign))
                .any(|word| MACHINE.iter().any(|start| word.starts_with(start)))
            {
                findings.push(format!("{}:{}: {}", path.display(), number + 1, line.trim()));
            }
        }
    }
    none(findings, "a path of one machine works on no other");
}

#[test]
fn words_are_found_inside_names() {
    assert!(snake("struct OpenTicket;").contains("_ticket_"));
    assert!(snake("let open_ticket = 1;").contains("_ticket_"));
    assert!(!snake("let tenancy = tickets;").contains("_ticket_"));
}
