//! Random money and corrections on random days: late fees against a count day by day, and against the books.

use super::fixture::{Post, account, day, money, month, owned, waive};
use super::late_fee_stories::policy;
use super::{
    AccountState, AllocateCredit, Charge, DrawDownCredit, Part, ReduceCharge, ReverseCharge, UndoAllocation,
    WaiveLateFee,
};
use crate::approval::fixture::limit;
use crate::book::Book;
use crate::calendar::CivilDate;
use crate::community::{AllocationPolicy, CommunityState, SetCommunityRules};
use crate::draft::{Decide, NewEvent};
use crate::envelope::Recorded;
use crate::figures::fixture::{check_seals, recorded};
use crate::id::{ChargeId, CommunityId, EventId, PaymentId};
use crate::money::Money;
use crate::payment::ReversePayment;
use crate::payment::fixture::{to_account, transfer};
use crate::stream::{Event, StreamRef, StreamType};
use crate::testing::Story;
use crate::value::Count;
use proptest::prelude::*;
use std::sync::Arc;

#[derive(Debug, Clone)]
struct Wish {
    kind: u8,
    fen: i64,
    at: usize,
    back: u32,
}

fn wish(kinds: std::ops::Range<u8>) -> impl Strategy<Value = Wish> {
    (kinds, 1_i64..90_000, 0_usize..8, 0_u32..40).prop_map(|(kind, fen, at, back)| Wish { kind, fen, at, back })
}

struct Town {
    story: Story,
    events: Vec<Recorded>,
    day: CivilDate,
    payments: Vec<PaymentId>,
    /// Waived principal: charge, day, amount.
    waived: Vec<(ChargeId, CivilDate, Money)>,
    late_income: Money,
    counted: u32,
}

impl Town {
    fn new(order: AllocationPolicy) -> Self {
        let story = owned(crate::payment::fixture::story());
        let community = CommunityId(story.ledger_id().uuid());
        let mut story = story.given(community, policy());
        let agreed = NewEvent {
            event_id: EventId(crate::testing::uuid(0)),
            stream: StreamRef::from(community),
            stream_version: 1,
            effective_on: day("2026-01-01"),
            event: policy().into(),
            postings: None,
        };
        story.accepted(&SetCommunityRules {
            allocation_policy: order,
            notice_days: Count(0),
            late_fee_ceiling: None,
            bill_runs_need_approval: false,
            cash_rounding_limit: None,
        });
        Self {
            story,
            events: vec![recorded(1, &agreed)],
            day: day("2026-01-01"),
            payments: Vec::new(),
            waived: Vec::new(),
            late_income: Money::ZERO,
            counted: 0,
        }
    }

    fn state(&self) -> Arc<AccountState> {
        self.story.draft().account(account(1))
    }

    fn community(&self) -> Arc<CommunityState> {
        self.story.draft().community(CommunityId(self.story.ledger_id().uuid()))
    }

    fn done(&mut self, command: &dyn Decide) -> bool {
        let Ok(events) = self.story.when(command) else { return false };
        for event in &events {
            self.events.push(recorded(u64::try_from(self.events.len()).unwrap() + 1, event));
            let late = event.postings.iter().flatten().filter(|line| line.book == Book::LateFeeIncome);
            let tax = |event: &Event| match event {
                Event::Account(super::AccountEvent::ChargePaid(e)) => e.vat.as_ref().map(|vat| vat.tax),
                Event::Account(super::AccountEvent::ChargePaymentUndone(e)) => {
                    e.vat.as_ref().map(|vat| vat.tax.negated())
                }
                _ => None,
            };
            let tax = tax(&event.event).unwrap_or_default();
            self.late_income = self.late_income.fold(late.map(|line| line.amount.negated()).sum()).fold(tax);
            if event.stream.stream_type == StreamType::Payment && event.stream_version == 1 {
                self.payments.push(PaymentId(event.stream.id));
            }
        }
        true
    }

    fn act(&mut self, wish: &Wish) {
        let (on, amount) = (account(1), Money::from_fen(wish.fen));
        let state = self.state();
        let charges: Vec<ChargeId> = state.charges().map(|charge| charge.charge).collect();
        let charge = charges.get(wish.at % charges.len().max(1)).copied().unwrap_or(ChargeId(crate::testing::uuid(0)));
        let (reason, authority) = ("a good reason".parse().unwrap(), limit("999999.00"));
        self.counted += 1;
        match wish.kind {
            0 => {
                self.day = self.day.plus_days(wish.back);
                self.story = std::mem::take(&mut self.story).on(&self.day.to_string());
            }
            1 => {
                self.done(&Post(on, vec![month(&format!("2026-{:02}", 1 + wish.at), &amount.to_string())]));
            }
            2..=4 => {
                let value_on = (0..wish.back % 20).fold(self.day, |day, _| day.day_before());
                let reference = format!("T{}", self.counted);
                self.done(&transfer(&reference, &amount.to_string(), &value_on.to_string(), to_account(1)));
            }
            5 => {
                if self.done(&waive(on, charge, amount, reason, authority)) {
                    self.waived.push((charge, self.day, amount));
                }
            }
            6 => {
                let amount = Money::from_fen(wish.fen % 500 + 1);
                self.done(&WaiveLateFee { account: on, charge, amount, reason, authority });
            }
            7 => {
                self.done(&ReduceCharge { account: on, charge, amount, reason, authority });
            }
            8 => {
                self.done(&ReverseCharge { account: on, charge, reason, authority });
            }
            9 => {
                if let Some(payment) = self.payments.get(wish.at % self.payments.len().max(1)).copied() {
                    self.done(&ReversePayment { payment, reason, authority });
                }
            }
            10 => {
                let live = state.allocations().nth(wish.at % state.allocations().count().max(1));
                if let Some(allocation) = live.map(|a| a.allocation) {
                    self.done(&UndoAllocation { account: on, allocation });
                }
            }
            11 => {
                let lot = state.lots().nth(wish.at % state.lots().count().max(1)).map(|lot| lot.lot);
                if let Some(lot) = lot {
                    let amount = wish.back.is_multiple_of(2).then_some(amount);
                    self.done(&AllocateCredit { account: on, lot, charge, amount, late_fee: true });
                }
            }
            _ => {
                self.done(&DrawDownCredit { account: on });
            }
        }
    }

    fn check(&self) {
        let (state, community) = (self.state(), self.community());
        let fees = state.late_fees(community.late_fees(), self.day).unwrap();
        let mut paid = Money::ZERO;
        for charge in state.charges() {
            let of = |part| state.allocations().filter(move |a| (a.charge, a.part) == (charge.charge, part));
            assert_eq!(charge.paid, of(Part::Principal).map(|a| a.amount).sum(), "principal");
            assert_eq!(charge.lateness.paid, of(Part::LateFee).map(|a| a.amount).sum(), "late fee");
            paid = paid.fold(charge.lateness.paid);
            let fee = fees.get(&charge.charge);
            let total = fee.map_or(Money::ZERO, |fee| fee.fee.amount);
            assert!(!charge.lateness.paid.is_negative() && charge.lateness.paid <= total, "{charge:?} of {total}");
            assert!(fee.is_none_or(|fee| !fee.open.is_negative()));
        }
        assert_eq!(self.late_income, paid, "income and its tax are what was paid");
    }

    /// What the days come to when each is counted by itself; only live allocations and waivers lower a principal.
    fn counted(&self, state: &AccountState, charge: &Charge) -> Money {
        let (mut thousandths, mut on) = (0_i64, charge.due_on.plus_days(1));
        while on <= self.day {
            let paid = state.allocations().filter(|a| (a.charge, a.part) == (charge.charge, Part::Principal));
            let paid = paid.filter(|a| state.lot(a.lot).unwrap().value_on <= on).map(|a| a.amount.fen()).sum::<i64>();
            let waived = self.waived.iter().filter(|(of, since, _)| *of == charge.charge && *since <= on);
            let waived = waived.map(|(_, _, amount)| amount.fen()).sum::<i64>();
            thousandths += charge.posted.fen() - paid - waived;
            on = on.plus_days(1);
        }
        Money::from_fen((thousandths + 500) / 1000)
    }
}

fn order() -> impl Strategy<Value = AllocationPolicy> {
    use AllocationPolicy as A;
    prop::sample::select(vec![A::PrincipalFirst, A::LateFeeFirst, A::PrincipalFirstAcross])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn late_fees_agree_with_a_count_day_by_day(order in order(), wishes in prop::collection::vec(wish(0..7), 1..50)) {
        let mut town = Town::new(order);
        for wish in &wishes {
            town.act(wish);
            town.check();
            let (state, community) = (town.state(), town.community());
            let fees = state.late_fees(community.late_fees(), town.day).unwrap();
            for charge in state.charges().filter(|charge| charge.due_on < town.day && charge.effective_on <= charge.due_on) {
                let fee = fees[&charge.charge].clone();
                prop_assert_eq!(fee.fee.amount, town.counted(&state, charge), "{:?}", wish);
                let left = fee.fee.amount.fold(fee.paid.negated()).fold(fee.waived.negated());
                prop_assert_eq!(fee.open, left.max(Money::ZERO));
            }
        }
    }

    #[test]
    fn what_is_paid_of_late_fees_is_never_above_their_total_whatever_happens(
        order in order(),
        wishes in prop::collection::vec(wish(0..13), 1..60),
    ) {
        let mut town = Town::new(order);
        for wish in &wishes {
            town.act(wish);
            town.check();
        }
        check_seals(&town.events);
    }
}

/// Guards the properties above against wishes that are all refused, and days that never come.
#[test]
fn enough_late_fees_are_paid() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let mut town = Town::new(AllocationPolicy::LateFeeFirst);
    let wishes = prop::collection::vec(wish(0..13), 200).new_tree(&mut runner).unwrap().current();
    let paid = wishes.iter().map(|wish| {
        town.act(wish);
        town.late_income
    });
    let most = paid.max().unwrap();
    town.check();
    assert!(most > money("1.00"), "only {most} was paid at once");
}
