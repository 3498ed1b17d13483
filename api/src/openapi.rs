//! The OpenAPI 3.1 document, made from the routes themselves: operation id = name of the command or query.

use crate::authorise::{Asker, Granted, permits};
use crate::endpoint::{Handler, Route, Scope};
use crate::http::verb;
use axum::http::StatusCode;
use mingzhang_domain::staff::Role;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The document.
pub fn document(routes: &[Route]) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let path = paths.entry(format!("/api/v1{}", route.path)).or_insert_with(|| json!({}));
        if let Value::Object(path) = path {
            path.insert(verb(&route.method), operation(route));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Mingzhang 明账",
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "description": DESCRIPTION,
        },
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": {"problem": problem_schema()},
        },
    })
}

const DESCRIPTION: &str = "Property-fee ledger. Amounts are strings with two decimals, dates YYYY-MM-DD, instants RFC 3339 \
in UTC. A command carries an Idempotency-Key: the same key and request give the same outcome for ever. A read may carry \
Ledger-Position and answers with it. Errors are RFC 9457 documents with a stable code; titles are Chinese, or English \
by Accept-Language.";

fn operation(route: &Route) -> Value {
    let mut operation = Map::new();
    operation.insert("operationId".into(), json!(route.operation));
    operation.insert("summary".into(), json!(route.summary));
    operation.insert("tags".into(), json!([tag(route)]));
    let mut parameters = path_parameters(route.path);
    parameters.extend(header_parameters(route));
    parameters.extend(route.parameters.iter().map(|parameter| {
        json!({"name": parameter.name, "in": "query", "description": parameter.description, "schema": parameter.schema})
    }));
    if !parameters.is_empty() {
        operation.insert("parameters".into(), Value::Array(parameters));
    }
    if let Some(body) = &route.body {
        let content = json!({"application/json": {"schema": body}});
        operation.insert("requestBody".into(), json!({"required": true, "content": content}));
    }
    operation.insert("responses".into(), responses(route));
    let may = |asker: Asker| permits(&asker, route.operation, Scope::of(route.path));
    if may(Asker::Nobody) {
        operation.insert("security".into(), json!([]));
    } else {
        operation.insert("security".into(), json!([{"bearer": []}]));
        if !may(Asker::Staff(BTreeSet::new())) {
            let with = |role: Role| Asker::Staff(BTreeSet::from([(role, Granted::Company)]));
            let staff = Role::ALL.iter().filter(|role| may(with(**role)));
            let roles = staff.map(|role| role.as_str());
            let administrator = may(Asker::Administrator { appointed: true }).then_some("administrator");
            operation.insert("x-roles".into(), json!(administrator.into_iter().chain(roles).collect::<Vec<_>>()));
        }
    }
    Value::Object(operation)
}

fn tag(route: &Route) -> &'static str {
    match Scope::of(route.path) {
        Scope::Installation => "installation",
        Scope::Company => "company",
        Scope::Community => "community",
    }
}

fn path_parameters(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    names
        .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}}))
        .collect()
}

fn header_parameters(route: &Route) -> Vec<Value> {
    match route.handler {
        Handler::Command(_) => vec![
            json!({"name": "Idempotency-Key", "in": "header", "required": true,
                "description": "1–128 visible ASCII characters.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 128, "pattern": "^[!-~]+$"}}),
            json!({"name": "Mingzhang-Given-Time", "in": "header",
                "description": "The instant it happens at; required on ledgers with a given clock, refused on others.",
                "schema": {"type": "string", "format": "date-time"}}),
        ],
        Handler::Query(_) | Handler::Download(_) => vec![json!({"name": "Ledger-Position", "in": "header",
            "description": "`<ledger_id>@<position>` that the answer must reflect at least.",
            "schema": {"type": "string"}})],
        Handler::Plain(_) => Vec::new(),
    }
}

fn responses(route: &Route) -> Value {
    let by_type = match route.handler {
        Handler::Download(_) => route.answer.clone(),
        Handler::Command(_) | Handler::Query(_) | Handler::Plain(_) => {
            json!({"application/json": {"schema": route.answer}})
        }
    };
    let mut content = json!({"description": "Done.", "content": by_type});
    let reads = matches!(route.handler, Handler::Query(_) | Handler::Download(_));
    if let (true, Value::Object(content)) = (reads, &mut content) {
        content.insert("headers".into(), json!({"Ledger-Position": {"schema": {"type": "string"}}}));
    }
    let problem = |text: &str| json!({"description": text, "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}}});
    let mut responses = Map::new();
    match &route.handler {
        Handler::Command(_) => {
            responses.insert("200".into(), json!({"description": "Applied, now or before."}));
            responses.insert("201".into(), content);
            responses.insert("409".into(), problem("The wish contradicts the ledger."));
            responses.insert("422".into(), problem("A field or a rule says no."));
        }
        Handler::Plain(_) if route.success == StatusCode::NO_CONTENT => {
            responses.insert("204".into(), json!({"description": "Done."}));
        }
        Handler::Plain(_) | Handler::Query(_) | Handler::Download(_) => {
            responses.insert(route.success.as_str().to_owned(), content);
        }
    }
    responses.insert("default".into(), problem("Why not."));
    Value::Object(responses)
}

fn problem_schema() -> Value {
    json!({
        "type": "object",
        "required": ["type", "title", "status", "code", "request_id"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string", "description": "zh-CN, or en by Accept-Language."},
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "Stable."},
            "detail": {"type": "string"},
            "request_id": {"type": "string", "format": "uuid"},
            "errors": {"type": "array", "items": {
                "type": "object",
                "required": ["pointer", "code", "rule"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body, or the parameter's name."},
                    "code": {"type": "string"},
                    "rule": {"type": "string"},
                },
            }},
        },
    })
}
