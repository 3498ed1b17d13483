//! Samples of `ledger` facts.

use crate::ids::PARENT;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "ledger_opened.v1",
            json!({"kind": "community", "parent": PARENT, "code": "HY", "clock": "given", "created_by": format!("{PARENT}@17")}),
        ),
        ("clock_handed_over.v1", json!({"given_until": "2026-01-31T15:59:59.000000Z"})),
    ]
}
