//! Samples of `community` facts.

use crate::ids::COMMUNITY;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("community_created.v1", json!({"community": COMMUNITY, "code": "HY", "name": "和园小区", "clock": "system"})),
        (
            "community_rules_set.v1",
            json!({"allocation_policy": "principal_first", "notice_days": "10", "go_live_on": "2024-01-01"}),
        ),
        ("community_went_live.v1", json!({"go_live_on": "2026-01-15"})),
    ]
}
