//! What the system and the bank do to money of a statement: matched, undone, bounced; and cheques.

use super::fixture::{bank, cash_payment, payment, pays, rests, story_with_shift, to_account, transfer};
use super::{
    KnownAs, MatchBankLine, PaymentMethod, RecordBankLine, RecordBounce, RecordPayment, SetAsideBankLine, Spending,
    TakeUpBankLine, UndoBankMatch, UnidentifySuspense,
};
use crate::account::fixture::{account, charge, charge_on, day, item, money, month, of_fund, opened, owned, told};
use crate::account::late_fee_stories::policy;
use crate::approval::Authority;
use crate::approval::fixture::{approved, limit};
use crate::book::Fund;
use crate::books::fixture::close;
use crate::id::{CommunityId, PaymentId};
use crate::stream::StreamType;
use crate::testing::Story;

fn story() -> Story {
    owned(super::fixture::story())
}

/// A line whose remark names units.
fn line(story: &mut Story, reference: &str, amount: &str, named: &[u128]) -> PaymentId {
    let line = RecordBankLine {
        channel: bank(),
        reference: reference.parse().unwrap(),
        amount: money(amount),
        booked_on: day("2026-01-01"),
        payer: None,
        payer_account: None,
        remark: None,
        named_units: named.iter().map(|n| opened(*n).unit).collect(),
        named_orders: Vec::new(),
    };
    let events = story.when(&line).unwrap();
    PaymentId(events.iter().find(|e| e.stream.stream_type == StreamType::Payment).unwrap().stream.id)
}

fn bounce(payment: PaymentId, reference: &str, on: &str) -> RecordBounce {
    RecordBounce {
        payment,
        reference: reference.parse().unwrap(),
        booked_on: day(on),
        reason: "no such account".parse().unwrap(),
    }
}

#[test]
fn one_named_unit_and_all_that_is_open_of_it_is_matched() {
    let mut story = story();
    charge(&mut story, month("2026-01", "60.00"));
    charge(&mut story, month("2026-02", "40.00"));
    let wrong = [("1", "100.01", &[1][..]), ("2", "99.99", &[1]), ("3", "60.00", &[1]), ("4", "100.00", &[2])];
    for (reference, amount, named) in wrong {
        let payment = line(&mut story, reference, amount, named);
        assert_eq!(story.refused(&MatchBankLine { payment }), "amount_must_equal_open_total", "{amount}");
    }
    for (reference, named) in [("5", &[][..]), ("6", &[1, 2])] {
        let payment = line(&mut story, reference, "100.00", named);
        assert_eq!(story.refused(&MatchBankLine { payment }), "bank_line_must_name_one_unit");
    }
    let payment = line(&mut story, "7", "100.00", &[1]);
    assert_eq!(
        told(&story.accepted(&MatchBankLine { payment })),
        [
            "bank_line_matched",
            "credit 100.00 operating",
            "identified 100.00",
            "paid 60.00 direct",
            "paid 40.00 direct",
            "receipt_numbered",
            "receipt TESTF2026-000001 100.00"
        ]
    );
    assert_eq!(story.refused(&MatchBankLine { payment }), "bank_line_must_be_untouched");
}

#[test]
fn late_fees_count_as_of_the_bank_day_and_what_is_paid_by_name_only_is_a_choice() {
    let mut story = story();
    let community = CommunityId(story.ledger_id().uuid());
    story = story.given(community, policy());
    charge(&mut story, month("2026-01", "1000.00"));
    let mut story = story.on("2026-02-12");
    let on_day = |story: &mut Story, reference: &str, amount: &str| {
        let line = RecordBankLine {
            channel: bank(),
            reference: reference.parse().unwrap(),
            amount: money(amount),
            booked_on: day("2026-02-11"),
            payer: None,
            payer_account: None,
            remark: None,
            named_units: vec![opened(1).unit],
            named_orders: Vec::new(),
        };
        let events = story.when(&line).unwrap();
        PaymentId(events.iter().find(|e| e.stream.stream_type == StreamType::Payment).unwrap().stream.id)
    };
    let plain = on_day(&mut story, "1", "1000.00");
    assert_eq!(story.refused(&MatchBankLine { payment: plain }), "amount_must_equal_open_total");
    let whole = on_day(&mut story, "2", "1010.00");
    let deposit = charge(&mut story, of_fund(Fund::Deposit, item(4), month("2026-02", "5.00")));
    assert_eq!(story.refused(&MatchBankLine { payment: whole }), "amount_must_equal_open_total");
    let with_deposit = on_day(&mut story, "3", "1015.00");
    assert_eq!(story.refused(&MatchBankLine { payment: with_deposit }), "amount_must_equal_open_total");
    let named = Spending { pays: vec![pays(1, &[deposit])], charges_only: true, ..Spending::default() };
    story.accepted(&transfer("4", "5.00", "2026-02-12", named));
    story.accepted(&MatchBankLine { payment: whole });
    let open = story.draft().account(account(1)).charges().filter(|charge| charge.open().is_positive()).count();
    assert_eq!(open, 0);
}

#[test]
fn a_match_is_undone_by_two_and_never_made_again() {
    let mut story = story();
    charge(&mut story, month("2026-01", "60.00"));
    let payment = line(&mut story, "1", "60.00", &[1]);
    let undo = |authority| UndoBankMatch { payment, reason: "his neighbour's".parse().unwrap(), authority };
    assert_eq!(story.refused(&undo(limit("60.00"))), "bank_line_must_be_matched");
    story.accepted(&MatchBankLine { payment });
    assert_eq!(story.refused(&undo(Authority::default())), "approval_must_be_given");
    let authority = approved(&mut story, &undo(Authority::default()));
    assert_eq!(
        told(&story.accepted(&undo(authority))),
        [
            "approval_used",
            "bank_match_undone",
            "undone 60.00 payment_reversed",
            "receipt_reversed",
            "withdrawn 60.00",
            "unidentified 60.00"
        ]
    );
    assert_eq!(story.draft().payment(payment).suspense(), money("60.00"));
    assert_eq!(story.refused(&undo(limit("60.00"))), "bank_line_must_be_matched");
    assert_eq!(story.refused(&MatchBankLine { payment }), "bank_line_must_be_untouched");
    // Nor is what a person had in hand.
    charge_on(&mut story, account(2), month("2026-01", "50.00"));
    let payment = line(&mut story, "2", "50.00", &[2]);
    let spending = to_account(2);
    story.accepted(&super::IdentifySuspense { payment, amount: None, spending, authority: limit("50.00") });
    let lot = story.draft().payment(payment).lots()[0].1;
    let state = story.draft().account(account(2));
    let allocation = state.allocations().next().unwrap().allocation;
    drop(state);
    story.accepted(&crate::account::UndoAllocation { account: account(2), allocation });
    let back = UnidentifySuspense { payment, account: account(2), lot, amount: None, authority: limit("50.00") };
    story.accepted(&back);
    assert_eq!(story.refused(&MatchBankLine { payment }), "bank_line_must_be_untouched");
}

#[test]
fn a_bounced_transfer_undoes_all_that_it_did_and_its_line_stays_known() {
    let mut story = story();
    charge(&mut story, month("2026-01", "60.00"));
    let recorded = transfer("T1", "100.00", "2026-01-01", to_account(1));
    let paid = payment(&mut story, &recorded);
    let mut story = story.on("2026-01-10");
    // A draw-down of a later day: nothing is undone before it was done.
    charge(&mut story, month("2026-02", "30.00"));
    let mut story = story.on("2026-01-12");
    assert_eq!(story.refused(&bounce(paid, "B1", "2025-12-31")), "bounce_must_follow_money");
    assert_eq!(story.refused(&bounce(paid, "B1", "2026-01-13")), "value_date_must_not_be_in_future");
    assert_eq!(story.refused(&bounce(paid, "T1", "2026-01-05")), "reference_must_be_unused");
    let events = story.when(&bounce(paid, "B1", "2026-01-05")).unwrap();
    let days: Vec<String> = events.iter().map(|event| event.effective_on.to_string()).collect();
    let events: Vec<_> = events.into_iter().map(|event| event.event).collect();
    assert_eq!(
        told(&events),
        [
            "undone 30.00 payment_reversed",
            "undone 60.00 payment_reversed",
            "receipt_reversed",
            "withdrawn 100.00",
            "unidentified 100.00",
            "bounced 100.00",
            "reference_claimed"
        ]
    );
    assert_eq!(days[5], "2026-01-10");
    assert_eq!(rests(&story, account(1)), ["0.00"]);
    assert_eq!(story.refused(&bounce(paid, "B2", "2026-01-05")), "payment_must_not_be_reversed");
    assert_eq!(story.refused(&recorded), "reference_must_be_unused", "the line was real");
}

#[test]
fn a_bounce_counts_in_the_first_open_month_and_cash_does_not_bounce() {
    let mut story = story();
    let waiting = line(&mut story, "1", "60.00", &[]);
    let mut story = story.on("2026-03-05");
    story.accepted(&close("2026-01"));
    let events = story.when(&bounce(waiting, "B1", "2026-01-20")).unwrap();
    assert_eq!(events[0].effective_on, day("2026-02-01"));
    let mut story = story_with_shift("0.00");
    let cash = payment(&mut story, &cash_payment("10.00"));
    assert_eq!(story.refused(&bounce(cash, "B1", "2026-01-01")), "bounced_money_must_be_of_bank");
}

#[test]
fn a_cheque_is_money_in_a_bank_account() {
    let cheque = |recorded: RecordPayment| RecordPayment { method: Some(PaymentMethod::Cheque), ..recorded };
    let mut story = story_with_shift("0.00");
    assert_eq!(story.refused(&cheque(cash_payment("10.00"))), "cheque_must_be_of_bank_account");
    let paid = payment(&mut story, &cheque(transfer("30905120", "10.00", "2026-01-01", Spending::default())));
    assert_eq!(story.draft().payment(paid).received().unwrap().method, Some(PaymentMethod::Cheque));
    story.accepted(&bounce(paid, "B1", "2026-01-01"));
}

#[test]
fn a_line_that_other_facts_have_is_set_aside_by_two_and_never_comes_again() {
    let mut story = story();
    charge(&mut story, month("2026-01", "60.00"));
    let payment = line(&mut story, "1", "60.00", &[1]);
    let aside = |authority| SetAsideBankLine {
        payment,
        known_as: KnownAs::ChannelSettlement,
        note: "settled by hand".parse().unwrap(),
        authority,
    };
    assert_eq!(story.refused(&aside(Authority::default())), "approval_must_be_given");
    let authority = approved(&mut story, &aside(Authority::default()));
    story.accepted(&MatchBankLine { payment });
    assert_eq!(story.refused(&aside(authority)), "bank_line_must_wait");
    let waiting = line(&mut story, "2", "70.00", &[]);
    let aside = |authority| SetAsideBankLine { payment: waiting, ..aside(authority) };
    let authority = approved(&mut story, &aside(Authority::default()));
    assert_eq!(told(&story.accepted(&aside(authority))), ["approval_used", "set aside 70.00"]);
    assert!(story.draft().payment(waiting).suspense().is_zero());
    assert_eq!(story.refused(&aside(authority)), "payment_must_not_be_reversed");
    let again = transfer("2", "70.00", "2026-01-01", Spending::default());
    assert_eq!(story.refused(&again), "reference_must_be_unused", "its reference stays taken");
    let mistake = TakeUpBankLine { payment: waiting, reason: "another line".parse().unwrap() };
    story.accepted(&mistake);
    assert_eq!(story.draft().payment(waiting).suspense(), money("70.00"));
    assert_eq!(story.refused(&mistake), "bank_line_must_be_set_aside");
    let mut story = story_with_shift("0.00");
    let cash = super::fixture::payment(&mut story, &cash_payment("10.00"));
    let aside = SetAsideBankLine { payment: cash, ..aside(limit("99.00")) };
    assert_eq!(story.refused(&aside), "bank_line_must_be_of_bank_account");
}
