//! Samples of `receipt_series` facts.

use crate::ids::{PAYMENT, RECEIPT};
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![(
        "receipt_numbered.v1",
        json!({"series": "fees", "year": "2026", "number": "HYF2026-000001", "receipt": RECEIPT, "payment": PAYMENT}),
    )]
}
