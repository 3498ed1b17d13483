//! Reconciliation through the local gateway: its bill against the log, what differs, the signature, and the money on the bank.

use super::shop::Shop;
use crate::client::{Client, Reply};
use chrono::{DateTime, Duration, Utc};
use mingzhang_local_gateway::{Behaviour, RefundsEnd};
use mingzhang_store::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

fn now() -> DateTime<Utc> {
    SystemClock.now()
}

/// The provider's day, which is over in the ledgers: their clock is a day ahead of it.
fn day() -> String {
    (now() + Duration::hours(8)).format("%Y-%m-%d").to_string()
}

impl Shop {
    /// As [`Shop::open`], a day later than the provider's.
    async fn open_tomorrow(provider: &str) -> Self {
        let tomorrow = now() + Duration::hours(8) + Duration::days(1);
        Self::open_at(provider, &tomorrow.format("%Y-%m-%dT02:00:00Z").to_string()).await
    }

    async fn paid(&self, method: &str, amount: &str) -> String {
        let charge = self.charge(amount).await;
        let (order, number, prepared) = self.prepared(method, &charge).await;
        if let Some(url) = prepared["url"].as_str() {
            let (address, path) = url.trim_start_matches("http://").split_once('/').unwrap();
            Client::new(address.parse().unwrap()).get(&format!("/{path}")).await;
        }
        assert!(self.gateway.pay(&number).unwrap());
        order
    }

    async fn reconcile(&self, body: impl Into<axum::body::Bytes>) -> Reply {
        let path = format!("/channel-accounts/{}/reconcile?day={}", self.channel, day());
        self.estate.finance.post_raw(&self.estate.of_company(&path), body).await
    }

    async fn reconciled(&self) -> Value {
        let id = self.reconcile("").await.good()["channel_day"].as_str().unwrap().to_owned();
        let mut whole = self.of_company(&format!("/channel-days/{id}")).await;
        whole["differences"] = self.of_company(&format!("/channel-days/{id}/differences")).await["items"].clone();
        whole
    }

    /// What finance reads of the company, as new as its log.
    async fn of_company(&self, path: &str) -> Value {
        let head = self.estate.server.head(&self.estate.company).await;
        let reader = self.estate.finance.with("ledger-position", format!("{}@{head}", self.estate.company));
        reader.get(&self.estate.of_company(path)).await.good()
    }

    fn kinds(whole: &Value) -> Vec<String> {
        let differences = whole["differences"].as_array().unwrap();
        let said = |row: &Value| format!("{} {}", row["kind"].as_str().unwrap(), row["status"].as_str().unwrap());
        differences.iter().map(said).collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_of_trades_and_refunds_is_reconciled_signed_off_and_settled() {
    for (provider, method) in
        [("wechat_pay", "wechat_native"), ("wechat_partner", "wechat_native"), ("alipay", "alipay_wap")]
    {
        let shop = Shop::open_tomorrow(provider).await;
        let nothing = shop.reconciled().await;
        assert_eq!(nothing["day"]["lines"], 0, "a day without trades has an empty bill");
        for amount in ["100.00", "50.00", "33.33"] {
            let order = shop.paid(method, amount).await;
            assert_eq!(shop.ended(&order).await["status"], "paid");
        }
        // One that nobody told: the bill says it, and it is recorded.
        shop.gateway.behave(Behaviour { drop: true, ..Behaviour::default() });
        let order = shop.paid(method, "20.00").await;
        let whole = shop.reconciled().await;
        assert_eq!(shop.shown(&order).await["status"], "paid");
        let said = &whole["day"];
        assert_eq!(
            (&said["lines"], &said["matched"], &said["open_differences"]),
            (&json!(4), &json!(4), &json!(0)),
            "{said}"
        );
        assert_eq!((&said["paid"], &said["fee"]), (&json!("203.33"), &json!("1.22")));
        assert_eq!(whole["splits"][0]["community"], json!(shop.estate.community));
        // To the bank, once it is signed off, and once.
        let bank = shop.estate.channel_account("bank").await;
        let settle = json!({"channel_account": shop.channel, "day": day(), "bank_account": bank, "value_on": day()});
        let path = shop.estate.at("/channel-settlements");
        let early = shop.estate.finance.post(&path, settle.clone()).await;
        assert_eq!(early.refused(409), "settlement_must_be_signed_off");
        let id = said["channel_day"].as_str().unwrap();
        let sign = shop.estate.of_company(&format!("/channel-days/{id}/sign-off"));
        shop.estate.finance.post(&sign, json!({})).await.good();
        assert_eq!(shop.reconcile("").await.refused(409), "channel_day_must_be_open");
        let settled = shop.estate.finance.post(&path, settle.clone()).await.good();
        assert_eq!(shop.estate.finance.post(&path, settle).await.refused(409), "settlement_must_be_once");
        let settled = crate::estate::fact(&settled, "channel_settled").clone();
        assert_eq!(
            (&settled["gross"], &settled["fee"], &settled["net"]),
            (&json!("203.33"), &json!("1.22"), &json!("202.11"))
        );
        // The channel's book is empty: every fen went to the bank or is the provider's fee.
        let trial = shop.reader().await.get(&shop.estate.at("/trial-balance")).await.good();
        let of = |book: &str| {
            let row = trial["items"].as_array().unwrap().iter().find(|row| row["book"] == book).unwrap().clone();
            (row["debit"].as_str().unwrap().to_owned(), row["credit"].as_str().unwrap().to_owned())
        };
        let is = |debit: &str, credit: &str| (debit.to_owned(), credit.to_owned());
        assert_eq!(of("channel"), is("203.33", "203.33"));
        assert_eq!((of("bank"), of("channel_fee")), (is("202.11", "0.00"), is("1.22", "0.00")));
        shop.is_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_differs_waits_for_a_person_and_stays_on_record() {
    let shop = Shop::open_tomorrow("wechat_pay").await;
    let finance = &shop.estate.finance;
    let order = shop.paid("wechat_native", "100.00").await;
    assert_eq!(shop.ended(&order).await["status"], "paid");
    // The log has another amount than the provider; and the log has money that the provider does not have.
    shop.gateway.behave(Behaviour { other_amount: true, ..Behaviour::default() });
    let order = shop.paid("wechat_native", "30.00").await;
    assert_eq!(shop.ended(&order).await["spent"], "differing");
    let phantom =
        json!({"channel_account": shop.channel, "reference": "4200009999", "amount": "9.00", "value_on": day()});
    shop.estate.cashier.post(&shop.estate.at("/payments"), phantom).await.good();
    let whole = shop.reconciled().await;
    let mut kinds = Shop::kinds(&whole);
    kinds.sort();
    assert_eq!(kinds, ["amount_differs open", "channel_missing open"]);
    let again = shop.reconciled().await;
    assert_eq!(again["day"]["open_differences"], 2, "the same differences are found once");
    assert_eq!(shop.of_company("/channel-differences").await["items"].as_array().unwrap().len(), 2);
    let id = whole["day"]["channel_day"].as_str().unwrap().to_owned();
    let sign = shop.estate.of_company(&format!("/channel-days/{id}/sign-off"));
    assert_eq!(finance.post(&sign, json!({})).await.refused(409), "differences_must_be_explained");
    for row in whole["differences"].as_array().unwrap() {
        let difference = row["channel_difference"].as_str().unwrap();
        let path = shop.estate.of_company(&format!("/channel-days/{id}/differences/{difference}/explain"));
        finance.post(&path, json!({"note": "已与渠道核实，次日更正"})).await.good();
        assert_eq!(finance.post(&path, json!({"note": "再说一次"})).await.refused(409), "difference_must_be_open");
    }
    finance.post(&sign, json!({})).await.good();
    assert!(shop.of_company("/channel-differences").await["items"].as_array().unwrap().is_empty());
    shop.is_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_of_the_day_is_matched_while_it_is_on_its_way() {
    let shop = Shop::open_tomorrow("wechat_pay").await;
    let lot = shop.credit("wechat_native", "100.00").await;
    shop.gateway.behave(Behaviour { refunds: RefundsEnd::Waiting, ..Behaviour::default() });
    let refund = shop.refund(&lot, "40.00").await;
    shop.send(&refund).await;
    shop.refund_stands(&refund, "accepted").await;
    let whole = shop.reconciled().await;
    // By the ledger's clock it was sent a day later than the provider took it; so the bill has what no log has of that day.
    assert_eq!((&whole["day"]["refunded"], &whole["day"]["paid"]), (&json!("40.00"), &json!("100.00")));
    let kinds = Shop::kinds(&whole);
    assert!(kinds.is_empty() || kinds == ["refund_differs open"], "{whole}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_bill_is_refused_and_counted() {
    let shop = Shop::open_tomorrow("wechat_pay").await;
    let order = shop.paid("wechat_native", "100.00").await;
    shop.ended(&order).await;
    for bad in [
        Behaviour { bill_is_cut: true, ..Behaviour::default() },
        Behaviour { bill_has_other_hash: true, ..Behaviour::default() },
    ] {
        shop.gateway.behave(bad);
        assert_eq!(shop.reconcile("").await.refused(422), "bill_unreadable");
    }
    shop.gateway.behave(Behaviour::default());
    let path = format!("/channel-accounts/{}/reconcile", shop.channel);
    let finance = &shop.estate.finance;
    for (query, status, code) in [
        ("", 400, "parameter_invalid"),
        ("?day=2026-02-30", 400, "parameter_invalid"),
        ("?day=2099-01-01", 409, "channel_day_must_be_over"),
    ] {
        let reply = finance.post_raw(&shop.estate.of_company(&format!("{path}{query}")), "").await;
        assert_eq!(reply.refused(status), code, "{query}");
    }
    for junk in
        [b"\xff\xfe\x00".to_vec(), b"PK\x03\x04".to_vec(), "交易时间,商户号\r\n".into(), vec![b'a'; 2 * 1024 * 1024]]
    {
        assert_eq!(shop.reconcile(junk).await.refused(422), "bill_unreadable");
    }
    let metrics = shop.estate.server.nobody.get("/metrics").await.text;
    assert!(metrics.contains("mingzhang_bills_refused_total 6"), "{metrics}");
    assert!(shop.of_company("/channel-days").await["items"].as_array().unwrap().is_empty(), "nothing was booked");
    let bank = shop.estate.channel_account("bank").await;
    let other = shop.estate.of_company(&format!("/channel-accounts/{bank}/reconcile?day={}", day()));
    assert_eq!(finance.post_raw(&other, "").await.refused(409), "gateway_must_be_served");
    let cashier = shop.estate.cashier.post_raw(&shop.estate.of_company(&format!("{path}?day={}", day())), "").await;
    cashier.refused(403);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_month_is_closed_once_its_channel_days_are_signed_off_or_acknowledged() {
    let shop = Shop::open_tomorrow("wechat_pay").await;
    let order = shop.paid("wechat_native", "100.00").await;
    assert_eq!(shop.ended(&order).await["status"], "paid");
    let month = day()[..7].to_owned();
    let later = (now() + Duration::days(40)).format("%Y-%m-%dT02:00:00Z").to_string();
    let finance = shop.estate.finance.with("mingzhang-given-time", &later);
    let check = async || {
        let checklist =
            shop.reader().await.get(&shop.estate.at(&format!("/periods:checklist?period={month}"))).await.good();
        let items = checklist["items"].as_array().unwrap().clone();
        items.into_iter().find(|item| item["check"] == "channels_signed_off").unwrap()
    };
    let open = json!({
        "check": "channels_signed_off", "done": false, "count": 1,
        "channel_days": [{"channel_account": shop.channel, "day": day()}],
    });
    assert_eq!(check().await, open);
    let close = async |channel_days: u32| {
        let body = json!({"period": month, "allowance_declined": true, "channel_days": channel_days});
        finance.post(&shop.estate.at("/periods:close"), body).await
    };
    let refused = close(0).await;
    assert_eq!(refused.refused(409), "channel_days_must_be_signed_off");
    let id = shop.reconciled().await["day"]["channel_day"].as_str().unwrap().to_owned();
    assert_eq!(check().await, open, "reconciled is not signed off");
    let sign = shop.estate.of_company(&format!("/channel-days/{id}/sign-off"));
    shop.estate.finance.post(&sign, json!({})).await.good();
    assert_eq!(check().await["done"], true);
    assert_eq!(close(1).await.refused(409), "channel_days_must_be_signed_off", "nothing is left to know of");
    let closed = close(0).await.good();
    let review = crate::estate::fact(&closed, "period_reviewed");
    assert_eq!((&review["channel_days"], &review["seen"][0]["ledger_id"]), (&json!("0"), &json!(shop.estate.company)));
    shop.is_sound().await;
}
