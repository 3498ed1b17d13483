//! Late fees from end to end: nothing without a policy, computed as of any day, paid in the community's order, waived, and
//! credit again when it turns out that less was owed.

use super::fixture::{
    Post, account, charge, credit, day, item, lot, money, month, of_fund, party, story as accounts, told, waive,
};
use super::{
    AllocateCredit, ChargeLateFee, CreditReceived, DrawDownCredit, Part, ReduceCharge, ReverseCharge, UndoAllocation,
    WaiveLateFee, WriteOffCharge,
};
use crate::account::{AccountEvent, ChargePaid};
use crate::approval::Authority;
use crate::approval::fixture::{approved, limit};
use crate::book::{Fund, VatCategory};
use crate::community::{AllocationPolicy, LateFeePolicySet, SetCommunityRules};
use crate::fee_item::Vat;
use crate::id::{ChargeId, CommunityId};
use crate::ledger::LedgerKind;
use crate::money::RoundTo;
use crate::payment::fixture::{payment, pays, rests, to_account, transfer};
use crate::payment::{Pays, ReversePayment, Spending};
use crate::rule::late_fee::GraceMode;
use crate::stream::Event;
use crate::testing::Story;
use crate::value::Count;

pub(crate) fn policy() -> LateFeePolicySet {
    LateFeePolicySet {
        fee_item: None,
        from: day("2026-01-01"),
        daily_rate: "0.001".parse().unwrap(),
        grace_days: Count(0),
        grace_mode: GraceMode::Skip,
        cap_ratio: None,
        round_to: RoundTo::Fen,
        vat: Vat::of(VatCategory::Rated, Some("0.06".parse().unwrap())),
        approved: None,
        seen: Vec::new(),
    }
}

/// One per mille a day for what is due in 2026.
fn story() -> Story {
    let story = accounts().in_ledger(LedgerKind::Community);
    let community = CommunityId(story.ledger_id().uuid());
    story.given(community, policy())
}

fn with(policy: AllocationPolicy) -> Story {
    let mut story = story();
    story.accepted(&SetCommunityRules {
        allocation_policy: policy,
        notice_days: Count(0),
        late_fee_ceiling: None,
        bill_runs_need_approval: false,
        cash_rounding_limit: None,
    });
    story
}

fn fee(story: &Story, charge: ChargeId, on: &str) -> Option<ChargeLateFee> {
    let draft = story.draft();
    let community = draft.community(CommunityId(story.ledger_id().uuid()));
    draft.account(account(1)).late_fees(community.late_fees(), day(on)).unwrap().remove(&charge)
}

/// Total and open.
fn figures(story: &Story, charge: ChargeId, on: &str) -> (String, String) {
    fee(story, charge, on)
        .map_or(("none".into(), "none".into()), |fee| (fee.fee.amount.to_string(), fee.open.to_string()))
}

fn parts(events: &[Event]) -> Vec<String> {
    let paid = |event: &Event| match event {
        Event::Account(AccountEvent::ChargePaid(ChargePaid { part, amount, mode, vat, .. })) => {
            let tax = vat.as_ref().map(|vat| format!(" tax {}", vat.tax)).unwrap_or_default();
            Some(format!("{part} {amount} {mode}{tax}"))
        }
        _ => None,
    };
    events.iter().filter_map(paid).collect()
}

#[test]
fn without_a_policy_there_is_none_and_with_one_it_is_computed_as_of_any_day() {
    let mut bare = accounts();
    let charged = charge(&mut bare, month("2026-01", "1000.00"));
    assert_eq!(fee(&bare, charged, "2027-01-01"), None);

    let mut story = story();
    let charged = charge(&mut story, month("2026-01", "1000.00"));
    let deposit = charge(&mut story, of_fund(Fund::Deposit, item(3), month("2026-01", "1000.00")));
    let water = charge(&mut story, of_fund(Fund::PassThrough, item(2), month("2026-01", "1000.00")));
    assert_eq!(figures(&story, charged, "2026-01-31"), ("none".into(), "none".into()));
    assert_eq!(figures(&story, charged, "2026-02-01"), ("1.00".into(), "1.00".into()));
    assert_eq!(figures(&story, charged, "2026-03-02"), ("30.00".into(), "30.00".into()));
    assert_eq!((fee(&story, deposit, "2026-03-02"), fee(&story, water, "2026-03-02")), (None, None));
}

#[test]
fn money_pays_principal_and_then_its_late_fee_with_tax_up_to_the_day_before_it_came() {
    let mut story = story();
    let first = charge(&mut story, month("2026-01", "1000.00"));
    let second = charge(&mut story, month("2026-02", "500.00"));
    let mut story = story.on("2026-03-05");
    // 27 days of 1.00 from 1 to 27 February; the 28th ends paid.
    let events = story.accepted(&transfer("T1", "1030.00", "2026-02-28", to_account(1)));
    assert_eq!(parts(&events), ["principal 1000.00 direct", "late_fee 27.00 direct tax 1.53", "principal 3.00 direct"]);
    assert_eq!(figures(&story, first, "2026-12-31"), ("27.00".into(), "0.00".into()));
    assert_eq!(figures(&story, second, "2026-03-02"), ("0.99".into(), "0.99".into()));
    assert_eq!(told(&events).last().unwrap(), "receipt TESTF2026-000001 1030.00");
}

#[test]
fn the_communitys_policy_orders_the_parts() {
    let paid = |policy| {
        let mut story = with(policy);
        charge(&mut story, month("2026-01", "1000.00"));
        charge(&mut story, month("2026-02", "1000.00"));
        let mut story = story.on("2026-03-11");
        parts(&story.accepted(&transfer("T1", "2010.00", "2026-03-11", to_account(1))))
    };
    // 38 days and 10 days, with the day of payment left out.
    assert_eq!(
        paid(AllocationPolicy::PrincipalFirst),
        ["principal 1000.00 direct", "late_fee 38.00 direct tax 2.15", "principal 972.00 direct"]
    );
    assert_eq!(
        paid(AllocationPolicy::LateFeeFirst),
        [
            "late_fee 38.00 direct tax 2.15",
            "principal 1000.00 direct",
            "late_fee 10.00 direct tax 0.57",
            "principal 962.00 direct"
        ]
    );
    assert_eq!(
        paid(AllocationPolicy::PrincipalFirstAcross),
        ["principal 1000.00 direct", "principal 1000.00 direct", "late_fee 10.00 direct tax 0.57"]
    );
}

#[test]
fn credit_draws_late_fees_down_in_the_same_order_and_never_pays_for_days_it_could_have_paid() {
    let mut story = story();
    let charged = charge(&mut story, month("2026-01", "1000.00"));
    let kept = CreditReceived { held_back: true, ..credit(1, "1100.00", "2026-02-11") };
    let mut story = story.given(account(1), kept).on("2026-03-31");
    // Kept back by its payer it is not free.
    assert_eq!(figures(&story, charged, "2026-03-31").1, "59.00");
    story.accepted(&super::ReleaseCredit { account: account(1), lot: lot(1) });
    assert_eq!(figures(&story, charged, "2026-03-31").1, "10.00");
    let events = story.accepted(&DrawDownCredit { account: account(1) });
    assert_eq!(parts(&events), ["principal 1000.00 draw_down", "late_fee 10.00 draw_down tax 0.57"]);
    assert_eq!(figures(&story, charged, "2026-03-31"), ("10.00".into(), "0.00".into()));
    assert_eq!(rests(&story, account(1)), ["90.00"]);
}

#[test]
fn credit_pays_a_charge_by_name_with_its_late_fee_in_the_communitys_order() {
    let by_name = |charge, amount: Option<&str>| AllocateCredit {
        account: account(1),
        lot: lot(1),
        charge,
        amount: amount.map(money),
        late_fee: true,
    };
    let kept = |policy| {
        let mut story = with(policy);
        let charged = charge(&mut story, month("2026-01", "1000.00"));
        let kept = CreditReceived { held_back: true, ..credit(1, "1100.00", "2026-02-11") };
        (story.given(account(1), kept).on("2026-03-31"), charged)
    };
    let paid = |policy, amount| {
        let (mut story, charged) = kept(policy);
        parts(&story.accepted(&by_name(charged, amount)))
    };
    // Ten days before the money came; none after it, also while its payer kept it back.
    let both = ["principal 1000.00 direct", "late_fee 10.00 direct tax 0.57"];
    assert_eq!(paid(AllocationPolicy::PrincipalFirst, None), both);
    assert_eq!(paid(AllocationPolicy::PrincipalFirst, Some("1004.00")), [both[0], "late_fee 4.00 direct tax 0.23"]);
    assert_eq!(paid(AllocationPolicy::PrincipalFirst, Some("400.00")), ["principal 400.00 direct"]);
    assert_eq!(paid(AllocationPolicy::LateFeeFirst, None), [both[1], both[0]]);
    // What is left open bears a fee on: 10.00 to the tenth of February, 48 days of 0.60 to yesterday.
    let fee_first = ["late_fee 38.80 direct tax 2.20", "principal 361.20 direct"];
    assert_eq!(paid(AllocationPolicy::LateFeeFirst, Some("400.00")), fee_first);

    let (mut story, charged) = kept(AllocationPolicy::PrincipalFirst);
    assert_eq!(story.refused(&by_name(charged, Some("1010.01"))), "amount_must_not_exceed_open");
    assert_eq!(story.refused(&by_name(charged, Some("0.00"))), "amount_must_be_positive");
    story.accepted(&by_name(charged, None));
    assert_eq!(figures(&story, charged, "2026-12-31"), ("10.00".into(), "0.00".into()));
    assert_eq!(story.refused(&by_name(charged, None)), "amount_must_be_positive");
    let second = charge(&mut story, month("2026-02", "500.00"));
    assert_eq!(story.refused(&by_name(second, Some("100.00"))), "amount_must_not_exceed_credit");
    // Principal that other money paid later: its fee is all there is to pay.
    let (story, charged) = kept(AllocationPolicy::PrincipalFirst);
    let mut story = story.on("2026-04-01");
    let only = Spending {
        pays: vec![Pays { account: account(1), charges: vec![charged], amount: None }],
        ..Spending::default()
    };
    story.accepted(&transfer("T1", "1000.00", "2026-03-03", only));
    assert_eq!(parts(&story.accepted(&by_name(charged, None))), ["late_fee 30.00 direct tax 1.70"]);
}

#[test]
fn a_settled_charge_with_a_late_fee_is_paid_by_the_next_money() {
    let mut story = story();
    let charged = charge(&mut story, month("2026-01", "1000.00"));
    let mut story = story.on("2026-02-11");
    story.accepted(&transfer("T1", "1000.00", "2026-02-11", to_account(1)));
    assert_eq!(figures(&story, charged, "2026-06-30"), ("10.00".into(), "10.00".into()));
    let events = story.accepted(&transfer("T2", "12.00", "2026-02-11", to_account(1)));
    assert_eq!(parts(&events), ["late_fee 10.00 direct tax 0.57"]);
    assert_eq!(rests(&story, account(1)), ["0.00", "2.00"]);
}

#[test]
fn a_late_fee_is_waived_up_to_what_is_open_and_by_approval() {
    let mut story = story();
    let charged = charge(&mut story, month("2026-01", "1000.00"));
    let mut story = story.on("2026-02-10");
    let waive = |amount: &str, authority| WaiveLateFee {
        account: account(1),
        charge: charged,
        amount: money(amount),
        reason: "hardship".parse().unwrap(),
        authority,
    };
    assert_eq!(story.refused(&waive("10.01", limit("50.00"))), "amount_must_not_exceed_open");
    assert_eq!(story.refused(&waive("0.00", limit("50.00"))), "amount_must_be_positive");
    assert_eq!(story.refused(&waive("4.00", limit("3.00"))), "approval_must_be_given");
    let command = waive("4.00", Authority::default());
    let authority = approved(&mut story, &command);
    let events = story.when(&WaiveLateFee { authority, ..command }).unwrap();
    assert_eq!(events[1].postings.as_deref(), Some(&[][..]), "nothing of it stood in the books");
    assert_eq!(figures(&story, charged, "2026-02-10"), ("10.00".into(), "6.00".into()));
    assert_eq!(figures(&story, charged, "2026-02-13").1, "9.00");
    assert_eq!(figures(&story, charged, "2026-02-02").1, "0.00", "never below zero");
}

/// Ten days late, principal and 10.00 of late fee paid on 11 February.
fn paid_late() -> (Story, ChargeId) {
    let mut story = story();
    let charged = charge(&mut story, month("2026-01", "1000.00"));
    let mut story = story.on("2026-02-11");
    story.accepted(&transfer("T1", "1010.00", "2026-02-11", to_account(1)));
    assert_eq!(figures(&story, charged, "2026-02-11"), ("10.00".into(), "0.00".into()));
    (story, charged)
}

#[test]
fn what_was_paid_above_a_total_that_a_later_fact_lowered_is_credit_again() {
    let reason = || "measured again".parse().unwrap();
    let (mut story, charged) = paid_late();
    let amount = money("400.00");
    let reduce =
        ReduceCharge { account: account(1), charge: charged, amount, reason: reason(), authority: limit("400.00") };
    let texts = told(&story.accepted(&reduce));
    assert!(texts.contains(&"undone 4.00 late_fee_lowered".to_owned()), "{texts:?}");
    assert_eq!(figures(&story, charged, "2026-12-31"), ("6.00".into(), "0.00".into()));
    assert_eq!(rests(&story, account(1)), ["404.00"]);

    let (mut story, charged) = paid_late();
    let reverse = ReverseCharge { account: account(1), charge: charged, reason: reason(), authority: limit("1000.00") };
    let texts = told(&story.accepted(&reverse));
    assert!(texts.contains(&"undone 10.00 late_fee_lowered".to_owned()), "{texts:?}");
    assert_eq!(rests(&story, account(1)), ["1010.00"]);

    // Money that came on the sixth day is known on the twentieth.
    let mut story = with(AllocationPolicy::LateFeeFirst);
    let charged = charge(&mut story, month("2026-01", "1000.00"));
    let mut story = story.on("2026-02-20");
    story.accepted(&transfer("T1", "19.00", "2026-02-20", to_account(1)));
    let texts = told(&story.accepted(&transfer("T2", "1000.00", "2026-02-06", to_account(1))));
    assert!(texts.contains(&"undone 14.00 late_fee_lowered".to_owned()), "{texts:?}");
    assert_eq!(figures(&story, charged, "2026-02-20"), ("5.00".into(), "0.00".into()));
}

#[test]
fn the_tax_of_what_is_undone_in_parts_foots() {
    let (mut story, charged) = paid_late();
    let mut taxes = Vec::new();
    for amount in ["333.33", "333.33", "333.34"] {
        let (amount, reason, authority) = (money(amount), "measured again".parse().unwrap(), limit("1000.00"));
        let events = story.accepted(&ReduceCharge { account: account(1), charge: charged, amount, reason, authority });
        taxes.extend(events.iter().filter_map(|event| match event {
            Event::Account(AccountEvent::ChargePaymentUndone(e)) if e.part == Part::LateFee => {
                e.vat.as_ref().map(|vat| (e.amount.to_string(), vat.tax))
            }
            _ => None,
        }));
    }
    let tax: crate::money::Money = taxes.iter().map(|(_, tax)| *tax).sum();
    assert_eq!((taxes.len(), tax.to_string()), (3, "0.57".to_owned()), "{taxes:?}");
}

#[test]
fn money_that_was_taken_back_covered_its_days_unless_it_never_was() {
    let (story, charged) = paid_late();
    let state = story.draft().account(account(1));
    let principal = state.allocations().find(|a| a.part == Part::Principal).unwrap().clone();
    let mut story = story.on("2026-03-01");
    story.accepted(&UndoAllocation { account: account(1), allocation: principal.allocation });
    // What is credit again could pay it: no day is added.
    assert_eq!(figures(&story, charged, "2026-03-31"), ("10.00".into(), "0.00".into()));
    let again = AllocateCredit {
        account: account(1),
        lot: principal.lot,
        charge: charged,
        amount: Some(money("600.00")),
        late_fee: false,
    };
    let story_lot = principal.lot;
    story.accepted(&again);
    let refund = super::ApproveRefund {
        account: account(1),
        lot: story_lot,
        amount: money("400.00"),
        payee: None,
        evidence: None,
        reason: "asked for".parse().unwrap(),
        authority: limit("400.00"),
    };
    story.accepted(&refund);
    // 400.00 were there until 1 March: ten days of 1.00, and 31 of 0.40.
    assert_eq!(figures(&story, charged, "2026-03-31").0, "22.40");

    let mut story = self::story();
    let charged = charge(&mut story, month("2026-01", "1000.00"));
    let mut story = story.on("2026-02-11");
    let paid = payment(&mut story, &transfer("T1", "1000.00", "2026-02-11", to_account(1)));
    let mut story = story.on("2026-03-01");
    let (reason, authority) = ("bounced".parse().unwrap(), limit("1000.00"));
    story.accepted(&ReversePayment { payment: paid, reason, authority });
    assert_eq!(figures(&story, charged, "2026-03-01").0, "29.00");
}

#[test]
fn what_is_forgiven_or_given_up_bears_none_from_that_day_on() {
    let mut story = super::fixture::owned(story());
    let charged = charge(&mut story, month("2026-01", "1000.00"));
    let mut story = story.on("2026-02-11");
    let (on, reason, authority) = (account(1), || "hardship".parse().unwrap(), limit("1000.00"));
    story.accepted(&waive(on, charged, money("400.00"), reason(), authority));
    assert_eq!(figures(&story, charged, "2026-02-20").0, "16.00");
    let mut story = story.on("2026-02-21");
    let amount = money("600.00");
    story.accepted(&WriteOffCharge { account: on, charge: charged, amount, reason: reason(), authority });
    assert_eq!(figures(&story, charged, "2026-06-30").0, "16.00");
    // Unnamed money leaves it alone; named money brings the debt back with all its days.
    let mut story = story.on("2026-03-03");
    assert!(parts(&story.accepted(&transfer("T1", "5.00", "2026-03-03", to_account(1)))).is_empty());
    let named = Spending { pays: vec![pays(1, &[charged])], ..to_account(1) };
    let paid = parts(&story.accepted(&transfer("T2", "620.00", "2026-03-03", named)));
    assert_eq!(paid, ["principal 600.00 direct", "late_fee 16.00 direct tax 0.91"]);
    assert_eq!(figures(&story, charged, "2026-06-30"), ("22.00".into(), "6.00".into()));
}

#[test]
fn credit_of_another_party_covers_nothing() {
    let mut story = story();
    let charged = charge(&mut story, month("2026-01", "1000.00"));
    let others = CreditReceived { holder: party(2), ..credit(1, "1000.00", "2026-01-01") };
    let story = story.given(account(1), others);
    assert_eq!(figures(&story, charged, "2026-02-10").0, "10.00");
    let mut story = story.on("2026-03-01");
    assert_eq!(story.refused(&DrawDownCredit { account: account(1) }), "credit_must_pay_a_charge");
    let later = story.when(&Post(account(1), vec![month("2026-03", "5.00")])).unwrap();
    assert_eq!(later.len(), 1);
}
