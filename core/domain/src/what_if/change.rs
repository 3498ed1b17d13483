//! What is thought of as another: a price of a fee item, or what paying late costs.

use super::refusal::WhatIfRefusal;
use crate::account::{Billed, Charge, Days, MeteredPart, Part, Source};
use crate::bill_run::{price_of, with_price};
use crate::calendar::{CivilDate, Month};
use crate::community::LateFeePolicySet;
use crate::id::{FeeItemId, UnitId};
use crate::money::{Money, RoundTo};
use crate::refusal::Refusal;
use crate::rule::charges;
use crate::value::Exact;
use rust_decimal::Decimal;

/// The most months that are looked at.
const MONTHS: u32 = 24;
const PERCENT_LIMIT: Decimal = Decimal::from_parts(1_000, 0, 0, false, 0);

/// A wish that is only thought of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// What is another.
    pub change: Change,
    /// The first month whose charges are looked at.
    pub first: Month,
    /// The last.
    pub last: Month,
    /// As of the end of this day.
    pub on: CivilDate,
}

/// What is another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// The price of a fee item on some service days, whatever versions it had there.
    Price {
        /// The fee item.
        fee_item: FeeItemId,
        /// Of this unit alone; absent: of every unit that has no price of its own.
        unit: Option<UnitId>,
        /// Which days.
        days: Days,
        /// The price.
        price: NewPrice,
    },
    /// What paying late costs, for charges due from a day on, whatever versions there were.
    LateFee(LateFeePolicySet),
}

/// Another price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewPrice {
    /// In place of the one number of the price: yuan per square metre, month, cycle, household or quantity.
    Yuan(Exact),
    /// So many percent of the price, of whatever kind: 95 is a discount of five percent.
    Percent(Exact),
}

impl WhatIf {
    /// Refuses what makes no sense whatever the history is.
    ///
    /// # Errors
    /// [`WhatIfRefusal`].
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let end = self.first.first_day().plus_months(MONTHS);
        if self.last < self.first || self.last.first_day() >= end {
            return Err(WhatIfRefusal::MonthsMustBeInRange.at("/to"));
        }
        let Change::Price { days, price, .. } = &self.change else { return Ok(()) };
        if days.until.is_some_and(|until| until <= days.from) {
            return Err(WhatIfRefusal::DaysMustBeInOrder.at("/until"));
        }
        match price {
            NewPrice::Percent(percent) if !(Decimal::ZERO..=PERCENT_LIMIT).contains(&percent.decimal()) => {
                Err(WhatIfRefusal::PercentMustBeInRange.at("/percent"))
            }
            NewPrice::Percent(_) | NewPrice::Yuan(_) => Ok(()),
        }
    }

    /// The first day that is another.
    pub(super) fn from(&self) -> CivilDate {
        match &self.change {
            Change::Price { days, .. } => days.from,
            Change::LateFee(policy) => policy.from,
        }
    }

    /// True for charges of the months that are looked at.
    pub(super) fn covers(&self, charge: &Charge) -> bool {
        (self.first..=self.last).contains(&charge.booking.period)
    }
}

/// What became of a charge under another price.
pub(super) enum Repriced {
    /// It is of other days, another item or another unit.
    Untouched,
    /// No tariff billed it.
    NotByTariff,
    /// There is no amount.
    NotComputed,
    /// Before discounts.
    Gross(Money),
}

impl NewPrice {
    /// A charge's gross amount with this price on some days.
    pub(super) fn gross(self, charge: &Charge, days: Days) -> Repriced {
        // The months of a line share its whole: what cuts the line may move a fen between them.
        let touched = match (&charge.billed, &charge.metered) {
            (Some(billed), _) => days.overlap(billed.share.line),
            (None, Some(metered)) => metered.is_touched_by(days),
            (None, None) => days.overlap(charge.service),
        };
        if charge.part != Part::Principal || !touched {
            return Repriced::Untouched;
        }
        let gross = match (&charge.billed, &charge.metered, charge.source) {
            (Some(billed), ..) => {
                let more = self.of_time(billed).and_then(|price| billed.repriced(charge.service, days, price));
                more.map(|more| charge.gross.fold(more))
            }
            (None, Some(metered), Some(Source::Meter { .. })) => {
                metered.repriced(charge.gross, days, |part| self.of_quantity(part))
            }
            (None, ..) => return Repriced::NotByTariff,
        };
        gross.map_or(Repriced::NotComputed, |gross| Repriced::Gross(gross.max(Money::ZERO)))
    }

    fn of_time(self, billed: &Billed) -> Option<charges::Price> {
        match self {
            Self::Yuan(price) => price_of(&with_price(billed, price)?, billed.formula.as_ref()),
            Self::Percent(_) => scaled(price_of(&billed.inputs, billed.formula.as_ref())?, |price| self.percent(price)),
        }
    }

    fn of_quantity(self, part: &MeteredPart) -> Option<Decimal> {
        match self {
            Self::Yuan(price) => part.cost_at(price),
            Self::Percent(_) => self.percent(part.cost()?),
        }
    }

    fn percent(self, of: Decimal) -> Option<Decimal> {
        match self {
            Self::Yuan(_) => None,
            Self::Percent(percent) => of.checked_mul(percent.decimal())?.checked_div(Decimal::ONE_HUNDRED),
        }
    }
}

/// The same price with another number.
fn scaled(price: charges::Price, number: impl Fn(Decimal) -> Option<Decimal>) -> Option<charges::Price> {
    use charges::Price as P;
    Some(match price {
        P::PerArea { unit_price, area } => P::PerArea { unit_price: number(unit_price)?, area },
        P::Coefficient { unit_price, area, coefficient } => {
            P::Coefficient { unit_price: number(unit_price)?, area, coefficient }
        }
        P::PerHousehold { amount, households } => P::PerHousehold { amount: number(amount)?, households },
        P::Fixed { amount_per_month } => P::Fixed { amount_per_month: number(amount_per_month)? },
        P::FixedPerCycle { amount_per_cycle, cycle_months } => {
            P::FixedPerCycle { amount_per_cycle: number(amount_per_cycle)?, cycle_months }
        }
    })
}

/// What a charge owes of another gross amount: its discounts keep their share of it.
pub(super) fn net(charge: &Charge, gross: Money) -> Option<Money> {
    if charge.gross == charge.posted || charge.gross.is_zero() {
        return Some(gross);
    }
    let share = gross.decimal().checked_mul(charge.posted.decimal())?.checked_div(charge.gross.decimal())?;
    Money::round(share, RoundTo::Fen).ok()
}
