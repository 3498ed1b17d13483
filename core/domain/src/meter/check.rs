//! Usage that is far from a meter's own history 用量异常: held for a person to accept, never billed as it is.

use super::state::MeterState;
use crate::calendar::CivilDate;
use crate::rule::quotient::Quotient;
use crate::value::{Count, Exact};
use rust_decimal::Decimal;

/// From when on usage is far from what it was; how a community says it, for readings recorded from then on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeterCheck {
    /// So many times the average a day.
    pub factor: Exact,
    /// Readings that a history has at least, besides the opening one.
    pub readings: Count,
    /// Used a day at most, whatever the history; absent: no limit.
    pub daily_limit: Option<Exact>,
}

/// Three times the average of at least three readings, until a community says otherwise.
impl Default for MeterCheck {
    fn default() -> Self {
        let factor = Exact::new(Decimal::from(3)).unwrap_or_default();
        Self { factor, readings: Count(3), daily_limit: None }
    }
}

/// Why a reading is held.
pub(super) struct Far {
    /// Used a day.
    pub(super) daily: Exact,
    /// On average before; none when it is above the limit.
    pub(super) usual: Option<Exact>,
}

impl MeterCheck {
    /// Why a reading with this total is held, if it is.
    pub(super) fn far(&self, meter: &MeterState, on: CivilDate, total: Exact) -> Option<Far> {
        let (first, last) = (meter.points().first()?, meter.points().last()?);
        let daily = a_day(last.total, total, last.on.days_until(on))?;
        if self.daily_limit.is_some_and(|limit| daily > limit) {
            return Some(Far { daily, usual: None });
        }
        let history = meter.points().len().saturating_sub(1);
        let enough = usize::try_from(self.readings.0).is_ok_and(|readings| history >= readings);
        let usual = a_day(first.total, last.total, first.on.days_until(last.on)).filter(|_| enough)?;
        let most = usual.decimal().checked_mul(self.factor.decimal())?;
        (daily.decimal() > most).then_some(Far { daily, usual: Some(usual) })
    }
}

fn a_day(from: Exact, to: Exact, days: i64) -> Option<Exact> {
    let usage = Quotient::of(to.decimal().checked_sub(from.decimal())?);
    Exact::new(usage.over(Quotient::int(days.into())).ok()?.to_decimal(4).ok()?).ok()
}
