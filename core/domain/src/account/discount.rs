//! Discounts 优惠 on a charge: in which order they stand, what each takes off, and how a charge carries them.

use super::state::Charge;
use super::terms::{Discount, DiscountKind, DiscountTerms};
use crate::calendar::DateRange;
use crate::id::{ApprovalId, DiscountId};
use crate::money::Money;
use crate::rule::charges::{ChargeError, Line};
use crate::rule::discounts::{self, Off};
use crate::rule::month_parts::MonthPartsError;
use crate::rule::months::Months;
use crate::value::Label;
use rust_decimal::Decimal;

/// A discount that holds for some days.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// What was granted.
    pub discount: DiscountId,
    /// Why.
    pub kind: DiscountKind,
    /// How much it takes off.
    pub terms: DiscountTerms,
    /// On whose word; absent for what was granted before the community went live.
    pub approval: Option<ApprovalId>,
}

impl Applied {
    /// Whatever was granted first: parts of the price before yuan, the larger before the smaller, so that the order in
    /// which discounts were granted changes no amount.
    pub fn in_order(mut all: Vec<Self>) -> Vec<Self> {
        all.sort_by_key(|applied| (rank(applied.terms), applied.kind, applied.discount));
        all
    }

    /// As a charge carries it; none for what somebody said.
    fn of(discount: &Discount) -> Option<Self> {
        let kind = discount.kind.as_str().parse().ok()?;
        Some(Self { discount: discount.discount?, kind, terms: discount.terms?, approval: discount.approval })
    }

    /// True when both take the same off, for the same reason.
    pub fn same(&self, other: &Self) -> bool {
        self.kind == other.kind && self.terms == other.terms
    }
}

/// Parts of the price first, and the larger before the smaller.
fn rank(terms: DiscountTerms) -> (u8, Decimal) {
    match terms {
        DiscountTerms::Free => (0, Decimal::NEGATIVE_ONE),
        DiscountTerms::Percentage { off } => (0, -off.decimal()),
        DiscountTerms::Months { free, of } => (0, -part(free.0, of.0)),
        DiscountTerms::Amount { per_month } => (1, -per_month.decimal()),
    }
}

/// Near enough to say which of two parts is larger.
fn part(free: u32, of: u32) -> Decimal {
    Decimal::from(free).checked_div(Decimal::from(of)).unwrap_or_default()
}

impl DiscountKind {
    /// In words.
    pub fn label(self) -> &'static str {
        match self {
            Self::Staff => "员工",
            Self::Hardship => "困难",
            Self::Concession => "协商",
            Self::Vacancy => "空置",
            Self::Campaign => "活动",
            Self::Prepayment => "预缴",
        }
    }
}

impl DiscountTerms {
    /// How it lowers a price.
    pub fn off(self) -> Off {
        match self {
            Self::Free => Off::Part(Decimal::ONE),
            Self::Percentage { off } => Off::Part(off.decimal()),
            Self::Months { free, of } => Off::Months { free: free.0, of: of.0 },
            Self::Amount { per_month } => Off::PerMonth(per_month.decimal()),
        }
    }
}

/// What terms take off each month of a line, in their order: what off the whole, and of it what off each month.
///
/// # Errors
/// [`DiscountError`] when an amount is out of range.
pub(crate) fn monthly(
    line: &Line,
    terms: &[DiscountTerms],
    lengths: &[Months],
    gross: &[Money],
) -> Result<Vec<(Money, Vec<Money>)>, DiscountError> {
    let offs: Vec<Off> = terms.iter().map(|terms| terms.off()).collect();
    let mut left = gross.to_vec();
    let taken = discounts::taken_off(line, &offs)?;
    taken.into_iter().map(|off| Ok((off, discounts::share(off, lengths, &mut left)?))).collect()
}

/// An amount of a discount is out of range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DiscountError;

impl From<ChargeError> for DiscountError {
    fn from(_: ChargeError) -> Self {
        Self
    }
}

impl From<MonthPartsError> for DiscountError {
    fn from(_: MonthPartsError) -> Self {
        Self
    }
}

impl From<crate::value::ValueError> for DiscountError {
    fn from(_: crate::value::ValueError) -> Self {
        Self
    }
}

/// Shares the discounts of a charge that is charged anew among its pieces, by time; each keeps its terms.
pub(super) fn carried(discounts: &[Discount], months: &[Months], gross: &[Money]) -> Vec<Vec<Discount>> {
    let mut left = gross.to_vec();
    let mut carried = vec![Vec::new(); gross.len()];
    for discount in discounts {
        let parts = discounts::share(discount.amount, months, &mut left).unwrap_or_default();
        for (piece, amount) in carried.iter_mut().zip(parts) {
            piece.push(Discount { amount, ..discount.clone() });
        }
    }
    carried
}

/// What a new discount takes off a charge of some of its days, beside the discounts that it has: both rounded once.
///
/// # Errors
/// [`DiscountError`] when an amount is out of range.
pub(crate) fn taken_off_charge(charge: &Charge, days: DateRange, new: &Applied) -> Result<Money, DiscountError> {
    let (from, until) = (charge.service.from().max(days.from()), charge.service.until().min(days.until()));
    let (Some(billed), Ok(days)) = (charge.billed.as_ref(), DateRange::new(from, until)) else {
        return Ok(Money::ZERO);
    };
    let line = billed.line(days).ok_or(DiscountError)?;
    let mut all: Vec<Applied> = billed.discounts.iter().filter_map(Applied::of).collect();
    let off = |all: &[Applied]| -> Result<Money, DiscountError> {
        let offs: Vec<Off> = all.iter().map(|applied| applied.terms.off()).collect();
        Ok(discounts::taken_off(&line, &offs)?.into_iter().fold(Money::ZERO, Money::fold))
    };
    let before = off(&all)?;
    all.push(new.clone());
    let after = off(&Applied::in_order(all))?;
    Ok(after.fold(before.negated()).max(Money::ZERO).min(charge.owed))
}

/// The sum of what discounts take off.
pub(super) fn total(discounts: &[Discount]) -> Money {
    discounts.iter().fold(Money::ZERO, |sum, discount| sum.fold(discount.amount))
}

impl Discount {
    /// A line of a charge.
    pub(crate) fn of(applied: &Applied, whole: Money, amount: Money) -> Result<Self, DiscountError> {
        let kind: Label = applied.kind.as_str().parse()?;
        let (discount, terms, whole) = (Some(applied.discount), Some(applied.terms), Some(whole));
        Ok(Self { kind, amount, approval: applied.approval, discount, terms, whole })
    }
}
