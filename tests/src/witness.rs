//! Remembers every answer of the clients it watches, by operation: what a walk through the whole API is judged by.

use hyper::{Method, StatusCode};
use mingzhang_api::router;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The operation id; empty for a path that is no route.
    pub operation: &'static str,
    /// HTTP status.
    pub status: StatusCode,
    /// The body; null when it is no JSON.
    pub body: Value,
}

/// Every answer so far, in order.
#[derive(Debug, Default)]
pub struct Witness {
    answers: Mutex<Vec<Answer>>,
}

impl Witness {
    /// Remembers an answer.
    pub fn saw(&self, method: &Method, path: &str, status: StatusCode, body: Value) {
        self.lock().push(Answer { operation: operation(method, path), status, body });
    }

    /// Every answer so far.
    pub fn answers(&self) -> Vec<Answer> {
        self.lock().clone()
    }

    /// The codes of every rule that any answer named.
    pub fn codes(&self) -> BTreeSet<String> {
        let mut codes = BTreeSet::new();
        self.lock().iter().for_each(|answer| collect(&answer.body, &mut codes));
        codes
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Answer>> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The texts under `code`, wherever they stand.
fn collect(value: &Value, codes: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            codes.extend(fields.get("code").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|value| collect(value, codes));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, codes)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The operation of a request.
fn operation(method: &Method, path: &str) -> &'static str {
    let path = path.split('?').next().unwrap_or_default();
    let parts: Vec<_> = path.strip_prefix("/api/v1").unwrap_or_default().split('/').collect();
    let fits = |template: &str| {
        let template: Vec<_> = template.split('/').collect();
        template.len() == parts.len()
            && template.iter().zip(&parts).all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
    };
    let found = router::routes().into_iter().find(|route| route.method == method && fits(route.path));
    found.map(|route| route.operation).unwrap_or_default()
}
