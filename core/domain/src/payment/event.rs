//! Facts of a payment 收款: money in, a stream of its own that names no unit until it is identified.

use crate::account::Part;
use crate::approval::Approved;
use crate::book::{Fund, Purse};
use crate::calendar::{CivilDate, DateRange};
use crate::channel_account::ChannelKind;
use crate::event::{events, facts};
use crate::id::{
    AccountId, ChannelAccountId, FeeItemId, LotId, PartyId, PaymentOrderId, ReceiptId, ReceiptSeriesId, ShiftId,
    UnitId, VaultItemId,
};
use crate::ledger::Seen;
use crate::money::Money;
use crate::value::{Code, Count, Label};
use crate::wire::words;

words! {
    /// Receipt series.
    pub enum Series {
        /// Fees.
        Fees = "fees",
        /// Deposits.
        Deposits = "deposits",
        /// Maintenance fund.
        MaintenanceFund = "maintenance_fund",
        /// Owners' income.
        OwnersIncome = "owners_income",
        /// Refunds.
        Refunds = "refunds",
    }
}

words! {
    /// What a payer hands over where a channel account takes more than one thing.
    pub enum PaymentMethod {
        /// 支票
        Cheque = "cheque",
    }
}

words! {
    /// What a line of a bank statement is known as already.
    pub enum KnownAs {
        /// 渠道结算: a provider's settlement.
        ChannelSettlement = "channel_settlement",
        /// 现金缴存: cash that was banked.
        BankedCash = "banked_cash",
        /// 支票: recorded by its number.
        Cheque = "cheque",
        /// 内部转账: between accounts of our own.
        OwnTransfer = "own_transfer",
    }
}

facts! {
    /// A line of a receipt: consecutive months of one item that were paid whole are one line. A payment with very many
    /// lines has them summed, without service time, and if need be over accounts.
    pub struct ReceiptLine {
        /// The account; absent when summed over accounts.
        pub account: Option<AccountId>,
        /// The fee item; absent for credit without earmark.
        pub fee_item: Option<FeeItemId>,
        /// What the money is for.
        pub fund: Fund,
        /// Service time paid; absent for credit and sums.
        pub service: Option<DateRange>,
        /// Principal or late fee; absent for credit.
        pub part: Option<Part>,
        /// How much.
        pub amount: Money,
    }
}

facts! {
    /// Money came in; all of it is in suspense until identified.
    pub struct PaymentReceived {
        /// Where it lies.
        pub channel_account: ChannelAccountId,
        /// Kind of the channel account.
        pub channel: ChannelKind,
        /// Purse of the channel account.
        pub purse: Purse,
        /// The company facts that kind and purse rest on.
        #[serde(default)]
        pub seen: Vec<Seen>,
        /// The channel's own number; unique per channel account.
        pub reference: Code,
        /// How much.
        pub amount: Money,
        /// The day it was really the company's.
        pub value_on: CivilDate,
        /// The cashier's shift, for cash.
        pub shift: Option<ShiftId>,
        /// The slip in the shift, for cash.
        pub slip: Option<Count>,
        /// Payer's name in the vault.
        pub payer: Option<VaultItemId>,
        /// The account it came from, in the vault.
        pub payer_account: Option<VaultItemId>,
        /// What the payer wrote with it, in the vault.
        pub remark: Option<VaultItemId>,
        /// Units whose code the remark names: a hint for whoever identifies the money; nothing rests on it.
        #[serde(default)]
        pub named_units: Vec<UnitId>,
        /// Payment orders whose number the remark names: a hint, too.
        #[serde(default)]
        pub named_orders: Vec<PaymentOrderId>,
        /// By what it was paid; absent: what is usual for the channel account.
        pub method: Option<PaymentMethod>,
        /// What the payer put on the counter, for cash.
        pub tendered: Option<Money>,
        /// What he got back of it.
        pub change: Option<Money>,
        /// What of the amount he did not have to put down 抹零: the box has so much less.
        pub rounding: Option<Money>,
    }
    /// The system found whose the line of a bank statement is: its remark names one unit, and it is all that is open of it.
    pub struct BankLineMatched {
        /// The unit.
        pub unit: UnitId,
        /// Its account.
        pub account: AccountId,
        /// All that was open of it, with late fees by the day before the bank day.
        pub amount: Money,
    }
    /// The system found which payment order a line of a bank statement pays: its remark names one that nobody has
    /// paid, and it is all that the order asks for.
    pub struct BankLineOrderMatched {
        /// The order.
        pub order: PaymentOrderId,
        /// The first of its accounts.
        pub account: AccountId,
        /// What it asked for.
        pub amount: Money,
    }
    /// A person says that it was not: the line is never matched by the system again.
    pub struct BankMatchUndone {
        /// The account.
        pub account: AccountId,
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// A part of the money belongs to an account from now on.
    pub struct PaymentIdentified {
        /// The account.
        pub account: AccountId,
        /// The lot it became.
        pub lot: LotId,
        /// How much.
        pub amount: Money,
        /// Who approved that suspense was claimed; absent when it was identified with its payment or matched by the system.
        pub approved: Option<Approved>,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// A part of the money is nobody's again.
    pub struct PaymentUnidentified {
        /// The account.
        pub account: AccountId,
        /// The lot.
        pub lot: LotId,
        /// How much.
        pub amount: Money,
        /// Who approved it; absent when the whole payment is reversed or bounced, or its match undone.
        pub approved: Option<Approved>,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Money nobody claimed, or sent by mistake, went back.
    pub struct SuspenseReturned {
        /// How much.
        pub amount: Money,
        /// The channel account it came in by.
        pub received_in: ChannelAccountId,
        /// Out of which channel account.
        pub channel_account: ChannelAccountId,
        /// Its kind.
        pub channel: ChannelKind,
        /// Its purse.
        pub purse: Purse,
        /// The cashier's shift, for cash.
        pub shift: Option<ShiftId>,
        /// The reference of the outgoing payment.
        pub reference: Option<Code>,
        /// The day it left.
        pub value_on: CivilDate,
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that channel account and authority rest on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The record was a mistake 红冲: an equal and opposite fact.
    pub struct PaymentReversed {
        /// Where the money was said to lie.
        pub channel_account: ChannelAccountId,
        /// Its kind.
        pub channel: ChannelKind,
        /// Its purse.
        pub purse: Purse,
        /// All of it.
        pub amount: Money,
        /// As recorded; absent when nothing was let go.
        pub rounding: Option<Money>,
        /// As recorded.
        pub value_on: CivilDate,
        /// Why.
        pub reason: Label,
        /// Who approved it; absent for cash in its open shift without a printed receipt.
        pub approved: Option<Approved>,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The bank took the money back 退汇/退票: it never really came.
    pub struct PaymentBounced {
        /// Where the money had come in.
        pub channel_account: ChannelAccountId,
        /// Its kind.
        pub channel: ChannelKind,
        /// Its purse.
        pub purse: Purse,
        /// All of it.
        pub amount: Money,
        /// The bank's serial of taking it back.
        pub reference: Code,
        /// The bank day on which it went.
        pub value_on: CivilDate,
        /// Why, as the bank says.
        pub reason: Label,
    }
    /// A line of a bank statement is of money that other facts have already 已另记: it is nobody's payment, and its reference stays taken.
    pub struct BankLineSetAside {
        /// Where the line stood.
        pub channel_account: ChannelAccountId,
        /// Its kind.
        pub channel: ChannelKind,
        /// Its purse.
        pub purse: Purse,
        /// All of it.
        pub amount: Money,
        /// As recorded.
        pub value_on: CivilDate,
        /// What it is.
        pub known_as: KnownAs,
        /// Where it stands.
        pub note: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The line was set aside by mistake: its money waits in suspense again.
    pub struct BankLineTakenUp {
        /// Where the line stood.
        pub channel_account: ChannelAccountId,
        /// Its kind.
        pub channel: ChannelKind,
        /// Its purse.
        pub purse: Purse,
        /// All of it.
        pub amount: Money,
        /// Why.
        pub reason: Label,
    }
    /// A receipt 收据: a snapshot of what the money did.
    pub struct ReceiptIssued {
        /// The receipt.
        pub receipt: ReceiptId,
        /// Which series.
        pub series: Series,
        /// The series stream.
        pub series_stream: ReceiptSeriesId,
        /// `<ledger code><series><year>-<six digits>`, without gaps.
        pub number: Code,
        /// To whose debt.
        pub obligor: PartyId,
        /// Its day.
        pub issued_on: CivilDate,
        /// All lines.
        pub amount: Money,
        /// What was paid.
        #[serde(default)]
        pub lines: Vec<ReceiptLine>,
        /// The receipt it replaces.
        pub replaces: Option<ReceiptId>,
    }
    /// The receipt was printed; the first print ends its silent correction.
    pub struct ReceiptPrinted {
        /// The receipt.
        pub receipt: ReceiptId,
        /// 1 for the first print.
        pub print: Count,
    }
    /// The receipt no longer holds; its number is never used again.
    pub struct ReceiptReversed {
        /// The receipt.
        pub receipt: ReceiptId,
        /// Why.
        pub reason: Label,
    }
}

events! {
    /// Facts of a `payment` stream.
    pub enum PaymentEvent of "payment" {
        PaymentReceived = "payment_received", 1;
        PaymentIdentified = "payment_identified", 1;
        PaymentUnidentified = "payment_unidentified", 1;
        SuspenseReturned = "suspense_returned", 1;
        PaymentReversed = "payment_reversed", 1;
        PaymentBounced = "payment_bounced", 1;
        BankLineSetAside = "bank_line_set_aside", 1;
        BankLineTakenUp = "bank_line_taken_up", 1;
        BankLineMatched = "bank_line_matched", 1;
        BankLineOrderMatched = "bank_line_order_matched", 1;
        BankMatchUndone = "bank_match_undone", 1;
        ReceiptIssued = "receipt_issued", 1;
        ReceiptPrinted = "receipt_printed", 1;
        ReceiptReversed = "receipt_reversed", 1;
    }
}
