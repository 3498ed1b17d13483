//! Late fees 违约金 of an account: computed whenever somebody asks, out of what lowered each principal and when.
//!
//! Only what is paid, waived or adjudged of them is a fact. May never happen here: a fee on principal that the holder's free credit
//! could have paid, on a late fee out of the old books, or on a day before the charge stood in these books.

use super::draw_down::planned;
use super::event::AccountEvent;
use super::refusal::AccountRefusal;
use super::state::{AccountState, Charge};
use super::terms::{Part, UndoReason};
use super::undo::undo_newest;
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::community::{AllocationPolicy, LateFeePolicies, LateFeePolicySet};
use crate::draft::Draft;
use crate::id::{AccountId, ChargeId, CommunityId, FeeItemId, LotId};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::rule::late_fee::{Debt, Decrease, LateFee, LateFeeError, late_fee};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the late fee of a charge grows on, and what of the fee became facts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Lateness {
    covered: Vec<Covered>,
    /// Waived principal, by the day.
    forgiven: Vec<(CivilDate, Money)>,
    /// Written-off principal that was not recovered, by the day.
    given_up: Vec<(CivilDate, Money)>,
    /// Of the fee, paid.
    pub paid: Money,
    /// Of the fee, waived.
    pub waived: Money,
    /// Of the fee, adjudged: charges of their own are owed for it.
    #[serde(skip_serializing_if = "is_zero")]
    pub adjudged: Money,
}

fn is_zero(amount: &Money) -> bool {
    amount.is_zero()
}

/// Principal that a lot paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Covered {
    lot: LotId,
    decrease: Decrease,
}

impl Lateness {
    /// Takes in what a fact says of the charge that it names.
    pub fn take(&mut self, fact: &AccountEvent, on: CivilDate) {
        match fact {
            AccountEvent::ChargePaid(e) => match e.part {
                Part::Principal => self.pay(e.lot, e.value_on, e.amount),
                // What is paid of a late fee leaves the principal as it is.
                Part::LateFee => self.paid = self.paid.fold(e.amount),
            },
            AccountEvent::ChargePaymentUndone(e) => match e.part {
                Part::Principal => self.undo(e.lot, e.amount, open_again(e.reason, on)),
                Part::LateFee => self.paid = self.paid.fold(e.amount.negated()),
            },
            AccountEvent::ChargeWaived(e) => self.forgiven.push((on, e.amount)),
            AccountEvent::LateFeeWaived(e) => self.waived = self.waived.fold(e.amount),
            AccountEvent::LateFeeAdjudged(e) => self.adjudged = self.adjudged.fold(e.amount),
            AccountEvent::LateFeeAwardLifted(e) => self.adjudged = self.adjudged.fold(e.amount.negated()),
            AccountEvent::ChargeWrittenOff(e) => self.given_up.push((on, e.amount)),
            AccountEvent::ChargeRecovered(e) => self.recover(e.amount),
            AccountEvent::AccountOpened(_)
            | AccountEvent::ChargePosted(_)
            | AccountEvent::ChargeReduced(_)
            | AccountEvent::ChargeReversed(_)
            | AccountEvent::CreditReceived(_)
            | AccountEvent::CreditReleased(_)
            | AccountEvent::CreditWithdrawn(_)
            | AccountEvent::CreditMoved(_)
            | AccountEvent::RefundApproved(_)
            | AccountEvent::RefundSettled(_)
            | AccountEvent::RefundFailed(_)
            | AccountEvent::OpeningChargePosted(_)
            | AccountEvent::OpeningChargeReversed(_)
            | AccountEvent::OpeningCreditPosted(_)
            | AccountEvent::OpeningCreditReversed(_)
            | AccountEvent::OpeningDepositPosted(_)
            | AccountEvent::OpeningDepositReversed(_)
            | AccountEvent::OpeningBilledUntilSet(_)
            | AccountEvent::ChargesInvoiced(_)
            | AccountEvent::ChargesRedLettered(_)
            | AccountEvent::OpeningBilledUntilReversed(_)
            | AccountEvent::DepositReturned(_)
            | AccountEvent::DepositReturnFailed(_)
            | AccountEvent::DepositForfeited(_)
            | AccountEvent::ForfeitureReversed(_)
            | AccountEvent::FundSpent(_)
            | AccountEvent::FundSpendReturned(_) => {}
        }
    }

    /// True when something of a principal was or is open past its due date, free credit left out: it may bear a late fee.
    pub fn was_late(&self, principal: Money, due_on: CivilDate) -> bool {
        let mut steps: Vec<(CivilDate, Money)> = Vec::new();
        for decrease in self.decreases() {
            steps.push((decrease.on, decrease.amount.negated()));
            steps.extend(decrease.until.map(|until| (until, decrease.amount)));
        }
        let open_on = |day: CivilDate| {
            let by_then = steps.iter().filter(|(on, _)| *on <= day);
            by_then.fold(principal, |open, (_, amount)| open.fold(*amount))
        };
        let days = steps.iter().map(|(on, _)| *on).chain([due_on.plus_days(1)]);
        days.filter(|day| due_on < *day).any(|day| open_on(day).is_positive())
    }

    /// A lot pays principal: from its value date on, also where it did so before and was taken back.
    pub(super) fn pay(&mut self, lot: LotId, on: CivilDate, amount: Money) {
        let mut left = amount;
        for ended in self.covered.iter_mut().filter(|c| c.lot == lot && c.decrease.until.is_some()) {
            let again = ended.decrease.amount.min(left);
            left = left.fold(again.negated());
            ended.decrease.amount = ended.decrease.amount.fold(again.negated());
        }
        self.cover(lot, Decrease { on, until: None, amount });
    }

    /// Principal is open again from a day on; or was never paid, when the money was none.
    fn undo(&mut self, lot: LotId, amount: Money, until: Option<CivilDate>) {
        let Some(standing) = self.covered.iter_mut().find(|c| c.lot == lot && c.decrease.until.is_none()) else {
            return;
        };
        let taken = Decrease { until, amount, ..standing.decrease };
        standing.decrease.amount = standing.decrease.amount.fold(amount.negated());
        match until {
            Some(until) if taken.on < until => self.cover(lot, taken),
            _ => self.drop_empty(),
        }
    }

    /// The money of a lot was none: what it once paid was open all the time.
    pub fn forget(&mut self, lot: LotId) {
        self.covered.retain(|c| c.lot != lot || c.decrease.until.is_none());
    }

    /// True when a lot once paid principal that is open again.
    pub fn knew(&self, lot: LotId) -> bool {
        self.covered.iter().any(|c| c.lot == lot && c.decrease.until.is_some())
    }

    /// What was given up last is back first.
    fn recover(&mut self, amount: Money) {
        let mut left = amount;
        for (_, given_up) in self.given_up.iter_mut().rev() {
            let back = left.min(*given_up);
            (*given_up, left) = (given_up.fold(back.negated()), left.fold(back.negated()));
        }
        self.given_up.retain(|(_, amount)| amount.is_positive());
    }

    fn cover(&mut self, lot: LotId, decrease: Decrease) {
        let same =
            |c: &&mut Covered| c.lot == lot && (c.decrease.on, c.decrease.until) == (decrease.on, decrease.until);
        match self.covered.iter_mut().find(same) {
            Some(covered) => covered.decrease.amount = covered.decrease.amount.fold(decrease.amount),
            None => self.covered.push(Covered { lot, decrease }),
        }
        self.drop_empty();
    }

    fn drop_empty(&mut self) {
        self.covered.retain(|c| c.decrease.amount.is_positive());
    }

    fn decreases(&self) -> Vec<Decrease> {
        let lowered = self.forgiven.iter().chain(&self.given_up);
        let lowered = lowered.map(|(on, amount)| Decrease { on: *on, until: None, amount: *amount });
        self.covered.iter().map(|covered| covered.decrease).chain(lowered).collect()
    }
}

/// The day from which principal is open again when a payment of it is undone; money that was none covered no day.
fn open_again(reason: UndoReason, on: CivilDate) -> Option<CivilDate> {
    match reason {
        UndoReason::PaymentReversed => None,
        UndoReason::Requested | UndoReason::ChargeCorrected | UndoReason::Refunded | UndoReason::LateFeeLowered => {
            Some(on)
        }
    }
}

impl Charge {
    /// What was charged, less what was charged too much: the principal that a late fee grows on until something lowers it.
    fn late_principal(&self) -> Money {
        let forgiven: Money = self.lateness.forgiven.iter().map(|(_, amount)| *amount).sum();
        if self.reversed { Money::ZERO } else { self.owed.fold(forgiven) }
    }
}

/// The late fee of a charge as of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargeLateFee {
    /// What was agreed.
    pub policy: Arc<LateFeePolicySet>,
    /// The total to that day, and how it came about.
    pub fee: LateFee,
    /// Of it, paid.
    pub paid: Money,
    /// Of it, waived.
    pub waived: Money,
    /// Of it, adjudged: charges of their own are owed for it.
    pub adjudged: Money,
    /// What of it is open.
    pub open: Money,
}

impl AccountState {
    /// The late fees as of the end of a day, of every charge that bears one by then.
    ///
    /// # Errors
    /// [`LateFeeError::AmountOutOfRange`].
    pub fn late_fees(
        &self,
        policies: &LateFeePolicies,
        on: CivilDate,
    ) -> Result<BTreeMap<ChargeId, ChargeLateFee>, LateFeeError> {
        let mut fees = BTreeMap::new();
        if policies.is_empty() {
            return Ok(fees);
        }
        let free = self.free_credit();
        for charge in self.charges().filter(|charge| charge.due_on < on) {
            let (booking, lateness) = (&charge.booking, &charge.lateness);
            let of = policies.of((booking.fee_item, booking.fund), charge.part, charge.due_on);
            let Some(policy) = of else { continue };
            let mut decreases = lateness.decreases();
            decreases.extend(free.iter().filter(|(id, _)| *id == charge.charge).map(|(_, decrease)| *decrease));
            let debt = Debt {
                principal: charge.late_principal(),
                due_on: charge.due_on,
                counts_from: Some(charge.effective_on.plus_days(1)),
                decreases: &decreases,
            };
            let fee = late_fee(debt, on, &policy.terms())?;
            let Lateness { paid, waived, adjudged, .. } = *lateness;
            let facts = paid.fold(waived).fold(adjudged);
            let open = fee.amount.fold(facts.negated()).max(Money::ZERO);
            fees.insert(charge.charge, ChargeLateFee { policy: policy.clone(), fee, paid, waived, adjudged, open });
        }
        Ok(fees)
    }

    /// What is open of late fees at the end of a day, above zero, with fee item and fund of each charge.
    ///
    /// # Errors
    /// [`LateFeeError::AmountOutOfRange`].
    pub fn open_late_fees(
        &self,
        policies: &LateFeePolicies,
        on: CivilDate,
    ) -> Result<Vec<(FeeItemId, Fund, Money)>, LateFeeError> {
        let fees = self.late_fees(policies, on)?;
        let open = fees.iter().filter(|(_, fee)| fee.open.is_positive());
        let of = |(charge, fee): (&ChargeId, &ChargeLateFee)| {
            self.charge(*charge).map(|charge| (charge.booking.fee_item, charge.booking.fund, fee.open))
        };
        Ok(open.filter_map(of).collect())
    }

    /// What free credit could pay of which principal, since when.
    fn free_credit(&self) -> Vec<(ChargeId, Decrease)> {
        let plan = planned(self, AllocationPolicy::PrincipalFirst, &BTreeMap::new());
        let since = |lot| self.lot(lot).map(|lot| lot.value_on);
        let decrease = |on, amount| Decrease { on, until: None, amount };
        plan.into_iter().filter_map(|d| Some((d.charge, decrease(since(d.lot)?, d.amount)))).collect()
    }
}

/// What is open of the late fees of an account at the end of a day, by charge; only what is above zero.
///
/// # Errors
/// An amount out of range.
pub(crate) fn open_late_fees(
    draft: &Draft<'_>,
    account: AccountId,
    on: CivilDate,
) -> Result<BTreeMap<ChargeId, Money>, Refusal> {
    let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
    let fees = draft.account(account).late_fees(community.late_fees(), on)?;
    let open = fees.into_iter().map(|(charge, fee)| (charge, fee.open));
    Ok(open.filter(|(_, open)| open.is_positive()).collect())
}

/// What would be open of the late fee of a charge by yesterday if so much of its principal were paid out of a lot.
///
/// # Errors
/// An amount out of range.
pub(crate) fn late_fee_beside(
    draft: &Draft<'_>,
    account: AccountId,
    (lot, charge): (LotId, ChargeId),
    principal: Money,
) -> Result<Money, Refusal> {
    let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
    let state = draft.account(account).with_paid((lot, charge), principal);
    // What today adds is known at its end.
    let fees = state.late_fees(community.late_fees(), draft.context.today.day_before())?;
    Ok(fees.get(&charge).map(|fee| fee.open).unwrap_or_default())
}

/// The policy that a charge's late fee is paid and taxed by.
///
/// # Errors
/// [`AccountRefusal::AmountMustNotExceedOpen`] for a charge that bears none.
pub(super) fn policy_of(draft: &Draft<'_>, charge: &Charge) -> Result<Arc<LateFeePolicySet>, Refusal> {
    let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
    let item = (charge.booking.fee_item, charge.booking.fund);
    let policy = community.late_fees().of(item, charge.part, charge.due_on).cloned();
    policy.ok_or_else(|| AccountRefusal::AmountMustNotExceedOpen.with("open", Money::ZERO).at("/amount"))
}

/// Turns what was paid of a late fee above its total by now into credit of whoever paid it: something was paid earlier, or
/// charged less, than was known then.
///
/// # Errors
/// What amending a receipt refuses.
pub(crate) fn settle_late_fees(draft: &mut Draft<'_>, account: AccountId) -> Result<(), Refusal> {
    loop {
        let above = paid_above(draft, account)?;
        if above.is_empty() {
            return Ok(());
        }
        // What is credit by that could have paid other principal, so that other totals are lower too.
        for (charge, amount) in above {
            undo_newest(draft, account, (charge, Part::LateFee), amount, UndoReason::LateFeeLowered)?;
        }
    }
}

/// What was paid of late fees above their totals by now.
fn paid_above(draft: &Draft<'_>, account: AccountId) -> Result<Vec<(ChargeId, Money)>, Refusal> {
    let state = draft.account(account);
    let mut paid = state.charges().filter(|charge| charge.lateness.paid.is_positive()).peekable();
    if paid.peek().is_none() {
        return Ok(Vec::new());
    }
    let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
    let fees = state.late_fees(community.late_fees(), draft.context.today)?;
    let mut above = Vec::new();
    for charge in paid {
        let total = fees.get(&charge.charge).map_or(Money::ZERO, |fee| fee.fee.amount);
        let amount = charge.lateness.paid.minus(total)?;
        if amount.is_positive() {
            above.push((charge.charge, amount));
        }
    }
    Ok(above)
}

impl From<LateFeeError> for Refusal {
    /// Policies and amounts were checked when they were said.
    fn from(_: LateFeeError) -> Self {
        CommonRefusal::AmountMustBeInRange.into()
    }
}
