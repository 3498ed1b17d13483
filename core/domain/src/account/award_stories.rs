//! Stories of late fees that a court adjudged: owed as a charge of their own, taken off what is open, lifted when they are none.

use super::fixture::{account, charge, day, money, month, party, story as accounts, told, waive};
use super::late_fee_stories::policy;
use super::{AdjudgeLateFee, Part, ReverseCharge, Source};
use crate::approval::Authority;
use crate::approval::fixture::limit;
use crate::id::{ChargeId, CommunityId};
use crate::ledger::LedgerKind;
use crate::payment::fixture::{to_account, transfer};
use crate::testing::Story;
use crate::value::Digest;

/// 1000.00 due on 31 January at one per mille a day: 30.00 on 2 March, which is today.
fn story() -> (Story, ChargeId) {
    let story = accounts().in_ledger(LedgerKind::Community);
    let community = CommunityId(story.ledger_id().uuid());
    let mut story = story.given(community, policy());
    let charged = charge(&mut story, month("2026-01", "1000.00"));
    (story.on("2026-03-02"), charged)
}

fn award(charge: ChargeId, amount: &str, authority: Authority) -> AdjudgeLateFee {
    AdjudgeLateFee {
        account: account(1),
        charge,
        amount: money(amount),
        adjudged_on: day("2026-03-01"),
        due_on: day("2026-03-31"),
        evidence: Digest([1; 32]),
        authority,
    }
}

fn open(story: &Story, charge: ChargeId, on: &str) -> String {
    let draft = story.draft();
    let community = draft.community(CommunityId(story.ledger_id().uuid()));
    let fees = draft.account(account(1)).late_fees(community.late_fees(), day(on)).unwrap();
    fees.get(&charge).map_or_else(|| "none".to_owned(), |fee| fee.open.to_string())
}

/// The charge that is owed for it.
fn owed(story: &Story) -> ChargeId {
    let state = story.draft().account(account(1));
    state.charges().find(|charge| charge.part == Part::LateFee && !charge.reversed).unwrap().charge
}

#[test]
fn what_is_adjudged_is_owed_and_no_more_open_as_a_late_fee() {
    let (mut story, charged) = story();
    assert_eq!(story.refused(&award(charged, "30.01", limit("100.00"))), "amount_must_not_exceed_open");
    assert_eq!(story.refused(&award(charged, "20.00", limit("10.00"))), "approval_must_be_given");
    assert_eq!(story.refused(&award(charged, "0.00", limit("10.00"))), "amount_must_be_positive");
    let events = story.accepted(&award(charged, "20.00", limit("100.00")));
    assert_eq!(told(&events), ["charged 20.00", "late_fee_adjudged"]);
    let opens = ["2026-03-02", "2026-03-12"].map(|on| open(&story, charged, on));
    assert_eq!(opens, ["10.00", "20.00"]);
    let award_of = owed(&story);
    let state = story.draft().account(account(1));
    let owes = state.charge(award_of).unwrap();
    let source = Some(Source::Award { charge: charged });
    assert_eq!((owes.owed, owes.booking.obligor, owes.source), (money("20.00"), party(1), source));
    assert_eq!(owes.booking.period, "2026-03".parse().unwrap());
    // It bears no late fee itself.
    assert_eq!(open(&story, award_of, "2026-12-31"), "none");
    assert_eq!(story.refused(&award(award_of, "1.00", limit("100.00"))), "amount_must_not_exceed_open");
    // Another instance adds to it.
    let more = story.accepted(&award(charged, "10.00", limit("100.00")));
    assert_eq!(told(&more), ["charged 10.00", "late_fee_adjudged"]);
    assert_eq!(open(&story, charged, "2026-03-02"), "0.00");
}

#[test]
fn an_award_is_not_of_a_day_to_come_nor_due_before_it() {
    let (mut story, charged) = story();
    let good = award(charged, "20.00", limit("100.00"));
    for (adjudged_on, due_on) in [("2026-03-03", "2026-03-31"), ("2026-03-01", "2026-02-28")] {
        let wrong = AdjudgeLateFee { adjudged_on: day(adjudged_on), due_on: day(due_on), ..good.clone() };
        assert_eq!(story.refused(&wrong), "award_must_be_in_order");
    }
}

#[test]
fn it_is_paid_waived_and_reversed_like_any_charge() {
    let (mut story, charged) = story();
    story.accepted(&award(charged, "20.00", limit("100.00")));
    let award_of = owed(&story);
    let waive = waive(account(1), award_of, money("5.00"), "和解".parse().unwrap(), limit("100.00"));
    assert_eq!(told(&story.accepted(&waive)), ["waived 5.00 tax 0.28"]);
    assert_eq!(open(&story, charged, "2026-03-02"), "10.00", "what is forgiven of an award is no late fee again");
    story.accepted(&transfer("T1", "2000.00", "2026-03-02", to_account(1)));
    let state = story.draft().account(account(1));
    assert_eq!(state.charge(award_of).map(|charge| charge.debt()), Some(money("0.00")));
    let reverse = ReverseCharge {
        account: account(1),
        charge: award_of,
        reason: "二审撤销".parse().unwrap(),
        authority: limit("1000.00"),
    };
    let events = told(&story.accepted(&reverse));
    for fact in ["charge reversed 15.00 tax 0.85", "late_fee_award_lifted"] {
        assert!(events.iter().any(|event| event == fact), "{events:?}");
    }
    assert_eq!(story.refused(&reverse), "charge_must_be_live");
    let adjudged = story.draft().account(account(1)).charge(charged).map(|charge| charge.lateness.adjudged);
    assert_eq!(adjudged, Some(money("0.00")));
}
