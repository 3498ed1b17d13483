//! Remembers every answer of the clients it watches, by operation: what a walk through the whole API is judged by. And how far
//! they have written, so that they read it.

use hyper::{Method, StatusCode};
use mingzhang_api::router;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// Method, path and operation of every route. Their schemas are made each time they are asked for.
static ROUTES: LazyLock<Vec<(Method, &str, &str)>> =
    LazyLock::new(|| router::routes().into_iter().map(|route| (route.method, route.path, route.operation)).collect());

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
    newest: Mutex<BTreeMap<String, u64>>,
}

impl Witness {
    /// Remembers an answer.
    pub fn saw(&self, method: &Method, path: &str, status: StatusCode, body: Value) {
        if let (Some(ledger), Some(position)) = (body["ledger_id"].as_str(), body["position"].as_u64()) {
            lock(&self.newest).insert(ledger.to_owned(), position);
        }
        lock(&self.answers).push(Answer { operation: operation(method, path), status, body });
    }

    /// The `Ledger-Position` of what was last written to the ledger that a path names last.
    pub fn written(&self, path: &str) -> Option<String> {
        let newest = lock(&self.newest);
        let found = path.split(['/', '?']).rev().find_map(|part| newest.get_key_value(part));
        found.map(|(ledger, position)| format!("{ledger}@{position}"))
    }

    /// Every answer so far.
    pub fn answers(&self) -> Vec<Answer> {
        lock(&self.answers).clone()
    }

    /// The codes of every rule that any answer named.
    pub fn codes(&self) -> BTreeSet<String> {
        let mut codes = BTreeSet::new();
        lock(&self.answers).iter().for_each(|answer| collect(&answer.body, &mut codes));
        codes
    }
}

fn lock<T>(held: &Mutex<T>) -> MutexGuard<'_, T> {
    held.lock().unwrap_or_else(PoisonError::into_inner)
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
    let found = ROUTES.iter().find(|(known, template, _)| known == method && fits(template));
    found.map(|(.., operation)| *operation).unwrap_or_default()
}
