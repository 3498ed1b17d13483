//! Facts of an account 户账: charges, credit lots, allocations, refunds. The heart of the ledger.

use super::deposit::{DepositForfeited, DepositReturnFailed, DepositReturned, ForfeitureReversed};
use super::fund::{FundSpendReturned, FundSpent};
use super::metered::Metered;
use super::opening::{
    OpeningBilledUntilReversed, OpeningBilledUntilSet, OpeningChargePosted, OpeningChargeReversed, OpeningCreditPosted,
    OpeningCreditReversed, OpeningDepositPosted, OpeningDepositReversed,
};
use super::terms::{Booking, Discount, Input, Mode, Part, RecoveryReason, Share, Source, UndoReason, VatSplit};
use crate::approval::Approved;
use crate::book::Fund;
use crate::calendar::{CivilDate, DateRange};
use crate::channel_account::ChannelKind;
use crate::event::{events, facts};
use crate::id::{
    AccountId, AllocationId, BillLineId, BillRunId, ChannelAccountId, ChargeId, FeeItemId, InvoiceId, LotId, PartyId,
    PaymentId, RefundId, ShiftId, TariffId, UnitId,
};
use crate::ledger::Seen;
use crate::money::{Money, RoundTo};
use crate::value::{Code, Count, Digest, FormulaText, Label};

facts! {
    /// The account of a unit is open.
    pub struct AccountOpened {
        /// The unit.
        pub unit: UnitId,
    }
    /// One month charge of one fee item is owed.
    pub struct ChargePosted {
        /// The charge.
        pub charge: ChargeId,
        /// The line it was billed with.
        pub bill_line: BillLineId,
        /// The run that billed it.
        pub run: Option<BillRunId>,
        /// Whose books and which obligor.
        pub booking: Booking,
        /// What it is charged for besides time.
        pub source: Option<Source>,
        /// Service time, at most one month of its cycle.
        pub service: DateRange,
        /// When it is due.
        pub due_on: CivilDate,
        /// A tenant who pays it by contract.
        pub agreed_payer: Option<PartyId>,
        /// Lower is paid first.
        pub priority: Count,
        /// The tariff version; absent for one-off charges.
        pub tariff: Option<TariffId>,
        /// What the computation rests on.
        #[serde(default)]
        pub inputs: Vec<Input>,
        /// The formula that says yuan per month of them; absent when the price needs none.
        pub formula: Option<FormulaText>,
        /// The whole of the bill line, rounded once.
        pub whole: Option<Money>,
        /// Which month charge of the line this is.
        pub share: Option<Share>,
        /// Where the whole was rounded to; absent for one-off charges.
        pub round_to: Option<RoundTo>,
        /// The readings and the usage that it is charged for; absent for what no meter counted.
        pub metered: Option<Box<Metered>>,
        /// Before discounts.
        pub gross: Money,
        /// Discounts, each with its reason.
        #[serde(default)]
        pub discounts: Vec<Discount>,
        /// Owed: gross less discounts.
        pub amount: Money,
        /// Tax in the amount.
        pub vat: VatSplit,
    }
    /// Too much was charged: less is owed.
    pub struct ChargeReduced {
        /// The charge.
        pub charge: ChargeId,
        /// By how much.
        pub amount: Money,
        /// Tax in it.
        pub vat: VatSplit,
        /// As the charge was booked.
        pub booking: Booking,
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Forgiven 减免.
    pub struct ChargeWaived {
        /// The charge.
        pub charge: ChargeId,
        /// By how much.
        pub amount: Money,
        /// Tax in it.
        pub vat: VatSplit,
        /// As the charge was booked.
        pub booking: Booking,
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Of a late fee 违约金 so much is forgiven; nothing of it stood in the books.
    pub struct LateFeeWaived {
        /// The charge.
        pub charge: ChargeId,
        /// How much.
        pub amount: Money,
        /// As the charge is booked.
        pub booking: Booking,
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Of a late fee 违约金 so much was adjudged 裁决 by a court or an arbitrator: a charge of its own is owed for it, posted
    /// beside this fact.
    pub struct LateFeeAdjudged {
        /// The charge whose late fee it is.
        pub charge: ChargeId,
        /// How much.
        pub amount: Money,
        /// As the charge is booked.
        pub booking: Booking,
        /// The charge that is owed for it.
        pub award: ChargeId,
        /// The day of the judgment or the award.
        pub adjudged_on: CivilDate,
        /// Digest of the document.
        pub evidence: Digest,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// What was adjudged of a late fee is none: the charge that was owed for it is reversed.
    pub struct LateFeeAwardLifted {
        /// The charge whose late fee it was.
        pub charge: ChargeId,
        /// How much.
        pub amount: Money,
        /// As the charge is booked.
        pub booking: Booking,
        /// The charge that was owed for it.
        pub award: ChargeId,
    }
    /// The charge was a mistake 红冲: nothing of it is owed; it stays visible.
    pub struct ChargeReversed {
        /// The charge.
        pub charge: ChargeId,
        /// What was still booked.
        pub amount: Money,
        /// Tax in it.
        pub vat: VatSplit,
        /// As the charge was booked.
        pub booking: Booking,
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Given up 坏账核销: off the books against the allowance, still owed.
    pub struct ChargeWrittenOff {
        /// The charge.
        pub charge: ChargeId,
        /// How much of its principal.
        pub amount: Money,
        /// As the charge was booked.
        pub booking: Booking,
        /// Why.
        pub reason: Label,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Written-off principal is back on the books, where what follows takes it from.
    pub struct ChargeRecovered {
        /// The charge.
        pub charge: ChargeId,
        /// How much of what was written off.
        pub amount: Money,
        /// As the charge was booked.
        pub booking: Booking,
        /// Why.
        pub reason: RecoveryReason,
    }
    /// Money became credit of this account: a lot.
    pub struct CreditReceived {
        /// The account.
        pub account: AccountId,
        /// The lot.
        pub lot: LotId,
        /// Where the money came from.
        pub payment: PaymentId,
        /// Where it lies: its suspense is kept by channel account.
        pub channel_account: ChannelAccountId,
        /// How much.
        pub amount: Money,
        /// Whose money it is.
        pub holder: PartyId,
        /// What it may be spent on.
        pub fund: Fund,
        /// Only for this fee item.
        pub earmark: Option<FeeItemId>,
        /// Kept back until released: the payer named charges only.
        pub held_back: bool,
        /// The day the money was really the company's.
        pub value_on: CivilDate,
    }
    /// A lot that was kept back may be drawn down.
    pub struct CreditReleased {
        /// The lot.
        pub lot: LotId,
    }
    /// Credit goes back to suspense: it was somebody else's money, or its payment is reversed.
    pub struct CreditWithdrawn {
        /// The account.
        pub account: AccountId,
        /// The lot.
        pub lot: LotId,
        /// The payment.
        pub payment: PaymentId,
        /// Where it lies.
        pub channel_account: ChannelAccountId,
        /// How much.
        pub amount: Money,
        /// Whose it was.
        pub holder: PartyId,
        /// Its fund.
        pub fund: Fund,
        /// Value date of the lot.
        pub value_on: CivilDate,
    }
    /// Unspent credit goes to another holder by a signed fact; the new lot keeps payment, earmark and value date.
    pub struct CreditMoved {
        /// The account.
        pub account: AccountId,
        /// The lot it comes from.
        pub lot: LotId,
        /// The new lot.
        pub to_lot: LotId,
        /// How much.
        pub amount: Money,
        /// From whom.
        pub from: PartyId,
        /// To whom.
        pub to: PartyId,
        /// Its fund.
        pub fund: Fund,
        /// Value date of both lots.
        pub value_on: CivilDate,
        /// Commitment to what the holder signed.
        pub evidence: Digest,
        /// Who approved it.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// A part of a lot pays a part of a charge 核销.
    pub struct ChargePaid {
        /// The allocation.
        pub allocation: AllocationId,
        /// The lot.
        pub lot: LotId,
        /// The charge.
        pub charge: ChargeId,
        /// Principal or late fee.
        pub part: Part,
        /// How much.
        pub amount: Money,
        /// Whose money.
        pub holder: PartyId,
        /// Value date of the lot.
        pub value_on: CivilDate,
        /// With its payment, or later from credit.
        pub mode: Mode,
        /// Tax in a late fee, due with the money; absent for principal.
        pub vat: Option<VatSplit>,
        /// As the charge is booked.
        pub booking: Booking,
    }
    /// An allocation or a part of it is undone: the charge is open again, the money is credit again.
    pub struct ChargePaymentUndone {
        /// The allocation.
        pub allocation: AllocationId,
        /// The lot.
        pub lot: LotId,
        /// The charge.
        pub charge: ChargeId,
        /// Principal or late fee.
        pub part: Part,
        /// How much.
        pub amount: Money,
        /// Whose money.
        pub holder: PartyId,
        /// Value date of the lot.
        pub value_on: CivilDate,
        /// As it was allocated.
        pub mode: Mode,
        /// Tax in a late fee; absent for principal.
        pub vat: Option<VatSplit>,
        /// As the charge is booked.
        pub booking: Booking,
        /// Why.
        pub reason: UndoReason,
    }
    /// Credit will be paid out.
    pub struct RefundApproved {
        /// The account.
        pub account: AccountId,
        /// The refund.
        pub refund: RefundId,
        /// The lot.
        pub lot: LotId,
        /// The payment of the lot; absent for a lot from before the community went live.
        pub payment: Option<PaymentId>,
        /// How much.
        pub amount: Money,
        /// Whose money.
        pub holder: PartyId,
        /// Another party that it is paid to; absent: to the source of the money.
        pub payee: Option<PartyId>,
        /// Commitment to the evidence that the payee may have it; present exactly with a payee.
        pub evidence: Option<Digest>,
        /// Fund of the lot.
        pub fund: Fund,
        /// Value date of the lot.
        pub value_on: CivilDate,
        /// Why.
        pub reason: Label,
        /// Requested by one, approved by another.
        pub approved: Approved,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// The money has left.
    pub struct RefundSettled {
        /// The account.
        pub account: AccountId,
        /// The refund.
        pub refund: RefundId,
        /// How much.
        pub amount: Money,
        /// Whose money it was.
        pub holder: PartyId,
        /// Fund of the lot.
        pub fund: Fund,
        /// Out of which channel account.
        pub channel_account: ChannelAccountId,
        /// Its kind.
        pub channel: ChannelKind,
        /// The company facts that channel account rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
        /// The cashier's shift, for cash.
        pub shift: Option<ShiftId>,
        /// The reference of the outgoing payment.
        pub reference: Option<Code>,
        /// The day it left.
        pub value_on: CivilDate,
    }
    /// The money did not leave; it is credit again.
    pub struct RefundFailed {
        /// The account.
        pub account: AccountId,
        /// The refund.
        pub refund: RefundId,
        /// The lot.
        pub lot: LotId,
        /// How much.
        pub amount: Money,
        /// Whose money.
        pub holder: PartyId,
        /// Fund of the lot.
        pub fund: Fund,
        /// Value date of the lot.
        pub value_on: CivilDate,
        /// Why.
        pub reason: Label,
    }
}

facts! {
    /// How much of a charge's principal stands on an invoice.
    pub struct InvoicedCharge {
        /// The charge.
        pub charge: ChargeId,
        /// How much.
        pub amount: Money,
    }
}

facts! {
    /// Charges stand on an invoice that was issued.
    pub struct ChargesInvoiced {
        /// The invoice.
        pub invoice: InvoiceId,
        /// The charges; once each.
        pub charges: Vec<InvoicedCharge>,
    }
    /// The invoice of charges was red-lettered 红冲: they stand on it no more.
    pub struct ChargesRedLettered {
        /// The invoice.
        pub invoice: InvoiceId,
        /// The charges, as they stood on it.
        pub charges: Vec<InvoicedCharge>,
    }
}

events! {
    /// Facts of a `account` stream.
    pub enum AccountEvent of "account" {
        AccountOpened = "account_opened", 1;
        ChargePosted = "charge_posted", 1;
        ChargeReduced = "charge_reduced", 1;
        ChargeWaived = "charge_waived", 1;
        LateFeeWaived = "late_fee_waived", 1;
        LateFeeAdjudged = "late_fee_adjudged", 1;
        LateFeeAwardLifted = "late_fee_award_lifted", 1;
        ChargeReversed = "charge_reversed", 1;
        ChargeWrittenOff = "charge_written_off", 1;
        ChargeRecovered = "charge_recovered", 1;
        CreditReceived = "credit_received", 1;
        CreditReleased = "credit_released", 1;
        CreditWithdrawn = "credit_withdrawn", 1;
        CreditMoved = "credit_moved", 1;
        ChargePaid = "charge_paid", 1;
        ChargePaymentUndone = "charge_payment_undone", 1;
        RefundApproved = "refund_approved", 1;
        RefundSettled = "refund_settled", 1;
        RefundFailed = "refund_failed", 1;
        DepositReturned = "deposit_returned", 1;
        DepositReturnFailed = "deposit_return_failed", 1;
        DepositForfeited = "deposit_forfeited", 1;
        ForfeitureReversed = "forfeiture_reversed", 1;
        FundSpent = "fund_spent", 1;
        FundSpendReturned = "fund_spend_returned", 1;
        ChargesInvoiced = "charges_invoiced", 1;
        ChargesRedLettered = "charges_red_lettered", 1;
        OpeningChargePosted = "opening_charge_posted", 1;
        OpeningChargeReversed = "opening_charge_reversed", 1;
        OpeningCreditPosted = "opening_credit_posted", 1;
        OpeningCreditReversed = "opening_credit_reversed", 1;
        OpeningDepositPosted = "opening_deposit_posted", 1;
        OpeningDepositReversed = "opening_deposit_reversed", 1;
        OpeningBilledUntilSet = "opening_billed_until_set", 1;
        OpeningBilledUntilReversed = "opening_billed_until_reversed", 1;
    }
}
