//! Stories of prices: every kind, what it rests on, what happens when a value is not known or changes.

use super::stories::{bill, charges, day, home, per_area, rows, skipped, tariff};
use crate::account::ChargePosted;
use crate::approval::Authority;
use crate::community::UnitAttributeDefined;
use crate::fee_item::{AreaKind, DueRule, FloorStep, MonthBasis, Price, SetTariff, Timing};
use crate::id::{AccountId, CommunityId, UnitId};
use crate::money::RoundTo;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{ITEM, UNIT};
use crate::unit::{FeeItemAttached, SetUnitPrice, UnitAttributeSet, UnitKind, UnitPriceSet, UnitRegistered};
use crate::value::{Count, Exact};

fn exact(text: &str) -> Exact {
    text.parse().unwrap()
}

fn attribute(name: &str, from: &str, value: Option<&str>) -> UnitAttributeSet {
    UnitAttributeSet { name: name.parse().unwrap(), from: day(from), value: value.map(exact) }
}

fn formula(text: &str, unit_price: Option<&str>) -> Price {
    Price::Formula { formula: text.parse().unwrap(), unit_price: unit_price.map(exact) }
}

fn steps(area: Option<AreaKind>, steps: &[(&str, &str)]) -> Price {
    let steps = steps.iter().map(|(floor, price)| FloorStep { from_floor: exact(floor), price: exact(price) });
    Price::FloorSteps { area, steps: steps.collect() }
}

fn own(from: &str, price: Option<Price>) -> UnitPriceSet {
    let reason = "协议价".parse().unwrap();
    UnitPriceSet { fee_item: ITEM, from: day(from), price, reason, approved: None, seen: Vec::new() }
}

/// The 100 square metres on floor 12 under one price.
fn priced(price: Price) -> Story {
    home().given(ITEM, tariff(1, "2025-01-01", price))
}

fn one(mut story: Story) -> ChargePosted {
    let mut all = charges(&mut story, &bill("2026-01", "2026-01"));
    assert_eq!(all.len(), 1);
    all.remove(0)
}

/// `amount | name value since …`
fn told(charge: &ChargePosted) -> String {
    let input = |input: &crate::account::Input| {
        let since = input.since.map(|day| format!(" {day}")).unwrap_or_default();
        format!("{} {}{since}", input.name, input.value)
    };
    format!("{} | {}", charge.amount, charge.inputs.iter().map(input).collect::<Vec<_>>().join(", "))
}

#[test]
fn every_kind_says_what_it_rests_on() {
    let households = Price::PerHousehold { amount: exact("12.5") };
    assert_eq!(
        told(&one(priced(households.clone()))),
        "12.50 | household_count 1, amount_per_household 12.5 2025-01-01"
    );
    let three = priced(households).given(UNIT, attribute("household_count", "2025-06-01", Some("3")));
    assert_eq!(told(&one(three)), "37.50 | household_count 3 2025-06-01, amount_per_household 12.5 2025-01-01");

    let lift = [("-2", "5"), ("1", "0"), ("3", "20.5"), ("20", "31")];
    assert_eq!(told(&one(priced(steps(None, &lift)))), "20.50 | floor 12, amount_per_month 20.5 2025-01-01");
    let by_area = steps(Some(AreaKind::Building), &[("1", "0.1"), ("12", "0.305")]);
    assert_eq!(
        told(&one(priced(by_area))),
        "30.50 | building_area_sqm 100 2025-01-01, floor 12, unit_price 0.305 2025-01-01"
    );

    let weighted = Price::Coefficient { area: AreaKind::Building, unit_price: exact("2.38") };
    let weighted = priced(weighted).given(UNIT, attribute("coefficient", "2025-02-01", Some("1.125")));
    assert_eq!(
        told(&one(weighted)),
        "267.75 | building_area_sqm 100 2025-01-01, coefficient 1.125 2025-02-01, unit_price 2.38 2025-01-01"
    );
}

#[test]
fn a_formula_is_computed_from_what_is_known_and_kept_with_the_charge() {
    let text = "min(area, 90) * unit_price + max(area - 90, 0) * unit_price * 1.5 + if floor > 6 { lift } else { 0 }";
    let story = priced(formula(text, Some("2"))).given(UNIT, attribute("lift", "2025-03-01", Some("12.345")));
    let charge = one(story);
    assert_eq!(
        told(&charge),
        "222.35 | area 100 2025-01-01, floor 12, lift 12.345 2025-03-01, unit_price 2 2025-01-01"
    );
    assert_eq!(charge.formula.as_ref().map(ToString::to_string).as_deref(), Some(text));
    let third = one(priced(formula("area / 3", None)));
    assert_eq!(third.amount.to_string(), "33.33");
}

#[test]
fn what_is_not_known_or_no_amount_is_skipped_and_never_zero() {
    let skip = |price: Price| skipped(&mut priced(price), &bill("2026-01", "2026-01"));
    let weighted = Price::Coefficient { area: AreaKind::Building, unit_price: exact("1") };
    assert_eq!(skip(weighted), ["formula_invalid item [2026-01-01, 2026-02-01): coefficient"]);
    assert_eq!(skip(formula("lift * 2", None)), ["formula_invalid item [2026-01-01, 2026-02-01): lift"]);
    assert_eq!(skip(formula("inner_area * 2", None)), ["area_missing item [2026-01-01, 2026-02-01): inner_area"]);
    assert_eq!(skip(steps(None, &[("13", "1")])), ["formula_invalid item [2026-01-01, 2026-02-01): floor"]);
    for broken in ["1 / (floor - 12)", "area > 60", "1 - area", "if floor > 20 { 1 }"] {
        assert_eq!(skip(formula(broken, None)), ["formula_invalid item [2026-01-01, 2026-02-01)"], "{broken}");
    }
}

#[test]
fn a_value_or_a_price_of_its_own_that_changes_cuts_the_whole() {
    let mut story = priced(per_area("3.1"))
        .given(UNIT, own("2026-01-16", Some(formula("area * coefficient", None))))
        .given(UNIT, attribute("coefficient", "2026-01-01", Some("1")))
        .given(UNIT, attribute("coefficient", "2026-01-24", Some("2")))
        .given(UNIT, attribute("household_count", "2026-01-05", Some("2")));
    assert_eq!(
        rows(&mut story, "2026-01", "2026-01"),
        [
            "2026-01-01 2026-01-16 150.00 of 150.00 (1/1) by owner, due 2026-01-10",
            "2026-01-16 2026-01-24 25.81 of 25.81 (1/1) by owner, due 2026-01-10",
            "2026-01-24 2026-02-01 51.61 of 51.61 (1/1) by owner, due 2026-01-10",
        ],
        "what no price names cuts nothing"
    );
    let mut back = priced(per_area("3.1"))
        .given(UNIT, own("2025-01-01", Some(per_area("1"))))
        .given(UNIT, own("2026-01-16", None));
    assert_eq!(rows(&mut back, "2026-01", "2026-01").len(), 2);
}

fn set(price: Price) -> SetTariff {
    SetTariff {
        fee_item: ITEM,
        from: day("2026-03-01"),
        price,
        cycle_months: Count(1),
        basis: MonthBasis::Calendar,
        timing: Timing::Advance,
        due: DueRule::DaysAfter { days: Count(10) },
        round_to: RoundTo::Fen,
        units: Vec::new(),
        authority: Authority::default(),
    }
}

#[test]
fn formulas_name_what_the_community_defined() {
    let mut story = home();
    assert_eq!(story.refused(&set(formula("area * lift", None))), "formula_must_name_known");
    assert_eq!(story.refused(&set(formula("area * unit_price", None))), "formula_must_name_known");
    assert_eq!(story.refused(&set(formula("area *", None))), "formula_must_be_readable");
    assert_eq!(story.refused(&set(formula("usage * 2", None))), "formula_must_name_known");
    assert_eq!(story.refused(&set(steps(None, &[("3", "1"), ("3", "2")]))), "floor_steps_must_ascend");
    assert_eq!(story.refused(&set(steps(None, &[("1.5", "1")]))), "floor_steps_must_ascend");
    assert_eq!(story.refused(&set(steps(None, &[]))), "floor_steps_must_ascend");
    assert_eq!(story.refused(&set(steps(None, &[("1", "-1")]))), "price_must_be_in_range");
    let id = CommunityId(story.ledger_id().uuid());
    let mut story =
        story.given(id, UnitAttributeDefined { name: "lift".parse().unwrap(), label: "电梯系数".parse().unwrap() });
    story.accepted(&set(formula("area * lift * unit_price", Some("2"))));
}

fn parking(unit: UnitId) -> UnitRegistered {
    UnitRegistered {
        code: "C0001".parse().unwrap(),
        kind: UnitKind::Parking,
        building: None,
        entrance: None,
        floor: None,
        account: AccountId::of_unit(unit),
        developer: None,
    }
}

#[test]
fn a_formula_must_say_an_amount_for_every_unit_that_it_prices() {
    let other = UnitId(uuid(0x7e57));
    let attached = |from: &str, until: Option<&str>| FeeItemAttached {
        fee_item: ITEM,
        from: day(from),
        until: until.map(|until| until.parse().unwrap()),
    };
    let on = |price| SetTariff { units: vec![UNIT, other], ..set(price) };
    let by_floor = formula("area / floor", None);
    let mut story = home().given(other, parking(other)).given(other, attached("2026-05-01", None));
    let refusal = story.when(&on(by_floor.clone())).unwrap_err();
    assert_eq!(refusal.code, "formula_must_fit_units");
    let missing = |named: &str| refusal.detail.contains(&("missing", named.to_owned()));
    assert!(missing("C0001: area") && refusal.detail.contains(&("units", "1".to_owned())), "{refusal:?}");
    // Below nothing, and divided by nothing.
    assert_eq!(story.refused(&on(formula("0 - 1", None))), "formula_must_fit_units");
    assert_eq!(story.refused(&on(formula("100 / (floor - 12)", None))), "formula_must_fit_units");
    // A price of its own goes before; who is not charged any more, or never was, is not asked.
    let own_price = own("2026-03-01", Some(per_area("1")));
    let mut priced = story.given(other, own_price);
    priced.accepted(&on(by_floor.clone()));
    let mut left = home().given(other, parking(other));
    left.accepted(&on(by_floor.clone()));
    let mut left = left.given(other, attached("2026-01-01", Some("2026-03-01")));
    left.accepted(&on(by_floor.clone()));
    // A unit's own price is asked of that unit.
    let own_formula = |price| SetUnitPrice {
        unit: other,
        fee_item: ITEM,
        from: day("2026-03-01"),
        price: Some(price),
        reason: "协议价".parse().unwrap(),
        authority: Authority::default(),
    };
    assert_eq!(left.refused(&own_formula(by_floor)), "formula_must_fit_units");
    left.accepted(&own_formula(formula("80", None)));
}
