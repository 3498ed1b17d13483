//! Deposits as a clerk knows them: asked for, paid, kept in part, returned, whoever owns the unit by then.

use super::fixture::{account, charge, day, item, money, month, of_fund, owned, party, told};
use super::{
    AllocateCredit, FailRefund, ForfeitDeposit, ForfeitureGround, ReturnDeposit, ReverseCharge, ReverseForfeiture,
    SettleRefund, UndoAllocation,
};
use crate::approval::Authority;
use crate::approval::fixture::{approved, limit};
use crate::book::{Book, Fund, VatCategory};
use crate::fee_item::{FeeItemCreated, FeeItemVatSet, Vat};
use crate::id::{ChargeId, DepositId, ForfeitureId, RefundId};
use crate::payment::fixture::{bank, payment, pays, rests, to_account, transfer};
use crate::payment::{ReversePayment, Spending};
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::{CreditChoice, CreditFate, PaidAhead, Transfer, TransferUnit};
use crate::value::{Count, Digest};

/// A renovation deposit of 500.00 is asked of the owner of account 1.
fn asked() -> (Story, ChargeId) {
    let vat = Vat::of(VatCategory::NotTaxable, None);
    let created =
        FeeItemCreated { name: "装修押金".parse().unwrap(), fund: Fund::Deposit, priority: Count(1), vat };
    let rated = Vat::of(VatCategory::Rated, Some("0.06".parse().unwrap()));
    let mut story = owned(crate::payment::fixture::story())
        .given(item(3), created)
        .given(item(3), FeeItemVatSet { from: day("2026-03-01"), vat: rated });
    let demand = charge(&mut story, of_fund(Fund::Deposit, item(3), month("2026-01", "500.00")));
    (story, demand)
}

/// And paid.
fn held() -> (Story, ChargeId) {
    let (mut story, demand) = asked();
    story.accepted(&pay("T1", demand));
    (story, demand)
}

fn pay(reference: &str, demand: ChargeId) -> crate::payment::RecordPayment {
    transfer(reference, "500.00", "2026-01-01", Spending { pays: vec![pays(1, &[demand])], ..to_account(1) })
}

fn give_back(demand: ChargeId, amount: &str) -> ReturnDeposit {
    ReturnDeposit {
        account: account(1),
        deposit: DepositId(demand.uuid()),
        payer: party(1),
        amount: money(amount),
        payee: None,
        evidence: None,
        reason: "验收合格".parse().unwrap(),
        authority: limit("500.00"),
    }
}

fn keep(demand: ChargeId, amount: &str) -> ForfeitDeposit {
    ForfeitDeposit {
        account: account(1),
        deposit: DepositId(demand.uuid()),
        payer: party(1),
        amount: money(amount),
        ground: ForfeitureGround::Consent,
        evidence: Digest([7; 32]),
        reason: "电梯轿厢损坏".parse().unwrap(),
        authority: limit("500.00"),
    }
}

fn amount_held(story: &Story, demand: ChargeId) -> String {
    let state = story.draft().account(account(1));
    state.deposit(DepositId(demand.uuid()), party(1)).unwrap().held.to_string()
}

fn refund(story: &Story) -> RefundId {
    let state = story.draft().account(account(1));
    state.refunds().find(|refund| refund.stage == super::RefundStage::InFlight).unwrap().refund
}

/// `book amount` of the postings of one command.
fn booked(story: &mut Story, command: &dyn crate::draft::Decide) -> Vec<String> {
    let events = story.when(command).unwrap();
    let lines = events.iter().flat_map(|event| event.postings.iter().flatten());
    lines.map(|line| format!("{} {}", line.book, line.amount)).collect()
}

#[test]
fn a_demand_posts_nothing_until_it_is_paid_and_its_receipt_is_of_its_own_series() {
    let (mut story, demand) = asked();
    let lines = story.draft().account(account(1));
    assert!(lines.deposits().next().is_none() && lines.charge(demand).unwrap().open() == money("500.00"));
    let events = told(&story.accepted(&pay("T1", demand)));
    assert_eq!(events.last().unwrap(), "receipt TESTD2026-000001 500.00");
    assert_eq!(amount_held(&story, demand), "500.00");
    assert_eq!(rests(&story, account(1)), ["0.00"]);
}

#[test]
fn what_is_kept_is_taxed_income_and_the_rest_goes_back() {
    let (story, demand) = held();
    let mut story = story.on("2026-03-10");
    assert_eq!(story.refused(&keep(demand, "500.01")), "amount_must_not_exceed_deposit");
    assert_eq!(story.refused(&keep(demand, "0.00")), "amount_must_be_positive");
    let nobody = ForfeitDeposit { payer: party(2), ..keep(demand, "1.00") };
    assert_eq!(story.refused(&nobody), "deposit_must_exist");
    let books = booked(&mut story, &keep(demand, "106.00"));
    assert_eq!(books, ["deposit_held 106.00", "other_revenue -100.00", "vat_due -6.00"]);
    assert_eq!(story.refused(&give_back(demand, "394.01")), "amount_must_not_exceed_deposit");
    assert_eq!(booked(&mut story, &give_back(demand, "394.00")), ["deposit_held 394.00", "refunds_payable -394.00"]);
    let (refund, value_on) = (refund(&story), day("2026-03-10"));
    let settle = SettleRefund { account: account(1), refund, channel: bank(), shift: None, reference: None, value_on };
    assert_eq!(booked(&mut story, &settle), ["refunds_payable 394.00", "bank -394.00"]);
    assert_eq!(amount_held(&story, demand), "0.00");
}

#[test]
fn a_return_that_fails_and_a_forfeiture_that_was_wrong_are_held_again() {
    let (story, demand) = held();
    let mut story = story.on("2026-03-10");
    story.accepted(&give_back(demand, "200.00"));
    let fail = FailRefund { account: account(1), refund: refund(&story), reason: "账号有误".parse().unwrap() };
    assert_eq!(booked(&mut story, &fail), ["refunds_payable 200.00", "deposit_held -200.00"]);
    assert_eq!(story.refused(&fail), "refund_must_be_in_flight");
    let events = story.accepted(&keep(demand, "300.00"));
    let Event::Account(super::AccountEvent::DepositForfeited(kept)) = &events[0] else { unreachable!() };
    let (forfeiture, reason, authority) = (kept.forfeiture, "看错了".parse().unwrap(), limit("300.00"));
    let reverse = ReverseForfeiture { account: account(1), forfeiture, reason, authority };
    let unknown = ReverseForfeiture { forfeiture: ForfeitureId(uuid(1)), ..reverse.clone() };
    assert_eq!(story.refused(&unknown), "forfeiture_must_stand");
    let books = booked(&mut story, &reverse);
    assert_eq!(books, ["deposit_held -300.00", "other_revenue 283.02", "vat_due 16.98"]);
    assert_eq!(story.refused(&reverse), "forfeiture_must_stand");
    assert_eq!(amount_held(&story, demand), "500.00");
}

#[test]
fn nobody_keeps_or_returns_a_deposit_alone_above_his_limit() {
    let (mut story, demand) = held();
    let keep = ForfeitDeposit { authority: Authority::default(), ..keep(demand, "100.00") };
    assert_eq!(story.refused(&keep), "approval_must_be_given");
    let back = ReturnDeposit { payee: Some(party(2)), evidence: Some(Digest([7; 32])), ..give_back(demand, "100.00") };
    assert_eq!(story.refused(&back), "approval_must_be_given");
    let blind = ReturnDeposit { evidence: None, ..back.clone() };
    assert_eq!(story.refused(&blind), "evidence_must_name_payee");
    let authority = approved(&mut story, &keep);
    story.accepted(&ForfeitDeposit { authority, ..keep });
    let authority = approved(&mut story, &back);
    story.accepted(&ReturnDeposit { authority, ..back });
    assert_eq!(amount_held(&story, demand), "300.00");
}

#[test]
fn what_is_gone_of_a_deposit_is_no_credit_and_its_demand_stays() {
    let (mut story, demand) = held();
    let state = story.draft().account(account(1));
    let (allocation, lot) = state.allocations().map(|a| (a.allocation, a.lot)).next().unwrap();
    story.accepted(&give_back(demand, "1.00"));
    let undo = UndoAllocation { account: account(1), allocation };
    assert_eq!(story.refused(&undo), "amount_must_not_exceed_deposit");
    let (reason, authority) = (|| "录错".parse().unwrap(), limit("500.00"));
    let reverse = ReverseCharge { account: account(1), charge: demand, reason: reason(), authority };
    assert_eq!(story.refused(&reverse), "amount_must_not_exceed_deposit");
    let fail = FailRefund { account: account(1), refund: refund(&story), reason: reason() };
    story.accepted(&fail);
    story.accepted(&undo);
    assert_eq!(amount_held(&story, demand), "0.00");
    // As credit it is a deposit's money still: it pays no fee.
    let fee = charge(&mut story, month("2026-01", "10.00"));
    let spend = AllocateCredit { account: account(1), lot, charge: fee, amount: None, late_fee: false };
    assert_eq!(story.refused(&spend), "funds_must_not_mix");
}

#[test]
fn a_payment_whose_deposit_went_back_is_not_reversed() {
    let (mut story, demand) = asked();
    let paid = payment(&mut story, &pay("T1", demand));
    story.accepted(&give_back(demand, "500.00"));
    let (reason, authority) = ("录错".parse().unwrap(), limit("500.00"));
    let reverse = ReversePayment { payment: paid, reason, authority };
    assert_eq!(story.refused(&reverse), "amount_must_not_exceed_deposit");
}

#[test]
fn a_deposit_stays_with_its_payer_when_the_unit_is_sold() {
    let (mut story, demand) = held();
    let transfer = Transfer {
        unit: super::fixture::opened(1).unit,
        from: day("2026-01-01"),
        party: party(3),
        status: None,
        paid_ahead: PaidAhead::Kept,
    };
    let lots: Vec<_> = story.draft().account(account(1)).lots().filter(|lot| lot.rest.is_positive()).cloned().collect();
    let left = |lot: std::sync::Arc<super::Lot>| CreditChoice {
        lot: lot.lot,
        fate: CreditFate::Left,
        amount: None,
        evidence: None,
    };
    let credit = lots.into_iter().map(left).collect();
    let (reason, authority) = ("过户".parse().unwrap(), limit("500.00"));
    story.accepted(&TransferUnit { transfer, credit, reason, authority });
    assert_eq!(amount_held(&story, demand), "500.00");
    let buyer = ReturnDeposit { payer: party(3), ..give_back(demand, "500.00") };
    assert_eq!(story.refused(&buyer), "deposit_must_exist");
    let events = story.when(&give_back(demand, "500.00")).unwrap();
    let lines: Vec<_> = events.iter().flat_map(|event| event.postings.iter().flatten()).collect();
    assert!(lines.iter().all(|line| line.party == Some(party(1))));
    assert!(lines.iter().any(|line| line.book == Book::RefundsPayable));
}
