//! Samples of `shift` facts.

use crate::ids::{BANK_ACCOUNT, CHANNEL_ACCOUNT, FINANCE, PAYMENT, REFUND, STAFF};
use crate::records::seen;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "shift_opened.v1",
            json!({"channel_account": CHANNEL_ACCOUNT, "cashier": STAFF, "float": "200.00", "purse": "company", "seen": seen()}),
        ),
        ("cash_taken.v1", json!({"payment": PAYMENT, "slip": "1", "amount": "300.00"})),
        ("cash_returned.v1", json!({"payment": PAYMENT, "amount": "300.00"})),
        ("cash_returned.v1.refund", json!({"refund": REFUND, "amount": "30.00"})),
        (
            "shift_counted.v1",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "counted": "469.90", "expected": "470.00", "difference": "-0.10", "purse": "company"
            }),
        ),
        (
            "shift_counted.v1.over",
            json!({
                "channel_account": CHANNEL_ACCOUNT, "counted": "470.50", "expected": "470.00", "difference": "0.50", "purse": "company"
            }),
        ),
        ("shift_closed.v1", json!({"handed_over_to": FINANCE, "remark": "零钱已交班", "seen": seen()})),
        (
            "cash_banked.v1",
            json!({
                "number": "1", "channel_account": CHANNEL_ACCOUNT, "bank_account": BANK_ACCOUNT, "purse": "company",
                "amount": "400.00", "value_on": "2026-01-20", "slip": "JK-0001", "seen": seen()
            }),
        ),
        (
            "cash_banking_reversed.v1",
            json!({
                "number": "1", "channel_account": CHANNEL_ACCOUNT, "bank_account": BANK_ACCOUNT, "purse": "company",
                "amount": "400.00", "reason": "金额录错"
            }),
        ),
    ]
}
