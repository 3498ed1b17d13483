//! What operators and browsers ask for: liveness, readiness, metrics, the document and its page.

use crate::app::App;
use crate::{http, openapi, router};
use axum::Router;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde_json::json;
use std::sync::{Arc, OnceLock};

/// The routes outside `/api/v1`, for operators and browsers; nothing of a ledger is answered here.
pub fn router() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(|| async { "ok\n" }))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/api/v1/openapi.json", get(document))
        .route("/api/docs", get(|| async { page("text/html; charset=utf-8", include_str!("../../assets/docs.html")) }))
        .route(
            "/api/docs.js",
            get(|| async { page("text/javascript; charset=utf-8", include_str!("../../assets/docs.js")) }),
        )
}

/// Ready when the database answers; says how far the read models lag.
async fn ready(State(app): State<Arc<App>>) -> Response {
    let reachable = sqlx::Connection::ping(&mut *match app.reader.acquire().await {
        Ok(conn) => conn,
        Err(_) => return not_ready(),
    })
    .await;
    match reachable {
        Ok(()) => http::answered(StatusCode::OK, json!({"ready": true, "lag_events": app.metrics.lag.get()})),
        Err(_) => not_ready(),
    }
}

fn not_ready() -> Response {
    http::answered(StatusCode::SERVICE_UNAVAILABLE, json!({"ready": false}))
}

async fn metrics(State(app): State<Arc<App>>) -> Response {
    let kind: [(HeaderName, &str); 1] = [(CONTENT_TYPE, "application/openmetrics-text; version=1.0.0; charset=utf-8")];
    (kind, app.metrics.text()).into_response()
}

async fn document() -> Response {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    let text = DOCUMENT.get_or_init(|| openapi::document(&router::routes()).to_string());
    ([(CONTENT_TYPE, "application/json")], text.as_str()).into_response()
}

fn page(kind: &'static str, text: &'static str) -> Response {
    const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'";
    ([(CONTENT_TYPE, kind), (CONTENT_SECURITY_POLICY, POLICY)], text).into_response()
}
