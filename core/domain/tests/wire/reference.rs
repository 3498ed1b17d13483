//! Samples of `reference` facts.

use crate::ids::{CHANNEL_ACCOUNT, PAYMENT};
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "reference_claimed.v1",
            json!({"channel_account": CHANNEL_ACCOUNT, "reference": "S1-0001", "payment": PAYMENT}),
        ),
        ("reference_released.v1", json!({"payment": PAYMENT})),
    ]
}
