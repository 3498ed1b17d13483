//! Samples of `import` facts.

use serde_json::{Value, json};

const DIGEST: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    vec![
        ("import_started.v1", json!({"kind": "community", "file": DIGEST, "rows": "1457"})),
        ("import_completed.v1", json!({"posted": "1450", "refused": "7"})),
    ]
}
