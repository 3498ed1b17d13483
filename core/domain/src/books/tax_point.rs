//! How much of a charge's tax has reached its tax point 纳税义务发生时间 by the end of a month: what was received or invoiced of
//! it, and the rest with the month of the service where that is a tax point.
//!
//! May never happen here: more tax than the charge bears; tax of one amount at two rates.

use super::event::ChangedRate;
use crate::account::{AccountState, Charge, Part, vat_lowered};
use crate::book::Fund;
use crate::calendar::{CivilDate, Month};
use crate::draft::Draft;
use crate::fee_item::{FeeItemState, TaxPoint, Vat};
use crate::money::Money;
use crate::refusal::Refusal;

/// Tax that has reached its point.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TaxReached {
    /// As it was posted with the charge.
    pub posted: Money,
    /// What the treatments of the tax points' days make of it, where they are others.
    pub differences: Vec<ChangedRate>,
}

impl TaxReached {
    /// Adds amounts.
    pub(super) fn add(&mut self, posted: Money, differences: &[ChangedRate]) {
        self.posted = self.posted.fold(posted);
        for of in differences {
            match self.differences.iter_mut().find(|have| have.vat == of.vat) {
                Some(have) => have.amount = have.amount.fold(of.amount),
                None => self.differences.push(of.clone()),
            }
        }
    }

    /// What is more here than there; nothing of amounts that are the same.
    pub(super) fn less(mut self, other: &Self) -> Self {
        let negated = |of: &ChangedRate| ChangedRate { vat: of.vat.clone(), amount: of.amount.negated() };
        let differences: Vec<ChangedRate> = other.differences.iter().map(negated).collect();
        self.add(other.posted.negated(), &differences);
        self.differences.retain(|of| !of.amount.is_zero());
        self
    }

    /// True when nothing is to be moved.
    pub(super) fn is_nothing(&self) -> bool {
        self.posted.is_zero() && self.differences.is_empty()
    }
}

/// When the tax of a charge is due; a tax treatment that was set after it was billed counts.
pub(crate) fn tax_point(draft: &Draft<'_>, charge: &Charge) -> TaxPoint {
    point_of(&draft.fee_item(charge.booking.fee_item), charge.service.from())
}

/// When the tax of a charge is due whose service begins on a day.
pub(crate) fn point_of(item: &FeeItemState, service_from: CivilDate) -> TaxPoint {
    item.vat_on(service_from).map(|vat| vat.tax_point).unwrap_or_default()
}

/// True when tax of the charge was posted and may wait for its tax point.
pub(super) fn waits(charge: &Charge) -> bool {
    let booking = &charge.booking;
    let taxed = match booking.fund {
        Fund::Operating | Fund::OwnersIncome => true,
        Fund::PassThrough | Fund::Deposit | Fund::MaintenanceFund => false,
    };
    taxed && !booking.tax_due && !booking.opening
}

/// The tax of a charge that has reached its point by the end of a month.
///
/// # Errors
/// Amounts out of range.
pub(super) fn reached_by(
    draft: &Draft<'_>,
    account: &AccountState,
    charge: &Charge,
    month: Month,
) -> Result<TaxReached, Refusal> {
    let item = draft.fee_item(charge.booking.fee_item);
    let point = tax_point(draft, charge);
    let mut days = if point.is_receipt() { received(account, charge) } else { invoiced(charge, month) };
    days.retain(|(day, _)| *day <= month.last_day());
    if point.is_service() && charge.booking.period <= month {
        days.push((charge.service.from(), charge.owed));
    }
    let (mut all, mut before) = (TaxReached::default(), Money::ZERO);
    for (day, amount) in days {
        let after = before.plus(amount)?.min(charge.owed);
        let posted = vat_lowered(charge.vat_category, charge.vat_rate, after, before)?.tax;
        let changed = match item.vat_on(day) {
            Some(vat) if (vat.category, vat.rate) != (charge.vat_category, charge.vat_rate) => {
                let tax = vat_lowered(vat.category, vat.rate, after, before)?.tax;
                Some(ChangedRate { vat: Vat::of(vat.category, vat.rate), amount: tax.minus(posted)? })
            }
            Some(_) | None => None,
        };
        all.add(posted, changed.as_slice());
        before = after;
    }
    Ok(all)
}

/// What pays the charge, by day.
fn received(account: &AccountState, charge: &Charge) -> Vec<(CivilDate, Money)> {
    let of_charge = account.allocations().filter(|a| (a.charge, a.part) == (charge.charge, Part::Principal));
    let mut all: Vec<_> = of_charge.map(|a| (a.on, a.order, a.amount)).collect();
    all.sort_unstable();
    all.into_iter().map(|(day, _, amount)| (day, amount)).collect()
}

/// What of the charge stands on invoices at the end of a month, by day.
fn invoiced(charge: &Charge, month: Month) -> Vec<(CivilDate, Money)> {
    let stands = |red_on: Option<CivilDate>| red_on.is_none_or(|day| day > month.last_day());
    let mut all: Vec<_> =
        charge.invoiced.iter().filter(|of| stands(of.red_lettered_on)).map(|of| (of.on, of.amount)).collect();
    all.sort_unstable();
    all
}
