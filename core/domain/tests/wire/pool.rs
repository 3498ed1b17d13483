//! Samples of `pool` facts.

use crate::account::approved;
use crate::ids::{FEE_ITEM, OTHER_UNIT, POOL, UNIT};
use crate::records::seen;
use serde_json::{Value, json};

fn opened(scope: &Value, weight: &Value) -> Value {
    json!({
        "fee_item": FEE_ITEM, "label": "1 月公共照明", "service": {"from": "2026-01-01", "until": "2026-02-01"},
        "scope": scope, "weight": weight, "amount": "100.01", "units": "2", "total_weight": "100", "uncharged": "50.00"
    })
}

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("pool_opened.v1", {
            let mut opened = opened(&json!({"kind": "building", "building": "3栋"}), &json!({"kind": "building_area"}));
            opened["kinds"] = json!(["residence"]);
            opened["excluded"] = json!([{"unit": OTHER_UNIT, "code": "3-1-0101", "reason": "底层不用电梯"}]);
            opened
        }),
        (
            "pool_opened.v1.entrance",
            opened(
                &json!({"kind": "entrance", "building": "3栋", "entrance": "1单元"}),
                &json!({"kind": "formula", "formula": "area * floor"}),
            ),
        ),
        (
            "pool_opened.v1.usage",
            opened(&json!({"kind": "community"}), &json!({"kind": "usage", "utility": "electricity"})),
        ),
        ("pool_opened.v1.units", opened(&json!({"kind": "units", "units": [UNIT]}), &json!({"kind": "household"}))),
        ("pool_opened.v1.lowering", {
            let mut opened = opened(&json!({"kind": "community"}), &json!({"kind": "coefficient"}));
            (opened["amount"], opened["uncharged"]) = (json!("-10.00"), json!("0.00"));
            opened["lowers"] = json!(POOL);
            opened
        }),
        (
            "pool_shares_fixed.v1",
            json!({
                "chunk": "1",
                "shares": [
                    {"unit": UNIT, "code": "3-1-1202", "weight": "50", "amount": "50.01", "remainder_fen": true},
                    {
                        "unit": OTHER_UNIT, "code": "3-1-1203", "weight": "50", "amount": "50.00", "remainder_fen": false,
                        "uncharged": "obligor_missing"
                    }
                ]
            }),
        ),
        ("pool_discarded.v1", json!({"reason": "金额录错"})),
        (
            "pool_posting_started.v1",
            json!({"amount": "50.01", "due_on": "2026-02-28", "approved": approved(), "seen": seen()}),
        ),
        (
            "pool_chunk_posted.v1",
            json!({"chunk": "1", "uncharged": [{"unit": OTHER_UNIT, "amount": "50.00", "reason": "obligor_missing"}]}),
        ),
        ("pool_posted.v1", json!({"charged": "50.01", "uncharged": "50.00"})),
        ("pool_reversal_started.v1", json!({"reason": "电表抄错", "approved": approved(), "seen": seen()})),
        ("pool_chunk_reversed.v1", json!({"chunk": "1"})),
        ("pool_reversed.v1", json!({})),
    ]
}
