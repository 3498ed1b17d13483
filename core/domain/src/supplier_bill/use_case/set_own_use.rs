//! Says how much of a bill the company used itself: it bears that, and no unit is charged for it.

use super::standing;
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::SupplierBillId;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::supplier_bill::{OwnUseSet, SupplierBillRefusal};
use crate::value::Label;

/// The company's own use of a bill, in all; said again it replaces what was said before.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SetOwnUse {
    /// The bill.
    pub bill: SupplierBillId,
    /// How much in all.
    pub amount: Money,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for SetOwnUse {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (state, _, _) = standing(draft, self.bill)?;
        let change = self.amount.minus(state.own_use())?;
        Ok(Stake { amount: Some(change.max(change.negated())), ..Stake::default() })
    }
}

impl Decide for SetOwnUse {
    fn operation(&self) -> &'static str {
        "set_own_use"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.bill.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, recorded, _) = standing(draft, self.bill)?;
        let change = self.amount.minus(state.own_use())?;
        drop(state);
        if change.is_zero() || self.amount.is_negative() || self.amount > recorded.amount {
            return Err(SupplierBillRefusal::OwnUseMustBeWithinBill.with("bill", recorded.amount).at("/amount"));
        }
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        let (of, amount, reason) = (recorded.of, self.amount, self.reason.clone());
        draft.push(self.bill, OwnUseSet { of, amount, change, reason, approved, seen });
        Ok(())
    }
}
