//! Undoes an allocation, so that the money can be spent otherwise.

use super::must_exist;
use crate::account::{AccountRefusal, UndoReason, settle_late_fees, undo};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, AllocationId};
use crate::invoice::must_stay_paid;
use crate::payment::settle_receipts;
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Undoes a live allocation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoAllocation {
    /// The account.
    pub account: AccountId,
    /// The allocation.
    pub allocation: AllocationId,
}

impl Decide for UndoAllocation {
    fn operation(&self) -> &'static str {
        "undo_allocation"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = must_exist(draft, self.account)?;
        let allocation = state.allocation(self.allocation).ok_or(AccountRefusal::AllocationMustBeLive)?.clone();
        let payment = state.lot(allocation.lot).and_then(|lot| lot.payment());
        drop(state);
        undo(draft, self.account, &allocation, allocation.amount, UndoReason::Requested)?;
        payment.map_or(Ok(()), |payment| must_stay_paid(draft, payment))?;
        settle_late_fees(draft, self.account)?;
        payment.map_or(Ok(()), |payment| settle_receipts(draft, payment))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::AllocateCredit;
    use crate::account::fixture::{account, charge, month, told};
    use crate::payment::Spending;
    use crate::payment::fixture::{pays, rests, story, to_account, transfer};

    #[test]
    fn money_can_be_spent_otherwise_and_the_receipt_follows() {
        let mut story = story();
        let first = charge(&mut story, month("2026-01", "50.00"));
        let second = charge(&mut story, month("2026-02", "50.00"));
        let named = Spending { pays: vec![pays(1, &[first])], ..to_account(1) };
        story.accepted(&transfer("T1", "50.00", "2026-01-01", named));
        let state = story.draft().account(account(1));
        let allocation = state.allocations().next().unwrap().clone();
        let undo = UndoAllocation { account: account(1), allocation: allocation.allocation };
        assert_eq!(told(&story.accepted(&undo))[0], "undone 50.00 requested");
        assert_eq!(rests(&story, account(1)), ["50.00"]);
        assert_eq!(story.refused(&undo), "allocation_must_be_live");
        let again =
            AllocateCredit { account: account(1), lot: allocation.lot, charge: second, amount: None, late_fee: false };
        assert_eq!(
            told(&story.accepted(&again)),
            ["paid 50.00 direct", "receipt_reversed", "receipt_numbered", "receipt TESTF2026-000003 50.00"]
        );
    }
}
