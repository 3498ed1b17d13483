//! Stories of discounts: what a unit pays less, in what order, and what becomes of what is charged already.

use super::stories::{bill, charges, day, home, per_area, tariff};
use crate::account::fixture::{explained, unexplained};
use crate::account::{AccountEvent, ChargePosted, DiscountKind, DiscountTerms, ReverseCharge};
use crate::approval::Authority;
use crate::approval::fixture::{approved, limit};
use crate::calendar::DateRange;
use crate::community::GoLive;
use crate::fee_item::{Price, TariffSet};
use crate::id::{AccountId, DiscountId};
use crate::money::Money;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{BUYER, ITEM, UNIT};
use crate::unit::{ChargedDays, DiscountGranted, EndDiscount, GrantDiscount, PaidAhead, Transfer, TransferUnit};
use crate::value::Count;
use proptest::prelude::*;

fn part(off: &str) -> DiscountTerms {
    DiscountTerms::Percentage { off: off.parse().unwrap() }
}

fn yuan(per_month: &str) -> DiscountTerms {
    DiscountTerms::Amount { per_month: per_month.parse().unwrap() }
}

fn grant(kind: DiscountKind, terms: DiscountTerms, from: &str, until: &str) -> GrantDiscount {
    GrantDiscount {
        unit: UNIT,
        fee_item: ITEM,
        kind,
        terms,
        days: DateRange::new(day(from), day(until)).unwrap(),
        charged: None,
        reason: "低保家庭".parse().unwrap(),
        authority: Authority::default(),
    }
}

fn granted(events: &[Event]) -> DiscountId {
    let id = |event: &Event| match event {
        Event::Unit(crate::unit::UnitEvent::DiscountGranted(granted)) => Some(granted.discount),
        _ => None,
    };
    events.iter().find_map(id).unwrap()
}

fn billed() -> Story {
    home().given(ITEM, tariff(1, "2025-01-01", per_area("2")))
}

/// `from gross - kind amount … = net`
fn told(charge: &ChargePosted) -> String {
    let lines = charge.discounts.iter().map(|line| format!(" - {} {}", line.kind, line.amount)).collect::<String>();
    format!("{} {}{lines} = {}", charge.service.from(), charge.gross, charge.amount)
}

fn rows(story: &mut Story, from: &str, to: &str) -> Vec<String> {
    charges(story, &bill(from, to)).iter().map(told).collect()
}

#[test]
fn lines_stand_in_one_order_whichever_was_granted_first() {
    let wishes = [
        grant(DiscountKind::Concession, yuan("10.00"), "2026-01-01", "2026-03-01"),
        grant(DiscountKind::Hardship, part("0.1"), "2026-01-01", "2026-02-01"),
        grant(DiscountKind::Staff, part("0.25"), "2026-01-01", "2026-03-01"),
    ];
    let expected = ["2026-01-01 200.00 - staff 50.00 - hardship 15.00 - concession 10.00 = 125.00"];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut story = billed();
        for wish in order {
            story.accepted(&wishes[wish]);
        }
        assert_eq!(rows(&mut story, "2026-01", "2026-01"), expected);
        assert_eq!(
            rows(&mut story, "2026-02", "2026-03"),
            ["2026-02-01 200.00 - staff 50.00 - concession 10.00 = 140.00", "2026-03-01 200.00 = 200.00"]
        );
        assert_eq!(unexplained(&story, AccountId::of_unit(UNIT)), [""; 0]);
    }
}

#[test]
fn a_discount_never_takes_more_than_there_is() {
    let mut story = billed();
    story.accepted(&grant(DiscountKind::Staff, DiscountTerms::Free, "2026-01-01", "2026-02-01"));
    story.accepted(&grant(DiscountKind::Concession, yuan("500.00"), "2026-01-01", "2026-02-16"));
    assert_eq!(
        rows(&mut story, "2026-01", "2026-02"),
        [
            "2026-01-01 200.00 - staff 200.00 - concession 0.00 = 0.00",
            "2026-02-01 107.14 - concession 107.14 = 0.00",
            "2026-02-16 92.86 = 92.86"
        ]
    );
    assert_eq!(unexplained(&story, AccountId::of_unit(UNIT)), [""; 0]);
}

#[test]
fn a_quarter_says_what_its_month_gets_of_the_whole() {
    let quarter = TariffSet { cycle_months: Count(3), ..tariff(1, "2025-01-01", per_area("2.3334")) };
    let mut story = home().given(ITEM, quarter);
    story.accepted(&grant(DiscountKind::Hardship, part("0.3"), "2026-01-01", "2027-01-01"));
    let posted = charges(&mut story, &bill("2026-01", "2026-01"));
    assert_eq!(
        posted.iter().map(told).collect::<Vec<_>>(),
        [
            "2026-01-01 233.34 - hardship 70.00 = 163.34",
            "2026-02-01 233.34 - hardship 70.01 = 163.33",
            "2026-03-01 233.34 - hardship 70.00 = 163.34"
        ]
    );
    let text = explained(&story, AccountId::of_unit(UNIT), posted[1].charge).text;
    let said = "原价 233.34 元，困难优惠 30%，合计减 210.01 元，按月累计分摊，本笔减 70.01 元，应收 163.33 元。";
    assert!(text.contains(said), "{text}");
    assert_eq!(unexplained(&story, AccountId::of_unit(UNIT)), [""; 0]);
}

#[test]
fn days_that_are_charged_are_decided_and_reduced_on_request() {
    let mut story = billed();
    let charged = charges(&mut story, &bill("2026-01", "2026-02"));
    let wish = grant(DiscountKind::Hardship, part("0.3"), "2026-01-01", "2026-07-01");
    assert_eq!(story.refused(&wish), "charged_days_must_be_decided");
    let mut kept = billed();
    charges(&mut kept, &bill("2026-01", "2026-02"));
    assert_eq!(kept.accepted(&GrantDiscount { charged: Some(ChargedDays::Kept), ..wish.clone() }).len(), 1);
    assert_eq!(rows(&mut kept, "2026-03", "2026-03"), ["2026-03-01 200.00 - hardship 60.00 = 140.00"]);

    let wish = GrantDiscount { charged: Some(ChargedDays::Reduced), ..wish };
    let authority = approved(&mut story, &wish);
    let events = story.accepted(&GrantDiscount { authority, ..wish });
    let reduced: Vec<String> = events
        .iter()
        .filter_map(|event| match event {
            Event::Account(AccountEvent::ChargeReduced(reduced)) => Some(reduced.amount.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(reduced, ["60.00", "60.00"]);
    let end = |on: &str| EndDiscount {
        unit: UNIT,
        discount: granted(&events),
        on: day(on),
        reason: "收入恢复".parse().unwrap(),
    };
    assert_eq!(story.refused(&end("2026-02-28")), "discounted_days_must_not_be_charged");
    // What is billed again has the discount as its line.
    let reverse = ReverseCharge {
        account: AccountId::of_unit(UNIT),
        charge: charged[1].charge,
        reason: "重新出账".parse().unwrap(),
        authority: limit("1000.00"),
    };
    story.accepted(&reverse);
    assert_eq!(rows(&mut story, "2026-02", "2026-02"), ["2026-02-01 200.00 - hardship 60.00 = 140.00"]);
    story.accepted(&end("2026-03-01"));
    assert_eq!(rows(&mut story, "2026-03", "2026-03"), ["2026-03-01 200.00 = 200.00"]);
    assert_eq!(story.refused(&end("2026-03-01")), "discount_must_hold_then");
    assert_eq!(
        story.refused(&EndDiscount { discount: DiscountId(uuid(9)), ..end("2026-03-01") }),
        "discount_must_exist"
    );
    assert_eq!(unexplained(&story, AccountId::of_unit(UNIT)), [""; 0]);
}

#[test]
fn once_live_another_must_approve_as_much_as_it_is_worth() {
    let mut story = billed();
    story.accepted(&GoLive { go_live_on: day("2026-01-01") });
    let wish = grant(DiscountKind::Hardship, part("0.3"), "2026-01-01", "2027-01-01");
    assert_eq!(story.refused(&wish), "approval_must_be_given");
    let alone = GrantDiscount { authority: limit("1000000.00"), ..wish.clone() };
    assert_eq!(story.refused(&alone), "approval_must_be_given", "nobody grants alone");
    let authority = approved(&mut story, &wish);
    let asked = story.draft().approval(authority.approval.unwrap());
    assert_eq!(asked.request().unwrap().asked.amount, "720.00".parse().ok());
    story.accepted(&GrantDiscount { authority, ..wish });
    let charge = charges(&mut story, &bill("2026-01", "2026-01")).remove(0);
    assert_eq!(charge.discounts.first().unwrap().approval, authority.approval);
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let mut story = billed();
    let wish = |terms, until: &str| grant(DiscountKind::Staff, terms, "2026-01-01", until);
    for (terms, until) in [(part("1"), "2026-02-01"), (part("0.12345"), "2026-02-01"), (part("-0.1"), "2026-02-01")] {
        assert_eq!(story.refused(&wish(terms, until)), "discount_must_be_in_range");
    }
    assert_eq!(story.refused(&wish(yuan("0.00"), "2026-02-01")), "discount_must_be_in_range");
    assert_eq!(story.refused(&wish(part("0.1"), "2036-01-02")), "discount_must_be_in_range");
    story.accepted(&wish(part("0.1"), "2026-02-01"));
    let again = grant(DiscountKind::Staff, part("0.1"), "2026-01-31", "2026-03-01");
    assert_eq!(story.refused(&again), "discount_must_not_overlap");
    let mut shared = billed().given(ITEM, tariff(2, "2026-01-01", Price::Shared));
    assert_eq!(shared.refused(&wish(part("0.1"), "2026-02-01")), "discount_must_be_by_time");
}

#[test]
fn a_transfer_keeps_the_discounts_of_the_days() {
    let mut story = billed();
    story.accepted(&grant(DiscountKind::Hardship, part("0.3"), "2026-01-01", "2026-07-01"));
    charges(&mut story, &bill("2026-01", "2026-01"));
    let transfer =
        Transfer { unit: UNIT, from: day("2026-01-11"), party: BUYER, status: None, paid_ahead: PaidAhead::Kept };
    let reason = "过户".parse().unwrap();
    let events = story.accepted(&TransferUnit { transfer, credit: Vec::new(), reason, authority: limit("9999.00") });
    let posted = events.iter().filter_map(|event| match event {
        Event::Account(AccountEvent::ChargePosted(charge)) => Some(told(charge)),
        _ => None,
    });
    assert_eq!(
        posted.collect::<Vec<_>>(),
        ["2026-01-01 64.52 - hardship 19.35 = 45.17", "2026-01-11 135.48 - hardship 40.65 = 94.83"]
    );
    assert_eq!(unexplained(&story, AccountId::of_unit(UNIT)), [""; 0]);
}

fn terms() -> impl Strategy<Value = DiscountTerms> {
    prop_oneof![
        Just(DiscountTerms::Free),
        (1_i64..10_000).prop_map(|part| DiscountTerms::Percentage {
            off: crate::value::Exact::new(rust_decimal::Decimal::new(part, 4)).unwrap()
        }),
        (1_i64..30_000).prop_map(|fen| DiscountTerms::Amount { per_month: Money::from_fen(fen) }),
    ]
}

fn given(story: Story, n: u128, kind: DiscountKind, terms: DiscountTerms, days: (u32, u32)) -> Story {
    let of = |offset: u32| day("2026-01-01").plus_days(offset);
    let days = DateRange::new(of(days.0), of(days.1)).unwrap();
    let (discount, reason) = (DiscountId(uuid(n)), "优惠".parse().unwrap());
    story.given(
        UNIT,
        DiscountGranted {
            discount,
            fee_item: ITEM,
            kind,
            terms,
            days,
            vacancy: None,
            offer: None,
            reason,
            approved: None,
            seen: vec![],
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn net_and_discounts_are_gross_and_a_cut_in_two_changes_nothing(
        (first, second) in (terms(), terms()),
        (from, length, cut) in (0_u32..200, 2_u32..300, 1_u32..299),
        (overlap, cycle) in (0_u32..300, 0_usize..6),
        unit_price in 1_i64..40_000,
    ) {
        let cycle_months = Count([1, 2, 3, 4, 6, 12][cycle]);
        let price = rust_decimal::Decimal::new(unit_price, 4).normalize().to_string();
        let until = from + length;
        let world = || {
            let tariff = TariffSet { cycle_months, ..tariff(1, "2025-01-01", per_area(&price)) };
            given(home().given(ITEM, tariff), 1, DiscountKind::Staff, second, (overlap, overlap + 60))
        };
        let mut whole = given(world(), 2, DiscountKind::Hardship, first, (from, until));
        let at = from + 1 + cut % (length - 1).max(1);
        let parts = given(world(), 3, DiscountKind::Hardship, first, (at.min(until - 1), until));
        let mut parts = given(parts, 4, DiscountKind::Hardship, first, (from, at.min(until - 1)));
        let one = charges(&mut whole, &bill("2026-01", "2026-12"));
        let two = charges(&mut parts, &bill("2026-01", "2026-12"));
        prop_assert_eq!(one.iter().map(told).collect::<Vec<_>>(), two.iter().map(told).collect::<Vec<_>>());
        for charge in &one {
            let off = charge.discounts.iter().fold(Money::ZERO, |sum, line| sum.fold(line.amount));
            prop_assert_eq!(charge.amount.fold(off), charge.gross);
            prop_assert!(!charge.amount.is_negative() && charge.discounts.iter().all(|line| !line.amount.is_negative()));
            // The months of a line together get the whole less what is taken off it.
            let line: Vec<&ChargePosted> = one.iter().filter(|other| other.bill_line == charge.bill_line).collect();
            let net = line.iter().fold(Money::ZERO, |sum, month| sum.fold(month.amount));
            let wholes = charge.discounts.iter().filter_map(|discount| discount.whole);
            let expected = wholes.fold(charge.whole.unwrap(), |left, off| left.fold(off.negated()));
            prop_assert_eq!(net, expected);
        }
        prop_assert_eq!(unexplained(&whole, AccountId::of_unit(UNIT)), Vec::<String>::new());
    }
}
