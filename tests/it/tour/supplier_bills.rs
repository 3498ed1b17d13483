//! What suppliers want: bills recorded, paid and undone, and per utility and period what is left beside what units were charged.

use super::{Tour, UNKNOWN, with};
use crate::estate::fact;
use crate::server::began;
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    let (finance, estate) = (&tour.estate.finance, &tour.estate);
    let power = tour.fee_item("电费", "pass_through").await;
    let own = tour.fee_item("广告位电费", "operating").await;
    let utility = json!({"utility": "electricity"});
    tour.done(finance, &format!("/fee-items/{power}/utility"), utility.clone()).await;
    tour.refused(
        finance,
        &[
            (&format!("/fee-items/{power}/utility"), utility.clone(), 409, "utility_must_change"),
            (&format!("/fee-items/{own}/utility"), utility, 422, "utility_must_be_pass_through"),
        ],
    )
    .await;
    let (_, account) = estate.unit("7-2-0801").await;
    let charge = json!({
        "fee_item": power, "amount": "12.00", "due_on": "2099-01-31",
        "service": {"from": "2026-02-01", "until": "2026-03-01"},
    });
    tour.done(finance, &format!("/accounts/{account}/charges"), charge).await;
    let record = json!({
        "supplier": "城东供电局", "number": "E-2026-02", "utility": "electricity", "period": "2026-02",
        "amount": "20.00", "received_on": "2026-03-01",
    });
    let late = with(record.clone(), "received_on", json!("2026-03-03"));
    tour.refused(finance, &[("/supplier-bills", late, 422, "received_on_must_not_be_in_future")]).await;
    let bill = began(&tour.done(finance, "/supplier-bills", record.clone()).await, "supplier_bill");
    let at = |verb: &str| format!("/supplier-bills/{bill}/{verb}");
    let (bank, pos) = (estate.channel_account("bank").await, estate.channel_account("pos").await);
    let pay =
        |amount: &str, account: &str| json!({"amount": amount, "channel_account": account, "value_on": "2026-03-02"});
    let reason = json!({"reason": "抄表有误"});
    let own_use = |amount: &str| with(reason.clone(), "amount", json!(amount));
    let carry = |to: &str, amount: &str| with(own_use(amount), "to", json!(to));
    let unknown = |verb: &str| format!("/supplier-bills/{UNKNOWN}/{verb}");
    tour.refused(
        finance,
        &[
            ("/supplier-bills", record, 409, "supplier_bill_must_be_new"),
            (&unknown("pay"), pay("1.00", &bank), 404, "supplier_bill_must_exist"),
            (&at("pay"), pay("20.01", &bank), 409, "supplier_payment_must_not_exceed_open"),
            (&at("pay"), pay("1.00", &pos), 422, "supplier_must_be_paid_by_bank"),
            (&at(&format!("payments/{UNKNOWN}/reverse")), reason.clone(), 404, "supplier_payment_must_stand"),
            (&at("own-use"), own_use("20.01"), 422, "own_use_must_be_within_bill"),
            (&at("carry"), carry("2026-02", "1.00"), 422, "difference_must_be_carried_on"),
        ],
    )
    .await;
    let paid = with(pay("15.00", &bank), "reference", json!("OUT-1"));
    let paid = tour.done(finance, &at("pay"), paid).await;
    let payment = fact(&paid, "supplier_bill_paid")["payment"].as_str().unwrap().to_owned();
    tour.done(finance, &at("own-use"), own_use("3.00")).await;
    let carried = tour.done(finance, &at("carry"), carry("2026-03", "1.50")).await;
    read(tour, &bill, &carried).await;
    tour.refused(finance, &[(&at("reverse"), reason.clone(), 409, "supplier_bill_must_be_untouched")]).await;
    tour.done(finance, &at("carry"), carry("2026-03", "-1.50")).await;
    tour.done(finance, &at("own-use"), own_use("0.00")).await;
    tour.done(finance, &at(&format!("payments/{payment}/reverse")), reason.clone()).await;
    tour.done(finance, &at("reverse"), reason).await;
}

async fn read(tour: &Tour, bill: &str, since: &Value) {
    let at = format!("{}@{}", tour.estate.community, since["position"]);
    let auditor = tour.estate.auditor.with("ledger-position", at);
    let utilities = auditor.get(&tour.at("/utilities?from=2026-02&to=2026-03")).await.good();
    let of = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let names = ["period", "billed", "charged", "pooled", "own_use", "carried", "difference"];
    let rows = utilities["items"].as_array().unwrap();
    let shown: Vec<_> = rows.iter().map(|row| names.map(|name| of(row, name)).join(" ")).collect();
    assert_eq!(shown, ["2026-02 20.00 12.00 0.00 3.00 -1.50 3.50", "2026-03 0.00 0.00 0.00 0.00 1.50 1.50"]);
    auditor.get(&tour.at("/supplier-bills")).await.good();
    let bill = auditor.get(&tour.at(&format!("/supplier-bills/{bill}"))).await.good();
    assert_eq!((&bill["paid"], bill["payments"].as_array().unwrap().len()), (&json!("15.00"), 1));
    assert_eq!(auditor.get(&tour.at("/utilities")).await.blamed(400).0, "from");
}
