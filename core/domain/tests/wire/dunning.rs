//! Samples of `dunning` facts.

use crate::ids::OWNERS;
use crate::records::account;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "reminder_sent.v1",
            json!({
                "account": account(), "party": OWNERS, "stage": "1", "open": "172.83", "oldest_due_on": "2026-01-15",
                "channel": "in_app"
            }),
        ),
        ("reminder_skipped.v1", json!({"account": account(), "party": OWNERS, "stage": "1", "reason": "no_contact"})),
    ]
}
