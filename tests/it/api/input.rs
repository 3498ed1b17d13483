//! Hostile and mistaken input: a 4xx that names field and rule, and nothing is written.

use crate::server::Server;
use hyper::Method;
use hyper::body::Bytes;
use serde_json::json;

#[tokio::test]
async fn bodies_that_are_not_what_they_should_be() {
    let server = Server::start().await;
    let post = |body: &'static str| server.admin.post_raw("/api/v1/companies", body);
    assert_eq!(post("{").await.blamed(400), (String::new(), "json_malformed".into()));
    assert_eq!(post("[]").await.blamed(422), (String::new(), "must_be_object".into()));
    assert_eq!(post(r#"{"code":"A","code":"B"}"#).await.blamed(400).1, "key_must_be_unique");
    let unknown = post(r#"{"code":"A","name":"甲","colour":"red"}"#).await;
    assert_eq!(unknown.blamed(422), ("/colour".into(), "field_unknown".into()));
    assert_eq!(post(r#"{"code":"A"}"#).await.blamed(422), ("/name".into(), "field_required".into()));
    let control = post(r#"{"code":"A","name":"a\u0007b"}"#).await;
    assert_eq!(control.blamed(422), ("/name".into(), "text_must_not_hold_control_characters".into()));
    let deep = server.admin.post_raw("/api/v1/companies", "[".repeat(5000)).await;
    assert_eq!(deep.blamed(400).1, "depth_must_be_bounded");
    assert_eq!(server.admin.get("/api/v1/companies").await.good()["items"], json!([]));
    server.stop().await;
}

#[tokio::test]
async fn a_body_beyond_its_bound_is_refused() {
    let server = Server::start().await;
    let long = format!(r#"{{"code":"A","name":"{}"}}"#, "x".repeat(1_100_000));
    assert_eq!(server.admin.post_raw("/api/v1/companies", long).await.refused(413), "body_too_large");
    server.stop().await;
}

#[tokio::test]
async fn heads_that_are_not_what_they_should_be() {
    let server = Server::start().await;
    let body = || Some(Bytes::from_static(br#"{"code":"A","name":"x"}"#));
    let no_key = server.admin.send(Method::POST, "/api/v1/companies", &[], body()).await;
    assert_eq!(no_key.blamed(400), ("Idempotency-Key".into(), "idempotency_key_required".into()));
    let long = "k".repeat(129);
    let long_key = server.admin.send(Method::POST, "/api/v1/companies", &[("idempotency-key", &long)], body()).await;
    assert_eq!(long_key.blamed(400).1, "idempotency_key_required");
    let form = server.admin.with("content-type", "application/x-www-form-urlencoded");
    assert_eq!(form.post("/api/v1/companies", json!({})).await.refused(415), "media_type_unsupported");
    let given = server.admin.with("mingzhang-given-time", "2026-01-01T00:00:00Z");
    let answer = given.post("/api/v1/companies", json!({"code": "A", "name": "x"})).await;
    assert_eq!(answer.refused(422), "given_time_must_match_clock");
    let position = server.admin.with("ledger-position", "x@1");
    assert_eq!(position.get("/api/v1/companies").await.blamed(400).0, "Ledger-Position");
    assert_eq!(server.admin.get("/api/v1/companies?limit=0").await.blamed(400).0, "limit");
    assert_eq!(server.admin.get("/api/v1/companies?colour=red").await.blamed(400).1, "query_parameter_unknown");
    assert_eq!(server.admin.get("/api/v1/companies?cursor=zz").await.blamed(400).1, "cursor_malformed");
    server.stop().await;
}

#[tokio::test]
async fn what_is_not_there_and_what_is_another_method() {
    let server = Server::start().await;
    assert_eq!(server.nobody.get("/api/v1/nothing").await.refused(404), "not_found");
    assert_eq!(server.nobody.get("/").await.refused(404), "not_found");
    let put = server.nobody.put("/api/v1/companies", json!({})).await;
    assert_eq!(put.refused(405), "method_not_allowed");
    let community = "0190b0e0-0000-7000-8000-000000000001";
    let path = format!("/api/v1/communities/{community}/units");
    assert_eq!(server.admin.post(&path, json!({})).await.refused(404), "ledger_must_be_open");
    let path = "/api/v1/communities/not-an-id/units";
    assert_eq!(server.admin.post(path, json!({})).await.blamed(400), ("community".into(), "id_malformed".into()));
    server.stop().await;
}

#[tokio::test]
async fn problems_speak_the_caller_s_language() {
    let server = Server::start().await;
    let chinese = server.nobody.get("/api/v1/me").await.json();
    let english = server.nobody.with("accept-language", "en").get("/api/v1/me").await.json();
    assert_eq!(chinese["title"], "请先登录");
    assert_eq!(english["title"], "sign in first");
    assert_eq!(chinese["code"], english["code"]);
    server.stop().await;
}
