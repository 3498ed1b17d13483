//! The side of WeChat Pay: orders, questions and closing, for a merchant and for a service provider, every answer signed.

use crate::behaviour::RefundsEnd;
use crate::book::{Entry, NoRefund, Provider, RefundEntry, RefundState, State as OrderState};
use crate::certificate::PlatformCertificate;
use crate::keys::WechatMerchant;
use crate::{Gateway, bill, instant, now};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Extension, Path, Query, Request, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use mingzhang_gateway::time::{of_rfc3339, rfc3339};
use mingzhang_gateway::wechat::{
    Fen, NotifiedRefund, OrderRequest, Paid, Refund, RefundAmount, RefundRequest, RefundStatus, TradeState,
    Transaction, request_message, response_message, seal,
};
use rand::RngExt;
use serde::Deserialize;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// The longest request, bytes.
const LONGEST: usize = 2 * 1024 * 1024;

/// A nonce of so many characters.
pub(crate) fn nonce(characters: usize) -> String {
    let mut random = rand::rng();
    (0..characters).map(|_| char::from(b'a' + random.random_range(0..26_u8))).collect()
}

/// What of a transaction is told, whoever asks.
pub(crate) fn transaction(entry: &Entry) -> Option<Transaction> {
    let request: OrderRequest = serde_json::from_str(&entry.request).ok()?;
    let trade_state = match entry.state {
        OrderState::Open => TradeState::Notpay,
        OrderState::Paid => TradeState::Success,
        OrderState::Closed => TradeState::Closed,
    };
    Some(Transaction {
        mchid: request.mchid,
        sp_mchid: request.sp_mchid,
        sub_mchid: request.sub_mchid,
        out_trade_no: entry.number.clone(),
        transaction_id: entry.transaction.clone(),
        trade_state,
        success_time: entry.paid_at.and_then(instant).map(rfc3339),
        amount: Some(Paid { total: request.amount.total, payer_total: None, currency: "CNY".to_owned() }),
    })
}

fn status(refund: &RefundEntry) -> RefundStatus {
    match refund.state {
        RefundState::Processing => RefundStatus::Processing,
        RefundState::Paid => RefundStatus::Success,
        RefundState::Abnormal => RefundStatus::Abnormal,
        RefundState::Closed => RefundStatus::Closed,
    }
}

/// What of a refund is answered.
fn refund_of(order: &Entry, refund: &RefundEntry) -> Option<Refund> {
    Some(Refund {
        refund_id: refund.id.clone(),
        out_refund_no: refund.number.clone(),
        transaction_id: order.transaction.clone()?,
        out_trade_no: order.number.clone(),
        status: status(refund),
        success_time: refund.paid_at.and_then(instant).map(rfc3339),
        amount: RefundAmount { total: Fen(order.amount), refund: Fen(refund.amount) },
    })
}

/// What of a refund a notification carries.
pub(crate) fn notified_refund(order: &Entry, refund: &RefundEntry) -> Option<NotifiedRefund> {
    let request: OrderRequest = serde_json::from_str(&order.request).ok()?;
    let Refund { refund_id, out_refund_no, transaction_id, out_trade_no, status, success_time, amount } =
        refund_of(order, refund)?;
    let (mchid, sub_mchid) = (request.mchid.or(request.sp_mchid), request.sub_mchid);
    Some(NotifiedRefund {
        mchid,
        sub_mchid,
        refund_id,
        out_refund_no,
        transaction_id,
        out_trade_no,
        refund_status: status,
        success_time,
        amount,
    })
}

impl Gateway {
    /// Who asks, by the signature over what came.
    fn merchant(&self, (method, uri): (&Method, &Uri), headers: &HeaderMap, body: &[u8]) -> Option<WechatMerchant> {
        let header = headers.get("Authorization").and_then(|value| value.to_str().ok())?;
        let signed = header.strip_prefix("WECHATPAY2-SHA256-RSA2048 ")?;
        let part = |name: &str| {
            let start = signed.find(&format!("{name}=\""))? + name.len() + 2;
            signed.get(start..)?.split('"').next()
        };
        let path = uri.path_and_query().map(ToString::to_string).unwrap_or_default();
        let (timestamp, nonce) =
            (part("timestamp")?.parse().ok().filter(|at| now().abs_diff(*at) <= 300)?, part("nonce_str")?);
        let message = request_message((method.as_str(), &path), body, (timestamp, nonce));
        let (merchant, key) = self.keys.wechat(part("mchid")?)?;
        key.verify(&message, part("signature")?).ok().map(|()| merchant)
    }

    /// An answer, signed for who asked.
    fn sign(&self, of: WechatMerchant, answer: Response<String>) -> Response {
        let (mut parts, body) = answer.into_parts();
        let (timestamp, nonce) = (now().to_string(), nonce(32));
        let message = response_message(&timestamp, &nonce, body.as_bytes());
        let (key, serial) = self.keys.platform(of, self.behaviour().rolled_over);
        let signature = key.sign(&message).unwrap_or_default();
        let named = [
            ("wechatpay-timestamp", timestamp.as_str()),
            ("wechatpay-nonce", &nonce),
            ("wechatpay-serial", serial),
            ("wechatpay-signature-type", "WECHATPAY2-SHA256-RSA2048"),
            ("wechatpay-signature", &signature),
        ];
        for (name, value) in named {
            parts.headers.extend(HeaderValue::from_str(value).ok().map(|value| (HeaderName::from_static(name), value)));
        }
        Response::from_parts(parts, Body::from(body))
    }

    /// Done, and yet an error when it behaves so.
    fn done(&self, status: StatusCode, body: &Value) -> Response {
        if self.behaviour().fails_after_doing {
            return error(StatusCode::INTERNAL_SERVER_ERROR, "SYSTEM_ERROR");
        }
        reply(status, body)
    }
}

/// An answer that is still to be signed.
fn reply(status: StatusCode, body: &Value) -> Response {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    (status, [(CONTENT_TYPE, "application/json")], body).into_response()
}

fn error(status: StatusCode, code: &str) -> Response {
    reply(status, &json!({"code": code, "message": code}))
}

/// Lets pass what a merchant signed, over its very bytes, and signs what is answered; files are answered without a signature.
pub(crate) async fn of_merchant(State(gateway): State<Arc<Gateway>>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LONGEST).await else { return StatusCode::PAYLOAD_TOO_LARGE.into_response() };
    let merchant = gateway.merchant((&parts.method, &parts.uri), &parts.headers, &body);
    let answered = match merchant {
        Some(merchant) => {
            let mut request = Request::from_parts(parts, Body::from(body));
            request.extensions_mut().insert(merchant);
            next.run(request).await
        }
        None => error(StatusCode::UNAUTHORIZED, "SIGN_ERROR"),
    };
    if answered.headers().get(CONTENT_TYPE).is_none_or(|kind| kind != "application/json") {
        return answered;
    }
    let (parts, body) = answered.into_parts();
    let Ok(body) = to_bytes(body, LONGEST).await else { return StatusCode::INTERNAL_SERVER_ERROR.into_response() };
    let body = String::from_utf8_lossy(&body).into_owned();
    gateway.sign(merchant.unwrap_or(WechatMerchant::Direct), Response::from_parts(parts, body))
}

/// `GET /v3/certificates`: the one in use and its successor, sealed for the merchant.
pub(crate) async fn certificates(State(gateway): State<Arc<Gateway>>) -> Response {
    gateway.certificates_read.fetch_add(1, Ordering::Relaxed);
    let item = |certificate: &PlatformCertificate| {
        let sealed = seal("certificate", certificate.pem.as_bytes(), &nonce(12), &gateway.keys.api_v3).ok()?;
        Some(json!({"serial_no": certificate.serial, "encrypt_certificate": sealed}))
    };
    let data: Vec<Value> = gateway.keys.certificates.iter().filter_map(item).collect();
    reply(StatusCode::OK, &json!({"data": data}))
}

/// Whose order it is: a service provider names his merchant.
pub(crate) fn sub_mchid(entry: &Entry) -> Option<String> {
    let request: OrderRequest = serde_json::from_str(&entry.request).ok()?;
    request.sub_mchid
}

/// Who asked for an order.
pub(crate) fn merchant_of(entry: &Entry) -> WechatMerchant {
    if sub_mchid(entry).is_some() { WechatMerchant::Provider } else { WechatMerchant::Direct }
}

/// `POST …/jsapi` and `…/native`
pub(crate) async fn order(State(gateway): State<Arc<Gateway>>, Path(door): Path<String>, body: Bytes) -> Response {
    let Ok(request) = serde_json::from_slice::<OrderRequest>(&body) else {
        return error(StatusCode::BAD_REQUEST, "PARAM_ERROR");
    };
    let expires_at = of_rfc3339(&request.time_expire).map(|at| at.timestamp());
    let (Some(expires_at), Ok(text)) = (expires_at, std::str::from_utf8(&body)) else {
        return error(StatusCode::BAD_REQUEST, "PARAM_ERROR");
    };
    let payer = request.payer.as_ref().and_then(|payer| payer.openid.as_ref().or(payer.sp_openid.as_ref()));
    if !["jsapi", "native"].contains(&door.as_str()) || (door == "jsapi") != payer.is_some() {
        return error(StatusCode::BAD_REQUEST, "PARAM_ERROR");
    }
    let mut book = gateway.book();
    let prepared = match book.get(&request.out_trade_no) {
        Some(have) if have.request != text => {
            return error(StatusCode::FORBIDDEN, "OUT_TRADE_NO_USED");
        }
        Some(have) if have.state != OrderState::Open => {
            return error(StatusCode::BAD_REQUEST, "ORDER_CLOSED");
        }
        Some(have) => have.prepared.clone(),
        None => {
            let prepared = format!("wx{:032}", book.next());
            let entry = Entry {
                provider: Provider::WechatPay,
                number: request.out_trade_no.clone(),
                request: text.to_owned(),
                amount: request.amount.total.0,
                description: request.description.clone(),
                expires_at,
                notify_url: request.notify_url.clone(),
                prepared: prepared.clone(),
                state: OrderState::Open,
                transaction: None,
                paid_at: None,
            };
            if book.put(entry).is_err() {
                return error(StatusCode::INTERNAL_SERVER_ERROR, "SYSTEM_ERROR");
            }
            prepared
        }
    };
    drop(book);
    let answer = match door.as_str() {
        "native" => json!({"code_url": format!("weixin://wxpay/bizpayurl?pr={prepared}")}),
        _ => json!({"prepay_id": prepared}),
    };
    gateway.done(StatusCode::OK, &answer)
}

/// `GET …/out-trade-no/{number}`
pub(crate) async fn query(
    State(gateway): State<Arc<Gateway>>,
    Extension(asker): Extension<WechatMerchant>,
    Path(number): Path<String>,
) -> Response {
    let is_theirs = |entry: &&Entry| entry.provider == Provider::WechatPay && merchant_of(entry) == asker;
    let found = gateway.book().get(&number).filter(is_theirs).and_then(transaction);
    match found.and_then(|found| serde_json::to_value(found).ok()) {
        Some(found) => reply(StatusCode::OK, &found),
        None => error(StatusCode::NOT_FOUND, "ORDER_NOT_EXIST"),
    }
}

/// `POST …/out-trade-no/{number}/close`
pub(crate) async fn close(State(gateway): State<Arc<Gateway>>, Path(number): Path<String>) -> Response {
    let closed = gateway.book().close(&number);
    match closed {
        Ok(Some(OrderState::Paid)) => error(StatusCode::BAD_REQUEST, "ORDER_PAID"),
        Ok(Some(_)) => gateway.done(StatusCode::NO_CONTENT, &Value::Null),
        Ok(None) => error(StatusCode::NOT_FOUND, "ORDER_NOT_EXIST"),
        Err(_) => error(StatusCode::INTERNAL_SERVER_ERROR, "SYSTEM_ERROR"),
    }
}

/// `POST /v3/refund/domestic/refunds`: taken now, paid later, even if at once.
pub(crate) async fn refund(State(gateway): State<Arc<Gateway>>, body: Bytes) -> Response {
    let Ok(request) = serde_json::from_slice::<RefundRequest>(&body) else {
        return error(StatusCode::BAD_REQUEST, "PARAM_ERROR");
    };
    if gateway.behaviour().refunds == RefundsEnd::NotEnough {
        return error(StatusCode::FORBIDDEN, "NOT_ENOUGH");
    }
    let numbers = (request.transaction_id.as_str(), request.out_refund_no.as_str());
    let notify_url = request.notify_url.unwrap_or_default();
    let taken = match gateway.take_refund(numbers, request.amount.refund.0, &notify_url) {
        Ok((taken, _)) => taken,
        Err(NoRefund::Unknown) => return error(StatusCode::NOT_FOUND, "RESOURCE_NOT_EXISTS"),
        Err(NoRefund::Differs | NoRefund::TooMuch) => return error(StatusCode::BAD_REQUEST, "INVALID_REQUEST"),
        Err(NoRefund::Io) => return error(StatusCode::INTERNAL_SERVER_ERROR, "SYSTEM_ERROR"),
    };
    gateway.answer_refund(&taken, true)
}

/// `GET /v3/refund/domestic/refunds/{number}`
pub(crate) async fn query_refund(State(gateway): State<Arc<Gateway>>, Path(number): Path<String>) -> Response {
    let found = gateway.book().refund(&number).cloned();
    match found {
        Some(refund) => gateway.answer_refund(&refund, false),
        None => error(StatusCode::NOT_FOUND, "RESOURCE_NOT_EXISTS"),
    }
}

impl Gateway {
    fn answer_refund(&self, refund: &RefundEntry, taken: bool) -> Response {
        let order = self.book().get(&refund.order).filter(|order| order.provider == Provider::WechatPay).cloned();
        let answer =
            order.and_then(|order| refund_of(&order, refund)).and_then(|refund| serde_json::to_value(refund).ok());
        match answer {
            Some(answer) if taken => self.done(StatusCode::OK, &answer),
            Some(answer) => reply(StatusCode::OK, &answer),
            None => error(StatusCode::NOT_FOUND, "RESOURCE_NOT_EXISTS"),
        }
    }
}

/// `GET /v3/bill/tradebill`
pub(crate) async fn trade_bill(
    State(gateway): State<Arc<Gateway>>,
    Extension(asker): Extension<WechatMerchant>,
    Query(asked): Query<BillAsked>,
) -> Response {
    let Ok(day) = asked.bill_date.parse() else { return error(StatusCode::BAD_REQUEST, "PARAM_ERROR") };
    let whose = asked.sub_mchid.as_deref();
    let Some(bill) = bill::of_wechat(&gateway.book(), (asker.mchid(), whose), day) else {
        return error(StatusCode::BAD_REQUEST, "NO_STATEMENT_EXIST");
    };
    let hashed: &[u8] = if gateway.behaviour().bill_has_other_hash { b"" } else { &bill };
    let hash: String = Sha1::digest(hashed).iter().map(|byte| format!("{byte:02x}")).collect();
    let whose = whose.map(|whose| format!("&sub_mchid={whose}")).unwrap_or_default();
    let url = format!("{}/v3/billdownload/file?bill_date={day}{whose}", gateway.own_url);
    reply(StatusCode::OK, &json!({"hash_type": "SHA1", "hash_value": hash, "download_url": url}))
}

/// What a bill is asked for by.
#[derive(Debug, Deserialize)]
pub(crate) struct BillAsked {
    bill_date: String,
    sub_mchid: Option<String>,
}

/// `GET /v3/billdownload/file`: asked for with a signature, answered without one.
pub(crate) async fn bill_file(
    State(gateway): State<Arc<Gateway>>,
    Extension(asker): Extension<WechatMerchant>,
    Query(asked): Query<BillAsked>,
) -> Response {
    let (day, whose) = (asked.bill_date.parse().ok(), asked.sub_mchid.as_deref());
    let bill = day.and_then(|day| bill::of_wechat(&gateway.book(), (asker.mchid(), whose), day));
    match bill {
        Some(bill) => gateway.sent(bill),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

impl Gateway {
    /// A bill on its way; cut off when it behaves so.
    pub(crate) fn sent(&self, mut bill: Vec<u8>) -> Response {
        if self.behaviour().bill_is_cut {
            bill.truncate(bill.len() * 2 / 3);
        }
        bill.into_response()
    }
}
