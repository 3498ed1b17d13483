//! Samples of `staff` facts.

use crate::ids::{COMMUNITY, PERSON, VAULT_NAME};
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("staff_hired.v1", json!({"name": VAULT_NAME, "person": PERSON})),
        ("staff_linked.v1", json!({"person": PERSON})),
        ("role_granted.v1", json!({"role": "cashier", "community": COMMUNITY})),
        ("role_granted.v1.company_wide", json!({"role": "finance"})),
        ("role_revoked.v1", json!({"role": "cashier", "community": COMMUNITY})),
        ("staff_left.v1", json!({})),
    ]
}
