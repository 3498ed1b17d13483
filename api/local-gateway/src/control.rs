//! What no provider has: the payer's side and the switches, for this machine only.

use crate::behaviour::Behaviour;
use crate::book::{Entry, RefundEntry};
use crate::{Gateway, notify, now};
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use std::sync::Arc;

/// Every order.
pub(crate) async fn orders(State(gateway): State<Arc<Gateway>>) -> Json<Vec<Entry>> {
    Json(gateway.entries())
}

/// Every refund.
pub(crate) async fn refunds(State(gateway): State<Arc<Gateway>>) -> Json<Vec<RefundEntry>> {
    Json(gateway.refunds())
}

/// How it behaves.
pub(crate) async fn behaviour(State(gateway): State<Arc<Gateway>>) -> Json<Behaviour> {
    Json(gateway.behaviour())
}

/// How it behaves from now on.
pub(crate) async fn behave(State(gateway): State<Arc<Gateway>>, Json(behaviour): Json<Behaviour>) -> Json<Behaviour> {
    gateway.behave(behaviour.clone());
    Json(behaviour)
}

impl Gateway {
    /// The payer pays an order; says whether money moved.
    ///
    /// # Errors
    /// What the system says of the book.
    pub fn pay(self: &Arc<Self>, number: &str) -> std::io::Result<bool> {
        self.pay_at(number, now())
    }

    /// The same at another instant, seconds since 1970: for a story that is told later.
    ///
    /// # Errors
    /// What the system says of the book.
    pub fn pay_at(self: &Arc<Self>, number: &str, at: i64) -> std::io::Result<bool> {
        let paid = self.book().pay(number, at, self.behaviour().pays_closed)?;
        let moved = paid.is_some();
        paid.into_iter().for_each(|entry| notify::tell(self, entry));
        Ok(moved)
    }
}

/// When a payer pays.
#[derive(Debug, Deserialize)]
pub(crate) struct Paying {
    /// Seconds since 1970; absent: now.
    at: Option<i64>,
}

/// The payer pays.
pub(crate) async fn pay(
    State(gateway): State<Arc<Gateway>>,
    Path(number): Path<String>,
    Query(paying): Query<Paying>,
) -> Response {
    match gateway.pay_at(&number, paying.at.unwrap_or_else(now)) {
        Ok(true) => Html("<!doctype html><meta charset=utf-8><title>支付成功</title><p>支付成功").into_response(),
        Ok(false) => (StatusCode::CONFLICT, "此订单不能支付").into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// What the payer sees before.
pub(crate) async fn page(State(gateway): State<Arc<Gateway>>, Path(number): Path<String>) -> Response {
    let found = gateway.book().get(&number).cloned();
    let Some(entry) = found else { return StatusCode::NOT_FOUND.into_response() };
    let described = entry.description.replace('&', "&amp;").replace('<', "&lt;");
    Html(format!(
        "<!doctype html><meta charset=utf-8><meta name=viewport content='width=device-width'><title>收银台</title>\
         <h1>{} 元</h1><p>{described}<form method=post action='/local/orders/{}/pay'><button>确认支付</button></form>",
        entry.amount, entry.number,
    ))
    .into_response()
}
