//! What the facts of an account share: parts, modes, reasons, and how a charge stands on the books.

use crate::book::{Fund, VatCategory};
use crate::calendar::{CivilDate, DateRange, Month};
use crate::event::facts;
use crate::id::{
    AccountId, ApprovalId, BillLineId, ChargeId, DiscountId, FeeItemId, MeterId, PartyId, PoolId, WorkOrderId,
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
        /// The payment was reversed or bounced, or the system had matched it wrongly.
        PaymentReversed = "payment_reversed",
        /// The money is refunded and the charge is open again.
        Refunded = "refunded",
        /// A later fact lowered the late fee below what was paid of it.
        LateFeeLowered = "late_fee_lowered",
    }
}

words! {
    /// Why written-off principal is back on the books.
    pub enum RecoveryReason {
        /// Money came for it after all.
        Paid = "paid",
        /// The charge was reduced or reversed: what was never owed was not lost either.
        ChargeCorrected = "charge_corrected",
    }
}

words! {
    /// What is asked for the maintenance fund 维修资金 of a unit.
    pub enum FundDemand {
        /// 首期: what one month of the item's tariff comes to, once.
        FirstDeposit = "first_deposit",
        /// 续筹: up to a part of what was first asked, when little of it is left.
        TopUp = "top_up",
    }
}

words! {
    /// Why a unit pays less for a time.
    pub enum DiscountKind {
        /// 员工
        Staff = "staff",
        /// 困难
        Hardship = "hardship",
        /// 协商: agreed with whoever owes.
        Concession = "concession",
        /// 空置: applied for, looked at, approved.
        Vacancy = "vacancy",
        /// 活动: an offer of the fee item over many units.
        Campaign = "campaign",
        /// 预缴: months that are free to who pays the others in advance.
        Prepayment = "prepayment",
    }
}

/// How much a discount takes off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum DiscountTerms {
    /// A part of the price.
    Percentage {
        /// The part taken off, such as `0.3` for 30 %.
        off: Exact,
    },
    /// So many of all months: an exact part of the price.
    Months {
        /// Months that are free.
        free: Count,
        /// Months in all.
        of: Count,
    },
    /// Yuan per month, never more than is left of the price.
    Amount {
        /// Yuan per month.
        per_month: Money,
    },
    /// All of it 免收.
    Free,
}

facts! {
    /// How a charge stands on the books: decided once when it is posted, repeated by every fact about it, so that
    /// postings need nothing else.
    pub struct Booking {
        /// The account it is owed on.
        pub account: AccountId,
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
        /// `late_fee` for a late fee that was adjudged, which is income of its own; absent for every other charge.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub part: Option<Part>,
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
        /// Service time of the whole line, from which the whole is computed again.
        pub line: DateRange,
        /// The day from which anchored months run; absent for calendar months.
        pub anchor_day: Option<Count>,
    }

    /// A discount line.
    pub struct Discount {
        /// Kind, such as `vacancy`.
        pub kind: Label,
        /// Taken off.
        pub amount: Money,
        /// The approval.
        pub approval: Option<ApprovalId>,
        /// What was granted; absent for what somebody said.
        pub discount: Option<DiscountId>,
        /// How much it takes off the price.
        pub terms: Option<DiscountTerms>,
        /// Taken off the whole of the line, of which this is the month's.
        pub whole: Option<Money>,
    }
}

impl VatSplit {
    /// What is left of it.
    pub(crate) fn less(self, part: &Self) -> Self {
        Self { net: self.net.fold(part.net.negated()), tax: self.tax.fold(part.tax.negated()), ..self }
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
    /// A share of a pool.
    Pool {
        /// The pool.
        pool: PoolId,
    },
    /// A meter.
    Meter {
        /// The meter.
        meter: MeterId,
    },
    /// A correction of an earlier charge; outside the overlap rule.
    Correction {
        /// The corrected charge.
        charge: ChargeId,
    },
    /// A late fee that a court or an arbitrator adjudged 裁决; outside the overlap rule.
    Award {
        /// The charge whose late fee it is.
        charge: ChargeId,
    },
    /// A demand of the maintenance fund; never overlaps another.
    FundDemand {
        /// Which.
        demand: FundDemand,
        /// The bill line that is its own natural key.
        bill_line: BillLineId,
    },
    /// A one-off charge; never overlaps another.
    OneOff {
        /// The bill line that is its own natural key.
        bill_line: BillLineId,
    },
}
