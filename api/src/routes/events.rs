//! A community's events as they are appended: server-sent events whose ids are positions, so that a follower that was cut
//! off goes on where it was.
//!
//! What is sent is what stands in the log: pseudonymous, without vault text.

use crate::app::App;
use crate::body::rules;
use crate::endpoint::{Parameter, Scope};
use crate::http;
use crate::problem::Problem;
use crate::stream::Stream;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use hyper::body::Bytes;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::envelope::{Recorded, instant_text};
use mingzhang_domain::id::LedgerId;
use mingzhang_store::log;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, broadcast, mpsc};
use uuid::Uuid;

/// Events read at a time.
const CHUNK: u32 = 200;
/// How often a follower looks for what other processes appended, and hears that the connection lives.
const LOOK_EVERY: Duration = Duration::from_secs(5);
/// How long a follower is served before it must come again: roles may have ended.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// What the query string takes.
pub fn parameters() -> Vec<Parameter> {
    vec![Parameter {
        name: "after",
        description: "The position after which it begins, 0 for everything; absent: from now. `Last-Event-ID` goes before it.",
        schema: json!({"type": "integer", "minimum": 0}),
    }]
}

/// Follows a community's events after `Last-Event-ID` or `after`, or from now.
pub async fn follow_events(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let caller = http::session(&app, &parts.headers).await?.map(|session| session.principal);
    let ids = http::path_ids(&mut parts).await?;
    let ledger = Scope::Community.ledger(&app.directory, &ids)?;
    crate::authorise::authorise(&app.directory, "follow_events", caller, ledger)?;
    let mut parameters = http::parameters(&parts)?;
    let asked = parameters.take::<u64>("after", rules::POSITION)?;
    parameters.finish()?;
    let after = match parts.headers.get("last-event-id") {
        None => asked,
        Some(id) => {
            let id = id.to_str().ok().and_then(|text| text.parse::<u64>().ok());
            Some(id.ok_or_else(|| Problem::bad_parameter().at("Last-Event-ID", rules::POSITION))?)
        }
    };
    let slot = Arc::clone(&app.followers).try_acquire_owned().map_err(|_| Problem::busy().retry_after(30))?;
    let heads = app.lanes.heads();
    let mut conn = app.writer.acquire().await?;
    let head = log::head(&mut conn, ledger).await?.ok_or_else(Problem::ledger_unknown)?.size();
    drop(conn);
    let after = after.unwrap_or(head);
    if after > head {
        return Err(Problem::position_beyond_head().with("head", head));
    }
    let (sender, receiver) = mpsc::channel(16);
    let mut stopping = app.stopping.subscribe();
    tokio::spawn(async move {
        // Ends with the caller, the time, the server or the database: the caller comes again with the last id it saw.
        tokio::select! {
            _ = tokio::time::timeout(LONGEST, follow(app, ledger, after, heads, sender, slot)) => {}
            _ = stopping.changed() => {}
        }
    });
    let headers = [(CONTENT_TYPE, "text/event-stream"), (CACHE_CONTROL, "no-store")];
    Ok((headers, Body::new(Stream(receiver))).into_response())
}

async fn follow(
    app: Arc<App>,
    ledger: LedgerId,
    mut after: u64,
    mut heads: broadcast::Receiver<(LedgerId, u64)>,
    sender: mpsc::Sender<Bytes>,
    _slot: OwnedSemaphorePermit,
) -> Result<(), Problem> {
    loop {
        loop {
            let mut conn = app.writer.acquire().await?;
            let events = log::read_after(&mut conn, ledger, after, CHUNK).await?;
            drop(conn);
            for event in &events {
                let recorded = Recorded::from_body(&event.body).map_err(|_| Problem::halted())?;
                let text = line(&recorded).ok_or_else(Problem::halted)?;
                if sender.send(text).await.is_err() {
                    return Ok(());
                }
                after = event.position;
            }
            if events.is_empty() {
                break;
            }
        }
        if !woken(ledger, &mut heads).await && sender.send(Bytes::from_static(b": still here\n\n")).await.is_err() {
            return Ok(());
        }
    }
}

/// Waits for a commit to the ledger in this process, or for the time to look; says which it was.
async fn woken(ledger: LedgerId, heads: &mut broadcast::Receiver<(LedgerId, u64)>) -> bool {
    let commit = async {
        loop {
            match heads.recv().await {
                Ok((of, _)) if of == ledger => return,
                Ok(_) => {}
                // Too many commits to count: one of them may be the ledger's.
                Err(broadcast::error::RecvError::Lagged(_)) => return,
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            }
        }
    };
    tokio::time::timeout(LOOK_EVERY, commit).await.is_ok()
}

/// One event as it is sent.
#[derive(Serialize)]
struct Shown {
    position: u64,
    event_id: Uuid,
    event_type: &'static str,
    stream_type: &'static str,
    stream_id: Uuid,
    effective_on: CivilDate,
    recorded_at: String,
    data: Box<RawValue>,
}

/// An event in the form of server-sent events; none when it cannot be written, which no recorded event is.
fn line(event: &Recorded) -> Option<Bytes> {
    let shown = Shown {
        position: event.position,
        event_id: event.event_id.uuid(),
        event_type: event.event.event_type(),
        stream_type: event.stream.stream_type.as_str(),
        stream_id: event.stream.id,
        effective_on: event.effective_on,
        recorded_at: instant_text(event.recorded_at),
        data: event.event.data_json().ok()?,
    };
    let data = serde_json::to_string(&shown).ok()?;
    Some(format!("id: {}\nevent: {}\ndata: {data}\n\n", event.position, shown.event_type).into())
}
