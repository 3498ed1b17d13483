//! The maintenance fund as a clerk knows it: asked for by area, paid in, topped up when little of it is left.

use super::fixture::{day, money, told, unexplained};
use super::{DemandFund, FundDemand, ReverseCharge, UnitFund};
use crate::approval::Authority;
use crate::approval::fixture::limit;
use crate::book::{Fund, Purse, VatCategory};
use crate::fee_item::{
    AreaKind, DueRule, FeeItemCreated, MonthBasis, Price, SetTopUpRule, TariffSet, Timing, TopUpRule, Vat,
};
use crate::id::{AccountId, ChargeId, FeeItemId, TariffId};
use crate::money::RoundTo;
use crate::payment::fixture::{fund_bank, transfer};
use crate::payment::{Pays, RecordPayment, Spending};
use crate::pool::fixture::{bare, town, unit};
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::UnitPriceSet;
use crate::value::Count;

pub(crate) const FUND: FeeItemId = FeeItemId(uuid::Uuid::from_u128(0x9700));

pub(crate) fn account_of(n: u128) -> AccountId {
    AccountId::of_unit(unit(n))
}

pub(crate) fn fund_of(story: &Story, n: u128) -> UnitFund {
    story.draft().account(account_of(n)).fund()
}

/// Units 1, 2, … of these areas, and a fund of 80 yuan per square metre.
pub(crate) fn founded(areas: &[&str]) -> Story {
    let vat = Vat::of(VatCategory::NotTaxable, None);
    let created = FeeItemCreated {
        name: "住宅专项维修资金".parse().unwrap(),
        fund: Fund::MaintenanceFund,
        priority: Count(30),
        vat,
    };
    let tariff = TariffSet {
        tariff: TariffId(uuid(0x9701)),
        from: day("2020-01-01"),
        price: Price::PerArea { area: AreaKind::Building, unit_price: "80".parse().unwrap() },
        cycle_months: Count(1),
        basis: MonthBasis::Calendar,
        timing: Timing::Advance,
        due: DueRule::DaysAfter { days: Count(30) },
        round_to: RoundTo::Fen,
        approved: None,
        seen: Vec::new(),
    };
    town(areas).given(FUND, created).given(FUND, tariff)
}

pub(crate) fn ask(demand: FundDemand, units: &[u128]) -> DemandFund {
    DemandFund { fee_item: FUND, demand, units: units.iter().map(|n| unit(*n)).collect(), due_on: day("2027-12-31") }
}

/// Asks for the first deposits of these units and pays them.
pub(crate) fn paid_in(story: &mut Story, units: &[u128]) {
    story.accepted(&ask(FundDemand::FirstDeposit, units));
    for n in units {
        story.accepted(&pay(story, *n));
    }
}

/// Pays whatever is open of a unit's fund.
pub(crate) fn pay(story: &Story, n: u128) -> RecordPayment {
    let state = story.draft().account(account_of(n));
    let open: Vec<ChargeId> =
        state.charges().filter(|charge| charge.open().is_positive()).map(|charge| charge.charge).collect();
    let amount = state.charges().map(|charge| charge.open()).sum::<crate::money::Money>();
    let reference = format!("F{n}-{}", state.charges().count());
    let spending = Spending {
        pays: vec![Pays { account: account_of(n), charges: open, amount: None }],
        rest_to: None,
        earmark: None,
        charges_only: false,
        as_of: None,
    };
    let paid = transfer(&reference, &amount.to_string(), "2026-01-01", spending);
    RecordPayment { channel: fund_bank(), ..paid }
}

pub(crate) fn rule(below: &str, to: &str) -> SetTopUpRule {
    let rule = Some(TopUpRule { below: below.parse().unwrap(), to: to.parse().unwrap() });
    SetTopUpRule { fee_item: FUND, from: day("2020-01-01"), rule, authority: Authority::default() }
}

#[test]
fn a_first_deposit_is_asked_once_by_area_and_what_pays_it_is_the_units_fund() {
    let mut story = founded(&["89.76", "100"]);
    let told = told(&story.accepted(&ask(FundDemand::FirstDeposit, &[1, 2])));
    assert_eq!(told, ["charged 7180.80", "charged 8000.00"]);
    assert_eq!(story.refused(&ask(FundDemand::FirstDeposit, &[1])), "first_deposit_must_be_new");
    let asked = fund_of(&story, 1);
    assert_eq!((asked.first_deposit, asked.balance()), (money("7180.80"), money("0.00")));
    let events = story.when(&pay(&story, 1)).unwrap();
    let facts: Vec<Event> = events.iter().map(|event| event.event.clone()).collect();
    assert!(super::fixture::told(&facts).last().unwrap().starts_with("receipt TESTM"));
    let mut lines = events.iter().flat_map(|event| event.postings.iter().flatten());
    assert!(lines.all(|line| line.purse == Purse::MaintenanceFund));
    assert_eq!(fund_of(&story, 1).balance(), money("7180.80"));
    assert!(unexplained(&story, account_of(1)).is_empty());
}

#[test]
fn a_unit_of_its_own_price_pays_by_it_and_one_without_an_area_is_named() {
    let price = UnitPriceSet {
        fee_item: FUND,
        from: day("2020-01-01"),
        price: Some(Price::PerArea { area: AreaKind::Building, unit_price: "120".parse().unwrap() }),
        reason: "高层电梯房".parse().unwrap(),
        approved: None,
        seen: Vec::new(),
    };
    let mut story = bare(founded(&["100"]), 2, "1-2").given(unit(1), price);
    let told = told(&story.accepted(&ask(FundDemand::FirstDeposit, &[1])));
    assert_eq!(told, ["charged 12000.00"]);
    assert_eq!(story.refused(&ask(FundDemand::FirstDeposit, &[2])), "first_deposit_must_be_priced");
    assert_eq!(story.refused(&ask(FundDemand::FirstDeposit, &[3])), "unit_must_exist");
    assert_eq!(story.refused(&ask(FundDemand::FirstDeposit, &[1, 1])), "fund_units_must_be_bounded");
    assert_eq!(story.refused(&ask(FundDemand::FirstDeposit, &[])), "fund_units_must_be_bounded");
    let fee = DemandFund { fee_item: crate::pool::fixture::ITEM, ..ask(FundDemand::FirstDeposit, &[1]) };
    assert_eq!(story.refused(&fee), "fee_item_must_be_of_maintenance_fund");
    let soon = DemandFund { due_on: day("2020-01-01"), ..ask(FundDemand::FirstDeposit, &[1]) };
    assert_eq!(story.refused(&soon), "due_date_must_give_notice");
}

#[test]
fn what_was_asked_wrongly_is_reversed_and_asked_again() {
    let mut story = founded(&["100"]);
    story.accepted(&ask(FundDemand::FirstDeposit, &[1]));
    let charge = story.draft().account(account_of(1)).charges().next().unwrap().charge;
    let (reason, authority) = ("面积有误".parse().unwrap(), limit("99999.00"));
    story.accepted(&ReverseCharge { account: account_of(1), charge, reason, authority });
    story.accepted(&ask(FundDemand::FirstDeposit, &[1]));
    assert_eq!(fund_of(&story, 1).first_deposit, money("8000.00"));
}

#[test]
fn a_unit_is_topped_up_when_what_it_has_and_was_asked_is_below_the_rule() {
    let mut story = founded(&["100", "50"]);
    assert_eq!(story.refused(&ask(FundDemand::TopUp, &[1])), "top_up_rule_must_exist");
    story.accepted(&rule("0.3", "1"));
    paid_in(&mut story, &[1, 2]);
    assert_eq!(story.refused(&ask(FundDemand::TopUp, &[1])), "fund_must_be_below");
    assert_eq!(fund_of(&story, 2).covered(), money("4000.00"));
}

#[test]
fn a_rule_is_of_a_fund_and_its_parts_fit() {
    let mut story = founded(&["100"]);
    for (below, to) in [("0", "1"), ("0.5", "0.3"), ("0.3", "1.1"), ("0.33333", "1")] {
        assert_eq!(story.refused(&rule(below, to)), "top_up_rule_must_be_in_range");
    }
    let fee = SetTopUpRule { fee_item: crate::pool::fixture::ITEM, ..rule("0.3", "1") };
    assert_eq!(story.refused(&fee), "fee_item_must_be_of_maintenance_fund");
    let unknown = SetTopUpRule { fee_item: FeeItemId(uuid(1)), ..rule("0.3", "1") };
    assert_eq!(story.refused(&unknown), "fee_item_must_exist");
}
