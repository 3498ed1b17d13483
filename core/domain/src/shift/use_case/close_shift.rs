//! A cashier's session ends: the box is counted, and the difference is a fact.

use crate::draft::{Decide, Draft};
use crate::id::{ShiftClaimId, ShiftId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::shift::{ShiftClosed, ShiftCounted, ShiftRefusal};
use crate::shift_claim::ShiftReleased;
use crate::stream::StreamRef;
use crate::value::Label;

/// Counts the box and closes the shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseShift {
    /// The shift.
    pub shift: ShiftId,
    /// Cash in the box.
    pub counted: Money,
    /// Remark about things, not people.
    pub remark: Option<Label>,
}

impl Decide for CloseShift {
    fn operation(&self) -> &'static str {
        "close_shift"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.shift.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.shift(self.shift);
        let opened = state.opened().ok_or(ShiftRefusal::ShiftMustExist)?;
        if !state.is_open() {
            return Err(ShiftRefusal::ShiftMustBeOpen.into());
        }
        if self.counted.is_negative() {
            return Err(ShiftRefusal::CashMustNotBeNegative.at("/counted"));
        }
        let (community, cash_box) = (draft.context.ledger_id, opened.channel_account);
        let claims =
            [ShiftClaimId::of_cash_box(community, cash_box), ShiftClaimId::of_cashier(community, opened.cashier)];
        let counted = ShiftCounted {
            channel_account: opened.channel_account,
            purse: opened.purse,
            counted: self.counted,
            expected: state.expected(),
            difference: self.counted.minus(state.expected())?,
        };
        draft.push(self.shift, counted);
        draft.push(self.shift, ShiftClosed { remark: self.remark.clone() });
        for claim in claims {
            draft.push(claim, ShiftReleased { shift: self.shift });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payment::fixture::{cash_payment, shift, story_with_shift};

    #[test]
    fn a_difference_is_posted_and_ends_the_shift() {
        let mut story = story_with_shift("50.00");
        story.accepted(&cash_payment("100.00"));
        let close = CloseShift { shift: shift(&story), counted: "149.50".parse().unwrap(), remark: None };
        let events = story.when(&close).unwrap();
        let lines: Vec<String> =
            events[0].postings.iter().flatten().map(|line| format!("{} {}", line.book, line.amount)).collect();
        assert_eq!(lines, ["cash -0.50", "cash_difference 0.50"]);
        assert_eq!(story.refused(&close), "shift_must_be_open");
        assert_eq!(story.refused(&cash_payment("1.00")), "shift_must_be_open");
    }

    #[test]
    fn counted_cash_is_not_negative() {
        let mut story = story_with_shift("0.00");
        let close = CloseShift { shift: shift(&story), counted: "-1.00".parse().unwrap(), remark: None };
        assert_eq!(story.refused(&close), "cash_must_not_be_negative");
        let unknown = CloseShift { shift: ShiftId(crate::testing::uuid(1)), counted: Money::ZERO, remark: None };
        assert_eq!(story.refused(&unknown), "shift_must_exist");
    }
}
