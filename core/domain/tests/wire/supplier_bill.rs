//! Samples of `supplier_bill` facts.

use crate::account::approved;
use crate::ids::{CHANNEL_ACCOUNT, SUPPLIER, SUPPLIER_PAYMENT};
use crate::records::seen;
use serde_json::{Value, json};

fn of() -> Value {
    json!({"supplier": SUPPLIER, "utility": "electricity", "period": "2026-01"})
}

/// A decision about a bill, with more fields.
fn decided(more: &Value) -> Value {
    let mut decided = json!({"of": of(), "reason": "抄表有误", "approved": approved(), "seen": seen()});
    for (field, value) in more.as_object().unwrap() {
        decided[field] = value.clone();
    }
    decided
}

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "supplier_bill_recorded.v1",
            json!({
                "of": of(), "name": "城东供电局", "number": "E-2026-01", "amount": "18234.56", "received_on": "2026-02-03"
            }),
        ),
        (
            "supplier_bill_paid.v1",
            json!({
                "of": of(), "payment": SUPPLIER_PAYMENT, "amount": "18234.56", "channel_account": CHANNEL_ACCOUNT,
                "channel": "bank", "seen": seen(), "reference": "OUT-20260210-1", "value_on": "2026-02-10"
            }),
        ),
        (
            "supplier_payment_reversed.v1",
            decided(&json!({
                "payment": SUPPLIER_PAYMENT, "amount": "18234.56", "channel_account": CHANNEL_ACCOUNT, "channel": "bank"
            })),
        ),
        ("supplier_bill_reversed.v1", decided(&json!({"amount": "18234.56"}))),
        ("own_use_set.v1", decided(&json!({"amount": "320.00", "change": "320.00"}))),
        ("own_use_set.v1.lowered", decided(&json!({"amount": "300.00", "change": "-20.00"}))),
        ("difference_carried.v1", decided(&json!({"to": "2026-02", "amount": "12.34"}))),
    ]
}
