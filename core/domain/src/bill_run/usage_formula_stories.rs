//! Stories of usage that a formula prices: what it names, how a sale shares it, what it cannot say, and corrections.

use super::metered_fixture::*;
use super::stories::{charges, day};
use crate::account::fixture::{explained, unexplained};
use crate::approval::Authority;
use crate::approval::fixture::limit;
use crate::fee_item::{DueRule, MonthBasis, Price, SetTariff, Timing};
use crate::id::AccountId;
use crate::meter::CorrectReading;
use crate::meter::fixture::{METER, exact, read, registered_on};
use crate::money::RoundTo;
use crate::supplier_bill::Utility;
use crate::testing::Story;
use crate::unit::fixture::{BUYER, ITEM, UNIT};
use crate::unit::{SetUnitPrice, UnitAreaSet, UnitOwnerSet};
use crate::value::Count;

fn formula(formula: &str, unit_price: Option<&str>) -> Price {
    let unit_price = unit_price.map(exact);
    Price::MeteredFormula { utility: Utility::Water, formula: formula.parse().unwrap(), unit_price }
}

/// The meter shows 100 on 1 January 2026; 100 square metres.
fn home(text: &str, unit_price: Option<&str>) -> Story {
    let mut story = priced(formula(text, unit_price));
    story.accepted(&registered_on("2026-01-01", "100"));
    story
}

fn set(price: Price) -> SetTariff {
    SetTariff {
        fee_item: ITEM,
        from: day("2026-06-01"),
        price,
        cycle_months: Count(1),
        basis: MonthBasis::Calendar,
        timing: Timing::Arrears,
        due: DueRule::DaysAfter { days: Count(15) },
        round_to: RoundTo::Fen,
        units: vec![UNIT],
        authority: Authority::default(),
    }
}

fn correct(story: &Story, at: usize, value: &str) -> CorrectReading {
    CorrectReading {
        meter: METER,
        reading: story.draft().meter(METER).points()[at].reading,
        value: exact(value),
        rolled_over: false,
        reason: "misread".parse().unwrap(),
        authority: limit("100000.00"),
    }
}

#[test]
fn a_formula_says_what_a_reading_comes_to_with_the_values_of_its_day() {
    // Heat: 2.1 of each square metre, and 0.5 of each unit counted; the area is another one on the day of the reading.
    let bigger = UnitAreaSet { from: day("2026-01-20"), building_area_sqm: exact("110"), inner_area_sqm: None };
    let mut story = home("area * 2.1 + usage * unit_price", Some("0.5")).given(UNIT, bigger);
    story.accepted(&read("2026-01-31", "130"));
    // 231 + 15
    assert_eq!(rows(&mut story, "2026-01"), ["2026-01-01 2026-01-31 owner 2026-01: 0 + 30 = 246.00"]);
    story.accepted(&read("2026-02-28", "130"));
    assert_eq!(rows(&mut story, "2026-02"), ["2026-01-31 2026-02-28 owner 2026-02: 30 + 0 = 231.00"]);
    assert!(unexplained(&story, AccountId::of_unit(UNIT)).is_empty());
}

#[test]
fn the_charge_explains_the_formula() {
    let mut story = home("min(usage, 10) * unit_price + max(usage - 10, 0) * 2", Some("3"))
        .given(UNIT, UnitOwnerSet { from: day("2026-01-11"), party: BUYER });
    story.accepted(&read("2026-01-31", "130"));
    let posted = charges(&mut story, &bill("2026-01", "2026-01"));
    let text = |n: usize| explained(&story, AccountId::of_unit(UNIT), posted[n].charge).text;
    let (first, next) = (text(0), text(1));
    let said = "用量 10：按公式 min(usage, 10) * unit_price + max(usage - 10, 0) * 2（单价 3），用量 10 得 30 元。";
    assert!(first.contains(said), "{first}");
    assert!(next.contains("用量 30 得 70 元，减去此前用量 10 的 30 元。"), "{next}");
}

#[test]
fn a_sale_shares_what_the_formula_says_of_the_whole_reading() {
    let mut story = home("10 + usage * 3", None).given(UNIT, UnitOwnerSet { from: day("2026-01-11"), party: BUYER });
    story.accepted(&read("2026-01-31", "130"));
    // 10 + 30, and 100 less that.
    assert_eq!(
        rows(&mut story, "2026-01"),
        ["2026-01-01 2026-01-11 owner 2026-01: 0 + 10 = 40.00", "2026-01-11 2026-01-31 buyer 2026-01: 10 + 20 = 60.00"]
    );
}

#[test]
fn what_it_says_no_amount_of_is_skipped_whole_and_costs_the_next_reading_nothing() {
    let mut story = home("100 / (usage - 10)", None);
    story.accepted(&read("2026-01-31", "110"));
    assert_eq!(skipped(&story, "2026-01"), ["2026-01-01 2026-01-31 formula_invalid"]);
    story.accepted(&read("2026-02-28", "115"));
    assert_eq!(skipped(&story, "2026-02"), ["2026-01-31 2026-02-28 formula_invalid"], "below zero");
    story.accepted(&read("2026-03-31", "135"));
    assert_eq!(rows(&mut story, "2026-03"), ["2026-02-28 2026-03-31 owner 2026-03: 15 + 20 = 10.00"]);
    // Part of it would be more than the whole.
    let mut sold =
        home("max(100 - usage, 0)", None).given(UNIT, UnitOwnerSet { from: day("2026-01-11"), party: BUYER });
    sold.accepted(&read("2026-01-31", "130"));
    assert_eq!(
        skipped(&sold, "2026-01"),
        ["2026-01-01 2026-01-11 formula_invalid", "2026-01-11 2026-01-31 formula_invalid"]
    );
    let mut unknown = home("usage * coefficient", None);
    unknown.accepted(&read("2026-01-31", "130"));
    assert_eq!(skipped(&unknown, "2026-01"), ["2026-01-01 2026-01-31 formula_invalid"]);
}

#[test]
fn a_fen_is_not_lost_between_two_readings() {
    let mut story = home("usage * unit_price / 3", Some("10.01"));
    story.accepted(&read("2026-01-31", "101"));
    story.accepted(&read("2026-02-28", "102"));
    story.accepted(&read("2026-03-31", "103"));
    let amounts: Vec<String> =
        rows(&mut story, "2026-03").iter().filter_map(|row| row.split(" = ").nth(1).map(str::to_owned)).collect();
    assert_eq!(amounts, ["3.34", "3.33", "3.34"], "10.01 in all");
}

#[test]
fn a_corrected_reading_is_computed_by_the_formula_that_billed() {
    let mut story = home("if usage > 50 { usage * 4 } else { usage * 2 }", None);
    story.accepted(&read("2026-01-31", "160"));
    assert_eq!(rows(&mut story, "2026-01"), ["2026-01-01 2026-01-31 owner 2026-01: 0 + 60 = 240.00"]);
    let down = correct(&story, 1, "140");
    assert_eq!(amounts(&story.accepted(&down)), ["reduced 160.00"]);
    let up = correct(&story, 1, "170");
    assert_eq!(amounts(&story.accepted(&up)), ["charged 200.00"]);
    assert!(unexplained(&story, AccountId::of_unit(UNIT)).is_empty());
}

#[test]
fn a_correction_to_what_the_formula_says_no_amount_of_is_refused() {
    let mut story = home("100 / (usage - 10)", None);
    story.accepted(&read("2026-01-31", "135"));
    assert_eq!(rows(&mut story, "2026-01"), ["2026-01-01 2026-01-31 owner 2026-01: 0 + 35 = 4.00"]);
    let none = correct(&story, 1, "110");
    assert_eq!(story.refused(&none), "amount_must_be_in_range");
}

#[test]
fn it_must_name_usage_and_no_formula_over_time_may() {
    let mut story = home("usage", None);
    for (wrong, code) in [
        (formula("area * 2", None), "formula_must_name_usage"),
        (formula("usage * unit_price", None), "formula_must_name_known"),
        (formula("usage * persons", None), "formula_must_name_known"),
        (formula("usage *", None), "formula_must_be_readable"),
        (formula("usage * unit_price", Some("-1")), "price_must_be_in_range"),
        (Price::Formula { formula: "usage".parse().unwrap(), unit_price: None }, "formula_must_name_known"),
        (metered("2"), "priced_by_must_stay"),
        // No coefficient is known; nothing divides by 0; 1,000 is below zero.
        (formula("usage * coefficient", None), "formula_must_fit_units"),
        (formula("1 / usage", None), "formula_must_fit_units"),
        (formula("999 - usage", None), "formula_must_fit_units"),
    ] {
        assert_eq!(story.refused(&set(wrong.clone())), code, "{wrong:?}");
    }
    story.accepted(&set(formula("usage * unit_price", Some("2"))));
    // What has no meter of the kind is not looked at.
    priced(formula("usage", None)).accepted(&set(formula("usage * coefficient", None)));
}

#[test]
fn a_unit_has_a_formula_of_its_own() {
    let mut story = home("usage * 2", None);
    let own = SetUnitPrice {
        unit: UNIT,
        fee_item: ITEM,
        from: day("2026-01-15"),
        price: Some(formula("usage * unit_price", Some("3"))),
        reason: "协议价".parse().unwrap(),
        authority: Authority::default(),
    };
    story.accepted(&own);
    story.accepted(&read("2026-01-31", "130"));
    assert_eq!(rows(&mut story, "2026-01"), ["2026-01-01 2026-01-31 owner 2026-01: 0 + 30 = 90.00"]);
}
