//! Samples of `invoice_claim` facts.

use crate::ids::INVOICE;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("money_invoiced.v1", json!({"invoice": INVOICE})),
        ("invoiced_money_released.v1", json!({"invoice": INVOICE})),
    ]
}
