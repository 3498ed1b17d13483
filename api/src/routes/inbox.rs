//! The inbox of the owners' app, as staff see it: what a person or the members of a party were told, and what was read; and
//! the outbox: what has to be said outside.

use crate::app::App;
use crate::body::{self, Count32, Field, bodies};
use crate::endpoint::{Parameter, Scope};
use crate::http;
use crate::problem::Problem;
use crate::query::{self, Ask, Query, Reply, page_parameters, page_schema};
use crate::reads;
use crate::rows::Row;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use mingzhang_domain::id::PersonId;
use mingzhang_projections::inbox::{self, InboxItem};
use mingzhang_projections::outbox::{self, OutboxItem};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// Lists what a person was told in a community, the newest first.
#[derive(Debug)]
pub struct ListPersonInbox;

impl Query for ListPersonInbox {
    const OPERATION: &'static str = "list_person_inbox";
    const WAITS_BY_ITSELF: bool = true;
    const SUMMARY: &'static str = "Lists what a person was told in a community, the newest first.";
    fn parameters() -> Vec<Parameter> {
        page_parameters()
    }
    fn answer() -> Value {
        page_schema(InboxItem::schema())
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let asked = reads::ask::<i64>(&ask.parameters.take_page()?)?;
        ask.parameters.finish()?;
        let person = ask.ids.get("person")?;
        fed(&app, inbox::NAME, &ask).await?;
        let read = app.read_models.inbox_of_person(ask.ledger, person, asked).await?;
        Ok(reads::page(read, |item| item.position))
    }
}

/// Lists what the members of a party were told, the newest first.
#[derive(Debug)]
pub struct ListPartyInbox;

impl Query for ListPartyInbox {
    const OPERATION: &'static str = "list_party_inbox";
    const WAITS_BY_ITSELF: bool = true;
    const SUMMARY: &'static str = "Lists what the members of a party were told, the newest first.";
    fn parameters() -> Vec<Parameter> {
        page_parameters()
    }
    fn answer() -> Value {
        page_schema(InboxItem::schema())
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let asked = reads::ask::<(i64, Uuid)>(&ask.parameters.take_page()?)?;
        ask.parameters.finish()?;
        let party = ask.ids.get("party")?;
        fed(&app, inbox::NAME, &ask).await?;
        let read = app.read_models.inbox_of_party(ask.ledger, party, asked).await?;
        Ok(reads::page(read, |item| (item.position, item.person_id)))
    }
}

/// Lists what has to be said outside, the newest first.
#[derive(Debug)]
pub struct ListOutbox;

impl Query for ListOutbox {
    const OPERATION: &'static str = "list_outbox";
    const WAITS_BY_ITSELF: bool = true;
    const SUMMARY: &'static str = "Lists what has to be said outside of the community's facts, the newest first: to a party that its receipt is ready or its refund was paid out, to WeChat that what an order paid for is delivered. Each stands once; ledger and position are its number at whoever delivers it.";
    fn parameters() -> Vec<Parameter> {
        page_parameters()
    }
    fn answer() -> Value {
        page_schema(OutboxItem::schema())
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let asked = reads::ask::<i64>(&ask.parameters.take_page()?)?;
        ask.parameters.finish()?;
        fed(&app, outbox::NAME, &ask).await?;
        let read = app.read_models.outbox(ask.ledger, asked).await?;
        Ok(reads::page(read, |item| item.position))
    }
}

/// Waits until what a reactor puts out reflects the asked position.
async fn fed(app: &App, name: &'static str, ask: &Ask) -> Result<(), Problem> {
    match ask.at_least {
        Some(position) => Ok(app.read_models.wait_for_reactor(name, ask.ledger, position, query::WAIT).await?),
        None => Ok(()),
    }
}

bodies! {
    /// How far a person has read.
    pub struct InboxReadBody {
        /// Position of the newest item that was read; those before it count as read, too.
        pub until: Count32,
    }
}

/// What [`put_inbox_read`] answers.
pub fn read_schema() -> Value {
    json!({"type": "object", "required": ["until"], "properties": {"until": Count32::schema()}})
}

/// Notes how far a person has read; an item that was read before keeps its time. No event.
pub async fn put_inbox_read(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, raw) = request.into_parts();
    let caller = http::session(&app, &parts.headers).await?.map(|session| session.principal);
    let ids = http::path_ids(&mut parts).await?;
    let community = Scope::Community.ledger(&app.directory, &ids)?;
    crate::authorise::authorise(&app.directory, "put_inbox_read", caller, community)?;
    let person: PersonId = ids.get("person")?;
    let body: InboxReadBody = body::read(&http::json_body(&parts.headers, raw).await?)?;
    let until = body.until.0;
    // A task owns the connection: a caller that goes away leaves nothing half done.
    let owner = Arc::clone(&app);
    let noted = tokio::spawn(async move {
        let mut conn = owner.writer.acquire().await?;
        Ok::<_, Problem>(inbox::mark_read(&mut conn, community, person, until.into(), owner.now()).await?)
    });
    noted.await.unwrap_or_else(|_| Err(Problem::internal()))?;
    Ok(http::answered(StatusCode::OK, json!({"until": until})))
}
