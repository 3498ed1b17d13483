//! What a month charge was computed from, kept so that its days can be charged to another party on the same terms.

use super::event::ChargePosted;
use super::terms::{Discount, DiscountTerms, Input, Share};
use crate::bill_run::price_of;
use crate::calendar::DateRange;
use crate::id::TariffId;
use crate::money::{Money, RoundTo};
use crate::refusal::{CommonRefusal, Refusal};
use crate::rule::charges::{self, Price};
use crate::rule::month_parts;
use crate::rule::months::{AnchorDay, Cycle, MonthCut, Months, cuts};
use crate::value::FormulaText;
use rust_decimal::Decimal;

/// How a tariff billed the line of a month charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Billed {
    /// The tariff version.
    pub tariff: Option<TariffId>,
    /// What the computation rests on.
    pub inputs: Vec<Input>,
    /// The formula that says the price, if one does.
    pub formula: Option<FormulaText>,
    /// The whole of the line, rounded once.
    pub whole: Money,
    /// Which month charge of the line it is.
    pub share: Share,
    /// Where the whole was rounded to.
    pub round_to: RoundTo,
    /// What lowered it.
    pub discounts: Vec<Discount>,
}

impl Billed {
    /// None for what no tariff billed.
    pub(super) fn of(posted: &ChargePosted) -> Option<Self> {
        Some(Self {
            tariff: posted.tariff,
            inputs: posted.inputs.clone(),
            formula: posted.formula.clone(),
            whole: posted.whole?,
            share: posted.share.clone()?,
            round_to: posted.round_to?,
            discounts: posted.discounts.clone(),
        })
    }

    /// The price by which another length of time can be computed.
    pub(crate) fn price(&self) -> Option<Price> {
        price_of(&self.inputs, self.formula.as_ref())
    }

    /// How its months are counted.
    pub(super) fn cycle(&self) -> Cycle {
        let anchor = self.share.anchor_day.and_then(|day| AnchorDay::new(day.0));
        anchor.map_or(Cycle::Calendar, Cycle::Anniversary)
    }

    /// The whole of some days, computed from what the line rests on.
    ///
    /// # Errors
    /// [`CommonRefusal::AmountMustBeInRange`].
    pub(super) fn computed(&self, days: DateRange) -> Result<charges::Whole, Refusal> {
        let beyond = CommonRefusal::AmountMustBeInRange;
        Ok(charges::whole(&self.line(days).ok_or(beyond)?).map_err(|_| beyond)?)
    }

    /// Some days as a line to charge; none when it rests on no price.
    pub(crate) fn line(&self, days: DateRange) -> Option<charges::Line> {
        Some(charges::Line {
            price: self.price()?,
            service: days,
            cycle: self.cycle(),
            discount_factor: Decimal::ONE,
            round_to: self.round_to,
        })
    }

    /// How what lowered it lowers the price, in order; none when somebody said an amount.
    pub(crate) fn discount_terms(&self) -> Option<Vec<DiscountTerms>> {
        self.discounts.iter().map(|discount| discount.terms).collect()
    }

    /// The whole of some days of the line, and its months with what each gets.
    ///
    /// # Errors
    /// [`CommonRefusal::AmountMustBeInRange`].
    pub(super) fn months_of(&self, days: DateRange) -> Result<(Money, Vec<(MonthCut, Money)>), Refusal> {
        let beyond = CommonRefusal::AmountMustBeInRange;
        let whole = if days == self.share.line { self.whole } else { self.computed(days)?.amount };
        let months: Vec<MonthCut> = cuts(days, self.cycle()).collect();
        let lengths: Vec<Months> = months.iter().map(|month| month.months).collect();
        let parts = month_parts::cut(whole, &lengths).map_err(|_| beyond)?;
        Ok((whole, months.into_iter().zip(parts).collect()))
    }
}
