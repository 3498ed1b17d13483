//! The side of Alipay: one address, a method in the form, every answer signed over its raw text.

use crate::behaviour::RefundsEnd;
use crate::book::{Entry, NoRefund, Provider, RefundEntry, RefundState, State as OrderState};
use crate::{Gateway, bill, instant, now};
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{Html, IntoResponse, Redirect, Response};
use mingzhang_gateway::alipay::{OrderRequest, Parameters, RefundRequest, form_pairs};
use mingzhang_gateway::time::{of_plain, plain};
use serde_json::{Value, json};
use std::sync::Arc;

/// As Alipay writes it.
fn told(at: i64) -> Option<String> {
    instant(at).map(plain)
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
        let expires_at = of_plain(&request.time_expire).ok_or("ACQ.INVALID_PARAMETER")?.timestamp();
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

    /// Pays a refund back, once.
    fn refunded(self: &Arc<Self>, content: &Value, said: &Parameters) -> Value {
        let Ok(request) = serde_json::from_value::<RefundRequest>(content.clone()) else {
            return failed("ACQ.INVALID_PARAMETER");
        };
        if self.behaviour().refunds == RefundsEnd::NotEnough {
            return failed("ACQ.SELLER_BALANCE_NOT_ENOUGH");
        }
        let numbers = (request.trade_no.as_str(), request.out_request_no.as_str());
        // It tells where the order was told.
        let order = self.book().paid(numbers.0).cloned();
        let url = said.get("notify_url").or(order.as_ref().map(|order| order.notify_url.as_str())).unwrap_or_default();
        match self.take_refund(numbers, request.refund_amount, url) {
            Ok((refund, is_new)) => {
                let is_paid =
                    self.book().refund(&refund.number).is_some_and(|refund| refund.state == RefundState::Paid);
                let moved = if is_new && is_paid { "Y" } else { "N" };
                json!({
                    "code": "10000", "msg": "Success", "trade_no": request.trade_no, "fund_change": moved,
                    "refund_fee": request.refund_amount,
                })
            }
            Err(NoRefund::Unknown) => failed("ACQ.TRADE_NOT_EXIST"),
            Err(NoRefund::Differs) => failed("ACQ.DISCORDANT_REPEAT_REQUEST"),
            Err(NoRefund::TooMuch) => failed("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"),
            Err(NoRefund::Io) => failed("ACQ.SYSTEM_ERROR"),
        }
    }

    fn refund_queried(&self, content: &Value) -> Value {
        let book = self.book();
        let found = book.refund(content["out_request_no"].as_str().unwrap_or_default());
        let mut answer = json!({"code": "10000", "msg": "Success"});
        if let Some(refund) = found.filter(|refund| refund.state == RefundState::Paid) {
            answer["refund_status"] = Value::from("REFUND_SUCCESS");
            answer["out_request_no"] = Value::from(refund.number.as_str());
            answer["refund_amount"] = json!(refund.amount);
            answer["gmt_refund_pay"] = Value::from(refund.paid_at.and_then(told));
        }
        answer
    }

    fn bill_found(&self, content: &Value) -> Value {
        let day = content["bill_date"].as_str().unwrap_or_default();
        let bill = day.parse().ok().and_then(|day| bill::of_alipay(&self.book(), self.keys.seller().0, day));
        match bill {
            Some(_) => {
                let url = format!("{}/bills/{day}.zip", self.own_url);
                json!({"code": "10000", "msg": "Success", "bill_download_url": url})
            }
            None => failed("isp.bill_not_exist"),
        }
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
        "alipay.trade.refund" => gateway.reply(&method, &gateway.refunded(&content, &said)),
        "alipay.trade.fastpay.refund.query" => gateway.reply(&method, &gateway.refund_queried(&content)),
        "alipay.data.dataservice.bill.downloadurl.query" => gateway.reply(&method, &gateway.bill_found(&content)),
        "alipay.trade.close" => gateway.reply(&method, &gateway.closed(number)),
        _ => gateway
            .reply(&method, &json!({"code": "40002", "msg": "Invalid Arguments", "sub_code": "isv.invalid-method"})),
    }
}

/// What Alipay tells of a refund at `now`: the trade again, and what of it went back.
pub(crate) fn refund_notification(gateway: &Gateway, order: &Entry, refund: &RefundEntry) -> Option<Parameters> {
    let said = notification(gateway, order, &order.amount.to_string())?
        .with("refund_fee", refund.amount.to_string())
        .with("gmt_refund", told(refund.paid_at?)?)
        .with("out_biz_no", refund.number.as_str());
    Some(said)
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

/// `GET /bills/{day}.zip`
pub(crate) async fn bill_file(State(gateway): State<Arc<Gateway>>, Path(file): Path<String>) -> Response {
    let day = file.strip_suffix(".zip").and_then(|day| day.parse().ok());
    let bill = day.and_then(|day| bill::of_alipay(&gateway.book(), gateway.keys.seller().0, day));
    bill.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |bill| gateway.sent(bill))
}
