//! Hostile and mistaken input: a 4xx that names field and rule, and nothing is written.

use crate::estate::Estate;
use crate::server::{Server, began};
use hyper::Method;
use hyper::body::Bytes;
use serde_json::{Value, json};

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

/// What people and programs get wrong most: each is refused by field and rule, and not one event is written.
#[tokio::test]
async fn bad_input_is_refused_by_field_and_rule_and_nothing_is_written() {
    let estate = Estate::build().await;
    let (unit, account) = estate.unit("3-1-1202").await;
    let (item, bank) = (estate.fee_item().await, estate.channel_account("bank").await);
    let other = json!({"code": "DH", "name": "东湖"});
    let other = began(&estate.admin.post(&estate.of_company("/communities"), other).await.good(), "community");
    let charges = estate.at(&format!("/accounts/{account}/charges"));
    let charge = json!({
        "fee_item": item, "amount": "1.00", "due_on": "2099-01-31",
        "service": {"from": "2026-01-01", "until": "2026-02-01"},
    });
    let payments = estate.at("/payments");
    let payment = json!({
        "channel_account": bank, "reference": "B1", "amount": "1.00", "value_on": "2026-01-10",
        "spending": {"rest_to": account},
    });
    let nowhere = "/api/v1/communities/0190b0e0-0000-7000-8000-000000000001/payments".to_owned();
    let elsewhere = format!("/api/v1/communities/{other}/units/{unit}/areas");
    let area = json!({"from": "2026-01-01", "building_area_sqm": "80"});
    let changed = |body: &Value, field: &str, value: Value| {
        let mut body = body.clone();
        body[field] = value;
        body
    };
    let cases = [
        (&nowhere, payment.clone(), 404, None, "ledger_must_be_open"),
        (&elsewhere, area, 404, None, "unit_must_exist"),
        (&charges, changed(&charge, "amount", json!("-1.00")), 422, Some("/amount"), "amount_must_be_positive"),
        (&charges, changed(&charge, "amount", json!("1.005")), 422, Some("/amount"), "amount_must_have_two_decimals"),
        (&charges, changed(&charge, "amount", json!(1.5)), 422, Some("/amount"), "amount_must_be_text"),
        (&payments, changed(&payment, "amount", json!("0.00")), 422, Some("/amount"), "amount_must_be_positive"),
        (&payments, changed(&payment, "amount", json!(100)), 422, Some("/amount"), "amount_must_be_text"),
        (
            &payments,
            changed(&payment, "value_on", json!("1989-12-31")),
            422,
            Some("/value_on"),
            "date_must_be_in_range",
        ),
        (&charges, changed(&charge, "due_on", json!("2101-01-01")), 422, Some("/due_on"), "date_must_be_in_range"),
        (&payments, changed(&payment, "colour", json!("red")), 422, Some("/colour"), "field_unknown"),
        (
            &payments,
            changed(&payment, "payer", json!("张\u{7}三")),
            422,
            Some("/payer"),
            "text_must_not_hold_control_characters",
        ),
        (&payments, changed(&payment, "payer", json!("三".repeat(400_000))), 413, None, "body_too_large"),
    ];
    let before = estate.server.events().await;
    for (path, body, status, pointer, code) in cases {
        let reply = estate.finance.post(path, body).await;
        let problem = reply.refused(status);
        let blamed = reply.json()["errors"][0].clone();
        match pointer {
            Some(pointer) => assert_eq!((&blamed["pointer"], &blamed["code"]), (&json!(pointer), &json!(code))),
            None => assert_eq!(problem, code, "{path}"),
        }
    }
    assert_eq!(estate.server.events().await, before, "something was written");
    estate.finance.post(&payments, payment).await.good();
    assert!(estate.server.events().await > before);
    estate.server.stop().await;
}
