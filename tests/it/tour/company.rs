//! The installation and the company: administrators, ledgers, staff, channel accounts, persons, sessions.

use super::{Tour, UNKNOWN};
use crate::server::{PASSWORD, began, sign_in};
use hyper::Method;
use serde_json::json;

pub(super) async fn walk(tour: &Tour) {
    installation(tour).await;
    ledgers(tour).await;
    staff(tour).await;
    channel_accounts(tour).await;
    stamp(tour).await;
    persons(tour).await;
}

async fn installation(tour: &Tour) {
    let server = &tour.estate.server;
    let me = server.admin.get("/api/v1/me").await.good()["id"].as_str().unwrap().to_owned();
    let administrators = "/api/v1/administrators";
    let named = json!({"name": "王五"});
    let appointed = server.admin.post(administrators, named).await.good();
    let other = format!("{administrators}/{}", began(&appointed, "administrator"));
    let sign_in_of = |name: &str| json!({"name": name, "password": PASSWORD});
    let put = async |name| server.admin.put(&format!("{other}/sign-in"), sign_in_of(name)).await;
    put("admin.two").await.good();
    assert_eq!(put("admin").await.refused(409), "sign_in_name_taken");
    let second = sign_in(&server.nobody, "admin.two", PASSWORD).await;
    assert_eq!(second.send(Method::DELETE, "/api/v1/sessions/current", &[], None).await.status, 204);
    let company = |code: &str| json!({"code": code, "name": "湖滨物业", "social_credit_code": "91350100M000100Y44"});
    tour.refused(
        &server.admin,
        &[
            (&format!("{administrators}/{UNKNOWN}/dismiss"), json!({}), 404, "administrator_must_be_active"),
            (&format!("{administrators}/{me}/dismiss"), json!({}), 409, "administrator_must_not_dismiss_himself"),
            ("/api/v1/companies", company("HY"), 409, "code_must_be_free"),
            ("/api/v1/companies", company("HB"), 422, "social_credit_code_must_be_valid"),
        ],
    )
    .await;
    server.admin.post(&format!("{other}/dismiss"), json!({})).await.good();
    let command = appointed["command_id"].as_str().unwrap();
    server.admin.get(&format!("/api/v1/commands/{command}")).await.good();
}

async fn ledgers(tour: &Tour) {
    let estate = &tour.estate;
    let given = format!("/api/v1/communities/{}/hand-over-clock", estate.given_community().await);
    let body = json!({"code": "DH", "name": "东湖小区", "clock": "system"});
    let system = began(&estate.admin.post(&estate.of_company("/communities"), body).await.good(), "community");
    let system = format!("/api/v1/communities/{system}/hand-over-clock");
    let units = |ledger: &str| format!("/api/v1/communities/{ledger}/units");
    let unit = json!({"code": "1", "kind": "shop"});
    tour.refused(&estate.server.admin, &[(&system, json!({}), 409, "clock_must_be_given")]).await;
    tour.refused(&estate.admin, &[(&system, json!({}), 422, "given_time_must_match_clock")]).await;
    tour.refused(
        &estate.finance,
        &[
            (&units(&estate.company), unit.clone(), 422, "ledger_must_be_of_kind"),
            (&units(UNKNOWN), unit, 404, "ledger_must_be_open"),
        ],
    )
    .await;
    estate.admin.post(&given, json!({})).await.good();
}

async fn staff(tour: &Tour) {
    let estate = &tour.estate;
    let all = estate.of_company("/staff");
    let hired = estate.admin.post(&all, json!({"name": "赵六"})).await.good();
    let one = format!("{all}/{}", began(&hired, "staff"));
    let (grant, revoke) = (format!("{one}/grant-role"), format!("{one}/revoke-role"));
    let role = |role: &str| json!({"role": role});
    tour.refused(
        &estate.admin,
        &[
            (&format!("{all}/{UNKNOWN}/leave"), json!({}), 404, "staff_must_be_active"),
            (&grant, role("owner"), 422, "role_must_be_staff_role"),
            (&grant, json!({"role": "cashier", "community": UNKNOWN}), 422, "community_must_be_of_company"),
            (&revoke, role("cashier"), 404, "role_must_be_granted"),
        ],
    )
    .await;
    estate.admin.post(&grant, role("cashier")).await.good();
    tour.refused(
        &estate.admin,
        &[(&grant, role("cashier"), 409, "role_must_be_new"), (&grant, role("auditor"), 409, "role_must_fit_others")],
    )
    .await;
    let may = async |operation: &str| {
        let asked = format!("{one}/access?operation={operation}&community={}", estate.community);
        estate.auditor.get(&asked).await.good()
    };
    let takes = may("record_payment").await;
    assert_eq!((&takes["permitted"], &takes["because"][0]["policy"]), (&json!(true), &json!("cashier")));
    let waives = may("waive_charges").await;
    assert_eq!((&waives["permitted"], &waives["because"]), (&json!(false), &json!([])));
    let nothing = format!("{one}/access?operation=money");
    assert_eq!(estate.auditor.get(&nothing).await.refused(400), "parameter_invalid");
    estate.admin.post(&revoke, role("cashier")).await.good();
    estate.admin.post(&format!("{one}/leave"), json!({})).await.good();
    tour.refused(&estate.desk, &[(&all, json!({"name": "赵六"}), 403, "role_not_allowed")]).await;
    let command = hired["command_id"].as_str().unwrap();
    estate.admin.get(&estate.of_company(&format!("/commands/{command}"))).await.good();
}

/// A picture of 64 by 64 pixels.
const STAMP: &str = "iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQAAAACCEkxzAAAAD0lEQVR42mNgGAWjgHwAAAJAAAHgTR1EAAAAAElFTkSuQmCC";

async fn stamp(tour: &Tour) {
    let path = tour.estate.of_company("/stamp");
    let bad = json!({"picture": "R0lGODlhAQABAAAAACw="});
    tour.refused(&tour.estate.admin, &[(&path, bad, 422, "stamp_must_be_small_png")]).await;
    tour.estate.admin.post(&path, json!({"picture": STAMP})).await.good();
}

async fn channel_accounts(tour: &Tour) {
    let estate = &tour.estate;
    let close = |id: &str| estate.of_company(&format!("/channel-accounts/{id}/close"));
    let pos = close(&estate.channel_account("pos").await);
    estate.admin.post(&pos, json!({})).await.good();
    tour.refused(
        &estate.admin,
        &[
            (&pos, json!({}), 409, "channel_account_must_be_open"),
            (&close(UNKNOWN), json!({}), 404, "channel_account_must_exist"),
        ],
    )
    .await;
}

async fn persons(tour: &Tour) {
    let estate = &tour.estate;
    let all = estate.of_company("/persons");
    let body = json!({"name": "孙七", "mobile": "13900001111", "identity": "11010519491231002X"});
    let registered = estate.desk.post(&all, body).await.good();
    let one = format!("{all}/{}", began(&registered, "person"));
    let mobile = json!({"mobile": "13900002222"});
    let changed = estate.desk.post(&format!("{one}/change-contact"), mobile.clone()).await.good();
    estate.desk.post(&estate.of_company("/persons:search"), mobile.clone()).await.good();
    tour.refused(
        &estate.desk,
        &[
            (&all, json!({"name": "孙七", "mobile": "12900001111"}), 422, "mobile_malformed"),
            (&all, json!({"name": "孙七", "identity": "110105194912310033"}), 422, "resident_id_invalid"),
            (&estate.of_company("/persons:search"), json!({}), 422, "exactly_one_number"),
            (&format!("{all}/{UNKNOWN}/erase"), json!({}), 404, "person_must_exist"),
        ],
    )
    .await;
    let erased = began(&estate.desk.post(&all, json!({"name": "周八"})).await.good(), "person");
    estate.desk.post(&format!("{all}/{erased}/erase"), json!({})).await.good();
    let again = format!("{all}/{erased}/change-contact");
    tour.refused(&estate.desk, &[(&again, mobile, 409, "person_must_not_be_erased")]).await;
    let read = estate.desk.with("ledger-position", format!("{}@{}", estate.company, changed["position"]));
    read.get(&one).await.good();
}
