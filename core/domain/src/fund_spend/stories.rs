//! Spends of the maintenance fund: shared by area to the fen, borne as far as there is money, paid, taken back whole.

use super::*;
use crate::account::fixture::{day, money};
use crate::account::fund_stories::{account_of, ask, founded, fund_of, paid_in, pay};
use crate::account::{FundDemand, UndoAllocation};
use crate::approval::Authority;
use crate::approval::fixture::{approved, limit};
use crate::calendar::CivilDate;
use crate::id::{FundSpendId, SupplierId, SupplierPaymentId};
use crate::money::Money;
use crate::payment::fixture::{bank, fund_bank};
use crate::pool::PoolScope;
use crate::pool::fixture::unit;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::value::{Count, Digest};
use proptest::prelude::*;

const SPEND: FundSpendId = FundSpendId(uuid::Uuid::from_u128(0x9800));

fn vote(voted: u32, agreed: u32) -> OwnersVote {
    let area = |heads: u32| heads.to_string().parse().unwrap();
    OwnersVote {
        owners: Count(90),
        voted: Count(voted),
        agreed: Count(agreed),
        area: area(90),
        voted_area: area(voted),
        agreed_area: area(agreed),
    }
}

fn open(n: u128, amount: &str) -> OpenFundSpend {
    OpenFundSpend {
        spend: SPEND,
        purpose: "屋面防水".parse().unwrap(),
        supplier: SupplierId(uuid(0x9801)),
        name: "防水工程公司".parse().unwrap(),
        document: Digest([7; 32]),
        vote: vote(60, 31),
        scope: PoolScope::Community,
        kinds: Vec::new(),
        amount: amount.parse().unwrap(),
        units: (1..=n).map(unit).collect(),
    }
}

fn post(story: &mut Story) {
    let command = PostFundSpend { spend: SPEND, authority: Authority::default() };
    let authority = approved(story, &command);
    story.accepted(&PostFundSpend { authority, ..command });
    for chunk in 1..=story.draft().fund_spend(SPEND).chunks() {
        story.accepted(&PostFundSpendChunk { spend: SPEND, chunk: Count(chunk) });
    }
}

fn take_back(story: &mut Story) {
    let reason = "工程取消".parse().unwrap();
    let command = ReverseFundSpend { spend: SPEND, reason, authority: Authority::default() };
    let authority = approved(story, &command);
    story.accepted(&ReverseFundSpend { authority, ..command });
    for chunk in 1..=story.draft().fund_spend(SPEND).chunks() {
        story.accepted(&ReverseFundSpendChunk { spend: SPEND, chunk: Count(chunk) });
    }
}

fn pay_out(amount: &str) -> PayFundSpend {
    PayFundSpend {
        spend: SPEND,
        amount: amount.parse().unwrap(),
        channel: fund_bank(),
        reference: None,
        value_on: day("2026-01-01"),
    }
}

fn shares(events: &[Event]) -> Vec<String> {
    let fixed = events.iter().filter_map(|event| match event {
        Event::FundSpend(FundSpendEvent::FundSpendSharesFixed(fixed)) => Some(&fixed.shares),
        _ => None,
    });
    fixed.flatten().map(|share| share.amount.to_string()).collect()
}

fn balances(story: &Story, n: u128) -> Vec<String> {
    (1..=n).map(|n| fund_of(story, n).balance().to_string()).collect()
}

#[test]
fn a_spend_is_shared_by_area_and_comes_out_of_each_units_fund() {
    let mut story = founded(&["100", "50", "50"]);
    paid_in(&mut story, &[1, 2, 3]);
    assert_eq!(shares(&story.accepted(&open(3, "1000.01"))), ["500.01", "250.00", "250.00"]);
    assert_eq!(balances(&story, 3), ["8000.00", "4000.00", "4000.00"], "nothing is borne yet");
    post(&mut story);
    assert_eq!(balances(&story, 3), ["7499.99", "3750.00", "3750.00"]);
    let state = story.draft().fund_spend(SPEND);
    assert_eq!((state.stage(), state.borne()), (Some(FundSpendStage::Posted), money("1000.01")));
    let published = state.published().unwrap();
    assert!(published.equal && published.short.is_zero());
    drop(state);
    assert_eq!(story.refused(&pay_out("1000.02")), "fund_spend_payment_must_not_exceed_borne");
    assert_eq!(story.refused(&pay_out("0.00")), "amount_must_be_positive");
    let company = PayFundSpend { channel: bank(), ..pay_out("1.00") };
    assert_eq!(story.refused(&company), "fund_spend_must_be_paid_by_fund_bank");
    let later = PayFundSpend { value_on: CivilDate::MAX, ..pay_out("1.00") };
    assert_eq!(story.refused(&later), "value_date_must_not_be_in_future");
    let events = story.when(&pay_out("1000.01")).unwrap();
    let lines = events.iter().flat_map(|event| event.postings.iter().flatten());
    let told: Vec<String> = lines.map(|line| format!("{} {} {}", line.purse, line.book, line.amount)).collect();
    assert_eq!(told, ["maintenance_fund supplier_payable 1000.01", "maintenance_fund bank -1000.01"]);
}

#[test]
fn a_unit_never_bears_more_than_it_has_and_owes_the_rest_to_the_spend() {
    let mut story = founded(&["100", "100"]);
    paid_in(&mut story, &[1]);
    story.accepted(&ask(FundDemand::FirstDeposit, &[2]));
    story.accepted(&open(2, "1000.00"));
    post(&mut story);
    assert_eq!(balances(&story, 2), ["7500.00", "0.00"]);
    assert_eq!(story.draft().fund_spend(SPEND).shortfall(), money("500.00"));
    assert_eq!(story.refused(&pay_out("500.01")), "fund_spend_payment_must_not_exceed_borne");
    let bear = BearFundShortfall { spend: SPEND, unit: unit(2) };
    assert_eq!(story.refused(&bear), "shortfall_must_be_bearable");
    story.accepted(&pay(&story, 2));
    story.accepted(&bear);
    assert_eq!(story.refused(&bear), "shortfall_must_be_bearable");
    assert_eq!(balances(&story, 2), ["7500.00", "7500.00"]);
    story.accepted(&pay_out("1000.00"));
    assert_eq!(story.draft().fund_spend(SPEND).published().unwrap().paid, money("1000.00"));
}

#[test]
fn what_was_spent_cannot_be_undone_and_a_top_up_brings_it_back() {
    let mut story = founded(&["100"]);
    paid_in(&mut story, &[1]);
    story.accepted(&open(1, "6000.00"));
    post(&mut story);
    let allocation = story.draft().account(account_of(1)).allocations().next().unwrap().allocation;
    let undo = UndoAllocation { account: account_of(1), allocation };
    assert_eq!(story.refused(&undo), "amount_must_not_exceed_fund");
    story.accepted(&crate::account::fund_stories::rule("0.3", "0.75"));
    let told = crate::account::fixture::told(&story.accepted(&ask(FundDemand::TopUp, &[1])));
    assert_eq!(told, ["charged 4000.00"]);
    assert_eq!(story.refused(&ask(FundDemand::TopUp, &[1])), "fund_must_be_below");
    story.accepted(&pay(&story, 1));
    assert_eq!(fund_of(&story, 1).balance(), money("6000.00"));
    assert_eq!(fund_of(&story, 1).first_deposit, money("8000.00"));
    assert!(crate::account::fixture::unexplained(&story, account_of(1)).is_empty());
}

#[test]
fn a_spend_is_taken_back_whole_once_no_payment_stands() {
    let mut story = founded(&["100", "33.33"]);
    paid_in(&mut story, &[1, 2]);
    story.accepted(&open(2, "99.99"));
    post(&mut story);
    let events = story.accepted(&pay_out("50.00"));
    let Event::FundSpend(FundSpendEvent::FundSpendPaid(paid)) = &events[0] else { unreachable!() };
    let (payment, reason) = (paid.payment, "付错".parse().unwrap());
    let whole = ReverseFundSpend { spend: SPEND, reason, authority: limit("99999.00") };
    assert_eq!(story.refused(&whole), "fund_spend_must_be_unpaid");
    let reason = || "付错".parse().unwrap();
    let back = ReverseFundSpendPayment { spend: SPEND, payment, reason: reason(), authority: Authority::default() };
    let alone = ReverseFundSpendPayment { authority: limit("99999.00"), ..back.clone() };
    assert_eq!(story.refused(&alone), "approval_must_be_given");
    let authority = approved(&mut story, &back);
    story.accepted(&ReverseFundSpendPayment { authority, ..back.clone() });
    let gone = ReverseFundSpendPayment { payment: SupplierPaymentId(uuid(1)), ..back };
    assert_eq!(story.refused(&gone), "fund_spend_payment_must_stand");
    take_back(&mut story);
    assert_eq!(balances(&story, 2), ["8000.00", "2666.40"]);
    assert_eq!(story.draft().fund_spend(SPEND).stage(), Some(FundSpendStage::Reversed));
    assert_eq!(story.refused(&pay_out("1.00")), "fund_spend_must_stand");
    assert_eq!(story.refused(&whole), "fund_spend_must_stand");
    let chunk = ReverseFundSpendChunk { spend: SPEND, chunk: Count(1) };
    assert_eq!(story.refused(&chunk), "fund_spend_chunk_must_be_open");
}

#[test]
fn nobody_posts_a_spend_alone_and_owners_must_have_voted_for_it() {
    let mut story = founded(&["100"]);
    for (voted, agreed) in [(59, 59), (60, 30), (91, 91), (60, 61)] {
        let short = OpenFundSpend { vote: vote(voted, agreed), ..open(1, "1.00") };
        assert_eq!(story.refused(&short), "owners_vote_must_carry");
    }
    assert_eq!(story.refused(&open(1, "0.00")), "amount_must_be_positive");
    assert_eq!(story.refused(&open(0, "1.00")), "pool_units_must_be_bounded");
    story.accepted(&open(1, "1.00"));
    assert_eq!(story.refused(&open(1, "1.00")), "fund_spend_must_be_new");
    let alone = PostFundSpend { spend: SPEND, authority: limit("99999.00") };
    assert_eq!(story.refused(&alone), "approval_must_be_given");
    assert_eq!(story.refused(&PostFundSpendChunk { spend: SPEND, chunk: Count(1) }), "fund_spend_chunk_must_be_open");
    let reason = "金额有误".parse().unwrap();
    let discard = DiscardFundSpend { spend: SPEND, reason };
    story.accepted(&discard);
    assert_eq!(story.refused(&discard), "fund_spend_must_be_open");
    assert_eq!(story.refused(&alone), "fund_spend_must_be_open");
    let unknown = PostFundSpend { spend: FundSpendId(uuid(1)), ..alone };
    assert_eq!(story.refused(&unknown), "fund_spend_must_exist");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn what_is_borne_and_what_is_short_are_the_spend_and_come_back(
        units in prop::collection::vec((1_u32..20_000, any::<bool>()), 1..70),
        fen in 1_i64..90_000_000,
    ) {
        let areas: Vec<String> = units.iter().map(|(hundredths, _)| {
            rust_decimal::Decimal::new(i64::from(*hundredths), 2).normalize().to_string()
        }).collect();
        let mut story = founded(&areas.iter().map(String::as_str).collect::<Vec<_>>());
        let n = u128::try_from(units.len()).unwrap();
        let paying: Vec<u128> = (1..=n).zip(&units).filter(|(_, (_, pays))| *pays).map(|(n, _)| n).collect();
        for some in paying.chunks(crate::account::MAX_FUND_UNITS) {
            paid_in(&mut story, some);
        }
        let before = balances(&story, n);
        story.accepted(&open(n, &Money::from_fen(fen).to_string()));
        post(&mut story);
        let borne: Money = (1..=n).map(|n| fund_of(&story, n).spent).sum();
        let state = story.draft().fund_spend(SPEND);
        prop_assert_eq!(borne.plus(state.shortfall()).unwrap(), Money::from_fen(fen));
        prop_assert_eq!(state.borne(), borne);
        drop(state);
        prop_assert!((1..=n).all(|n| !fund_of(&story, n).balance().is_negative()));
        take_back(&mut story);
        prop_assert_eq!(balances(&story, n), before);
    }
}
