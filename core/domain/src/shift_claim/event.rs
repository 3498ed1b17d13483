//! The claim of a shift on its cash box and on its cashier: at most one open shift each.

use crate::event::{events, facts};
use crate::id::ShiftId;
use crate::wire::words;

words! {
    /// What a shift claims.
    pub enum Claimed {
        /// 现金收款账户
        CashBox = "cash_box",
        /// 收费员
        Cashier = "cashier",
    }
}

facts! {
    /// The cash box or the cashier is a shift's until it is closed.
    pub struct ShiftClaimed {
        /// What is claimed; its id is the shift's to tell.
        pub claimed: Claimed,
        /// The shift.
        pub shift: ShiftId,
    }
    /// The shift is over; another may begin.
    pub struct ShiftReleased {
        /// The shift.
        pub shift: ShiftId,
    }
}

events! {
    /// Facts of a `shift_claim` stream.
    pub enum ShiftClaimEvent of "shift_claim" {
        ShiftClaimed = "shift_claimed", 1;
        ShiftReleased = "shift_released", 1;
    }
}
