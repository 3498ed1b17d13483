//! Samples of `meter_code` facts.

use crate::ids::METER;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("meter_code_taken.v1", json!({"code": "W00001", "meter": METER})),
        ("meter_code_released.v1", json!({"meter": METER})),
    ]
}
