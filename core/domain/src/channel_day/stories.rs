//! A day from its bill to its signature; and a bill with a thousand planted differences, each of which is found.

use super::{
    BillLine, ChannelDayEvent, ClearRest, DifferenceKind, DifferenceStanding, ExplainDifference, Matching, Ours,
    ReconcileChannelDay, Reconciled, RecordLump, SignOffChannelDay, Way,
};
use crate::account::fixture::{day, money};
use crate::approval::fixture::staff;
use crate::book::Purse;
use crate::channel_account::{ChannelAccountOpened, ChannelKind};
use crate::id::{ChannelAccountId, ChannelDayId, ChannelDifferenceId, LedgerId};
use crate::ledger::LedgerKind;
use crate::money::Money;
use crate::payment::fixture::{bank, fund_bank};
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::value::Digest;
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

const CHANNEL: u128 = 0x1007;

fn channel() -> ChannelAccountId {
    ChannelAccountId(uuid(CHANNEL))
}

fn of_day() -> ChannelDayId {
    ChannelDayId::of_day(channel(), day("2026-01-01"))
}

/// A company whose only channel account is online, on the day after the bill's.
fn story() -> Story {
    let opened = ChannelAccountOpened {
        kind: ChannelKind::Online,
        purse: Purse::Company,
        label: "微信".parse().unwrap(),
        merchant: None,
    };
    Story::new().in_ledger(LedgerKind::Company).given(channel(), opened).on("2026-01-02")
}

fn community(n: u128) -> LedgerId {
    LedgerId(uuid(0x2000 + n))
}

fn line(way: Way, nth: u32, fen: i64) -> BillLine {
    let amount = Money::from_fen(fen);
    let (reference, number) = (format!("42{nth:08}"), format!("N{nth:08}"));
    BillLine { way, reference, number, amount, fee: Decimal::new(fen, 4), stands: true }
}

fn ours(n: u128, fen: i64) -> Ours {
    Ours { community: community(n), amount: Money::from_fen(fen), stands: true, of_this_day: true }
}

/// Ten payments of two communities, one of which the log has with another amount.
fn bill(wrong: bool) -> Reconciled {
    let mut matching = Matching::default();
    for nth in 0_u32..10 {
        let fen = if wrong && nth == 3 { 1_001 } else { 1_000 };
        matching.expect(Way::Payment, format!("42{nth:08}"), ours(u128::from(nth % 2), fen));
    }
    for nth in 0..10 {
        matching.take(line(Way::Payment, nth, 1_000)).unwrap();
    }
    matching.finish().unwrap()
}

fn reconcile(reconciled: Reconciled) -> ReconcileChannelDay {
    let (bill, seen) = (Digest([1; 32]), BTreeMap::new());
    ReconcileChannelDay { channel_account: channel(), day: day("2026-01-01"), bill, reconciled, seen }
}

fn found(events: &[Event]) -> Vec<ChannelDifferenceId> {
    let of = |event: &Event| match event {
        Event::ChannelDay(ChannelDayEvent::ChannelDifferenceFound(e)) => Some(e.difference),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

#[test]
fn a_day_is_signed_off_when_every_difference_is_gone_or_explained() {
    let mut story = story();
    let sign = SignOffChannelDay { channel_day: of_day() };
    assert_eq!(story.refused(&sign), "channel_day_must_exist");
    let difference = found(&story.accepted(&reconcile(bill(true))))[0];
    assert_eq!(story.refused(&reconcile(bill(true))), "command_must_change_something");
    assert_eq!(story.refused(&sign), "differences_must_be_explained");
    let split = story.draft().channel_day(of_day()).split(Some(community(1))).unwrap().clone();
    assert_eq!((split.paid, split.fee), (money("50.00"), money("0.50")));
    let explain = |difference| {
        let note = "手工更正".parse().unwrap();
        ExplainDifference { channel_day: of_day(), difference, note }
    };
    assert_eq!(story.refused(&explain(ChannelDifferenceId(uuid(1)))), "difference_must_exist");
    story.accepted(&explain(difference));
    assert_eq!(story.refused(&explain(difference)), "difference_must_be_open");
    // The same difference stays explained; without it, it is gone.
    assert_eq!(story.refused(&reconcile(bill(true))), "command_must_change_something");
    story.accepted(&reconcile(bill(false)));
    assert_eq!(story.draft().channel_day(of_day()).difference(difference), Some(DifferenceStanding::Gone));
    story.accepted(&sign);
    assert_eq!(story.refused(&sign), "channel_day_must_be_open");
    assert_eq!(story.refused(&reconcile(bill(true))), "channel_day_must_be_open");
}

/// Eleven payments, the last of nobody that is known; signed off.
fn signed_off() -> Story {
    let mut story = story();
    let mut matching = Matching::default();
    for nth in 0_u32..11 {
        if nth < 10 {
            matching.expect(Way::Payment, format!("42{nth:08}"), ours(u128::from(nth % 2), 1_000));
        }
        matching.take(line(Way::Payment, nth, 1_000)).unwrap();
    }
    let difference = found(&story.accepted(&reconcile(matching.finish().unwrap())))[0];
    let lump = lump("108.90");
    assert_eq!(story.refused(&lump), "lump_must_follow_sign_off");
    story.accepted(&ExplainDifference { channel_day: of_day(), difference, note: "小卖部".parse().unwrap() });
    story.accepted(&SignOffChannelDay { channel_day: of_day() });
    story
}

fn lump(amount: &str) -> RecordLump {
    RecordLump { channel_day: of_day(), bank: bank(), amount: money(amount), value_on: day("2026-01-02") }
}

fn posted(story: &Story) -> Vec<String> {
    let events = story.events_of(of_day());
    let lines = events.last().unwrap().postings.clone().unwrap_or_default();
    lines.iter().map(|line| format!("{} {}", line.book.as_str(), line.amount)).collect()
}

#[test]
fn a_lump_is_split_by_its_trades_and_the_rest_waits_for_another_person() {
    let mut story = signed_off();
    assert_eq!(story.refused(&RecordLump { bank: fund_bank(), ..lump("108.90") }), "lump_must_go_to_bank");
    for value_on in ["2025-12-31", "2026-01-03"] {
        let wrong = RecordLump { value_on: day(value_on), ..lump("108.90") };
        assert_eq!(story.refused(&wrong), "lump_must_follow_its_day");
    }
    let clear = ClearRest { channel_day: of_day(), value_on: day("2026-01-02"), note: "小卖部".parse().unwrap() };
    assert_eq!(story.refused(&clear), "rest_must_wait");
    story.accepted(&lump("108.90"));
    assert_eq!(story.refused(&lump("108.90")), "lump_must_be_once");
    let parts: Vec<String> =
        story.draft().channel_day(of_day()).lump().unwrap().0.parts.iter().map(|part| part.net.to_string()).collect();
    assert_eq!(parts, ["49.50", "49.50"], "less what the provider keeps");
    assert_eq!(posted(&story), ["bank 9.90", "suspense -9.90"]);
    assert_eq!(story.refused(&clear), "rest_must_be_cleared_by_another");
    let mut story = story.by(staff(2));
    let early = ClearRest { value_on: day("2026-01-01"), ..clear.clone() };
    assert_eq!(story.refused(&early), "lump_must_follow_its_day");
    story.accepted(&clear);
    assert_eq!(posted(&story), ["bank -9.90", "suspense 9.90"]);
    assert_eq!(story.refused(&clear), "rest_must_wait");
    let mut all_known = signed_off();
    all_known.accepted(&lump("99.00"));
    assert!(posted(&all_known).is_empty());
}

#[test]
fn only_a_day_that_is_over_and_only_of_an_online_account() {
    let mut story = story();
    let early = ReconcileChannelDay { day: day("2026-01-02"), ..reconcile(bill(false)) };
    assert_eq!(story.refused(&early), "channel_day_must_be_over");
    let other = ReconcileChannelDay { channel_account: ChannelAccountId(uuid(9)), ..reconcile(bill(false)) };
    assert_eq!(story.refused(&other), "channel_day_must_be_online");
    let mut matching = Matching::default();
    for nth in 0..2_001 {
        matching.take(line(Way::Payment, nth, 100)).unwrap();
    }
    assert_eq!(story.refused(&reconcile(matching.finish().unwrap())), "differences_must_be_few");
}

#[test]
fn what_a_provider_took_back_and_we_never_had_is_no_difference() {
    let mut matching = Matching::default();
    matching.expect(Way::Payment, "4200000001".to_owned(), Ours { stands: false, ..ours(1, 100) });
    matching.expect(Way::Refund, "5030000002".to_owned(), ours(1, 70));
    matching.take(BillLine { stands: false, ..line(Way::Payment, 0, 100) }).unwrap();
    matching.take(line(Way::Payment, 1, 100)).unwrap();
    // A refund of the console, which a person recorded under the provider's number.
    matching.take(BillLine { reference: "5030000002".to_owned(), ..line(Way::Refund, 2, 70) }).unwrap();
    let reconciled = matching.finish().unwrap();
    assert_eq!((reconciled.lines, reconciled.matched), (3, 2));
    let kinds: Vec<_> = reconciled.differences.iter().map(|difference| difference.kind).collect();
    assert_eq!(kinds, [DifferenceKind::StatusDiffers], "we reversed what the provider still has");
    assert_eq!(reconciled.totals().0, money("1.00"), "what was taken back is no money");
}

/// What is done to a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Planted {
    Nothing,
    NotInLog,
    NotInBill,
    OtherAmount,
    Reversed,
    Twice,
}

fn planted() -> impl Strategy<Value = Vec<(bool, Planted, i64)>> {
    let one = prop_oneof![
        10 => Just(Planted::Nothing), 1 => Just(Planted::NotInLog), 1 => Just(Planted::NotInBill),
        1 => Just(Planted::OtherAmount), 1 => Just(Planted::Reversed), 1 => Just(Planted::Twice),
    ];
    proptest::collection::vec((any::<bool>(), one, 1_i64..1_000_000), 0..3_000)
}

/// Plants what the lines say and matches; every planted difference is found, and nothing else.
fn only_what_is_planted_is_found(lines: &[(bool, Planted, i64)]) -> usize {
    let mut matching = Matching::default();
    let mut expected = BTreeSet::new();
    let (mut paid, mut bill) = (0, Vec::new());
    for (nth, (is_refund, plant, fen)) in (0_u32..).zip(lines) {
        let way = if *is_refund { Way::Refund } else { Way::Payment };
        let line = line(way, nth, *fen);
        let key = if *is_refund { line.number.clone() } else { line.reference.clone() };
        let of = |payment| if *is_refund { DifferenceKind::RefundDiffers } else { payment };
        let mut mine = ours(u128::from(nth % 3), *fen);
        let kind = match plant {
            Planted::Nothing => None,
            Planted::NotInLog => Some(of(DifferenceKind::LocalMissing)),
            Planted::NotInBill => Some(of(DifferenceKind::ChannelMissing)),
            Planted::OtherAmount => {
                mine.amount = Money::from_fen(fen + 1);
                Some(of(DifferenceKind::AmountDiffers))
            }
            Planted::Reversed => {
                mine.stands = false;
                Some(DifferenceKind::StatusDiffers)
            }
            Planted::Twice => Some(of(DifferenceKind::LocalMissing)),
        };
        expected.extend(kind.map(|kind| (key.clone(), kind.as_str())));
        if *plant != Planted::NotInLog {
            matching.expect(way, key, mine);
        }
        if *plant != Planted::NotInBill {
            let times = if *plant == Planted::Twice { 2_u32 } else { 1 };
            (0..times).for_each(|_| bill.push(line.clone()));
            paid += if *is_refund { 0 } else { fen * i64::from(times) };
        }
    }
    // A bill is in no order.
    bill.reverse();
    let count = bill.len();
    bill.into_iter().try_for_each(|line| matching.take(line)).unwrap();
    let reconciled = matching.finish().unwrap();
    let said: BTreeSet<_> = reconciled.differences.iter().map(|d| (d.reference.clone(), d.kind.as_str())).collect();
    assert_eq!(reconciled.differences.len(), said.len());
    assert_eq!(said, expected);
    assert_eq!(usize::try_from(reconciled.lines).unwrap(), count);
    assert_eq!(reconciled.totals().0, Money::from_fen(paid));
    reconciled.differences.len()
}

#[test]
fn a_thousand_planted_differences_are_found_among_ten_thousand_lines() {
    let kinds = [Planted::NotInLog, Planted::NotInBill, Planted::OtherAmount, Planted::Reversed, Planted::Twice];
    let plant = |n: usize| if n.is_multiple_of(10) { kinds[n / 10 % kinds.len()] } else { Planted::Nothing };
    let lines: Vec<_> = (0..10_000).map(|n| (n % 7 == 3 && n % 10 != 0, plant(n), 1_200)).collect();
    assert_eq!(only_what_is_planted_is_found(&lines), 1_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn each_planted_difference_is_found_and_nothing_else(lines in planted()) {
        only_what_is_planted_is_found(&lines);
    }
}
