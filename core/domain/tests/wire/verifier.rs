//! The Python verifier against the golden bodies as one log, and against what a forger would do to them.

use crate::records::{all, folder, heads};
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Stdio};

/// The golden log and its exported head line.
struct Export {
    lines: Vec<Vec<u8>>,
    head: Vec<u8>,
}

fn export() -> Export {
    let all = all();
    let head = &heads(&all)["head"];
    // serde_json sorts keys by itself, so compact output is canonical here; the verifier refuses it otherwise.
    Export { head: head.to_string().into_bytes(), lines: all.into_iter().map(|golden| golden.body).collect() }
}

impl Export {
    /// Runs the verifier; answers its exit code and report.
    fn verify(&self) -> (Option<i32>, String) {
        let mut head = tempfile(&self.head);
        let arguments = [folder().join("../verifier/verify.py"), "-".into(), "--head".into(), head.path()];
        let mut child = Command::new("python3")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("python3 (3.9 or newer) is installed: make setup");
        let mut bytes = self.lines.join(&b'\n');
        bytes.push(b'\n');
        // A verifier that refuses the head ends without reading the bodies: the broken pipe is its right.
        let _refused = child.stdin.take().unwrap().write_all(&bytes);
        let answer = child.wait_with_output().unwrap();
        head.close();
        (answer.status.code(), String::from_utf8_lossy(&[answer.stdout, answer.stderr].concat()).into_owned())
    }

    /// Asserts that the verifier finds something of a class.
    fn finds(&self, class: &str) {
        let (code, report) = self.verify();
        assert_eq!(code, Some(1), "{report}");
        assert!(report.contains(&format!(": {class}: ")), "expected a finding of class {class}:\n{report}");
    }

    /// The index of the body with an event type.
    fn index_of(&self, event_type: &str) -> usize {
        let wanted = format!("\"event_type\":\"{event_type}\"");
        self.lines.iter().position(|line| String::from_utf8_lossy(line).contains(&wanted)).unwrap()
    }

    /// Changes a text in one body.
    fn replace(mut self, event_type: &str, from: &str, to: &str) -> Self {
        let index = self.index_of(event_type);
        let line = String::from_utf8(self.lines[index].clone()).unwrap();
        assert!(line.contains(from), "{from} stands in {line}");
        self.lines[index] = line.replacen(from, to, 1).into_bytes();
        self
    }
}

/// A file that goes with the test, in the target folder's temporary place.
struct Scratch(std::path::PathBuf);

impl Scratch {
    fn path(&self) -> std::path::PathBuf {
        self.0.clone()
    }
    fn close(&mut self) {
        std::fs::remove_file(&self.0).unwrap();
    }
}

fn tempfile(bytes: &[u8]) -> Scratch {
    static COUNT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let n = COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("head-{}-{n}", std::process::id()));
    std::fs::write(&path, bytes).unwrap();
    Scratch(path)
}

#[test]
fn the_golden_log_holds() {
    let export = export();
    let (code, report) = export.verify();
    assert_eq!(code, Some(0), "{report}");
    let head: Value = serde_json::from_slice(&export.head).unwrap();
    assert!(report.contains(head["root"].as_str().unwrap()) && report.contains("everything holds"), "{report}");
}

#[test]
fn a_log_longer_than_the_head_is_a_prefix_check() {
    let mut export = export();
    let all = all();
    let half = all.len() / 2;
    export.head = heads(&all[..half])["head"].to_string().into_bytes();
    assert_eq!(export.verify().0, Some(0));
    // The same events with one changed inside the prefix, and with one changed behind it, which an older head cannot know.
    let first = export.replace("ledger_opened", "\"code\":\"HY\"", "\"code\":\"HX\"");
    first.finds("head");
}

#[test]
fn a_changed_amount_is_found() {
    export().replace("payment_received", "300.00", "300.01").finds("head");
    export().replace("payment_received", "\"amount\":\"-300.00\"", "\"amount\":\"-300.01\"").finds("postings");
}

#[test]
fn bytes_that_are_not_canonical_are_found() {
    export().replace("staff_left", "\"data\":{}", "\"data\": {}").finds("canonical");
    export().replace("staff_left", "\"data\":{}", "\"data\":{\"a\":[]}").finds("canonical");
    export().replace("bill_run_started", "\"units\":\"1167\"", "\"units\":1167").finds("canonical");
    export().replace("company_created", "\"name\":\"明", "\"name\":\"\\u660e").finds("canonical");
    export().replace("company_created", "\"name\":\"", "\"name\":\"e\u{301}").finds("canonical");
    export().replace("company_created", "\"name\":\"", "\"name\":\"\\n").finds("canonical");
    export().replace("company_created", "\"v\":1}", "\"v\":1.0}").finds("canonical");
    export().replace("company_created", "\"v\":1}", "\"v\":1,\"v\":1}").finds("canonical");
}

#[test]
fn an_envelope_of_another_shape_is_found() {
    export().replace("company_created", "\"v\":1}", "\"v\":2}").finds("envelope");
    export().replace("company_created", "\"v\":1}", "\"v\":1,\"x\":\"1\"}").finds("envelope");
    export()
        .replace("company_created", "\"effective_on\":\"2026-01-31\"", "\"effective_on\":\"2026-02-31\"")
        .finds("envelope");
    export().replace("company_created", ".000001Z", ".000001+00:00").finds("envelope");
    export().replace("company_created", "\"kind\":\"staff\"", "\"kind\":\"admin\"").finds("envelope");
}

#[test]
fn missing_inserted_and_swapped_events_are_found() {
    let mut deleted = export();
    deleted.lines.remove(20);
    deleted.finds("position");
    let mut truncated = export();
    truncated.lines.pop();
    truncated.finds("head");
    let mut inserted = export();
    let copy = inserted.lines[20].clone();
    inserted.lines.insert(21, copy);
    inserted.finds("position");
    let mut swapped = export();
    swapped.lines.swap(20, 21);
    swapped.finds("position");
}

#[test]
fn what_ties_events_together_is_checked() {
    export().replace("charge_posted", "\"stream_version\":2", "\"stream_version\":3").finds("stream");
    export().replace("charge_posted", "\"recorded_at\":\"2026-", "\"recorded_at\":\"2027-").finds("time");
    export().replace("charge_posted", "\"event_id\":\"", "\"event_id\":\"0").finds("envelope");
    export().replace("charge_posted", "\"command_id\":\"8", "\"command_id\":\"9").finds("command");
    export().replace("charge_posted", "0000c001\"", "0000c009\"").finds("ledger");
}

#[test]
fn a_history_hashed_anew_is_found_by_an_older_head() {
    let honest = export();
    let mut forged = all();
    let index = honest.index_of("company_created");
    forged[index].body = String::from_utf8(forged[index].body.clone()).unwrap().replace("明珠", "明月").into_bytes();
    let forged = Export {
        head: heads(&forged)["head"].to_string().into_bytes(),
        lines: forged.into_iter().map(|golden| golden.body).collect(),
    };
    assert_eq!(forged.verify().0, Some(0), "the forger's own head hides it");
    Export { head: honest.head, lines: forged.lines }.finds("head");
}

#[test]
fn wrong_usage_has_its_own_exit_code() {
    let mut export = export();
    export.head = b"{}".to_vec();
    assert_eq!(export.verify().0, Some(2));
}
