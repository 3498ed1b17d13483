//! Facts of an account 户账: charges, credit lots, allocations, refunds. The heart of the ledger.

use crate::book::{Fund, VatCategory};
use crate::calendar::{CivilDate, DateRange, Month};
use crate::channel_account::ChannelKind;
use crate::event::{events, facts};
use crate::id::{
    AllocationId, ApprovalId, BillLineId, BillRunId, ChannelAccountId, ChargeId, FeeItemId, LotId, PartyId, PaymentId,
    RefundId, TariffId, UnitId, WorkOrderId,
};
use crate::money::Money;
use crate::value::{Count, Exact, Label};
use crate::wire::words;

words! {
    /// What part of a charge is paid.
    pub enum Part {
        /// The charge itself.
        Principal = "principal",
        /// Its late fee.
        LateFee = "late_fee",
    }
}

words! {
    /// How a lot came to pay a charge.
    pub enum Mode {
        /// In the command that received the money, or by name later.
        Direct = "direct",
        /// 冲抵: credit spent on a new charge.
        DrawDown = "draw_down",
    }
}

words! {
    /// Why an allocation was undone.
    pub enum UndoReason {
        /// By a person's wish.
        Requested = "requested",
        /// The charge was reduced or reversed.
        ChargeCorrected = "charge_corrected",
        /// The payment was reversed.
        PaymentReversed = "payment_reversed",
        /// The money is refunded and the charge is open again.
        Refunded = "refunded",
    }
}

facts! {
    /// How a charge stands on the books: decided once when it is posted, repeated by every fact about it, so that
    /// postings need nothing else.
    pub struct Booking {
        /// The fee item.
        pub fee_item: FeeItemId,
        /// What the money is for.
        pub fund: Fund,
        /// Who owes it.
        pub obligor: PartyId,
        /// Accounting month 账期.
        pub period: Month,
        /// Revenue at once; otherwise unearned until its month is released.
        pub recognised: bool,
        /// The tax point has passed: tax is due, not pending.
        pub tax_due: bool,
        /// An opening charge, posted against the opening clearing.
        pub opening: bool,
    }

    /// Tax in an amount, tax-inclusive: net + tax = amount.
    pub struct VatSplit {
        /// How the tax applies.
        pub category: VatCategory,
        /// The rate; present exactly for `rated`.
        pub rate: Option<Exact>,
        /// Without tax.
        pub net: Money,
        /// The tax.
        pub tax: Money,
    }

    /// A value that a charge rests on, with the day since when it holds.
    pub struct Input {
        /// Variable, such as `building_area_sqm` or `unit_price`.
        pub name: Label,
        /// Its value.
        pub value: Exact,
        /// Since when it holds.
        pub since: Option<CivilDate>,
    }

    /// Which month charge of its bill line.
    pub struct Share {
        /// Counted from 1.
        pub month: Count,
        /// Month charges of the line.
        pub of: Count,
    }

    /// A discount line.
    pub struct Discount {
        /// Kind, such as `vacancy`.
        pub kind: Label,
        /// Taken off.
        pub amount: Money,
        /// The approval.
        pub approval: Option<ApprovalId>,
    }

    /// Requested by one, approved by another.
    pub struct Approved {
        /// Who asked.
        pub requested_by: uuid::Uuid,
        /// Who approved; absent when the limit of the asker's role covers it.
        pub approved_by: Option<uuid::Uuid>,
        /// The approval stream; absent when the limit covers it.
        pub approval: Option<ApprovalId>,
    }
}

/// What a charge is for besides time; part of what must not overlap.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Source {
    /// A work order with an accepted quotation.
    WorkOrder {
        /// The work order.
        work_order: WorkOrderId,
    },
    /// A correction of an earlier charge; outside the overlap rule.
    Correction {
        /// The corrected charge.
        charge: ChargeId,
    },
    /// A one-off charge; never overlaps another.
    OneOff {
        /// The bill line that is its own natural key.
        bill_line: BillLineId,
    },
}

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
        /// The whole of the bill line, rounded once.
        pub whole: Option<Money>,
        /// Which month charge of the line this is.
        pub share: Option<Share>,
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
        pub approved: Option<Approved>,
    }
    /// Money became credit of this account: a lot.
    pub struct CreditReceived {
        /// The lot.
        pub lot: LotId,
        /// Where the money came from.
        pub payment: PaymentId,
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
        /// The lot.
        pub lot: LotId,
        /// The payment.
        pub payment: PaymentId,
        /// How much.
        pub amount: Money,
        /// Whose it was.
        pub holder: PartyId,
        /// Its fund.
        pub fund: Fund,
        /// Value date of the lot.
        pub value_on: CivilDate,
    }
    /// Unspent credit goes to another holder by a signed fact.
    pub struct CreditMoved {
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
        /// The approval.
        pub approved: Approved,
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
        /// As the charge is booked.
        pub booking: Booking,
    }
    /// An allocation is undone: the charge is open again, the money is credit again.
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
        /// As the charge is booked.
        pub booking: Booking,
        /// Why.
        pub reason: UndoReason,
    }
    /// Credit will be paid out.
    pub struct RefundApproved {
        /// The refund.
        pub refund: RefundId,
        /// The lot.
        pub lot: LotId,
        /// The payment of the lot.
        pub payment: PaymentId,
        /// How much.
        pub amount: Money,
        /// Whose money.
        pub holder: PartyId,
        /// Fund of the lot.
        pub fund: Fund,
        /// Why.
        pub reason: Label,
        /// Requested by one, approved by another.
        pub approved: Approved,
    }
    /// The money has left.
    pub struct RefundSettled {
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
        /// The reference of the outgoing payment.
        pub reference: Option<Label>,
        /// The day it left.
        pub value_on: CivilDate,
    }
    /// The money did not leave; it is credit again.
    pub struct RefundFailed {
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
        /// Why.
        pub reason: Label,
    }
}

events! {
    /// Facts of a `account` stream.
    pub enum AccountEvent of "account" {
        AccountOpened = "account_opened", 1;
        ChargePosted = "charge_posted", 1;
        ChargeReduced = "charge_reduced", 1;
        ChargeWaived = "charge_waived", 1;
        ChargeReversed = "charge_reversed", 1;
        CreditReceived = "credit_received", 1;
        CreditReleased = "credit_released", 1;
        CreditWithdrawn = "credit_withdrawn", 1;
        CreditMoved = "credit_moved", 1;
        ChargePaid = "charge_paid", 1;
        ChargePaymentUndone = "charge_payment_undone", 1;
        RefundApproved = "refund_approved", 1;
        RefundSettled = "refund_settled", 1;
        RefundFailed = "refund_failed", 1;
    }
}
