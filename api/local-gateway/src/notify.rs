//! Tells the merchant of a payment: until he thanks, as often as it behaves.

use crate::Gateway;
use crate::alipay;
use crate::behaviour::Behaviour;
use crate::book::{Entry, Provider};
use crate::wechat::{nonce, now, told, transaction};
use mingzhang_domain::money::Money;
use mingzhang_gateway::wechat::{Fen, Notification, response_message, seal};
use rand::RngExt;
use std::sync::Arc;
use std::time::Duration;

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
        letter(self, &entry, &self.behaviour(), false)
    }

    /// A text that says nothing, signed as WeChat Pay signs.
    pub fn signed_text(&self, text: &str) -> Option<Letter> {
        signed(self, text.as_bytes().to_vec(), false, false)
    }
}

/// Tells of a payment in the background.
pub(crate) fn tell(gateway: &Arc<Gateway>, entry: Entry) {
    let behaviour = gateway.behaviour();
    if behaviour.drop {
        return;
    }
    for _ in 0..behaviour.times.max(1) {
        let (gateway, entry, behaviour) = (Arc::clone(gateway), entry.clone(), behaviour.clone());
        let wait = if behaviour.reorder {
            rand::rng().random_range(0..=behaviour.delay_ms.max(50))
        } else {
            behaviour.delay_ms
        };
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(wait)).await;
            deliver(&gateway, &entry, &behaviour).await;
        });
    }
}

async fn deliver(gateway: &Gateway, entry: &Entry, behaviour: &Behaviour) {
    if behaviour.probe {
        match letter(gateway, entry, behaviour, true) {
            Some(probe) if send(gateway, entry, &probe).await => {
                tracing::error!(number = %entry.number, "a probe with a wrong signature was thanked for");
            }
            _ => {}
        }
    }
    for _ in 0..behaviour.tries.max(1) {
        let Some(letter) = letter(gateway, entry, behaviour, false) else { return };
        if send(gateway, entry, &letter).await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(behaviour.retry_ms)).await;
    }
    tracing::warn!(number = %entry.number, "nobody thanked for this payment; the merchant has to ask");
}

async fn send(gateway: &Gateway, entry: &Entry, letter: &Letter) -> bool {
    let request = gateway.client.post(&entry.notify_url).body(letter.body.clone());
    let request = letter.headers.iter().fold(request, |request, (name, value)| request.header(*name, value));
    let Ok(answer) = request.send().await else { return false };
    let status = answer.status().as_u16();
    let body = answer.bytes().await.unwrap_or_default();
    (letter.thanked)(status, &body)
}

fn letter(gateway: &Gateway, entry: &Entry, behaviour: &Behaviour, probe: bool) -> Option<Letter> {
    let amount = if behaviour.other_amount { entry.amount.plus(Money::from_fen(1)).ok()? } else { entry.amount };
    match entry.provider {
        Provider::WechatPay => of_wechat(gateway, entry, amount, behaviour.wrong_key, probe),
        Provider::Alipay => {
            let said = alipay::notification(gateway, entry, &amount.to_string())?;
            let said = gateway.keys.sign_notification(said, behaviour.wrong_key || probe).ok()?;
            Some(Letter {
                headers: vec![("Content-Type", "application/x-www-form-urlencoded; charset=utf-8".to_owned())],
                body: said.form().into_bytes(),
                thanked: |status, body| status == 200 && body == b"success",
            })
        }
    }
}

fn of_wechat(gateway: &Gateway, entry: &Entry, amount: Money, wrong: bool, probe: bool) -> Option<Letter> {
    let mut transaction = transaction(entry)?;
    transaction.amount.as_mut()?.total = Fen(amount);
    let message = serde_json::to_vec(&transaction).ok()?;
    let notification = Notification {
        id: format!("EV-{}", entry.transaction.as_ref()?),
        create_time: told(now())?,
        resource_type: "encrypt-resource".to_owned(),
        event_type: "TRANSACTION.SUCCESS".to_owned(),
        summary: "支付成功".to_owned(),
        resource: seal("transaction", &message, &nonce(12), &gateway.keys.api_v3).ok()?,
    };
    signed(gateway, serde_json::to_vec(&notification).ok()?, wrong, probe)
}

fn signed(gateway: &Gateway, body: Vec<u8>, wrong: bool, probe: bool) -> Option<Letter> {
    let (timestamp, nonce) = (now().to_string(), nonce(32));
    let key = if wrong { &gateway.keys.nobody } else { &gateway.keys.wechat_platform };
    let mut signature = key.sign(&response_message(&timestamp, &nonce, &body)).ok()?;
    if probe {
        signature = format!("WECHATPAY/SIGNTEST/{signature}");
    }
    let headers = vec![
        ("Content-Type", "application/json".to_owned()),
        ("Wechatpay-Timestamp", timestamp),
        ("Wechatpay-Nonce", nonce),
        ("Wechatpay-Serial", gateway.keys.public_key_id().to_owned()),
        ("Wechatpay-Signature-Type", "WECHATPAY2-SHA256-RSA2048".to_owned()),
        ("Wechatpay-Signature", signature),
    ];
    Some(Letter { headers, body, thanked: |status, _| status == 200 || status == 204 })
}
