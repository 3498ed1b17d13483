//! Facts of a cashier's shift 班次 at a cash box.

use crate::book::Purse;
use crate::calendar::CivilDate;
use crate::event::{events, facts};
use crate::id::{ChannelAccountId, PaymentId, RefundId, StaffId};
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::{Code, Count, Label};

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
    /// Cash of the shift was paid into a bank account 缴存.
    pub struct CashBanked {
        /// The n-th time that cash of this shift goes to a bank.
        pub number: Count,
        /// The cash box.
        pub channel_account: ChannelAccountId,
        /// The bank account.
        pub bank_account: ChannelAccountId,
        /// The purse of both.
        pub purse: Purse,
        /// How much.
        pub amount: Money,
        /// The bank's day.
        pub value_on: CivilDate,
        /// Number of the bank's slip.
        pub slip: Option<Code>,
        /// The company facts that both accounts rest on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The record of banked cash was a mistake 红冲: an equal and opposite fact.
    pub struct CashBankingReversed {
        /// Which.
        pub number: Count,
        /// The cash box.
        pub channel_account: ChannelAccountId,
        /// The bank account.
        pub bank_account: ChannelAccountId,
        /// The purse of both.
        pub purse: Purse,
        /// As recorded.
        pub amount: Money,
        /// Why.
        pub reason: Label,
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
        CashBanked = "cash_banked", 1;
        CashBankingReversed = "cash_banking_reversed", 1;
    }
}
