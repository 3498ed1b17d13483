//! What a unit owes for some months: a pure function from what is known to month charges, or the reason there is none.
//!
//! May never happen here: a service time that is charged already, a charge nobody owes, an amount that became 0 because
//! something was missing. The whole of each piece is computed and rounded once; its months share it exactly.

use super::cut::{Terms, pieces};
use super::cycle::{BilledCycle, Live, billed_in};
use super::inputs::{Unpriced, price_of};
use super::metered;
use super::prepaid::line_days;
use crate::account::{
    AccountState, Applied, Charge, ChargeSpec, Discount, DiscountError, DiscountTerms, Part, Share, Source, monthly,
};
use crate::calendar::{CivilDate, DateRange, Month};
use crate::community::CommunityState;
use crate::event::facts;
use crate::fee_item::{DueRule, FeeItemState, Timing};
use crate::id::{BillLineId, BillRunId, FeeItemId, MeterId};
use crate::meter::MeterState;
use crate::money::Money;
use crate::rule::{charges, month_parts, months};
use crate::unit::UnitState;
use crate::value::{Count, Variable};
use crate::wire::words;
use rust_decimal::Decimal;
use std::ops::RangeInclusive;
use std::sync::Arc;

words! {
    /// Why a fee item of a unit is not billed.
    pub enum SkipReason {
        /// It is not attached in these months.
        NotAttached = "not_attached",
        /// The service lies before the community's go-live day.
        BeforeGoLive = "before_go_live",
        /// No tariff version prices these days.
        TariffMissing = "tariff_missing",
        /// The unit has no status on these days: who owes is not known.
        HandOverDateMissing = "hand_over_date_missing",
        /// The unit's status names a party that is not there.
        ObligorMissing = "obligor_missing",
        /// The area that prices it is not known.
        AreaMissing = "area_missing",
        /// No reading of a meter says what was used.
        ReadingMissing = "reading_missing",
        /// A reading waits for a person: it is far from what was used before.
        ReadingHeld = "reading_held",
        /// The price cannot be computed: a value of the unit is not known, or the result is no amount.
        FormulaInvalid = "formula_invalid",
        /// It is charged by pools, and none is charged for these days.
        PoolOpen = "pool_open",
        /// A live charge covers some of these days, or the old books billed them.
        AlreadyCharged = "already_charged",
    }
}

/// What a plan rests on.
#[derive(Debug)]
pub struct Basis<'a> {
    /// The unit.
    pub unit: &'a UnitState,
    /// The fee items to bill.
    pub fee_items: &'a [(FeeItemId, Arc<FeeItemState>)],
    /// The community's rules: notice days, go-live day.
    pub community: &'a CommunityState,
    /// The unit's account: what is charged already.
    pub account: &'a AccountState,
    /// The unit's meters.
    pub meters: &'a [(MeterId, Arc<MeterState>)],
    /// Cycles that begin (advance) or end (arrears) in these months.
    pub months: RangeInclusive<Month>,
    /// The day on which it is charged.
    pub today: CivilDate,
    /// The day of publication, from which notice is counted.
    pub published_on: CivilDate,
}

/// The month charges of one piece of a cycle, billed together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedLine {
    charges: Vec<ChargeSpec>,
}

impl PlannedLine {
    /// Charges that are billed together.
    pub(super) fn of(charges: Vec<ChargeSpec>) -> Self {
        Self { charges }
    }

    /// The month charges to post, under a bill line and perhaps a run.
    pub fn into_specs(self, bill_line: BillLineId, run: Option<BillRunId>) -> impl Iterator<Item = ChargeSpec> {
        self.charges.into_iter().map(move |spec| ChargeSpec { bill_line, run, ..spec })
    }
}

facts! {
    /// Service days of a fee item that are not billed.
    pub struct Skip {
        /// The item.
        pub fee_item: FeeItemId,
        /// The days, as far as they are known.
        pub service: Option<DateRange>,
        /// Why.
        pub reason: SkipReason,
        /// The value of the unit that is not known, when that is why.
        pub missing: Option<Variable>,
    }
}

/// The plan for a unit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Planned {
    /// What to post.
    pub lines: Vec<PlannedLine>,
    /// What is left out, and why.
    pub skips: Vec<Skip>,
}

impl Planned {
    /// Every month charge to post.
    pub fn specs(&self) -> impl Iterator<Item = &ChargeSpec> {
        self.lines.iter().flat_map(|line| &line.charges)
    }
}

/// Plans the charges of a unit.
pub fn plan(basis: &Basis<'_>) -> Planned {
    let mut planned = Planned::default();
    for (fee_item, item) in basis.fee_items {
        plan_item(basis, *fee_item, item, &mut planned);
    }
    planned
}

fn plan_item(basis: &Basis<'_>, fee_item: FeeItemId, item: &FeeItemState, planned: &mut Planned) {
    let asked = DateRange::new(basis.months.start().first_day(), basis.months.end().next().first_day());
    let billed_until = basis.account.billed_until(fee_item).map(|(day, _)| day);
    let live = Live { go_live_on: basis.community.go_live_on(), billed_until };
    let mut attached = false;
    let utility = item.metered();
    for attachment in basis.unit.attachments() {
        if attachment.fee_item != fee_item || !asked.is_ok_and(|days| attachment.is_within(days)) {
            continue;
        }
        attached = true;
        if utility.is_some() {
            continue;
        }
        for found in billed_in(attachment, item, live, &basis.months) {
            match found {
                Ok(cycle) => plan_cycle(basis, fee_item, item, &cycle, planned),
                Err((service, reason)) => {
                    planned.skips.push(Skip { fee_item, service: Some(service), reason, missing: None });
                }
            }
        }
    }
    if !attached {
        planned.skips.push(Skip { fee_item, service: None, reason: SkipReason::NotAttached, missing: None });
    } else if let Some(utility) = utility {
        let lines = metered::plan_item(basis, (fee_item, item), utility, &mut planned.skips);
        planned.lines.extend(lines);
    }
}

pub(super) fn plan_cycle(
    basis: &Basis<'_>,
    fee_item: FeeItemId,
    item: &FeeItemState,
    cycle: &BilledCycle<'_>,
    planned: &mut Planned,
) {
    for (days, terms) in pieces(cycle.service, basis.unit, fee_item, item) {
        let line = terms.and_then(|terms| line(basis, fee_item, item, cycle, days, &terms));
        match line {
            Ok((charges, taken)) => {
                planned.skips.extend(taken.into_iter().map(|service| Skip {
                    fee_item,
                    service: Some(service),
                    reason: SkipReason::AlreadyCharged,
                    missing: None,
                }));
                if !charges.is_empty() {
                    planned.lines.push(PlannedLine { charges });
                }
            }
            Err(Unpriced { reason, missing }) => {
                let shared = reason == SkipReason::PoolOpen && is_shared(basis.account, fee_item, days);
                let reason = if shared { SkipReason::AlreadyCharged } else { reason };
                planned.skips.push(Skip { fee_item, service: Some(days), reason, missing });
            }
        }
    }
}

/// The month charges of a piece, and the months of it that are charged already.
fn line(
    basis: &Basis<'_>,
    fee_item: FeeItemId,
    item: &FeeItemState,
    cycle: &BilledCycle<'_>,
    days: DateRange,
    terms: &Terms<'_>,
) -> Result<(Vec<ChargeSpec>, Vec<DateRange>), Unpriced> {
    let created = item.created().ok_or(SkipReason::TariffMissing)?;
    let line_days = line_days(basis.unit, (fee_item, item), cycle, days);
    let (priced, whole) = whole(cycle, line_days, terms)?;
    let cuts: Vec<months::MonthCut> = months::cuts(line_days, cycle.months).collect();
    let lengths: Vec<months::Months> = cuts.iter().map(|cut| cut.months).collect();
    let parts = month_parts::cut(whole, &lengths).map_err(|_| SkipReason::FormulaInvalid)?;
    let off = lines_off(&priced, terms, &lengths, &parts).map_err(|DiscountError| SkipReason::FormulaInvalid)?;
    let due_in = match cycle.tariff.timing {
        Timing::Advance => cycle.service.from().month(),
        Timing::Arrears => cycle.service.until().day_before().month().next(),
    };
    let due_on = due_on(&cycle.tariff.due, due_in, basis);
    let of = count(cuts.len());
    let anchor_day = match cycle.months {
        months::Cycle::Calendar => None,
        months::Cycle::Anniversary(anchor) => Some(Count(anchor.day())),
    };
    let (mut specs, mut taken) = (Vec::with_capacity(cuts.len()), Vec::new());
    for (k, (cut, amount)) in cuts.iter().zip(parts).enumerate() {
        if !days.overlaps(cut.service) {
            continue;
        }
        if is_charged(basis.account, fee_item, cut.service) {
            taken.push(cut.service);
            continue;
        }
        let period = cut.month_from.month();
        let discounts = discounts(item.discounts_on(basis.unit, fee_item, cut.service.from()), &off, k)
            .map_err(|DiscountError| SkipReason::FormulaInvalid)?;
        // The tax point is the service month; its first day says which treatment holds.
        let vat = item.vat_on(cut.month_from).ok_or(SkipReason::TariffMissing)?;
        let past = period <= basis.today.month();
        specs.push(ChargeSpec {
            bill_line: BillLineId(uuid::Uuid::nil()),
            run: None,
            fee_item,
            fund: created.fund,
            obligor: terms.obligor,
            agreed_payer: terms.agreed_payer,
            period,
            recognised: past,
            tax_due: past,
            source: None,
            service: cut.service,
            due_on,
            priority: created.priority,
            tariff: Some(terms.tariff.tariff),
            inputs: terms.inputs.clone(),
            formula: terms.formula.clone(),
            whole: Some(whole),
            share: Some(Share { month: count(k.saturating_add(1)), of, line: line_days, anchor_day }),
            round_to: Some(terms.tariff.round_to),
            metered: None,
            gross: amount,
            discounts,
            vat_category: vat.category,
            vat_rate: vat.rate,
        });
    }
    Ok((specs, taken))
}

fn whole(cycle: &BilledCycle<'_>, days: DateRange, terms: &Terms<'_>) -> Result<(charges::Line, Money), SkipReason> {
    let price = price_of(&terms.inputs, terms.formula.as_ref()).ok_or(SkipReason::FormulaInvalid)?;
    let line = charges::Line {
        price,
        service: days,
        cycle: cycle.months,
        discount_factor: Decimal::ONE,
        round_to: terms.tariff.round_to,
    };
    let whole = charges::whole(&line).map_err(|_| SkipReason::FormulaInvalid)?;
    Ok((line, whole.amount))
}

/// What a discount takes off a line, and of it off each of its months.
type LineOff = (Money, Vec<Money>);

fn lines_off(
    line: &charges::Line,
    terms: &Terms<'_>,
    lengths: &[months::Months],
    parts: &[Money],
) -> Result<Vec<LineOff>, DiscountError> {
    let of: Vec<DiscountTerms> = terms.discounts.iter().map(|applied| applied.terms).collect();
    monthly(line, &of, lengths, parts)
}

/// The lines of a month charge: what holds on its first day names them.
fn discounts(applied: Vec<Applied>, off: &[LineOff], month: usize) -> Result<Vec<Discount>, DiscountError> {
    let part = |(whole, months): &LineOff| Some((*whole, *months.get(month)?));
    let parts = off.iter().filter_map(part);
    applied.iter().zip(parts).map(|(applied, (whole, amount))| Discount::of(applied, whole, amount)).collect()
}

/// Never earlier than publication plus the community's notice days.
pub(super) fn due_on(rule: &DueRule, month: Month, basis: &Basis<'_>) -> CivilDate {
    let by_rule = match rule {
        DueRule::DayOfMonth { day } => month.first_day().plus_days(day.0.saturating_sub(1)).min(month.last_day()),
        DueRule::DaysAfter { days } => basis.published_on.plus_days(days.0),
    };
    by_rule.max(basis.published_on.plus_days(basis.community.notice_days()))
}

fn is_charged(account: &AccountState, fee_item: FeeItemId, service: DateRange) -> bool {
    account.charges().any(|have| is_for_time(have, fee_item) && have.service.overlaps(service))
}

/// True for a live charge of an item for time.
pub(super) fn is_for_time(have: &Charge, fee_item: FeeItemId) -> bool {
    !have.reversed && have.booking.fee_item == fee_item && have.source.is_none() && have.part == Part::Principal
}

/// True when a pool was charged for some of these days.
fn is_shared(account: &AccountState, fee_item: FeeItemId, service: DateRange) -> bool {
    account.charges().any(|have| {
        let of_pool = matches!(have.source, Some(Source::Pool { .. }));
        of_pool && !have.reversed && have.booking.fee_item == fee_item && have.service.overlaps(service)
    })
}

fn count(n: usize) -> Count {
    Count(u32::try_from(n).unwrap_or(u32::MAX))
}
