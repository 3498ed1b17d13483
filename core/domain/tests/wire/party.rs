//! Samples of `party` facts.

use crate::ids::PERSON;
use serde_json::{Value, json};

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        (
            "party_formed.v1",
            json!({"kind": "owner_group", "members": [{"person": PERSON, "share": "1"}], "contact": PERSON}),
        ),
        ("party_formed.v1.developer", json!({"kind": "developer", "name": "和园开发有限公司"})),
        ("party_contact_changed.v1", json!({"contact": PERSON})),
    ]
}
