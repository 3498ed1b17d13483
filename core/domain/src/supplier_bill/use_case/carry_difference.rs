//! Carries the difference between a bill and what was charged for it into a later period. To share it out instead, a pool of
//! its amount is opened.

use super::standing;
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::calendar::Month;
use crate::draft::{Decide, Draft};
use crate::id::SupplierBillId;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::supplier_bill::{DifferenceCarried, SupplierBillRefusal};
use crate::value::Label;

/// A difference goes on, never into revenue.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CarryDifference {
    /// A bill of the utility and period.
    pub bill: SupplierBillId,
    /// The period that it goes to.
    pub to: Month,
    /// How much; positive when more was paid than charged.
    pub amount: Money,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for CarryDifference {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake { amount: Some(self.amount.max(self.amount.negated())), ..Stake::default() })
    }
}

impl Decide for CarryDifference {
    fn operation(&self) -> &'static str {
        "carry_difference"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.bill.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (_, recorded, _) = standing(draft, self.bill)?;
        if self.amount.is_zero() || self.to <= recorded.of.period {
            return Err(SupplierBillRefusal::DifferenceMustBeCarriedOn.at("/to"));
        }
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        let (of, to, amount, reason) = (recorded.of, self.to, self.amount, self.reason.clone());
        draft.push(self.bill, DifferenceCarried { of, to, amount, reason, approved, seen });
        Ok(())
    }
}
