//! Samples of `ledger` facts.

use crate::ids::{COMMUNITY, PARENT};
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "ledger_opened.v1",
            json!({"kind": "community", "parent": PARENT, "code": "HY", "clock": "given", "created_by": format!("{PARENT}@17")}),
        ),
        ("child_code_taken.v1", json!({"code": "HY", "child": COMMUNITY})),
        ("clock_handed_over.v1", json!({})),
    ]
}
