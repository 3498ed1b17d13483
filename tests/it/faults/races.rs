//! Two servers on one database: the same key at both, one code wanted by both, a refusal on what the other has changed.

use crate::campaign::Campaign;
use crate::estate::Estate;
use crate::load::{Findings, Load};
use crate::server::Server;
use mingzhang_store::sabotage::Sabotage;
use serde_json::json;

/// Two clients at each server, in the same ledger.
async fn two_servers(name: &'static str, millis: u64) -> Findings {
    let mut campaign = Campaign::begin(name);
    let one = Server::start().await;
    let other = one.beside().await;
    let load = Load::begin([&one, &other, &one, &other].map(|server| server.admin.clone()));
    campaign.a_while(millis, millis + 500).await;
    let answers = load.end(&mut campaign).await;
    // The other server answers again what the one has answered.
    let mut findings = answers.check(&other.admin).await;
    findings.unsound = one.unsound().await;
    other.stop().await;
    one.stop().await;
    campaign.end(findings)
}

/// A code that one server has seen taken is given up at the other, and wanted at the first again; how often it was refused
/// all the same.
async fn given_up_elsewhere(name: &'static str, rounds: u64) -> Findings {
    let mut campaign = Campaign::begin(name);
    let estate = Estate::build().await;
    let other = estate.server.beside().await;
    let at_other = crate::client::Client::new(other.nobody.address()).with_token(estate.desk.token());
    let (first, _) = estate.unit("SEAT-0").await;
    let unit = |code: String| json!({"code": code, "kind": "storage"});
    let mut findings = Findings::default();
    let mut holder = first;
    for round in 0..rounds {
        let seat = format!("SEAT-{round}");
        let taken = estate.desk.post(&estate.at("/units"), unit(seat.clone())).await;
        assert_eq!(taken.refused(409), "unit_code_must_be_free");
        let away = json!({"code": format!("AWAY-{round}")});
        at_other.post(&estate.at(&format!("/units/{holder}/change-code")), away).await.good();
        let again = estate.desk.post(&estate.at("/units"), unit(seat.clone())).await;
        if !again.status.is_success() {
            findings.answered_anew.push(format!("{seat}: {}", again.text));
            break;
        }
        let next = json!({"code": format!("SEAT-{}", round + 1)});
        holder = crate::server::began(&again.json(), "unit");
        estate.desk.post(&estate.at(&format!("/units/{holder}/change-code")), next).await.good();
        campaign.count("codes_given_up_elsewhere", 1);
    }
    other.stop().await;
    campaign.end(findings)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_servers_at_one_ledger_lose_nothing_and_double_nothing() {
    assert_eq!(two_servers("two_servers", 3_000).await, Findings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_server_gave_up_is_not_refused() {
    assert_eq!(given_up_elsewhere("given_up_elsewhere", 20).await, Findings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_ignores_the_fence_is_found_out() {
    Sabotage::IgnoreFence.arm();
    let findings = two_servers("red_ignore_fence", 1_000).await;
    assert!(!findings.lost.is_empty(), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_believes_what_it_knew_is_found_out() {
    Sabotage::BelieveOldState.arm();
    let findings = given_up_elsewhere("red_believe_old_state", 3).await;
    assert!(!findings.answered_anew.is_empty(), "{findings:?}");
}
