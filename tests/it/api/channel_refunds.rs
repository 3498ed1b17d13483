//! Refunds through the local gateway: back the way the money came, once, whatever the provider does.

use super::shop::Shop;
use crate::estate::fact;
use crate::server::began;
use mingzhang_local_gateway::{Behaviour, RefundState, RefundsEnd};
use serde_json::{Value, json};
use std::time::Duration;

impl Shop {
    /// Credit of the account that came by the provider; the lot.
    pub(super) async fn credit(&self, method: &str, amount: &str) -> String {
        let accounts = json!([{"account": self.account, "credit": amount}]);
        let mut body = json!({"method": method, "channel_account": self.channel, "accounts": accounts});
        if method == "alipay_mini" {
            body["payer"] = json!("oSYNTHETICOPENID0002");
        }
        let created = self.estate.cashier.post(&self.estate.at("/payment-orders"), body).await.good();
        let order = began(&created, "payment_order");
        self.act(&order, "prepare").await;
        assert!(self.gateway.pay(&order.replace('-', "")).unwrap());
        assert_eq!(self.ended(&order).await["status"], "paid");
        let path = self.estate.at(&format!("/accounts/{}/lots", self.account));
        let lots = self.reader().await.get(&path).await.good();
        let lots = lots["items"].as_array().unwrap();
        lots.iter().find(|lot| lot["unspent"] == amount).unwrap()["lot"].as_str().unwrap().to_owned()
    }

    /// An approved refund of a lot.
    pub(super) async fn refund(&self, lot: &str, amount: &str) -> String {
        let body = json!({"lot": lot, "amount": amount, "reason": "业主已搬离"});
        let body = self.estate.approved("approve_refund", json!({"account": self.account}), body).await;
        let path = self.estate.at(&format!("/accounts/{}/refunds", self.account));
        let approved = self.estate.finance.post(&path, body).await.good();
        fact(&approved, "refund_approved")["refund"].as_str().unwrap().to_owned()
    }

    fn refund_path(&self, refund: &str, what: &str) -> String {
        self.estate.at(&format!("/accounts/{}/refunds/{refund}/{what}", self.account))
    }

    pub(super) async fn send(&self, refund: &str) -> Value {
        let body = json!({"channel_account": self.channel});
        self.estate.finance.post(&self.refund_path(refund, "send"), body).await.good()
    }

    async fn shown_refund(&self, refund: &str) -> Value {
        self.reader().await.get(&self.estate.at(&format!("/refunds/{refund}"))).await.good()
    }

    async fn check_refund(&self, refund: &str) -> Value {
        let path = self.estate.at(&format!("/refunds/{refund}/check"));
        self.estate.finance.post(&path, json!({})).await.good()["status"].clone()
    }

    /// Waits until the provider's standing of a refund is this.
    pub(super) async fn refund_stands(&self, refund: &str, status: &str) -> Value {
        let mut shown = self.shown_refund(refund).await;
        for _ in 0..300 {
            if shown["channel_status"] == status {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            shown = self.shown_refund(refund).await;
        }
        assert_eq!(shown["channel_status"], status, "{shown}");
        shown
    }

    /// What the gateway's own book says that it paid back.
    fn paid_back(&self) -> i64 {
        let refunds = self.gateway.refunds();
        refunds.iter().filter(|refund| refund.state == RefundState::Paid).map(|refund| refund.amount.fen()).sum()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_goes_back_the_way_its_money_came() {
    for (provider, method) in
        [("wechat_pay", "wechat_native"), ("wechat_partner", "wechat_native"), ("alipay", "alipay_mini")]
    {
        let shop = Shop::open(provider).await;
        let lot = shop.credit(method, "100.00").await;
        // Told often and out of order.
        shop.gateway.behave(Behaviour { times: 5, reorder: true, delay_ms: 100, probe: true, ..Behaviour::default() });
        let refund = shop.refund(&lot, "40.00").await;
        shop.send(&refund).await;
        let shown = shop.refund_stands(&refund, "settled").await;
        assert_eq!((&shown["status"], &shown["channel_number"]), (&json!("settled"), &json!(refund.replace('-', ""))));
        assert_eq!(shop.balance().await, "-60.00");
        assert_eq!(shop.paid_back(), 4000);
        // The first notification was of money, the others of refunds: no second payment.
        assert_eq!(shop.payments().await, ["100.00"]);
        // Not told: whoever asks learns it.
        shop.gateway.behave(Behaviour { drop: true, fails_after_doing: true, ..Behaviour::default() });
        let refund = shop.refund(&lot, "60.00").await;
        shop.send(&refund).await;
        tokio::time::sleep(Duration::from_millis(200)).await;
        shop.gateway.behave(Behaviour { drop: true, ..Behaviour::default() });
        for _ in 0..3 {
            shop.check_refund(&refund).await;
        }
        shop.refund_stands(&refund, "settled").await;
        assert_eq!((shop.balance().await.as_str(), shop.paid_back()), ("0.00", 10_000));
        shop.is_sound().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_does_not_arrive_is_seen_and_settled_once() {
    let shop = Shop::open("wechat_pay").await;
    let lot = shop.credit("wechat_native", "100.00").await;
    let fail = json!({"reason": "渠道无法退回"});

    // The payer's account does not take it; then it does.
    shop.gateway.behave(Behaviour { refunds: RefundsEnd::Abnormal, ..Behaviour::default() });
    let refund = shop.refund(&lot, "10.00").await;
    shop.send(&refund).await;
    shop.refund_stands(&refund, "abnormal").await;
    let blocked = shop.estate.finance.post(&shop.refund_path(&refund, "fail"), fail.clone()).await;
    assert_eq!(blocked.refused(409), "refund_must_not_be_sent");
    assert!(shop.gateway.end_refund(&refund.replace('-', ""), RefundState::Paid).unwrap());
    assert_eq!(shop.refund_stands(&refund, "settled").await["status"], "settled");

    // Closed by the provider: it may be sent again under another number, or fail.
    shop.gateway.behave(Behaviour { refunds: RefundsEnd::Closed, ..Behaviour::default() });
    let refund = shop.refund(&lot, "20.00").await;
    shop.send(&refund).await;
    assert_eq!(shop.refund_stands(&refund, "closed").await["status"], "approved");
    shop.gateway.behave(Behaviour::default());
    shop.send(&refund).await;
    let shown = shop.refund_stands(&refund, "settled").await;
    assert_eq!(shown["channel_number"], json!(format!("{}-2", refund.replace('-', ""))));

    // The merchant's account is empty: it is not taken, and is withdrawn.
    shop.gateway.behave(Behaviour { refunds: RefundsEnd::NotEnough, ..Behaviour::default() });
    let refund = shop.refund(&lot, "30.00").await;
    shop.send(&refund).await;
    let path = shop.estate.at(&format!("/refunds/{refund}/check"));
    let empty = shop.estate.finance.post(&path, json!({})).await;
    assert_eq!(empty.refused(502), "gateway_refused");
    shop.estate.finance.post(&shop.refund_path(&refund, "withdraw"), json!({"reason": "改由银行退回"})).await.good();
    assert_eq!(shop.check_refund(&refund).await, "withdrawn", "a request may still be on its way");
    shop.is_sound().await;
    assert_eq!((shop.balance().await.as_str(), shop.paid_back()), ("-40.00", 3000));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_refunds_that_race_on_one_payment_never_exceed_it() {
    let shop = Shop::open("wechat_pay").await;
    let lot = shop.credit("wechat_native", "100.00").await;
    let one = async |nth: usize| {
        let body = json!({"lot": lot, "amount": "9.00", "reason": "业主已搬离"});
        let path = shop.estate.at(&format!("/accounts/{}/refunds", shop.account));
        let reply = shop.estate.finance.post(&path, body).await;
        if !reply.status.is_success() {
            assert_eq!(reply.refused(409), "amount_must_not_exceed_refundable", "{nth}");
            return 0;
        }
        let approved = reply.good();
        let refund = fact(&approved, "refund_approved")["refund"].as_str().unwrap().to_owned();
        shop.send(&refund).await;
        shop.refund_stands(&refund, "settled").await;
        1
    };
    let taken: usize = futures_util::future::join_all((0..50).map(one)).await.into_iter().sum();
    assert_eq!((taken, shop.paid_back()), (11, 9900));
    assert_eq!(shop.balance().await, "-1.00");
    shop.is_sound().await;
}
