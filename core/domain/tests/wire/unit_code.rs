//! Samples of `unit_code` facts.

use crate::ids::UNIT;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("unit_code_taken.v1", json!({"code": "1-1-0101", "unit": UNIT})),
        ("unit_code_released.v1", json!({"unit": UNIT})),
    ]
}
