//! Samples of `payment_order` facts.

use crate::ids::{CHANNEL_ACCOUNT, CHARGE, OTHER_CHARGE, PAYMENT, VAULT_NUMBER};
use crate::records::{account, seen};
use serde_json::{Value, json};

/// By one of the providers' doors.
fn created(method: &str) -> Value {
    json!({
        "method": method, "channel_account": CHANNEL_ACCOUNT, "purse": "company", "seen": seen(),
        "accounts": [{
            "account": account(),
            "charges": [{"charge": CHARGE, "amount": "224.40"}, {"charge": OTHER_CHARGE, "amount": "30.00"}],
            "amount": "300.00"
        }],
        "amount": "300.00", "expires_at": "2026-01-20T02:00:00.000000Z", "payer": VAULT_NUMBER
    })
}

fn paid(spent: &str) -> Value {
    json!({"payment": PAYMENT, "amount": "300.00", "spent": spent})
}

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("payment_order_created.v1", created("wechat_jsapi")),
        ("payment_order_created.v1.native", created("wechat_native")),
        ("payment_order_created.v1.wap", created("alipay_wap")),
        ("payment_order_created.v1.mini", created("alipay_mini")),
        ("payment_order_paid.v1", paid("as_ordered")),
        ("payment_order_paid.v1.late", paid("late")),
        ("payment_order_paid.v1.again", paid("again")),
        ("payment_order_paid.v1.differing", paid("differing")),
        ("payment_order_closed.v1", json!({"reason": "expired"})),
        ("payment_order_closed.v1.cancelled", json!({"reason": "cancelled"})),
        ("payment_order_closed.v1.failed", json!({"reason": "failed"})),
    ]
}
