//! `docs/LOG_FORMAT.md` holds test vectors: they must be what the code computes.

use crate::tree;
use mingzhang_domain::book::{Book, Fund, Purse, VatCategory};
use mingzhang_domain::envelope::ActorKind;
use mingzhang_domain::id::{Purpose, derive, derive_keyed};
use mingzhang_domain::stream::StreamType;
use std::path::Path;

fn page() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/LOG_FORMAT.md")).unwrap()
}

/// The cells of each table row that has a code span in its first two cells.
fn rows(page: &str) -> Vec<(String, String)> {
    let row = |line: &str| {
        let (left, right) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once("` | `")?;
        Some((format!("{left}`"), right.trim_end_matches('`').to_owned()))
    };
    page.lines().filter_map(row).collect()
}

#[test]
fn every_purpose_has_its_vector() {
    let rows = rows(&page());
    let mut seen = Vec::new();
    for (text, id) in rows.iter().filter(|(text, _)| text.contains("[\"mingzhang/")) {
        let (keyed, json) = match text.strip_prefix("keyed `") {
            Some(json) => (true, json),
            None => (false, text.trim_start_matches('`')),
        };
        let json = json.trim_end_matches('`');
        let parts: Vec<String> = serde_json::from_str(json).unwrap();
        let purpose = *Purpose::ALL.iter().find(|purpose| purpose.tag() == parts[0]).unwrap();
        let parts: Vec<&str> = parts.iter().skip(1).map(String::as_str).collect();
        let key: [u8; 32] = std::array::from_fn(|i| u8::try_from(i).unwrap());
        let derived = if keyed { derive_keyed(&key, purpose, &parts) } else { derive(purpose, &parts) };
        assert_eq!(derived.to_string(), *id, "LOG_FORMAT.md on the right, for {json}");
        if !keyed {
            seen.push(purpose.tag());
        }
    }
    assert_eq!(seen, Purpose::ALL.iter().map(|purpose| purpose.tag()).collect::<Vec<_>>());
}

#[test]
fn the_tree_has_its_vectors() {
    let inputs: [&[u8]; 8] = [
        b"",
        b"\x00",
        b"\x10",
        b"\x20\x21",
        b"\x30\x31",
        b"\x40\x41\x42\x43",
        b"\x50\x51\x52\x53\x54\x55\x56\x57",
        b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
    ];
    let leaves: Vec<[u8; 32]> = inputs.iter().map(|input| tree::leaf(input)).collect();
    let page = page();
    for size in 0..=leaves.len() {
        let row = format!("| {size} | `{}` |", tree::hex(&tree::root(&leaves[..size])));
        assert!(page.contains(&row), "LOG_FORMAT.md lacks: {row}");
    }
}

#[test]
fn the_closed_lists_stand_in_the_page_and_in_the_verifier() {
    let verifier = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/verifier/verify.py");
    let (page, verifier) = (page(), std::fs::read_to_string(verifier).unwrap());
    let words = |list: Vec<&'static str>| {
        for word in list {
            assert!(page.contains(&format!("`{word}`")), "LOG_FORMAT.md lacks {word}");
            assert!(verifier.contains(&format!("\"{word}\"")), "verify.py lacks {word}");
        }
    };
    words(Book::ALL.iter().map(|word| word.as_str()).collect());
    words(Purse::ALL.iter().map(|word| word.as_str()).collect());
    words(Fund::ALL.iter().map(|word| word.as_str()).collect());
    words(VatCategory::ALL.iter().map(|word| word.as_str()).collect());
    for stream in StreamType::ALL {
        assert!(page.contains(&format!("`{stream}`")), "LOG_FORMAT.md lacks {stream}");
    }
    let (size, root) = crate::FROZEN;
    assert!(page.contains(&format!("| 0.1.0 | {size} | `{root}` |")), "LOG_FORMAT.md lacks the frozen root");
    words(ActorKind::ALL.iter().map(|word| word.as_str()).collect());
}
