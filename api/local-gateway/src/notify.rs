//! Tells the merchant of payments and refunds: until he thanks, as often as it behaves.

use crate::alipay;
use crate::behaviour::Behaviour;
use crate::book::{Entry, Provider, RefundEntry, RefundState};
use crate::keys::WechatMerchant;
use crate::wechat::{merchant_of, nonce, notified_refund, transaction};
use crate::{Gateway, instant, now};
use mingzhang_domain::money::Money;
use mingzhang_gateway::time::rfc3339;
use mingzhang_gateway::wechat::{Fen, Notification, response_message, seal};
use rand::RngExt;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// A merchant of nobody here.
const OTHER_MERCHANT: &str = "1900000999";

/// One notification, ready to be sent.
#[derive(Debug)]
pub struct Letter {
    /// Its headers.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: Vec<u8>,
    thanked: fn(u16, &[u8]) -> bool,
}

impl Gateway {
    /// What an order's notification is now, as it would be sent.
    pub fn notification(&self, number: &str) -> Option<Letter> {
        let entry = self.book().get(number).cloned()?;
        letter(self, &News::Paid(entry), &self.behaviour(), false)
    }

    /// A text that says nothing, signed as WeChat Pay signs.
    pub fn signed_text(&self, text: &str) -> Option<Letter> {
        signed(self, WechatMerchant::Direct, text.as_bytes().to_vec(), (false, false))
    }
}

/// What is told.
#[derive(Debug, Clone)]
enum News {
    Paid(Entry),
    Refunded(Entry, RefundEntry),
}

impl News {
    fn order(&self) -> &Entry {
        match self {
            Self::Paid(order) | Self::Refunded(order, _) => order,
        }
    }

    fn url(&self) -> &str {
        match self {
            Self::Paid(order) => &order.notify_url,
            Self::Refunded(_, refund) => &refund.notify_url,
        }
    }
}

/// Tells of a payment in the background.
pub(crate) fn tell(gateway: &Arc<Gateway>, order: Entry) {
    spread(gateway, &News::Paid(order));
}

/// Tells of a refund in the background. Alipay tells only of one that was paid.
pub(crate) fn tell_of_refund(gateway: &Arc<Gateway>, order: Entry, refund: RefundEntry) {
    if order.provider == Provider::WechatPay || refund.state == RefundState::Paid {
        spread(gateway, &News::Refunded(order, refund));
    }
}

fn spread(gateway: &Arc<Gateway>, news: &News) {
    let behaviour = gateway.behaviour();
    if behaviour.drop {
        return;
    }
    for _ in 0..behaviour.times.max(1) {
        let (gateway, news, behaviour) = (Arc::clone(gateway), news.clone(), behaviour.clone());
        let wait = if behaviour.reorder {
            rand::rng().random_range(0..=behaviour.delay_ms.max(50))
        } else {
            behaviour.delay_ms
        };
        gateway.under_way.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            deliver(&gateway, &news, &behaviour).await;
            gateway.under_way.fetch_sub(1, Ordering::Relaxed);
        });
    }
}

async fn deliver(gateway: &Gateway, news: &News, behaviour: &Behaviour) {
    if behaviour.probe {
        match letter(gateway, news, behaviour, true) {
            Some(probe) if send(gateway, news.url(), &probe).await => {
                tracing::error!(number = %news.order().number, "a probe with a wrong signature was thanked for");
            }
            _ => {}
        }
    }
    for _ in 0..behaviour.tries.max(1) {
        let Some(letter) = letter(gateway, news, behaviour, false) else { return };
        if send(gateway, news.url(), &letter).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(behaviour.retry_ms)).await;
    }
    tracing::warn!(number = %news.order().number, "nobody thanked for this news; the merchant has to ask");
}

async fn send(gateway: &Gateway, url: &str, letter: &Letter) -> bool {
    let request = gateway.client.post(url).body(letter.body.clone());
    let request = letter.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
    let Ok(answer) = request.send().await else { return false };
    let status = answer.status().as_u16();
    let body = answer.bytes().await.unwrap_or_default();
    (letter.thanked)(status, &body)
}

fn letter(gateway: &Gateway, news: &News, behaviour: &Behaviour, probe: bool) -> Option<Letter> {
    let wrong = behaviour.wrong_key;
    match (news.order().provider, news) {
        (Provider::WechatPay, News::Paid(order)) => {
            let mut transaction = transaction(order)?;
            transaction.amount.as_mut()?.total = Fen(said_amount(order, behaviour)?);
            said_merchant((&mut transaction.mchid, &mut transaction.sub_mchid), behaviour);
            let message = serde_json::to_vec(&transaction).ok()?;
            let named = ("transaction", "TRANSACTION.SUCCESS", order.transaction.as_deref()?);
            sealed(gateway, merchant_of(order), named, &message, (wrong, probe))
        }
        (Provider::WechatPay, News::Refunded(order, refund)) => {
            let mut notified = notified_refund(order, refund)?;
            said_merchant((&mut notified.mchid, &mut notified.sub_mchid), behaviour);
            let message = serde_json::to_vec(&notified).ok()?;
            let event = match refund.state {
                RefundState::Processing => return None,
                RefundState::Paid => "REFUND.SUCCESS",
                RefundState::Abnormal => "REFUND.ABNORMAL",
                RefundState::Closed => "REFUND.CLOSED",
            };
            sealed(gateway, merchant_of(order), ("refund", event, &refund.id), &message, (wrong, probe))
        }
        (Provider::Alipay, news) => {
            let said = match news {
                News::Paid(order) => alipay::notification(gateway, order, &said_amount(order, behaviour)?.to_string())?,
                News::Refunded(order, refund) => alipay::refund_notification(gateway, order, refund)?,
            };
            let said = gateway.keys.sign_notification(said, wrong || probe).ok()?;
            Some(Letter {
                headers: vec![("Content-Type", "application/x-www-form-urlencoded; charset=utf-8".to_owned())],
                body: said.form().into_bytes(),
                thanked: |status, body| status == 200 && body == b"success",
            })
        }
    }
}

/// What is said that came.
fn said_amount(order: &Entry, behaviour: &Behaviour) -> Option<Money> {
    if behaviour.other_amount { order.amount.plus(Money::from_fen(1)).ok() } else { Some(order.amount) }
}

/// Who is said to have it: another than has it, where it behaves so. His merchant's number stands before a service provider's own.
fn said_merchant((mchid, sub_mchid): (&mut Option<String>, &mut Option<String>), behaviour: &Behaviour) {
    let named = if sub_mchid.is_some() { sub_mchid } else { mchid };
    if behaviour.other_merchant {
        *named = Some(OTHER_MERCHANT.to_owned());
    }
}

/// A notification of WeChat Pay: what it is of, what happened, and a number for it.
fn sealed(
    gateway: &Gateway,
    of: WechatMerchant,
    (kind, event, number): (&str, &str, &str),
    message: &[u8],
    (wrong, probe): (bool, bool),
) -> Option<Letter> {
    let notification = Notification {
        id: format!("EV-{number}"),
        create_time: rfc3339(instant(now())?),
        resource_type: "encrypt-resource".to_owned(),
        event_type: event.to_owned(),
        summary: if kind == "refund" { "退款结果" } else { "支付成功" }.to_owned(),
        resource: seal(kind, message, &nonce(12), &gateway.keys.api_v3).ok()?,
    };
    signed(gateway, of, serde_json::to_vec(&notification).ok()?, (wrong, probe))
}

fn signed(gateway: &Gateway, of: WechatMerchant, body: Vec<u8>, (wrong, probe): (bool, bool)) -> Option<Letter> {
    let (timestamp, nonce) = (now().to_string(), nonce(32));
    let (key, serial) = gateway.keys.platform(of, gateway.behaviour().rolled_over);
    let key = if wrong { &gateway.keys.nobody } else { key };
    let mut signature = key.sign(&response_message(&timestamp, &nonce, &body)).ok()?;
    if probe {
        signature = format!("WECHATPAY/SIGNTEST/{signature}");
    }
    let headers = vec![
        ("Content-Type", "application/json".to_owned()),
        ("Wechatpay-Timestamp", timestamp),
        ("Wechatpay-Nonce", nonce),
        ("Wechatpay-Serial", serial.to_owned()),
        ("Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048".to_owned()),
        ("Wechatpay-Signature", signature),
    ];
    Some(Letter { headers, body, thanked: |status, _| status == 200 || status == 204 })
}
