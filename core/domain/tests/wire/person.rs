//! Samples of `person` facts.

use crate::ids::{VAULT_IDENTITY, VAULT_MOBILE, VAULT_NAME};
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("person_registered.v1", json!({"name": VAULT_NAME, "mobile": VAULT_MOBILE, "identity": VAULT_IDENTITY})),
        ("person_contact_changed.v1", json!({"mobile": VAULT_MOBILE})),
        ("person_erased.v1", json!({})),
    ]
}
