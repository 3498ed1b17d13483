//! The one path of a read: authorise, wait for the asked position if one is named, read, answer with the position.

use crate::app::App;
use crate::endpoint::{Parameter, Pending, Scope};
use crate::extract::{Ids, Page, Parameters};
use crate::problem::Problem;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::identity::Principal;
use serde_json::{Value, json};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// How long a read waits for the position it asks for.
pub const WAIT: Duration = Duration::from_secs(3);

/// A query as the API takes it.
pub trait Query: 'static {
    /// Its name: the operation id, in the policies.
    const OPERATION: &'static str;
    /// One sentence for the document.
    const SUMMARY: &'static str;

    /// True when it reads something else than the read models, such as the directory: it then waits by itself.
    const WAITS_BY_ITSELF: bool = false;

    /// What its query string takes.
    fn parameters() -> Vec<Parameter> {
        Vec::new()
    }

    /// The schema of what it answers.
    fn answer() -> Value;

    /// Reads. Every parameter it knows is taken; what is left over is refused before.
    fn read(app: Arc<App>, ask: Ask) -> impl Future<Output = Result<Reply, Problem>> + Send;
}

/// What a read asks for.
#[derive(Debug)]
pub struct Ask {
    /// The ledger.
    pub ledger: LedgerId,
    /// The ids of the path.
    pub ids: Ids,
    /// The query string.
    pub parameters: Parameters,
    /// Who asks.
    pub caller: Option<Principal>,
    /// The position the answer must reflect at least.
    pub at_least: Option<u64>,
}

/// What a read answers.
#[derive(Debug)]
pub struct Reply {
    /// The document.
    pub body: Value,
    /// The position it reflects.
    pub position: u64,
}

/// What a read says besides its path.
#[derive(Debug)]
pub struct Request {
    /// Which ledger the path names.
    pub scope: Scope,
    /// The ids of the path.
    pub ids: Ids,
    /// Who asks.
    pub caller: Option<Principal>,
    /// The query string.
    pub parameters: Parameters,
    /// The `Ledger-Position` header.
    pub position: Option<(LedgerId, u64)>,
}

/// An answered read: the ledger and what it said.
pub type Answered = (LedgerId, Reply);

/// How a query runs once its type is forgotten.
pub type Run = fn(Arc<App>, Request) -> Pending<Answered>;

/// Runs a query in a task of its own, which owns its transaction: a caller that goes away leaves none open.
pub fn run<Q: Query>(app: Arc<App>, request: Request) -> Pending<Answered> {
    Box::pin(async move {
        let work = tokio::spawn(async move {
            let ask = begin(&app, Q::OPERATION, !Q::WAITS_BY_ITSELF, request).await?;
            let ledger = ask.ledger;
            Ok((ledger, Q::read(app, ask).await?))
        });
        work.await.unwrap_or_else(|_| Err(Problem::internal()))
    })
}

/// What comes before every read: authorise, and wait for the asked position.
///
/// # Errors
/// 400, 401, 403, 404, 409, 503.
pub async fn begin(app: &App, operation: &str, waits: bool, request: Request) -> Result<Ask, Problem> {
    let ledger = request.scope.ledger(&app.directory, &request.ids)?;
    crate::authorise::authorise(&app.directory, operation, request.caller, ledger)?;
    let at_least = match request.position {
        None => None,
        Some((of, position)) if of == ledger => Some(position),
        Some(_) => return Err(Problem::bad_parameter().at("Ledger-Position", crate::body::rules::POSITION)),
    };
    let Request { ids, parameters, caller, .. } = request;
    if let (true, Some(position)) = (waits, at_least) {
        app.read_models.wait_for(ledger, position, WAIT).await?;
    }
    Ok(Ask { ledger, ids, parameters, caller, at_least })
}

/// A page of a list: the items, and the cursor of the next page while there is one.
///
/// One more item than the page holds was read, so that the last page says that it is the last.
pub fn page<T>(page: &Page, mut items: Vec<T>, key: impl Fn(&T) -> String, show: impl Fn(&T) -> Value) -> Value {
    let limit = usize::try_from(page.limit).unwrap_or(usize::MAX);
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(|last| crate::extract::cursor(&key(last))) } else { None };
    let items: Vec<_> = items.iter().map(show).collect();
    match next {
        Some(next) => json!({"items": items, "next_cursor": next}),
        None => json!({"items": items}),
    }
}

/// The schema of a page.
pub fn page_schema(item: Value) -> Value {
    json!({
        "type": "object",
        "required": ["items"],
        "properties": {
            "items": {"type": "array", "items": item},
            "next_cursor": {"type": "string", "description": "Absent on the last page."},
        },
    })
}

/// The parameters of every list.
pub fn page_parameters() -> Vec<Parameter> {
    vec![
        Parameter {
            name: "limit",
            description: "Items at most.",
            schema: json!({"type": "integer", "minimum": 1, "maximum": crate::extract::MAX_PAGE, "default": crate::extract::PAGE}),
        },
        Parameter {
            name: "cursor",
            description: "`next_cursor` of the page before.",
            schema: json!({"type": "string", "maxLength": 128}),
        },
    ]
}
