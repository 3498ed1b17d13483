//! Samples of `channel_settlement` facts.

use crate::ids::{BANK_ACCOUNT, CHANNEL_ACCOUNT};
use crate::records::seen;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    let settled = json!({
        "channel_account": CHANNEL_ACCOUNT, "bank_account": BANK_ACCOUNT, "purse": "company", "day": "2026-01-19",
        "gross": "35924.40", "fee": "215.55", "net": "35708.85", "value_on": "2026-01-20", "seen": seen()
    });
    let reversed = json!({
        "channel_account": CHANNEL_ACCOUNT, "bank_account": BANK_ACCOUNT, "purse": "company", "gross": "35924.40",
        "fee": "215.55", "net": "35708.85", "reason": "日期录错"
    });
    vec![("channel_settled.v1", settled), ("channel_settlement_reversed.v1", reversed)]
}
