//! Refunds 退款 of an account: credit or deposits that are paid out, or are to be.

use super::state::AccountState;
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::id::{ChargeId, DepositId, FeeItemId, LotId, PartyId, RefundId};
use crate::money::Money;
use std::sync::Arc;

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundStage {
    /// Approved and not yet paid out.
    InFlight,
    /// The money has left.
    Settled,
    /// The money is credit again.
    Failed,
}

/// What a refund pays out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundSource {
    /// Credit.
    Credit {
        /// The lot.
        lot: LotId,
        /// Its value date.
        value_on: CivilDate,
    },
    /// A deposit.
    Deposit {
        /// The deposit.
        deposit: DepositId,
        /// What it was taken for.
        fee_item: FeeItemId,
    },
}

/// Credit or a deposit that is paid out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refund {
    /// Its id.
    pub refund: RefundId,
    /// Out of what.
    pub source: RefundSource,
    /// How much.
    pub amount: Money,
    /// Whose money.
    pub holder: PartyId,
    /// Another party that it is paid to.
    pub payee: Option<PartyId>,
    /// Its fund.
    pub fund: Fund,
    /// Accounting date of the approval.
    pub effective_on: CivilDate,
    /// Where it stands.
    pub stage: RefundStage,
}

impl Refund {
    /// The lot that it pays out; none for a deposit.
    pub fn lot(&self) -> Option<LotId> {
        match self.source {
            RefundSource::Credit { lot, .. } => Some(lot),
            RefundSource::Deposit { .. } => None,
        }
    }

    /// True when it pays out the deposit that a charge asked for.
    pub fn is_of_charge(&self, charge: ChargeId) -> bool {
        match self.source {
            RefundSource::Credit { .. } => false,
            RefundSource::Deposit { deposit, .. } => deposit.uuid() == charge.uuid(),
        }
    }
}

impl AccountState {
    /// A refund by id.
    pub fn refund(&self, refund: RefundId) -> Option<&Arc<Refund>> {
        self.refunds.get(&refund)
    }

    /// All refunds.
    pub fn refunds(&self) -> impl Iterator<Item = &Arc<Refund>> {
        self.refunds.values()
    }

    pub(super) fn refunding(&mut self, refund: Refund) {
        match refund.source {
            RefundSource::Credit { lot, .. } => self.rest(lot, refund.amount.negated()),
            RefundSource::Deposit { deposit, .. } => self.hold((deposit, refund.holder), refund.amount.negated()),
        }
        self.refunds.insert(refund.refund, Arc::new(refund));
    }

    pub(super) fn stage(&mut self, refund: RefundId, stage: RefundStage) {
        if let Some(refund) = self.refunds.get_mut(&refund).map(Arc::make_mut) {
            refund.stage = stage;
        }
    }
}
