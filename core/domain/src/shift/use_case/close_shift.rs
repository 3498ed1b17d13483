//! A cashier's session ends: the box is counted, and the difference is a fact.

use crate::draft::{Decide, Draft};
use crate::id::{ShiftClaimId, ShiftId, StaffId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::shift::{ShiftClosed, ShiftCounted, ShiftRefusal};
use crate::shift_claim::ShiftReleased;
use crate::staff::{Role, Roles};
use crate::stream::StreamRef;
use crate::value::Label;

/// A member of staff as the company's ledger says; an argument, because no command reads another ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Successor {
    /// Who takes the box over.
    pub staff: StaffId,
    /// His roles in this community.
    pub roles: Roles,
}

/// Counts the box and closes the shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CloseShift {
    /// The shift.
    pub shift: ShiftId,
    /// Cash in the box.
    pub counted: Money,
    /// The cashier who takes the box over.
    pub handed_over_to: Option<Successor>,
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
        if let Some(next) = &self.handed_over_to {
            if next.staff == opened.cashier {
                return Err(ShiftRefusal::SuccessorMustBeAnother.at("/handed_over_to"));
            }
            if !next.roles.any_of(&[Role::Cashier]) {
                return Err(ShiftRefusal::SuccessorMustBeCashier.at("/handed_over_to"));
            }
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
        let (handed_over_to, seen) = self.handed_over_to.clone().map(|next| (next.staff, next.roles.seen)).unzip();
        let closed = ShiftClosed { handed_over_to, remark: self.remark.clone(), seen: seen.unwrap_or_default() };
        draft.push(self.shift, closed);
        for claim in claims {
            draft.push(claim, ShiftReleased { shift: self.shift });
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::fixture::staff;
    use crate::payment::fixture::{cash_payment, shift, story_with_shift};
    use crate::shift::ShiftEvent;
    use crate::stream::Event;

    #[test]
    fn a_difference_is_posted_and_ends_the_shift() {
        let mut story = story_with_shift("50.00");
        story.accepted(&cash_payment("100.00"));
        let close =
            CloseShift { shift: shift(&story), counted: "149.50".parse().unwrap(), handed_over_to: None, remark: None };
        let events = story.when(&close).unwrap();
        let lines: Vec<String> =
            events[0].postings.iter().flatten().map(|line| format!("{} {}", line.book, line.amount)).collect();
        assert_eq!(lines, ["cash -0.50", "cash_difference 0.50"]);
        assert_eq!(story.refused(&close), "shift_must_be_open");
        assert_eq!(story.refused(&cash_payment("1.00")), "shift_must_be_open");
    }

    #[test]
    fn a_box_is_handed_to_another_cashier() {
        let mut story = story_with_shift("50.00");
        let next = |n, role| {
            let roles = Roles { held: vec![role], seen: Vec::new() };
            Some(Successor { staff: StaffId(staff(n).id), roles })
        };
        let close = |handed_over_to| CloseShift {
            shift: shift(&story),
            counted: "50.00".parse().unwrap(),
            handed_over_to,
            remark: None,
        };
        let own = Successor { staff: StaffId(story.draft().context.actor.id), roles: Roles::default() };
        let (to_himself, to_desk, to_next) =
            (close(Some(own)), close(next(2, Role::CustomerService)), close(next(2, Role::Cashier)));
        assert_eq!(story.refused(&to_himself), "successor_must_be_another");
        assert_eq!(story.refused(&to_desk), "successor_must_be_cashier");
        let events = story.accepted(&to_next);
        let Event::Shift(ShiftEvent::ShiftClosed(closed)) = &events[1] else { unreachable!() };
        assert_eq!(closed.handed_over_to, Some(StaffId(staff(2).id)));
    }

    #[test]
    fn counted_cash_is_not_negative() {
        let mut story = story_with_shift("0.00");
        let close =
            CloseShift { shift: shift(&story), counted: "-1.00".parse().unwrap(), handed_over_to: None, remark: None };
        assert_eq!(story.refused(&close), "cash_must_not_be_negative");
        let unknown = CloseShift {
            shift: ShiftId(crate::testing::uuid(1)),
            counted: Money::ZERO,
            handed_over_to: None,
            remark: None,
        };
        assert_eq!(story.refused(&unknown), "shift_must_exist");
    }
}
