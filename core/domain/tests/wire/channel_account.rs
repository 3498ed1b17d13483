//! Samples of `channel_account` facts.

use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("channel_account_opened.v1", json!({"kind": "cash", "purse": "company", "label": "前台现金箱"})),
        ("channel_account_closed.v1", json!({})),
    ]
}
