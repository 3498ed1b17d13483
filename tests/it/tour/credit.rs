//! What is left of money: paid out of, released, moved, refunded.

use super::{Tour, UNKNOWN, with};
use crate::estate::fact;
use crate::server::began;
use serde_json::{Value, json};

/// An account with credit, and where its money lies.
struct Purse {
    account: String,
    bank: String,
}

impl Purse {
    /// Fifty yuan more for the account; answers the payment, the lot and its holder.
    async fn credit(&self, tour: &Tour, reference: &str, spending: Value) -> [String; 3] {
        let body = json!({
            "channel_account": self.bank, "reference": reference, "amount": "50.00", "value_on": "2026-03-02",
            "spending": with(spending, "rest_to", json!(self.account)),
        });
        let received = tour.done(&tour.estate.cashier, "/payments", body).await;
        let of_lot = |name: &str| fact(&received, "credit_received")[name].as_str().unwrap().to_owned();
        [began(&received, "payment"), of_lot("lot"), of_lot("holder")]
    }

    fn at(&self, path: &str) -> String {
        format!("/accounts/{}{path}", self.account)
    }
}

pub(super) async fn walk(tour: &Tour) {
    let (_, account) = tour.estate.unit("4-101").await;
    let purse = Purse { account, bank: tour.estate.channel_account("bank").await };
    let charge = spent(tour, &purse).await;
    moved(tour, &purse, &charge).await;
    refunded(tour, &purse).await;
}

/// Answers a charge that is open still.
async fn spent(tour: &Tour, purse: &Purse) -> String {
    let (estate, finance) = (&tour.estate, &tour.estate.finance);
    let (item, other) = (estate.fee_item().await, tour.fee_item("垃圾费", "operating").await);
    let deposit = tour.fee_item("装修押金", "deposit").await;
    let charge = estate.charge(&purse.account, &item, "45.00").await;
    let of_other = estate.charge(&purse.account, &other, "7.00").await;
    let held = estate.charge(&purse.account, &deposit, "30.00").await;
    let [_, free, _] = purse.credit(tour, "C-1", json!({})).await;
    let [_, earmarked, _] = purse.credit(tour, "C-2", json!({"earmark": item})).await;
    let [_, held_back, _] = purse.credit(tour, "C-3", json!({"charges_only": true})).await;
    let allocate = |lot: &str, charge: &str, amount: &str| json!({"lot": lot, "charge": charge, "amount": amount});
    let (at, release) = (purse.at("/allocations"), |lot: &str| purse.at(&format!("/lots/{lot}/release")));
    tour.refused(
        finance,
        &[
            (&at, allocate(UNKNOWN, &charge, "1.00"), 404, "lot_must_exist"),
            (&at, allocate(&free, &charge, "45.01"), 409, "amount_must_not_exceed_open"),
            (&at, allocate(&free, &held, "1.00"), 409, "funds_must_not_mix"),
            (&at, allocate(&earmarked, &of_other, "1.00"), 409, "earmark_must_fit_charge"),
            (&release(&free), json!({}), 409, "credit_must_be_held_back"),
        ],
    )
    .await;
    tour.done(finance, &at, allocate(&free, &charge, "5.00")).await;
    tour.done(finance, &release(&held_back), json!({})).await;
    charge
}

async fn moved(tour: &Tour, purse: &Purse, charge: &str) {
    let (estate, finance) = (&tour.estate, &tour.estate.finance);
    let [payment, lot, holder] = purse.credit(tour, "C-4", json!({})).await;
    let person = estate.person("郑一").await;
    let members = json!([{"person": person, "share": "1"}]);
    let party = tour.done(&estate.desk, "/parties", json!({"kind": "owner_group", "members": members})).await;
    let party = began(&party, "party");
    let at = purse.at(&format!("/lots/{lot}/move"));
    let evidence = "ab".repeat(32);
    let to = |amount: &str, to: &str| json!({"amount": amount, "to": to, "evidence": evidence});
    tour.refused(
        finance,
        &[
            (&at, to("50.01", &party), 409, "amount_must_not_exceed_credit"),
            (&at, to("1.00", UNKNOWN), 404, "party_must_exist"),
            (&at, to("1.00", &holder), 422, "holder_must_change"),
        ],
    )
    .await;
    let ids = json!({"account": purse.account, "lot": lot});
    let body = tour.approved("move_credit", ids, to("10.00", &party)).await;
    let moved = tour.done(finance, &at, body).await;
    let theirs = json!({"lot": fact(&moved, "credit_moved")["to_lot"], "charge": charge, "amount": "1.00"});
    tour.refused(
        finance,
        &[
            (&purse.at("/allocations"), theirs, 409, "holder_must_owe_charge"),
            (&format!("/payments/{payment}/reverse"), json!({"reason": "录错"}), 409, "credit_must_not_be_moved"),
        ],
    )
    .await;
    tour.done(finance, &purse.at("/draw-down"), json!({})).await;
}

async fn refunded(tour: &Tour, purse: &Purse) {
    let (estate, finance) = (&tour.estate, &tour.estate.finance);
    let [payment, lot, holder] = purse.credit(tour, "C-5", json!({})).await;
    let body = |amount: &str| json!({"lot": lot, "amount": amount, "reason": "多缴"});
    let at = purse.at("/refunds");
    tour.refused(
        finance,
        &[
            (&at, body("50.01"), 409, "amount_must_not_exceed_refundable"),
            (&at, with(body("1.00"), "payee", json!(holder)), 422, "payee_must_not_be_holder"),
            (&at, with(body("1.00"), "evidence", json!("ab".repeat(32))), 422, "evidence_must_name_payee"),
        ],
    )
    .await;
    let mut refunds = Vec::new();
    for amount in ["10.00", "11.00"] {
        let approved = tour.approved("approve_refund", json!({"account": purse.account}), body(amount)).await;
        let answer = tour.done(finance, &at, approved).await;
        refunds.push(fact(&answer, "refund_approved")["refund"].as_str().unwrap().to_owned());
    }
    let owners = json!({"kind": "bank", "purse": "owners_income", "label": "公共收益户"});
    let owners = estate.admin.post(&estate.of_company("/channel-accounts"), owners).await.good();
    let till = estate.channel_account("cash").await;
    let open = json!({"channel_account": till, "float": "9.99"});
    let shift = began(&tour.done(&estate.cashier, "/shifts", open).await, "shift");
    let settle = |refund: &str| purse.at(&format!("/refunds/{refund}/settle"));
    let out = json!({"channel_account": purse.bank, "reference": "R-2", "value_on": "2026-03-02"});
    let from = |channel: &str| with(out.clone(), "channel_account", json!(channel));
    tour.refused(
        &estate.cashier,
        &[
            (&settle(UNKNOWN), out.clone(), 404, "refund_must_exist"),
            (&settle(&refunds[0]), from(&began(&owners, "channel_account")), 409, "channel_must_fit_fund"),
            (&settle(&refunds[0]), with(from(&till), "shift", json!(shift)), 409, "cash_must_suffice"),
        ],
    )
    .await;
    tour.done(&estate.cashier, &settle(&refunds[0]), out.clone()).await;
    tour.done(finance, &purse.at(&format!("/refunds/{}/fail", refunds[1])), json!({"reason": "账号有误"})).await;
    tour.refused(&estate.cashier, &[(&settle(&refunds[1]), out, 409, "refund_must_be_in_flight")]).await;
    let reverse = format!("/payments/{payment}/reverse");
    tour.refused(finance, &[(&reverse, json!({"reason": "录错"}), 409, "payment_must_not_be_refunded")]).await;
}
