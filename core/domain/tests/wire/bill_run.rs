//! Samples of `bill_run` facts.

use crate::ids::{FEE_ITEM, UNIT};
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("bill_run_started.v1", json!({"month": "2026-01", "fee_items": [FEE_ITEM], "units": "1167"})),
        (
            "unit_skipped.v1",
            json!({"unit": UNIT, "skips": [{"fee_item": FEE_ITEM, "reason": "formula_invalid", "missing": "coefficient",
                "service": {"from": "2026-01-01", "until": "2026-02-01"}}], "rule": "period_must_be_open"}),
        ),
        ("bill_run_completed.v1", json!({"charges": "1160", "amount": "286404.00", "skipped": "7"})),
    ]
}
