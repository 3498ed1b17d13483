//! Cash at the counter: what is put down, what goes back, and what is let go.

use super::RecordPayment;
use super::fixture::{cash_payment, payment, shift, story_with_shift, to_account, transfer};
use crate::account::fixture::{account, charge, money, month};
use crate::approval::Authority;
use crate::book::Book;
use crate::community::{AllocationPolicy, SetCommunityRules};
use crate::id::PaymentId;
use crate::money::Money;
use crate::payment::ReversePayment;
use crate::testing::Story;
use crate::value::Count;

fn expected(story: &Story) -> Money {
    story.draft().shift(shift(story)).expected()
}

/// What a payment's last money fact posts.
fn posted(story: &Story, payment: PaymentId) -> Vec<(Book, String)> {
    let events = story.events_of(payment);
    let lines = events.iter().rev().find_map(|event| event.postings.clone()).unwrap();
    lines.iter().map(|line| (line.book, line.amount.to_string())).collect()
}

#[test]
fn change_is_what_was_put_on_the_counter_less_what_is_paid() {
    let mut story = story_with_shift("200.00");
    let tendered = |amount: &str| RecordPayment { tendered: Some(money(amount)), ..cash_payment("87.50") };
    assert_eq!(story.refused(&tendered("87.49")), "tendered_must_cover_amount");
    let banked =
        RecordPayment { tendered: Some(money("10.00")), ..transfer("T1", "10.00", "2026-01-01", to_account(1)) };
    assert_eq!(story.refused(&banked), "tendered_must_be_cash");
    let paid = payment(&mut story, &tendered("100.00"));
    let received = story.draft().payment(paid).received().unwrap().clone();
    assert_eq!((received.amount, received.change), (money("87.50"), Some(money("12.50"))));
    assert_eq!(expected(&story), money("287.50"), "change goes back at once");
}

#[test]
fn coins_are_let_go_within_the_limit_and_only_of_what_pays_charges() {
    let mut story = story_with_shift("200.00");
    let open = charge(&mut story, month("2026-01", "87.53"));
    let rounded = |amount: &str, rounding: &str| RecordPayment {
        rounding: Some(money(rounding)),
        tendered: Some(money("87.50")),
        spending: to_account(1),
        ..cash_payment(amount)
    };
    assert_eq!(story.refused(&rounded("87.53", "0.03")), "rounding_must_be_within_limit", "nothing, until it is set");
    story.accepted(&SetCommunityRules {
        allocation_policy: AllocationPolicy::PrincipalFirst,
        notice_days: Count(0),
        late_fee_ceiling: None,
        bill_runs_need_approval: false,
        cash_rounding_limit: Some(money("0.09")),
    });
    assert_eq!(story.refused(&rounded("87.53", "0.10")), "rounding_must_be_within_limit");
    assert_eq!(story.refused(&rounded("0.03", "0.03")), "rounding_must_be_within_limit");
    assert_eq!(story.refused(&rounded("87.54", "0.04")), "rounding_must_pay_charges");
    let banked =
        RecordPayment { rounding: Some(money("0.03")), ..transfer("T1", "87.53", "2026-01-01", to_account(1)) };
    assert_eq!(story.refused(&banked), "rounding_must_be_cash");
    let paid = payment(&mut story, &rounded("87.53", "0.03"));
    assert!(story.draft().account(account(1)).charge(open).unwrap().open().is_zero());
    assert_eq!(expected(&story), money("287.50"));
    let books = |sign: [&str; 3]| {
        let [cash, difference, suspense] = sign.map(ToOwned::to_owned);
        vec![(Book::Cash, cash), (Book::CashDifference, difference), (Book::Suspense, suspense)]
    };
    let mut lines = posted(&story, paid);
    lines.sort();
    assert_eq!(lines, books(["87.50", "0.03", "-87.53"]));
    let reversal =
        ReversePayment { payment: paid, reason: "mistake".parse().unwrap(), authority: Authority::default() };
    story.accepted(&reversal);
    assert_eq!(expected(&story), money("200.00"));
    let mut lines = posted(&story, paid);
    lines.sort();
    assert_eq!(lines, books(["-87.50", "-0.03", "87.53"]));
}
