//! Samples of `company` facts.

use crate::ids::{PARENT, VAULT_STAMP};
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "company_created.v1",
            json!({
                "company": PARENT, "code": "MZ", "name": "明珠物业服务有限公司",
                "social_credit_code": "91350211M000100Y43", "clock": "system"
            }),
        ),
        (
            "role_limit_set.v1",
            json!({"role": "finance", "from": "2026-01-01", "alone": "500.00", "approves": "20000.00"}),
        ),
        ("stamp_set.v1", json!({"picture": VAULT_STAMP})),
    ]
}
