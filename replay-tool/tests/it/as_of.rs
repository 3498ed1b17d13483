//! Any past day, as it was known at any moment.

use crate::audit;
use crate::village::{LEDGER, Village, account_101};
use serde_json::{Value, json};

/// Asks about flat 101 and answers what it owed and had.
fn flat_101(village: &Village, name: &str, more: &[&str]) -> (String, String) {
    let ledger = LEDGER.to_string();
    let arguments = [&["as-of", "--ledger", &ledger, "--account", name, "--json"], more].concat();
    let answer = audit(&village.database, &arguments);
    assert_eq!(answer.code, Some(0), "{}", answer.err);
    let total = &answer.json()["total"];
    let text = |key: &str| total[key].as_str().unwrap().to_owned();
    (text("receivable"), text("credit"))
}

#[tokio::test]
async fn a_late_booking_changes_what_was_owed_and_not_what_was_known() {
    let village = Village::lived().await;
    let owed_and_had = |receivable: &str, credit: &str| (receivable.to_owned(), credit.to_owned());
    let table = [
        (&["--on", "2026-01-04"][..], "0.00", "0.00"),
        (&["--on", "2026-01-19"], "235.50", "0.00"),
        (&["--on", "2026-01-31", "--known-at", "2026-01-31"], "85.50", "0.00"),
        (&["--on", "2026-01-31", "--known-at", "2026-02-02T23:59:59+08:00"], "85.50", "0.00"),
        (&["--on", "2026-01-31", "--known-at", "2026-02-03"], "0.00", "214.50"),
        (&["--on", "2026-01-31"], "0.00", "214.50"),
        (&["--on", "2026-02-28"], "0.00", "200.00"),
        (&[], "50.00", "0.00"),
    ];
    for (question, receivable, credit) in table {
        assert_eq!(
            flat_101(&village, &account_101().to_string(), question),
            owed_and_had(receivable, credit),
            "{question:?}"
        );
    }
}

#[tokio::test]
async fn an_account_is_found_by_the_code_its_unit_had_then() {
    let village = Village::lived().await;
    assert_eq!(flat_101(&village, "1-199", &[]), flat_101(&village, &account_101().to_string(), &[]));
    assert_eq!(flat_101(&village, "1-101", &["--known-at", "2026-02-28"]).1, "200.00");
    let ledger = LEDGER.to_string();
    for wrong in ["1-101", "9-999", "nobody", "00000000-0000-0000-0000-000000000000"] {
        let answer = audit(&village.database, &["as-of", "--ledger", &ledger, "--account", wrong]);
        assert_eq!(answer.code, Some(2), "{wrong}: {}", answer.out);
    }
    assert_eq!(audit(&village.database, &["as-of", "--ledger", &ledger, "--known-at", "999"]).code, Some(2));
    assert_eq!(audit(&village.database, &["as-of", "--ledger", &ledger, "--known-at", "soon"]).code, Some(2));
}

#[tokio::test]
async fn rows_tell_items_and_words_tell_the_same() {
    let village = Village::lived().await;
    let ledger = LEDGER.to_string();
    let question = ["as-of", "--ledger", &ledger, "--account", "1-101", "--known-at", "2026-01-31"];
    let rows = audit(&village.database, &[&question[..], &["--json"]].concat()).json()["rows"].clone();
    let told: Vec<Value> =
        rows.as_array().unwrap().iter().map(|row| json!([row["fee_item"], row["receivable"]])).collect();
    assert_eq!(told, [json!(["物业服务费", "50.00"]), json!(["水费", "35.50"])]);
    let words = audit(&village.database, &question).out;
    assert!(words.contains("物业服务费") && words.contains("35.50") && words.contains("85.50"), "{words}");
}

#[tokio::test]
async fn the_trial_balance_is_zero_in_every_purse_on_every_day() {
    let village = Village::lived().await;
    let ledger = LEDGER.to_string();
    for day in ["2025-12-31", "2026-01-20", "2026-01-31", "2026-02-10", "2026-12-31"] {
        let answer = audit(&village.database, &["as-of", "--ledger", &ledger, "--on", day, "--json"]);
        assert_eq!(answer.code, Some(0));
        let json = answer.json();
        let purses = json["purses"].as_array().unwrap();
        assert!(purses.iter().all(|purse| purse["sum"] == "0.00"), "{json}");
        assert_eq!(
            purses.len(),
            if day < "2026-01-05" {
                0
            } else if day < "2026-02-10" {
                1
            } else {
                2
            },
            "{day}"
        );
    }
    let words = audit(&village.database, &["as-of", "--ledger", &ledger]).out;
    assert!(words.contains("suspense") && words.contains("-77.07"), "{words}");
}

#[tokio::test]
async fn rows_are_written_to_files_for_spreadsheets() {
    let village = Village::lived().await;
    let (ledger, folder) = (LEDGER.to_string(), tempfile::tempdir().unwrap());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let table = [
        (vec!["as-of"], "trial.csv", "物业公司,银行存款,bank,1072.07,14.50,1057.57"),
        (vec!["as-of", "--account", "1-102"], "account.csv", "合计 Sum,,,150.00,"),
        (vec!["show", "account", "--unit", "1-101"], "history.csv", "2026-01-05,应收 物业服务费 200.00"),
    ];
    for (question, name, line) in table {
        for name in [name.to_owned(), name.replace("csv", "xlsx")] {
            let path = path(&name);
            let answer = audit(&village.database, &[&question[..], &["--ledger", &ledger, "--out", &path]].concat());
            assert!(answer.code == Some(0) && answer.out.is_empty(), "{answer:?}");
            let bytes = std::fs::read(&path).unwrap();
            match name.ends_with("csv") {
                true => {
                    let text = String::from_utf8(bytes).unwrap();
                    assert!(text.starts_with('\u{feff}') && text.contains(line), "{text}");
                }
                false => assert!(bytes.starts_with(b"PK"), "{name}"),
            }
        }
    }
    let wrong = path("trial.pdf");
    assert_eq!(audit(&village.database, &["as-of", "--ledger", &ledger, "--out", &wrong]).code, Some(2));
}
