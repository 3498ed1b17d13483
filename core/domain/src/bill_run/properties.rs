//! Properties of billing: month by month, every attached and priced day is charged exactly once, whatever changes.

use super::{BillScope, BillUnit, PreviewRun};
use crate::account::{AccountEvent, AccountState, ChargePosted};
use crate::calendar::{CivilDate, Month};
use crate::fee_item::{AmountPer, DueRule, MonthBasis, Price, TariffSet, Timing};
use crate::id::{AccountId, BillLineId, ChargeId, PartyId, TariffId};
use crate::money::{Money, RoundTo};
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{BUYER, DEVELOPER, ITEM, OWNER, UNIT, registered};
use crate::unit::{FeeItemAttached, UnitOwnerSet, UnitStatus, UnitStatusSet};
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
    per_cycle: bool,
}

fn version() -> impl Strategy<Value = Version> {
    (0_u32..700, 0_usize..6, any::<[bool; 3]>()).prop_map(|(from, cycle, [anniversary, arrears, per_cycle])| Version {
        from,
        cycle,
        anniversary,
        arrears,
        per_cycle,
    })
}

fn tariff(n: u128, version: &Version) -> TariffSet {
    let per = if version.per_cycle { AmountPer::Cycle } else { AmountPer::Month };
    TariffSet {
        tariff: TariffId(uuid(n)),
        from: day(version.from),
        price: Price::Fixed { amount: "100".parse().unwrap(), per },
        cycle_months: Count([1, 2, 3, 4, 6, 12][version.cycle]),
        basis: if version.anniversary { MonthBasis::Anniversary } else { MonthBasis::Calendar },
        timing: if version.arrears { Timing::Arrears } else { Timing::Advance },
        due: DueRule::DayOfMonth { day: Count(31) },
        round_to: RoundTo::Fen,
        approved: None,
        seen: Vec::new(),
    }
}

fn world(versions: &[Version], attached: u32, length: u32, owners: &[(u32, PartyId)]) -> Story {
    let until = Some(day(attached + length));
    let mut story = registered()
        .given(UNIT, UnitStatusSet { from: day(0), status: UnitStatus::Unsold })
        .given(UNIT, UnitStatusSet { from: day(200), status: UnitStatus::HandedOver })
        .given(UNIT, UnitOwnerSet { from: day(0), party: OWNER })
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
    ) {
        versions.sort_by_key(|version| version.from);
        let mut story = world(&versions, attached, length, &[(sold, BUYER), (resold, OWNER)]);
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
        // A month never costs more than a month, but for the fen of a cumulative rounding.
        prop_assert!(account.charges().all(|charge| charge.owed <= Money::from_fen(10_001)));
    }
}
