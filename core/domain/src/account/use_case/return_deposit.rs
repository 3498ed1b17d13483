//! Returns a deposit 退还押金: requested by one, approved by another, then paid out or failed like any refund.

use super::{deposit_of, payee_must_fit};
use crate::account::DepositReturned;
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, DepositId, PartyId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::{Digest, Label};

/// Makes a deposit or a part of it payable to whoever paid it, whoever owns the unit by now.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReturnDeposit {
    /// The account.
    pub account: AccountId,
    /// The deposit.
    pub deposit: DepositId,
    /// Who paid it.
    pub payer: PartyId,
    /// How much, never more than is held.
    pub amount: Money,
    /// Another party that it is paid to, never by a limit alone; absent: to the source of the money.
    pub payee: Option<PartyId>,
    /// Commitment to the evidence that the payee may have it, such as the SHA-256 of the signed instruction.
    pub evidence: Option<Digest>,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for ReturnDeposit {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let stake = Stake::of(self.amount, self.account);
        Ok(Stake { always_approved: self.payee.is_some(), ..stake })
    }
}

impl Decide for ReturnDeposit {
    fn operation(&self) -> &'static str {
        "return_deposit"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let deposit = deposit_of(draft, self.account, (self.deposit, self.payer), self.amount)?;
        payee_must_fit(draft, self.payer, (self.payee, self.evidence))?;
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        let returned = DepositReturned {
            account: self.account,
            refund: draft.mint("refund"),
            deposit: self.deposit,
            fee_item: deposit.fee_item,
            amount: self.amount,
            payer: self.payer,
            payee: self.payee,
            evidence: self.evidence,
            reason: self.reason.clone(),
            approved,
            seen,
        };
        draft.push(self.account, returned);
        Ok(())
    }
}
