//! Samples of `channel_day` facts.

use crate::ids::{BANK_ACCOUNT, CHANNEL_ACCOUNT, COMMUNITY, DIFFERENCE};
use crate::records::seen;
use serde_json::{Value, json};

fn found(kind: &str, community: bool, theirs: Option<&str>, ours: Option<&str>) -> Value {
    let mut found = json!({"difference": DIFFERENCE, "kind": kind, "reference": "4200001234202601010000000001"});
    if community {
        found["community"] = json!(COMMUNITY);
    }
    for (name, amount) in [("theirs", theirs), ("ours", ours)] {
        if let Some(amount) = amount {
            found[name] = json!(amount);
        }
    }
    found
}

fn lump(amount: &str, rest: Option<&str>) -> Value {
    json!({
        "channel_account": CHANNEL_ACCOUNT, "bank_account": BANK_ACCOUNT, "purse": "company", "day": "2026-01-20",
        "amount": amount, "parts": [{"community": COMMUNITY, "net": "35708.85"}], "rest": rest.unwrap_or("0.00"),
        "value_on": "2026-01-21", "seen": seen()
    })
}

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    let reconciled = json!({
        "channel_account": CHANNEL_ACCOUNT, "day": "2026-01-20", "bill": "5e".repeat(32), "lines": "120", "matched": "117",
        "differences": "5", "paid": "36120.00", "refunded": "75.60", "fee": "216.27"
    });
    let split =
        json!({"community": COMMUNITY, "paid": "36000.00", "refunded": "75.60", "fee": "215.55", "seen": seen()});
    vec![
        ("channel_day_reconciled.v1", reconciled),
        ("channel_day_split.v1", split),
        ("channel_day_split.v1.unknown", json!({"paid": "120.00", "refunded": "0.00", "fee": "0.72"})),
        ("channel_difference_found.v1", found("local_missing", false, Some("120.00"), None)),
        ("channel_difference_found.v1.channel", found("channel_missing", true, None, Some("30.00"))),
        ("channel_difference_found.v1.amount", found("amount_differs", true, Some("30.00"), Some("30.01"))),
        ("channel_difference_found.v1.status", found("status_differs", true, Some("30.00"), Some("30.00"))),
        ("channel_difference_found.v1.refund", found("refund_differs", false, Some("12.00"), None)),
        ("channel_difference_gone.v1", json!({"difference": DIFFERENCE})),
        ("channel_difference_explained.v1", json!({"difference": DIFFERENCE, "note": "商户后台手工退款"})),
        ("channel_day_signed_off.v1", json!({"explained": "1"})),
        ("channel_lump_recorded.v1", lump("35828.13", Some("119.28"))),
        ("channel_lump_recorded.v1.without_rest", lump("35708.85", None)),
        (
            "channel_rest_cleared.v1",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "bank_account": BANK_ACCOUNT, "purse": "company", "amount": "119.28",
                "value_on": "2026-01-22", "note": "小卖部收款，已转出"
            }),
        ),
    ]
}
