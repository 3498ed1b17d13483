//! Samples of `shift_claim` facts.

use crate::ids::SHIFT;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("shift_claimed.v1", json!({"claimed": "cash_box", "shift": SHIFT})),
        ("shift_claimed.v1.cashier", json!({"claimed": "cashier", "shift": SHIFT})),
        ("shift_released.v1", json!({"shift": SHIFT})),
    ]
}
