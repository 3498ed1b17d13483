//! The path of a read whose answer is a document: the same as of any other read, and what was read is printed as PDF.

use crate::app::App;
use crate::download::{File, Name};
use crate::endpoint::{Parameter, Pending};
use crate::problem::Problem;
use crate::query::{self, Ask, Request};
use mingzhang_documents::render::Job;
use serde_json::{Value, json};
use std::future::Future;
use std::sync::Arc;

/// The media type of documents.
pub const MEDIA_TYPE: &str = "application/pdf";

/// A query that is answered with a document.
pub trait Document: 'static {
    /// Its name: the operation id, in the policies.
    const OPERATION: &'static str;
    /// One sentence for the document of the API.
    const SUMMARY: &'static str;

    /// What its query string takes.
    fn parameters() -> Vec<Parameter>;

    /// Reads. Every parameter it knows is taken; what is left over is refused before.
    fn read(app: Arc<App>, ask: Ask) -> impl Future<Output = Result<Paper, Problem>> + Send;
}

/// What a document reads.
#[derive(Debug)]
pub struct Paper {
    /// What is printed.
    pub job: Job,
    /// The name of the file, without its ending, in any letters.
    pub name: String,
    /// The same for programs that know ASCII only.
    pub plain_name: &'static str,
    /// The position it reflects.
    pub position: u64,
}

/// The content of a document's answer, by media type.
pub fn content() -> Value {
    json!({MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}})
}

/// Runs a document in a task of its own, which owns its transaction.
pub fn run<D: Document>(app: Arc<App>, request: Request) -> Pending<File> {
    Box::pin(async move {
        let work = tokio::spawn(async move {
            let ask = query::begin(&app, D::OPERATION, true, request).await?;
            let ledger = ask.ledger;
            let Paper { job, name, plain_name, position } = D::read(Arc::clone(&app), ask).await?;
            let printed = app.printing.print(job).await?;
            if printed.gaps > 0 {
                tracing::warn!(
                    operation = D::OPERATION,
                    gaps = printed.gaps,
                    "the font lacks characters of a document"
                );
            }
            let name = Name { name, plain: plain_name, ending: "pdf" };
            Ok(File::new((ledger, position), MEDIA_TYPE, &name, printed.pdf))
        });
        work.await.unwrap_or_else(|_| Err(Problem::internal()))
    })
}
