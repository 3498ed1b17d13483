//! A community that takes money by the local gateway, for the tests of orders, refunds and reconciliation.

use crate::client::Client;
use crate::estate::Estate;
use crate::server::{Server, began};
use mingzhang_local_gateway::Gateway;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// A community whose unit owes 100.00, and who takes its money.
pub(super) struct Shop {
    pub(super) estate: Estate,
    pub(super) gateway: Arc<Gateway>,
    pub(super) account: String,
    pub(super) fee_item: String,
    pub(super) channel: String,
}

impl Shop {
    pub(super) async fn open(provider: &str) -> Self {
        let (server, gateway) = Server::start_with_gateway().await;
        let estate = Estate::build_on(server).await;
        Self::opened(estate, gateway, provider).await
    }

    /// The same by a given clock.
    pub(super) async fn open_at(provider: &str, instant: &str) -> Self {
        let (server, gateway) = Server::start_with_gateway().await;
        let estate = Estate::build_at(server, instant).await;
        Self::opened(estate, gateway, provider).await
    }

    async fn opened(estate: Estate, gateway: Arc<Gateway>, provider: &str) -> Self {
        let (_, account) = estate.unit("1-1-0101").await;
        let fee_item = estate.fee_item().await;
        let channel = estate.merchant_account(provider).await;
        Self { estate, gateway, account, fee_item, channel }
    }

    pub(super) async fn charge(&self, amount: &str) -> String {
        self.estate.charge(&self.account, &self.fee_item, amount).await
    }

    pub(super) async fn order(&self, method: &str, charges: &[&String]) -> String {
        let accounts = json!([{"account": self.account, "charges": charges}]);
        let mut body = json!({"method": method, "channel_account": self.channel, "accounts": accounts});
        if method == "wechat_jsapi" || method == "alipay_mini" {
            body["payer"] = json!("oSYNTHETICOPENID0001");
        }
        let created = self.estate.cashier.post(&self.estate.at("/payment-orders"), body).await.good();
        began(&created, "payment_order")
    }

    pub(super) async fn act(&self, order: &str, what: &str) -> Value {
        let path = self.estate.at(&format!("/payment-orders/{order}/{what}"));
        self.estate.cashier.post(&path, json!({})).await.good()
    }

    /// An order of all that a charge owes, ready to be paid; its number at the provider.
    pub(super) async fn prepared(&self, method: &str, charge: &String) -> (String, String, Value) {
        let order = self.order(method, &[charge]).await;
        let prepared = self.act(&order, "prepare").await;
        let number = order.replace('-', "");
        (order, number, prepared)
    }

    /// Finance, who sees what is in the log by now.
    pub(super) async fn reader(&self) -> Client {
        let head = self.estate.server.head(&self.estate.community).await;
        self.estate.finance.with("ledger-position", format!("{}@{head}", self.estate.community))
    }

    pub(super) async fn shown(&self, order: &str) -> Value {
        self.reader().await.get(&self.estate.at(&format!("/payment-orders/{order}"))).await.good()["order"].clone()
    }

    /// Waits until an order is no longer live.
    pub(super) async fn ended(&self, order: &str) -> Value {
        let mut shown = self.shown(order).await;
        for _ in 0..300 {
            if shown["status"] != "live" {
                break;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
            shown = self.shown(order).await;
        }
        assert_ne!(shown["status"], "live", "the order did not end");
        shown
    }

    /// What came in by the channel account, payment by payment.
    pub(super) async fn payments(&self) -> Vec<String> {
        let items = self.reader().await.get(&self.estate.at("/payments")).await.good()["items"].clone();
        let of_channel = |item: &&Value| item["channel_account"] == json!(self.channel);
        let amount = |item: &Value| item["amount"].as_str().unwrap().to_owned();
        items.as_array().unwrap().iter().filter(of_channel).map(amount).collect()
    }

    pub(super) async fn balance(&self) -> String {
        let path = self.estate.at(&format!("/accounts/{}", self.account));
        self.reader().await.get(&path).await.good()["balance"].as_str().unwrap().to_owned()
    }

    /// The log holds, and so do the books.
    pub(super) async fn is_sound(&self) {
        assert_eq!(self.estate.server.unsound().await, Vec::<String>::new());
    }
}
