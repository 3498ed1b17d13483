//! What each operation answers, written down in `tests/answers/` with everything that differs from run to run struck out:
//! `UPDATE_ANSWERS=1 cargo nextest run -p mingzhang-tests tour` writes it anew. Lists are shown sorted, and their first
//! different items only: order and pages have tests of their own.

use mingzhang_domain::calendar::CivilDate;
use mingzhang_tests::witness::Answer;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::SystemTime;

/// Items of a list that are shown.
const SHOWN: usize = 3;
/// Answers how far something is that goes on meanwhile; and files, which have tests of their own.
const NOT_SHOWN: [&str; 3] = ["commit_import", "download_books", "download_closing_certificate"];
/// Numbers that say where something stands in the log.
const POSITIONS: [&str; 5] = ["position", "until", "sealed_size", "first_position", "last_position"];
/// So many hexadecimal digits in a row are no amount and no date.
const LONG: usize = 16;

/// Compares every operation's answer: of reads the last, when there is most to see; of others the first.
pub(super) fn are_as_written_down(answers: &[Answer]) {
    let mut shown: BTreeMap<String, String> = BTreeMap::new();
    let settled = |answer: &&Answer| answer.status.is_success() && !NOT_SHOWN.contains(&answer.operation);
    for answer in answers.iter().filter(settled).filter(|answer| !answer.body.is_null()) {
        let reads = ["get_", "list_"].iter().any(|prefix| answer.operation.starts_with(prefix));
        let file = format!("{}.json", answer.operation);
        if reads || !shown.contains_key(&file) {
            let mut body = answer.body.clone();
            body.sort_all_objects();
            let text = serde_json::to_string_pretty(&struck_out("", &body)).unwrap();
            shown.insert(file, format!("{text}\n"));
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("answers");
    if std::env::var_os("UPDATE_ANSWERS").is_some() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).unwrap();
        shown.iter().for_each(|(file, text)| std::fs::write(folder.join(file), text).unwrap());
    }
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap());
    let kept: BTreeMap<String, String> = files
        .map(|file| (file.file_name().into_string().unwrap(), std::fs::read_to_string(file.path()).unwrap()))
        .collect();
    let differ = |file: &&String| kept.get(*file) != shown.get(*file);
    let all: BTreeSet<&String> = kept.keys().chain(shown.keys()).collect();
    let different: Vec<&String> = all.into_iter().filter(differ).collect();
    assert!(
        different.is_empty(),
        "{different:?} in tests/answers are not what is answered: run with UPDATE_ANSWERS=1 and read the difference; {}",
        different.first().and_then(|file| shown.get(*file)).map_or("", String::as_str),
    );
}

/// The same without ids, digests, instants and positions.
fn struck_out(name: &str, value: &Value) -> Value {
    match value {
        Value::Object(fields) => fields.iter().map(|(name, value)| (name.clone(), struck_out(name, value))).collect(),
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(|item| struck_out(name, item)).collect();
            if name == "items" {
                items.sort_by_key(Value::to_string);
                items.dedup();
                items.truncate(SHOWN);
            }
            Value::Array(items)
        }
        Value::Number(_) if POSITIONS.contains(&name) => "<position>".into(),
        Value::String(_) if ["position", "seen_until"].contains(&name) => "<position>".into(),
        Value::String(_) if name == "next_cursor" => "<cursor>".into(),
        // Made under the installation's key.
        Value::String(text) if ["path", "url"].contains(&name) && text.contains("/v/") => "<address>".into(),
        // Signed for one payment window, and for no other.
        Value::String(_) if ["nonceStr", "paySign", "timeStamp", "package"].contains(&name) => "<signed>".into(),
        Value::String(text) if name == "event_type" => text.as_str().into(),
        // The installation lives by the system's clock.
        Value::String(text) if name == "effective_on" && *text == today() => "<today>".into(),
        Value::String(text) => without_ids(text).into(),
        Value::Number(_) | Value::Bool(_) | Value::Null => value.clone(),
    }
}

fn without_ids(text: &str) -> String {
    if text.len() >= 20 && text.get(10..11) == Some("T") && text.ends_with('Z') {
        return "<instant>".to_owned();
    }
    let of_id = |sign: char| sign == '-' || sign.is_ascii_hexdigit();
    let mut shown = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(of_id) {
        let (before, from) = rest.split_at(start);
        let (run, after) = from.split_at(from.find(|sign| !of_id(sign)).unwrap_or(from.len()));
        // Where another ledger was looked at, the position follows its id.
        if before == "@" {
            return shown + "@<position>";
        }
        shown.push_str(before);
        shown.push_str(&if run.parse::<uuid::Uuid>().is_ok() { "<id>".to_owned() } else { without_digests(run) });
        rest = after;
    }
    shown + rest
}

/// The date in Shanghai.
fn today() -> String {
    CivilDate::of_instant(SystemTime::now().into()).unwrap().to_string()
}

fn without_digests(run: &str) -> String {
    let parts: Vec<&str> = run.split('-').map(|part| if part.len() >= LONG { "<hex>" } else { part }).collect();
    parts.join("-")
}
