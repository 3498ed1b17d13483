//! How long the figures of a month take in a short and in a long log: those that are kept current, and those for any
//! knowledge time, which walk the log.

use super::community::{self, Community};
use super::estate::Estate;
use super::lane::{self, Until, Work};
use super::median;
use super::report::Figure;
use super::server::Server;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::lane::Lanes;
use mingzhang_store::postgres::Role;
use std::time::{Duration, Instant};

const SHORT: u64 = 100_000;
const LONG: u64 = 2_000_000;
const ACCOUNTS: usize = 20_000;
const FILLERS: usize = 100;
const ASKED: usize = 5;

/// Latencies at 0.1 and 2 million events.
pub(crate) async fn run() -> Vec<Figure> {
    let estate = Estate::build_on(Server::start().await).await;
    let ledger = LedgerId(estate.community.parse().unwrap());
    let lanes = lane::process(estate.server.database()).await;
    let community = community::furnish(&lanes, ledger, 7, ACCOUNTS).await;
    fill(&estate, &lanes, &community, SHORT).await;
    let short = latencies(&estate).await;
    fill(&estate, &lanes, &community, LONG - SHORT).await;
    let long = latencies(&estate).await;
    lanes.stop().await;
    estate.server.stop().await;
    let figure = |case: &str, value: f64, limit: f64| Figure {
        case: case.into(),
        value,
        unit: "milliseconds",
        limit: Some(limit),
        ratio: Some(value / limit),
        remark: format!("at {LONG} events, against {SHORT}"),
    };
    vec![figure("figures_default", long.0, short.0), figure("figures_free", long.1, short.1)]
}

async fn fill(estate: &Estate, lanes: &Lanes, community: &Community, events: u64) {
    let work = community.accounts.chunks(ACCOUNTS / FILLERS).map(|own| Work {
        lanes: lanes.clone(),
        community: community.clone(),
        own: own.to_vec(),
    });
    lane::drive(work.collect(), Until::Events(events)).await;
    let pool = estate.server.database().pool(Role::Auditor).await.unwrap();
    let sql = "SELECT NOT EXISTS (SELECT FROM log_head h JOIN read_model.checkpoint c USING (ledger_id)
        WHERE c.is_current AND c.position < h.size)";
    while !sqlx::query_scalar::<_, bool>(sql).fetch_one(&pool).await.unwrap() {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Milliseconds of the default figures, and of the same as known at the newest position, which nothing keeps.
async fn latencies(estate: &Estate) -> (f64, f64) {
    let head = estate.auditor.get(&estate.at("/figures")).await;
    let position = head.json()["known_at"]["position"].clone();
    let position = position.as_u64().map_or_else(|| position.as_str().unwrap().to_owned(), |at| at.to_string());
    let default = estate.at("/figures");
    let free = estate.at(&format!("/figures?known_at={position}"));
    (asked(estate, &default, ASKED).await, asked(estate, &free, 1).await)
}

async fn asked(estate: &Estate, path: &str, times: usize) -> f64 {
    let mut taken = Vec::new();
    for _ in 0..times {
        let sent = Instant::now();
        estate.auditor.get(path).await.good();
        taken.push(sent.elapsed().as_secs_f64() * 1e3);
    }
    median(taken)
}
