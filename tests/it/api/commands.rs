//! Commands: the answer, idempotency, the outcome by id.

use crate::estate::Estate;
use crate::server::{Server, began};
use serde_json::json;

#[tokio::test]
async fn the_same_key_gets_the_same_answer_for_ever() {
    let server = Server::start().await;
    let body = json!({"code": "HY", "name": "惠园物业"});
    let first = server.admin.post_as("k1", "/api/v1/companies", body.clone()).await;
    assert_eq!(first.status, 201);
    let again = server.admin.post_as("k1", "/api/v1/companies", body).await;
    assert_eq!(again.status, 201);
    assert_eq!(first.json(), again.json());
    let other = json!({"code": "HY", "name": "别的物业"});
    let reused = server.admin.post_as("k1", "/api/v1/companies", other.clone()).await;
    assert_eq!(reused.refused(422), "idempotency_key_reused");
    let taken = server.admin.post_as("k2", "/api/v1/companies", other).await;
    assert_eq!(taken.refused(409), "code_must_be_free");
    server.stop().await;
}

#[tokio::test]
async fn a_refusal_is_no_outcome() {
    let server = Server::start().await;
    server.admin.post("/api/v1/companies", json!({"code": "A1", "name": "甲"})).await.good();
    let taken = server.admin.post_as("k", "/api/v1/companies", json!({"code": "A1", "name": "乙"})).await;
    assert_eq!(taken.refused(409), "code_must_be_free");
    // The same key is decided afresh, also with another body.
    server.admin.post_as("k", "/api/v1/companies", json!({"code": "A2", "name": "乙"})).await.good();
    server.stop().await;
}

#[tokio::test]
async fn the_outcome_of_a_command_is_found_by_its_id() {
    let server = Server::start().await;
    let answer = server.admin.post("/api/v1/companies", json!({"code": "HY", "name": "惠园物业"})).await.good();
    let command = answer["command_id"].as_str().unwrap();
    let found = server.admin.get(&format!("/api/v1/commands/{command}")).await;
    assert_eq!(found.json(), answer);
    let expected = format!("{}@{}", answer["ledger_id"].as_str().unwrap(), answer["position"]);
    assert_eq!(found.header("ledger-position"), expected);
    let unknown = "/api/v1/commands/0190b0e0-0000-7000-8000-000000000001";
    assert_eq!(server.admin.get(unknown).await.refused(404), "not_found");
    server.stop().await;
}

#[tokio::test]
async fn a_company_and_its_community_are_listed() {
    let server = Server::start().await;
    let company = server.admin.post("/api/v1/companies", json!({"code": "HY", "name": "惠园物业"})).await.good();
    let company = began(&company, "company");
    let path = format!("/api/v1/companies/{company}/communities");
    let community = server.admin.post(&path, json!({"code": "XH", "name": "惠园小区"})).await.good();
    let community = began(&community, "community");
    let listed = server.admin.get(&path).await.good();
    assert_eq!(listed["items"][0]["ledger_id"], community.as_str());
    assert_eq!(listed["items"][0]["clock"], "system");
    assert!(listed.get("next_cursor").is_none());
    server.stop().await;
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let server = Server::start().await;
    for code in ["A1", "A2", "A3"] {
        server.admin.post("/api/v1/companies", json!({"code": code, "name": code})).await.good();
    }
    let mut seen = Vec::new();
    let mut path = "/api/v1/companies?limit=1".to_owned();
    loop {
        let page = server.admin.get(&path).await.good();
        seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["code"].as_str().unwrap().to_owned()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("/api/v1/companies?limit=1&cursor={cursor}"),
            None => break,
        }
    }
    seen.sort_unstable();
    assert_eq!(seen, ["A1", "A2", "A3"]);
    server.stop().await;
}

#[tokio::test]
async fn a_community_with_a_given_clock_lives_by_the_instants_it_is_given() {
    let server = Server::start().await;
    let company = server.admin.post("/api/v1/companies", json!({"code": "HY", "name": "惠园物业"})).await.good();
    let company = began(&company, "company");
    let path = format!("/api/v1/companies/{company}/communities");
    let body = json!({"code": "XH", "name": "惠园小区", "clock": "given"});
    let community = began(&server.admin.post(&path, body).await.good(), "community");
    let hand_over = format!("/api/v1/communities/{community}/hand-over-clock");
    let without = server.admin.post(&hand_over, json!({})).await;
    assert_eq!(without.refused(422), "given_time_must_match_clock");
    let given = server.admin.with("mingzhang-given-time", "2024-03-01T00:30:00Z");
    let answer = given.post(&hand_over, json!({})).await.good();
    assert_eq!(answer["result"]["facts"][0]["effective_on"], "2024-03-01");
    // From now on the system's clock counts, and a given instant is refused.
    assert_eq!(given.post(&hand_over, json!({})).await.refused(422), "given_time_must_match_clock");
    server.stop().await;
}

#[tokio::test]
async fn a_person_is_found_by_number_and_shown_masked() {
    let estate = Estate::build().await;
    let registered =
        estate.desk.post(&estate.of_company("/persons"), json!({"name": "王五", "mobile": "13900001234"})).await;
    let registered = registered.good();
    let person = began(&registered, "person");
    let search = estate.of_company("/persons:search");
    let found = estate.cashier.post(&search, json!({"mobile": "13900001234"})).await.good();
    assert_eq!(found["items"], json!([{"person": person}]));
    assert_eq!(estate.cashier.post(&search, json!({"mobile": "13900001235"})).await.good()["items"], json!([]));
    let both = estate.cashier.post(&search, json!({})).await;
    assert_eq!(both.blamed(422).1, "exactly_one_number");
    let at = format!("{}@{}", estate.company, registered["position"]);
    let path = estate.of_company(&format!("/persons/{person}"));
    let shown = estate.desk.with("ledger-position", at).get(&path).await.good();
    assert_eq!((&shown["name"], &shown["mobile"]), (&json!("王五"), &json!("139****1234")));
    let erased = estate.desk.post(&format!("{path}/erase"), json!({})).await.good();
    let at = format!("{}@{}", estate.company, erased["position"]);
    let shown = estate.desk.with("ledger-position", at).get(&path).await.good();
    assert_eq!(shown, json!({"person": person, "erased": true}));
    assert_eq!(estate.cashier.post(&search, json!({"mobile": "13900001234"})).await.good()["items"], json!([]));
    estate.server.stop().await;
}
