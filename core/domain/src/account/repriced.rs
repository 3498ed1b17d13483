//! What a charge would have come to at another price on some of its days. It is told apart from what the same rule says at
//! the price that was billed, so that the same price changes nothing.

use super::billed::Billed;
use super::metered::{Metered, MeteredPart};
use crate::calendar::{CivilDate, DateRange};
use crate::fee_item::PricedBy;
use crate::money::Money;
use crate::rule::charges::{self, Price};
use crate::rule::month_parts;
use crate::rule::months::{MonthCut, Months, cuts};
use rust_decimal::Decimal;

/// Days from one on; without an end for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// First day.
    pub from: CivilDate,
    /// Day after the last.
    pub until: Option<CivilDate>,
}

impl Days {
    fn contains(self, day: CivilDate) -> bool {
        self.from <= day && self.until.is_none_or(|until| day < until)
    }

    /// True when some day of a range is one of them.
    pub fn overlap(self, range: DateRange) -> bool {
        self.from < range.until() && self.until.is_none_or(|until| range.from() < until)
    }

    /// A range in pieces that lie inside or outside.
    fn cut(self, range: DateRange) -> Vec<DateRange> {
        let inner = [Some(self.from), self.until].into_iter().flatten();
        let inner = inner.filter(|day| range.from() < *day && *day < range.until());
        let borders: Vec<CivilDate> = [range.from()].into_iter().chain(inner).chain([range.until()]).collect();
        borders.windows(2).filter_map(|pair| DateRange::new(*pair.first()?, *pair.last()?).ok()).collect()
    }

    /// How many days of a range are among them.
    fn count(self, range: DateRange) -> i64 {
        self.cut(range).iter().filter(|piece| self.contains(piece.from())).map(|piece| piece.days()).sum()
    }
}

impl Billed {
    /// How much more a month charge of the line would be with another price on some days; none when there is no amount.
    pub(crate) fn repriced(&self, service: DateRange, days: Days, price: Price) -> Option<Money> {
        let (line, own) = (self.share.line, self.price()?);
        let billed = self.of_service(service, &[(line, own)])?;
        let pieces = days.cut(line).into_iter();
        let pieces: Vec<(DateRange, Price)> =
            pieces.map(|piece| (piece, if days.contains(piece.from()) { price } else { own })).collect();
        self.of_service(service, &pieces)?.minus(billed).ok()
    }

    /// What some months get of wholes that stand beside each other.
    fn of_service(&self, service: DateRange, pieces: &[(DateRange, Price)]) -> Option<Money> {
        let mut sum = Money::ZERO;
        for (days, price) in pieces {
            let line = charges::Line {
                price: *price,
                service: *days,
                cycle: self.cycle(),
                discount_factor: Decimal::ONE,
                round_to: self.round_to,
            };
            let months: Vec<MonthCut> = cuts(*days, self.cycle()).collect();
            let lengths: Vec<Months> = months.iter().map(|month| month.months).collect();
            let parts = month_parts::cut(charges::whole(&line).ok()?.amount, &lengths).ok()?;
            let within = |month: &MonthCut| service.intersection(month.service) == Some(month.service);
            let own = months.iter().zip(parts).filter(|(month, _)| within(month)).map(|(_, part)| part);
            sum = own.fold(sum, Money::fold);
        }
        Some(sum)
    }
}

impl Metered {
    /// True when what some days cost is another for some of its usage.
    pub(crate) fn is_touched_by(&self, days: Days) -> bool {
        match self.priced_by {
            PricedBy::UsageDays => self.parts.iter().any(|part| days.overlap(part.days)),
            PricedBy::ReadingDay => days.contains(self.to.on),
        }
    }

    /// What would be charged if what some days cost were another amount, exactly; none when there
    /// is no amount. Usage is spread evenly over the days of a part, unless the reading's day decides for all of it.
    pub(crate) fn repriced(
        &self,
        charged: Money,
        days: Days,
        price: impl Fn(&MeteredPart) -> Option<Decimal>,
    ) -> Option<Money> {
        let mut more = Decimal::ZERO;
        for part in &self.parts {
            let exact = part.cost()?;
            let difference = price(part)?.checked_sub(exact)?;
            let of_days = match self.priced_by {
                PricedBy::UsageDays => {
                    let of_days = difference.checked_mul(days.count(part.days).into())?;
                    of_days.checked_div(part.days.days().into())?
                }
                PricedBy::ReadingDay if days.contains(self.to.on) => difference,
                PricedBy::ReadingDay => Decimal::ZERO,
            };
            more = more.checked_add(of_days)?;
        }
        Money::round(charged.decimal().checked_add(more)?, self.round_to).ok()
    }
}
