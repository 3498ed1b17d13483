//! The books of a month as files for other programs. A file is written to a temporary one in one snapshot and then handed out
//! piece by piece, so that neither memory nor a slow caller's transaction grows with the month.

use super::figures::slot;
use crate::app::App;
use crate::body::{Field, rules};
use crate::download::{File, Name};
use crate::endpoint::{Handler, Parameter, Pending, Route};
use crate::problem::Problem;
use crate::query::{self, Ask, Request};
use axum::http::{Method, StatusCode};
use mingzhang_domain::book::Purse;
use mingzhang_domain::calendar::Month;
use mingzhang_projections::export::{BooksFormat, ExportError};
use mingzhang_projections::sheet::words;
use serde_json::{Value, json};
use std::sync::Arc;

/// Its operation.
const OPERATION: &str = "download_books";

/// The route.
pub fn route(path: &'static str) -> Route {
    Route {
        operation: OPERATION,
        method: Method::GET,
        path,
        summary: "Hands out the books of a purse and month as a file: vouchers for 用友 or 金蝶, a journal for hledger or beancount, JSON in the shape of GB/T 24589 (without claiming conformance), the trial balance by code, or the sub-ledgers of the accounts. The same position gives the same bytes, and a closed month any later one.",
        body: None,
        parameters: parameters(),
        answer: content(),
        success: StatusCode::OK,
        handler: Handler::Download(run),
    }
}

fn parameters() -> Vec<Parameter> {
    let parameter = |name, description, schema| Parameter { name, description, schema };
    vec![
        parameter("period", "The accounting month; required.", Month::schema()),
        parameter("format", "What is written; required.", json!({"type": "string", "enum": BooksFormat::WORDS})),
        parameter(
            "purse",
            "Whose money; the company's when absent. The maintenance fund's books are a file of their own.",
            Purse::schema(),
        ),
    ]
}

fn content() -> Value {
    let formats = BooksFormat::WORDS.iter().filter_map(|word| word.parse::<BooksFormat>().ok());
    let schema = json!({"schema": {"type": "string", "format": "binary"}});
    formats.map(|format| (format.media_type().to_owned(), schema.clone())).collect()
}

fn run(app: Arc<App>, request: Request) -> Pending<File> {
    Box::pin(async move {
        let work = tokio::spawn(async move {
            let ask = query::begin(&app, OPERATION, true, request).await?;
            written(&app, ask).await
        });
        work.await.unwrap_or_else(|_| Err(Problem::internal()))
    })
}

async fn written(app: &App, mut ask: Ask) -> Result<File, Problem> {
    let required = |name: &str| Problem::bad_parameter().at(name, rules::REQUIRED);
    let period = ask.parameters.take::<Month>("period", rules::MONTH_FORM)?.ok_or_else(|| required("period"))?;
    let format = ask.parameters.take::<BooksFormat>("format", rules::WORD)?.ok_or_else(|| required("format"))?;
    let purse = ask.parameters.take::<Purse>("purse", rules::WORD)?.unwrap_or(Purse::Company);
    ask.parameters.finish()?;
    let _slot = slot(app)?;
    let file = tokio::task::spawn_blocking(tempfile::tempfile).await.map_err(|_| Problem::internal())?;
    let file = file.map_err(|error| failed(&error))?;
    let read =
        app.read_models.export(ask.ledger, (purse, period), format, file).await.map_err(|error| match error {
            ExportError::Read(error) => error.into(),
            // The seal follows a close within seconds, and the bytes of a closed month are those that it seals.
            ExportError::NotSealed => Problem::position_not_reached().retry_after(1),
            ExportError::TooLong => Problem::bad_parameter().at("format", rules::SUB_LEDGER_BOUNDED),
            ExportError::File(error) => failed(&error),
        })?;
    let length = read.value.metadata().map_err(|error| failed(&error))?.len();
    let purse = if purse == Purse::Company { String::new() } else { format!("-{}", words::purse(purse)) };
    let name = Name { name: format!("{}-{period}{purse}", format.title()), plain: "books", ending: format.ending() };
    Ok(File::spooled((ask.ledger, read.position), format.media_type(), &name, (read.value, length)))
}

fn failed(error: &std::io::Error) -> Problem {
    tracing::error!(%error, "the books could not be written to a file");
    Problem::internal()
}
