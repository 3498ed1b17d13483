//! Undoes a settlement that was recorded by mistake.

use crate::channel_settlement::{ChannelSettlementRefusal, ChannelSettlementReversed};
use crate::draft::{Decide, Draft};
use crate::id::ChannelSettlementId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// The settlement did not happen so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReverseSettlement {
    /// The settlement.
    pub settlement: ChannelSettlementId,
    /// Why.
    pub reason: Label,
}

impl Decide for ReverseSettlement {
    fn operation(&self) -> &'static str {
        "reverse_settlement"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.settlement.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.channel_settlement(self.settlement);
        let settled = state.settled().ok_or(ChannelSettlementRefusal::SettlementMustExist)?;
        let reversed = ChannelSettlementReversed {
            channel_account: settled.channel_account,
            bank_account: settled.bank_account,
            purse: settled.purse,
            gross: settled.gross,
            fee: settled.fee,
            net: settled.net,
            reason: self.reason.clone(),
        };
        draft.push(self.settlement, reversed);
        Ok(())
    }
}
