//! Stories of what-ifs: what is thought of is what would have been billed, and what is not another is not another.

use super::{Answer, Change, History, NewPrice, WhatIf};
use crate::account::{AccountEvent, ChargePosted, Days};
use crate::approval::fixture::limit;
use crate::bill_run::{BillScope, BillUnit};
use crate::book::{Fund, VatCategory};
use crate::calendar::{CivilDate, Month};
use crate::community::LateFeePolicySet;
use crate::fee_item::{
    AmountPer, AreaKind, DueRule, FeeItemCreated, FloorStep, MonthBasis, Price, PricedBy, TariffSet, Timing, Vat,
};
use crate::figures::{By, fixture::figures};
use crate::id::{AccountId, CommunityId, FeeItemId, TariffId, UnitId};
use crate::meter::fixture::{read, registered_on};
use crate::money::{Money, RoundTo};
use crate::payment::fixture::transfer;
use crate::payment::{Pays, Spending};
use crate::rule::late_fee::GraceMode;
use crate::stream::Event;
use crate::supplier_bill::Utility;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{ITEM, OWNER, UNIT, registered};
use crate::unit::{FeeItemAttached, UnitAreaSet, UnitOwnerSet, UnitPriceSet, UnitStatus, UnitStatusSet};
use crate::value::{Count, Exact};
use proptest::prelude::*;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

fn per_area(unit_price: &str) -> Price {
    Price::PerArea { area: AreaKind::Building, unit_price: unit_price.parse().unwrap() }
}

fn tariff(n: u128, from: &str, price: Price, cycle: u32) -> TariffSet {
    TariffSet {
        tariff: TariffId(uuid(n)),
        from: day(from),
        price,
        cycle_months: Count(cycle),
        basis: MonthBasis::Calendar,
        timing: Timing::Advance,
        due: DueRule::DayOfMonth { day: Count(10) },
        round_to: RoundTo::Fen,
        approved: None,
        seen: Vec::new(),
    }
}

/// 89.76 square metres of the owner's, charged since 18 January 2026; the clock stands at the first of that month.
fn home(tariffs: &[TariffSet]) -> Story {
    let from = day("2025-01-01");
    let area = UnitAreaSet { from, building_area_sqm: "89.76".parse().unwrap(), inner_area_sqm: None };
    let attached = FeeItemAttached { fee_item: ITEM, from: day("2026-01-18"), until: None };
    let story = registered()
        .given(UNIT, area)
        .given(UNIT, UnitStatusSet { from, status: UnitStatus::HandedOver })
        .given(UNIT, UnitOwnerSet { from, party: OWNER })
        .given(UNIT, attached);
    tariffs.iter().fold(story, |story, tariff| story.given(ITEM, tariff.clone()))
}

fn bill(story: &mut Story) -> Vec<ChargePosted> {
    let (from, to) = ("2026-01".parse().unwrap(), "2026-12".parse().unwrap());
    let events = story.accepted(&BillUnit { unit: UNIT, scope: BillScope::Months { from, to, fee_items: Vec::new() } });
    let charge = |event| match event {
        Event::Account(AccountEvent::ChargePosted(charge)) => Some(charge),
        _ => None,
    };
    events.into_iter().filter_map(charge).collect()
}

fn price(from: &str, price: NewPrice) -> Change {
    Change::Price { fee_item: ITEM, unit: None, days: Days { from: day(from), until: None }, price }
}

fn yuan(from: &str, yuan: &str) -> Change {
    price(from, NewPrice::Yuan(yuan.parse().unwrap()))
}

fn of_year(change: Change) -> WhatIf {
    let (first, last) = ("2026-01".parse().unwrap(), "2026-12".parse().unwrap());
    WhatIf { change, first, last, on: day("2026-12-31") }
}

fn history(story: &Story) -> History {
    let mut history = History::default();
    story.log().iter().for_each(|event| history.see(event, day("2026-12-31")));
    history
}

fn ask(story: &Story, change: Change) -> Answer {
    history(story).answer(&of_year(change)).unwrap()
}

fn refused(story: &Story, asked: &WhatIf) -> &'static str {
    history(story).answer(asked).unwrap_err().code
}

/// By month, as an answer has them.
fn months(answer: &Answer) -> BTreeMap<Month, Money> {
    answer.fee_items.iter().map(|item| (item.period, item.effect.amount.after)).collect()
}

/// By month, as they were billed.
fn billed(charges: &[ChargePosted]) -> BTreeMap<Month, Money> {
    let mut sums: BTreeMap<Month, Money> = BTreeMap::new();
    for charge in charges {
        let sum = sums.entry(charge.booking.period).or_default();
        *sum = sum.fold(charge.amount);
    }
    sums
}

fn pay(story: &mut Story, reference: &str, amount: &str, value_on: &str) {
    let account = AccountId::of_unit(UNIT);
    let pays = vec![Pays { account, charges: Vec::new(), amount: None }];
    let spending = Spending { pays, rest_to: Some(account), ..Spending::default() };
    story.accepted(&transfer(reference, amount, value_on, spending));
}

#[test]
fn a_lower_price_lowers_arrears_and_payments_are_capped_by_what_would_be_owed() {
    let mut story = home(&[tariff(1, "2025-01-01", per_area("2"), 1)]);
    bill(&mut story);
    // January was 81.07, each other month 179.52.
    let mut story = story.on("2026-12-31");
    pay(&mut story, "T1", "260.59", "2026-02-10");
    let answer = ask(&story, yuan("2026-02-01", "1"));
    assert_eq!(answer.total.charges, 11);
    assert_eq!(answer.total.amount.difference.to_string(), "-987.36", "11 × 89.76");
    assert_eq!((answer.arrears.before, answer.arrears.after), ("1795.20".parse().unwrap(), "897.60".parse().unwrap()));
    assert_eq!(answer.paid_over.to_string(), "89.76");
    let february = answer.collection[1];
    assert_eq!(
        (february.before.rate.unwrap().to_string(), february.after.collected.to_string()),
        ("1.0000".into(), "89.76".into())
    );
    let rates = (answer.collection_total.before.rate.unwrap(), answer.collection_total.after.rate.unwrap());
    assert!(rates.1 > rates.0, "{rates:?}");
    assert_eq!(answer.units.len(), 1);
    assert_eq!((answer.units[0].unit, answer.units[0].code.as_str()), (UNIT, "3-1-1202"));
    // The rates as they are, are those of the figures.
    let rows = figures(story.log(), ("2026-02", "2026-02"), Fund::Operating, By::Community);
    assert_eq!(rows[0].figures.current_rate, february.before.rate);
    let year = figures(story.log(), ("2026-01", "2026-12"), Fund::Operating, By::Community);
    assert_eq!(year[0].figures.current_rate, answer.collection_total.before.rate);
    assert_eq!(year[0].figures.net_charges, answer.collection_total.before.net_charges);
}

#[test]
fn what_was_waived_stays_and_nothing_is_owed_below_zero() {
    let mut story = home(&[tariff(1, "2025-01-01", per_area("2"), 1)]);
    let charges = bill(&mut story);
    story.accepted(&crate::account::fixture::waive(
        AccountId::of_unit(UNIT),
        charges[1].charge,
        "100.00".parse().unwrap(),
        "漏水".parse().unwrap(),
        limit("1000.00"),
    ));
    let answer = ask(&story, yuan("2026-02-01", "1"));
    let february = answer.collection[1];
    assert_eq!(
        (february.before.net_charges.to_string(), february.after.net_charges.to_string()),
        ("79.52".into(), "0.00".into())
    );
    assert_eq!(february.after.rate, None);
}

#[test]
fn units_with_a_price_of_their_own_keep_it_and_one_unit_can_be_asked_about() {
    let own = UnitPriceSet {
        fee_item: ITEM,
        from: day("2026-03-01"),
        price: Some(per_area("1.5")),
        reason: "协议价".parse().unwrap(),
        approved: None,
        seen: Vec::new(),
    };
    let mut story = home(&[tariff(1, "2025-01-01", per_area("2"), 1)]).given(UNIT, own);
    bill(&mut story);
    let answer = ask(&story, yuan("2026-01-01", "2.2"));
    assert_eq!((answer.left_out.own_price, answer.total.charges), (10, 2));
    let of_unit = |unit| Change::Price {
        fee_item: ITEM,
        unit: Some(unit),
        days: Days { from: day("2026-03-01"), until: Some(day("2026-05-01")) },
        price: NewPrice::Yuan("1".parse().unwrap()),
    };
    let answer = ask(&story, of_unit(UNIT));
    assert_eq!((answer.total.charges, answer.total.amount.difference.to_string()), (2, "-89.76".into()));
    assert_eq!(refused(&story, &of_year(of_unit(UnitId(uuid(9))))), "unit_must_exist");
}

#[test]
fn a_percentage_is_for_every_kind_of_price_and_a_number_for_those_that_are_one() {
    let steps = |one: &str, two: &str| Price::FloorSteps {
        area: None,
        steps: vec![
            FloorStep { from_floor: "1".parse().unwrap(), price: one.parse().unwrap() },
            FloorStep { from_floor: "10".parse().unwrap(), price: two.parse().unwrap() },
        ],
    };
    let mut story = home(&[tariff(1, "2025-01-01", steps("10", "20"), 1)]);
    bill(&mut story);
    let half = price("2026-02-01", NewPrice::Percent("50".parse().unwrap()));
    assert_eq!(ask(&story, half).total.amount.difference.to_string(), "-110.00");
    assert_eq!(refused(&story, &of_year(yuan("2026-02-01", "15"))), "price_must_be_one_number");
    let formula =
        Price::Formula { formula: "round(area * unit_price, 0)".parse().unwrap(), unit_price: "2".parse().ok() };
    let mut story = home(&[tariff(1, "2025-01-01", formula, 1)]);
    bill(&mut story);
    let answer = ask(&story, yuan("2026-02-01", "3"));
    assert_eq!(answer.total.amount.difference.to_string(), "979.00", "269 − 180, eleven times");
}

#[test]
fn another_late_fee_policy_changes_late_fees_and_nothing_else() {
    let policy = |from: &str, rate: &str| LateFeePolicySet {
        fee_item: None,
        from: day(from),
        daily_rate: rate.parse().unwrap(),
        grace_days: Count(0),
        grace_mode: GraceMode::Skip,
        cap_ratio: None,
        round_to: RoundTo::Fen,
        vat: Vat::of(VatCategory::Rated, "0.06".parse().ok()),
        approved: None,
        seen: Vec::new(),
    };
    let story = home(&[tariff(1, "2025-01-01", per_area("2"), 1)]);
    let community = CommunityId(story.ledger_id().uuid());
    let mut story = story.given(community, policy("2026-01-01", "0.0005"));
    bill(&mut story);
    let answer = ask(&story, Change::LateFee(policy("2026-06-01", "0.001")));
    let late = answer.late_fees.unwrap();
    assert!(late.after > late.before, "{late:?}");
    assert_eq!((answer.arrears.difference.fen(), answer.collection_total.before), (0, answer.collection_total.after));
    let twice = ask(&story, Change::LateFee(policy("2026-01-01", "0.001")));
    assert!(twice.total.amount.after > answer.total.amount.after);
    assert_eq!(twice.total.amount.before, answer.total.amount.before);
    let none = ask(&story, Change::LateFee(policy("2026-01-01", "0")));
    assert!(none.total.amount.after.is_zero());
    assert_eq!(
        refused(&story, &of_year(Change::LateFee(policy("2026-01-01", "0.002")))),
        "late_fee_rate_must_not_exceed_ceiling"
    );
    let grace = LateFeePolicySet { grace_days: Count(366), ..policy("2026-01-01", "0") };
    assert_eq!(refused(&story, &of_year(Change::LateFee(grace))), "late_fee_terms_must_be_in_range");
}

#[test]
fn what_makes_no_sense_is_refused_by_name() {
    let mut story = home(&[tariff(1, "2025-01-01", per_area("2"), 1)]);
    let good = of_year(yuan("2026-02-01", "1"));
    assert_eq!(refused(&Story::new(), &good), "fee_item_must_exist");
    bill(&mut story);
    let of = |change| WhatIf { change, ..good.clone() };
    let nobody = Change::Price {
        fee_item: FeeItemId(uuid(9)),
        unit: None,
        days: Days { from: day("2026-01-01"), until: None },
        price: NewPrice::Percent("90".parse().unwrap()),
    };
    let ended = Change::Price {
        fee_item: ITEM,
        unit: None,
        days: Days { from: day("2026-02-01"), until: Some(day("2026-02-01")) },
        price: NewPrice::Percent("90".parse().unwrap()),
    };
    let last = |last: &str| WhatIf { last: last.parse().unwrap(), ..good.clone() };
    for (asked, code) in [
        (last("2025-12"), "months_must_be_in_range"),
        (last("2028-01"), "months_must_be_in_range"),
        (of(ended), "days_must_be_in_order"),
        (of(nobody), "fee_item_must_exist"),
        (of(yuan("2026-02-01", "100000.01")), "price_must_be_in_range"),
        (of(yuan("2026-02-01", "-1")), "price_must_be_in_range"),
        (of(price("2026-02-01", NewPrice::Percent("1000.1".parse().unwrap()))), "percent_must_be_in_range"),
        (of(yuan("2027-01-01", "1")), "day_must_lie_in_ledger"),
        (WhatIf { on: day("2024-12-31"), ..of(yuan("2024-01-01", "1")) }, "day_must_lie_in_ledger"),
    ] {
        assert_eq!(refused(&story, &asked), code, "{asked:?}");
    }
    assert!(history(&story).answer(&last("2027-12")).is_ok());
}

#[test]
fn charges_of_other_items_stay() {
    let other = FeeItemId(uuid(81));
    let created = FeeItemCreated {
        name: "电梯费".parse().unwrap(),
        fund: Fund::Operating,
        priority: Count(20),
        vat: Vat::of(VatCategory::Exempt, None),
    };
    let fixed = Price::Fixed { amount: "30".parse().unwrap(), per: AmountPer::Month };
    let attached = FeeItemAttached { fee_item: other, from: day("2026-02-01"), until: None };
    let mut story = home(&[tariff(1, "2025-01-01", per_area("2"), 1)])
        .given(other, created)
        .given(other, tariff(2, "2025-01-01", fixed, 1))
        .given(UNIT, attached);
    bill(&mut story);
    let answer = ask(&story, yuan("2026-02-01", "2"));
    assert!(answer.total.amount.difference.is_zero() && answer.units.is_empty());
    assert_eq!(answer.collection_total.before, answer.collection_total.after);
    assert_eq!(answer.collection[1].before.net_charges.to_string(), "209.52");
}

#[test]
fn usage_of_some_days_is_spread_evenly_over_its_reading() {
    let priced_by = PricedBy::UsageDays;
    let water = Price::Metered { utility: Utility::Water, unit_price: "5".parse().unwrap(), priced_by };
    let mut story = home(&[tariff(1, "2025-01-01", water, 1)]).on("2026-12-31");
    story.accepted(&registered_on("2026-01-18", "100"));
    story.accepted(&read("2026-02-17", "160"));
    assert_eq!(bill(&mut story)[0].amount.to_string(), "300.00");
    let half = price("2026-02-02", NewPrice::Percent("50".parse().unwrap()));
    assert_eq!(ask(&story, half).total.amount.difference.to_string(), "-75.00", "15 of 30 days");
    assert_eq!(ask(&story, yuan("2026-01-01", "6")).total.amount.difference.to_string(), "60.00");
    assert!(ask(&story, yuan("2026-01-01", "5")).units.is_empty());
}

#[test]
fn usage_that_the_reading_s_day_prices_is_another_with_that_day_alone() {
    let priced_by = PricedBy::ReadingDay;
    let water = Price::Metered { utility: Utility::Water, unit_price: "5".parse().unwrap(), priced_by };
    let mut story = home(&[tariff(1, "2025-01-01", water, 1)]).on("2026-12-31");
    story.accepted(&registered_on("2026-01-18", "100"));
    story.accepted(&read("2026-02-17", "160"));
    assert_eq!(bill(&mut story)[0].amount.to_string(), "300.00");
    assert_eq!(ask(&story, yuan("2026-02-17", "6")).total.amount.difference.to_string(), "60.00");
    assert!(ask(&story, yuan("2026-02-18", "6")).units.is_empty());
}

#[test]
fn a_formula_over_usage_is_thought_of_with_another_unit_price_or_a_percentage() {
    let formula = |text: &str, unit_price: Option<&str>| {
        let (formula, unit_price) = (text.parse().unwrap(), unit_price.map(|price| price.parse().unwrap()));
        Price::MeteredFormula { utility: Utility::Water, formula, unit_price }
    };
    let billed = |price: Price| {
        let mut story = home(&[tariff(1, "2025-01-01", price, 1)]).on("2026-12-31");
        story.accepted(&registered_on("2026-01-18", "100"));
        story.accepted(&read("2026-02-17", "160"));
        assert_eq!(bill(&mut story)[0].amount.to_string(), "130.00");
        story
    };
    let story = billed(formula("10 + usage * unit_price", Some("2")));
    assert_eq!(ask(&story, yuan("2026-02-17", "3")).total.amount.difference.to_string(), "60.00");
    let half = || price("2026-02-01", NewPrice::Percent("50".parse().unwrap()));
    assert_eq!(ask(&story, half()).total.amount.difference.to_string(), "-65.00");
    assert!(ask(&story, yuan("2026-02-18", "3")).units.is_empty());
    let story = billed(formula("10 + usage * 2", None));
    assert_eq!(ask(&story, half()).total.amount.difference.to_string(), "-65.00");
    let refused = history(&story).answer(&of_year(yuan("2026-02-17", "3"))).unwrap_err();
    assert_eq!(refused.code, "price_must_be_one_number");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// The same months, billed by a tariff that really changed on that day.
    #[test]
    fn what_is_thought_of_is_what_would_have_been_billed(
        from in 0_u32..340,
        fen in 0_i64..600,
        cycle in prop::sample::select(vec![1_u32, 2, 3, 6, 12]),
        anniversary in any::<bool>(),
        round in 0_usize..3,
        kind in 0_usize..3,
    ) {
        let number = |fen: i64| Exact::new(Decimal::new(fen, 2)).unwrap();
        let price = |fen: i64| match kind {
            0 => Price::PerArea { area: AreaKind::Building, unit_price: number(fen) },
            1 => Price::Fixed { amount: number(fen * 50), per: AmountPer::Month },
            _ => Price::Fixed { amount: number(fen * 100), per: AmountPer::Cycle },
        };
        let basis = if anniversary { MonthBasis::Anniversary } else { MonthBasis::Calendar };
        let round_to = [RoundTo::Fen, RoundTo::Jiao, RoundTo::Yuan][round];
        let set = |n, from: &str, price| TariffSet { basis, round_to, ..tariff(n, from, price, cycle) };
        let from = day("2026-01-10").plus_days(from).to_string();
        let old = set(1, "2025-01-01", price(200));
        let mut real = home(&[old.clone(), set(2, &from, price(fen))]);
        let mut thought = home(&[old]);
        let expected = billed(&bill(&mut real));
        bill(&mut thought);
        let number = match price(fen) {
            Price::PerArea { unit_price, .. } => unit_price,
            Price::Fixed { amount, .. } => amount,
            _ => unreachable!("no other kind"),
        };
        let until = day("2100-01-01");
        let change = Change::Price {
            fee_item: ITEM,
            unit: None,
            days: Days { from: day("2025-01-01"), until: Some(until) },
            price: NewPrice::Percent("100".parse().unwrap()),
        };
        let mut asked = of_year(change);
        asked.last = "2027-12".parse().unwrap();
        let same = history(&thought).answer(&asked).unwrap();
        prop_assert!(same.total.amount.difference.is_zero() && same.units.is_empty());
        asked.change = self::price(&from, NewPrice::Yuan(number));
        let other = history(&thought).answer(&asked).unwrap();
        let sum = same.total.amount.before.fold(other.total.amount.difference);
        prop_assert_eq!(sum, expected.values().copied().sum::<Money>());
        // Anchored months that a change cuts begin in another month.
        if !anniversary {
            let mut all = months(&same);
            all.extend(months(&other));
            prop_assert_eq!(all, expected);
        }
    }
}
