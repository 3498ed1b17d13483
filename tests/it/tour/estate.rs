//! The community's rules, parties, units and fee items.

use super::{Tour, UNKNOWN, with};
use crate::server::began;
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    community_rules(tour).await;
    parties(tour).await;
    units(tour).await;
    fee_items(tour).await;
    prices(tour).await;
    tenancies_and_attachments(tour).await;
    bundles(tour).await;
}

async fn community_rules(tour: &Tour) {
    let finance = &tour.estate.finance;
    let rules = json!({"allocation_policy": "principal_first", "notice_days": 10});
    let long = with(rules.clone(), "notice_days", json!(366));
    tour.refused(finance, &[("/rules", long, 422, "notice_days_must_be_in_range")]).await;
    tour.done(finance, "/rules", rules).await;
}

async fn parties(tour: &Tour) {
    let desk = &tour.estate.desk;
    let (one, other) = (tour.estate.person("张三").await, tour.estate.person("李四").await);
    let owners = |members: Value| json!({"kind": "owner_group", "members": members});
    let whole = owners(json!([{"person": one, "share": "1"}]));
    let half = json!({"person": one, "share": "0.5"});
    tour.refused(
        desk,
        &[
            ("/parties", json!({"kind": "developer"}), 422, "developer_must_have_name"),
            ("/parties", owners(json!([])), 422, "members_must_fit_kind"),
            ("/parties", owners(json!([half, half])), 422, "member_must_stand_once"),
            ("/parties", owners(json!([{"person": one}])), 422, "shares_must_fit_kind"),
            ("/parties", owners(json!([half])), 422, "shares_must_sum_to_one"),
            ("/parties", with(whole.clone(), "contact", json!(other)), 422, "contact_must_be_member"),
            (&format!("/parties/{UNKNOWN}/change-contact"), json!({"contact": one}), 404, "party_must_exist"),
        ],
    )
    .await;
    let party = began(&tour.done(desk, "/parties", whole).await, "party");
    tour.done(desk, &format!("/parties/{party}/change-contact"), json!({"contact": one})).await;
}

async fn units(tour: &Tour) {
    let desk = &tour.estate.desk;
    let (unit, _) = tour.estate.unit("1-101").await;
    let path = |verb: &str| format!("/units/{unit}/{verb}");
    let area = |building: &str, inner: &str| json!({"from": "2026-01-01", "building_area_sqm": building, "inner_area_sqm": inner});
    let developer = json!({"kind": "developer", "name": "城建开发"});
    let developer = began(&tour.done(desk, "/parties", developer).await, "party");
    tour.refused(
        desk,
        &[
            ("/units", json!({"code": "1-101", "kind": "shop"}), 409, "unit_code_must_be_free"),
            (&path("change-code"), json!({"code": "1-101"}), 409, "unit_code_must_change"),
            (&format!("/units/{UNKNOWN}/change-code"), json!({"code": "2"}), 404, "unit_must_exist"),
            (&path("areas"), area("1000001", "1"), 422, "area_must_be_in_range"),
            (&path("areas"), area("80", "81"), 422, "inner_area_must_not_exceed_building_area"),
            (&path("tenancies"), tenancy(&developer, "2026-01-01", "2027-01-01"), 422, "party_must_be_of_kind"),
        ],
    )
    .await;
    tour.done(desk, &path("change-code"), json!({"code": "1-102"})).await;
    tour.done(desk, &path("areas"), area("90.5", "81.25")).await;
    tour.done(desk, &path("statuses"), json!({"from": "2026-01-01", "status": "leased"})).await;
    tour.done(desk, &path("owners"), json!({"from": "2026-02-01", "party": developer})).await;
}

async fn fee_items(tour: &Tour) {
    let finance = &tour.estate.finance;
    let item = tour.estate.fee_item().await;
    let (tariffs, vat) = (format!("/fee-items/{item}/tariffs"), format!("/fee-items/{item}/vat"));
    let created = json!({"name": "车位费", "fund": "operating", "priority": 1, "vat": {"category": "exempt"}});
    let tariff = json!({
        "from": "2026-01-01", "price": {"kind": "fixed", "amount": "150", "per": "month"}, "cycle_months": 3,
        "basis": "anniversary", "timing": "arrears", "due": {"kind": "day_of_month", "day": 20}, "round_to": "fen",
    });
    let price = json!({"kind": "fixed", "amount": "100000001", "per": "cycle"});
    let rated = |rate: &str| json!({"from": "2026-01-01", "vat": {"category": "rated", "rate": rate}});
    tour.refused(
        finance,
        &[
            ("/fee-items", with(created.clone(), "priority", json!(10_000)), 422, "priority_must_be_in_range"),
            ("/fee-items", with(created, "vat", json!({"category": "rated"})), 422, "vat_rate_must_fit_category"),
            (&tariffs, with(tariff.clone(), "price", price), 422, "price_must_be_in_range"),
            (&tariffs, with(tariff.clone(), "cycle_months", json!(5)), 422, "cycle_must_divide_year"),
            (
                &tariffs,
                with(tariff.clone(), "due", json!({"kind": "day_of_month", "day": 32})),
                422,
                "due_rule_must_be_in_range",
            ),
            (&tariffs, with(tariff.clone(), "from", json!("2019-12-31")), 409, "version_must_not_be_earlier"),
            (&format!("/fee-items/{UNKNOWN}/vat"), rated("0.06"), 404, "fee_item_must_exist"),
        ],
    )
    .await;
    tour.done(finance, &tariffs, tariff).await;
    tour.done(finance, &vat, rated("0.09")).await;
}

/// What prices rest on, and every kind of them.
async fn prices(tour: &Tour) {
    let (desk, finance) = (&tour.estate.desk, &tour.estate.finance);
    let (unit, _) = tour.estate.unit("1-109").await;
    let item = tour.estate.fee_item().await;
    let path = |verb: &str| format!("/units/{unit}/{verb}");
    let define = |name: &str| json!({"name": name, "label": "电梯份额"});
    let value = |name: &str, value: &str| json!({"name": name, "from": "2026-01-01", "value": value});
    let tariffs = format!("/fee-items/{item}/tariffs");
    let tariff = |price: Value| {
        json!({
            "from": "2026-03-01", "price": price, "cycle_months": 1, "basis": "calendar", "timing": "advance",
            "due": {"kind": "days_after", "days": 10},
        })
    };
    let formula = |text: &str| json!({"kind": "formula", "formula": text});
    let steps =
        json!({"kind": "floor_steps", "steps": [{"from_floor": "3", "price": "5"}, {"from_floor": "1", "price": "0"}]});
    let own = json!({"fee_item": item, "from": "2026-03-01", "price": {"kind": "per_household", "amount": "30"}, "reason": "协议价"});
    tour.done(finance, "/unit-attributes", define("lift_share")).await;
    tour.done(desk, &path("attributes"), value("lift_share", "1.5")).await;
    tour.done(finance, &path("prices"), own.clone()).await;
    let (charged, another) = (tour.estate.unit("1-110").await.0, tour.estate.fee_item().await);
    tour.done(desk, &format!("/units/{charged}/attach-fee-item"), json!({"fee_item": another, "from": "2026-01-01"}))
        .await;
    let of_charged = format!("/fee-items/{another}/tariffs");
    tour.refused(
        finance,
        &[
            ("/unit-attributes", define("lift_share"), 409, "attribute_must_be_new"),
            ("/unit-attributes", define("if"), 422, "attribute_name_must_be_free"),
            ("/unit-attributes", define("Lift"), 422, "variable_malformed"),
            (&tariffs, tariff(formula("area * lift")), 422, "formula_must_name_known"),
            (&tariffs, tariff(formula("area * ")), 422, "formula_must_be_readable"),
            (&tariffs, tariff(formula("")), 422, "formula_malformed"),
            (&of_charged, tariff(formula("area * lift_share")), 409, "formula_must_fit_units"),
            (&tariffs, tariff(steps), 422, "floor_steps_must_ascend"),
            (&path("prices"), with(own.clone(), "from", json!("2026-02-01")), 409, "version_must_not_be_earlier"),
            // An id of another kind is nobody's, and halts nothing.
            (&path("prices"), with(own, "fee_item", json!(unit)), 404, "fee_item_must_exist"),
        ],
    )
    .await;
    tour.refused(
        desk,
        &[
            (&path("attributes"), value("lift", "1"), 422, "attribute_must_be_defined"),
            (&path("attributes"), value("household_count", "1.5"), 422, "attribute_must_be_in_range"),
        ],
    )
    .await;
    tour.done(finance, &tariffs, tariff(formula("area * lift_share"))).await;
    for n in 1..50 {
        tour.done(finance, "/unit-attributes", define(&format!("a{n}"))).await;
    }
    tour.refused(finance, &[("/unit-attributes", define("one_more"), 422, "too_many_attributes")]).await;
}

async fn tenancies_and_attachments(tour: &Tour) {
    let desk = &tour.estate.desk;
    let (unit, _) = tour.estate.unit("1-103").await;
    let item = tour.fee_item("水费", "pass_through").await;
    let path = |verb: &str| format!("/units/{unit}/{verb}");
    let mut tenants = Vec::new();
    for name in ["钱九", "吴十"] {
        let person = tour.estate.person(name).await;
        let body = json!({"kind": "tenancy", "members": [{"person": person}], "contact": person});
        tenants.push(began(&tour.done(desk, "/parties", body).await, "party"));
    }
    let many = with(tenancy(&tenants[0], "2026-01-01", "2026-07-01"), "pays", json!(vec![&item; 51]));
    let attach = json!({"fee_item": item, "from": "2026-01-01"});
    tour.refused(
        desk,
        &[
            (&path("tenancies"), many, 422, "too_many_fee_items"),
            (
                &path("attach-fee-item"),
                with(attach.clone(), "until", json!("2026-01-01")),
                422,
                "attachment_must_end_after_beginning",
            ),
            (&path("detach-fee-item"), json!({"fee_item": item, "on": "2026-01-01"}), 409, "fee_item_must_be_attached"),
        ],
    )
    .await;
    let first = with(tenancy(&tenants[0], "2026-01-01", "2026-07-01"), "pays", json!([item]));
    tour.done(desk, &path("tenancies"), first).await;
    tour.done(desk, &path("attach-fee-item"), attach.clone()).await;
    tour.refused(
        desk,
        &[
            (&path("tenancies"), tenancy(&tenants[1], "2026-06-01", "2027-01-01"), 409, "tenancy_must_not_overlap"),
            (&path("attach-fee-item"), attach, 409, "fee_item_must_be_attached_once"),
        ],
    )
    .await;
    tour.done(desk, &path("detach-fee-item"), json!({"fee_item": item, "on": "2026-02-01"})).await;
}

/// What units of a kind are usually charged, attached to two of them.
async fn bundles(tour: &Tour) {
    let (desk, finance) = (&tour.estate.desk, &tour.estate.finance);
    let item = tour.fee_item("电梯运行费", "operating").await;
    let units = [tour.estate.unit("1-121").await.0, tour.estate.unit("1-122").await.0];
    let bundle = json!({"kind": "residence", "from": "2026-01-01", "fee_items": [item]});
    let attach = |units: Value| json!({"units": units, "from": "2026-01-01"});
    let refused = [("/units:attach-bundle", attach(json!(units)), 409, "fee_bundle_must_exist")];
    tour.refused(desk, &refused).await;
    tour.refused(
        finance,
        &[
            ("/fee-bundles", with(bundle.clone(), "fee_items", json!([item, item])), 422, "bundle_must_be_bounded"),
            ("/fee-bundles", with(bundle.clone(), "fee_items", json!([units[0]])), 404, "fee_item_must_exist"),
        ],
    )
    .await;
    tour.done(finance, "/fee-bundles", bundle.clone()).await;
    let earlier = [("/fee-bundles", with(bundle, "from", json!("2025-12-31")), 409, "version_must_not_be_earlier")];
    tour.refused(finance, &earlier).await;
    tour.done(desk, "/units:attach-bundle", attach(json!(units))).await;
    tour.refused(
        desk,
        &[
            ("/units:attach-bundle", attach(json!([])), 422, "bundled_units_must_be_bounded"),
            ("/units:attach-bundle", attach(json!(units)), 409, "bundle_must_attach_something"),
        ],
    )
    .await;
    let listed = tour.estate.auditor.watched(&tour.witness).get(&tour.at("/fee-bundles")).await.good();
    assert_eq!(listed["items"], json!([{"kind": "residence", "from": "2026-01-01", "fee_items": [item]}]));
}

fn tenancy(party: &str, from: &str, until: &str) -> Value {
    json!({"party": party, "term": {"from": from, "until": until}})
}
