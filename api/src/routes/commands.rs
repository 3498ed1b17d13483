//! The outcome of one command, and batches of commands.

use crate::app::App;
use crate::body::{self, Field, bodies};
use crate::command::{self, Answer};
use crate::endpoint::{Handler, Scope};
use crate::extract::{self, IdempotencyKey, Ids};
use crate::http;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::shell::{self, RequestId};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::CommandId;
use mingzhang_store::log;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, OnceLock};
use tokio::task::JoinSet;

/// Commands of one batch at most.
const LONGEST_BATCH: usize = 200;

/// Answers what a command did; 404 when it was refused or never came.
macro_rules! get_command {
    ($($name:ident = $operation:literal;)+) => { $(
        /// Answers what a command did; 404 when it was refused or never came.
        #[derive(Debug)]
        pub struct $name;

        impl Query for $name {
            const OPERATION: &'static str = $operation;
            const WAITS_BY_ITSELF: bool = true;
            const SUMMARY: &'static str = "Answers what a command did; 404 when it was refused or never came.";
            fn answer() -> Value {
                command::answer_schema()
            }
            async fn read(app: Arc<App>, ask: Ask) -> Result<Reply, Problem> {
                outcome(&app, ask).await
            }
        }
    )+ };
}
get_command! {
    GetInstallationCommand = "get_installation_command";
    GetCompanyCommand = "get_company_command";
    GetCommand = "get_command";
}

async fn outcome(app: &App, mut ask: Ask) -> Result<Reply, Problem> {
    ask.parameters.finish()?;
    let command_id: CommandId = ask.ids.get("command")?;
    let mut conn = app.writer.acquire().await?;
    let row = log::command(&mut conn, ask.ledger, command_id).await?.ok_or_else(Problem::not_found)?;
    let stored = log::events_between(&mut conn, ask.ledger, row.first_position, row.last_position).await?;
    let events: Result<Vec<_>, _> = stored.iter().map(|event| Recorded::from_body(&event.body)).collect();
    let events = events.map_err(|_| Problem::halted().retry_after(60))?;
    let answer = command::answer(ask.ledger, command_id, row.last_position, events.into());
    let body = serde_json::to_value(answer.body).map_err(|_| Problem::internal())?;
    Ok(Reply { body, position: row.last_position })
}

bodies! {
    /// One command of a batch.
    pub struct BatchItem {
        /// The operation id of a command whose path begins as the batch's does.
        pub operation: Operation,
        /// Its own key.
        pub idempotency_key: IdempotencyKey,
        /// The other ids of its path, by name.
        pub path: Option<PathIds>,
        /// Its body.
        pub body: Value,
    }

    /// Commands for one ledger, each with its own key and outcome.
    pub struct Batch {
        /// In any order of execution.
        pub items: Vec<BatchItem>,
    }
}

/// The name of an operation.
#[derive(Debug, Clone)]
pub struct Operation(String);

impl Field for Operation {
    fn read(value: &Value, pointer: &str, errors: &mut body::Errors) -> Option<Self> {
        let known = value.as_str().filter(|name| batchable().contains_key(*name));
        if known.is_none() {
            errors.push(pointer, body::rules::WORD);
        }
        known.map(|name| Self(name.to_owned()))
    }
    fn schema() -> Value {
        let mut names: Vec<_> = batchable().keys().copied().collect();
        names.sort_unstable();
        json!({"type": "string", "enum": names})
    }
}

/// The ids of a path beyond the ledger's.
#[derive(Debug, Clone)]
pub struct PathIds(pub Vec<(String, String)>);

impl Field for PathIds {
    fn read(value: &Value, pointer: &str, errors: &mut body::Errors) -> Option<Self> {
        let Some(fields) = value.as_object() else {
            errors.push(pointer, body::rules::OBJECT);
            return None;
        };
        let mut ids = Vec::with_capacity(fields.len());
        for (name, id) in fields {
            let id = uuid::Uuid::read(id, &format!("{pointer}/{}", body::token(name)), errors)?;
            ids.push((name.clone(), id.to_string()));
        }
        Some(Self(ids))
    }
    fn schema() -> Value {
        json!({"type": "object", "additionalProperties": {"type": "string", "format": "uuid"}})
    }
}

/// The community's commands by name, with the ids their paths have.
fn batchable() -> &'static HashMap<&'static str, (command::Run, Vec<&'static str>)> {
    static COMMANDS: OnceLock<HashMap<&'static str, (command::Run, Vec<&'static str>)>> = OnceLock::new();
    COMMANDS.get_or_init(|| {
        let community = |route: &crate::endpoint::Route| Scope::of(route.path) == Scope::Community;
        crate::router::routes_without_batch()
            .into_iter()
            .filter(community)
            .filter_map(|route| match route.handler {
                Handler::Command(run) => Some((route.operation, (run, names(route.path)))),
                Handler::Query(_) | Handler::Download(_) | Handler::Plain(_) => None,
            })
            .collect()
    })
}

/// The `{names}` of a path beyond the community's.
fn names(path: &'static str) -> Vec<&'static str> {
    let braced = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    braced.filter(|name| *name != "community").collect()
}

/// Runs a batch: every item goes through the lane at once, and each has its own outcome.
pub async fn run_batch(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, raw) = request.into_parts();
    let caller = http::session(&app, &parts.headers).await?.map(|session| session.principal);
    let ids = http::path_ids(&mut parts).await?;
    let ledger = Scope::Community.ledger(&app.directory, &ids)?;
    crate::authorise::authorise(&app.directory, "run_batch", caller, ledger)?;
    let given_at = extract::given_time(&parts.headers)?;
    let batch: Batch = body::read(&http::json_body(&parts.headers, raw).await?)?;
    if batch.items.is_empty() || batch.items.len() > LONGEST_BATCH {
        return Err(Problem::invalid_body().at("/items", body::rules::ITEMS));
    }
    let mut running = JoinSet::new();
    let count = batch.items.len();
    for (index, item) in batch.items.into_iter().enumerate() {
        let request = command::Request {
            scope: Scope::Community,
            ids: item_ids(&ids, &item),
            caller,
            key: item.idempotency_key,
            given_at,
        };
        let run = batchable().get(item.operation.0.as_str()).map(|(run, _)| *run).ok_or_else(Problem::internal)?;
        let app = Arc::clone(&app);
        running.spawn(async move { (index, run(app, request, item.body).await) });
    }
    let mut outcomes: Vec<Option<Result<Answer, Problem>>> = (0..count).map(|_| None).collect();
    while let Some(done) = running.join_next().await {
        let (index, outcome) = done.map_err(|_| Problem::internal())?;
        if let Some(slot) = outcomes.get_mut(index) {
            *slot = Some(outcome);
        }
    }
    let language = shell::language(&parts.headers);
    let request_id = parts.extensions.get::<RequestId>().map(|id| id.0.to_string()).unwrap_or_default();
    let items: Vec<Value> = outcomes
        .into_iter()
        .map(|outcome| match outcome.unwrap_or_else(|| Err(Problem::internal())) {
            Ok(answer) => json!({"status": answer.status.as_u16(), "answer": answer.body}),
            Err(problem) => {
                json!({"status": problem.status.as_u16(), "problem": problem.document(language, &request_id)})
            }
        })
        .collect();
    Ok(http::answered(StatusCode::OK, json!({"items": items})))
}

/// The ids an item's path would have: the batch's, and those it names, if its path has them.
fn item_ids(ids: &Ids, item: &BatchItem) -> Ids {
    let known = batchable().get(item.operation.0.as_str()).map(|(_, names)| names.as_slice()).unwrap_or_default();
    let own = item.path.iter().flat_map(|path| path.0.iter().cloned());
    ids.clone().with(own.filter(|(name, _)| known.contains(&name.as_str())))
}

/// What a batch answers.
pub fn batch_schema() -> Value {
    let item = json!({
        "type": "object",
        "required": ["status"],
        "properties": {
            "status": {"type": "integer"},
            "answer": command::answer_schema(),
            "problem": {"$ref": "#/components/schemas/problem"},
        },
    });
    json!({"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": item}}})
}
