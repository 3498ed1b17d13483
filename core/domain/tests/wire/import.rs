//! Samples of `import` facts.

use crate::ids::{FEE_ITEM, HISTORY, OTHER_HISTORY, VAULT_TEXT};
use crate::records::account;
use serde_json::{Value, json};

const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("import_started.v1", json!({"kind": "community", "file": DIGEST, "rows": "1457"})),
        ("import_completed.v1", json!({"posted": "1450", "refused": "7"})),
        (
            "history_recorded.v1",
            json!({
                "chunk": "1",
                "rows": [
                    {
                        "history": HISTORY, "account": account(), "item": "物业服务费", "fee_item": FEE_ITEM,
                        "service": {"from": "2024-01-01", "until": "2025-01-01"}, "paid_on": "2024-03-05",
                        "due": "2700.35", "paid": "1350.18", "reference": "S51821", "note": VAULT_TEXT
                    },
                    {"history": OTHER_HISTORY, "account": account(), "item": "旧系统收款", "paid_on": "2024-03-06", "paid": "88.00"}
                ]
            }),
        ),
        ("history_withdrawn.v1", json!({"reason": "导错文件"})),
    ]
}
