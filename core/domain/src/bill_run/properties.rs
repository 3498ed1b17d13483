//! Properties of billing: month by month, every attached and priced day is charged exactly once, whatever changes.

use super::{BillScope, BillUnit, PreviewRun};
use crate::account::fixture::unexplained;
use crate::account::{AccountEvent, AccountState, ChargePosted};
use crate::calendar::{CivilDate, Month};
use crate::fee_item::{AmountPer, AreaKind, DueRule, FloorStep, MonthBasis, Price, TariffSet, Timing};
use crate::id::{AccountId, BillLineId, ChargeId, PartyId, TariffId};
use crate::money::{Money, RoundTo};
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{BUYER, DEVELOPER, ITEM, OWNER, UNIT, registered};
use crate::unit::{
    FeeItemAttached, UnitAreaSet, UnitAttributeSet, UnitOwnerSet, UnitPriceSet, UnitStatus, UnitStatusSet,
};
use crate::value::Count;
use proptest::prelude::*;
use uuid::Uuid;

/// Days counted from 2025-01-01.
fn day(offset: u32) -> CivilDate {
    CivilDate::new(2025, 1, 1).unwrap().plus_days(offset)
}

#[derive(Debug, Clone)]
struct Version {
    from: u32,
    cycle: usize,
    anniversary: bool,
    arrears: bool,
    kind: usize,
    round_to: usize,
}

fn version() -> impl Strategy<Value = Version> {
    (0_u32..700, 0_usize..6, any::<[bool; 2]>(), 0_usize..8, 0_usize..3).prop_map(
        |(from, cycle, [anniversary, arrears], kind, round_to)| Version {
            from,
            cycle,
            anniversary,
            arrears,
            kind,
            round_to,
        },
    )
}

/// One of every kind; none is more than 100.00 a month.
fn price(kind: usize) -> Price {
    let exact = |text: &str| text.parse().unwrap();
    let area = AreaKind::Building;
    let step = |from_floor, price| FloorStep { from_floor: exact(from_floor), price: exact(price) };
    match kind {
        0 => Price::Fixed { amount: exact("100"), per: AmountPer::Month },
        1 => Price::Fixed { amount: exact("100"), per: AmountPer::Cycle },
        2 => Price::PerArea { area, unit_price: exact("1.0371") },
        3 => Price::Coefficient { area, unit_price: exact("0.7919") },
        4 => Price::PerHousehold { amount: exact("33.333") },
        5 => Price::FloorSteps { area: Some(area), steps: vec![step("1", "1"), step("10", "1.037")] },
        6 => Price::FloorSteps { area: None, steps: vec![step("1", "1"), step("10", "77.777")] },
        _ => Price::Formula {
            formula: "area / 3 * unit_price + if floor > 6 { coefficient } else { 0 }".parse().unwrap(),
            unit_price: Some(exact("2.71")),
        },
    }
}

fn tariff(n: u128, version: &Version) -> TariffSet {
    TariffSet {
        tariff: TariffId(uuid(n)),
        from: day(version.from),
        price: price(version.kind),
        cycle_months: Count([1, 2, 3, 4, 6, 12][version.cycle]),
        basis: if version.anniversary { MonthBasis::Anniversary } else { MonthBasis::Calendar },
        timing: if version.arrears { Timing::Arrears } else { Timing::Advance },
        due: DueRule::DayOfMonth { day: Count(31) },
        round_to: [RoundTo::Fen, RoundTo::Jiao, RoundTo::Yuan][version.round_to],
        approved: None,
        seen: Vec::new(),
    }
}

/// The unit has a price of its own for some days, and grows a little.
fn world(
    versions: &[Version],
    (attached, length): (u32, u32),
    owners: &[(u32, PartyId)],
    (own, grown): (&Version, u32),
) -> Story {
    let area = |from, sqm: &str| UnitAreaSet {
        from: day(from),
        building_area_sqm: sqm.parse().unwrap(),
        inner_area_sqm: None,
    };
    let attribute = |name: &str, value: &str| UnitAttributeSet {
        name: name.parse().unwrap(),
        from: day(0),
        value: value.parse().ok(),
    };
    let priced = |from, price| UnitPriceSet {
        fee_item: ITEM,
        from: day(from),
        price,
        reason: "协议价".parse().unwrap(),
        approved: None,
        seen: Vec::new(),
    };
    let until = Some(day(attached + length));
    let mut story = registered()
        .given(UNIT, UnitStatusSet { from: day(0), status: UnitStatus::Unsold })
        .given(UNIT, UnitStatusSet { from: day(200), status: UnitStatus::HandedOver })
        .given(UNIT, UnitOwnerSet { from: day(0), party: OWNER })
        .given(UNIT, area(0, "89.76"))
        .given(UNIT, area(grown, "90.01"))
        .given(UNIT, attribute("coefficient", "1.125"))
        .given(UNIT, attribute("household_count", "3"))
        .given(UNIT, priced(own.from, Some(price(own.kind))))
        .given(UNIT, priced(own.from + 40, None))
        .given(UNIT, FeeItemAttached { fee_item: ITEM, from: day(attached), until });
    for (from, party) in owners {
        story = story.given(UNIT, UnitOwnerSet { from: day(*from), party: *party });
    }
    for (version, n) in versions.iter().zip(1..) {
        story = story.given(ITEM, tariff(n, version));
    }
    story
}

fn bill(story: &mut Story, from: Month, to: Month) -> Result<Vec<ChargePosted>, String> {
    let scope = BillScope::Months { from, to, fee_items: Vec::new() };
    match story.when(&BillUnit { unit: UNIT, scope }) {
        Ok(events) => Ok(events.into_iter().filter_map(|new| nameless(new.event)).collect()),
        Err(refusal) if refusal.code == "nothing_to_bill" => Ok(Vec::new()),
        Err(refusal) => Err(format!("{refusal:?}")),
    }
}

/// A charge without the ids that each command mints anew.
fn nameless(event: Event) -> Option<ChargePosted> {
    let Event::Account(AccountEvent::ChargePosted(posted)) = event else { return None };
    Some(ChargePosted { charge: ChargeId(Uuid::nil()), bill_line: BillLineId(Uuid::nil()), ..posted })
}

fn preview(story: &Story, month: Month) -> Vec<ChargePosted> {
    let run = PreviewRun { month, fee_items: Vec::new() };
    let preview = run.of_unit(&mut story.draft(), UNIT).unwrap();
    let change = preview.change();
    assert_eq!(change.amount, preview.charges.iter().fold(Money::ZERO, |sum, charge| sum.fold(charge.amount)));
    preview.charges.into_iter().filter_map(|charge| nameless(AccountEvent::ChargePosted(charge).into())).collect()
}

/// Each charged day with who owes it and under which tariff, in order; a day charged twice stands twice.
fn charged_days(account: &AccountState) -> Vec<(CivilDate, PartyId)> {
    let mut days: Vec<(CivilDate, PartyId)> = account
        .charges()
        .flat_map(|charge| {
            let first = charge.service.from();
            let each = std::iter::successors(Some(first), |day| Some(day.plus_days(1)));
            each.take_while(|day| charge.service.contains(*day)).map(|day| (day, charge.booking.obligor))
        })
        .collect();
    days.sort_unstable();
    days
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn every_day_is_charged_once_to_the_one_who_owes_it(
        mut versions in prop::collection::vec(version(), 1..4),
        attached in 0_u32..500,
        length in 1_u32..600,
        sold in 0_u32..900,
        resold in 0_u32..900,
        by_quarter in any::<bool>(),
        (own, grown) in (version(), 1_u32..900),
    ) {
        versions.sort_by_key(|version| version.from);
        let mut story = world(&versions, (attached, length), &[(sold, BUYER), (resold, OWNER)], (&own, grown));
        let mut month = day(0).month();
        for _ in 0..48 {
            let last = if by_quarter { month.next().next() } else { month };
            let shown = preview(&story, month);
            let posted = bill(&mut story, month, last);
            prop_assert!(by_quarter && posted.is_ok() || posted == Ok(shown), "what is previewed is what is posted");
            month = last.next();
        }
        let account = story.draft().account(AccountId::of_unit(UNIT));
        let charged = charged_days(&account);
        let priced_from = versions.first().map_or(0, |version| version.from).max(attached);
        let unit = story.draft().unit(UNIT);
        let expected: Vec<_> = (priced_from..attached + length)
            .filter_map(|offset| Some((day(offset), unit.obligor_on(day(offset))?)))
            .collect();
        prop_assert_eq!(charged, expected);
        prop_assert!(account.charges().all(|charge| charge.booking.obligor != DEVELOPER || charge.service.from() < day(200)));
        // A month never costs more than a month, but for the rounding of its line to a yuan.
        prop_assert!(account.charges().all(|charge| charge.owed <= Money::from_fen(10_051)));
        prop_assert_eq!(unexplained(&story, AccountId::of_unit(UNIT)), Vec::<String>::new());
    }
}
