//! What a bill run would do, unit by unit, by the very decision that does it; and how that differs from the last period.
//!
//! May never happen here: a charge that the run would not post, or would post otherwise.

use super::plan::Skip;
use super::use_case::{BillScope, BillUnit, must_be_known};
use crate::account::{AccountEvent, AccountState, Charge, ChargePosted, Part, Source};
use crate::calendar::{CivilDate, DateRange, Month};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, FeeItemId, UnitId};
use crate::ledger::{LedgerKind, must_be};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::{Event, StreamRef};
use crate::unit::UnitState;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A run that is only looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRun {
    /// Cycles that begin (advance) or end (arrears) in this month.
    pub month: Month,
    /// The items to bill, at most 50; none: every attached item.
    pub fee_items: Vec<FeeItemId>,
}

/// What a run would do with one unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitPreview {
    /// The month charges, as they would be posted.
    pub charges: Vec<ChargePosted>,
    /// Free credit that would be drawn down at once.
    pub drawn_down: Money,
    /// What would be left out, and why.
    pub skips: Vec<Skip>,
    /// Each item beside its last period, by id.
    pub items: Vec<ItemPreview>,
}

/// What a run would charge a unit for one item, beside what was charged before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemPreview {
    /// The item.
    pub fee_item: FeeItemId,
    /// What it comes to.
    pub change: Change,
}

/// What a period comes to beside the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// What would be posted.
    pub amount: Money,
    /// Live charges of the same months that are there already.
    pub charged_already: Money,
    /// Live charges of as many months just before.
    pub last_period: Money,
}

impl Change {
    /// Nothing at all.
    pub const NONE: Self = Self { amount: Money::ZERO, charged_already: Money::ZERO, last_period: Money::ZERO };

    /// How much more than in the last period is charged in this one.
    pub fn difference(&self) -> Money {
        self.amount.fold(self.charged_already).fold(self.last_period.negated())
    }

    /// Both together.
    #[must_use]
    pub fn fold(self, other: Self) -> Self {
        Self {
            amount: self.amount.fold(other.amount),
            charged_already: self.charged_already.fold(other.charged_already),
            last_period: self.last_period.fold(other.last_period),
        }
    }
}

impl UnitPreview {
    /// All items together.
    pub fn change(&self) -> Change {
        self.items.iter().fold(Change::NONE, |sum, item| sum.fold(item.change))
    }
}

impl PreviewRun {
    /// Refuses what no run could be started with.
    ///
    /// # Errors
    /// As [`super::StartBillRun`].
    pub fn must_be_possible(&self, draft: &Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        must_be_known(draft, &self.fee_items)
    }

    /// The streams that the preview of a unit reads.
    pub fn needs(&self, unit: UnitId) -> Vec<StreamRef> {
        self.bill(unit).needs()
    }

    /// What the run would do with a unit.
    ///
    /// # Errors
    /// The refusal for which the run would skip the unit.
    pub fn of_unit(&self, draft: &mut Draft<'_>, unit: UnitId) -> Result<UnitPreview, Refusal> {
        let before = draft.account(AccountId::of_unit(unit));
        let state = draft.unit(unit);
        let (posted, skips) = self.bill(unit).post(draft)?;
        let charge = |event: &Event| match event {
            Event::Account(AccountEvent::ChargePosted(charge)) => Some(charge.clone()),
            _ => None,
        };
        let charges: Vec<ChargePosted> = draft.events().iter().filter_map(|new| charge(&new.event)).collect();
        let items = self.compared(&state, &before, &charges, &skips);
        Ok(UnitPreview { charges, drawn_down: posted.drawn_down, skips, items })
    }

    fn bill(&self, unit: UnitId) -> BillUnit {
        let scope = BillScope::Months { from: self.month, to: self.month, fee_items: self.fee_items.clone() };
        BillUnit { unit, scope }
    }

    /// Each item that is billed or left out beside its last period, and each that ended with the month before.
    fn compared(
        &self,
        unit: &UnitState,
        before: &AccountState,
        charges: &[ChargePosted],
        skips: &[Skip],
    ) -> Vec<ItemPreview> {
        let month = DateRange::of_month(self.month);
        let billed = charges.iter().map(|charge| (charge.booking.fee_item, charge.service));
        let left_out = skips.iter().map(|skip| (skip.fee_item, skip.service.unwrap_or(month)));
        let mut spans: BTreeMap<FeeItemId, Span> = BTreeMap::new();
        for (fee_item, days) in billed.chain(left_out) {
            spans.entry(fee_item).and_modify(|span| span.cover(days)).or_insert_with(|| Span::of(days));
        }
        let last_month = self.month.previous();
        for charge in timely(before).filter(|charge| charge.service.from().month() == last_month) {
            let fee_item = charge.booking.fee_item;
            let ended = !unit.attachments().iter().any(|have| have.fee_item == fee_item && have.is_within(month));
            if ended && self.fee_items.is_empty() {
                spans.entry(fee_item).or_insert_with(|| Span::of(month));
            }
        }
        let item = |(fee_item, span): (FeeItemId, Span)| {
            let (last_period, this_period) = span.periods();
            let of = |days: DateRange| {
                let within =
                    |charge: &&Arc<Charge>| charge.booking.fee_item == fee_item && days.contains(charge.service.from());
                timely(before).filter(within).fold(Money::ZERO, |sum, charge| sum.fold(charged(charge)))
            };
            let new = charges.iter().filter(|charge| charge.booking.fee_item == fee_item);
            let change = Change {
                amount: new.fold(Money::ZERO, |sum, charge| sum.fold(charge.amount)),
                charged_already: this_period.map_or(Money::ZERO, of),
                last_period: last_period.map_or(Money::ZERO, of),
            };
            ItemPreview { fee_item, change }
        };
        spans.into_iter().map(item).collect()
    }
}

/// Live charges for time.
fn timely(account: &AccountState) -> impl Iterator<Item = &Arc<Charge>> {
    let timely = |source: Option<Source>| matches!(source, None | Some(Source::Meter { .. }));
    account.charges().filter(move |have| !have.reversed && timely(have.source) && have.part == Part::Principal)
}

/// What a charge came to; waiving it does not make it another price.
fn charged(charge: &Charge) -> Money {
    charge.owed.fold(charge.waived)
}

/// From the first to the last day of what is billed for an item.
#[derive(Debug, Clone, Copy)]
struct Span {
    from: CivilDate,
    until: CivilDate,
}

impl Span {
    fn of(days: DateRange) -> Self {
        Self { from: days.from(), until: days.until() }
    }

    fn cover(&mut self, days: DateRange) {
        self.from = self.from.min(days.from());
        self.until = self.until.max(days.until());
    }

    /// The months in which its months begin, and as many before: charges belong to the month of their first day.
    fn periods(self) -> (Option<DateRange>, Option<DateRange>) {
        let months = (1..).find(|months| self.from.plus_months(*months) >= self.until).unwrap_or(1);
        let first = self.from.month();
        let (mut begin, mut end) = (first, first);
        for _ in 0..months {
            (begin, end) = (begin.previous(), end.next());
        }
        let days = |from: Month, until: Month| DateRange::new(from.first_day(), until.first_day()).ok();
        (days(begin, first), days(first, end))
    }
}

#[cfg(test)]
mod tests {
    use super::super::preview_total::{RunPreview, Skipped};
    use super::super::stories::{bill, day, home, per_area, tariff};
    use super::*;
    use crate::fee_item::TariffSet;
    use crate::testing::Story;
    use crate::unit::fixture::{ITEM, UNIT};
    use crate::unit::{FeeItemDetached, UnitAreaSet};
    use crate::value::Count;

    fn preview(story: &Story, month: &str) -> UnitPreview {
        let run = PreviewRun { month: month.parse().unwrap(), fee_items: Vec::new() };
        run.of_unit(&mut story.draft(), UNIT).unwrap()
    }

    /// `posted + there already - last period = difference`
    fn told(story: &Story, month: &str) -> String {
        let change = preview(story, month).change();
        let difference = change.difference();
        format!("{} + {} - {} = {difference}", change.amount, change.charged_already, change.last_period)
    }

    #[test]
    fn a_period_is_compared_with_the_one_before_however_long_it_is() {
        let mut monthly = home().given(ITEM, tariff(1, "2025-01-01", per_area("2")));
        monthly.accepted(&bill("2025-11", "2025-12"));
        assert_eq!(told(&monthly, "2026-01"), "200.00 + 0.00 - 200.00 = 0.00");
        let area =
            UnitAreaSet { from: day("2026-01-01"), building_area_sqm: "80".parse().unwrap(), inner_area_sqm: None };
        let mut smaller = monthly.given(UNIT, area);
        assert_eq!(told(&smaller, "2026-01"), "160.00 + 0.00 - 200.00 = -40.00");
        smaller.accepted(&bill("2026-01", "2026-01"));
        assert_eq!(told(&smaller, "2026-01"), "0.00 + 160.00 - 200.00 = -40.00");

        let quarter = TariffSet { cycle_months: Count(3), ..tariff(1, "2025-01-01", per_area("2")) };
        let mut quarterly = home().given(ITEM, quarter);
        quarterly.accepted(&bill("2025-07", "2025-12"));
        assert_eq!(told(&quarterly, "2026-01"), "600.00 + 0.00 - 600.00 = 0.00");
        assert_eq!(told(&quarterly, "2026-02"), "0.00 + 0.00 - 0.00 = 0.00", "the quarter began before");
    }

    #[test]
    fn what_ended_is_shown_as_less() {
        let mut story = home().given(ITEM, tariff(1, "2025-01-01", per_area("2")));
        story.accepted(&bill("2025-12", "2025-12"));
        let ended = story.given(UNIT, FeeItemDetached { fee_item: ITEM, on: day("2026-01-01") });
        assert_eq!(told(&ended, "2026-01"), "0.00 + 0.00 - 200.00 = -200.00");
        let mut total = RunPreview::default();
        total.add(UNIT, &Ok(preview(&ended, "2026-01")));
        let changes: Vec<Money> = total.largest().map(|unit| unit.change.difference()).collect();
        assert_eq!((total.units(), total.billed(), changes), (1, 0, vec!["-200.00".parse().unwrap()]));
    }

    #[test]
    fn totals_count_what_is_left_out_by_item_and_reason() {
        let mut total = RunPreview::default();
        let story = home();
        total.add(UNIT, &Ok(preview(&story, "2026-01")));
        let run = PreviewRun { month: "2026-01".parse().unwrap(), fee_items: Vec::new() };
        total.add(UNIT, &run.of_unit(&mut Story::new().draft(), UNIT));
        let skipped: Vec<(Skipped, u32)> = total.skipped().map(|(skipped, count)| (skipped.clone(), count)).collect();
        let skip = |fee_item, reason| Skipped { fee_item, reason, missing: None };
        assert_eq!(skipped, [(skip(None, "ledger_must_be_open"), 1), (skip(Some(ITEM), "tariff_missing"), 1)]);
        assert_eq!((total.units(), total.charges(), total.change()), (2, 0, Change::NONE));
    }
}
