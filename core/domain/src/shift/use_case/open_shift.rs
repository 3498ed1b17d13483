//! A cashier takes over a cash box.

use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::envelope::ActorKind;
use crate::id::{ShiftId, StaffId};
use crate::money::Money;
use crate::payment::Channel;
use crate::refusal::Refusal;
use crate::shift::{ShiftOpened, ShiftRefusal};

/// Opens a shift of the acting cashier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenShift {
    /// The cash box.
    pub channel: Channel,
    /// Cash in the box at the start.
    pub float: Money,
}

impl Decide for OpenShift {
    fn operation(&self) -> &'static str {
        "open_shift"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let actor = draft.context.actor;
        if actor.kind != ActorKind::Staff {
            return Err(ShiftRefusal::ShiftMustBeOfCashier.into());
        }
        if self.channel.kind != ChannelKind::Cash {
            return Err(ShiftRefusal::ChannelMustBeCash.at("/channel_account"));
        }
        if self.float.is_negative() {
            return Err(ShiftRefusal::CashMustNotBeNegative.at("/float"));
        }
        let shift: ShiftId = draft.mint("shift");
        let opened = ShiftOpened {
            channel_account: self.channel.id,
            purse: self.channel.purse,
            seen: self.channel.seen.clone(),
            cashier: StaffId(actor.id),
            float: self.float,
        };
        draft.push(shift, opened);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::fixture::{bank, cash_box};
    use crate::testing::Story;

    #[test]
    fn shifts_are_at_cash_boxes() {
        let open = |channel, float: &str| OpenShift { channel, float: float.parse().unwrap() };
        assert_eq!(Story::new().refused(&open(bank(), "0.00")), "channel_must_be_cash");
        assert_eq!(Story::new().refused(&open(cash_box(), "-0.01")), "cash_must_not_be_negative");
        assert_eq!(Story::new().accepted(&open(cash_box(), "200.00")).len(), 1);
    }
}
