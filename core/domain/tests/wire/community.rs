//! Samples of `community` facts.

use crate::account::approved;
use crate::ids::{COMMUNITY, FEE_ITEM};
use crate::records::seen;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("community_created.v1", json!({"community": COMMUNITY, "code": "HY", "name": "和园小区", "clock": "system"})),
        (
            "community_rules_set.v1",
            json!({"allocation_policy": "principal_first", "notice_days": "10", "go_live_on": "2024-01-01"}),
        ),
        (
            "community_rules_set.v1.late_fee_ceiling",
            json!({"allocation_policy": "late_fee_first", "notice_days": "10", "late_fee_ceiling": "0.0005"}),
        ),
        (
            "community_rules_set.v1.bill_runs_need_approval",
            json!({"allocation_policy": "principal_first", "notice_days": "10", "bill_runs_need_approval": true}),
        ),
        (
            "community_rules_set.v1.cash_rounding_limit",
            json!({"allocation_policy": "principal_first", "notice_days": "10", "cash_rounding_limit": "0.09"}),
        ),
        ("unit_attribute_defined.v1", json!({"name": "lift_share", "label": "电梯份额"})),
        ("meter_check_set.v1", json!({"factor": "3", "readings": "3", "daily_limit": "8.5"})),
        ("fee_bundle_set.v1", json!({"kind": "residence", "from": "2026-01-01", "fee_items": [FEE_ITEM]})),
        ("community_went_live.v1", json!({"go_live_on": "2026-01-15"})),
        (
            "late_fee_policy_set.v1",
            json!({
                "fee_item": FEE_ITEM, "from": "2026-01-01", "daily_rate": "0.0005", "grace_days": "15",
                "grace_mode": "retroactive", "cap_ratio": "0.3", "round_to": "fen",
                "vat": {"category": "rated", "rate": "0.06"}, "approved": approved(), "seen": seen()
            }),
        ),
        (
            "late_fee_policy_set.v1.all_items",
            json!({
                "from": "2026-01-01", "daily_rate": "0", "grace_days": "0", "grace_mode": "skip", "round_to": "yuan",
                "vat": {"category": "exempt"}
            }),
        ),
    ]
}
