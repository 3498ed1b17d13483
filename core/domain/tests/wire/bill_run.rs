//! Samples of `bill_run` facts.

use crate::ids::FEE_ITEM;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("bill_run_started.v1", json!({"month": "2026-01", "fee_items": [FEE_ITEM], "units": "1167"})),
        ("bill_run_completed.v1", json!({"charges": "1160", "amount": "286404.00", "skipped": "7"})),
    ]
}
