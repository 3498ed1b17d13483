//! The whole of one time-based charge line: price × quantity × months × discount, rounded once at the end.
//!
//! May never happen here: a second rounding, or a whole that was rounded before it was discounted. How the whole is cut
//! into month charges says [`super::month_parts`].

use super::months::{self, Cycle, Months};
use super::quotient::{Quotient, TooLarge};
use crate::calendar::DateRange;
use crate::money::{Money, RoundTo};
use rust_decimal::Decimal;

/// How much is charged per month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Price {
    /// A unit price in yuan per square metre and month, for an area in square metres.
    PerArea {
        /// Yuan per square metre and month.
        unit_price: Decimal,
        /// Square metres.
        area: Decimal,
    },
    /// The same, weighted with the unit's coefficient.
    Coefficient {
        /// Yuan per square metre and month.
        unit_price: Decimal,
        /// Square metres.
        area: Decimal,
        /// The weight.
        coefficient: Decimal,
    },
    /// Yuan per household and month.
    PerHousehold {
        /// Yuan per household and month.
        amount: Decimal,
        /// How many households.
        households: Decimal,
    },
    /// Yuan per month.
    Fixed {
        /// Yuan per month.
        amount_per_month: Decimal,
    },
    /// Yuan per whole cycle; each of its months costs the exact quotient.
    FixedPerCycle {
        /// Yuan per cycle.
        amount_per_cycle: Decimal,
        /// Months of a whole cycle, above 0.
        cycle_months: u32,
    },
}

/// One line to be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// How much per month.
    pub price: Price,
    /// The time it is for.
    pub service: DateRange,
    /// How its months are counted.
    pub cycle: Cycle,
    /// Multiplies before the rounding, 0–1; 1 when nothing is discounted.
    pub discount_factor: Decimal,
    /// Where the line is rounded to.
    pub round_to: RoundTo,
}

/// What a line comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Whole {
    /// The amount owed, tax-inclusive, discount taken off.
    pub amount: Money,
    /// The amount before the discount, rounded once on its own.
    pub gross: Money,
    /// The amount owed before the rounding, to ten decimals, for the trace.
    pub raw: Decimal,
    /// The exact months it is for.
    pub months: Months,
}

/// Why a line cannot be charged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChargeError {
    /// A price below zero.
    #[error("a price must not be negative")]
    PriceNegative,
    /// An area below zero.
    #[error("an area must not be negative")]
    AreaNegative,
    /// A coefficient below zero.
    #[error("a coefficient must not be negative")]
    CoefficientNegative,
    /// A factor outside 0–1.
    #[error("a discount factor lies between 0 and 1")]
    DiscountFactorOutOfRange,
    /// The result or a step towards it is beyond the range of an amount.
    #[error("the amount is out of range")]
    AmountOutOfRange,
}

impl ChargeError {
    /// Stable name of the refusal.
    pub fn code(self) -> &'static str {
        match self {
            Self::PriceNegative => "price_negative",
            Self::AreaNegative => "area_negative",
            Self::CoefficientNegative => "coefficient_negative",
            Self::DiscountFactorOutOfRange => "discount_factor_out_of_range",
            Self::AmountOutOfRange => "amount_out_of_range",
        }
    }
}

impl From<TooLarge> for ChargeError {
    fn from(TooLarge: TooLarge) -> Self {
        Self::AmountOutOfRange
    }
}

/// The whole of a line.
///
/// # Errors
/// [`ChargeError`] when an input is negative or the amount is out of range.
pub fn whole(line: &Line) -> Result<Whole, ChargeError> {
    if line.discount_factor < Decimal::ZERO || line.discount_factor > Decimal::ONE {
        return Err(ChargeError::DiscountFactorOutOfRange);
    }
    let months = months::length(line.service, line.cycle);
    let gross = per_month(line.price)?.times(months.exact()?)?;
    let net = gross.times(Quotient::of(line.discount_factor))?;
    Ok(Whole {
        amount: net.round(line.round_to)?,
        gross: gross.round(line.round_to)?,
        raw: net.to_decimal(10)?,
        months,
    })
}

/// What a whole month costs, not rounded, to ten decimals, for the trace.
///
/// # Errors
/// [`ChargeError`] as [`whole`].
pub fn of_a_month(price: Price) -> Result<Decimal, ChargeError> {
    Ok(per_month(price)?.to_decimal(10)?)
}

pub(super) fn per_month(price: Price) -> Result<Quotient, ChargeError> {
    let (price, area, more, months) = match price {
        Price::PerArea { unit_price, area } => (unit_price, area, Decimal::ONE, 1),
        Price::Fixed { amount_per_month } => (amount_per_month, Decimal::ONE, Decimal::ONE, 1),
        Price::FixedPerCycle { amount_per_cycle, cycle_months } => {
            (amount_per_cycle, Decimal::ONE, Decimal::ONE, cycle_months)
        }
        Price::Coefficient { unit_price, area, coefficient } => (unit_price, area, coefficient, 1),
        Price::PerHousehold { amount, households } => (amount, Decimal::ONE, households, 1),
    };
    if price < Decimal::ZERO {
        return Err(ChargeError::PriceNegative);
    }
    if area < Decimal::ZERO {
        return Err(ChargeError::AreaNegative);
    }
    if more < Decimal::ZERO {
        return Err(ChargeError::CoefficientNegative);
    }
    Ok(Quotient::of(price).times(Quotient::of(area))?.times(Quotient::of(more))?.over(Quotient::int(months.into()))?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::months::AnchorDay;
    use proptest::prelude::*;

    fn line(price: Price, from: &str, until: &str) -> Line {
        Line {
            price,
            service: DateRange::new(from.parse().unwrap(), until.parse().unwrap()).unwrap(),
            cycle: Cycle::Calendar,
            discount_factor: Decimal::ONE,
            round_to: RoundTo::Fen,
        }
    }

    fn fixed(per_month: &str) -> Price {
        Price::Fixed { amount_per_month: per_month.parse().unwrap() }
    }

    #[test]
    fn a_discount_multiplies_before_the_one_rounding() {
        let price = Price::PerArea { unit_price: "2.38".parse().unwrap(), area: "89.76".parse().unwrap() };
        let discounted = Line { discount_factor: "0.7".parse().unwrap(), ..line(price, "2026-02-10", "2026-05-10") };
        let whole = whole(&discounted).unwrap();
        assert_eq!((whole.amount.to_string(), whole.gross.to_string()), ("443.97".into(), "634.24".into()));
        assert_eq!(whole.raw.round_dp(4).to_string(), "443.9689");
    }

    #[test]
    fn an_amount_per_cycle_is_whole_for_a_whole_cycle() {
        let price = Price::FixedPerCycle { amount_per_cycle: "100".parse().unwrap(), cycle_months: 3 };
        assert_eq!(whole(&line(price, "2026-01-01", "2026-04-01")).unwrap().amount.to_string(), "100.00");
        assert_eq!(whole(&line(price, "2026-01-01", "2026-02-15")).unwrap().amount.to_string(), "50.00");
        let none = Price::FixedPerCycle { amount_per_cycle: Decimal::ONE, cycle_months: 0 };
        assert_eq!(whole(&line(none, "2026-01-01", "2026-02-01")).unwrap_err().code(), "amount_out_of_range");
    }

    #[test]
    fn rounding_goes_straight_to_the_unit() {
        let jiao = Line { round_to: RoundTo::Jiao, ..line(fixed("12.4496"), "2026-10-01", "2026-11-01") };
        assert_eq!(whole(&jiao).unwrap().amount.to_string(), "12.40");
        let yuan = Line { round_to: RoundTo::Yuan, ..line(fixed("12.4996"), "2026-10-01", "2026-11-01") };
        assert_eq!(whole(&yuan).unwrap().amount.to_string(), "12.00");
    }

    #[test]
    fn hostile_inputs_are_refused_by_name() {
        let code = |line: Line| whole(&line).map_err(ChargeError::code).unwrap_err();
        let month = |price| line(price, "2026-10-01", "2026-11-01");
        assert_eq!(code(month(fixed("-0.01"))), "price_negative");
        let area = Price::PerArea { unit_price: Decimal::ONE, area: Decimal::NEGATIVE_ONE };
        assert_eq!(code(month(area)), "area_negative");
        assert_eq!(code(month(Price::Fixed { amount_per_month: Decimal::MAX })), "amount_out_of_range");
        let everything = Price::PerArea { unit_price: Decimal::MAX, area: Decimal::MAX };
        assert_eq!(code(month(everything)), "amount_out_of_range");
        let factor = Line { discount_factor: Decimal::TWO, ..month(fixed("1")) };
        assert_eq!(code(factor), "discount_factor_out_of_range");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn whole_anchored_months_cost_whole_prices(day in 1_u32..=31, months in 1_u32..=36, fen in 0_i64..1_000_000) {
            let anchor = AnchorDay::new(day).unwrap();
            // January holds every anchor day.
            let start = crate::calendar::CivilDate::new(2027, 1, day).unwrap();
            let line = Line {
                price: Price::Fixed { amount_per_month: Decimal::new(fen, 2) },
                service: DateRange::new(start, start.plus_months(months)).unwrap(),
                cycle: Cycle::Anniversary(anchor),
                discount_factor: Decimal::ONE,
                round_to: RoundTo::Fen,
            };
            prop_assert_eq!(whole(&line).unwrap().amount.fen(), fen * i64::from(months));
        }
    }
}
