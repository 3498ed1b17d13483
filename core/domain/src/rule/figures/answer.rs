//! What is asked, and the figures that answer it.

use crate::book::Fund;
use crate::calendar::{CivilDate, Month};
use crate::money::Money;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Query {
    /// First month of P.
    pub first: Month,
    /// Last month of P, not before the first.
    pub last: Month,
    /// T, not before the first day of P.
    pub effective_on: CivilDate,
}

impl Query {
    /// A single month, as of its last day.
    pub fn of_month(month: Month) -> Self {
        Self { first: month, last: month, effective_on: month.last_day() }
    }

    /// Where a month stands to P.
    pub(super) fn place(&self, month: Month) -> Place {
        if month > self.last {
            Place::Later
        } else if month >= self.first {
            Place::ThisPeriod
        } else if month.year() == self.first.year() {
            Place::EarlierThisYear
        } else {
            Place::PriorYears
        }
    }

    /// True for days of P.
    pub(super) fn covers(&self, day: CivilDate) -> bool {
        self.first.first_day() <= day && day <= self.last.last_day()
    }
}

/// Where a charge's period stands to P.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    PriorYears,
    EarlierThisYear,
    ThisPeriod,
    Later,
}

/// The figures of a period. Amounts are CNY; rates have four decimals and are null when there is nothing to divide by.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Figures {
    /// P's charges less waivers, reductions and reversals.
    pub net_charges: Money,
    /// Allocations to P's charges.
    pub collected_of_period: Money,
    /// 当期收缴率
    #[serde(serialize_with = "rate_text")]
    pub current_rate: Option<Decimal>,
    /// Open at the first day of P, before what was forgiven inside the window.
    pub opening_open: Money,
    /// Waived, reduced and reversed of that inside the window: what arrears recovery is measured against is without it.
    #[serde(skip)]
    pub forgiven_arrears: Money,
    /// Allocations inside the window to charges of earlier periods.
    pub arrears_recovered: Money,
    /// 历欠清收率
    #[serde(serialize_with = "rate_text")]
    pub arrears_recovery_rate: Option<Decimal>,
    /// 综合收缴率
    #[serde(serialize_with = "rate_text")]
    pub overall_rate: Option<Decimal>,
    /// Households with net charges in P.
    pub households_charged: u64,
    /// Of those, the ones with no open principal for P; a write-off is not a payment.
    pub households_paid: u64,
    /// 户收缴率
    #[serde(serialize_with = "rate_text")]
    pub household_rate: Option<Decimal>,
    /// 实收 of P's months: payments less reversed ones, refunds settled and suspense returned.
    pub received: Money,
    /// What that money is for, without a rest.
    pub received_splits: ReceivedSplits,
    /// 冲抵 of P's months: credit spent on principal; no part of what was received.
    pub draw_down: Money,
    /// 预收: credit and allocations to charges of later periods.
    pub prepaid: Money,
    /// What lowered principal in P's months, by the period of its charges.
    pub collection_matrix: Matrix,
    /// Open at T, of every charge.
    pub closing_open: Money,
    /// Of that, due before T.
    pub arrears: Money,
    /// Credit at T.
    pub credit: Money,
    /// Open at T by days past the due date.
    pub ageing: Ageing,
    /// Open at T whose limitation has run out: three years from the due date or the last part payment, demand or promise.
    pub limitation_expired: Money,
    /// From what was open at the first day of P to what is open at T, and what the books say.
    pub identity: Identity,
}

/// What the money received is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct ReceivedSplits {
    /// Principal of earlier periods.
    pub earlier: Money,
    /// Principal of P.
    pub this_period: Money,
    /// 预收: principal of later periods.
    pub later: Money,
    /// Credit, less what of earlier credit was paid out.
    pub credit: Money,
    /// 违约金
    pub late_fee: Money,
    /// Principal of the operating fund, when another fund is asked about.
    pub operating: Money,
    /// Of the pass-through fund, unless asked about.
    pub pass_through: Money,
    /// Of deposits, unless asked about.
    pub deposit: Money,
    /// Of the owners' income, unless asked about.
    pub owners_income: Money,
    /// Of the maintenance fund, unless asked about.
    pub maintenance_fund: Money,
    /// 待认领款: what came and went again there.
    pub suspense: Money,
}

impl ReceivedSplits {
    /// Everything.
    pub fn sum(&self) -> Money {
        let Self {
            earlier,
            this_period,
            later,
            credit,
            late_fee,
            operating,
            pass_through,
            deposit,
            owners_income,
            maintenance_fund,
            suspense,
        } = *self;
        let principal =
            [earlier, this_period, later, operating, pass_through, deposit, owners_income, maintenance_fund];
        principal.into_iter().chain([credit, late_fee, suspense]).sum()
    }

    pub(super) fn of_fund(&mut self, fund: Fund) -> &mut Money {
        match fund {
            Fund::Operating => &mut self.operating,
            Fund::PassThrough => &mut self.pass_through,
            Fund::Deposit => &mut self.deposit,
            Fund::OwnersIncome => &mut self.owners_income,
            Fund::MaintenanceFund => &mut self.maintenance_fund,
        }
    }
}

/// What lowered principal in P's months; every row and column sums to its total.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Matrix {
    /// By money, net of what was undone.
    pub received: MatrixRow,
    /// By credit, net of what was undone.
    pub draw_down: MatrixRow,
    /// Forgiven, net of what was undone.
    pub waived: MatrixRow,
    /// Undone because the money was refunded: negative.
    pub refunded: MatrixRow,
    /// All rows.
    pub total: MatrixRow,
}

/// A row of the matrix: by the period of the charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct MatrixRow {
    /// Years before the one P begins in.
    pub prior_years: Money,
    /// Months of that year before P.
    pub earlier_this_year: Money,
    /// P.
    pub this_period: Money,
    /// After P.
    pub later: Money,
    /// All columns.
    pub total: Money,
}

impl MatrixRow {
    pub(super) fn add(&mut self, place: Place, amount: Money) {
        let cell = match place {
            Place::PriorYears => &mut self.prior_years,
            Place::EarlierThisYear => &mut self.earlier_this_year,
            Place::ThisPeriod => &mut self.this_period,
            Place::Later => &mut self.later,
        };
        *cell = cell.fold(amount);
        self.total = self.total.fold(amount);
    }
}

/// Open principal 账龄 by days past its due date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Ageing {
    /// Due on T or later.
    pub not_due: Money,
    /// 1–30 days.
    pub d1_30: Money,
    /// 31–60 days.
    pub d31_60: Money,
    /// 61–90 days.
    pub d61_90: Money,
    /// 91–180 days.
    pub d91_180: Money,
    /// 181–365 days.
    pub d181_365: Money,
    /// 366–730 days.
    pub d366_730: Money,
    /// 731–1,095 days.
    pub d731_1095: Money,
    /// More than 1,095 days.
    pub over: Money,
}

impl Ageing {
    /// Adds an open amount to its bucket.
    pub fn add(&mut self, days_past_due: i64, open: Money) {
        let bucket = match days_past_due {
            i64::MIN..=0 => &mut self.not_due,
            1..=30 => &mut self.d1_30,
            31..=60 => &mut self.d31_60,
            61..=90 => &mut self.d61_90,
            91..=180 => &mut self.d91_180,
            181..=365 => &mut self.d181_365,
            366..=730 => &mut self.d366_730,
            731..=1095 => &mut self.d731_1095,
            1096.. => &mut self.over,
        };
        *bucket = bucket.fold(open);
    }
}

/// Opening open + charged − reduced − waived − reversed − written off − allocated = closing open = books.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Identity {
    /// Of every charge that counted before the first day of P.
    pub opening_open: Money,
    /// Posted from then to T.
    pub charged: Money,
    /// Reduced.
    pub reduced: Money,
    /// Waived, net of undone.
    pub waived: Money,
    /// Reversed.
    pub reversed: Money,
    /// Written off, net of recovered.
    pub written_off: Money,
    /// Allocated, net of undone.
    pub allocated: Money,
    /// What is open at T.
    pub closing_open: Money,
    /// Of that, what stands in no receivable book: deposits and fund demands.
    pub outside_books: Money,
    /// What the receivable books say.
    pub receivable_book: Money,
    /// Credit by the facts.
    pub credit: Money,
    /// What the credit book says.
    pub credit_book: Money,
    /// True when both sides agree: for each charge by itself, and in the sum of credit.
    pub holds: bool,
}

fn rate_text<S: Serializer>(rate: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    match rate {
        Some(rate) => serializer.collect_str(rate),
        None => serializer.serialize_none(),
    }
}
