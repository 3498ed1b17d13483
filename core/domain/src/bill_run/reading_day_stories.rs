//! Stories of usage that is priced by the day of its reading: which price, which year, which tiers, and what stays by days.

use super::metered_fixture::*;
use super::stories::{charges, day, tariff};
use crate::account::fixture::{explained, unexplained};
use crate::approval::Authority;
use crate::approval::fixture::limit;
use crate::fee_item::{Price, PricedBy, TariffSet};
use crate::id::AccountId;
use crate::meter::CorrectReading;
use crate::meter::fixture::{METER, exact, read, registered_on};
use crate::testing::Story;
use crate::unit::fixture::{BUYER, ITEM, UNIT};
use crate::unit::{SetUnitPrice, UnitOwnerSet};

fn reading_day(price: Price) -> Price {
    by(PricedBy::ReadingDay, price)
}

/// The meter shows 100 on 1 January 2026; 3.5 up to 180, then 5; 4 and 6 from a day on.
fn home(next: &str) -> Story {
    let first = tariff(1, "2025-01-01", reading_day(price(&[("180", "3.5")], "5")));
    let next = TariffSet { from: day(next), ..tariff(2, next, reading_day(price(&[("180", "4")], "6"))) };
    let mut story = home_with(first).given(ITEM, next).on("2027-12-31");
    story.accepted(&registered_on("2026-01-01", "100"));
    story
}

#[test]
fn all_usage_of_a_reading_has_the_price_and_the_tier_year_of_its_day() {
    let mut story = home("2027-01-06");
    story.accepted(&read("2026-12-22", "270"));
    story.accepted(&read("2027-01-11", "310"));
    story.accepted(&read("2027-03-01", "470"));
    assert_eq!(
        rows(&mut story, "2027-01"),
        [
            "2026-01-01 2026-12-22 owner 2026-12: 0 + 170 = 595.00",
            // 20 days before the new price, 10 of them in the old year: all 40 × 4, in the new year.
            "2026-12-22 2027-01-11 owner 2027-01: 0 + 40 = 160.00"
        ]
    );
    // 140 × 4 + 20 × 6
    assert_eq!(rows(&mut story, "2027-03"), ["2027-01-11 2027-03-01 owner 2027-03: 40 + 160 = 680.00"]);
    assert!(unexplained(&story, AccountId::of_unit(UNIT)).is_empty());
}

#[test]
fn a_reading_of_new_year_s_day_is_of_the_new_year() {
    let mut story = home("2027-01-01");
    story.accepted(&read("2026-12-31", "280"));
    story.accepted(&read("2027-01-01", "281"));
    assert_eq!(rows(&mut story, "2026-12"), ["2026-01-01 2026-12-31 owner 2026-12: 0 + 180 = 630.00"]);
    assert_eq!(rows(&mut story, "2027-01"), ["2026-12-31 2027-01-01 owner 2027-01: 0 + 1 = 4.00"]);
}

#[test]
fn what_was_used_before_the_opening_reading_counts_in_its_year_alone() {
    for (reads, expected) in [
        ("2026-12-31", "2026-12-01 2026-12-31 owner 2026-12: 175 + 10 = 42.50"),
        ("2027-01-31", "2026-12-01 2027-01-31 owner 2027-01: 0 + 10 = 40.00"),
    ] {
        let first = tariff(1, "2025-01-01", reading_day(price(&[("180", "3.5")], "5")));
        let next = tariff(2, "2027-01-01", reading_day(metered("4")));
        let mut story = home_with(first).given(ITEM, next).on("2027-12-31");
        let mut opened = registered_on("2026-12-01", "100");
        opened.opening.used_this_year = Some(exact("175"));
        story.accepted(&opened);
        story.accepted(&read(reads, "110"));
        assert_eq!(rows(&mut story, &reads[..7]), [expected]);
    }
}

#[test]
fn a_sale_cuts_by_days_at_the_price_of_the_reading() {
    let mut story = home("2026-01-21").given(UNIT, UnitOwnerSet { from: day("2026-01-11"), party: BUYER });
    story.accepted(&read("2026-01-31", "400"));
    assert_eq!(
        rows(&mut story, "2026-01"),
        [
            "2026-01-01 2026-01-11 owner 2026-01: 0 + 100 = 400.00",
            // The tiers go on: 80 × 4 + 120 × 6.
            "2026-01-11 2026-01-31 buyer 2026-01: 100 + 200 = 1040.00"
        ]
    );
    assert!(unexplained(&story, AccountId::of_unit(UNIT)).is_empty());
}

#[test]
fn a_day_without_a_price_is_that_of_the_reading() {
    let mut story = home_with(tariff(1, "2026-01-11", reading_day(metered("3"))));
    story.accepted(&registered_on("2026-01-01", "100"));
    story.accepted(&read("2026-01-10", "109"));
    story.accepted(&read("2026-01-31", "130"));
    assert_eq!(skipped(&story, "2026-01"), ["2026-01-01 2026-01-10 tariff_missing"]);
    assert_eq!(rows(&mut story, "2026-01"), ["2026-01-10 2026-01-31 owner 2026-01: 9 + 21 = 63.00"]);
}

#[test]
fn a_correction_moves_usage_between_years_at_the_prices_of_both_readings() {
    let mut story = home("2027-01-06");
    story.accepted(&read("2026-12-22", "290"));
    story.accepted(&read("2027-01-11", "310"));
    assert_eq!(
        rows(&mut story, "2027-01"),
        [
            "2026-01-01 2026-12-22 owner 2026-12: 0 + 190 = 680.00",
            "2026-12-22 2027-01-11 owner 2027-01: 0 + 20 = 80.00"
        ]
    );
    let correct = CorrectReading {
        meter: METER,
        reading: story.draft().meter(METER).points()[1].reading,
        value: exact("280"),
        rolled_over: false,
        reason: "misread".parse().unwrap(),
        authority: limit("50.00"),
    };
    assert_eq!(amounts(&story.accepted(&correct)), ["reduced 50.00", "charged 40.00"]);
}

#[test]
fn a_price_of_the_unit_s_own_holds_on_the_day_of_the_reading_and_keeps_what_decides() {
    let mut story = home("2027-01-01");
    let own = |price| SetUnitPrice {
        unit: UNIT,
        fee_item: ITEM,
        from: day("2026-01-21"),
        price: Some(price),
        reason: "协议价".parse().unwrap(),
        authority: Authority::default(),
    };
    assert_eq!(story.refused(&own(metered("2"))), "priced_by_must_stay");
    story.accepted(&own(reading_day(metered("2"))));
    story.accepted(&read("2026-01-31", "130"));
    assert_eq!(rows(&mut story, "2026-01"), ["2026-01-01 2026-01-31 owner 2026-01: 0 + 30 = 60.00"]);
}

#[test]
fn the_charge_says_which_day_decided() {
    let mut story = home("2027-01-01");
    story.accepted(&read("2026-01-31", "130"));
    let posted = charges(&mut story, &bill("2026-01", "2026-01"));
    assert_eq!(posted[0].metered.as_ref().map(|metered| metered.priced_by), Some(PricedBy::ReadingDay));
    let text = explained(&story, AccountId::of_unit(UNIT), posted[0].charge).text;
    assert!(text.contains("按约定以抄表日2026年1月31日的标准计费，用量计入该日所在年度。"), "{text}");
}
