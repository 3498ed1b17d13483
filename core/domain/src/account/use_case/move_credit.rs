//! Moves unspent credit to another holder, by a signed fact: a seller's to the buyer, a tenant's to the owner.

use super::lot_of;
use crate::account::{AccountRefusal, CreditMoved, Lot, settle_late_fees};
use crate::approval::{Authority, Stake, Staked, Warrant, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, LotId, PartyId};
use crate::money::Money;
use crate::party::PartyRefusal;
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::value::Digest;
use std::sync::Arc;

/// Moves credit of a lot to another party on the same account.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct MoveCredit {
    /// The account.
    pub account: AccountId,
    /// The lot.
    pub lot: LotId,
    /// How much.
    pub amount: Money,
    /// The new holder.
    pub to: PartyId,
    /// Commitment to what the holder signed, such as the SHA-256 of the paper.
    pub evidence: Digest,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for MoveCredit {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::of(self.amount, self.account))
    }
}

impl Decide for MoveCredit {
    fn operation(&self) -> &'static str {
        "move_credit"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into(), self.to.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        self.movable(draft)?;
        let warrant = authorise(draft, self, self.authority)?;
        self.carry_out(draft, warrant)
    }
}

impl MoveCredit {
    /// The credit gets its new holder, on somebody's word.
    ///
    /// # Errors
    /// [`AccountRefusal`] when there is less of it.
    pub(crate) fn carry_out(&self, draft: &mut Draft<'_>, warrant: Warrant) -> Result<(), Refusal> {
        let lot = self.movable(draft)?;
        let moved = CreditMoved {
            account: self.account,
            lot: self.lot,
            to_lot: draft.mint("lot"),
            amount: self.amount,
            from: lot.holder,
            to: self.to,
            fund: lot.fund,
            value_on: lot.value_on,
            evidence: self.evidence,
            approved: warrant.approved,
            seen: warrant.seen,
        };
        draft.push(self.account, moved);
        settle_late_fees(draft, self.account)
    }

    fn movable(&self, draft: &Draft<'_>) -> Result<Arc<Lot>, Refusal> {
        let lot = lot_of(draft, self.account, self.lot)?;
        if draft.party(self.to).kind().is_none() {
            return Err(PartyRefusal::PartyMustExist.at("/to"));
        }
        if !self.amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if self.amount > lot.rest {
            return Err(AccountRefusal::AmountMustNotExceedCredit.with("credit", lot.rest).at("/amount"));
        }
        if self.to == lot.holder {
            return Err(AccountRefusal::HolderMustChange.at("/to"));
        }
        Ok(lot)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, credit, day, lot, party, story};
    use crate::approval::fixture::approved;
    use crate::payment::fixture::rests;

    #[test]
    fn the_new_lot_keeps_the_value_date_and_has_the_new_holder() {
        let formed = crate::unit::fixture::party(crate::party::PartyKind::OwnerGroup);
        let mut story = story()
            .given(account(1), credit(1, "50.00", "2025-12-30"))
            .given(party(2), formed.clone())
            .given(party(1), formed);
        let command = MoveCredit {
            account: account(1),
            lot: lot(1),
            amount: "20.00".parse().unwrap(),
            to: party(2),
            evidence: Digest([7; 32]),
            authority: Authority::default(),
        };
        assert_eq!(story.refused(&command), "approval_must_be_given");
        let more = MoveCredit { amount: "50.01".parse().unwrap(), ..command.clone() };
        assert_eq!(story.refused(&more), "amount_must_not_exceed_credit");
        assert_eq!(story.refused(&MoveCredit { to: party(1), ..command.clone() }), "holder_must_change");
        assert_eq!(story.refused(&MoveCredit { to: party(3), ..command.clone() }), "party_must_exist");
        let authority = approved(&mut story, &command);
        story.accepted(&MoveCredit { authority, ..command });
        let state = story.draft().account(account(1));
        let moved = state.lots().find(|have| have.holder == party(2)).unwrap();
        assert_eq!((moved.value_on, moved.rest), (day("2025-12-30"), "20.00".parse().unwrap()));
        assert_eq!(rests(&story, account(1)), ["30.00", "20.00"]);
    }
}
