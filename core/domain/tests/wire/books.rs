//! Samples of `books` facts.

use crate::account::approved;
use crate::records::seen;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    let set = |change: &str, provided: &str| json!({"change": change, "provided": provided, "reason": "账龄分析", "approved": approved(), "seen": seen()});
    vec![("allowance_set.v1", set("120.00", "500.00")), ("allowance_set.v1.lowered", set("-20.00", "480.00"))]
}
