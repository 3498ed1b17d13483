//! The receipts of a month on paper: a ZIP of PDFs with a hundred receipts each, written while it is read.
//!
//! Memory holds one of its PDFs at a time. May never happen here: an archive that ends well and lacks receipts; what cannot be
//! printed cuts the transfer off.

use super::receipt_document::{layout_parameter, receipts};
use crate::app::App;
use crate::body::{Field, rules};
use crate::download::{Name, disposition};
use crate::endpoint::{Parameter, Route, Scope, plain};
use crate::extract::LEDGER_POSITION;
use crate::names::Asker;
use crate::problem::Problem;
use crate::{http, query, stamp};
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{HeaderMap, Method};
use axum::response::{IntoResponse, Response};
use axum::routing;
use mingzhang_documents::receipt::{self, Layout};
use mingzhang_documents::stamp::Stamp;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::id::ReceiptId;
use mingzhang_projections::printed_receipt::MAX_MONTH;
use serde_json::json;
use std::io::{self, Write};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::mpsc;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

const OPERATION: &str = "download_receipts";
const MEDIA_TYPE: &str = "application/zip";
/// Receipts of one PDF.
const A_PART: usize = 100;
/// How long a whole archive may take.
const LONGEST: Duration = Duration::from_secs(30 * 60);
/// How many receipts the archive will have: whoever shows progress divides by it.
const TOTAL: HeaderName = HeaderName::from_static("receipts-total");

/// The route.
pub fn route() -> Route {
    let summary = "Hands out all receipts issued in a month as a ZIP of PDFs with a hundred receipts each, by number, with their marks; `Receipts-Total` says how many there are. It is written while it is read; a transfer that is cut off lacks some.";
    let path = "/communities/{community}/receipts:documents";
    let month = Parameter { name: "month", description: "Of the day of issue; required.", schema: Month::schema() };
    plain(OPERATION, Method::GET, path, summary, routing::get(download_receipts))
        .taking(vec![month, layout_parameter()])
        .with(None, json!({"type": "string", "format": "binary"}))
}

/// `GET …/receipts:documents`
async fn download_receipts(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let asked = http::query_request(&app, Scope::Community, &mut parts).await?;
    let mut ask = query::begin(&app, OPERATION, true, asked).await?;
    let month = ask.parameters.take::<Month>("month", rules::MONTH_FORM)?;
    let month = month.ok_or_else(|| Problem::bad_parameter().at("month", rules::REQUIRED))?;
    let layout = ask.parameters.take::<Layout>("layout", rules::WORD)?.unwrap_or_default();
    ask.parameters.finish()?;
    let asker = Asker::new(&app, ask.ledger, ask.caller)?;
    let read = app.read_models.receipts_of_days(ask.ledger, (month.first_day(), month.last_day())).await?;
    let total = read.value.len();
    if total == 0 {
        return Err(Problem::not_found());
    }
    if total > usize::from(MAX_MONTH) {
        return Err(Problem::document_too_long());
    }
    let place = app.printing.batch()?;
    let stamp = stamp::of(&app, asker.company).await?;
    let (sender, receiver) = mpsc::channel(2);
    let mut stopping = app.stopping.subscribe();
    tokio::spawn(async move {
        let batch = Batch { app, asker, month, layout, stamp };
        // Ends with the caller, the time or the server. An end that was not reached is told by the cut alone.
        tokio::select! {
            sent = batch.send(&read.value, &sender) => if sent.is_err() { let _ = sender.send(Err(cut())).await; },
            () = tokio::time::sleep(LONGEST) => { let _ = sender.send(Err(cut())).await; }
            _ = stopping.changed() => { let _ = sender.send(Err(cut())).await; }
        }
        drop(place);
    });
    let name = Name { name: format!("收据-{month}"), plain: "receipts", ending: "zip" };
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    headers.insert(TOTAL, HeaderValue::from(total));
    for (header, text) in [
        (CONTENT_DISPOSITION, disposition(&name)),
        (HeaderName::from_static(LEDGER_POSITION), format!("{}@{}", ask.ledger, read.position)),
    ] {
        headers.insert(header, HeaderValue::from_str(&text).map_err(|_| Problem::internal())?);
    }
    Ok((headers, Body::new(Archive(receiver))).into_response())
}

fn cut() -> io::Error {
    io::Error::other("not every receipt could be printed")
}

struct Batch {
    app: Arc<App>,
    asker: Asker,
    month: Month,
    layout: Layout,
    stamp: Option<Stamp>,
}

impl Batch {
    /// Prints part after part and sends what the archive has by then; waits while the caller does not read.
    async fn send(&self, ids: &[ReceiptId], sender: &mpsc::Sender<io::Result<Bytes>>) -> Result<(), Problem> {
        let pipe = Pipe::default();
        let mut zip = ZipWriter::new_stream(pipe.clone());
        for (part, ids) in (1..).zip(ids.chunks(A_PART)) {
            let (receipts, _) = receipts(&self.app, self.asker, ids.to_vec()).await?;
            let printed = self.app.printing.print(receipt::job(&receipts, self.layout, self.stamp.clone())).await?;
            let name = format!("收据-{}-{part:03}.pdf", self.month);
            let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
            zip.start_file(name, stored).map_err(|_| Problem::internal())?;
            zip.write_all(&printed.pdf).map_err(|_| Problem::internal())?;
            if sender.send(Ok(pipe.take())).await.is_err() {
                return Ok(());
            }
        }
        zip.finish().map_err(|_| Problem::internal())?;
        let _ = sender.send(Ok(pipe.take())).await;
        Ok(())
    }
}

/// What the archive has written and nobody has sent yet.
#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Pipe {
    fn take(&self) -> Bytes {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner)).into()
    }
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).write(bytes)
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The channel as a body.
struct Archive(mpsc::Receiver<io::Result<Bytes>>);

impl HttpBody for Archive {
    type Data = Bytes;
    type Error = io::Error;
    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<hyper::body::Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|bytes| bytes.map(|bytes| bytes.map(hyper::body::Frame::data)))
    }
}
