//! Stories of a transfer 过户: what becomes of charges, payments and credit, as rows that an accountant can read.

use super::fixture::{BUYER, DEVELOPER, ITEM, OWNER, TENANT, UNIT, registered};
use super::{
    CreditChoice, CreditFate, FeeItemAttached, PaidAhead, SellersCredit, SetOwner, SetStatus, SetTenancy, Transfer,
    TransferUnit, UnitAreaSet, UnitEvent, UnitOwnerSet, UnitStatus, UnitStatusSet, UnitTenancySet, UnitTransferred,
    preview_transfer,
};
use crate::account::fixture::{day, told};
use crate::account::{AccountState, ReduceCharge, ReverseCharge, WaiveCharges, Waiver, WriteOffCharge};
use crate::approval::fixture::{approved, limit};
use crate::bill_run::{BillScope, BillUnit};
use crate::books::fixture::close;
use crate::calendar::DateRange;
use crate::fee_item::{AreaKind, DueRule, MonthBasis, Price, TariffSet, Timing};
use crate::id::{AccountId, ChargeId, LotId, PartyId, TariffId};
use crate::money::RoundTo;
use crate::payment::fixture::{payment, transfer};
use crate::payment::{Pays, Spending};
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::value::{Count, Digest};
use std::sync::Arc;

fn account() -> AccountId {
    AccountId::of_unit(UNIT)
}

/// 100 m² of the owner's, billed 3.10 a month and square metre, so many months at once.
pub(super) fn home(cycle: u32) -> Story {
    let tariff = TariffSet {
        tariff: TariffId(uuid(1)),
        from: day("2025-01-01"),
        price: Price::PerArea { area: AreaKind::Building, unit_price: "3.1".parse().unwrap() },
        cycle_months: Count(cycle),
        basis: MonthBasis::Calendar,
        timing: Timing::Advance,
        due: DueRule::DayOfMonth { day: Count(10) },
        round_to: RoundTo::Fen,
        approved: None,
        seen: Vec::new(),
    };
    let from = day("2025-01-01");
    let area = UnitAreaSet { from, building_area_sqm: "100".parse().unwrap(), inner_area_sqm: None };
    registered()
        .given(UNIT, area)
        .given(UNIT, UnitStatusSet { from, status: UnitStatus::HandedOver })
        .given(UNIT, UnitOwnerSet { from, party: OWNER })
        .given(UNIT, FeeItemAttached { fee_item: ITEM, from, until: None })
        .given(ITEM, tariff)
}

/// The same, billed for the first quarter on its first day.
fn billed(cycle: u32) -> Story {
    let mut story = home(cycle);
    story.accepted(&bill("2026-01", "2026-03"));
    story
}

pub(super) fn bill(from: &str, to: &str) -> BillUnit {
    let scope = BillScope::Months { from: from.parse().unwrap(), to: to.parse().unwrap(), fee_items: Vec::new() };
    BillUnit { unit: UNIT, scope }
}

pub(crate) fn sold(from: &str) -> TransferUnit {
    TransferUnit {
        transfer: Transfer { unit: UNIT, from: day(from), party: BUYER, status: None, paid_ahead: PaidAhead::Kept },
        credit: Vec::new(),
        reason: "sold".parse().unwrap(),
        authority: crate::approval::Authority::default(),
    }
}

fn freed(from: &str) -> TransferUnit {
    let sold = sold(from);
    TransferUnit { transfer: Transfer { paid_ahead: PaidAhead::Freed, ..sold.transfer }, ..sold }
}

fn state(story: &Story) -> Arc<AccountState> {
    story.draft().account(account())
}

fn who(party: PartyId) -> &'static str {
    match party {
        DEVELOPER => "developer",
        OWNER => "owner",
        BUYER => "buyer",
        TENANT => "tenant",
        _ => "nobody",
    }
}

/// Live charges in the order of time: `from until amount by whom, paid`.
fn rows(story: &Story) -> Vec<String> {
    let state = state(story);
    let mut live: Vec<_> = state.charges().filter(|charge| !charge.reversed).cloned().collect();
    live.sort_by_key(|charge| (charge.service.from(), charge.service.until(), charge.charge));
    live.iter()
        .map(|charge| {
            let (service, by) = (charge.service, who(charge.booking.obligor));
            let payer = charge.agreed_payer.map(|payer| format!(" or {}", who(payer))).unwrap_or_default();
            let paid = charge.paid;
            format!("{} {} {} by {by}{payer}, paid {paid}", service.from(), service.until(), charge.owed)
        })
        .collect()
}

/// Lots with a rest: `rest of whom`.
fn credit(story: &Story) -> Vec<String> {
    let state = state(story);
    let mut lots: Vec<_> = state.lots().filter(|lot| lot.rest.is_positive()).cloned().collect();
    lots.sort_by_key(|lot| lot.order);
    lots.iter().map(|lot| format!("{} of {}", lot.rest, who(lot.holder))).collect()
}

fn charge_of(story: &Story, from: &str) -> ChargeId {
    state(story).charges().find(|charge| charge.service.from() == day(from)).unwrap().charge
}

/// Pays what is open in its order, or what is named alone; the rest is credit.
fn pay(story: &mut Story, reference: &str, amount: &str, charges: &[ChargeId]) -> LotId {
    let spending = Spending {
        pays: vec![Pays { account: account(), charges: charges.to_vec(), amount: None }],
        rest_to: Some(account()),
        charges_only: !charges.is_empty(),
        ..Spending::default()
    };
    let paid = payment(story, &transfer(reference, amount, "2026-01-01", spending));
    story.draft().payment(paid).lots()[0].1
}

fn choice(lot: LotId, fate: CreditFate, amount: Option<&str>) -> CreditChoice {
    let amount = amount.map(|amount| amount.parse().unwrap());
    CreditChoice { lot, fate, amount, evidence: (fate == CreditFate::Moved).then_some(Digest([7; 32])) }
}

fn transferred(events: &[Event]) -> &UnitTransferred {
    let found = events.iter().find_map(|event| match event {
        Event::Unit(UnitEvent::UnitTransferred(fact)) => Some(fact),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn a_quarter_billed_ahead_is_cut_on_the_day_and_goes_over() {
    let mut story = billed(3).on("2026-02-20");
    let events = story.accepted(&sold("2026-02-11"));
    assert_eq!(
        told(&events),
        [
            "unit_owner_set",
            "charge reversed 310.00 tax 17.55",
            "charge reversed 310.00 tax 17.55",
            "charged 110.71",
            "charged 199.29",
            "charged 310.00",
            "unit_transferred"
        ]
    );
    assert_eq!(
        rows(&story),
        [
            "2026-01-01 2026-02-01 310.00 by owner, paid 0.00",
            "2026-02-01 2026-02-11 110.71 by owner, paid 0.00",
            "2026-02-11 2026-03-01 199.29 by buyer, paid 0.00",
            "2026-03-01 2026-04-01 310.00 by buyer, paid 0.00",
        ]
    );
    let state = state(&story);
    let march = state.charge(charge_of(&story, "2026-02-11")).unwrap();
    let billed = march.billed.as_ref().unwrap();
    assert_eq!((billed.whole.to_string(), billed.share.month, billed.share.of), ("509.29".into(), Count(1), Count(2)));
    assert_eq!(billed.tariff, Some(TariffId(uuid(1))));
    assert_eq!(march.due_on, day("2026-02-20"), "never due before its notice");
    assert!(story.refused(&bill("2026-01", "2026-03")) == "nothing_to_bill", "every day stays charged");
}

#[test]
fn what_was_reversed_is_billed_again_to_the_new_owner() {
    let mut story = billed(1);
    story.accepted(&sold("2026-02-01"));
    let february = state(&story).charges().find(|c| !c.reversed && c.service.from() == day("2026-02-01")).cloned();
    let charge = february.unwrap().charge;
    let reason = "wrong area".parse().unwrap();
    story.accepted(&ReverseCharge { account: account(), charge, reason, authority: limit("1000.00") });
    story.accepted(&bill("2026-02", "2026-02"));
    let of_february = |charge: &&Arc<crate::account::Charge>| charge.service.from() == day("2026-02-01");
    let state = state(&story);
    let all: Vec<_> = state.charges().filter(of_february).collect();
    assert_eq!((all.len(), all.iter().filter(|charge| charge.reversed).count()), (3, 2), "all stay visible");
    assert_eq!(rows(&story)[1], "2026-02-01 2026-03-01 310.00 by buyer, paid 0.00");
}

#[test]
fn a_month_paid_in_full_stays_with_whoever_paid_it_and_one_paid_in_part_goes_over() {
    let mut story = billed(3);
    // All of January and February, and 10.00 of March.
    let lot = pay(&mut story, "T1", "630.00", &[]);
    assert_eq!(story.refused(&sold("2026-02-11")), "credit_must_be_decided");
    let left = TransferUnit { credit: vec![choice(lot, CreditFate::Left, None)], ..sold("2026-02-11") };
    let events = story.accepted(&left);
    assert_eq!(transferred(&events).kept.len(), 1, "February");
    assert_eq!(
        rows(&story),
        [
            "2026-01-01 2026-02-01 310.00 by owner, paid 310.00",
            "2026-02-01 2026-03-01 310.00 by owner, paid 310.00",
            "2026-03-01 2026-04-01 310.00 by buyer, paid 0.00",
        ]
    );
    assert_eq!(credit(&story), ["10.00 of owner"], "never on the new owner's charges");
}

#[test]
fn what_was_paid_ahead_is_freed_by_decision_alone_and_pays_the_sellers_own_days_again() {
    let mut story = billed(3);
    let months = ["2026-01-01", "2026-02-01", "2026-03-01"].map(|from| charge_of(&story, from));
    let lot = pay(&mut story, "T1", "930.00", &months);
    let left = choice(lot, CreditFate::Left, None);
    story.accepted(&TransferUnit { credit: vec![left], ..freed("2026-02-11") });
    assert_eq!(
        rows(&story),
        [
            "2026-01-01 2026-02-01 310.00 by owner, paid 310.00",
            "2026-02-01 2026-02-11 110.71 by owner, paid 110.71",
            "2026-02-11 2026-03-01 199.29 by buyer, paid 0.00",
            "2026-03-01 2026-04-01 310.00 by buyer, paid 0.00",
        ]
    );
    assert_eq!(credit(&story), ["509.29 of owner"]);
    let receipts = story.draft().payment(state(&story).lot(lot).unwrap().payment().unwrap());
    let live: Vec<_> = receipts.receipts().iter().filter(|receipt| receipt.live).cloned().collect();
    let lines: Vec<_> = live.iter().flat_map(|receipt| receipt.lines.iter().map(|l| l.amount.to_string())).collect();
    assert_eq!((live.len(), lines), (1, vec!["509.29".into(), "420.71".into()]));
}

#[test]
fn the_sellers_credit_is_refunded_left_or_moved_and_never_by_default() {
    let mut story = billed(3);
    let lots = ["T1", "T2", "T3"].map(|reference| pay(&mut story, reference, "400.00", &[]));
    // 930.00 is paid and 270.00 left, all of the third lot; February and March are freed besides.
    let all = |last: CreditChoice, second: CreditChoice| TransferUnit {
        credit: vec![choice(lots[0], CreditFate::Left, None), second, last],
        ..freed("2026-02-01")
    };
    let (refund, moved) = (CreditFate::Refunded, CreditFate::Moved);
    let wish = all(choice(lots[2], refund, Some("400.00")), choice(lots[1], moved, Some("400.00")));
    assert_eq!(story.refused(&wish), "approval_must_be_given", "800.00 leave the seller");
    let missing = TransferUnit { credit: vec![choice(lots[0], CreditFate::Left, None)], ..freed("2026-02-01") };
    assert_eq!(story.refused(&missing), "credit_must_be_decided");
    let much = TransferUnit {
        authority: limit("9999.00"),
        ..all(choice(lots[2], refund, Some("400.01")), choice(lots[1], moved, Some("400.00")))
    };
    assert_eq!(story.refused(&much), "amount_must_not_exceed_refundable");
    let authority = approved(&mut story, &wish);
    let events = story.accepted(&TransferUnit { authority, ..wish });
    assert_eq!(transferred(&events).credit.len(), 3);
    assert_eq!(
        rows(&story),
        [
            "2026-01-01 2026-02-01 310.00 by owner, paid 310.00",
            "2026-02-01 2026-03-01 310.00 by buyer, paid 310.00",
            "2026-03-01 2026-04-01 310.00 by buyer, paid 90.00",
        ],
        "what was moved pays the buyer's charges"
    );
    assert_eq!(credit(&story), ["90.00 of owner"]);
    assert_eq!(state(&story).refunds().map(|refund| refund.amount.to_string()).collect::<Vec<_>>(), ["400.00"]);
}

#[test]
fn choices_name_the_sellers_lots_once_with_what_they_need() {
    let mut story = billed(1);
    let lot = pay(&mut story, "T1", "1000.00", &[]);
    let of = |credit: Vec<CreditChoice>| TransferUnit { credit, ..sold("2026-03-15") };
    let left = || choice(lot, CreditFate::Left, None);
    for wrong in [
        vec![left(), left()],
        vec![choice(lot, CreditFate::Left, Some("1.00"))],
        vec![choice(lot, CreditFate::Refunded, None)],
        vec![CreditChoice { evidence: None, ..choice(lot, CreditFate::Moved, Some("1.00")) }],
    ] {
        assert_eq!(story.refused(&of(wrong)), "credit_choice_must_fit");
    }
    let strange = choice(LotId(uuid(5)), CreditFate::Left, None);
    assert_eq!(story.refused(&of(vec![left(), strange])), "credit_must_be_sellers");
    assert_eq!(story.refused(&of(Vec::new())), "credit_must_be_decided");
    let own = sold("2026-03-15");
    let own = TransferUnit { transfer: Transfer { party: OWNER, ..own.transfer }, ..own };
    assert_eq!(story.refused(&own), "owner_must_change");
    let rent = sold("2026-03-15");
    let rent = TransferUnit { transfer: Transfer { party: TENANT, ..rent.transfer }, ..rent };
    assert_eq!(story.refused(&rent), "party_must_be_of_kind");
    story.accepted(&of(vec![left()]));
}

#[test]
fn closed_months_are_corrected_in_the_open_one() {
    let mut story = billed(1).on("2026-03-05");
    story.accepted(&close("2026-01"));
    let mut story = story.on("2026-03-06");
    let books = crate::id::BooksId::of_ledger(story.ledger_id());
    let release = crate::books::ReleasePeriod { period: "2026-02".parse().unwrap(), accounts: vec![account()] };
    story.accepted(&release);
    story.accepted(&close("2026-02"));
    assert!(story.draft().books(books).is_closed("2026-02".parse().unwrap()));
    let events = story.when(&sold("2026-01-17")).unwrap();
    assert!(events.iter().all(|event| event.effective_on == day("2026-03-06")));
    let state = state(&story);
    let mut periods: Vec<_> =
        state.charges().filter(|c| !c.reversed).map(|c| (c.service.from().to_string(), c.booking.period)).collect();
    periods.sort();
    assert_eq!(periods.iter().map(|(_, period)| period.to_string()).collect::<Vec<_>>(), ["2026-03"; 4]);
    assert_eq!(
        rows(&story)[..2],
        ["2026-01-01 2026-01-17 160.00 by owner, paid 0.00", "2026-01-17 2026-02-01 150.00 by buyer, paid 0.00"]
    );
}

#[test]
fn what_was_reduced_goes_over_and_what_was_forgiven_stays_with_him() {
    let mut story = billed(1);
    let [february, march] = ["2026-02-01", "2026-03-01"].map(|from| charge_of(&story, from));
    let (reason, authority) = ("broken lift".parse().unwrap(), limit("1000.00"));
    let amount = "28.00".parse().unwrap();
    let reduce = ReduceCharge { account: account(), charge: february, amount, reason, authority };
    story.accepted(&reduce);
    let (reason, amount) = ("hardship".parse().unwrap(), "56.00".parse().unwrap());
    let both = [february, march].map(|charge| Waiver { charge, amount: Some(amount) }).to_vec();
    story.accepted(&WaiveCharges { account: account(), charges: both, reason, authority });
    let (reason, amount) = ("unreachable".parse().unwrap(), "100.00".parse().unwrap());
    story.accepted(&WriteOffCharge { account: account(), charge: march, amount, reason, authority });
    let events = story.accepted(&sold("2026-02-11"));
    let told = told(&events);
    assert_eq!(
        told.iter().filter(|fact| fact.starts_with("reduced")).collect::<Vec<_>>(),
        ["reduced 10.00 tax 0.57", "reduced 18.00 tax 1.02"]
    );
    assert_eq!(told.iter().filter(|fact| fact.starts_with("waived")).collect::<Vec<_>>(), ["waived 20.00 tax 1.13"]);
    assert!(told.contains(&"recovered 100.00 charge_corrected".to_owned()));
    assert_eq!(
        rows(&story)[1..],
        [
            "2026-02-01 2026-02-11 80.71 by owner, paid 0.00",
            "2026-02-11 2026-03-01 181.29 by buyer, paid 0.00",
            "2026-03-01 2026-04-01 310.00 by buyer, paid 0.00",
        ]
    );
}

#[test]
fn a_hand_over_charges_the_owner_what_the_developer_was_billed_ahead() {
    let unsold = UnitStatusSet { from: day("2025-06-01"), status: UnitStatus::NotHandedOver };
    let mut story = home(3).given(UNIT, unsold);
    story.accepted(&bill("2026-01", "2026-03"));
    let hand_over = SetStatus { unit: UNIT, from: day("2026-02-01"), status: UnitStatus::HandedOver };
    assert_eq!(story.refused(&hand_over), "charges_must_be_transferred");
    let wish = sold("2026-02-01");
    let status = Some(UnitStatus::HandedOver);
    let wish = TransferUnit { transfer: Transfer { party: OWNER, status, ..wish.transfer }, ..wish };
    let events = story.accepted(&wish);
    assert_eq!(transferred(&events).sellers, [DEVELOPER]);
    assert_eq!(
        rows(&story),
        [
            "2026-01-01 2026-02-01 310.00 by developer, paid 0.00",
            "2026-02-01 2026-03-01 310.00 by owner, paid 0.00",
            "2026-03-01 2026-04-01 310.00 by owner, paid 0.00",
        ]
    );
}

#[test]
fn a_tenant_goes_on_paying_what_he_agreed_to() {
    let leased = UnitStatusSet { from: day("2025-06-01"), status: UnitStatus::Leased };
    let term = DateRange::new(day("2025-06-01"), day("2027-06-01")).unwrap();
    let mut story = home(1).given(UNIT, leased).given(UNIT, UnitTenancySet { party: TENANT, term, pays: vec![ITEM] });
    story.accepted(&bill("2026-01", "2026-02"));
    story = story.given(
        account(),
        crate::account::CreditReceived {
            account: account(),
            holder: TENANT,
            ..crate::account::fixture::credit(1, "400.00", "2026-01-01")
        },
    );
    story.accepted(&crate::account::DrawDownCredit { account: account() });
    story.accepted(&sold("2026-02-15"));
    assert_eq!(
        rows(&story),
        [
            "2026-01-01 2026-02-01 310.00 by owner or tenant, paid 310.00",
            "2026-02-01 2026-02-15 155.00 by owner or tenant, paid 90.00",
            "2026-02-15 2026-03-01 155.00 by buyer or tenant, paid 0.00",
        ],
        "his money pays the oldest again"
    );
    let shorter = |until: &str| SetTenancy {
        unit: UNIT,
        party: TENANT,
        term: DateRange::new(day("2025-06-01"), day(until)).unwrap(),
        pays: vec![ITEM],
    };
    assert_eq!(story.refused(&shorter("2026-02-15")), "agreed_payer_must_stay");
    story.accepted(&shorter("2026-03-01"));
}

#[test]
fn an_owner_is_set_only_where_no_charge_follows() {
    let mut story = billed(1);
    let set = |from: &str| SetOwner { unit: UNIT, from: day(from), party: BUYER };
    assert_eq!(story.refused(&set("2026-03-31")), "charges_must_be_transferred");
    story.accepted(&set("2026-04-01"));
    let mut paid = billed(1);
    pay(&mut paid, "T1", "930.00", &[]);
    assert_eq!(paid.refused(&set("2026-01-02")), "charges_must_be_transferred", "paid ones name the seller too");
    let mut fresh = home(1);
    fresh.accepted(&set("2026-01-17"));
    fresh.accepted(&set("2026-01-18"));
}

#[test]
fn a_unit_sold_twice_charges_each_for_his_days() {
    let mut story = billed(3);
    story.accepted(&sold("2026-02-11"));
    let back = sold("2026-03-11");
    story.accepted(&TransferUnit { transfer: Transfer { party: OWNER, ..back.transfer }, ..back });
    assert_eq!(
        rows(&story),
        [
            "2026-01-01 2026-02-01 310.00 by owner, paid 0.00",
            "2026-02-01 2026-02-11 110.71 by owner, paid 0.00",
            "2026-02-11 2026-03-01 199.29 by buyer, paid 0.00",
            "2026-03-01 2026-03-11 100.00 by buyer, paid 0.00",
            "2026-03-11 2026-04-01 210.00 by owner, paid 0.00",
        ]
    );
    // A sale between, known late: it ends where the next owner begins.
    let between = sold("2026-02-21");
    story.accepted(&TransferUnit { transfer: Transfer { party: DEVELOPER, ..between.transfer }, ..between });
    assert_eq!(
        rows(&story)[2..5],
        [
            "2026-02-11 2026-02-21 110.71 by buyer, paid 0.00",
            "2026-02-21 2026-03-01 88.57 by developer, paid 0.00",
            "2026-03-01 2026-03-11 100.00 by developer, paid 0.00",
        ]
    );
}

#[test]
fn nobody_transfers_a_unit_of_his_own() {
    let mut story = billed(1);
    let wish = sold("2026-02-01");
    let standing = crate::approval::Standing { person: Some(uuid(1).into()), ..crate::approval::Standing::default() };
    let own = TransferUnit { authority: crate::approval::Authority { approval: None, standing }, ..wish };
    assert_eq!(story.refused(&own), "unit_must_not_be_own");
}

#[test]
fn a_preview_says_what_the_transfer_does_and_does_nothing() {
    let mut story = billed(3);
    pay(&mut story, "T1", "630.00", &[]);
    let wish = sold("2026-02-11");
    let seen = preview_transfer(&mut story.draft(), &wish.transfer).unwrap();
    assert_eq!((seen.reversed.len(), seen.charged.len(), seen.kept.len()), (1, 1, 1));
    assert_eq!(seen.reversed[0].paid.to_string(), "10.00");
    assert_eq!(seen.sellers, [OWNER]);
    let [SellersCredit { lot, holder: OWNER, rest, .. }] = seen.credit[..] else { panic!("one lot of the seller") };
    assert_eq!(rest.to_string(), "10.00");
    assert_eq!(rows(&story).len(), 3, "nothing happened");
    story.accepted(&TransferUnit { credit: vec![choice(lot, CreditFate::Left, None)], ..wish });
    let buyers: Vec<_> = rows(&story).into_iter().filter(|row| row.contains("buyer")).collect();
    assert_eq!(buyers.len(), seen.charged.len());
}
