//! Orders from end to end: frozen, paid once, never lost.

use super::{
    ClosePaymentOrder, CreatePaymentOrder, OrderEnd, OrderMethod, OrderSpent, Orders, PaymentOrderEvent,
    RecordOrderPayment,
};
use crate::account::ReverseCharge;
use crate::account::fixture::{account, charge, charge_on, day, item, money, month, of_fund, owned, told};
use crate::account::{AccountEvent, ChargeSpec};
use crate::approval::fixture::limit;
use crate::book::{Fund, Purse};
use crate::channel_account::ChannelKind;
use crate::id::{ChargeId, CommunityId, PaymentOrderId};
use crate::payment::fixture::{bank, channel, pays, rests, to_account, transfer};
use crate::payment::{Channel, MatchBankLine, RecordBankLine, Spending, UndoBankMatch};
use crate::stream::Event;
use crate::testing::{Story, uuid};

fn story() -> Story {
    owned(crate::payment::fixture::story())
}

fn online() -> Channel {
    channel(7, ChannelKind::Online, Purse::Company)
}

fn order(n: u128) -> PaymentOrderId {
    PaymentOrderId(uuid(0x0_0de0 + n))
}

fn orders(n: u128, charges: &[ChargeId]) -> Orders {
    Orders { account: account(n), charges: charges.to_vec(), credit: None }
}

/// An order of noon that lives for half an hour.
fn create(story: &Story, n: u128, accounts: Vec<Orders>) -> CreatePaymentOrder {
    let at = story.draft().context.now + chrono::Duration::minutes(30);
    CreatePaymentOrder {
        order: order(n),
        method: OrderMethod::WechatNative,
        channel: online(),
        accounts,
        expires_at: at.into(),
        payer: None,
    }
}

fn paid(n: u128, reference: &str, amount: &str, on: &str) -> RecordOrderPayment {
    RecordOrderPayment {
        order: order(n),
        channel: online(),
        reference: reference.parse().unwrap(),
        amount: money(amount),
        value_on: day(on),
    }
}

fn spent(events: &[Event]) -> Option<OrderSpent> {
    let of = |event: &Event| match event {
        Event::PaymentOrder(PaymentOrderEvent::PaymentOrderPaid(e)) => Some(e.spent),
        _ => None,
    };
    events.iter().find_map(of)
}

fn lots_on(events: &[Event]) -> Vec<String> {
    let of = |event: &Event| match event {
        Event::Account(AccountEvent::CreditReceived(e)) => Some(e.value_on.to_string()),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

#[test]
fn what_is_asked_is_frozen_and_paid_as_it_was_over_midnight() {
    let policy = crate::account::late_fee_stories::policy();
    let mut story = story();
    let community = CommunityId(story.ledger_id().uuid());
    story = story.given(community, policy);
    let january = charge(&mut story, month("2026-01", "100.00"));
    let other = charge_on(&mut story, account(2), month("2026-01", "50.00"));
    let mut story = story.on("2026-02-10");
    let asked = create(&story, 1, vec![orders(1, &[january]), orders(2, &[other])]);
    story.accepted(&asked);
    let created = story.draft().payment_order(order(1)).created().unwrap().clone();
    // Nine days at one per mille of 100.00 and of 50.00.
    assert_eq!(created.amount, money("151.35"));
    let mut story = story.on("2026-02-11");
    let events = story.accepted(&paid(1, "4200000001", "151.35", "2026-02-11"));
    assert_eq!(spent(&events), Some(OrderSpent::AsOrdered));
    assert_eq!(lots_on(&events), ["2026-02-10", "2026-02-10"]);
    assert_eq!((rests(&story, account(1)), rests(&story, account(2))), (vec!["0.00".into()], vec!["0.00".into()]));
    let state = story.draft().account(account(1));
    let policies = story.draft().community(community);
    let fees = state.late_fees(policies.late_fees(), day("2026-03-31")).unwrap();
    assert!(fees.values().all(|fee| fee.open.is_zero()), "the day of the order is the day of the money");
}

#[test]
fn money_that_is_told_twice_is_recorded_once() {
    let mut story = story();
    let charged = charge(&mut story, month("2026-01", "100.00"));
    let asked = create(&story, 1, vec![orders(1, &[charged])]);
    story.accepted(&asked);
    story.accepted(&paid(1, "T1", "100.00", "2026-01-01"));
    assert_eq!(story.refused(&paid(1, "T1", "100.00", "2026-01-01")), "reference_must_be_unused");
    let again = story.accepted(&paid(1, "T2", "100.00", "2026-01-01"));
    assert_eq!(spent(&again), Some(OrderSpent::Again));
    assert_eq!(rests(&story, account(1)), ["0.00", "100.00"]);
    assert_eq!(story.refused(&paid(9, "T3", "1.00", "2026-01-01")), "payment_order_must_exist");
}

#[test]
fn a_charge_is_asked_for_by_one_live_order() {
    let mut story = story();
    let charged = charge(&mut story, month("2026-01", "100.00"));
    let first = create(&story, 1, vec![orders(1, &[charged])]);
    story.accepted(&first);
    assert_eq!(story.refused(&first), "payment_order_must_be_new");
    let second = create(&story, 2, vec![orders(1, &[charged])]);
    assert_eq!(story.refused(&second), "charge_must_not_be_ordered");
    let close = ClosePaymentOrder { order: order(1), reason: OrderEnd::Cancelled };
    story.accepted(&close);
    assert_eq!(story.refused(&close), "payment_order_must_be_live");
    story.accepted(&second);
    // The first is paid after all: it pays the charge, and what comes for the second is credit.
    let late = story.accepted(&paid(1, "T1", "100.00", "2026-01-01"));
    assert_eq!(spent(&late), Some(OrderSpent::Late));
    let next = story.accepted(&paid(2, "T2", "100.00", "2026-01-01"));
    assert_eq!(
        (spent(&next), rests(&story, account(1))),
        (Some(OrderSpent::AsOrdered), vec!["0.00".into(), "100.00".into()])
    );
}

#[test]
fn what_was_paid_at_the_counter_meanwhile_is_credit() {
    let mut story = story();
    let charged = charge(&mut story, month("2026-01", "100.00"));
    let asked = create(&story, 1, vec![orders(1, &[charged])]);
    story.accepted(&asked);
    story.accepted(&transfer("B1", "100.00", "2026-01-01", to_account(1)));
    let events = story.accepted(&paid(1, "T1", "100.00", "2026-01-01"));
    assert_eq!(spent(&events), Some(OrderSpent::AsOrdered));
    assert_eq!(rests(&story, account(1)), ["0.00", "100.00"]);
}

#[test]
fn a_charge_that_was_reversed_meanwhile_leaves_credit() {
    let mut story = story();
    let charged = charge(&mut story, month("2026-01", "100.00"));
    let asked = create(&story, 1, vec![orders(1, &[charged])]);
    story.accepted(&asked);
    let reverse = ReverseCharge {
        account: account(1),
        charge: charged,
        reason: "wrong unit".parse().unwrap(),
        authority: limit("100.00"),
    };
    story.accepted(&reverse);
    story.accepted(&paid(1, "T1", "100.00", "2026-01-01"));
    assert_eq!(rests(&story, account(1)), ["100.00"]);
}

#[test]
fn money_that_differs_waits_in_suspense() {
    let mut story = story();
    let charged = charge(&mut story, month("2026-01", "100.00"));
    let asked = create(&story, 1, vec![orders(1, &[charged])]);
    story.accepted(&asked);
    let events = story.accepted(&paid(1, "T1", "99.99", "2026-01-01"));
    assert_eq!(spent(&events), Some(OrderSpent::Differing));
    assert_eq!(told(&events)[..2], ["received 99.99", "reference_claimed"]);
    assert!(rests(&story, account(1)).is_empty());
    // The charge is free again: another order may ask for it.
    let next = create(&story, 2, vec![orders(1, &[charged])]);
    story.accepted(&next);
}

#[test]
fn money_for_an_account_without_anybody_waits_in_suspense() {
    let mut story = crate::payment::fixture::story();
    let charged = charge(&mut story, month("2026-01", "100.00"));
    let asked = create(&story, 1, vec![orders(1, &[charged])]);
    story.accepted(&asked);
    story.accepted(&transfer(
        "B1",
        "100.00",
        "2026-01-01",
        Spending { pays: vec![pays(1, &[charged])], ..Spending::default() },
    ));
    let events = story.accepted(&paid(1, "T1", "100.00", "2026-01-01"));
    assert_eq!(
        told(&events),
        ["received 100.00", "reference_claimed", "payment_order_paid", "ordered_charges_released"]
    );
}

#[test]
fn purses_are_never_mixed() {
    let mut story = story();
    let fee = charge(&mut story, month("2026-01", "1.00"));
    let fund = charge(&mut story, of_fund(Fund::MaintenanceFund, item(5), month("2026-01", "80.00")));
    let asked = create(&story, 1, vec![orders(1, &[fee, fund])]);
    assert_eq!(story.refused(&asked), "purses_must_not_mix");
    let own = channel(8, ChannelKind::Online, Purse::OwnersIncome);
    let prepaid = Orders { credit: Some(money("1.00")), ..orders(1, &[]) };
    let prepaid = CreatePaymentOrder { channel: own, accounts: vec![prepaid], ..asked.clone() };
    assert_eq!(story.refused(&prepaid), "purses_must_not_mix", "owners' income has no credit");
    let of_fund = channel(9, ChannelKind::Online, Purse::MaintenanceFund);
    let demand = CreatePaymentOrder { channel: of_fund.clone(), accounts: vec![orders(1, &[fund])], ..asked };
    story.accepted(&demand);
    story.accepted(&RecordOrderPayment { channel: of_fund, ..paid(1, "T1", "80.00", "2026-01-01") });
    assert_eq!(rests(&story, account(1)), ["0.00"]);
}

#[test]
fn what_cannot_be_asked_is_refused_by_name() {
    let mut story = story();
    let charged = charge(&mut story, month("2026-01", "100.00"));
    let free = charge(&mut story, ChargeSpec { ..month("2026-02", "0.00") });
    let good = create(&story, 1, vec![orders(1, &[charged])]);
    let with = |accounts: Vec<Orders>| CreatePaymentOrder { accounts, ..good.clone() };
    assert_eq!(story.refused(&CreatePaymentOrder { channel: bank(), ..good.clone() }), "order_must_be_online");
    for minutes in [0, 121] {
        let at = story.draft().context.now + chrono::Duration::minutes(minutes);
        let short = CreatePaymentOrder { expires_at: at.into(), ..good.clone() };
        assert_eq!(story.refused(&short), "order_must_expire_soon");
    }
    assert_eq!(story.refused(&with(Vec::new())), "order_must_reach_an_account");
    assert_eq!(story.refused(&with(vec![orders(1, &[])])), "order_must_reach_an_account");
    assert_eq!(story.refused(&with(vec![orders(1, &[charged; 51])])), "ordered_charges_must_be_few");
    assert_eq!(story.refused(&with(vec![orders(1, &[charged, charged])])), "charge_must_be_named_once");
    assert_eq!(story.refused(&with(vec![orders(1, &[charged]), orders(1, &[charged])])), "account_must_be_named_once");
    assert_eq!(story.refused(&with(vec![orders(3, &[charged])])), "account_must_exist");
    assert_eq!(story.refused(&with(vec![orders(2, &[charged])])), "charge_must_exist");
    assert_eq!(story.refused(&with(vec![orders(1, &[free])])), "ordered_charge_must_be_open");
    let credit = |amount: &str| Orders { credit: Some(money(amount)), ..orders(1, &[]) };
    assert_eq!(story.refused(&with(vec![credit("0.00")])), "amount_must_be_positive");
    assert_eq!(story.refused(&with(vec![credit("1000000.01")])), "order_must_be_within_limit");
    story.accepted(&with(vec![credit("1000000.00")]));
}

#[test]
fn a_bank_line_that_names_an_order_pays_it_once_even_after_its_time() {
    let mut story = story();
    let january = charge(&mut story, month("2026-01", "100.00"));
    let create = create(&story, 1, vec![orders(1, &[january])]);
    story.accepted(&create);
    let line = |story: &mut Story, reference: &str, amount: &str, named: &[u128]| {
        let line = RecordBankLine {
            channel: bank(),
            reference: reference.parse().unwrap(),
            amount: money(amount),
            booked_on: day("2026-01-01"),
            payer: None,
            payer_account: None,
            remark: None,
            named_units: Vec::new(),
            named_orders: named.iter().map(|n| order(*n)).collect(),
        };
        let events = story.when(&line).unwrap();
        MatchBankLine { payment: events[0].stream.id.into() }
    };
    let less = line(&mut story, "1", "99.99", &[1]);
    assert_eq!(story.refused(&less), "amount_must_equal_open_total");
    let unknown = line(&mut story, "2", "100.00", &[9]);
    assert_eq!(story.refused(&unknown), "payment_order_must_exist");
    let both = line(&mut story, "3", "100.00", &[1, 9]);
    assert_eq!(story.refused(&both), "bank_line_must_name_one_unit", "nothing is chosen between two orders");
    story.accepted(&ClosePaymentOrder { order: order(1), reason: OrderEnd::Expired });
    let late = line(&mut story, "4", "100.00", &[1]);
    let events = story.accepted(&late);
    assert_eq!(spent(&events), Some(OrderSpent::Late));
    assert!(story.draft().account(account(1)).charge(january).unwrap().open().is_zero());
    let again = line(&mut story, "5", "100.00", &[1]);
    assert_eq!(story.refused(&again), "payment_order_must_be_live");

    let february = charge(&mut story, month("2026-02", "50.00"));
    let create = self::create(&story, 2, vec![orders(1, &[february])]);
    story.accepted(&create);
    let live = line(&mut story, "6", "50.00", &[2]);
    assert_eq!(spent(&story.accepted(&live)), Some(OrderSpent::AsOrdered));
    let undo = UndoBankMatch { payment: live.payment, reason: "not his".parse().unwrap(), authority: limit("50.00") };
    story.accepted(&undo);
    assert_eq!(story.draft().account(account(1)).charge(february).unwrap().open(), money("50.00"));
    assert_eq!(story.refused(&live), "bank_line_must_be_untouched");
}
