//! Keeps of a deposit 押金扣除 what its payer agreed to, or a court decided; what is kept is income, and taxed.

use super::deposit_of;
use crate::account::{DepositForfeited, ForfeitureGround, vat_split};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{AccountId, DepositId, PartyId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::{Digest, Label};

/// Keeps a deposit or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ForfeitDeposit {
    /// The account.
    pub account: AccountId,
    /// The deposit.
    pub deposit: DepositId,
    /// Who paid it.
    pub payer: PartyId,
    /// How much, never more than is held.
    pub amount: Money,
    /// What allows it.
    pub ground: ForfeitureGround,
    /// Commitment to the signed consent or the judgment, such as the SHA-256 of the paper.
    pub evidence: Digest,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for ForfeitDeposit {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::of(self.amount, self.account))
    }
}

impl Decide for ForfeitDeposit {
    fn operation(&self) -> &'static str {
        "forfeit_deposit"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let deposit = deposit_of(draft, self.account, (self.deposit, self.payer), self.amount)?;
        // As the item is taxed on the day that the money becomes the company's.
        let vat = draft.fee_item(deposit.fee_item).vat_on(draft.context.today).cloned();
        let vat = vat.ok_or(FeeItemRefusal::FeeItemMustExist)?;
        let vat = vat_split(vat.category, vat.rate, self.amount)?;
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        let forfeited = DepositForfeited {
            account: self.account,
            forfeiture: draft.mint("forfeiture"),
            deposit: self.deposit,
            fee_item: deposit.fee_item,
            amount: self.amount,
            payer: self.payer,
            vat,
            ground: self.ground,
            evidence: self.evidence,
            reason: self.reason.clone(),
            approved,
            seen,
        };
        draft.push(self.account, forfeited);
        Ok(())
    }
}
