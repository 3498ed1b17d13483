//! Clocks that step while clients work: the server's alone, and the whole machine's. Time in the log never falls.

use crate::campaign::Campaign;
use crate::load::{Findings, Load};
use crate::machine::Machine;
use crate::process::{Build, Process};
use mingzhang_store::sabotage::Sabotage;
use serde_json::json;

const CLIENTS: usize = 4;

/// Seconds that the clocks of server and Postgres are off by, one pair after another.
const STEPS: [(i64, i64); 8] = [(3, 0), (-3, 0), (3_600, 0), (0, 0), (-3_600, 0), (3, 3), (0, 0), (2, 2)];

async fn campaign(name: &'static str, build: Build) -> Findings {
    let mut campaign = Campaign::begin(name);
    let mut process = Process::start_on("off", Some(Machine::build())).await;
    process.go_on_with(build).await;
    let load = Load::begin((0..CLIENTS).map(|_| process.admin.clone()));
    for (server, postgres) in STEPS {
        process.machine().clocks(server, postgres);
        campaign.count("steps", 1);
        campaign.a_while(700, 1_200).await;
    }
    process.machine().clocks(0, 0);
    let answers = load.end(&mut campaign).await;
    let mut findings = answers.check(&process.admin).await;
    findings.unsound = process.unsound();
    process.stop().await;
    campaign.end(findings)
}

#[tokio::test(flavor = "multi_thread")]
async fn clocks_that_step_lose_nothing_and_time_never_falls() {
    assert_eq!(campaign("clock_steps", Build::Shipped).await, Findings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_an_hour_ahead_is_said_to_be() {
    let mut process = Process::start_on("off", Some(Machine::build())).await;
    process.machine().clocks(3_600, 0);
    let refused = process.admin.post("/api/v1/companies", json!({"code": "A", "name": "A"})).await;
    assert_eq!((refused.refused(503), refused.header("retry-after")), ("clock_skew".to_owned(), "30"));
    process.machine().clocks(0, 0);
    process.admin.post("/api/v1/companies", json!({"code": "A", "name": "A"})).await.good();
    process.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_trusts_its_clock_is_found_out() {
    let findings = campaign("red_trust_clock", Build::Sabotaged(Sabotage::TrustClock)).await;
    assert!(!findings.unsound.is_empty(), "{findings:?}");
}
