//! Followed events: their ids are positions, so a follower that was cut off misses nothing and sees nothing twice.

use crate::estate::Estate;

#[tokio::test]
async fn a_follower_that_was_cut_off_goes_on_where_it_was() {
    let estate = Estate::build().await;
    let path = estate.at("/events");
    estate.unit("1-101").await;
    let mut first = estate.finance.follow(&path, 0).await;
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(first.next().await["position"].as_u64().unwrap());
    }
    assert_eq!(first.last_id(), seen.last().copied());
    drop(first);
    // What is appended while nobody follows, and what is appended while somebody does.
    estate.unit("1-102").await;
    let mut second = estate.finance.follow(&path, *seen.last().unwrap()).await;
    seen.push(second.next().await["position"].as_u64().unwrap());
    let item = estate.fee_item().await;
    let last = loop {
        let event = second.next().await;
        seen.push(event["position"].as_u64().unwrap());
        if event["event_type"] == "tariff_set" {
            break event;
        }
    };
    assert_eq!(last["stream_id"], item.as_str());
    assert!(last["recorded_at"].as_str().unwrap().ends_with('Z') && last["effective_on"].is_string(), "{last}");
    assert_eq!(seen, (1..=*seen.last().unwrap()).collect::<Vec<_>>());
    // The server ends streams when it stops: this returns.
    estate.server.stop().await;
}

#[tokio::test]
async fn nobody_follows_from_nowhere_or_without_the_role() {
    let estate = Estate::build().await;
    let path = estate.at("/events");
    let beyond = estate.finance.with("last-event-id", "1000000").get(&path).await;
    assert_eq!(beyond.refused(409), "position_beyond_head");
    assert_eq!(estate.finance.with("last-event-id", "-1").get(&path).await.blamed(400).0, "Last-Event-ID");
    assert_eq!(estate.finance.get(&format!("{path}?after=x")).await.blamed(400).0, "after");
    assert_eq!(estate.finance.get(&format!("{path}?after=1000000")).await.refused(409), "position_beyond_head");
    assert_eq!(estate.cashier.get(&path).await.refused(403), "role_not_allowed");
    estate.server.stop().await;
}
