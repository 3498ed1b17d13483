//! What discounts take off a line, and what each of its months gets of it.
//!
//! The price is lowered exactly, one discount after another, and rounded once after each: what a discount takes off is the
//! difference of two amounts that were each rounded once. May never happen here: less than nothing owed; months whose
//! parts do not sum to the whole.

use super::charges::{ChargeError, Line, per_month};
use super::month_parts::{self, MonthPartsError};
use super::months::{self, Months};
use super::quotient::Quotient;
use crate::money::Money;
use rust_decimal::Decimal;

/// How a discount lowers a price.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Off {
    /// By a part of it, 0–1.
    Part(Decimal),
    /// By so many of its months: an exact part of it, which no decimal may say.
    Months {
        /// Of them.
        free: u32,
        /// In all.
        of: u32,
    },
    /// By yuan per month, down to nothing.
    PerMonth(Decimal),
}

/// What each discount takes off the whole of a line, in order.
///
/// # Errors
/// [`ChargeError`] as of the line; a part outside 0–1, more months than there are and an amount below zero are refused.
pub fn taken_off(line: &Line, offs: &[Off]) -> Result<Vec<Money>, ChargeError> {
    let months = months::length(line.service, line.cycle).exact()?;
    let mut left = per_month(line.price)?.times(months)?;
    let mut rounded = left.round(line.round_to)?;
    let mut taken = Vec::with_capacity(offs.len());
    for off in offs {
        left = match off {
            Off::Part(part) if *part < Decimal::ZERO || *part > Decimal::ONE => {
                return Err(ChargeError::DiscountFactorOutOfRange);
            }
            Off::Part(part) => left.times(Quotient::int(1).less(Quotient::of(*part))?)?,
            Off::Months { free, of } if free > of => return Err(ChargeError::DiscountFactorOutOfRange),
            Off::Months { free, of } => {
                let paid = Quotient::int(of.saturating_sub(*free).into());
                left.times(paid.over(Quotient::int((*of).into()))?)?
            }
            Off::PerMonth(amount) if *amount < Decimal::ZERO => return Err(ChargeError::PriceNegative),
            Off::PerMonth(amount) => left.less(Quotient::of(*amount).times(months)?)?,
        };
        let next = left.round(line.round_to)?;
        taken.push(rounded.fold(next.negated()));
        rounded = next;
    }
    Ok(taken)
}

/// Cuts what is taken off a whole over its months, cumulatively, and takes it off what is left of each: no month gets less
/// than nothing, and together they get all of it, as far as there is so much.
///
/// # Errors
/// [`MonthPartsError`] as [`month_parts::cut`].
pub fn share(off: Money, months: &[Months], left: &mut [Money]) -> Result<Vec<Money>, MonthPartsError> {
    let mut rest = left.iter().copied().fold(Money::ZERO, Money::fold);
    let off = off.min(rest);
    let (mut reached, mut given) = (Money::ZERO, Money::ZERO);
    let mut parts = Vec::with_capacity(left.len());
    for (target, left) in month_parts::cut(off, months)?.into_iter().zip(left) {
        reached = reached.fold(target);
        rest = rest.fold(left.negated());
        // At least what later months cannot bear, at most what this one can.
        let least = off.fold(given.negated()).fold(rest.negated()).max(Money::ZERO);
        let part = reached.fold(given.negated()).max(least).min(*left);
        *left = left.fold(part.negated());
        given = given.fold(part);
        parts.push(part);
    }
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::{CivilDate, DateRange};
    use crate::money::RoundTo;
    use crate::rule::charges::{Price, whole};
    use crate::rule::months::Cycle;
    use proptest::prelude::*;

    fn line(fen: i64, days: u32, round_to: RoundTo) -> Line {
        let from = CivilDate::new(2026, 1, 1).unwrap();
        Line {
            price: Price::Fixed { amount_per_month: Decimal::new(fen, 2) },
            service: DateRange::new(from, from.plus_days(days)).unwrap(),
            cycle: Cycle::Calendar,
            discount_factor: Decimal::ONE,
            round_to,
        }
    }

    #[test]
    fn each_discount_lowers_what_those_before_left() {
        let offs =
            [Off::Part("0.2".parse().unwrap()), Off::PerMonth(Decimal::TEN), Off::PerMonth(Decimal::ONE_HUNDRED)];
        let taken = taken_off(&line(10_000, 31, RoundTo::Fen), &offs).unwrap();
        assert_eq!(taken.iter().map(Money::to_string).collect::<Vec<_>>(), ["20.00", "10.00", "70.00"]);
        assert!(taken_off(&line(100, 31, RoundTo::Fen), &[Off::Part(Decimal::TWO)]).is_err());
        assert!(taken_off(&line(100, 31, RoundTo::Fen), &[Off::PerMonth(Decimal::NEGATIVE_ONE)]).is_err());
        for (free, of) in [(2, 1), (0, 0)] {
            assert!(taken_off(&line(100, 31, RoundTo::Fen), &[Off::Months { free, of }]).is_err());
        }
    }

    #[test]
    fn a_year_for_eleven_months_costs_eleven_months() {
        let year = line(10_001, 365, RoundTo::Fen);
        let taken = taken_off(&year, &[Off::Months { free: 1, of: 12 }]).unwrap();
        assert_eq!(taken, ["100.01".parse().unwrap()]);
        let months: Vec<Months> = months::cuts(year.service, year.cycle).map(|cut| cut.months).collect();
        let mut left = month_parts::cut(whole(&year).unwrap().amount, &months).unwrap();
        let parts = share(taken[0], &months, &mut left).unwrap();
        assert_eq!(parts[..4].iter().map(Money::to_string).collect::<Vec<_>>(), ["8.33", "8.34", "8.33", "8.34"]);
    }

    #[test]
    fn a_month_that_costs_nothing_gets_nothing_off() {
        let mut left: Vec<Money> = [1, 0, 1].map(Money::from_fen).to_vec();
        let parts = share(Money::from_fen(1), &[Months::ONE; 3], &mut left).unwrap();
        assert_eq!(parts.iter().map(|part| part.fen()).collect::<Vec<_>>(), [0, 0, 1]);
    }

    fn off() -> impl Strategy<Value = Off> {
        prop_oneof![
            (0_i64..=10_000).prop_map(|part| Off::Part(Decimal::new(part, 4))),
            (0_i64..200).prop_map(|fen| Off::PerMonth(Decimal::new(fen, 2))),
        ]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn so_many_months_for_fewer_are_rounded_once(
            fen in 0_i64..500_000,
            (of, share_free) in (2_u32..=36, 0_u32..36),
            to in 0_usize..3,
        ) {
            let free = 1 + share_free % (of - 1);
            let round_to = [RoundTo::Fen, RoundTo::Jiao, RoundTo::Yuan][to];
            let from = CivilDate::new(2026, 1, 1).unwrap();
            let line = Line { service: DateRange::new(from, from.plus_months(of)).unwrap(), ..line(fen, 1, round_to) };
            let months: Vec<Months> = months::cuts(line.service, line.cycle).map(|cut| cut.months).collect();
            let gross = month_parts::cut(whole(&line).unwrap().amount, &months).unwrap();
            let mut net = gross.clone();
            let taken = taken_off(&line, &[Off::Months { free, of }]).unwrap();
            let off = share(taken[0], &months, &mut net).unwrap();
            prop_assert!(net.iter().zip(&off).all(|(net, off)| !net.is_negative() && !off.is_negative()));
            for ((gross, off), net) in gross.iter().zip(&off).zip(&net) {
                prop_assert_eq!(gross.fold(off.negated()), *net);
            }
            // What is paid is the price of the months that are paid, rounded once.
            let paid = Line { service: DateRange::new(from, from.plus_months(of - free)).unwrap(), ..line };
            prop_assert_eq!(net.into_iter().sum::<Money>(), whole(&paid).unwrap().amount);
        }

        #[test]
        fn months_are_never_negative_and_sum_to_the_whole(
            fen in 0_i64..500,
            days in 1_u32..800,
            offs in prop::collection::vec(off(), 0..5),
            to in 0_usize..3,
        ) {
            let line = line(fen, days, [RoundTo::Fen, RoundTo::Jiao, RoundTo::Yuan][to]);
            let gross = whole(&line).unwrap().amount;
            let months: Vec<Months> = months::cuts(line.service, line.cycle).map(|cut| cut.months).collect();
            let mut left = month_parts::cut(gross, &months).unwrap();
            let taken = taken_off(&line, &offs).unwrap();
            for off in &taken {
                let parts = share(*off, &months, &mut left).unwrap();
                prop_assert!(parts.iter().all(|part| !part.is_negative()));
                prop_assert_eq!(parts.into_iter().sum::<Money>(), *off);
            }
            prop_assert!(left.iter().all(|month| !month.is_negative()));
            let net = gross.fold(taken.into_iter().sum::<Money>().negated());
            prop_assert_eq!(left.into_iter().sum::<Money>(), net);
            // Nothing but the last rounding stands between the exact price and what is owed.
            let parts = offs.iter().map(|off| match off { Off::Part(part) => Decimal::ONE - part, Off::Months { .. } | Off::PerMonth(_) => Decimal::ONE });
            if offs.iter().all(|off| matches!(off, Off::Part(_))) {
                let factor = parts.product::<Decimal>();
                let exact = Line { discount_factor: factor, ..line };
                prop_assert_eq!(net, whole(&exact).unwrap().amount);
            }
        }
    }
}
