//! Reverses 红冲 the record of a taking that was a mistake, whole; its stay may be recorded again.

use crate::approval::{Authority, Stake, Staked, Warrant, authorise};
use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::id::{ChargeId, ReferenceId, TakingId};
use crate::reference::ReferenceReleased;
use crate::refusal::Refusal;
use crate::shift::CashReturned;
use crate::stream::StreamRef;
use crate::taking::{TakingRecorded, TakingRefusal, TakingReversed};
use crate::value::Label;
use std::sync::Arc;

/// Reverses a taking.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReverseTaking {
    /// The taking.
    pub taking: TakingId,
    /// The charge in it.
    pub charge: ChargeId,
    /// Why.
    pub reason: Label,
    /// On whose word; needed for what is no cash of a shift that is still open.
    #[serde(skip)]
    pub authority: Authority,
}

impl ReverseTaking {
    fn standing(&self, draft: &Draft<'_>) -> Result<Arc<TakingRecorded>, Refusal> {
        draft.taking(self.taking).of(self.charge).cloned().ok_or_else(|| TakingRefusal::TakingMustExist.into())
    }
}

impl Staked for ReverseTaking {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake { amount: Some(self.standing(draft)?.of.amount), ..Stake::default() })
    }
}

impl Decide for ReverseTaking {
    fn operation(&self) -> &'static str {
        "reverse_taking"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.taking.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let recorded = self.standing(draft)?;
        let of = recorded.of.clone();
        let open_shift = recorded.shift.filter(|shift| draft.shift(*shift).is_open());
        let in_hand = of.channel == ChannelKind::Cash && open_shift.is_some();
        let warrant = match self.authority.approval {
            None if in_hand => None,
            _ => Some(authorise(draft, self, self.authority)?),
        };
        let (approved, seen) = warrant.map(Warrant::parts).unzip();
        let (payment, amount) = (of.payment, of.amount);
        let claim = ReferenceId::of_reference(of.channel_account, recorded.reference.as_str());
        let (reason, seen) = (self.reason.clone(), seen.unwrap_or_default());
        draft.push(self.taking, TakingReversed { of, reason, approved, seen });
        draft.push(claim, ReferenceReleased { payment });
        if let Some(shift) = open_shift {
            draft.push(shift, CashReturned { payment: Some(payment), refund: None, amount });
        }
        Ok(())
    }
}
