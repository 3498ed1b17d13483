//! Between axum and the two paths: reads heads and bodies within their bounds, and writes answers.

use crate::app::App;
use crate::authorise::authorise;
use crate::body::json;
use crate::endpoint::{Handler, Route, Scope};
use crate::extract::{self, IdempotencyKey, Ids, LEDGER_POSITION, Parameters};
use crate::problem::Problem;
use crate::{command, query};
use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::{FromRequestParts, Query, RawPathParams, Request, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{self, MethodRouter};
use mingzhang_domain::id::LedgerId;
use mingzhang_store::identity::{Principal, Session};
use mingzhang_store::lane::SubmitError;
use serde_json::Value;
use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

/// The longest body of JSON, bytes.
pub const LONGEST_BODY: usize = 1024 * 1024;
/// How long a body may take to arrive.
const BODY_WITHIN: Duration = Duration::from_secs(30);
/// How long a command waits for room in its lane before it is turned away.
const AT_THE_DOOR: Duration = Duration::from_millis(50);

/// What axum runs for a route.
pub fn method_router(route: Route) -> MethodRouter<Arc<App>> {
    let scope = Scope::of(route.path);
    match route.handler {
        Handler::Command(run) => routing::post(move |State(app): State<Arc<App>>, request: Request| async move {
            let (mut parts, body) = request.into_parts();
            match command_request(&app, scope, &mut parts, body).await {
                Ok((request, body)) => run(app, request, body).await.map(IntoResponse::into_response),
                Err(problem) => Err(problem),
            }
        }),
        Handler::Query(run) => routing::get(move |State(app): State<Arc<App>>, request: Request| async move {
            let (mut parts, _) = request.into_parts();
            match query_request(&app, scope, &mut parts).await {
                Ok(request) => run(app, request).await.map(read_answer),
                Err(problem) => Err(problem),
            }
        }),
        Handler::Download(run) => routing::get(move |State(app): State<Arc<App>>, request: Request| async move {
            let (mut parts, _) = request.into_parts();
            match query_request(&app, scope, &mut parts).await {
                Ok(request) => run(app, request).await.map(IntoResponse::into_response),
                Err(problem) => Err(problem),
            }
        }),
        Handler::Plain(router) => *router,
    }
}

async fn command_request(
    app: &App,
    scope: Scope,
    parts: &mut Parts,
    body: Body,
) -> Result<(command::Request, Value), Problem> {
    let caller = session(app, &parts.headers).await?.map(|session| session.principal);
    // Who is not signed in is told so before anything about the request.
    let caller = Some(caller.ok_or_else(Problem::unauthenticated)?);
    let key = IdempotencyKey::of(&parts.headers)?;
    let given_at = extract::given_time(&parts.headers)?;
    let ids = path_ids(parts).await?;
    must_have_room(app, scope.ledger(&app.directory, &ids)?).await?;
    let body = json_body(&parts.headers, body).await?;
    Ok((command::Request { scope, ids, caller, key, given_at }, body))
}

/// Turns away who would be turned away by the lane before there was any work. Not at once: a caller who asks again and
/// again costs the others little, and often there is room by then.
async fn must_have_room(app: &App, ledger: LedgerId) -> Result<(), Problem> {
    if app.lanes.is_busy(ledger) {
        tokio::time::sleep(AT_THE_DOOR).await;
        if app.lanes.is_busy(ledger) {
            return Err(SubmitError::Busy.into());
        }
    }
    Ok(())
}

/// What a read says besides its path.
///
/// # Errors
/// 400, 401.
pub async fn query_request(app: &App, scope: Scope, parts: &mut Parts) -> Result<query::Request, Problem> {
    let caller = session(app, &parts.headers).await?.map(|session| session.principal);
    let position = extract::ledger_position(&parts.headers)?;
    let ids = path_ids(parts).await?;
    let parameters = parameters(parts)?;
    Ok(query::Request { scope, ids, caller, parameters, position })
}

impl IntoResponse for command::Answer {
    fn into_response(self) -> Response {
        (self.status, Json(self.body)).into_response()
    }
}

/// A read's answer with the position it reflects.
fn read_answer((ledger, reply): query::Answered) -> Response {
    let mut response = Json(reply.body).into_response();
    if let Ok(position) = HeaderValue::from_str(&format!("{ledger}@{}", reply.position)) {
        response.headers_mut().insert(HeaderName::from_static(LEDGER_POSITION), position);
    }
    response
}

/// Who calls, if the request carries a token.
///
/// # Errors
/// 401 when the token is nobody's.
pub async fn session(app: &App, headers: &HeaderMap) -> Result<Option<Session>, Problem> {
    match token(headers) {
        None if headers.contains_key(AUTHORIZATION) => Err(Problem::unauthenticated()),
        None => Ok(None),
        Some(token) => app.sessions.find(token, app.now()).await.map(Some),
    }
}

/// Who calls an operation that takes more than a command or a query does, the ids of its path, and the ledger that it names.
///
/// # Errors
/// 401, 403, 404; 400 when the path is none of the operation's.
pub async fn signed_in(
    app: &App,
    operation: &str,
    scope: Scope,
    parts: &mut Parts,
) -> Result<(Principal, Ids, LedgerId), Problem> {
    let caller = session(app, &parts.headers).await?.ok_or_else(Problem::unauthenticated)?.principal;
    let ids = path_ids(parts).await?;
    let ledger = scope.ledger(&app.directory, &ids)?;
    authorise(&app.directory, operation, Some(caller), ledger)?;
    Ok((caller, ids, ledger))
}

/// The bearer token of a request.
pub fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}

/// The ids of the path.
///
/// # Errors
/// 400 when the path is not UTF-8.
pub async fn path_ids(parts: &mut Parts) -> Result<Ids, Problem> {
    let raw = RawPathParams::from_request_parts(parts, &()).await.map_err(|_| Problem::not_found())?;
    Ok(Ids::new(raw.iter().map(|(name, id)| (name.to_owned(), id.to_owned()))))
}

/// The query string.
///
/// # Errors
/// 400 when it is malformed or names a parameter twice.
pub fn parameters(parts: &Parts) -> Result<Parameters, Problem> {
    let Query(pairs) =
        Query::<Vec<(String, String)>>::try_from_uri(&parts.uri).map_err(|_| Problem::bad_parameter())?;
    let mut names: Vec<_> = pairs.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(Problem::bad_parameter());
    }
    Ok(Parameters::new(pairs))
}

/// A body of JSON within its bounds.
///
/// # Errors
/// 415, 413, 400, 422.
pub async fn json_body(headers: &HeaderMap, body: Body) -> Result<Value, Problem> {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("application/json") {
        return Err(Problem::unsupported_media_type());
    }
    json::parse(&bytes(headers, body, LONGEST_BODY).await?)
}

/// A body of at most `longest` bytes, all of it within its time.
///
/// # Errors
/// 413, 400, 503.
pub async fn bytes(headers: &HeaderMap, body: Body, longest: usize) -> Result<Bytes, Problem> {
    let announced = headers.get("content-length").and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > longest) {
        return Err(Problem::too_large().with("longest", longest));
    }
    match tokio::time::timeout(BODY_WITHIN, axum::body::to_bytes(body, longest)).await {
        Err(_) => Err(Problem::timed_out()),
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_length(&error) => Err(Problem::too_large().with("longest", longest)),
        Ok(Err(_)) => Err(Problem::malformed()),
    }
}

fn is_length(error: &axum::Error) -> bool {
    std::error::Error::source(error).is_some_and(|source| source.is::<http_body_util::LengthLimitError>())
}

/// No such path.
pub async fn not_found() -> Problem {
    Problem::not_found()
}

/// The path exists for another method.
pub async fn method_not_allowed() -> Problem {
    Problem::method_not_allowed()
}

/// A bug: said loudly here, not at all to the caller. What the panic said may hold values and is not logged.
pub fn panicked(_: Box<dyn Any + Send>) -> Response {
    tracing::error!("a handler panicked");
    Problem::internal().into_response()
}

/// A JSON answer of a route by hand.
pub fn answered(status: StatusCode, body: Value) -> Response {
    (status, Json(body)).into_response()
}

/// The method of a document's operation in lower case.
pub fn verb(method: &Method) -> String {
    method.as_str().to_ascii_lowercase()
}
