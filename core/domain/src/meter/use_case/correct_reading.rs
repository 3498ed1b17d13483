//! Corrects a reading that holds; what was billed on it follows: a charge for what was too little, a reduction for what was
//! too much, on the prices it was billed at.
//!
//! May never happen here: another price than was billed, usage that no reading says.

use super::existing;
use crate::account::{AccountState, Charge, ChargeSpec, Lowering, Metered, Source, lower_charge, post_charges};
use crate::approval::{Authority, Stake, Staked, Warrant, authorise};
use crate::bill_run::Pricing;
use crate::calendar::DateRange;
use crate::draft::{Decide, Draft};
use crate::fee_item::DueRule;
use crate::id::{AccountId, BillLineId, CommunityId, MeterId, ReadingId};
use crate::meter::reading::total;
use crate::meter::{MeterRefusal, MeterState, ReadingCorrected, year_begin};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::value::{Exact, Label};
use std::sync::Arc;

/// A reading was another value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct CorrectReading {
    /// The meter.
    pub meter: MeterId,
    /// The reading.
    pub reading: ReadingId,
    /// What it showed.
    pub value: Exact,
    /// It had passed its highest number since the reading before.
    pub rolled_over: bool,
    /// Why.
    pub reason: Label,
    /// On whose word; needed when charges are lowered.
    #[serde(skip)]
    pub authority: Authority,
}

/// A charge whose usage a correction changes.
struct Changed {
    charge: Arc<Charge>,
    /// What it rests on now.
    metered: Metered,
    /// How much more it comes to; below zero: less.
    more: Money,
}

/// What a correction does.
struct Correction {
    total: Exact,
    account: Option<AccountId>,
    changed: Vec<Changed>,
}

impl Correction {
    /// What charges are lowered by.
    fn lowered(&self) -> Money {
        let less = self.changed.iter().filter(|changed| changed.more.is_negative());
        less.fold(Money::ZERO, |sum, changed| sum.fold(changed.more.negated()))
    }
}

impl Staked for CorrectReading {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let correction = self.correction(draft)?;
        let accounts = correction.account.into_iter().collect();
        Ok(Stake { amount: Some(correction.lowered()), accounts, always_approved: false })
    }
}

impl Decide for CorrectReading {
    fn operation(&self) -> &'static str {
        "correct_reading"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.meter.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let correction = self.correction(draft)?;
        let lowers = correction.lowered().is_positive();
        let warrant = if lowers { Some(authorise(draft, self, self.authority)?) } else { None };
        let (value, rolled_over, total) = (self.value, self.rolled_over, correction.total);
        let reason = self.reason.clone();
        draft.push(self.meter, ReadingCorrected { reading: self.reading, value, rolled_over, total, reason });
        let Some(account) = correction.account else { return Ok(()) };
        let mut specs = Vec::new();
        for Changed { charge, metered, more } in correction.changed {
            if more.is_positive() {
                specs.push(self.charge(draft, &charge, metered, more)?);
            } else if let (true, Some(warrant)) = (more.is_negative(), &warrant) {
                self.lower(draft, account, &charge, more.negated(), warrant)?;
            }
        }
        if !specs.is_empty() {
            post_charges(draft, account, specs)?;
        }
        Ok(())
    }
}

impl CorrectReading {
    fn correction(&self, draft: &Draft<'_>) -> Result<Correction, Refusal> {
        let state = existing(draft, self.meter)?;
        let points = state.points();
        let at = points.iter().position(|point| point.reading == self.reading);
        let at = at.ok_or_else(|| MeterRefusal::ReadingMustExist.with("reading", self.reading))?;
        let (point, before) = (points.get(at), at.checked_sub(1).and_then(|before| points.get(before)));
        let point = point.ok_or(MeterRefusal::ReadingMustExist)?;
        if point.value == self.value {
            return Err(MeterRefusal::ReadingMustChange.at("/value"));
        }
        let goes_on_from = match before {
            Some(before) => (before.goes_on_at, before.total),
            // Nothing stands before the opening reading: it moves by what it was wrong.
            None => (point.value, point.total),
        };
        let back = before.is_none() && (self.value < point.value) != point.device.reversed;
        let total = if back {
            let moved = total(&point.device, (self.value, Exact::default()), point.value, false)?;
            let down = point.total.decimal().checked_sub(moved.decimal()).and_then(|total| Exact::new(total).ok());
            down.ok_or(MeterRefusal::UsageMustBeInRange)?
        } else {
            total(&point.device, goes_on_from, self.value, self.rolled_over).map_err(|refusal| refusal.at("/value"))?
        };
        let held = state.held().map(|held| held.reading.total);
        let next = points.get(at.saturating_add(1)).map(|next| next.total).or(held);
        if next.is_some_and(|next| total > next) {
            return Err(MeterRefusal::ReadingMustStayBelowNext.at("/value"));
        }
        let corrected = state.with_corrected(self.reading, self.value, total);
        // Where the tiers stand may change to the end of the year in which the usage around it ends.
        let until = points.get(at.saturating_add(1)).map_or(point.on, |next| next.on);
        let year_end = year_begin(until).plus_months(12);
        let touched = DateRange::new(before.map_or(point.on, |before| before.on), year_end);
        self.changed(draft, (&state, &corrected), touched.ok(), total)
    }

    /// The charges of the days that it touches, and how much each changes.
    fn changed(
        &self,
        draft: &Draft<'_>,
        (before, after): (&MeterState, &MeterState),
        touched: Option<DateRange>,
        total: Exact,
    ) -> Result<Correction, Refusal> {
        let unit = before.registered().and_then(|registered| registered.unit);
        let mut correction = Correction { total, account: unit.map(AccountId::of_unit), changed: Vec::new() };
        let (Some(unit), Some(touched)) = (unit, touched) else { return Ok(correction) };
        let (account, unit) = (draft.account(AccountId::of_unit(unit)), draft.unit(unit));
        let source = Some(Source::Meter { meter: self.meter });
        let of_days =
            |charge: &&Arc<Charge>| charge.source == source && !charge.reversed && charge.service.overlaps(touched);
        let mut charges: Vec<(Arc<Charge>, Arc<Metered>)> = account
            .charges()
            .filter(of_days)
            .filter_map(|charge| Some((charge.clone(), charge.metered.clone()?)))
            .collect();
        charges.sort_by_key(|(charge, _)| (charge.booking.fee_item, charge.service.from()));
        let beyond = CommonRefusal::AmountMustBeInRange;
        for (charge, metered) in charges {
            let item = draft.fee_item(charge.booking.fee_item);
            let with = |meter| Pricing { unit: &unit, fee_item: charge.booking.fee_item, item: &item, meter };
            let was = with(before).anew(&metered).and_then(|was| was.amount()).ok_or(beyond)?;
            let metered = with(after).anew(&metered).ok_or(beyond)?;
            let more = metered.amount().ok_or(beyond)?.minus(was)?;
            let more =
                if more.is_negative() { lowerable(&account, &charge).min(more.negated()).negated() } else { more };
            correction.changed.push(Changed { charge, metered, more });
        }
        Ok(correction)
    }

    /// Takes what was too much off the corrections of a charge first, the newest first, then off the charge itself.
    fn lower(
        &self,
        draft: &mut Draft<'_>,
        account: AccountId,
        charge: &Arc<Charge>,
        amount: Money,
        warrant: &Warrant,
    ) -> Result<(), Refusal> {
        let mut left = amount;
        for of in with_corrections(&draft.account(account), charge) {
            let part = of.owed.min(left);
            if part.is_positive() {
                let (approved, seen) = warrant.clone().parts();
                let lowering = Lowering { amount: part, reason: self.reason.clone(), approved, seen };
                lower_charge(draft, account, &of, lowering)?;
                left = left.minus(part)?;
            }
        }
        Ok(())
    }

    fn charge(
        &self,
        draft: &mut Draft<'_>,
        charge: &Charge,
        metered: Metered,
        gross: Money,
    ) -> Result<ChargeSpec, Refusal> {
        let item = draft.fee_item(charge.booking.fee_item);
        let tariff = item.tariff_on(charge.service.until().day_before());
        let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
        let today = draft.context.today;
        let by_rule = match tariff.map(|tariff| &tariff.due) {
            Some(DueRule::DayOfMonth { day }) => {
                let month = today.month().next();
                month.first_day().plus_days(day.0.saturating_sub(1)).min(month.last_day())
            }
            Some(DueRule::DaysAfter { days }) => today.plus_days(days.0),
            None => today,
        };
        Ok(ChargeSpec {
            bill_line: draft.mint::<BillLineId>("bill_line"),
            run: None,
            fee_item: charge.booking.fee_item,
            fund: charge.booking.fund,
            obligor: charge.booking.obligor,
            agreed_payer: charge.agreed_payer,
            // It came to light now.
            period: today.month(),
            recognised: true,
            tax_due: true,
            source: Some(Source::Correction { charge: charge.charge }),
            service: charge.service,
            due_on: by_rule.max(today.plus_days(community.notice_days())),
            priority: crate::value::Count(charge.priority),
            tariff: None,
            inputs: Vec::new(),
            formula: None,
            whole: None,
            share: None,
            round_to: None,
            metered: Some(metered),
            gross,
            discounts: Vec::new(),
            vat_category: charge.vat_category,
            vat_rate: charge.vat_rate,
        })
    }
}

/// A charge and what corrected it by readings, those newest first and the charge last.
fn with_corrections(account: &AccountState, charge: &Arc<Charge>) -> Vec<Arc<Charge>> {
    let source = Some(Source::Correction { charge: charge.charge });
    let of_charge = |have: &&Arc<Charge>| have.source == source && have.metered.is_some() && !have.reversed;
    let mut all: Vec<Arc<Charge>> = account.charges().filter(of_charge).cloned().collect();
    all.sort_by_key(|charge| std::cmp::Reverse((charge.effective_on, charge.charge)));
    all.push(charge.clone());
    all
}

/// What can be taken off a charge and its corrections.
fn lowerable(account: &AccountState, charge: &Arc<Charge>) -> Money {
    with_corrections(account, charge).iter().fold(Money::ZERO, |sum, of| sum.fold(of.owed))
}
