//! A unit is sold: what would happen, what is refused, what happens.

use super::{Tour, UNKNOWN, with};
use crate::estate::fact;
use crate::server::began;
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    let (estate, desk) = (&tour.estate, &tour.estate.desk);
    let (unit, account) = estate.unit("11-101").await;
    let item = estate.fee_item().await;
    let attached = estate.attach(desk, &unit, &item).await;
    let at = format!("{}@{}", estate.community, attached["position"]);
    let seller = estate.auditor.with("ledger-position", at).get(&estate.at(&format!("/units/{unit}"))).await.good()["owner_party"].clone();
    let buyer = party(tour, "owner_group", json!([{"person": estate.person("孙六").await, "share": "1"}])).await;
    let bill = json!({"from": "2026-03", "to": "2026-05"});
    tour.done(&estate.finance, &format!("/units/{unit}/bill"), bill).await;
    let lot = credit(tour, &account).await;
    let at = |verb: &str| format!("/units/{unit}/{verb}");
    let owner = |from: &str| json!({"from": from, "party": buyer});
    tour.refused(desk, &[(&at("owners"), owner("2026-03-17"), 409, "charges_must_be_transferred")]).await;
    tenant(tour, &unit, &item).await;
    let transfer = at("transfer");
    let missing = estate.auditor.get(&estate.at(&format!("{transfer}?party={buyer}"))).await;
    assert_eq!(missing.refused(400), "parameter_invalid");
    let preview = format!("{transfer}?from=2026-03-17&party={buyer}&paid_ahead=freed");
    let preview = estate.auditor.get(&estate.at(&preview)).await.good();
    assert_eq!((&preview["credit"][0]["lot"], &preview["sellers"][0]), (&json!(lot), &seller));
    let sale = with(owner("2026-03-17"), "reason", json!("买卖合同备案"));
    let freed = with(sale.clone(), "paid_ahead", json!("freed"));
    let choose = |choice: Value| with(freed.clone(), "credit", json!([choice]));
    let left = json!({"lot": lot, "fate": "left"});
    tour.refused(
        desk,
        &[
            (&transfer, with(sale.clone(), "party", seller.clone()), 409, "owner_must_change"),
            (&transfer, choose(with(left.clone(), "amount", json!("1.00"))), 422, "credit_choice_must_fit"),
            (&transfer, choose(with(left.clone(), "lot", json!(UNKNOWN))), 409, "credit_must_be_sellers"),
            (&transfer, freed.clone(), 409, "credit_must_be_decided"),
        ],
    )
    .await;
    let refund = choose(json!({"lot": lot, "fate": "refunded", "amount": "30.00"}));
    tour.refused(desk, &[(&transfer, refund.clone(), 403, "approval_must_be_given")]).await;
    let approved = tour.approved("transfer_unit", json!({"unit": unit}), refund).await;
    let done = tour.done(&estate.finance, &transfer, approved).await;
    assert_eq!(fact(&done, "refund_approved")["amount"], "30.00");
    assert_eq!(fact(&done, "unit_transferred")["sellers"][0], seller);
}

async fn party(tour: &Tour, kind: &str, members: Value) -> String {
    began(&tour.done(&tour.estate.desk, "/parties", json!({"kind": kind, "members": members})).await, "party")
}

/// Three hundred yuan of the owner's for the account; answers the lot.
async fn credit(tour: &Tour, account: &str) -> String {
    let bank = tour.estate.channel_account("bank").await;
    let body = json!({
        "channel_account": bank, "reference": "O-1", "amount": "300.00", "value_on": "2026-03-02",
        "spending": {"pays": [{"account": account, "charges": []}], "rest_to": account},
    });
    let paid = tour.done(&tour.estate.cashier, "/payments", body).await;
    fact(&paid, "credit_received")["lot"].as_str().unwrap().to_owned()
}

/// Who is billed as agreed payer is not changed while the bill is open.
async fn tenant(tour: &Tour, unit: &str, item: &str) {
    let desk = &tour.estate.desk;
    let person = tour.estate.person("周七").await;
    let tenant = party(tour, "tenancy", json!([{"person": person}])).await;
    tour.done(desk, &format!("/units/{unit}/statuses"), json!({"from": "2026-06-01", "status": "leased"})).await;
    let tenancy =
        |from: &str, until: &str| json!({"party": tenant, "term": {"from": from, "until": until}, "pays": [item]});
    let path = format!("/units/{unit}/tenancies");
    tour.done(desk, &path, tenancy("2026-06-01", "2026-12-01")).await;
    let june = json!({"from": "2026-06", "to": "2026-06"});
    tour.done(&tour.estate.finance, &format!("/units/{unit}/bill"), june).await;
    let shorter = tenancy("2026-06-01", "2026-06-02");
    tour.done(desk, &path, tenancy("2026-06-01", "2026-07-01")).await;
    tour.refused(desk, &[(&path, shorter, 409, "agreed_payer_must_stay")]).await;
}
