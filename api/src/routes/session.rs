//! Signing in and out, and who one is.

use super::staff::{SignInBody, show_grant};
use crate::app::App;
use crate::body::{self, Field};
use crate::http;
use crate::problem::Problem;
use crate::server::Peer;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mingzhang_domain::envelope::instant_text;
use mingzhang_domain::id::StaffId;
use mingzhang_domain::staff::Role;
use mingzhang_store::identity::{self, PrincipalKind};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// Signs in with name and password; answers a bearer token, shown once.
pub async fn sign_in(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (parts, raw) = request.into_parts();
    let address = parts.extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |peer| peer.0);
    let body: SignInBody = match body::read(&http::json_body(&parts.headers, raw).await?) {
        Ok(body) => body,
        // A name or password that cannot exist is a wrong one; its shape is not explained to who guesses.
        Err(problem) if problem.errors.iter().all(|error| ["/name", "/password"].contains(&error.pointer.as_str())) => {
            return Err(Problem::wrong_password());
        }
        Err(problem) => return Err(problem),
    };
    let name = body.name.as_str();
    if let Some(seconds) = app.guesses.wait(name, address, app.now()) {
        return Err(Problem::too_many().retry_after(seconds));
    }
    let found = {
        let mut conn = app.writer.acquire().await?;
        identity::find_sign_in(&mut conn, name).await?
    };
    let hash = found.as_ref().map(|found| found.password_hash.clone());
    let right = app.passwords.check(body.password.as_str().to_owned(), hash).await?;
    let (Some(found), true) = (found, right) else {
        app.guesses.failed(name, address, app.now());
        return Err(Problem::wrong_password());
    };
    app.guesses.succeeded(name, address);
    let issued = app.sessions.issue(&found.name, app.now()).await?;
    let answer = json!({"token": issued.token, "expires_at": instant_text(issued.expires_at)});
    Ok(http::answered(StatusCode::CREATED, answer))
}

/// What a sign-in answers.
pub fn token_schema() -> Value {
    json!({
        "type": "object",
        "required": ["token", "expires_at"],
        "properties": {"token": {"type": "string"}, "expires_at": {"type": "string", "format": "date-time"}},
    })
}

/// Ends the session of the request's token.
pub async fn sign_out(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    http::session(&app, request.headers()).await?.ok_or_else(Problem::unauthenticated)?;
    if let Some(token) = http::token(request.headers()) {
        app.sessions.end(token).await?;
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// Who the request's token belongs to, and which roles they have.
pub async fn who_am_i(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let session = http::session(&app, request.headers()).await?.ok_or_else(Problem::unauthenticated)?;
    let principal = session.principal;
    let roles = match principal.kind {
        PrincipalKind::Administrator if app.directory.is_administrator(principal.id) => {
            vec![show_grant(&(Role::SuperAdmin, None))]
        }
        PrincipalKind::Staff => {
            app.directory.grants(principal.ledger_id, StaffId(principal.id)).iter().map(show_grant).collect()
        }
        PrincipalKind::Administrator | PrincipalKind::Person => Vec::new(),
    };
    let answer = json!({
        "name": session.name,
        "kind": principal.kind.as_str(),
        "id": principal.id.to_string(),
        "ledger_id": principal.ledger_id.to_string(),
        "roles": roles,
        "expires_at": instant_text(session.expires_at),
    });
    Ok(http::answered(StatusCode::OK, answer))
}

/// What [`who_am_i`] answers.
pub fn who_schema() -> Value {
    json!({
        "type": "object",
        "required": ["name", "kind", "id", "ledger_id", "roles", "expires_at"],
        "properties": {
            "name": {"type": "string"},
            "kind": {"type": "string", "enum": ["administrator", "staff", "person"]},
            "id": uuid::Uuid::schema(),
            "ledger_id": uuid::Uuid::schema(),
            "roles": {"type": "array", "items": {"type": "object", "required": ["role"], "properties": {
                "role": Role::schema(), "community": uuid::Uuid::schema(),
            }}},
            "expires_at": {"type": "string", "format": "date-time"},
        },
    })
}
