//! Samples of `order_claim` facts.

use crate::ids::{CHARGE, OTHER_CHARGE, PAYMENT_ORDER};
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("charges_ordered.v1", json!({"order": PAYMENT_ORDER, "charges": [CHARGE, OTHER_CHARGE]})),
        ("ordered_charges_released.v1", json!({"order": PAYMENT_ORDER})),
    ]
}
