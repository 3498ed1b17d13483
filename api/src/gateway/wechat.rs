//! WeChat Pay, API v3: direct and for the merchants of a service provider.

use super::bill_file::BillFile;
use super::client::{Answer, send};
use super::{Asked, GatewayError, Notice, PaymentGateway, Received, RefundAsked, Standing, TakeLine, Untrusted};
use async_trait::async_trait;
use axum::http::HeaderMap;
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::channel_day::{BillLine, Way};
use mingzhang_domain::channel_refund::RefundStanding;
use mingzhang_domain::id::PaymentOrderId;
use mingzhang_domain::payment_order::OrderMethod;
use mingzhang_gateway::bill::BillError;
use mingzhang_gateway::key::SymmetricKey;
use mingzhang_gateway::time::{day_of_plain, day_of_rfc3339, rfc3339};
use mingzhang_gateway::wechat::{
    Asked as Amount, BillReply, Credentials, ErrorReply, Fen, Notification, Notified, OrderReply, OrderRequest, Payee,
    Payer, Refund, RefundAsked as RefundAmount, RefundRequest, RefundStatus, Signed, TradeBill, TradeLine, TradeState,
    Transaction, Trust, Unverified, open_certificates, pay_sign,
};
use rand::RngExt;
use reqwest::{Client, Method};
use serde::Serialize;
use serde_json::{Value, json};
use std::sync::RwLock;
use std::time::{Duration, Instant as Tick};
use tokio::sync::Mutex;

/// Platform certificates are read anew so often, and sooner when a serial number is unknown.
const REFRESH_EVERY: Duration = Duration::from_secs(12 * 3600);
/// But not more often than this, whoever sends what.
const REFRESH_AT_MOST_EVERY: Duration = Duration::from_secs(60);

/// Where refunds are asked for.
const REFUNDS: &str = "/v3/refund/domestic/refunds";

/// WeChat Pay for one merchant number.
#[derive(Debug)]
pub(super) struct Wechat {
    pub(super) client: Client,
    /// Without a slash at its end.
    pub(super) base_url: String,
    pub(super) credentials: Credentials,
    pub(super) payee: Payee,
    pub(super) api_key: SymmetricKey,
    /// Names the platform's public key, where the merchant has one: replies are asked to be signed with it.
    pub(super) public_key: Option<String>,
    pub(super) trust: RwLock<Trust>,
    /// When platform certificates were read last.
    pub(super) refreshed: Mutex<Option<Tick>>,
}

/// Bytes of a nonce as hex digits.
fn nonce() -> String {
    let bytes: [u8; 16] = rand::rng().random();
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn parsed<T: serde::de::DeserializeOwned>(answer: &Answer) -> Result<T, GatewayError> {
    // Verified, and yet not what it should be: nobody knows what was done.
    serde_json::from_slice(&answer.body).map_err(|_| GatewayError::Unknown)
}

impl Wechat {
    /// One signed request and its verified answer.
    async fn call(
        &self,
        (method, path): (Method, &str),
        body: Option<&impl Serialize>,
        now: Instant,
    ) -> Result<Answer, GatewayError> {
        let answer = self.send((method, path), body, now).await?;
        if answer.status >= 300 {
            return Err(refused(&answer));
        }
        self.verified(&answer.headers, &answer.body, now).await.map_err(|_| GatewayError::Unknown)?;
        Ok(answer)
    }

    async fn send(
        &self,
        (method, path): (Method, &str),
        body: Option<&impl Serialize>,
        now: Instant,
    ) -> Result<Answer, GatewayError> {
        let body = body.map(serde_json::to_vec).transpose().map_err(|_| GatewayError::Unsigned)?.unwrap_or_default();
        let mut headers = vec![
            self.authorization((&method, path), &body, now)?,
            ("Accept", "application/json".to_owned()),
            ("Content-Type", "application/json".to_owned()),
        ];
        headers.extend(self.public_key.iter().map(|id| ("Wechatpay-Serial", id.clone())));
        send(&self.client, (method, &format!("{}{path}", self.base_url)), &headers, body).await
    }

    /// The header that says who asks.
    fn authorization(
        &self,
        (method, path): (&Method, &str),
        body: &[u8],
        now: Instant,
    ) -> Result<(&'static str, String), GatewayError> {
        let signed = self.credentials.authorization((method.as_str(), path), body, (now.timestamp(), &nonce()));
        Ok(("Authorization", signed.map_err(|_| GatewayError::Unsigned)?))
    }

    /// Checks who said a body; an unknown serial number has the certificates read anew, once.
    async fn verified(&self, headers: &HeaderMap, body: &[u8], now: Instant) -> Result<(), Unverified> {
        let signed = Signed::read(|name| headers.get(name).and_then(|value| value.to_str().ok()))?;
        if !self.knows(signed.serial) || self.is_old().await {
            self.refresh(now).await;
        }
        let trust = self.trust.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        trust.verify(&signed, body, now.timestamp())
    }

    fn knows(&self, serial: &str) -> bool {
        self.trust.read().unwrap_or_else(std::sync::PoisonError::into_inner).knows(serial)
    }

    async fn is_old(&self) -> bool {
        self.public_key.is_none() && self.refreshed.lock().await.is_none_or(|at| at.elapsed() > REFRESH_EVERY)
    }

    /// Reads the platform's certificates. What they are sealed with proves whose they are.
    async fn refresh(&self, now: Instant) {
        let mut refreshed = self.refreshed.lock().await;
        if refreshed.is_some_and(|at| at.elapsed() < REFRESH_AT_MOST_EVERY) {
            return;
        }
        *refreshed = Some(Tick::now());
        let answer = self.send((Method::GET, "/v3/certificates"), None::<&Value>, now).await;
        let opened = answer.ok().filter(|answer| answer.status == 200);
        let opened = opened.and_then(|answer| open_certificates(&answer.body, &self.api_key).ok());
        let Some(certificates) = opened else {
            tracing::warn!("the platform certificates of WeChat Pay could not be read");
            return;
        };
        let mut trust = self.trust.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        certificates.into_iter().for_each(|certificate| trust.add(certificate.serial, certificate.key));
    }

    /// What of a transaction is money that came to this merchant.
    fn received(&self, transaction: Transaction) -> Option<Received> {
        let ours = transaction.is_of(&self.payee);
        let amount = transaction.amount.filter(|_| ours)?;
        Some(Received {
            number: transaction.out_trade_no,
            reference: transaction.transaction_id?.parse().ok()?,
            amount: Some(amount.total.0).filter(|_| amount.currency.is_empty() || amount.currency == "CNY")?,
            paid_on: day_of_rfc3339(transaction.success_time.as_deref()?)?,
        })
    }
}

/// Where a refund stands, by its number, status and time; none when the provider does not say when it was paid.
fn standing((number, status, success_time): (&str, RefundStatus, Option<&str>)) -> Option<RefundStanding> {
    let reference = number.parse().ok();
    Some(match status {
        RefundStatus::Processing => RefundStanding::Accepted { reference },
        RefundStatus::Abnormal => RefundStanding::Abnormal { reference },
        RefundStatus::Closed => RefundStanding::Closed,
        RefundStatus::Success => RefundStanding::Settled { reference, value_on: day_of_rfc3339(success_time?)? },
    })
}

/// The provider's answer, if it is about the refund that was asked for.
fn of_refund(refund: Refund, asked: &RefundAsked) -> Result<RefundStanding, GatewayError> {
    let same = refund.out_refund_no == asked.number && refund.amount.refund.0 == asked.amount;
    let told = (refund.refund_id.as_str(), refund.status, refund.success_time.as_deref());
    standing(told).filter(|_| same).ok_or(GatewayError::Unknown)
}

/// A line of the bill as it is matched.
fn of_line(line: TradeLine) -> BillLine {
    let TradeLine { transaction_id, out_trade_no, state, amount, refund, fee, .. } = line;
    match refund {
        Some(refund) => BillLine {
            way: Way::Refund,
            reference: refund.refund_id,
            number: refund.out_refund_no,
            amount: refund.amount,
            fee,
            stands: refund.status != "FAIL",
        },
        None => BillLine {
            way: Way::Payment,
            reference: transaction_id,
            number: out_trade_no,
            amount,
            fee,
            stands: state == "SUCCESS",
        },
    }
}

/// An answer that is no success: refused with a code, or nobody knows.
fn refused(answer: &Answer) -> GatewayError {
    let unknown = ["SYSTEM_ERROR", "FREQUENCY_LIMITED", "RATELIMIT_EXCEEDED", "BANK_ERROR", "TRADE_ERROR"];
    match serde_json::from_slice::<ErrorReply>(&answer.body) {
        Ok(reply) if answer.status < 500 && answer.status != 429 && !unknown.contains(&reply.code.as_str()) => {
            GatewayError::Refused(reply.code)
        }
        _ => GatewayError::Unknown,
    }
}

#[async_trait]
impl PaymentGateway for Wechat {
    fn takes(&self, method: OrderMethod) -> bool {
        matches!(method, OrderMethod::WechatJsapi | OrderMethod::WechatNative)
    }

    async fn prepare(&self, asked: &Asked, now: Instant) -> Result<Value, GatewayError> {
        let payer = asked.payer.clone().map(|openid| match self.payee {
            Payee::Direct { .. } => Payer { openid: Some(openid), sp_openid: None },
            Payee::Partner { .. } => Payer { openid: None, sp_openid: Some(openid) },
        });
        let request = OrderRequest {
            appid: None,
            mchid: None,
            sp_appid: None,
            sp_mchid: None,
            sub_mchid: None,
            description: asked.description.clone(),
            out_trade_no: asked.order.number(),
            time_expire: rfc3339(asked.expires_at),
            notify_url: asked.notify_url.clone(),
            amount: Amount::cny(asked.amount),
            payer,
        };
        let request = request.to(&self.payee);
        let door = if asked.method == OrderMethod::WechatNative { "native" } else { "jsapi" };
        let path = format!("{}/{door}", self.payee.base());
        let answer = self.call((Method::POST, &path), Some(&request), now).await?;
        let reply: OrderReply = parsed(&answer)?;
        if let Some(code_url) = reply.code_url {
            return Ok(json!({"kind": "code", "code_url": code_url}));
        }
        let package = format!("prepay_id={}", reply.prepay_id.ok_or(GatewayError::Unknown)?);
        let (appid, timestamp, nonce) = (self.payee.appid(), now.timestamp().to_string(), nonce());
        let sign = pay_sign(&self.credentials.key, (appid, &timestamp, &nonce), &package);
        let sign = sign.map_err(|_| GatewayError::Unsigned)?;
        Ok(json!({
            "kind": "wechat_window", "appId": appid, "timeStamp": timestamp, "nonceStr": nonce, "package": package,
            "signType": "RSA", "paySign": sign,
        }))
    }

    async fn query(&self, order: PaymentOrderId, now: Instant) -> Result<Standing, GatewayError> {
        let path = format!("{}/out-trade-no/{}?{}", self.payee.base(), order.number(), self.payee.query());
        let answer = match self.call((Method::GET, &path), None::<&Value>, now).await {
            Err(GatewayError::Refused(code)) if code == "ORDER_NOT_EXIST" => return Ok(Standing::Unheard),
            answer => answer?,
        };
        let transaction: Transaction = parsed(&answer)?;
        if transaction.out_trade_no != order.number() {
            return Err(GatewayError::Unknown);
        }
        match transaction.trade_state {
            TradeState::Success | TradeState::Refund => {
                self.received(transaction).map(Standing::Paid).ok_or(GatewayError::Unknown)
            }
            TradeState::Notpay | TradeState::Userpaying | TradeState::Payerror => Ok(Standing::Open),
            TradeState::Closed | TradeState::Revoked => Ok(Standing::Closed),
        }
    }

    async fn close(&self, order: PaymentOrderId, now: Instant) -> Result<(), GatewayError> {
        let path = format!("{}/out-trade-no/{}/close", self.payee.base(), order.number());
        self.call((Method::POST, &path), Some(&self.payee.close_body()), now).await.map(|_| ())
    }

    async fn refund(&self, asked: &RefundAsked, now: Instant) -> Result<RefundStanding, GatewayError> {
        let request = RefundRequest {
            sub_mchid: self.payee.sub_mchid().map(str::to_owned),
            transaction_id: asked.reference.to_string(),
            out_refund_no: asked.number.clone(),
            reason: None,
            notify_url: Some(asked.notify_url.clone()),
            amount: RefundAmount { refund: Fen(asked.amount), total: Fen(asked.total), currency: "CNY".to_owned() },
        };
        let answer = self.call((Method::POST, REFUNDS), Some(&request), now).await?;
        of_refund(parsed(&answer)?, asked)
    }

    async fn query_refund(&self, asked: &RefundAsked, now: Instant) -> Result<Option<RefundStanding>, GatewayError> {
        let whose = self.payee.sub_mchid().map(|sub_mchid| format!("?sub_mchid={sub_mchid}")).unwrap_or_default();
        let path = format!("{REFUNDS}/{}{whose}", asked.number);
        match self.call((Method::GET, &path), None::<&Value>, now).await {
            Err(GatewayError::Refused(code)) if code == "RESOURCE_NOT_EXISTS" => Ok(None),
            answer => of_refund(parsed(&answer?)?, asked).map(Some),
        }
    }

    async fn fetch_bill(&self, day: CivilDate, into: &mut BillFile, now: Instant) -> Result<bool, GatewayError> {
        let whose = self.payee.sub_mchid().map(|sub_mchid| format!("&sub_mchid={sub_mchid}")).unwrap_or_default();
        let path = format!("/v3/bill/tradebill?bill_date={day}&bill_type=ALL{whose}");
        let announced: BillReply = match self.call((Method::GET, &path), None::<&Value>, now).await {
            Err(GatewayError::Refused(code)) if code == "NO_STATEMENT_EXIST" => return Ok(false),
            answer => parsed(&answer?)?,
        };
        // Nowhere but to the provider goes a request that it can take for ours.
        let path = announced.download_url.strip_prefix(&self.base_url).filter(|path| path.starts_with('/'));
        let path = path.ok_or(GatewayError::Unknown)?;
        let authorization = self.authorization((&Method::GET, path), b"", now)?;
        into.fetch(&self.client, &announced.download_url, &[authorization]).await?;
        into.announced = Some(announced.hash_value);
        Ok(true)
    }

    fn read_bill(&self, bill: &BillFile, day: CivilDate, take: &mut TakeLine<'_>) -> Result<u64, BillError> {
        let mut lines = TradeBill::open(bill.open()?)?;
        let mut at = 1;
        while let Some(line) = lines.next_line()? {
            at += 1;
            // A refund's line may carry the time of its payment.
            let today = line.refund.is_some() || day_of_plain(&line.at) == Some(day);
            if !line.is_of(&self.payee) || !today {
                return Err(BillError::Foreign(at));
            }
            take(of_line(line))?;
        }
        lines.finish(bill.announced.as_deref())
    }

    async fn notice(&self, headers: &HeaderMap, body: &[u8], now: Instant) -> Result<Notice, Untrusted> {
        self.verified(headers, body, now).await.map_err(|_| Untrusted::Forged)?;
        let opened = Notification::read(body).and_then(|notification| notification.open(&self.api_key));
        match opened.map_err(|_| Untrusted::Shape)? {
            Notified::Transaction(transaction) if transaction.trade_state == TradeState::Success => {
                self.received(transaction).map(Notice::Paid).ok_or(Untrusted::Shape)
            }
            Notified::Transaction(_) => Ok(Notice::Other),
            Notified::Refund(refund) => {
                if !refund.is_of(&self.payee) {
                    return Err(Untrusted::Shape);
                }
                let told = (refund.refund_id.as_str(), refund.refund_status, refund.success_time.as_deref());
                let standing = standing(told).ok_or(Untrusted::Shape)?;
                Ok(Notice::Refund(refund.out_refund_no, Some(standing)))
            }
        }
    }

    fn thanks(&self) -> &'static str {
        ""
    }
}
