//! Samples of `bill_run` facts.

use crate::account::approved;
use crate::ids::{FEE_ITEM, OTHER_UNIT, UNIT};
use crate::records::seen;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("bill_run_draft_started.v1", json!({"month": "2026-01", "fee_items": [FEE_ITEM], "units": "1167"})),
        (
            "bill_run_units_drafted.v1",
            json!({"units": [
                {"unit": UNIT, "charges": "2", "amount": "401.20", "digest": "1".repeat(64)},
                {"unit": OTHER_UNIT, "charges": "0", "amount": "0.00"},
            ]}),
        ),
        (
            "bill_run_drafted.v1",
            json!({"units": "1160", "charges": "1160", "amount": "286404.00", "digest": "2".repeat(64)}),
        ),
        ("bill_run_posting_started.v1", json!({"digest": "2".repeat(64), "approved": approved(), "seen": seen()})),
        ("bill_run_posting_started.v1.publish_on", json!({"digest": "2".repeat(64), "publish_on": "2026-01-05"})),
        ("bill_run_discarded.v1", json!({"reason": "面积录入有误"})),
        ("bill_run_started.v1", json!({"month": "2026-01", "fee_items": [FEE_ITEM], "units": "1167"})),
        ("bill_run_started.v1.publish_on", json!({"month": "2026-01", "units": "1167", "publish_on": "2026-01-05"})),
        (
            "unit_skipped.v1",
            json!({"unit": UNIT, "skips": [{"fee_item": FEE_ITEM, "reason": "formula_invalid", "missing": "coefficient",
                "service": {"from": "2026-01-01", "until": "2026-02-01"}}], "rule": "period_must_be_open"}),
        ),
        ("bill_run_completed.v1", json!({"charges": "1160", "amount": "286404.00", "skipped": "7"})),
        ("bill_run_reversal_started.v1", json!({"reason": "单价录入有误", "approved": approved(), "seen": seen()})),
        ("bill_run_reversed.v1", json!({"charges": "1159", "amount": "286154.00", "skipped": "1"})),
    ]
}
