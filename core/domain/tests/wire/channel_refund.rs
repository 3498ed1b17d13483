//! Samples of `channel_refund` facts.

use crate::ids::{CHANNEL_ACCOUNT, PAYMENT};
use crate::records::{account, seen};
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    let number = "50300806092026010100000000001";
    let sent = json!({
        "account": account(), "attempt": "1", "payment": PAYMENT, "reference": "4200001234202601010000000001",
        "total": "300.00", "amount": "75.60", "channel_account": CHANNEL_ACCOUNT, "purse": "company", "seen": seen()
    });
    vec![
        ("channel_refund_sent.v1", sent),
        ("channel_refund_accepted.v1", json!({"attempt": "1", "reference": number})),
        ("channel_refund_accepted.v1.without_number", json!({"attempt": "2"})),
        ("channel_refund_abnormal.v1", json!({"attempt": "1", "reference": number})),
        ("channel_refund_withdrawn.v1", json!({"attempt": "1", "reason": "商户余额不足，改由银行退回"})),
        ("channel_refund_settled.v1", json!({"attempt": "1", "reference": number, "value_on": "2026-01-21"})),
        ("channel_refund_closed.v1", json!({"attempt": "1", "reason": "by_provider"})),
        ("channel_refund_closed.v1.withdrawn", json!({"attempt": "1", "reason": "withdrawn"})),
    ]
}
