//! A link to the database that is cut around COMMIT, slow, or silent.

use crate::campaign::Campaign;
use crate::link::Link;
use crate::load::{Findings, Load};
use crate::server::Server;
use mingzhang_store::sabotage::Sabotage;
use std::time::Duration;

const CLIENTS: usize = 6;

/// What one campaign does to the link while clients work.
#[derive(Debug, Clone, Copy)]
enum Trouble {
    /// Every second append is cut, until so many were.
    Cuts(u32),
    /// Every piece is late.
    Slow,
    /// Nothing passes for longer than the server's patience, twice; then what was open is reset.
    Silence,
}

async fn campaign(name: &'static str, trouble: Trouble) -> Findings {
    let mut campaign = Campaign::begin(name);
    let (server, link) = Server::start_behind_a_link().await;
    let load = Load::begin((0..CLIENTS).map(|_| server.admin.clone()));
    campaign.a_while(100, 200).await;
    match trouble {
        Trouble::Cuts(cuts) => {
            link.cut_every(2);
            while link.cuts() < cuts {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            link.cut_every(0);
            campaign.count("cuts", u64::from(link.cuts()));
        }
        Trouble::Slow => {
            link.delay(Duration::from_millis(40));
            campaign.a_while(4_000, 5_000).await;
            link.delay(Duration::ZERO);
            campaign.count("slow_spells", 1);
        }
        Trouble::Silence => silences(&link, &mut campaign).await,
    }
    let answers = load.end(&mut campaign).await;
    let mut findings = answers.check(&server.admin).await;
    findings.unsound = server.unsound().await;
    server.stop().await;
    campaign.end(findings)
}

async fn silences(link: &Link, campaign: &mut Campaign) {
    for _ in 0..2 {
        link.fall_silent();
        campaign.a_while(12_000, 13_000).await;
        link.come_back();
        campaign.a_while(1_500, 2_000).await;
        campaign.count("silences", 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_cut_around_the_commit_lose_nothing_and_double_nothing() {
    assert_eq!(campaign("cuts_around_commit", Trouble::Cuts(40)).await, Findings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_link_loses_nothing_and_doubles_nothing() {
    assert_eq!(campaign("slow_link", Trouble::Slow).await, Findings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_falls_silent_loses_nothing_and_doubles_nothing() {
    assert_eq!(campaign("silent_link", Trouble::Silence).await, Findings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_forgets_commands_is_found_out() {
    Sabotage::ForgetCommands.arm();
    let findings = campaign("red_forget_commands", Trouble::Cuts(12)).await;
    assert!(!findings.answered_anew.is_empty(), "{findings:?}");
}
