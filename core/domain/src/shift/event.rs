//! Facts of a cashier's shift 班次 at a cash box.

use crate::book::Purse;
use crate::event::{events, facts};
use crate::id::{ChannelAccountId, PaymentId, RefundId, StaffId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::{Count, Label};

facts! {
    /// A cashier takes over a cash box.
    pub struct ShiftOpened {
        /// The cash box.
        pub channel_account: ChannelAccountId,
        /// The purse whose cash it holds.
        pub purse: Purse,
        /// The company facts that cash box rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
        /// The cashier.
        pub cashier: StaffId,
        /// Cash in the box at the start.
        pub float: Money,
    }
    /// Cash went into the box: the n-th slip.
    pub struct CashTaken {
        /// The payment.
        pub payment: PaymentId,
        /// Slip number in the shift.
        pub slip: Count,
        /// How much.
        pub amount: Money,
    }
    /// Cash went out of the box.
    pub struct CashReturned {
        /// The reversed payment.
        pub payment: Option<PaymentId>,
        /// The refund.
        pub refund: Option<RefundId>,
        /// How much.
        pub amount: Money,
    }
    /// The box was counted at the end; the difference is a fact.
    pub struct ShiftCounted {
        /// Cash box.
        pub channel_account: ChannelAccountId,
        /// Its purse.
        pub purse: Purse,
        /// Counted.
        pub counted: Money,
        /// Expected.
        pub expected: Money,
        /// Counted less expected; negative when short.
        pub difference: Money,
    }
    /// The shift is over.
    pub struct ShiftClosed {
        /// The cashier who takes the box over from the shift's own; absent when the money goes elsewhere.
        pub handed_over_to: Option<StaffId>,
        /// Remark about things, not people.
        pub remark: Option<Label>,
        /// The company facts that the other cashier's role rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
}

events! {
    /// Facts of a `shift` stream.
    pub enum ShiftEvent of "shift" {
        ShiftOpened = "shift_opened", 1;
        CashTaken = "cash_taken", 1;
        CashReturned = "cash_returned", 1;
        ShiftCounted = "shift_counted", 1;
        ShiftClosed = "shift_closed", 1;
    }
}
