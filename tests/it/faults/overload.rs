//! Far more callers than the lane takes: some are told to come back, in time and with a time; what is accepted is there.

use crate::campaign::Campaign;
use crate::load::{Findings, Load};
use crate::server::Server;
use serde_json::json;

/// Callers at once, each with a connection of its own per request.
const CLIENTS: usize = 300;

#[tokio::test(flavor = "multi_thread")]
async fn too_many_callers_lose_nothing_and_double_nothing() {
    let mut campaign = Campaign::begin("too_many_callers");
    let server = Server::start().await;
    let load = Load::begin((0..CLIENTS).map(|_| server.admin.clone()));
    campaign.a_while(4_000, 5_000).await;
    // Whoever only reads is served meanwhile.
    server.admin.get("/api/v1/companies").await.good();
    let answers = load.end(&mut campaign).await;
    let mut findings = answers.check(&server.admin).await;
    findings.unsound = server.unsound().await;
    server.admin.post("/api/v1/companies", json!({"code": "AFTER", "name": "AFTER"})).await.good();
    server.stop().await;
    assert_eq!(campaign.end(findings), Findings::default());
}
