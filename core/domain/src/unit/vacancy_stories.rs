//! Stories of vacancies: applied for by one, looked at by another, approved by a third.

use super::*;
use crate::account::AccountEvent;
use crate::approval::Authority;
use crate::approval::fixture::{approved, limit, staff};
use crate::bill_run::{BillScope, BillUnit};
use crate::calendar::DateRange;
use crate::fee_item::{AreaKind, DueRule, MonthBasis, Price, SetVacancyPolicy, TariffSet, Timing};
use crate::id::{FeeItemId, TariffId, VacancyId};
use crate::money::RoundTo;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{ITEM, OWNER, UNIT, registered};
use crate::value::Count;

fn day(text: &str) -> crate::calendar::CivilDate {
    text.parse().unwrap()
}

fn home() -> Story {
    let from = day("2025-01-01");
    let tariff = TariffSet {
        tariff: TariffId(uuid(1)),
        from,
        price: Price::PerArea { area: AreaKind::Building, unit_price: "2".parse().unwrap() },
        cycle_months: Count(1),
        basis: MonthBasis::Calendar,
        timing: Timing::Advance,
        due: DueRule::DayOfMonth { day: Count(10) },
        round_to: RoundTo::Fen,
        approved: None,
        seen: Vec::new(),
    };
    registered()
        .given(UNIT, UnitAreaSet { from, building_area_sqm: "100".parse().unwrap(), inner_area_sqm: None })
        .given(UNIT, UnitStatusSet { from, status: UnitStatus::HandedOver })
        .given(UNIT, UnitOwnerSet { from, party: OWNER })
        .given(UNIT, FeeItemAttached { fee_item: ITEM, from, until: None })
        .given(ITEM, tariff)
}

fn policy(off: &str) -> SetVacancyPolicy {
    SetVacancyPolicy { fee_item: ITEM, from: day("2026-01-01"), off: off.parse().ok(), authority: Authority::default() }
}

fn apply() -> ApplyVacancy {
    let days = DateRange::new(day("2026-01-01"), day("2026-07-01")).unwrap();
    ApplyVacancy { unit: UNIT, fee_item: ITEM, days, reason: "无人居住".parse().unwrap() }
}

fn inspect(vacancy: VacancyId, found: VacancyFinding) -> InspectVacancy {
    InspectVacancy { unit: UNIT, vacancy, on: day("2026-01-01"), found, photos: Vec::new() }
}

fn approve(vacancy: VacancyId) -> ApproveVacancy {
    ApproveVacancy { unit: UNIT, vacancy, charged: None, authority: limit("100000.00") }
}

fn decline(vacancy: VacancyId) -> DeclineVacancy {
    DeclineVacancy { unit: UNIT, vacancy, reason: "水表有用量".parse().unwrap() }
}

fn by(story: Story, n: u128) -> Story {
    story.by(staff(n))
}

fn applied(story: &mut Story) -> VacancyId {
    match story.accepted(&apply()).remove(0) {
        Event::Unit(UnitEvent::VacancyApplied(applied)) => applied.vacancy,
        event => panic!("{event:?}"),
    }
}

#[test]
fn what_was_found_vacant_and_approved_by_a_third_is_a_discount() {
    let mut story = home();
    story.accepted(&policy("0.3"));
    let vacancy = applied(&mut story);
    assert_eq!(story.refused(&apply()), "vacancy_must_be_applied_once");
    assert_eq!(story.refused(&inspect(vacancy, VacancyFinding::Vacant)), "vacancy_must_be_inspected_by_another");
    assert_eq!(story.refused(&approve(vacancy)), "vacancy_must_be_found");
    let mut story = by(story, 2);
    let early = InspectVacancy { on: day("2026-01-02"), ..inspect(vacancy, VacancyFinding::Vacant) };
    assert_eq!(story.refused(&early), "inspection_must_be_in_range");
    story.accepted(&inspect(vacancy, VacancyFinding::Vacant));
    assert_eq!(story.refused(&approve(vacancy)), "approval_must_be_given", "nobody grants alone");
    // Who looked is the second member of staff, who also answers in the fixture.
    let mut story = by(story, 1);
    let own = ApproveVacancy { authority: approved(&mut story, &approve(vacancy)), ..approve(vacancy) };
    assert_eq!(story.refused(&own), "vacancy_must_be_approved_by_another");
}

#[test]
fn a_vacancy_lowers_what_is_billed_for_its_days() {
    let mut story = by(home(), 3);
    story.accepted(&policy("0.3"));
    let vacancy = applied(&mut story);
    let mut story = by(story, 4);
    story.accepted(&inspect(vacancy, VacancyFinding::Vacant));
    let mut story = by(story, 1);
    let authority = approved(&mut story, &approve(vacancy));
    story.accepted(&ApproveVacancy { authority, ..approve(vacancy) });
    assert_eq!(story.refused(&decline(vacancy)), "vacancy_must_be_undecided");
    assert_eq!(story.refused(&inspect(vacancy, VacancyFinding::Vacant)), "vacancy_must_be_undecided");
    let (from, to) = ("2026-01".parse().unwrap(), "2026-01".parse().unwrap());
    let scope = BillScope::Months { from, to, fee_items: Vec::new() };
    let charge = story.accepted(&BillUnit { unit: UNIT, scope }).remove(0);
    let Event::Account(AccountEvent::ChargePosted(charge)) = charge else { panic!() };
    let line = charge.discounts.first().unwrap();
    assert_eq!((charge.gross.to_string(), charge.amount.to_string()), ("200.00".into(), "140.00".into()));
    assert_eq!((line.kind.as_str(), line.approval), ("vacancy", authority.approval));
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let mut story = home();
    assert_eq!(story.refused(&policy("1")), "vacancy_policy_must_be_in_range");
    let stranger = SetVacancyPolicy { fee_item: FeeItemId(uuid(9)), ..policy("0.3") };
    assert_eq!(story.refused(&stranger), "fee_item_must_exist");
    let vacancy = applied(&mut story);
    let mut story = by(story, 3);
    story.accepted(&inspect(vacancy, VacancyFinding::Vacant));
    assert_eq!(story.refused(&approve(vacancy)), "vacancy_policy_must_exist");
    assert_eq!(story.refused(&decline(VacancyId(uuid(9)))), "vacancy_must_exist");
    story.accepted(&decline(vacancy));
    let vacancy = applied(&mut story);
    let mut story = by(story, 4);
    story.accepted(&inspect(vacancy, VacancyFinding::Occupied));
    assert_eq!(story.refused(&approve(vacancy)), "vacancy_must_be_found");
}
