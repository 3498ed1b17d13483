//! A month that is closed by a server that dies midway, and one whose close takes long: the facts are the same in the end.

use crate::campaign::Campaign;
use crate::client::Client;
use crate::estate::Estate;
use crate::server::Server;
use mingzhang_domain::books::BooksEvent;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::stream::Event;
use mingzhang_store::log;
use mingzhang_store::postgres::Role;
use serde_json::{Value, json};
use sqlx::{PgPool, Postgres, Transaction};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::runtime::Runtime;

/// Accounts that were charged ahead: twelve commands release them.
const UNITS: usize = 600;
const KILLS: usize = 2;
const MARCH: &str = "2026-03-02T02:00:00Z";

/// A community whose February was charged before it began.
async fn charged_ahead(units: usize) -> Estate {
    let estate = Estate::build_at(Server::start().await, "2026-01-05T02:00:00Z").await;
    let item = estate.fee_item().await;
    estate.charged_for_february(units, &[item]).await;
    estate
}

fn closing() -> Value {
    json!({"period": "2026-02", "allowance_declined": true})
}

/// How often each account of the community was released, and how often the month was closed.
async fn released(estate: &Estate) -> (BTreeMap<String, usize>, usize) {
    let pool = estate.server.database().pool(Role::Auditor).await.unwrap();
    let ledger: LedgerId = estate.community.parse::<uuid::Uuid>().unwrap().into();
    let stored = log::read_after(&mut pool.acquire().await.unwrap(), ledger, 0, 1_000_000).await.unwrap();
    let (mut accounts, mut closes) = (BTreeMap::new(), 0);
    for stored in stored {
        match Recorded::from_body(&stored.body).unwrap().event {
            Event::Books(BooksEvent::RevenueReleased(fact)) => {
                fact.accounts.iter().for_each(|account| *accounts.entry(account.to_string()).or_default() += 1);
            }
            Event::Books(BooksEvent::PeriodClosed(_)) => closes += 1,
            _ => {}
        }
    }
    (accounts, closes)
}

/// Another server on the same databases, which dies without a word: from one moment on nothing of it runs.
struct Doomed {
    runtime: Runtime,
    server: Server,
}

impl Doomed {
    fn beside(server: &Server) -> Self {
        // A runtime of its own, which is begun where no other is.
        let begin = || {
            let runtime = Runtime::new().unwrap();
            let server = runtime.block_on(server.beside());
            Self { runtime, server }
        };
        tokio::task::block_in_place(|| std::thread::scope(|scope| scope.spawn(begin).join().unwrap()))
    }

    fn kill(self) {
        self.runtime.shutdown_background();
        drop(self.server);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_that_is_killed_midway_goes_on_elsewhere_and_ends_in_the_same_facts() {
    let mut campaign = Campaign::begin("kills_while_closing");
    let estate = charged_ahead(UNITS).await;
    let path = estate.at("/periods:close");
    for _ in 0..KILLS {
        let doomed = Doomed::beside(&estate.server);
        let finance = Client::new(doomed.server.nobody.address()).with_token(estate.finance.token());
        let (finance, path) = (finance.with("mingzhang-given-time", MARCH), path.clone());
        let before = estate.server.head(&estate.community).await;
        let close = tokio::spawn(async move { finance.try_post("february", &path, closing()).await });
        while estate.server.head(&estate.community).await == before && !close.is_finished() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        doomed.kill();
        close.abort();
        campaign.count("kills_of_server", 1);
    }
    let (accounts, closes) = released(&estate).await;
    assert!(closes == 0 && !accounts.is_empty(), "killed midway: {} of {UNITS}, {closes} closes", accounts.len());
    campaign.count("accounts_released_by_the_dead", u64::try_from(accounts.len()).unwrap());
    let finance = estate.finance.with("mingzhang-given-time", MARCH);
    let closed = finance.post_as("february", &path, closing()).await.good();
    assert_eq!(finance.post_as("february", &path, closing()).await.good(), closed);
    let (accounts, closes) = released(&estate).await;
    assert_eq!((accounts.len(), closes), (UNITS, 1));
    assert!(accounts.values().all(|times| *times == 1), "no account is released twice");
    let at = format!("{}@{}", estate.community, closed["position"]);
    let books = estate.auditor.with("ledger-position", at).get(&estate.at("/trial-balance?until=2026-02")).await.good();
    let sum = |book: &str| {
        let rows =
            books["items"].as_array().unwrap().iter().filter(|row| row["book"] == book && row["month"] == "2026-02");
        rows.map(|row| format!("{} {}", row["debit"].as_str().unwrap(), row["credit"].as_str().unwrap()))
            .collect::<String>()
    };
    assert_eq!(["revenue", "unearned", "vat_due"].map(sum), ["0.00 60000.00", "60000.00 0.00", "0.00 3600.00"]);
    assert_eq!(campaign.end(estate.server.unsound().await), [""; 0]);
    estate.server.stop().await;
}

/// The head of a ledger, held until the transaction ends.
async fn hold(owner: PgPool, ledger: String) -> Transaction<'static, Postgres> {
    let mut holding = owner.begin().await.unwrap();
    let head = "SELECT size FROM log_head WHERE ledger_id = $1::text::uuid FOR UPDATE";
    sqlx::query(head).bind(&ledger).execute(&mut *holding).await.unwrap();
    holding
}

/// Every append waits some seconds for the head, less than makes its outcome unknown: whoever holds it next stands in the
/// queue before the one that holds it leaves, so that one append passes between them.
async fn hold_up(owner: PgPool, ledger: String, mut holding: Transaction<'static, Postgres>) {
    loop {
        tokio::time::sleep(Duration::from_secs(5)).await;
        let next = tokio::spawn(hold(owner.clone(), ledger.clone()));
        tokio::time::sleep(Duration::from_secs(1)).await;
        holding.rollback().await.unwrap();
        holding = next.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_close_that_takes_long_says_how_far_it_is_and_closes_when_it_is_sent_again() {
    let estate = charged_ahead(300).await;
    let owner = estate.server.database().pool(Role::Owner).await.unwrap();
    let (path, finance) = (estate.at("/periods:close"), estate.finance.with("mingzhang-given-time", MARCH));
    let held = hold(owner.clone(), estate.community.clone()).await;
    let slow = tokio::spawn(hold_up(owner, estate.community.clone(), held));
    let waiting = finance.post_as("february", &path, closing()).await;
    assert_eq!(waiting.refused(503), "closing_under_way");
    assert!(!waiting.header("retry-after").is_empty());
    let detail = waiting.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.ends_with("; total: 300") && !detail.starts_with("done: 300;"), "{detail}");
    // Who only reads is not held up, and sees how far it is.
    let checklist = estate.auditor.get(&estate.at("/periods:checklist?period=2026-02")).await.good();
    let items = checklist["items"].as_array().unwrap();
    let revenue = items.iter().find(|item| item["check"] == "revenue_released").unwrap();
    assert_eq!((&revenue["prepared"]["total"], &revenue["done"]), (&json!(300), &json!(false)), "{revenue}");
    slow.abort();
    let closed = loop {
        let again = finance.post_as("february", &path, closing()).await;
        if again.status != 503 {
            break again.good();
        }
    };
    assert_eq!(finance.post_as("february", &path, closing()).await.good(), closed);
    let (accounts, closes) = released(&estate).await;
    assert!((accounts.len(), closes) == (300, 1) && accounts.values().all(|times| *times == 1), "{closes} closes");
    estate.server.stop().await;
}
