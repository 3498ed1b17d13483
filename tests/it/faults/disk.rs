//! The disk of the Postgres is full, only reads, or loses what is synced, while clients work; then it is well again.

use crate::campaign::Campaign;
use crate::load::{Findings, Load};
use crate::machine::{Disk, Machine};
use crate::process::Process;

const CLIENTS: usize = 6;

async fn campaign(name: &'static str, disk: Disk, spells: u64) -> Findings {
    let mut campaign = Campaign::begin(name);
    let mut process = Process::start_on("off", Some(Machine::build())).await;
    let load = Load::begin((0..CLIENTS).map(|_| process.admin.clone()));
    for _ in 0..spells {
        campaign.a_while(700, 1_200).await;
        process.machine().disk(disk);
        campaign.a_while(1_500, 3_000).await;
        process.machine().disk(Disk::Well);
        campaign.count("spells", 1);
    }
    let answers = load.end(&mut campaign).await;
    assert!(campaign.counted("sent_again") > 0, "the disk was felt");
    let mut findings = answers.check(&process.admin).await;
    findings.unsound = process.unsound();
    process.stop().await;
    campaign.end(findings)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_loses_nothing_and_doubles_nothing() {
    assert_eq!(campaign("full_disk", Disk::Full, 3).await, Findings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_only_reads_loses_nothing_and_doubles_nothing() {
    assert_eq!(campaign("read_only_disk", Disk::ReadOnly, 3).await, Findings::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_fails_loses_nothing_and_doubles_nothing() {
    assert_eq!(campaign("failing_sync", Disk::SyncFails, 3).await, Findings::default());
}
