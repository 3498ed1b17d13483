//! Takes back that a deposit was kept 红冲: it was a mistake, and the deposit is held again.

use super::must_exist;
use crate::account::{AccountRefusal, Forfeiture, ForfeitureReversed};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ForfeitureId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Reverses a forfeiture whole.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReverseForfeiture {
    /// The account.
    pub account: AccountId,
    /// The forfeiture.
    pub forfeiture: ForfeitureId,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for ReverseForfeiture {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::of(self.standing(draft)?.amount, self.account))
    }
}

impl Decide for ReverseForfeiture {
    fn operation(&self) -> &'static str {
        "reverse_forfeiture"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let Forfeiture { deposit, payer, fee_item, amount, vat } = self.standing(draft)?;
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        let reversed = ForfeitureReversed {
            account: self.account,
            forfeiture: self.forfeiture,
            deposit,
            fee_item,
            amount,
            payer,
            vat,
            reason: self.reason.clone(),
            approved,
            seen,
        };
        draft.push(self.account, reversed);
        Ok(())
    }
}

impl ReverseForfeiture {
    fn standing(&self, draft: &Draft<'_>) -> Result<Forfeiture, Refusal> {
        let state = must_exist(draft, self.account)?;
        Ok(state.forfeiture(self.forfeiture).ok_or(AccountRefusal::ForfeitureMustStand)?.clone())
    }
}
