//! Samples of `day_close` facts.

use crate::ids::CHANNEL_ACCOUNT;
use crate::records::seen;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    let closed = json!({
        "channel_account": CHANNEL_ACCOUNT, "kind": "online", "purse": "company", "day": "2026-01-20", "opening": "35924.40",
        "received": "1204.00", "paid": "300.00", "closing": "36828.40", "known_at": "300", "seen": seen()
    });
    vec![("day_closed.v1", closed)]
}
