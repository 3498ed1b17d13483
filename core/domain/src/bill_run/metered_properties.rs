//! Properties of billing by meters: it does not matter how often a meter is read or billed, a day is charged once, and a
//! reading that was corrected comes to what the right one would have come to.

use super::metered_fixture::{bill, by, home_with, price};
use super::stories::tariff;
use crate::account::AccountState;
use crate::account::fixture::unexplained;
use crate::approval::fixture::limit;
use crate::calendar::CivilDate;
use crate::community::MeterCheckSet;
use crate::fee_item::{Price, PricedBy, TariffSet};
use crate::id::{AccountId, CommunityId};
use crate::meter::fixture::{METER, reading, registered_on};
use crate::meter::{CorrectReading, NewReading, RecordReadings};
use crate::money::{Money, RoundTo};
use crate::supplier_bill::Utility;
use crate::testing::Story;
use crate::unit::UnitOwnerSet;
use crate::unit::fixture::{BUYER, ITEM, UNIT};
use crate::value::{Count, Exact};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::sync::Arc;

/// How usage is priced.
#[derive(Debug, Clone, Copy)]
enum Kind {
    Tiers(PricedBy),
    Formula,
}

fn formula(text: &str) -> Price {
    Price::MeteredFormula { utility: Utility::Water, formula: text.parse().unwrap(), unit_price: None }
}

/// Days counted from 2026-01-01.
fn day(offset: u32) -> CivilDate {
    CivilDate::new(2026, 1, 1).unwrap().plus_days(offset)
}

/// A meter at 100 on 1 January 2026, a price, another price from a day on, an owner from another; nothing is held.
fn world(round_to: RoundTo, (priced, sold): (u32, u32), kind: Kind) -> Story {
    let (first, next) = match kind {
        Kind::Tiers(decides) => (
            by(decides, price(&[("30", "3.505"), ("60", "4.9055")], "8.0001")),
            by(decides, price(&[("50", "3.7")], "9.9999")),
        ),
        Kind::Formula => {
            (formula("5 + usage * 3.505 + max(usage - 20, 0) * area / 70"), formula("max(usage * 10 / 3, 30)"))
        }
    };
    let first = TariffSet { round_to, ..tariff(1, "2025-01-01", first) };
    let next = TariffSet { from: day(priced), round_to, ..tariff(2, "2026-01-01", next) };
    let check = MeterCheckSet { factor: "1000".parse().unwrap(), readings: Count(24), daily_limit: None };
    let story = home_with(first).on("2028-12-31").given(ITEM, next);
    let community = CommunityId(story.ledger_id().uuid());
    let mut story = story.given(community, check).given(UNIT, UnitOwnerSet { from: day(sold), party: BUYER });
    story.accepted(&registered_on("2026-01-01", "100"));
    story
}

fn value(thousandths: i64) -> Exact {
    Exact::new(Decimal::new(100_000 + thousandths, 3)).unwrap()
}

fn read(story: &mut Story, on: CivilDate, thousandths: i64) {
    let new = NewReading { on, value: value(thousandths), ..reading("2026-01-02", "0") };
    story.accepted(&RecordReadings { readings: vec![new] });
}

fn account(story: &Story) -> Arc<AccountState> {
    story.draft().account(AccountId::of_unit(UNIT))
}

/// What is charged in all, by obligor of the first days first.
fn sum(story: &Story) -> Money {
    account(story).charges().filter(|charge| !charge.reversed).map(|charge| charge.owed).sum()
}

/// Bills the months of three years, some of them at once.
fn bill_all(story: &mut Story) {
    for year in 2026..2029 {
        let asked = bill(&format!("{year}-01"), &format!("{year}-12"));
        while story.when(&asked).is_ok() {}
    }
}

/// Readings that follow each other: days after the one before, and what was used.
fn readings() -> impl Strategy<Value = Vec<(u32, i64)>> {
    prop::collection::vec((1_u32..90, 0_i64..40_000), 1..10)
}

/// The running days and totals of readings.
fn running(readings: &[(u32, i64)]) -> Vec<(u32, i64)> {
    let add = |at: &mut (u32, i64), (days, used): &(u32, i64)| {
        *at = (at.0 + days, at.1 + used);
        Some(*at)
    };
    readings.iter().scan((0, 0), add).collect()
}

fn rounding(n: usize) -> RoundTo {
    [RoundTo::Fen, RoundTo::Jiao, RoundTo::Yuan][n]
}

fn decides() -> impl Strategy<Value = PricedBy> {
    prop::sample::select(PricedBy::ALL)
}

fn kinds() -> impl Strategy<Value = Kind> {
    prop_oneof![decides().prop_map(Kind::Tiers), Just(Kind::Formula)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Readings in between that say what was used evenly, billed one by one, come to what one reading comes to; within a
    /// tier year, over new prices and a sale too.
    #[test]
    fn splitting_a_usage_over_readings_charges_the_same(
        steps in prop::collection::vec(1_u32..60, 1..6),
        a_day in 0_i64..900,
        (priced, sold) in (1_u32..400, 1_u32..400),
        to in 0_usize..3,
    ) {
        let world = || world(rounding(to), (priced, sold), Kind::Tiers(PricedBy::UsageDays));
        let (mut often, mut once) = (world(), world());
        let mut at = 0;
        for days in &steps {
            at += days;
            read(&mut often, day(at), i64::from(at) * a_day);
            let month = day(at).month().to_string();
            prop_assert!(often.when(&bill(&month, &month)).is_ok());
        }
        read(&mut once, day(at), i64::from(at) * a_day);
        bill_all(&mut once);
        prop_assert_eq!(sum(&often), sum(&once));
        prop_assert_eq!(unexplained(&often, AccountId::of_unit(UNIT)), Vec::<String>::new());
    }

    /// Whatever readings in between say, billed one by one or together: inside one price and one tier year, a sale or none, they
    /// come to what one reading comes to, whichever day decides.
    #[test]
    fn inside_a_price_and_a_year_it_does_not_matter_how_often_a_meter_is_read(
        steps in prop::collection::vec((1_u32..50, 0_i64..30_000), 1..7),
        sold in 1_u32..400,
        (to, decides) in (0_usize..3, decides()),
    ) {
        let world = || world(rounding(to), (1_000, sold), Kind::Tiers(decides));
        let (mut often, mut once) = (world(), world());
        let all = running(&steps);
        for (at, used) in &all {
            read(&mut often, day(*at), *used);
            let month = day(*at).month().to_string();
            prop_assert!(often.when(&bill(&month, &month)).is_ok());
        }
        if let Some((at, used)) = all.last() {
            read(&mut once, day(*at), *used);
        }
        bill_all(&mut once);
        prop_assert_eq!(sum(&often), sum(&once));
        prop_assert_eq!(unexplained(&often, AccountId::of_unit(UNIT)), Vec::<String>::new());
    }

    /// What the parties of a reading pay by a formula is what it says of the whole: as much as without a sale.
    #[test]
    fn a_sale_shares_what_a_formula_says_and_changes_no_sum(
        readings in readings(),
        (priced, sold) in (1_u32..900, 1_u32..900),
        to in 0_usize..3,
    ) {
        let world = |sold| world(rounding(to), (priced, sold), Kind::Formula);
        let (mut shared, mut whole) = (world(sold), world(5_000));
        for (at, used) in running(&readings) {
            read(&mut shared, day(at), used);
            read(&mut whole, day(at), used);
        }
        bill_all(&mut shared);
        bill_all(&mut whole);
        prop_assert_eq!(sum(&shared), sum(&whole));
        prop_assert_eq!(unexplained(&shared, AccountId::of_unit(UNIT)), Vec::<String>::new());
    }

    /// However readings fall and whatever is billed when: live charges never overlap, and all days up to the last reading
    /// are charged in the end, for exactly what was used.
    #[test]
    fn every_day_between_readings_is_charged_once(
        readings in readings(),
        billed in prop::collection::vec(any::<bool>(), 10),
        (priced, sold) in (1_u32..900, 1_u32..900),
        kind in kinds(),
    ) {
        let mut story = world(RoundTo::Fen, (priced, sold), kind);
        let running = running(&readings);
        for ((at, used), bills) in running.iter().zip(&billed) {
            read(&mut story, day(*at), *used);
            if *bills {
                let month = day(*at).month().to_string();
                prop_assert!(story.when(&bill(&month, &month)).is_ok());
            }
        }
        bill_all(&mut story);
        let state = account(&story);
        let mut days: Vec<_> = state.charges().map(|charge| charge.service).collect();
        days.sort_by_key(|days| days.from());
        prop_assert!(days.windows(2).all(|pair| pair[0].until() == pair[1].from()), "{days:?}");
        prop_assert_eq!(days.first().map(|days| days.from()), Some(day(0)));
        prop_assert_eq!(days.last().map(|days| days.until()), running.last().map(|(at, _)| day(*at)));
        let usage = |charge: &crate::account::Charge| -> Decimal {
            charge.metered.iter().flat_map(|metered| &metered.parts).map(|part| part.usage.decimal()).sum()
        };
        let used: Decimal = state.charges().map(|charge| usage(charge)).sum();
        prop_assert_eq!(used, Decimal::new(running.last().map_or(0, |(_, used)| *used), 3));
    }

    /// A reading that was billed wrong and corrected, upwards or downwards and again, comes to what the right one comes to.
    #[test]
    fn a_corrected_reading_comes_to_what_the_right_one_does(
        readings in readings(),
        which in 0_usize..10,
        wrongs in prop::collection::vec(0_i64..40_000, 1..4),
        (priced, sold) in (1_u32..900, 1_u32..900),
        kind in kinds(),
    ) {
        let running = running(&readings);
        let which = which % running.len();
        let bounds = |at: usize| {
            let before = at.checked_sub(1).map_or(0, |before| running[before].1);
            (before, running.get(at + 1).map_or(before + 80_000, |next| next.1))
        };
        let (low, high) = bounds(which);
        let wrong = |n: i64| low + n * (high - low) / 40_000;
        let mut story = world(RoundTo::Fen, (priced, sold), kind);
        for (n, (at, used)) in running.iter().enumerate() {
            read(&mut story, day(*at), if n == which { wrong(wrongs[0]) } else { *used });
        }
        bill_all(&mut story);
        let reading = story.draft().meter(METER).points()[which + 1].reading;
        let right = running[which].1;
        for to in wrongs.iter().skip(1).map(|n| wrong(*n)).chain([right]) {
            let correct = CorrectReading {
                meter: METER,
                reading,
                value: value(to),
                rolled_over: false,
                reason: "misread".parse().unwrap(),
                authority: limit("1000000.00"),
            };
            match story.when(&correct) {
                Ok(_) => {}
                Err(refusal) => prop_assert_eq!(refusal.code, "reading_must_change"),
            }
        }
        let mut straight = world(RoundTo::Fen, (priced, sold), kind);
        for (at, used) in &running {
            read(&mut straight, day(*at), *used);
        }
        bill_all(&mut straight);
        prop_assert_eq!(sum(&story), sum(&straight));
    }
}
