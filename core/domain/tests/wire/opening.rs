//! Samples of `opening` facts.

use crate::account::approved;
use crate::ids::{FEE_ITEM, IMPORT, OWNERS};
use crate::records::{account, seen};
use serde_json::{Value, json};

fn owed(kind: &str, amount: &str) -> Value {
    json!({
        "kind": kind, "account": account(), "fee_item": FEE_ITEM, "obligor": OWNERS,
        "service": {"from": "2025-10-01", "until": "2025-11-01"}, "due_on": "2025-10-28", "amount": amount
    })
}

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    let total = |kind: &str, amount: &str| json!({"kind": kind, "fee_item": FEE_ITEM, "amount": amount});
    vec![
        (
            "opening_started.v1",
            json!({
                "totals": [
                    total("charge", "143.89"), total("late_fee", "8.80"), total("credit", "88.88"), total("deposit", "500.00")
                ],
                "import": IMPORT
            }),
        ),
        ("opening_started.v1.free_credit", json!({"totals": [{"kind": "credit", "amount": "88.88"}]})),
        (
            "opening_records_added.v1",
            json!({
                "chunk": "1",
                "records": [
                    owed("charge", "143.89"),
                    owed("late_fee", "8.80"),
                    {"kind": "credit", "account": account(), "fee_item": FEE_ITEM, "holder": OWNERS, "amount": "88.88"},
                    {
                        "kind": "deposit", "account": account(), "fee_item": FEE_ITEM, "payer": OWNERS,
                        "old_receipt": "S51821", "amount": "500.00"
                    },
                    {"kind": "billed_until", "account": account(), "fee_item": FEE_ITEM, "until": "2026-02-01"}
                ]
            }),
        ),
        (
            "opening_posting_started.v1",
            json!({"records": "164", "amount": "50963.95", "approved": approved(), "seen": seen()}),
        ),
        ("opening_chunk_posted.v1", json!({"chunk": "1"})),
        (
            "opening_chunk_refused.v1",
            json!({
                "chunk": "2", "rule": "charge_must_not_overlap_live_charge", "record": "26", "account": account()
            }),
        ),
        ("opening_chunk_refused.v1.whole", json!({"chunk": "2", "rule": "period_must_be_open"})),
        ("opening_resumed.v1", json!({})),
        ("opening_completed.v1", json!({"records": "164", "amount": "50963.95"})),
        ("opening_reversal_started.v1", json!({"reason": "导错账套", "approved": approved(), "seen": seen()})),
        ("opening_chunk_reversed.v1", json!({"chunk": "1"})),
        ("opening_reversed.v1", json!({})),
        ("opening_discarded.v1", json!({"reason": "控制总额录错"})),
    ]
}
