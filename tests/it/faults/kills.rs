//! Kills of the server and of Postgres under load: nothing acknowledged is missing, nothing happens twice, every unknown
//! outcome is resolved by sending the same key again. A server that is broken on purpose is found out by the same campaign.

use crate::campaign::Campaign;
use crate::load::{Findings, Load};
use crate::process::{Build, Process};
use mingzhang_store::sabotage::Sabotage;
use std::time::Duration;

const CLIENTS: usize = 6;

async fn campaign(name: &'static str, build: Build, kills: u64, of_postgres: bool) -> Findings {
    let mut campaign = Campaign::begin(name);
    let mut process = Process::start("error").await;
    process.go_on_with(build).await;
    let load = Load::begin((0..CLIENTS).map(|_| process.admin.clone()));
    for _ in 0..kills {
        campaign.a_while(150, 450).await;
        if of_postgres {
            process.kill_postgres();
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        process.kill_server().await;
        process.start_again().await;
        campaign.count(if of_postgres { "kills_of_postgres" } else { "kills_of_server" }, 1);
    }
    campaign.a_while(300, 301).await;
    let answers = load.end(&mut campaign).await;
    assert!(campaign.counted("sent_again") > 0, "the kills were felt");
    let mut findings = answers.check(&process.admin).await;
    findings.unsound = process.unsound();
    process.stop().await;
    campaign.end(findings)
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_of_the_server_lose_nothing_and_double_nothing() {
    assert_eq!(campaign("kills_of_server", Build::Shipped, 25, false).await, Findings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_of_postgres_lose_nothing_and_double_nothing() {
    assert_eq!(campaign("kills_of_postgres", Build::Shipped, 10, true).await, Findings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_answers_before_the_commit_is_found_out() {
    let build = Build::Sabotaged(Sabotage::AnswerBeforeCommit);
    let findings = campaign("red_answer_before_commit", build, 4, false).await;
    assert!(!findings.lost.is_empty(), "{findings:?}");
}
