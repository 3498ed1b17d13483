//! The side of Alipay: one address, a method in the form, every answer signed over its raw text.

use crate::Gateway;
use crate::book::{Entry, Provider, State as OrderState};
use crate::wechat::now;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, FixedOffset, NaiveDateTime};
use mingzhang_gateway::alipay::{OrderRequest, Parameters, form_pairs};
use serde_json::{Value, json};
use std::sync::Arc;

/// `yyyy-MM-dd HH:mm:ss` in Shanghai.
pub(crate) fn told(at: i64) -> Option<String> {
    let at = DateTime::from_timestamp(at, 0)?.with_timezone(&FixedOffset::east_opt(8 * 3600)?);
    Some(at.format("%Y-%m-%d %H:%M:%S").to_string())
}

fn read(text: &str) -> Option<i64> {
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").ok()?;
    Some(at.and_local_timezone(FixedOffset::east_opt(8 * 3600)?).single()?.timestamp())
}

fn failed(sub_code: &str) -> Value {
    json!({"code": "40004", "msg": "Business Failed", "sub_code": sub_code})
}

impl Gateway {
    fn reply(&self, method: &str, answer: &Value) -> Response {
        let unknown = json!({"code": "20000", "msg": "Service Currently Unavailable"});
        let answer = if self.behaviour().fails_after_doing { &unknown } else { answer };
        let raw = answer.to_string();
        let sign = self.keys.sign_reply(&raw).unwrap_or_default();
        let body = format!("{{\"{}_response\":{raw},\"sign\":\"{sign}\"}}", method.replace('.', "_"));
        ([("Content-Type", "application/json;charset=utf-8")], body).into_response()
    }

    /// Puts an order down; the same one may come again.
    fn ordered(&self, said: &Parameters) -> Result<Entry, &'static str> {
        let content = said.get("biz_content").unwrap_or_default();
        let request: OrderRequest = serde_json::from_str(content).map_err(|_| "ACQ.INVALID_PARAMETER")?;
        let expires_at = read(&request.time_expire).ok_or("ACQ.INVALID_PARAMETER")?;
        let mut book = self.book();
        if let Some(have) = book.get(&request.out_trade_no) {
            return match (have.request == content, have.state) {
                (false, _) => Err("ACQ.CONTEXT_INCONSISTENT"),
                (true, OrderState::Open) => Ok(have.clone()),
                (true, OrderState::Paid) => Err("ACQ.TRADE_HAS_SUCCESS"),
                (true, OrderState::Closed) => Err("ACQ.TRADE_HAS_CLOSE"),
            };
        }
        let entry = Entry {
            provider: Provider::Alipay,
            number: request.out_trade_no,
            request: content.to_owned(),
            amount: request.total_amount,
            description: request.subject,
            expires_at,
            notify_url: said.get("notify_url").unwrap_or_default().to_owned(),
            prepared: format!("2026112122{:018}", book.next()),
            state: OrderState::Open,
            transaction: None,
            paid_at: None,
        };
        book.put(entry.clone()).map_err(|_| "ACQ.SYSTEM_ERROR")?;
        Ok(entry)
    }

    fn queried(&self, number: &str) -> Value {
        let book = self.book();
        let Some(entry) = book.get(number).filter(|entry| entry.provider == Provider::Alipay) else {
            return failed("ACQ.TRADE_NOT_EXIST");
        };
        let status = match entry.state {
            OrderState::Open => "WAIT_BUYER_PAY",
            OrderState::Paid => "TRADE_SUCCESS",
            OrderState::Closed => "TRADE_CLOSED",
        };
        let mut answer = json!({
            "code": "10000", "msg": "Success", "out_trade_no": entry.number,
            "trade_no": entry.transaction.as_ref().unwrap_or(&entry.prepared), "trade_status": status,
            "total_amount": entry.amount,
        });
        if let Some(at) = entry.paid_at.and_then(told) {
            answer["send_pay_date"] = Value::from(at);
        }
        answer
    }

    fn closed(&self, number: &str) -> Value {
        match self.book().close(number) {
            Ok(Some(OrderState::Paid)) => failed("ACQ.TRADE_STATUS_ERROR"),
            Ok(Some(_)) => json!({"code": "10000", "msg": "Success", "out_trade_no": number}),
            Ok(None) => failed("ACQ.TRADE_NOT_EXIST"),
            Err(_) => failed("ACQ.SYSTEM_ERROR"),
        }
    }
}

/// `POST /gateway.do`, and `GET` for pages.
pub(crate) async fn call(State(gateway): State<Arc<Gateway>>, uri: Uri, body: Bytes) -> Response {
    let form = if body.is_empty() { uri.query().unwrap_or_default().as_bytes() } else { &body };
    let said = form_pairs(form).unwrap_or_default();
    let method = said.get("method").unwrap_or_default().to_owned();
    if said.verify_request(&gateway.keys.alipay_app).is_err() {
        return gateway.reply(
            &method,
            &json!({"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-signature"}),
        );
    }
    let content: Value = said.get("biz_content").and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    let number = content["out_trade_no"].as_str().unwrap_or_default();
    match method.as_str() {
        "alipay.trade.wap.pay" => match gateway.ordered(&said) {
            Ok(entry) => Redirect::to(&format!("/local/orders/{}", entry.number)).into_response(),
            Err(code) => (StatusCode::BAD_REQUEST, Html(code)).into_response(),
        },
        "alipay.trade.create" => {
            let created = gateway.ordered(&said).map(|entry| {
                json!({"code": "10000", "msg": "Success", "out_trade_no": entry.number, "trade_no": entry.prepared})
            });
            gateway.reply(&method, &created.unwrap_or_else(failed))
        }
        "alipay.trade.query" => gateway.reply(&method, &gateway.queried(number)),
        "alipay.trade.close" => gateway.reply(&method, &gateway.closed(number)),
        _ => gateway
            .reply(&method, &json!({"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-method"})),
    }
}

/// What Alipay tells of a payment at `now`.
pub(crate) fn notification(gateway: &Gateway, entry: &Entry, amount: &str) -> Option<Parameters> {
    let (seller, app) = gateway.keys.seller();
    let said = Parameters::default()
        .with("app_id", app)
        .with("auth_app_id", app)
        .with("charset", "utf-8")
        .with("version", "1.0")
        .with("notify_type", "trade_status_sync")
        .with("notify_id", format!("{}00", entry.transaction.as_ref()?))
        .with("notify_time", told(now())?)
        .with("gmt_payment", told(entry.paid_at?)?)
        .with("seller_id", seller)
        .with("out_trade_no", entry.number.as_str())
        .with("trade_no", entry.transaction.as_deref()?)
        .with("trade_status", "TRADE_SUCCESS")
        .with("total_amount", amount)
        .with("subject", entry.description.as_str());
    Some(said)
}
