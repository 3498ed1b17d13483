//! The figures of any period, as of any day, as known at any moment, from the log alone.

use crate::audit;
use crate::village::{LEDGER, Village};
use serde_json::Value;

fn figures(village: &Village, more: &[&str]) -> Value {
    let ledger = LEDGER.to_string();
    let question = [&["as-of", "--ledger", &ledger, "--json", "--figures"], more].concat();
    let answer = audit(&village.database, &question);
    assert_eq!(answer.code, Some(0), "{more:?}: {}", answer.err);
    answer.json()
}

/// Net charges, collected, current rate and received of the first row.
fn short(answer: &Value) -> [String; 4] {
    ["net_charges", "collected_of_period", "current_rate", "received"]
        .map(|name| answer["rows"][0][name].as_str().unwrap_or("null").to_owned())
}

#[tokio::test]
async fn a_published_rate_stays_what_it_was() {
    let village = Village::lived().await;
    // A bank line of the 31st that came on 3 February changes January, and not what was known in January.
    let table = [
        (&["2026-01", "--known-at", "2026-01-31"][..], ["350.00", "150.00", "0.4286", "150.00"]),
        (&["2026-01", "--known-at", "2026-02-02T23:59:59+08:00"], ["350.00", "150.00", "0.4286", "150.00"]),
        (&["2026-01"], ["350.00", "200.00", "0.5714", "450.00"]),
        (&["2026-01", "--on", "2026-03-31"], ["350.00", "200.00", "0.5714", "450.00"]),
        (&["2026-02"], ["0.00", "0.00", "null", "1797.13"]),
        (&["2026-03"], ["250.00", "200.00", "0.8000", "0.00"]),
        (&["2026-01", "--to", "2026-03"], ["600.00", "400.00", "0.6667", "2247.13"]),
    ];
    for (question, expected) in table {
        let answer = figures(&village, question);
        assert_eq!(short(&answer), expected, "{question:?}");
        assert_eq!(answer["rows"][0]["identity"]["holds"], true);
    }
}

#[tokio::test]
async fn rows_are_buildings_fee_items_and_funds() {
    let village = Village::lived().await;
    let rows =
        |by| figures(&village, &["2026-01", "--on", "2026-03-31", "--by", by])["rows"].as_array().unwrap().clone();
    assert_eq!(rows("building")[0]["building"], "1");
    let items: Vec<Value> = rows("fee_item").iter().map(|row| row["fee_item_name"].clone()).collect();
    assert_eq!(items, ["物业服务费", "水费", "装修押金", "维修资金"]);
    let open: Vec<(Value, Value)> =
        rows("fund").iter().map(|row| (row["fund"].clone(), row["closing_open"].clone())).collect();
    let expected =
        [("operating", "200.00"), ("pass_through", "0.00"), ("deposit", "0.00"), ("maintenance_fund", "0.00")];
    assert_eq!(open, expected.map(|(fund, open)| (fund.into(), open.into())));
    let ledger = LEDGER.to_string();
    let words = audit(&village.database, &["as-of", "--ledger", &ledger, "--figures", "2026-01"]).out;
    assert!(words.lines().any(|line| line.starts_with("rows.0.current_rate") && line.ends_with("0.5714")), "{words}");
}

#[tokio::test]
async fn questions_that_make_no_sense_are_refused() {
    let village = Village::founded().await;
    let ledger = LEDGER.to_string();
    let table: &[&[&str]] = &[
        &["2026-02", "--to", "2026-01"],
        &["2026-02", "--on", "2026-01-31"],
        &["2025-11"],
        &["2026-01", "--known-at", "2025-12-31"],
        &["2026-01", "--known-at", "999"],
        &["2026-01", "--account", "1-101"],
        &["2026-01", "--by", "floor"],
        &["2026-13"],
    ];
    for wrong in table {
        let question = [&["as-of", "--ledger", &ledger, "--figures"], *wrong].concat();
        let answer = audit(&village.database, &question);
        assert!(answer.code == Some(2) && !answer.err.is_empty(), "{wrong:?}: {answer:?}");
    }
}
