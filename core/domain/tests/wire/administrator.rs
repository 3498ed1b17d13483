//! Samples of `administrator` facts.

use crate::ids::VAULT_NAME;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![("administrator_appointed.v1", json!({"name": VAULT_NAME})), ("administrator_dismissed.v1", json!({}))]
}
