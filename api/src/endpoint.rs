//! What a route is: its operation, path, what it takes and answers, and what runs. The router, the document and the table
//! of roles are all read from these.

use crate::app::App;
use crate::command::{self, Command};
use crate::directory::Directory;
use crate::document::{self, Document};
use crate::download::{self, Download};
use crate::extract::Ids;
use crate::problem::Problem;
use crate::query::{self, Query};
use axum::http::{Method, StatusCode};
use axum::routing::MethodRouter;
use mingzhang_domain::id::LedgerId;
use serde_json::{Value, json};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

/// Work whose type is forgotten.
pub type Pending<T> = Pin<Box<dyn Future<Output = Result<T, Problem>> + Send>>;

/// Which ledger a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Scope {
    /// None: the installation's.
    Installation,
    /// `/companies/{company}`
    Company,
    /// `/communities/{community}`
    Community,
}

impl Scope {
    /// From the path's beginning.
    pub fn of(path: &str) -> Self {
        if path.starts_with("/communities/{community}") {
            Self::Community
        } else if path.starts_with("/companies/{company}") {
            Self::Company
        } else {
            Self::Installation
        }
    }

    /// The ledger that the path names.
    ///
    /// # Errors
    /// 400 when the id is no UUID.
    pub fn ledger(self, directory: &Directory, ids: &Ids) -> Result<LedgerId, Problem> {
        match self {
            Self::Installation => Ok(directory.installation()),
            Self::Company => ids.get("company"),
            Self::Community => ids.get("community"),
        }
    }
}

/// What runs.
pub enum Handler {
    /// A command: through the lane.
    Command(command::Run),
    /// A query: from the read models.
    Query(query::Run),
    /// A query that is answered with a file.
    Download(download::Run),
    /// Anything else, by hand.
    Plain(Box<MethodRouter<Arc<App>>>),
}

/// A parameter of the document.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name in the query string.
    pub name: &'static str,
    /// What it does.
    pub description: &'static str,
    /// What it takes.
    pub schema: Value,
}

/// A route of the API.
pub struct Route {
    /// The operation id.
    pub operation: &'static str,
    /// GET, POST, PUT.
    pub method: Method,
    /// Below `/api/v1`, with `{names}`.
    pub path: &'static str,
    /// One sentence.
    pub summary: &'static str,
    /// The schema of what it takes.
    pub body: Option<Value>,
    /// What its query string takes.
    pub parameters: Vec<Parameter>,
    /// The schema of what it answers; of a file, its content by media type.
    pub answer: Value,
    /// The status of a success; a command that begins no stream answers 200.
    pub success: StatusCode,
    /// What runs.
    pub handler: Handler,
}

/// A command at a path.
pub fn post<C: Command>(path: &'static str) -> Route {
    Route {
        operation: C::OPERATION,
        method: Method::POST,
        path,
        summary: C::SUMMARY,
        body: Some(<C::Body as crate::body::Field>::schema()),
        parameters: Vec::new(),
        answer: command::answer_schema(),
        success: StatusCode::CREATED,
        handler: Handler::Command(command::run::<C>),
    }
}

/// A query at a path.
pub fn get<Q: Query>(path: &'static str) -> Route {
    Route {
        operation: Q::OPERATION,
        method: Method::GET,
        path,
        summary: Q::SUMMARY,
        body: None,
        parameters: Q::parameters(),
        answer: Q::answer(),
        success: StatusCode::OK,
        handler: Handler::Query(query::run::<Q>),
    }
}

/// A query at a path that is answered with a file.
pub fn file<D: Download>(path: &'static str) -> Route {
    Route {
        operation: D::OPERATION,
        method: Method::GET,
        path,
        summary: D::SUMMARY,
        body: None,
        parameters: download::parameters::<D>(),
        answer: download::content(),
        success: StatusCode::OK,
        handler: Handler::Download(download::run::<D>),
    }
}

/// A query at a path that is answered with a document.
pub fn paper<D: Document>(path: &'static str) -> Route {
    Route {
        operation: D::OPERATION,
        method: Method::GET,
        path,
        summary: D::SUMMARY,
        body: None,
        parameters: D::parameters(),
        answer: document::content(),
        success: StatusCode::OK,
        handler: Handler::Download(document::run::<D>),
    }
}

/// A route by hand.
pub fn plain(
    operation: &'static str,
    method: Method,
    path: &'static str,
    summary: &'static str,
    handler: MethodRouter<Arc<App>>,
) -> Route {
    let (body, parameters, answer) = (None, Vec::new(), json!({"type": "object"}));
    let (success, handler) = (StatusCode::OK, Handler::Plain(Box::new(handler)));
    Route { operation, method, path, summary, body, parameters, answer, success, handler }
}

impl Route {
    /// The same route with the schemas of what it takes and answers.
    #[must_use]
    pub fn with(mut self, body: Option<Value>, answer: Value) -> Self {
        (self.body, self.answer) = (body, answer);
        self
    }

    /// The same route with another status of success.
    #[must_use]
    pub fn answering(mut self, success: StatusCode) -> Self {
        self.success = success;
        self
    }

    /// The same route with what its query string takes.
    #[must_use]
    pub fn taking(mut self, parameters: Vec<Parameter>) -> Self {
        self.parameters = parameters;
        self
    }
}
