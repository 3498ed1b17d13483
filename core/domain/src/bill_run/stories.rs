//! Stories of billing: what a unit is charged, as rows that an accountant can read.

use super::plan::Skip;
use super::{BillRunEvent, BillRunStarted, BillScope, BillUnit, SkipUnit};
use crate::account::{AccountEvent, ChargePosted, OpeningBilledUntilSet};
use crate::calendar::{CivilDate, DateRange};
use crate::community::{AllocationPolicy, CommunityRulesSet};
use crate::fee_item::{AmountPer, AreaKind, DueRule, FeeItemVatSet, MonthBasis, Price, TariffSet, Timing, Vat};
use crate::id::{AccountId, BillRunId, CommunityId, FeeItemId, OpeningId, PartyId, TariffId, UnitId};
use crate::money::RoundTo;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{BUYER, DEVELOPER, ITEM, OWNER, TENANT, UNIT, registered};
use crate::unit::{
    FeeItemAttached, FeeItemDetached, UnitAreaSet, UnitOwnerSet, UnitStatus, UnitStatusSet, UnitTenancySet,
};
use crate::value::Count;

pub(super) fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

pub(super) fn per_area(unit_price: &str) -> Price {
    Price::PerArea { area: AreaKind::Building, unit_price: unit_price.parse().unwrap() }
}

pub(super) fn tariff(n: u128, from: &str, price: Price) -> TariffSet {
    TariffSet {
        tariff: TariffId(uuid(n)),
        from: day(from),
        price,
        cycle_months: Count(1),
        basis: MonthBasis::Calendar,
        timing: Timing::Advance,
        due: DueRule::DayOfMonth { day: Count(10) },
        round_to: RoundTo::Fen,
        approved: None,
        seen: Vec::new(),
    }
}

fn quarterly(tariff: TariffSet) -> TariffSet {
    TariffSet { cycle_months: Count(3), ..tariff }
}

fn area(from: &str, sqm: &str) -> UnitAreaSet {
    UnitAreaSet { from: day(from), building_area_sqm: sqm.parse().unwrap(), inner_area_sqm: None }
}

fn status(from: &str, status: UnitStatus) -> UnitStatusSet {
    UnitStatusSet { from: day(from), status }
}

fn owner(from: &str, party: PartyId) -> UnitOwnerSet {
    UnitOwnerSet { from: day(from), party }
}

fn attached(from: &str, until: Option<&str>) -> FeeItemAttached {
    FeeItemAttached { fee_item: ITEM, from: day(from), until: until.map(day) }
}

/// 100 square metres, handed over to the owner, the item attached, all since 2025; the clock stands at 2026-01-01.
pub(super) fn home() -> Story {
    registered()
        .given(UNIT, area("2025-01-01", "100"))
        .given(UNIT, status("2025-01-01", UnitStatus::HandedOver))
        .given(UNIT, owner("2025-01-01", OWNER))
        .given(UNIT, attached("2025-01-01", None))
}

pub(super) fn bill(from: &str, to: &str) -> BillUnit {
    let scope = BillScope::Months { from: from.parse().unwrap(), to: to.parse().unwrap(), fee_items: Vec::new() };
    BillUnit { unit: UNIT, scope }
}

pub(super) fn charges(story: &mut Story, command: &BillUnit) -> Vec<ChargePosted> {
    let charge = |event| match event {
        Event::Account(AccountEvent::ChargePosted(charge)) => Some(charge),
        _ => None,
    };
    story.accepted(command).into_iter().filter_map(charge).collect()
}

/// `from until amount of whole (month/of) by obligor, due`
pub(super) fn rows(story: &mut Story, from: &str, to: &str) -> Vec<String> {
    let who = |party: PartyId| match party {
        DEVELOPER => "developer",
        OWNER => "owner",
        BUYER => "buyer",
        TENANT => "tenant",
        _ => "nobody",
    };
    let row = |charge: &ChargePosted| {
        let share = charge.share.clone().unwrap();
        format!(
            "{} {} {} of {} ({}/{}) by {}{}, due {}",
            charge.service.from(),
            charge.service.until(),
            charge.amount,
            charge.whole.unwrap(),
            share.month,
            share.of,
            who(charge.booking.obligor),
            charge.agreed_payer.map(|payer| format!(" or {}", who(payer))).unwrap_or_default(),
            charge.due_on,
        )
    };
    charges(story, &bill(from, to)).iter().map(row).collect()
}

pub(super) fn skipped(story: &mut Story, command: &BillUnit) -> Vec<String> {
    let refusal = story.when(command).unwrap_err();
    assert_eq!(refusal.code, "nothing_to_bill");
    refusal.detail.into_iter().map(|(_, text)| text.replace(&ITEM.to_string(), "item")).collect()
}

#[test]
fn a_month_is_charged_with_its_tax_and_what_it_rests_on() {
    let mut story = home().given(ITEM, tariff(1, "2025-01-01", per_area("2.38")));
    let charges = charges(&mut story, &bill("2026-01", "2026-01"));
    let [charge] = &charges[..] else { panic!("one charge") };
    assert_eq!((charge.amount.to_string(), charge.gross), ("238.00".to_owned(), charge.amount));
    assert_eq!((charge.vat.net.to_string(), charge.vat.tax.to_string()), ("224.53".into(), "13.47".into()));
    assert_eq!(charge.booking.period.to_string(), "2026-01");
    assert!(charge.booking.recognised && charge.booking.tax_due);
    assert_eq!(charge.tariff, Some(TariffId(uuid(1))));
    let inputs: Vec<_> = charge.inputs.iter().map(|input| format!("{} {}", input.name, input.value)).collect();
    assert_eq!(inputs, ["building_area_sqm 100", "unit_price 2.38"]);
    assert_eq!(charge.priority, Count(10));
}

#[test]
fn a_quarter_is_billed_as_its_months_with_one_due_date() {
    let mut story = home().given(ITEM, quarterly(tariff(1, "2025-01-01", per_area("1.0001"))));
    assert_eq!(
        rows(&mut story, "2026-01", "2026-03"),
        [
            "2026-01-01 2026-02-01 100.01 of 300.03 (1/3) by owner, due 2026-01-10",
            "2026-02-01 2026-03-01 100.01 of 300.03 (2/3) by owner, due 2026-01-10",
            "2026-03-01 2026-04-01 100.01 of 300.03 (3/3) by owner, due 2026-01-10",
        ]
    );
    let mut later = home().given(ITEM, quarterly(tariff(1, "2025-01-01", per_area("1.0001"))));
    let lines = charges(&mut later, &bill("2026-01", "2026-01"));
    assert_eq!(lines.iter().filter(|charge| charge.booking.recognised).count(), 1, "only January has come");
    assert!(lines.iter().all(|charge| charge.bill_line == lines[0].bill_line));
}

#[test]
fn a_cycle_is_billed_when_it_begins_or_when_it_ends() {
    let arrears = TariffSet {
        timing: Timing::Arrears,
        ..quarterly(tariff(1, "2025-01-01", Price::Fixed { amount: "100".parse().unwrap(), per: AmountPer::Cycle }))
    };
    let mut story = home().on("2026-04-01").given(ITEM, arrears);
    assert_eq!(skipped(&mut story, &bill("2026-01", "2026-02")), [""; 0]);
    assert_eq!(
        rows(&mut story, "2026-03", "2026-03"),
        [
            "2026-01-01 2026-02-01 33.33 of 100.00 (1/3) by owner, due 2026-04-10",
            "2026-02-01 2026-03-01 33.34 of 100.00 (2/3) by owner, due 2026-04-10",
            "2026-03-01 2026-04-01 33.33 of 100.00 (3/3) by owner, due 2026-04-10",
        ]
    );
}

#[test]
fn a_tariff_or_area_change_cuts_the_whole_in_two() {
    let mut story = home()
        .given(ITEM, quarterly(tariff(1, "2025-01-01", per_area("1"))))
        .given(ITEM, quarterly(tariff(2, "2026-02-15", per_area("2"))))
        .given(UNIT, area("2026-03-01", "50"))
        .given(UNIT, area("2026-03-10", "50"));
    assert_eq!(
        rows(&mut story, "2026-01", "2026-01"),
        [
            "2026-01-01 2026-02-01 100.00 of 150.00 (1/2) by owner, due 2026-01-10",
            "2026-02-01 2026-02-15 50.00 of 150.00 (2/2) by owner, due 2026-01-10",
            "2026-02-15 2026-03-01 100.00 of 100.00 (1/1) by owner, due 2026-01-10",
            "2026-03-01 2026-04-01 100.00 of 100.00 (1/1) by owner, due 2026-01-10",
        ],
        "the same area again cuts nothing"
    );
}

#[test]
fn who_owes_follows_status_owner_and_tenancy() {
    let term = DateRange::new(day("2026-05-01"), day("2026-06-01")).unwrap();
    let mut story = registered()
        .given(UNIT, area("2025-01-01", "100"))
        .given(UNIT, attached("2025-01-01", None))
        .given(UNIT, status("2025-01-01", UnitStatus::NotHandedOver))
        .given(UNIT, owner("2025-06-01", OWNER))
        .given(UNIT, status("2026-02-15", UnitStatus::HandedOver))
        .given(UNIT, owner("2026-03-11", BUYER))
        .given(UNIT, status("2026-05-01", UnitStatus::Leased))
        .given(UNIT, UnitTenancySet { party: TENANT, term, pays: vec![ITEM] })
        .given(ITEM, tariff(1, "2025-01-01", per_area("3.1")));
    assert_eq!(
        rows(&mut story, "2026-01", "2026-06"),
        [
            "2026-01-01 2026-02-01 310.00 of 310.00 (1/1) by developer, due 2026-01-10",
            "2026-02-01 2026-02-15 155.00 of 155.00 (1/1) by developer, due 2026-02-10",
            "2026-02-15 2026-03-01 155.00 of 155.00 (1/1) by owner, due 2026-02-10",
            "2026-03-01 2026-03-11 100.00 of 100.00 (1/1) by owner, due 2026-03-10",
            "2026-03-11 2026-04-01 210.00 of 210.00 (1/1) by buyer, due 2026-03-10",
            "2026-04-01 2026-05-01 310.00 of 310.00 (1/1) by buyer, due 2026-04-10",
            "2026-05-01 2026-06-01 310.00 of 310.00 (1/1) by buyer or tenant, due 2026-05-10",
            "2026-06-01 2026-07-01 310.00 of 310.00 (1/1) by buyer, due 2026-06-10",
        ]
    );
}

#[test]
fn the_ends_of_an_attachment_break_the_first_and_the_last_cycle() {
    let mut story = registered()
        .given(UNIT, area("2025-01-01", "100"))
        .given(UNIT, status("2025-01-01", UnitStatus::HandedOver))
        .given(UNIT, owner("2025-01-01", OWNER))
        .given(UNIT, attached("2026-01-17", None))
        .given(UNIT, FeeItemDetached { fee_item: ITEM, on: day("2026-05-16") })
        .given(ITEM, quarterly(tariff(1, "2025-01-01", per_area("3.1"))));
    assert_eq!(
        rows(&mut story, "2026-01", "2026-06"),
        [
            "2026-01-17 2026-02-01 150.00 of 770.00 (1/3) by owner, due 2026-01-10",
            "2026-02-01 2026-03-01 310.00 of 770.00 (2/3) by owner, due 2026-01-10",
            "2026-03-01 2026-04-01 310.00 of 770.00 (3/3) by owner, due 2026-01-10",
            "2026-04-01 2026-05-01 310.00 of 460.00 (1/2) by owner, due 2026-04-10",
            "2026-05-01 2026-05-16 150.00 of 460.00 (2/2) by owner, due 2026-04-10",
        ]
    );
}

#[test]
fn anniversary_cycles_run_from_the_day_of_the_attachment() {
    let fixed = Price::Fixed { amount: "80".parse().unwrap(), per: AmountPer::Month };
    let anchored = TariffSet { basis: MonthBasis::Anniversary, ..quarterly(tariff(1, "2025-01-01", fixed)) };
    let mut story = registered()
        .given(UNIT, status("2025-01-01", UnitStatus::HandedOver))
        .given(UNIT, owner("2025-01-01", OWNER))
        .given(UNIT, attached("2025-08-31", Some("2026-04-10")))
        .given(ITEM, anchored);
    assert_eq!(
        rows(&mut story, "2026-01", "2026-02"),
        [
            "2026-02-28 2026-03-31 80.00 of 106.67 (1/2) by owner, due 2026-02-10",
            "2026-03-31 2026-04-10 26.67 of 106.67 (2/2) by owner, due 2026-02-10",
        ]
    );
}

#[test]
fn nothing_is_due_before_its_notice() {
    let rules = CommunityRulesSet {
        allocation_policy: AllocationPolicy::PrincipalFirst,
        notice_days: Count(15),
        go_live_on: Some(day("2026-01-16")),
        late_fee_ceiling: None,
        bill_runs_need_approval: None,
        cash_rounding_limit: None,
    };
    let community = CommunityId(Story::new().ledger_id().uuid());
    let story = home().given(ITEM, tariff(1, "2025-01-01", per_area("3.1"))).given(community, rules);
    let mut story = story.on("2026-01-16");
    assert_eq!(
        rows(&mut story, "2025-12", "2026-02"),
        [
            "2026-01-16 2026-02-01 160.00 of 160.00 (1/1) by owner, due 2026-01-31",
            "2026-02-01 2026-03-01 310.00 of 310.00 (1/1) by owner, due 2026-02-10",
        ]
    );
    let skips = skipped(&mut story, &bill("2025-12", "2025-12"));
    assert_eq!(skips, ["before_go_live item [2025-12-01, 2026-01-01)"]);
}

#[test]
fn nothing_is_billed_that_the_old_books_billed() {
    let said = |until: &str| OpeningBilledUntilSet {
        opening: OpeningId(uuid(0x8000)),
        record: Count(1),
        fee_item: ITEM,
        until: day(until),
    };
    let account = AccountId::of_unit(UNIT);
    let home = || home().given(ITEM, tariff(1, "2025-01-01", per_area("3.1")));
    let mut whole = home().given(account, said("2026-02-01"));
    assert_eq!(
        rows(&mut whole, "2026-01", "2026-02"),
        ["2026-02-01 2026-03-01 310.00 of 310.00 (1/1) by owner, due 2026-02-10"]
    );
    let skips = skipped(&mut whole, &bill("2026-01", "2026-01"));
    assert_eq!(skips, ["already_charged item [2026-01-01, 2026-02-01)"]);
    let mut part = home().given(account, said("2026-01-16"));
    assert_eq!(
        rows(&mut part, "2026-01", "2026-01"),
        ["2026-01-16 2026-02-01 160.00 of 160.00 (1/1) by owner, due 2026-01-10"]
    );
}

#[test]
fn days_after_publication_count_from_today() {
    let after = TariffSet { due: DueRule::DaysAfter { days: Count(30) }, ..tariff(1, "2025-01-01", per_area("1")) };
    let mut story = home().given(ITEM, after);
    assert_eq!(
        rows(&mut story, "2026-03", "2026-03"),
        ["2026-03-01 2026-04-01 100.00 of 100.00 (1/1) by owner, due 2026-01-31"]
    );
}

#[test]
fn what_is_charged_is_left_out_and_missing_data_never_becomes_zero() {
    let priced = tariff(1, "2026-01-01", per_area("1"));
    let mut story = home().given(ITEM, priced.clone());
    story.accepted(&bill("2026-02", "2026-02"));
    assert_eq!(skipped(&mut story, &bill("2026-02", "2026-02")), ["already_charged item [2026-02-01, 2026-03-01)"]);
    assert_eq!(rows(&mut story, "2026-01", "2026-03").len(), 2, "February is left out");
    assert_eq!(skipped(&mut story, &bill("2025-11", "2025-12")), ["tariff_missing item [2025-11-01, 2026-01-01)"]);
    let bare = || registered().given(ITEM, priced.clone()).given(UNIT, attached("2026-01-01", None));
    let january = |story: &mut Story| skipped(story, &bill("2026-01", "2026-01"));
    let days = "item [2026-01-01, 2026-02-01)";
    assert_eq!(january(&mut bare()), [format!("hand_over_date_missing {days}")]);
    let mut vacant = bare().given(UNIT, status("2026-01-01", UnitStatus::Vacant));
    assert_eq!(january(&mut vacant), [format!("obligor_missing {days}")]);
    let mut unmeasured = bare().given(UNIT, status("2026-01-01", UnitStatus::Unsold));
    assert_eq!(january(&mut unmeasured), [format!("area_missing {days}: building_area_sqm")]);
    let mut huge = home().given(ITEM, tariff(1, "2025-01-01", per_area("100000000000")));
    assert_eq!(january(&mut huge), [format!("formula_invalid {days}")]);
    assert_eq!(january(&mut registered()), [""; 0], "nothing is attached");
    let other =
        BillScope::Months { from: "2026-01".parse().unwrap(), to: "2026-01".parse().unwrap(), fee_items: vec![ITEM] };
    assert_eq!(skipped(&mut registered(), &BillUnit { unit: UNIT, scope: other }), ["not_attached item"]);
}

#[test]
fn a_zero_amount_is_posted() {
    let mut story = home().given(ITEM, tariff(1, "2025-01-01", per_area("0")));
    assert_eq!(
        rows(&mut story, "2026-01", "2026-01"),
        ["2026-01-01 2026-02-01 0.00 of 0.00 (1/1) by owner, due 2026-01-10"]
    );
}

#[test]
fn the_tax_treatment_is_that_of_the_service_month() {
    let exempt = Vat::of(crate::book::VatCategory::Exempt, None);
    let mut story = home()
        .given(ITEM, tariff(1, "2025-01-01", per_area("1")))
        .given(ITEM, FeeItemVatSet { from: day("2026-02-01"), vat: exempt });
    let taxes: Vec<_> = charges(&mut story, &bill("2026-01", "2026-02"))
        .iter()
        .map(|charge| (charge.vat.tax.to_string(), charge.booking.tax_due))
        .collect();
    assert_eq!(taxes, [("5.66".to_owned(), true), ("0.00".to_owned(), false)]);
}

#[test]
fn a_run_bills_its_month_and_its_items_until_it_is_completed() {
    let run = BillRunId(uuid(90));
    let start =
        |fee_items| BillRunStarted { month: "2026-01".parse().unwrap(), fee_items, units: Count(1), publish_on: None };
    let command = BillUnit { unit: UNIT, scope: BillScope::Run(run) };
    let mut story = home().given(ITEM, tariff(1, "2025-01-01", per_area("1")));
    assert_eq!(story.refused(&command), "bill_run_must_exist");
    let mut story = story.given(run, start(vec![ITEM]));
    let posted = charges(&mut story, &command);
    assert_eq!(posted.iter().map(|charge| charge.run).collect::<Vec<_>>(), [Some(run)]);
    assert_eq!(left_out(&mut story, &command), ["already_charged 2026-01-01"], "and it says so for ever");
    let other = FeeItemId(uuid(81));
    let mut elsewhere = home().given(run, start(vec![other]));
    assert_eq!(skipped(&mut elsewhere, &command), [format!("not_attached {other}")]);
    let completed = super::BillRunCompleted { charges: Count(1), amount: "100.00".parse().unwrap(), skipped: Count(0) };
    assert_eq!(story.given(run, completed).refused(&command), "bill_run_must_be_open");
}

/// What a command of a run notes that it leaves out.
fn left_out(story: &mut Story, command: &BillUnit) -> Vec<String> {
    let events = story.accepted(command);
    let skips = events.into_iter().filter_map(|event| match event {
        Event::BillRun(BillRunEvent::UnitSkipped(skipped)) => Some(skipped.skips),
        _ => None,
    });
    let told = |skip: Skip| {
        format!("{} {}", skip.reason, skip.service.map_or_else(String::new, |days| days.from().to_string()))
    };
    skips.flatten().map(told).collect()
}

#[test]
fn what_is_in_the_way_of_a_unit_is_a_fact_beside_what_is_billed_of_it() {
    let (run, other) = (BillRunId(uuid(90)), FeeItemId(uuid(81)));
    let command = BillUnit { unit: UNIT, scope: BillScope::Run(run) };
    let start = BillRunStarted {
        month: "2026-01".parse().unwrap(),
        fee_items: vec![ITEM, other],
        units: Count(1),
        publish_on: None,
    };
    let mut story = home().given(ITEM, tariff(1, "2026-01-11", per_area("1"))).given(run, start);
    assert_eq!(left_out(&mut story, &command), ["tariff_missing 2026-01-01"], "what is not attached is no news");
    let refused = SkipUnit { run, unit: UNIT, rule: "period_must_be_open".parse().unwrap() };
    story.accepted(&refused);
    assert_eq!(story.refused(&refused), "unit_must_not_be_skipped");
    assert_eq!(story.refused(&command), "unit_must_not_be_skipped", "also when the rule would allow it now");
    let other = BillUnit { unit: UNIT, ..bill("2026-02", "2026-02") };
    assert_eq!(charges(&mut story, &other).len(), 1, "but singly");
}

#[test]
fn wishes_are_bounded() {
    let mut story = home().given(ITEM, tariff(1, "2025-01-01", per_area("1")));
    assert_eq!(story.refused(&bill("2026-02", "2026-01")), "months_must_be_in_order");
    assert_eq!(story.refused(&bill("2026-01", "2027-01")), "months_must_be_in_order");
    assert_eq!(rows(&mut story, "2026-01", "2026-12").len(), 12);
    let twice = BillScope::Months {
        from: "2026-01".parse().unwrap(),
        to: "2026-01".parse().unwrap(),
        fee_items: vec![ITEM, ITEM],
    };
    assert_eq!(story.refused(&BillUnit { unit: UNIT, scope: twice }), "fee_items_must_be_few");
    let stranger = BillUnit { unit: UnitId(uuid(99)), ..bill("2026-01", "2026-01") };
    assert_eq!(story.refused(&stranger), "unit_must_exist");
    assert!(story.draft().account(AccountId::of_unit(UNIT)).charges().count() == 12);
}
