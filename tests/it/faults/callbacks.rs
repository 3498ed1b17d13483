//! Notifications by the thousand, each delivered twice to twenty times, at once and out of order, while the server is killed:
//! the books equal the provider's own book to the fen. `MINGZHANG_ORDERS` says how many orders, 10,000 when absent.

use crate::campaign::Campaign;
use crate::client::Client;
use crate::estate::hire;
use crate::process::Process;
use crate::server::began;
use mingzhang_local_gateway::{Behaviour, Entry, Gateway, OrderState};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Orders that are asked for at a time.
const AT_A_TIME: usize = 8;
/// Kills of the server while notifications come.
const KILLS: u64 = 3;
/// Orders that one account pays.
const OF_AN_ACCOUNT: u64 = 20;
/// Deliveries under way at most: a provider spreads what it tells, too.
const UNDER_WAY: usize = 400;
/// How long it may take until every order has an answer, once all are paid.
const PATIENCE: Duration = Duration::from_secs(120);

/// A server, the provider beside it, and accounts that are paid into.
struct Shop {
    process: Process,
    gateway: Arc<Gateway>,
    finance: Client,
    community: String,
    channel: String,
    accounts: Vec<String>,
}

impl Shop {
    async fn open(accounts: u64) -> Self {
        let mut process = Process::start("error").await;
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let own_url = format!("http://{}", listener.local_addr().unwrap());
        let server_url = format!("http://{}", process.admin.address());
        let gateway = Gateway::open(process.data(), &own_url, &server_url).unwrap();
        tokio::spawn(Arc::clone(&gateway).serve(listener, std::future::pending()));
        // It reads its merchants when it starts.
        process.kill_server().await;
        process.start_again().await;
        let (admin, nobody) = (process.admin.clone(), Client::new(process.admin.address()));
        let company = json!({"code": "HY", "name": "惠园物业", "clock": "system"});
        let company = began(&admin.post("/api/v1/companies", company).await.good(), "company");
        let of_company = |path: &str| format!("/api/v1/companies/{company}{path}");
        let community = json!({"code": "XH", "name": "惠园小区", "clock": "system"});
        let community = began(&admin.post(&of_company("/communities"), community).await.good(), "community");
        let merchant = json!({"provider": "wechat_pay", "number": "1900000001"});
        let channel = json!({"kind": "online", "purse": "company", "label": "微信", "merchant": merchant});
        let channel = began(&admin.post(&of_company("/channel-accounts"), channel).await.good(), "channel_account");
        let finance = hire(&nobody, &admin, &company, ("finance.one", "finance", None)).await;
        let person = json!({"name": "张三", "mobile": "13800005678"});
        let person = began(&finance.post(&of_company("/persons"), person).await.good(), "person");
        let at = |path: &str| format!("/api/v1/communities/{community}{path}");
        let members = json!([{"person": person, "share": "1"}]);
        let party = json!({"kind": "owner_group", "members": members, "contact": person});
        let party = began(&finance.post(&at("/parties"), party).await.good(), "party");
        let mut units = Vec::new();
        for n in 0..accounts {
            let unit = json!({
                "code": format!("1-1-{n:04}"), "kind": "residence",
                "status": {"from": "2020-01-01", "status": "handed_over"},
                "owner": {"from": "2020-01-01", "party": party},
            });
            units.push(began(&finance.post(&at("/units"), unit).await.good(), "account"));
        }
        Self { process, gateway, finance, community, channel, accounts: units }
    }

    fn at(&self, path: &str) -> String {
        format!("/api/v1/communities/{}{path}", self.community)
    }

    /// Asks for so many orders, each of another amount, and has them prepared; their numbers at the provider.
    async fn ordered(&self, orders: u64) -> Vec<String> {
        let (mut numbers, mut under_way) = (Vec::new(), JoinSet::new());
        for (n, account) in (1..=orders).zip(self.accounts.iter().cycle()) {
            if under_way.len() >= AT_A_TIME {
                numbers.extend(under_way.join_next().await.map(Result::unwrap));
            }
            let credit = format!("{}.{:02}", n / 100, n % 100);
            let accounts = json!([{"account": account, "credit": credit}]);
            let body = json!({"method": "wechat_native", "channel_account": self.channel, "accounts": accounts, "minutes": 120});
            let (finance, orders) = (self.finance.clone(), self.at("/payment-orders"));
            under_way.spawn(async move {
                let order = began(&finance.post(&orders, body).await.good(), "payment_order");
                finance.post(&format!("{orders}/{order}/prepare"), json!({})).await.good();
                order.replace('-', "")
            });
        }
        numbers.extend(under_way.join_all().await);
        numbers
    }

    /// Every payment, by the provider's number.
    async fn payments(&self) -> BTreeMap<String, String> {
        let (mut found, mut cursor) = (BTreeMap::new(), String::new());
        loop {
            let page: Value = self.finance.get(&self.at(&format!("/payments?limit=200{cursor}"))).await.good();
            for item in page["items"].as_array().unwrap() {
                let text = |name: &str| item[name].as_str().unwrap().to_owned();
                assert!(found.insert(text("reference"), text("amount")).is_none(), "recorded twice");
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn books_equal_the_providers_own_whatever_comes_how_often() {
    let mut campaign = Campaign::begin("callbacks");
    let orders: u64 = std::env::var("MINGZHANG_ORDERS").ok().and_then(|orders| orders.parse().ok()).unwrap_or(10_000);
    let mut shop = Shop::open(orders.div_ceil(OF_AN_ACCOUNT)).await;
    let mut waiting = shop.ordered(orders).await;
    let kills = waiting.len() / usize::try_from(KILLS + 1).unwrap();
    while !waiting.is_empty() {
        let number = waiting.swap_remove(usize::try_from(campaign.below(waiting.len().try_into().unwrap())).unwrap());
        let times = u32::try_from(2 + campaign.below(19)).unwrap();
        shop.gateway.behave(Behaviour {
            times,
            reorder: true,
            delay_ms: 1_500,
            retry_ms: 400,
            tries: 60,
            ..Behaviour::default()
        });
        while shop.gateway.under_way() > UNDER_WAY {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(shop.gateway.pay(&number).unwrap());
        campaign.count("deliveries", times.into());
        if waiting.len() % kills.max(1) == kills / 2 && campaign.counted("kills") < KILLS {
            campaign.a_while(100, 700).await;
            shop.process.kill_server().await;
            campaign.count("kills", 1);
            shop.process.start_again().await;
        }
    }
    let told = |entry: &Entry| (entry.transaction.clone().unwrap_or_default(), entry.amount.to_string());
    let paid = |entry: &Entry| entry.state == OrderState::Paid;
    let book: BTreeMap<String, String> = shop.gateway.entries().iter().filter(|entry| paid(entry)).map(told).collect();
    assert_eq!(book.len(), usize::try_from(orders).unwrap());
    let began = std::time::Instant::now();
    let mut have = shop.payments().await;
    while have.len() < book.len() && began.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(500)).await;
        have = shop.payments().await;
    }
    campaign.count("orders", orders);
    let missing: Vec<&String> = book.keys().filter(|number| !have.contains_key(*number)).collect();
    let unsound = shop.process.unsound();
    assert!(missing.is_empty() && unsound.is_empty(), "{missing:?} {unsound:?}");
    assert_eq!(have, book, "to the fen");
    shop.process.stop().await;
    assert_eq!(campaign.end(Vec::<String>::new()), Vec::<String>::new());
}
