//! Samples of `meter` facts.

use crate::ids::{OTHER_READING, READING, UNIT};
use serde_json::{Value, json};

fn reading() -> Value {
    json!({
        "reading": OTHER_READING, "on": "2026-02-01", "value": "3.5", "rolled_over": true, "kind": "actual",
        "photo": "ab".repeat(32), "total": "8.5"
    })
}

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    let device = json!({"digits": "5", "multiplier": "1", "reversed": false});
    vec![
        ("meter_registered.v1", json!({"unit": UNIT, "utility": "water", "code": "W00001", "device": device})),
        (
            "meter_registered.v1.total",
            json!({
                "building": "1栋", "utility": "electricity", "code": "E-1",
                "device": {"digits": "6", "multiplier": "40", "reversed": true}
            }),
        ),
        (
            "meter_opening_read.v1",
            json!({"reading": READING, "on": "2026-01-15", "value": "99995", "used_this_year": "6.25"}),
        ),
        ("meter_read.v1", json!({"reading": reading()})),
        ("reading_held.v1", json!({"reading": reading(), "daily": "0.5", "usual": "0.1"})),
        (
            "reading_held.v1.estimated",
            json!({
                "reading": {
                    "reading": OTHER_READING, "on": "2026-02-01", "value": "99999", "rolled_over": false,
                    "kind": "estimated", "total": "4"
                },
                "daily": "0.2353"
            }),
        ),
        ("reading_accepted.v1", json!({"reading": OTHER_READING, "reason": "漏水"})),
        ("reading_rejected.v1", json!({"reading": OTHER_READING, "reason": "抄错"})),
        (
            "reading_corrected.v1",
            json!({"reading": OTHER_READING, "value": "2.5", "rolled_over": true, "total": "7.5", "reason": "复核"}),
        ),
        (
            "meter_replaced.v1",
            json!({
                "reading": OTHER_READING, "on": "2026-02-10", "value": "9", "rolled_over": false, "total": "14",
                "code": "W00002", "device": device, "starts_at": "0.5"
            }),
        ),
        (
            "meter_removed.v1",
            json!({
                "reading": OTHER_READING, "on": "2026-03-01", "value": "20", "rolled_over": false, "total": "33.5",
                "reason": "拆除"
            }),
        ),
    ]
}
