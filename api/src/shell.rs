//! What surrounds every request: an id, a time bound, one line in the log, the metrics, and the problem document.

use crate::app::App;
use crate::problem::{Language, Problem};
use axum::body::Body;
use axum::extract::{MatchedPath, Request, State};
use axum::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// The longest a request may take before its answer begins; what it started goes on.
const LONGEST: Duration = Duration::from_secs(60);
/// Names a request in answers and logs.
const REQUEST_ID: &str = "x-request-id";

/// The id of a request.
#[derive(Debug, Clone, Copy)]
pub struct RequestId(pub Uuid);

/// The language a request wants.
pub fn language(headers: &HeaderMap) -> Language {
    Language::of(headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()))
}

/// The outermost layer.
pub async fn around(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    let id = RequestId(crate::ids::mint());
    request.extensions_mut().insert(id);
    let language = language(request.headers());
    let method = request.method().clone();
    // The template, never the path: ids and guesses stay out of logs and labels.
    let route =
        request.extensions().get::<MatchedPath>().map_or("unmatched".to_owned(), |path| path.as_str().to_owned());
    let began = Instant::now();
    let answered = tokio::time::timeout(LONGEST, next.run(request)).await;
    let mut response = answered.unwrap_or_else(|_| Problem::timed_out().retry_after(5).into_response());
    let problem = response.extensions_mut().remove::<Problem>().or_else(|| bare(&response));
    let code = problem.as_ref().map(|problem| problem.rule.code);
    if let Some(problem) = problem {
        response = document(&problem, language, id);
    }
    finish(response.headers_mut(), id);
    let (status, took) = (response.status().as_u16(), began.elapsed());
    app.metrics.answered(&route, method.as_str(), status, took);
    let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    tracing::info!(request_id = %id.0, %method, route, status, code, micros, "answered");
    response
}

/// An error that came without a problem, from the framework itself. A page says by itself what is wrong.
fn bare(response: &Response) -> Option<Problem> {
    if response.headers().get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        return None;
    }
    match response.status() {
        StatusCode::METHOD_NOT_ALLOWED => Some(Problem::method_not_allowed()),
        StatusCode::NOT_FOUND => Some(Problem::not_found()),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Problem::too_large()),
        status if status.is_client_error() => Some(Problem { status, ..Problem::bad_parameter() }),
        status if status.is_server_error() => Some(Problem { status, ..Problem::internal() }),
        _ => None,
    }
}

fn document(problem: &Problem, language: Language, id: RequestId) -> Response {
    let text = problem.document(language, &id.0.to_string()).to_string();
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = problem.status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(seconds) = problem.retry_after {
        headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    if problem.status == StatusCode::UNAUTHORIZED {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    response
}

/// Headers of every answer: nothing is kept by a cache, nothing is guessed by a browser.
fn finish(headers: &mut HeaderMap, id: RequestId) {
    if let Ok(id) = HeaderValue::from_str(&id.0.to_string()) {
        headers.insert(REQUEST_ID, id);
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
}
