//! Samples of `channel_account` facts.

use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("channel_account_opened.v1", json!({"kind": "cash", "purse": "company", "label": "前台现金箱"})),
        ("channel_account_closed.v1", json!({})),
        (
            "channel_account_opened.v1.merchant",
            json!({
                "kind": "online", "purse": "company", "label": "微信收款",
                "merchant": {"provider": "wechat_pay", "number": "1900000001", "sub_number": "1900000002"}
            }),
        ),
        (
            "channel_account_opened.v1.alipay",
            json!({
                "kind": "online", "purse": "company", "label": "支付宝收款",
                "merchant": {"provider": "alipay", "number": "2088000000000001"}
            }),
        ),
    ]
}
