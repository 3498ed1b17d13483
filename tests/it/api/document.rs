//! The OpenAPI document, its snapshot, and what it takes to get anywhere.

use crate::server::Server;
use hyper::Method;
use mingzhang_api::authorise::{Asker, permits};
use mingzhang_api::endpoint::Scope;
use mingzhang_api::{openapi, router};
use std::collections::BTreeSet;
use std::path::Path;

#[test]
fn the_document_is_the_committed_one() {
    let document = serde_json::to_string_pretty(&openapi::document(&router::routes())).unwrap() + "\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &document).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == document, "docs/openapi.json is not what the code says: run with UPDATE_OPENAPI=1");
}

#[test]
fn an_operation_id_stands_once() {
    let routes: BTreeSet<_> = router::routes().iter().map(|route| route.operation).collect();
    assert_eq!(routes.len(), router::routes().len());
}

#[tokio::test]
async fn nobody_gets_anywhere_without_signing_in() {
    let server = Server::start().await;
    for route in router::routes() {
        if permits(&Asker::Nobody, route.operation, Scope::of(route.path)) {
            continue;
        }
        let path = format!("/api/v1{}", with_ids(route.path, "0190b0e0-0000-7000-8000-000000000001"));
        let body = (route.method != Method::GET).then(|| "{}".into());
        let reply = server.nobody.send(route.method.clone(), &path, &[("idempotency-key", "k")], body).await;
        assert_eq!(reply.refused(401), "sign_in_required", "{}", route.operation);
        assert_eq!(reply.header("www-authenticate"), "Bearer");
    }
    server.stop().await;
}

/// A path with the same id in every place.
pub(crate) fn with_ids(path: &str, id: &str) -> String {
    let parts: Vec<_> = path.split('/').map(|part| if part.starts_with('{') { id } else { part }).collect();
    parts.join("/")
}

#[tokio::test]
async fn the_document_and_its_page_are_served() {
    let server = Server::start().await;
    let served = server.nobody.get("/api/v1/openapi.json").await.good();
    assert_eq!(served, openapi::document(&router::routes()));
    assert!(server.nobody.get("/api/docs").await.text.contains("/api/docs.js"));
    assert_eq!(server.nobody.get("/healthz").await.text, "ok\n");
    assert_eq!(server.nobody.get("/readyz").await.good()["ready"], true);
    let metrics = server.nobody.get("/metrics").await.text;
    assert!(metrics.contains("mingzhang_http_requests_total"), "{metrics}");
    server.stop().await;
}
