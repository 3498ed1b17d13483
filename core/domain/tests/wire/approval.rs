//! Samples of `approval` facts.

use crate::ids::PERSON;
use crate::records::{account, seen};
use serde_json::{Value, json};

const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "approval_requested.v1",
            json!({
                "operation": "approve_refund", "digest": DIGEST, "payload": "{\"amount\":\"30.00\"}",
                "amount": "30.00", "accounts": [account()], "reason": "多交退款"
            }),
        ),
        ("approval_granted.v1", json!({"digest": DIGEST, "limit": "500.00", "approver": PERSON, "seen": seen()})),
        ("approval_used.v1", json!({"digest": DIGEST})),
        ("approval_declined.v1", json!({"reason": "凭证不全"})),
        ("approval_withdrawn.v1", json!({})),
    ]
}
