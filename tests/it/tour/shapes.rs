//! Requests that break a rule of shape, and what happens around the routes: signing in, guessing, a database that is away.

use super::{Tour, UNKNOWN};
use crate::client::fresh_key;
use hyper::Method;
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    bodies(tour).await;
    texts(tour).await;
    heads(tour).await;
    keys(tour).await;
    signing_in(tour).await;
    a_database_that_is_away(tour).await;
}

async fn bodies(tour: &Tour) {
    let (finance, desk) = (&tour.estate.finance, &tour.estate.desk);
    for (raw, status, code) in [
        ("{", 400, "json_malformed"),
        (r#"{"code":"A","code":"B"}"#, 400, "key_must_be_unique"),
        (&"[".repeat(5000), 400, "depth_must_be_bounded"),
        (r#"{"code":"A","kind":"sh\u0007op"}"#, 422, "text_must_not_hold_control_characters"),
    ] {
        assert_eq!(desk.post_raw(&tour.at("/units"), raw.to_owned()).await.blamed(status).1, code);
    }
    let long = format!(r#"{{"code":"{}"}}"#, "x".repeat(1 << 20));
    assert_eq!(desk.post_raw(&tour.at("/units"), long).await.refused(413), "body_too_large");
    let pays = |pays: Value| json!({"spending": {"pays": pays}});
    tour.refused(
        finance,
        &[
            ("/units", json!([]), 422, "must_be_object"),
            ("/units", json!({"code": "1"}), 422, "field_required"),
            ("/units", json!({"code": "1", "kind": "shop", "colour": "red"}), 422, "field_unknown"),
            ("/units", json!({"code": "1", "kind": "castle"}), 422, "word_not_allowed"),
            ("/units", json!({"code": 1, "kind": "shop"}), 422, "must_be_text"),
            ("/units", json!({"code": "一", "kind": "shop"}), 422, "code_malformed"),
            ("/payments", pays(json!({})), 422, "must_be_array"),
            ("/payments", pays(json!(vec![json!({"account": UNKNOWN}); 501])), 422, "items_must_be_bounded"),
            ("/payments", json!({"spending": {"charges_only": "yes"}}), 422, "must_be_boolean"),
            (
                "/rules",
                json!({"allocation_policy": "principal_first", "notice_days": "0"}),
                422,
                "must_be_whole_number",
            ),
            ("/fee-items", json!({"name": "", "fund": "operating"}), 422, "label_malformed"),
        ],
    )
    .await;
}

async fn texts(tour: &Tour) {
    let desk = &tour.estate.desk;
    let path = |noun: &str, verb: &str| format!("/{noun}/{UNKNOWN}/{verb}");
    let (areas, tenancies, charges) = (path("units", "areas"), path("units", "tenancies"), path("accounts", "charges"));
    let (grant, bill) = (path("approvals", "grant"), path("units", "bill"));
    let term = |until: &str| json!({"party": UNKNOWN, "term": {"from": "2026-01-01", "until": until}});
    let amount = |amount: Value| json!({"amount": amount});
    tour.refused(
        desk,
        &[
            (&areas, json!({"building_area_sqm": "1e2"}), 422, "decimal_malformed"),
            (&tenancies, term("2026-01-01"), 422, "range_must_not_be_empty"),
            (&tenancies, term("2026-02-30"), 422, "date_malformed"),
            (&tenancies, term("2101-01-01"), 422, "date_must_be_in_range"),
            (&tenancies, json!({"party": "x"}), 422, "id_malformed"),
            ("/work-orders", json!({"description": "长".repeat(2001)}), 422, "text_must_be_bounded"),
        ],
    )
    .await;
    tour.refused(
        &tour.estate.finance,
        &[
            (&charges, amount(json!(1)), 422, "amount_must_be_text"),
            (&charges, amount(json!("1.234")), 422, "amount_must_have_two_decimals"),
            (&charges, amount(json!("99999999999999.00")), 422, "amount_must_be_in_range"),
            (&charges, amount(json!("0.00")), 422, "amount_must_be_positive"),
            ("/shifts", json!({"float": "-0.01"}), 422, "amount_must_not_be_negative"),
            (&bill, json!({"from": "2026-13"}), 422, "month_malformed"),
            (&grant, json!({"digest": "x"}), 422, "digest_malformed"),
        ],
    )
    .await;
}

async fn heads(tour: &Tour) {
    let (estate, desk) = (&tour.estate, &tour.estate.desk);
    let units = tour.at("/units");
    let blamed = async |path: &str, code: &str| assert_eq!(desk.get(path).await.blamed(400).1, code);
    blamed(&format!("{units}?limit=0"), "limit_must_be_in_range").await;
    blamed(&format!("{units}?cursor=zz"), "cursor_malformed").await;
    blamed(&format!("{units}?colour=red"), "query_parameter_unknown").await;
    let at = |text: String| desk.with("ledger-position", text);
    assert_eq!(at("x@1".to_owned()).get(&units).await.blamed(400).1, "ledger_position_malformed");
    let beyond = at(format!("{}@1000000", estate.community)).get(&units).await;
    assert_eq!(beyond.refused(409), "position_beyond_head");
    let when = desk.with("mingzhang-given-time", "now").post(&units, json!({})).await;
    assert_eq!(when.blamed(400).1, "instant_malformed");
    let form = desk.with("content-type", "text/plain").post(&units, json!({})).await;
    assert_eq!(form.refused(415), "media_type_unsupported");
    assert_eq!(desk.put(&units, json!({})).await.refused(405), "method_not_allowed");
    assert_eq!(desk.get(&format!("{units}/{UNKNOWN}")).await.refused(404), "not_found");
    assert_eq!(desk.get(&format!("{units}/x")).await.refused(400), "parameter_invalid");
}

async fn keys(tour: &Tour) {
    let desk = &tour.estate.desk;
    let units = tour.at("/units");
    let unkeyed = desk.send(Method::POST, &units, &[], Some("{}".into())).await;
    assert_eq!(unkeyed.blamed(400).1, "idempotency_key_required");
    let key = fresh_key();
    desk.post_as(&key, &units, json!({"code": "K-1", "kind": "shop"})).await.good();
    let other = desk.post_as(&key, &units, json!({"code": "K-2", "kind": "shop"})).await;
    assert_eq!(other.refused(422), "idempotency_key_reused");
}

async fn signing_in(tour: &Tour) {
    let server = &tour.estate.server;
    assert_eq!(server.nobody.get("/api/v1/me").await.refused(401), "sign_in_required");
    let staff = server.admin.get("/api/v1/me").await.good();
    let path = format!("/api/v1/administrators/{}/sign-in", staff["id"].as_str().unwrap());
    let put =
        async |name: &str, password: &str| server.admin.put(&path, json!({"name": name, "password": password})).await;
    assert_eq!(put("Admin", "a long test password").await.blamed(422).1, "sign_in_name_malformed");
    assert_eq!(put("admin", "short").await.blamed(422).1, "password_must_be_strong");
    let guess = json!({"name": "admin", "password": "not the password"});
    for _ in 0..6 {
        assert_eq!(server.nobody.post("/api/v1/sessions", guess.clone()).await.refused(401), "sign_in_failed");
    }
    assert_eq!(server.nobody.post("/api/v1/sessions", guess).await.refused(429), "too_many_attempts");
}

async fn a_database_that_is_away(tour: &Tour) {
    let (server, desk) = (&tour.estate.server, &tour.estate.desk);
    let (key, units, shop) = (fresh_key(), tour.at("/units"), json!({"code": "K-3", "kind": "shop"}));
    server.let_connect(false).await;
    let away = desk.post_as(&key, &units, shop.clone()).await;
    assert_eq!(away.refused(503), "unavailable");
    assert!(!away.header("retry-after").is_empty());
    server.let_connect(true).await;
    let mut again = desk.post_as(&key, &units, shop.clone()).await;
    while again.status == 503 {
        again = desk.post_as(&key, &units, shop.clone()).await;
    }
    again.good();
}
