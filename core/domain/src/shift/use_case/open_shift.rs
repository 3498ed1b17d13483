//! A cashier takes over a cash box.

use crate::channel_account::ChannelKind;
use crate::draft::{Decide, Draft};
use crate::envelope::ActorKind;
use crate::id::{ShiftClaimId, ShiftId, StaffId};
use crate::money::Money;
use crate::payment::Channel;
use crate::refusal::Refusal;
use crate::shift::{ShiftOpened, ShiftRefusal};
use crate::shift_claim::{Claimed, ShiftClaimed};

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
        let cashier = StaffId(actor.id);
        let cash_box = ShiftClaimId::of_cash_box(draft.context.ledger_id, self.channel.id);
        if let Some(open) = draft.shift_claim(cash_box).shift() {
            return Err(ShiftRefusal::CashBoxMustHaveNoOpenShift.with("shift", open).at("/channel_account"));
        }
        let person = ShiftClaimId::of_cashier(draft.context.ledger_id, cashier);
        if let Some(open) = draft.shift_claim(person).shift() {
            return Err(ShiftRefusal::CashierMustHaveNoOpenShift.with("shift", open));
        }
        let shift: ShiftId = draft.mint("shift");
        let opened = ShiftOpened {
            channel_account: self.channel.id,
            purse: self.channel.purse,
            seen: self.channel.seen.clone(),
            cashier,
            float: self.float,
        };
        draft.push(shift, opened);
        draft.push(cash_box, ShiftClaimed { claimed: Claimed::CashBox, shift });
        draft.push(person, ShiftClaimed { claimed: Claimed::Cashier, shift });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::fixture::staff;
    use crate::book::Purse;
    use crate::payment::fixture::{bank, cash_box, channel};
    use crate::shift::CloseShift;
    use crate::testing::Story;

    #[test]
    fn shifts_are_at_cash_boxes() {
        let open = |channel, float: &str| OpenShift { channel, float: float.parse().unwrap() };
        assert_eq!(Story::new().refused(&open(bank(), "0.00")), "channel_must_be_cash");
        assert_eq!(Story::new().refused(&open(cash_box(), "-0.01")), "cash_must_not_be_negative");
        assert_eq!(Story::new().accepted(&open(cash_box(), "200.00")).len(), 3);
    }

    #[test]
    fn a_cash_box_and_a_cashier_have_one_open_shift() {
        let open = |n| OpenShift { channel: channel(n, ChannelKind::Cash, Purse::Company), float: Money::ZERO };
        let mut story = Story::new();
        let opened = story.when(&open(1)).unwrap();
        assert_eq!(story.refused(&open(1)), "cash_box_must_have_no_open_shift");
        assert_eq!(story.refused(&open(2)), "cashier_must_have_no_open_shift");
        let first = story.draft().context.actor;
        let mut story = story.by(staff(2));
        assert_eq!(story.refused(&open(1)), "cash_box_must_have_no_open_shift");
        story.accepted(&open(2));
        let close =
            CloseShift { shift: opened[0].stream.id.into(), counted: Money::ZERO, handed_over_to: None, remark: None };
        let mut story = story.by(first);
        story.accepted(&close);
        assert_eq!(story.refused(&open(2)), "cash_box_must_have_no_open_shift");
        story.accepted(&open(1));
    }
}
