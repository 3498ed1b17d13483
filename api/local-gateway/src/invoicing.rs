//! The side of an invoice provider: takes orders, issues later, red-letters after a confirmation. Every answer is signed.

use crate::behaviour::InvoicesEnd;
use crate::book::{InvoiceEntry, InvoiceOf, InvoiceState};
use crate::{Gateway, instant, now};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use mingzhang_domain::money::Money;
use mingzhang_gateway::invoicing::{
    APP_HEADER, Delivered, InvoiceOrder, Item, NONCE_HEADER, RedOrder, SIGNATURE_HEADER, Status, TIMESTAMP_HEADER,
    Told, answer_message, delivery, request_message,
};
use mingzhang_gateway::time::plain;
use serde_json::{Value, json};
use std::sync::Arc;

/// The application's key.
pub(crate) const APP_KEY: &str = "local-invoices";
/// The longest request, bytes.
const LONGEST: usize = 256 * 1024;
/// Seconds that a timestamp may be off.
const SKEW: i64 = 300;
/// How far the tax of a line may be from its amount's, fen.
const TOLERANCE: i64 = 6;

/// Lets pass what the application signed, over its very bytes, and signs what is answered.
pub(crate) async fn of_application(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (timestamp, nonce) = (header(TIMESTAMP_HEADER), header(NONCE_HEADER).to_owned());
    let message = request_message((parts.method.as_str(), parts.uri.path()), (timestamp, &nonce), &body);
    let fresh = timestamp.parse::<i64>().is_ok_and(|at| (at - now()).abs() <= SKEW);
    let signed = gateway.keys.invoicing.verify(&message, header(SIGNATURE_HEADER)).is_ok();
    let answer = if signed && fresh && header(APP_HEADER) == APP_KEY && !nonce.is_empty() {
        next.run(Request::from_parts(parts, Body::from(body))).await
    } else {
        declined(StatusCode::UNAUTHORIZED, "SIGN_ERROR")
    };
    let (mut parts, body) = answer.into_parts();
    let Ok(body) = to_bytes(body, LONGEST).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let signature = gateway.keys.invoicing.sign(&answer_message(parts.status.as_u16(), &nonce, &body));
    if let Ok(signature) = signature.parse() {
        parts.headers.insert(SIGNATURE_HEADER, signature);
    }
    Response::from_parts(parts, Body::from(body))
}

fn declined(status: StatusCode, code: &str) -> Response {
    (status, axum::Json(json!({"code": code}))).into_response()
}

/// What is said of an entry.
fn told(entry: &InvoiceEntry) -> Value {
    let said = Told {
        serial_no: entry.serial.clone(),
        status: match entry.state {
            InvoiceState::Accepted => Status::Accepted,
            InvoiceState::Confirmed => Status::Confirmed,
            InvoiceState::Issued => Status::Issued,
            InvoiceState::Failed => Status::Failed,
        },
        confirmation_no: entry.confirmation.clone(),
        invoice_no: entry.number.clone(),
        issue_time: entry.issued_at.and_then(instant).map(plain),
        fail_code: entry.failed_because.clone(),
    };
    serde_json::to_value(said).unwrap_or_default()
}

/// `POST /v1/invoices`
pub(crate) async fn order(State(gateway): State<Arc<Gateway>>, body: Bytes) -> Response {
    match serde_json::from_slice::<InvoiceOrder>(&body) {
        Ok(order) if foots(&order) => gateway.take_invoice(&order.serial_no.clone(), InvoiceOf::Order(order)),
        _ => declined(StatusCode::BAD_REQUEST, "PARAM_ERROR"),
    }
}

/// `POST /v1/red-letters`
pub(crate) async fn red_order(State(gateway): State<Arc<Gateway>>, body: Bytes) -> Response {
    let Ok(order) = serde_json::from_slice::<RedOrder>(&body) else {
        return declined(StatusCode::BAD_REQUEST, "PARAM_ERROR");
    };
    let whole = gateway.book().invoice_of_number(&order.invoice_no).and_then(InvoiceEntry::amount);
    if whole.map(Money::negated) != Some(order.amount_with_tax) {
        return declined(StatusCode::BAD_REQUEST, "INVOICE_NOT_FOUND");
    }
    gateway.take_invoice(&order.serial_no.clone(), InvoiceOf::Red(order))
}

/// `GET /v1/invoices/{serial}` and `GET /v1/red-letters/{serial}`
pub(crate) async fn query(State(gateway): State<Arc<Gateway>>, Path(serial): Path<String>) -> Response {
    match gateway.proceed(&serial) {
        Ok(Some(entry)) => axum::Json(told(&entry)).into_response(),
        Ok(None) => declined(StatusCode::NOT_FOUND, "NOT_FOUND"),
        Err(_) => declined(StatusCode::INTERNAL_SERVER_ERROR, "SYSTEM_ERROR"),
    }
}

/// `GET /v1/invoices/{serial}/xml`
pub(crate) async fn xml(State(gateway): State<Arc<Gateway>>, Path(serial): Path<String>) -> Response {
    match gateway.delivered(&serial) {
        Some(xml) => ([("Content-Type", "application/xml")], xml).into_response(),
        None => declined(StatusCode::NOT_FOUND, "NOT_FOUND"),
    }
}

/// Every serial number with how it stands: for this machine only.
pub(crate) async fn invoices(State(gateway): State<Arc<Gateway>>) -> axum::Json<Vec<Value>> {
    axum::Json(gateway.invoices().iter().map(told).collect())
}

/// Lines sum to the totals, each to its own, and no tax is far from its amount's.
fn foots(order: &InvoiceOrder) -> bool {
    let sum = |of: fn(&Item) -> Money| order.items.iter().map(|item| of(item).fen()).sum::<i64>();
    let near = |item: &Item| {
        let rate: Option<rust_decimal::Decimal> = item.tax_rate.parse().ok();
        let exact = rate.and_then(|rate| item.amount.decimal().checked_mul(rate));
        exact.is_some_and(|tax| {
            ((item.tax.decimal() - tax).abs() * rust_decimal::Decimal::from(100)) <= TOLERANCE.into()
        })
    };
    let itself = |item: &Item| item.amount.fen() + item.tax.fen() == item.amount_with_tax.fen();
    let code = |item: &Item| item.goods_code.len() == 19 && item.goods_name.starts_with('*');
    let special = order.invoice_type == "81";
    let titled =
        (order.buyer.kind == "company") == order.buyer.tax_no.is_some() && !(special && order.buyer.kind == "person");
    titled
        && (special || order.invoice_type == "82")
        && !order.items.is_empty()
        && order.items.iter().all(|item| near(item) && itself(item) && code(item))
        && sum(|item| item.amount) == order.amount.fen()
        && sum(|item| item.tax) == order.tax.fen()
        && sum(|item| item.amount_with_tax) == order.amount_with_tax.fen()
}

impl Gateway {
    /// Takes an order once; the same serial number again is the same, and with another content it is refused.
    fn take_invoice(&self, serial: &str, of: InvoiceOf) -> Response {
        let behaviour = self.behaviour();
        let mut book = self.book();
        let entry = match book.invoice(serial) {
            Some(have) if have.of != of => return declined(StatusCode::CONFLICT, "SERIAL_NO_USED"),
            Some(have) => have.clone(),
            None => {
                let entry = InvoiceEntry {
                    serial: serial.to_owned(),
                    of,
                    state: InvoiceState::Accepted,
                    taken_at_ms: now_ms(),
                    confirmation: None,
                    number: None,
                    issued_at: None,
                    failed_because: None,
                };
                if book.put_invoice(entry.clone()).is_err() {
                    return declined(StatusCode::INTERNAL_SERVER_ERROR, "SYSTEM_ERROR");
                }
                entry
            }
        };
        drop(book);
        if behaviour.fails_after_doing {
            return declined(StatusCode::INTERNAL_SERVER_ERROR, "SYSTEM_ERROR");
        }
        axum::Json(told(&entry)).into_response()
    }

    /// A step on for what waited long enough: an invoice is issued or fails, a red letter is confirmed first.
    fn proceed(&self, serial: &str) -> std::io::Result<Option<InvoiceEntry>> {
        let behaviour = self.behaviour();
        let mut book = self.book();
        let Some(mut entry) = book.invoice(serial).cloned() else { return Ok(None) };
        let waited = now_ms() - entry.taken_at_ms >= i64::try_from(behaviour.invoice_delay_ms).unwrap_or(i64::MAX);
        let is_red = matches!(entry.of, InvoiceOf::Red(_));
        let next = match (entry.state, behaviour.invoices) {
            (InvoiceState::Issued | InvoiceState::Failed, _) | (_, InvoicesEnd::Waiting) => return Ok(Some(entry)),
            _ if !waited => return Ok(Some(entry)),
            (_, InvoicesEnd::Failed) => InvoiceState::Failed,
            (InvoiceState::Accepted, InvoicesEnd::Issued) if is_red => InvoiceState::Confirmed,
            (_, InvoicesEnd::Issued) => InvoiceState::Issued,
        };
        let number = book.next();
        match next {
            InvoiceState::Failed => {
                entry.failed_because = Some(if is_red { "BUYER_DECLINED" } else { "TITLE_REFUSED" }.to_owned());
            }
            InvoiceState::Confirmed => entry.confirmation = Some(format!("4401{number:016}")),
            InvoiceState::Issued => {
                (entry.number, entry.issued_at) = (Some(format!("2644{number:016}")), Some(now()));
            }
            InvoiceState::Accepted => {}
        }
        entry.state = next;
        book.put_invoice(entry.clone())?;
        Ok(Some(entry))
    }

    /// What it issued, serial number by serial number.
    pub fn invoices(&self) -> Vec<InvoiceEntry> {
        self.book().invoices().cloned().collect()
    }

    /// The delivery XML of an invoice that is issued.
    pub fn delivered(&self, serial: &str) -> Option<String> {
        let entry = self.book().invoice(serial).cloned()?;
        let InvoiceOf::Order(order) = &entry.of else { return None };
        let delivered = Delivered {
            number: entry.number.clone()?,
            requested_at: instant(entry.taken_at_ms / 1000)?,
            issued_at: instant(entry.issued_at?)?,
            bureau: "国家税务总局示例省税务局".to_owned(),
        };
        Some(delivery(order, &delivered))
    }
}

/// Now, milliseconds since 1970.
fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
