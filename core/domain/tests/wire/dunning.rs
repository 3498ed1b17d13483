//! Samples of `dunning` facts.

use crate::ids::{CHARGE, DEMAND, OWNERS};
use crate::records::account;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "reminder_sent.v1",
            json!({
                "account": account(), "party": OWNERS, "stage": "1", "open": "172.83", "oldest_due_on": "2026-01-15",
                "channel": "in_app"
            }),
        ),
        ("reminder_skipped.v1", json!({"account": account(), "party": OWNERS, "stage": "1", "reason": "no_contact"})),
        (
            "formal_demand_sent.v1",
            json!({
                "account": account(), "demand": DEMAND, "party": OWNERS, "claims": [{"charge": CHARGE, "open": "172.83"}],
                "amount": "172.83", "pay_by": "2026-02-28"
            }),
        ),
        (
            "formal_demand_delivered.v1",
            json!({
                "account": account(), "demand": DEMAND, "party": OWNERS, "charges": [CHARGE],
                "delivered_on": "2026-01-31", "evidence": "ab".repeat(32)
            }),
        ),
        (
            "payment_promised.v1",
            json!({
                "account": account(), "party": OWNERS, "claims": [{"charge": CHARGE, "open": "172.83"}],
                "amount": "172.83", "pay_by": "2026-02-28"
            }),
        ),
        ("dispute_raised.v1", json!({"account": account(), "charge": CHARGE, "party": OWNERS, "reason": "电梯停运"})),
        ("dispute_settled.v1", json!({"account": account(), "charge": CHARGE, "reason": "已核对"})),
        ("dunning_stopped.v1", json!({"account": account(), "party": OWNERS, "because": "in_court"})),
        ("dunning_resumed.v1", json!({"account": account(), "party": OWNERS})),
    ]
}
