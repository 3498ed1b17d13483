//! What ends a day at the counter: coins let go, cash to the bank, lines set aside, days closed.

use super::{Tour, with};
use crate::estate::fact;
use crate::server::began;
use serde_json::{Value, json};

pub(super) async fn walk(tour: &Tour) {
    let estate = &tour.estate;
    let (bank, till) = (estate.channel_account("bank").await, estate.channel_account("cash").await);
    let open = json!({"channel_account": till, "float": "200.00"});
    let shift = began(&tour.done(&estate.cashier, "/shifts", open).await, "shift");
    let cash = rounded(tour, (&bank, &till, &shift)).await;
    banked(tour, (&bank, &till, &shift)).await;
    day_closed(tour, &till, &shift).await;
    set_aside(tour, &bank, &cash).await;
}

/// Cash of which some coins are let go; answers the payment.
async fn rounded(tour: &Tour, (bank, till, shift): (&str, &str, &str)) -> String {
    let estate = &tour.estate;
    let rules =
        |limit: &str| json!({"allocation_policy": "principal_first", "notice_days": 10, "cash_rounding_limit": limit});
    tour.refused(&estate.finance, &[("/rules", rules("1.00"), 422, "cash_rounding_must_be_in_range")]).await;
    tour.done(&estate.finance, "/rules", rules("0.09")).await;
    let (_, account) = estate.unit("3-107").await;
    estate.charge(&account, &estate.fee_item().await, "87.53").await;
    let good = json!({
        "channel_account": till, "shift": shift, "amount": "87.53", "value_on": "2026-03-02", "rounding": "0.03",
        "tendered": "100.00", "spending": {"pays": [{"account": account}]},
    });
    let wide = with(good.clone(), "rounding", json!("0.10"));
    let more = with(with(good.clone(), "amount", json!("87.54")), "rounding", json!("0.04"));
    let by_bank = json!({"channel_account": bank, "reference": "R-107", "amount": "1.01", "value_on": "2026-03-02", "rounding": "0.01"});
    tour.refused(
        &estate.cashier,
        &[
            ("/payments", wide, 422, "rounding_must_be_within_limit"),
            ("/payments", more, 409, "rounding_must_pay_charges"),
            ("/payments", by_bank, 422, "rounding_must_be_cash"),
        ],
    )
    .await;
    let paid = tour.done(&estate.cashier, "/payments", good).await;
    assert_eq!(fact(&paid, "payment_received")["change"], "12.50");
    assert_eq!(fact(&paid, "cash_taken")["amount"], "87.50");
    began(&paid, "payment")
}

async fn banked(tour: &Tour, (bank, till, shift): (&str, &str, &str)) {
    let (cashier, finance) = (&tour.estate.cashier, &tour.estate.finance);
    let (path, reverse) = (format!("/shifts/{shift}/bank"), format!("/shifts/{shift}/reverse-banking"));
    let good = json!({"bank_account": bank, "amount": "87.50", "value_on": "2026-03-02", "slip": "JK-1"});
    let mistake = |number: u32| json!({"number": number, "reason": "金额录错"});
    tour.refused(
        cashier,
        &[
            (&path, with(good.clone(), "bank_account", json!(till)), 422, "cash_must_go_to_bank"),
            (&path, with(good.clone(), "amount", json!("287.51")), 409, "cash_must_suffice"),
        ],
    )
    .await;
    tour.done(cashier, &path, with(good.clone(), "amount", json!("78.50"))).await;
    tour.done(finance, &reverse, mistake(1)).await;
    tour.refused(finance, &[(&reverse, mistake(1), 404, "banking_must_stand")]).await;
    let banked = tour.done(cashier, &path, good).await;
    let reading = finance.with("ledger-position", format!("{}@{}", tour.estate.community, banked["position"]));
    let listed = reading.get(&tour.at("/cash-bankings?limit=2")).await.good();
    let shown = |at: usize| (listed["items"][at]["amount"].clone(), listed["items"][at]["reversed"].clone());
    assert_eq!((shown(0), shown(1)), ((json!("87.50"), json!(false)), (json!("78.50"), json!(true))));
}

async fn day_closed(tour: &Tour, till: &str, shift: &str) {
    let (cashier, finance) = (&tour.estate.cashier, &tour.estate.finance);
    let (path, on) = (format!("/channel-accounts/{till}/close-day"), |day: &str| json!({"day": day}));
    tour.refused(
        finance,
        &[
            (&path, on("2026-03-03"), 422, "day_must_have_come"),
            (&path, on("2026-03-02"), 409, "day_must_have_no_open_shift"),
        ],
    )
    .await;
    tour.done(cashier, &format!("/shifts/{shift}/close"), json!({"counted": "200.00"})).await;
    let closed = tour.done(finance, &path, on("2026-03-02")).await;
    let said = fact(&closed, "day_closed");
    assert_eq!((&said["received"], &said["closing"]), (&json!("166.00"), &json!("0.00")), "with the correction");
    tour.refused(finance, &[(&path, on("2026-03-02"), 409, "day_must_have_changed")]).await;
    let reading = finance.with("ledger-position", format!("{}@{}", tour.estate.community, closed["position"]));
    let days = reading.get(&tour.at(&format!("/channel-accounts/{till}/days?period=2026-03"))).await.good();
    assert_eq!(
        (&days["days"][0]["balance"], &days["days"][0]["moved"]["closed_balance"]),
        (&json!("0.00"), &json!("0.00"))
    );
}

/// The bank's line of the cash that is recorded already.
async fn set_aside(tour: &Tour, bank: &str, cash: &str) {
    let finance = &tour.estate.finance;
    let line =
        |serial: &str| json!({"channel_account": bank, "serial": serial, "amount": "87.50", "booked_on": "2026-03-02"});
    let waiting = began(&tour.done(finance, "/bank-lines", line("20260302000107")).await, "payment");
    let touched = began(&tour.done(finance, "/bank-lines", line("20260302000108")).await, "payment");
    let (_, account) = tour.estate.unit("3-108").await;
    let body = json!({"amount": "7.50", "spending": {"rest_to": account}});
    let body = tour.approved("identify_suspense", json!({"payment": touched}), body).await;
    tour.done(finance, &format!("/payments/{touched}/identify"), body).await;
    let path = |payment: &str| format!("/payments/{payment}/set-aside");
    let known = || json!({"known_as": "banked_cash", "note": "缴存单 JK-1"});
    let body = |payment: &str| tour.approved("set_aside_bank_line", json!({"payment": payment}), known());
    let good = body(&waiting).await;
    tour.refused(
        finance,
        &[
            (&path(cash), known(), 422, "bank_line_must_be_of_bank_account"),
            (&path(&touched), known(), 409, "bank_line_must_wait"),
            (&path(&waiting), known(), 403, "approval_must_be_given"),
        ],
    )
    .await;
    tour.done(finance, &path(&waiting), good).await;
    let (take_up, why) = (format!("/payments/{waiting}/take-up"), json!({"reason": "选错流水"}));
    tour.done(finance, &take_up, why.clone()).await;
    tour.refused(finance, &[(&take_up, why, 409, "bank_line_must_be_set_aside")]).await;
    let again: Value = line("20260302000107");
    tour.refused(finance, &[("/bank-lines", again, 409, "reference_must_be_unused")]).await;
}
