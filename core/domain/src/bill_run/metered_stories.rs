//! Stories of billing by meters: what usage is charged, when, to whom, and what a corrected reading does to it.

use super::metered_fixture::*;
use super::stories::{day, tariff};
use super::{BillScope, BillUnit, PreviewRun};
use crate::account::AccountEvent;
use crate::approval::Authority;
use crate::approval::fixture::limit;
use crate::fee_item::{DueRule, Price, PriceTier, PricedBy, SetTariff, TariffSet};
use crate::meter::fixture::{METER, exact, read, reading, registered_on};
use crate::meter::{CorrectReading, Device, RecordReadings, RegisterMeter, RejectReading, ReplaceMeter};
use crate::stream::Event;
use crate::supplier_bill::Utility;
use crate::testing::Story;
use crate::unit::fixture::{BUYER, ITEM, UNIT};
use crate::unit::{FeeItemDetached, UnitOwnerSet};
use crate::value::Count;

#[test]
fn a_first_reading_bills_nothing_and_usage_is_billed_once() {
    let mut story = flat("3.505");
    assert_eq!(skipped(&story, "2026-01"), ["reading_missing"]);
    assert_eq!(story.refused(&bill("2026-01", "2026-01")), "nothing_to_bill");
    story.accepted(&read("2026-01-25", "110"));
    assert_eq!(rows(&mut story, "2026-01"), ["2026-01-01 2026-01-25 owner 2026-01: 0 + 10 = 35.05"]);
    assert_eq!(skipped(&story, "2026-01"), ["already_charged"]);
    assert_eq!(skipped(&story, "2026-02"), ["reading_missing"]);
    story.accepted(&read("2026-02-25", "110"));
    // Nothing was used: that is a charge of 0.00, not a gap.
    assert_eq!(rows(&mut story, "2026-02"), ["2026-01-25 2026-02-25 owner 2026-02: 10 + 0 = 0.00"]);
}

#[test]
fn what_was_read_in_months_that_no_run_billed_is_caught_up() {
    let mut story = flat("2");
    for (on, value) in [("2026-01-25", "110"), ("2026-02-25", "120"), ("2026-03-25", "130")] {
        story.accepted(&read(on, value));
    }
    assert_eq!(
        rows(&mut story, "2026-02"),
        ["2026-01-01 2026-01-25 owner 2026-01: 0 + 10 = 20.00", "2026-01-25 2026-02-25 owner 2026-02: 10 + 10 = 20.00"]
    );
    assert_eq!(rows(&mut story, "2026-03"), ["2026-02-25 2026-03-25 owner 2026-03: 20 + 10 = 20.00"]);
}

#[test]
fn tiers_are_cumulative_over_the_calendar_year_and_begin_anew() {
    let mut story = tiered(&[("180", "3.5"), ("260", "4.9")], "8");
    story.accepted(&read("2026-07-01", "270"));
    assert_eq!(rows(&mut story, "2026-07"), ["2026-01-01 2026-07-01 owner 2026-07: 0 + 170 = 595.00"]);
    story.accepted(&read("2026-10-01", "370"));
    // 10 × 3.5 + 80 × 4.9 + 10 × 8
    assert_eq!(rows(&mut story, "2026-10"), ["2026-07-01 2026-10-01 owner 2026-10: 170 + 100 = 507.00"]);
    let mut story = story.on("2027-12-31");
    story.accepted(&read("2027-01-01", "462"));
    assert_eq!(rows(&mut story, "2027-01"), ["2026-10-01 2027-01-01 owner 2027-01: 270 + 92 = 736.00"]);
    story.accepted(&read("2027-02-01", "472"));
    assert_eq!(rows(&mut story, "2027-02"), ["2027-01-01 2027-02-01 owner 2027-02: 0 + 10 = 35.00"]);
}

#[test]
fn usage_over_a_year_s_end_is_cut_there_and_over_a_new_price_too() {
    let mut story = tiered(&[("180", "3.5")], "5").on("2027-12-31");
    story.accepted(&read("2026-12-22", "270"));
    story.accepted(&read("2027-01-11", "310"));
    let next = TariffSet { from: day("2027-01-06"), ..tariff(2, "2027-01-06", price(&[("180", "4")], "6")) };
    let mut story = story.given(ITEM, next);
    assert_eq!(
        rows(&mut story, "2027-01"),
        [
            "2026-01-01 2026-12-22 owner 2026-12: 0 + 170 = 595.00",
            // 20 of 40 before the year's end: 10 × 3.5 + 10 × 5; then 10 × 3.5, and 10 × 4 from the sixth on.
            "2026-12-22 2027-01-11 owner 2027-01: 170 + 20, 0 + 10, 10 + 10 = 160.00"
        ]
    );
}

#[test]
fn what_was_used_in_the_year_before_the_opening_reading_counts_for_the_tiers() {
    let mut story = priced(price(&[("180", "3.5")], "5")).on("2026-12-31");
    let mut opened = registered_on("2026-06-01", "100");
    opened.opening.used_this_year = Some(exact("175"));
    story.accepted(&opened);
    story.accepted(&read("2026-07-01", "110"));
    assert_eq!(rows(&mut story, "2026-07"), ["2026-06-01 2026-07-01 owner 2026-07: 175 + 10 = 42.50"]);
}

#[test]
fn a_sale_between_two_readings_cuts_the_usage_by_days() {
    let story = flat("3").given(UNIT, UnitOwnerSet { from: day("2026-01-11"), party: BUYER });
    let mut story = story;
    story.accepted(&read("2026-01-31", "130"));
    assert_eq!(
        rows(&mut story, "2026-01"),
        ["2026-01-01 2026-01-11 owner 2026-01: 0 + 10 = 30.00", "2026-01-11 2026-01-31 buyer 2026-01: 10 + 20 = 60.00"]
    );
}

#[test]
fn days_without_the_item_are_not_billed_and_those_without_a_price_are_skipped() {
    let mut detached = flat("3").given(UNIT, FeeItemDetached { fee_item: ITEM, on: day("2026-01-11") });
    detached.accepted(&read("2026-01-31", "130"));
    assert_eq!(rows(&mut detached, "2026-01"), ["2026-01-01 2026-01-11 owner 2026-01: 0 + 10 = 30.00"]);
    let community = crate::id::CommunityId(detached.ledger_id().uuid());
    let live = crate::community::CommunityWentLive { go_live_on: day("2026-02-01") };
    let mut early = flat("3").given(community, live);
    early.accepted(&read("2026-01-31", "130"));
    assert_eq!(skipped(&early, "2026-01"), ["before_go_live"]);
    let mut late = home_with(tariff(1, "2026-01-11", metered("3")));
    late.accepted(&registered_on("2026-01-01", "100"));
    late.accepted(&read("2026-01-31", "130"));
    assert_eq!(skipped(&late, "2026-01"), ["2026-01-01 2026-01-11 tariff_missing"]);
    assert_eq!(rows(&mut late, "2026-01"), ["2026-01-11 2026-01-31 owner 2026-01: 10 + 20 = 60.00"]);
}

#[test]
fn a_held_reading_bills_nothing_until_it_is_settled() {
    let mut story = flat("2");
    for (on, value) in [("2026-01-11", "110"), ("2026-01-21", "120"), ("2026-01-31", "130"), ("2026-02-10", "190")] {
        story.accepted(&read(on, value));
    }
    assert_eq!(rows(&mut story, "2026-01").len(), 3);
    assert_eq!(skipped(&story, "2026-02"), ["reading_held"]);
    let reading = story.draft().meter(METER).held().unwrap().reading.reading;
    story.accepted(&RejectReading { meter: METER, reading, reason: "misread".parse().unwrap() });
    assert_eq!(skipped(&story, "2026-02"), ["reading_missing"]);
}

#[test]
fn a_replaced_meter_is_billed_across_and_other_meters_are_not() {
    let mut story = flat("2");
    let replace = ReplaceMeter {
        meter: METER,
        on: day("2026-01-16"),
        value: exact("110"),
        rolled_over: false,
        code: "W2".parse().unwrap(),
        device: Device { digits: Count(6), multiplier: exact("10"), reversed: false },
        starts_at: exact("7"),
    };
    story.accepted(&replace);
    story.accepted(&read("2026-01-31", "8"));
    let power = RegisterMeter {
        meter: crate::id::MeterId(crate::testing::uuid(9)),
        utility: Utility::Electricity,
        code: "E1".parse().unwrap(),
        ..registered_on("2026-01-01", "5")
    };
    story.accepted(&power);
    assert_eq!(
        rows(&mut story, "2026-01"),
        ["2026-01-01 2026-01-16 owner 2026-01: 0 + 10 = 20.00", "2026-01-16 2026-01-31 owner 2026-01: 10 + 10 = 20.00"]
    );
}

#[test]
fn a_reversed_charge_is_billed_again_and_a_preview_says_what_a_run_would_post() {
    let mut story = flat("3.505");
    story.accepted(&read("2026-01-25", "111"));
    let preview = PreviewRun { month: "2026-01".parse().unwrap(), fee_items: Vec::new() };
    let before = preview.of_unit(&mut story.draft(), UNIT).unwrap();
    assert_eq!(before.change().amount.to_string(), "38.56");
    assert_eq!(rows(&mut story, "2026-01"), ["2026-01-01 2026-01-25 owner 2026-01: 0 + 11 = 38.56"]);
    let account = crate::id::AccountId::of_unit(UNIT);
    let charge = story.draft().account(account).charges().next().unwrap().charge;
    story.accepted(&crate::account::ReverseCharge {
        account,
        charge,
        reason: "wrong".parse().unwrap(),
        authority: limit("100.00"),
    });
    assert_eq!(rows(&mut story, "2026-01"), ["2026-01-01 2026-01-25 owner 2026-01: 0 + 11 = 38.56"]);
    story.accepted(&read("2026-02-25", "122"));
    let after = preview_of(&story, "2026-02");
    assert_eq!((after.amount.to_string(), after.last_period.to_string()), ("38.55".into(), "0.00".into()));
}

fn is_of_meter(charge: &crate::account::Charge) -> bool {
    charge.source == Some(crate::account::Source::Meter { meter: METER })
}

#[test]
fn an_estimate_that_was_too_low_is_charged_and_one_that_was_too_high_is_lowered() {
    let mut story = tiered(&[("180", "3.5")], "5");
    let estimate =
        crate::meter::NewReading { kind: crate::meter::ReadingKind::Estimated, ..reading("2026-06-01", "270") };
    story.accepted(&RecordReadings { readings: vec![estimate] });
    assert_eq!(rows(&mut story, "2026-06"), ["2026-01-01 2026-06-01 owner 2026-06: 0 + 170 = 595.00"]);
    let correct = |story: &Story, value: &str, authority| CorrectReading {
        meter: METER,
        reading: story.draft().meter(METER).points()[1].reading,
        value: exact(value),
        rolled_over: false,
        reason: "read at last".parse().unwrap(),
        authority,
    };
    let events = {
        let command = correct(&story, "290", Authority::default());
        story.accepted(&command)
    };
    assert_eq!(amounts(&events), ["charged 85.00"], "10 × 3.5 + 10 × 5");
    let account = crate::id::AccountId::of_unit(UNIT);
    let first = story.draft().account(account).charges().find(|charge| is_of_meter(charge)).unwrap().charge;
    let reverse = crate::account::ReverseCharge {
        account,
        charge: first,
        reason: "wrong".parse().unwrap(),
        authority: limit("1000.00"),
    };
    assert_eq!(story.refused(&reverse), "corrections_must_be_reversed", "billed again it would come to both");
    let down = correct(&story, "260", Authority::default());
    assert_eq!(story.refused(&down), "approval_must_be_given");
    let down = CorrectReading { authority: limit("120.00"), ..down };
    // 85.00 of the correction and then 10 × 3.5 of the charge itself.
    assert_eq!(amounts(&story.accepted(&down)), ["reduced 85.00", "reduced 35.00"]);
    story.accepted(&read("2026-07-01", "290"));
    assert_eq!(rows(&mut story, "2026-07"), ["2026-06-01 2026-07-01 owner 2026-07: 160 + 30 = 120.00"]);
}

#[test]
fn a_correction_in_the_middle_moves_usage_between_two_charges() {
    let mut story = flat("2");
    story.accepted(&read("2026-02-01", "120"));
    story.accepted(&read("2026-03-01", "150"));
    assert_eq!(rows(&mut story, "2026-03").len(), 2);
    let correct = CorrectReading {
        meter: METER,
        reading: story.draft().meter(METER).points()[1].reading,
        value: exact("130"),
        rolled_over: false,
        reason: "misread".parse().unwrap(),
        authority: limit("20.00"),
    };
    assert_eq!(amounts(&story.accepted(&correct)), ["reduced 20.00", "charged 20.00"]);
}

#[test]
fn prices_by_quantity_have_bounds_and_stay_by_quantity() {
    let mut story = flat("2");
    let set = |price| SetTariff {
        fee_item: ITEM,
        from: day("2026-06-01"),
        price,
        cycle_months: Count(1),
        basis: crate::fee_item::MonthBasis::Calendar,
        timing: crate::fee_item::Timing::Arrears,
        due: DueRule::DaysAfter { days: Count(15) },
        round_to: crate::money::RoundTo::Fen,
        units: Vec::new(),
        authority: Authority::default(),
    };
    let tier = |up_to: Option<&str>, price: &str| PriceTier { up_to: up_to.map(exact), price: exact(price) };
    let tiers = |tiers| Price::TieredMetered { utility: Utility::Water, tiers, priced_by: PricedBy::UsageDays };
    for (wrong, code) in [
        (metered("2.00001"), "price_must_be_in_range"),
        (metered("-1"), "price_must_be_in_range"),
        (tiers(vec![]), "tiers_must_ascend"),
        (tiers(vec![tier(Some("260"), "1"), tier(Some("180"), "2"), tier(None, "3")]), "tiers_must_ascend"),
        (tiers(vec![tier(Some("0"), "1"), tier(None, "3")]), "tiers_must_ascend"),
        (tiers(vec![tier(None, "1"), tier(None, "3")]), "tiers_must_ascend"),
        (tiers(vec![tier(Some("10"), "1")]), "tiers_must_ascend"),
        (tiers((1..=11).map(|n| tier((n < 11).then(|| n.to_string()).as_deref(), "1")).collect()), "tiers_must_ascend"),
        (
            Price::Metered { utility: Utility::Gas, unit_price: exact("1"), priced_by: PricedBy::UsageDays },
            "utility_must_stay",
        ),
        (by(PricedBy::ReadingDay, metered("2")), "priced_by_must_stay"),
        (super::stories::per_area("2"), "utility_must_stay"),
    ] {
        assert_eq!(story.refused(&set(wrong.clone())), code, "{wrong:?}");
    }
    story.accepted(&set(tiers(vec![tier(Some("180"), "3.5"), tier(None, "5")])));
}

#[test]
fn usage_that_comes_to_no_amount_is_skipped_and_never_zero() {
    let mut story = priced(metered("100000"));
    let device = Device { digits: Count(8), multiplier: exact("10000"), reversed: false };
    story.accepted(&RegisterMeter { device, ..registered_on("2026-01-01", "0") });
    story.accepted(&read("2026-01-25", "99999999"));
    assert_eq!(skipped(&story, "2026-01"), ["2026-01-01 2026-01-25 formula_invalid"]);
    assert_eq!(story.refused(&bill("2026-01", "2026-01")), "nothing_to_bill");
}

#[test]
fn a_charge_says_what_it_rests_on() {
    let mut story = tiered(&[("180", "3.505")], "5");
    story.accepted(&read("2026-07-01", "281"));
    let scope =
        BillScope::Months { from: "2026-07".parse().unwrap(), to: "2026-07".parse().unwrap(), fee_items: vec![] };
    let events = story.accepted(&BillUnit { unit: UNIT, scope });
    let [Event::Account(AccountEvent::ChargePosted(posted))] = events.as_slice() else { panic!("{events:?}") };
    let metered = posted.metered.as_ref().unwrap();
    let parts: Vec<String> = metered.parts.iter().map(|part| format!("{} {}", part.usage, part.cost_before)).collect();
    assert_eq!((metered.from.value, metered.to.value, metered.usage), (exact("100"), exact("281"), exact("181")));
    assert_eq!((parts, metered.amount(), posted.amount), (vec!["181 0".into()], Some(posted.gross), posted.gross));
    assert_eq!(posted.amount.to_string(), "635.90");
    assert!(crate::account::fixture::unexplained(&story, crate::id::AccountId::of_unit(UNIT)).is_empty());
}
