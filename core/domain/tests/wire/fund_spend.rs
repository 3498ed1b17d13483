//! Samples of `fund_spend` facts.

use crate::account::approved;
use crate::ids::{CHANNEL_ACCOUNT, OTHER_UNIT, SUPPLIER, SUPPLIER_PAYMENT, UNIT};
use crate::records::seen;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    let opened = json!({
        "purpose": "屋面防水", "supplier": SUPPLIER, "name": "防水工程公司", "document": "ab".repeat(32),
        "vote": {
            "owners": "90", "voted": "60", "agreed": "31", "area": "9000.5", "voted_area": "6100", "agreed_area": "3100"
        },
        "scope": {"kind": "building", "building": "3栋"}, "on": "2026-01-20", "amount": "1000.01", "units": "2",
        "total_area": "150"
    });
    vec![
        ("fund_spend_opened.v1", {
            let mut opened = opened.clone();
            opened["kinds"] = json!(["residence", "shop"]);
            opened
        }),
        ("fund_spend_opened.v1.units", {
            let mut opened = opened;
            opened["scope"] = json!({"kind": "units", "units": [UNIT, OTHER_UNIT]});
            opened
        }),
        (
            "fund_spend_shares_fixed.v1",
            json!({
                "chunk": "1",
                "shares": [
                    {"unit": UNIT, "code": "3-1-1202", "area": "100", "amount": "666.67"},
                    {"unit": OTHER_UNIT, "code": "3-1-1203", "area": "50", "amount": "333.34"}
                ]
            }),
        ),
        ("fund_spend_discarded.v1", json!({"reason": "金额录错"})),
        ("fund_spend_posting_started.v1", json!({"approved": approved(), "seen": seen()})),
        ("fund_spend_chunk_posted.v1", json!({"chunk": "1", "short": [{"unit": OTHER_UNIT, "amount": "33.34"}]})),
        ("fund_spend_posted.v1", json!({"borne": "966.67", "short": "33.34"})),
        ("fund_shortfall_borne.v1", json!({"unit": OTHER_UNIT, "amount": "33.34"})),
        (
            "fund_spend_paid.v1",
            json!({
                "supplier": SUPPLIER, "payment": SUPPLIER_PAYMENT, "amount": "966.67",
                "channel_account": CHANNEL_ACCOUNT, "channel": "bank", "seen": seen(), "reference": "F-1",
                "value_on": "2026-01-25"
            }),
        ),
        (
            "fund_spend_payment_reversed.v1",
            json!({
                "supplier": SUPPLIER, "payment": SUPPLIER_PAYMENT, "amount": "966.67",
                "channel_account": CHANNEL_ACCOUNT, "channel": "bank", "reason": "付错", "approved": approved(),
                "seen": seen()
            }),
        ),
        ("fund_spend_reversal_started.v1", json!({"reason": "工程取消", "approved": approved(), "seen": seen()})),
        ("fund_spend_chunk_reversed.v1", json!({"chunk": "1"})),
        ("fund_spend_reversed.v1", json!({})),
    ]
}
