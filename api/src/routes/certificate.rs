//! The closing certificate 结账证明 of a sealed month, computed from the log up to its seal.

use super::figures::slot;
use crate::app::App;
use crate::body::{Field, rules};
use crate::download::{File, Name};
use crate::endpoint::{Handler, Parameter, Pending, Route};
use crate::problem::Problem;
use crate::query::{self, Ask, Request};
use axum::http::{Method, StatusCode};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::value::Count;
use mingzhang_store::error::StoreError;
use mingzhang_store::log;
use mingzhang_store::verify::{Certify, Claim};
use mingzhang_store::walk::walk;
use serde_json::json;
use std::ops::ControlFlow;
use std::sync::Arc;

/// Its operation.
const OPERATION: &str = "download_closing_certificate";
/// Its media type.
const MEDIA_TYPE: &str = "application/json";

/// The route.
pub fn route(path: &'static str) -> Route {
    let parameter = |name, description, schema| Parameter { name, description, schema };
    Route {
        operation: OPERATION,
        method: Method::GET,
        path,
        summary: "Hands out the closing certificate of a sealed month: checklist, size and root of the log, trial balance, voucher numbers and figures, as one line of canonical JSON that `mingzhang-replay certificate --check` computes again years later.",
        body: None,
        parameters: vec![
            parameter("period", "The month; required.", Month::schema()),
            parameter("version", "The version of its figures; the newest when absent.", Count::schema()),
        ],
        answer: json!({(MEDIA_TYPE): {"schema": {"type": "string", "format": "binary"}}}),
        success: StatusCode::OK,
        handler: Handler::Download(run),
    }
}

fn run(app: Arc<App>, request: Request) -> Pending<File> {
    Box::pin(async move {
        let work = tokio::spawn(async move {
            let ask = query::begin(&app, OPERATION, true, request).await?;
            certified(&app, ask).await
        });
        work.await.unwrap_or_else(|_| Err(Problem::internal()))
    })
}

async fn certified(app: &App, mut ask: Ask) -> Result<File, Problem> {
    let period = ask.parameters.take::<Month>("period", rules::MONTH_FORM)?;
    let period = period.ok_or_else(|| Problem::bad_parameter().at("period", rules::REQUIRED))?;
    let version = ask.parameters.take::<Count>("version", rules::WHOLE)?;
    ask.parameters.finish()?;
    let read = app.read_models.sealed_at(ask.ledger, period, version).await?;
    let position = read.value.ok_or_else(Problem::not_found)?;
    let _slot = slot(app)?;
    let mut conn = app.writer.acquire().await?;
    let stored = log::events_between(&mut conn, ask.ledger, position, position).await?.pop();
    drop(conn);
    let event = Recorded::from_body(&stored.ok_or_else(Problem::internal)?.body).map_err(|_| Problem::halted())?;
    let claim = Claim::of(&event).ok_or_else(Problem::internal)?;
    let halted = |error: &dyn std::fmt::Display| Problem::from(StoreError::Halted(error.to_string()));
    let certify = Certify::new(claim).map_err(|error| halted(&error))?;
    let size = certify.size();
    let certify = walk(&app.writer, ask.ledger, size, certify, |certify, stored, event| {
        certify.see(&stored.body, event);
        Ok(ControlFlow::Continue(()))
    });
    let certificate = certify.await?.finish().map_err(|error| halted(&error))?;
    let bytes = certificate.bytes().map_err(|error| halted(&error))?;
    let name = format!("结账证明-{period}-{}", certificate.version);
    let name = Name { name, plain: "closing-certificate", ending: "json" };
    Ok(File::new((ask.ledger, read.position), MEDIA_TYPE, &name, bytes))
}
