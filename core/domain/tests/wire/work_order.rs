//! Samples of `work_order` facts.

use crate::ids::{CHARGE, PERSON, STAFF, UNIT, VAULT_TEXT};
use crate::records::{account, seen};
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "work_order_submitted.v1",
            json!({
                "kind": "paid_repair", "category": "水电", "priority": "normal", "unit": UNIT, "place": "厨房",
                "reporter": PERSON, "description": VAULT_TEXT, "media": [VAULT_TEXT]
            }),
        ),
        ("work_order_accepted.v1", json!({"due_at": "2026-01-23T04:00:00.000000Z", "seen": seen()})),
        ("work_order_rejected.v1", json!({"reason": "不属物业范围", "seen": seen()})),
        ("work_order_cancelled.v1", json!({"reason": "已自行修好", "seen": seen()})),
        ("work_order_assigned.v1", json!({"assignee": STAFF, "seen": seen()})),
        ("work_order_reassigned.v1", json!({"assignee": STAFF, "reason": "换班", "seen": seen()})),
        ("work_started.v1", json!({"seen": seen()})),
        ("work_suspended.v1", json!({"reason": "等配件", "seen": seen()})),
        ("work_resumed.v1", json!({"seen": seen()})),
        ("quotation_offered.v1", json!({"amount": "120.00", "labour": "80.00", "materials": "40.00", "seen": seen()})),
        ("quotation_accepted.v1", json!({"amount": "120.00", "seen": seen()})),
        (
            "work_completed.v1",
            json!({
                "labour_minutes": "45",
                "materials": [{"name": "角阀（个）", "quantity": "2"}, {"name": "生料带（米）", "quantity": "1.5"}],
                "seen": seen()
            }),
        ),
        ("work_charged.v1", json!({"account": account(), "charge": CHARGE, "amount": "120.00", "seen": seen()})),
        ("work_order_reopened.v1", json!({"reason": "仍漏水", "seen": seen()})),
        ("work_order_rated.v1", json!({"stars": "5", "seen": seen()})),
        ("work_order_closed.v1", json!({"seen": seen()})),
    ]
}
