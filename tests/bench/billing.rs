//! The bill run of a large community: looked at before, posted, visible; and what other commands wait meanwhile.

use super::callers::{QUIET, calls, charging, p99};
use super::estate::Estate;
use super::report::Figure;
use super::server::Server;
use super::{ROUNDS, median};
use mingzhang_tests::client::Client;
use mingzhang_tests::server::began;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const UNITS: usize = 3_000;
const ITEMS: usize = 4;
/// Milliseconds that preview, posting and the read models may take together.
const WITHIN: f64 = 5e3;
const LOOK: Duration = Duration::from_millis(10);

/// How long a run of 12,000 charges takes from its preview to the read models, how many events a second it posts, and the
/// 99th percentile of single charges meanwhile against the same callers before.
pub(crate) async fn bill_run() -> Vec<Figure> {
    let (mut previews, mut drafts, mut posts, mut rates, mut quiet, mut busy) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let estate = Estate::build_on(Server::start().await).await;
        let mut items = Vec::new();
        for _ in 0..ITEMS {
            items.push(estate.fee_item().await);
        }
        let accounts = estate.attached_units(UNITS, &items).await;
        let charges = charging(&estate, &accounts, &estate.fee_item().await);
        quiet.push(p99(&calls(&estate.finance, &charges, tokio::time::sleep(QUIET)).await));
        let began = Instant::now();
        let preview = estate.at("/bill-runs/preview?month=2026-01");
        assert_eq!(estate.finance.get(&preview).await.good()["charges"], UNITS * ITEMS);
        previews.push(began.elapsed().as_secs_f64() * 1e3);
        let began = Instant::now();
        let draft = run(&estate.finance, &estate.at("/bill-runs/draft"), "drafted").await;
        drafts.push(began.elapsed().as_secs_f64() * 1e3);
        assert_eq!(draft["drafted_charges"], UNITS * ITEMS);
        let discard = estate.at(&format!("/bill-runs/{}/discard", draft["run"].as_str().unwrap()));
        estate.finance.post(&discard, json!({"reason": "measured"})).await.good();
        let (began, head) = (Instant::now(), estate.server.head(&estate.community).await);
        let taken = calls(&estate.finance, &charges, post(&estate.finance, &estate.at("/bill-runs"))).await;
        let took = began.elapsed().as_secs_f64();
        // Each of the callers' commands is one event.
        let events = estate.server.head(&estate.community).await - head;
        let events = u32::try_from(events).unwrap() - u32::try_from(taken.len()).unwrap();
        busy.push(p99(&taken));
        rates.push(f64::from(events) / took);
        posts.push(took * 1e3);
        estate.server.stop().await;
    }
    let (value, limit, preview, post) = (median(busy), median(quiet), median(previews), median(posts));
    let draft = median(drafts);
    let remark = format!("{UNITS} units with {ITEMS} fee items each");
    let figure = |case: &str, value, unit| Figure::plain(case, value, unit, &remark);
    vec![
        figure("bill_run_preview", preview, "milliseconds"),
        figure("bill_run_draft", draft, "milliseconds"),
        figure("bill_run_post", post, "milliseconds"),
        Figure {
            limit: Some(WITHIN),
            ratio: Some((preview + post) / WITHIN),
            remark: format!("{remark}, from the preview to the read models, aim at most 1"),
            ..figure("bill_run", preview + post, "milliseconds")
        },
        figure("bill_run_events", median(rates), "events/s"),
        Figure {
            limit: Some(limit),
            ratio: Some(value / limit),
            remark: "single charges of the same community meanwhile, against quiet".into(),
            ..figure("bill_run_others", value, "microseconds at p99")
        },
    ]
}

/// Posts the run of January and waits until the read models have all of it.
async fn post(finance: &Client, path: &str) {
    assert_eq!(run(finance, path, "posted").await["charges"], UNITS * ITEMS);
}

/// Starts a run of January and answers it once it stands so.
async fn run(finance: &Client, path: &str, status: &str) -> Value {
    let run = began(&finance.post(path, json!({"month": "2026-01"})).await.good(), "bill_run");
    let path = format!("{}/{run}", path.trim_end_matches("/draft"));
    loop {
        // Before the read models have its start, it is not found.
        let read = finance.get(&path).await.json();
        if read["status"] == status {
            return read;
        }
        tokio::time::sleep(LOOK).await;
    }
}
