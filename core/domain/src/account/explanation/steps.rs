//! The computation of a month charge anew, out of what it rests on and by the rules that billed it.

use super::super::billed::Billed;
use super::super::displaced::cut_by_time;
use super::super::event::{AccountEvent, ChargePosted};
use super::super::state::{AccountState, Charge};
use crate::calendar::DateRange;
use crate::envelope::Recorded;
use crate::id::{ChargeId, CommandId};
use crate::money::{Money, RoundTo};
use crate::rule::charges;
use crate::rule::month_parts;
use crate::rule::months::{MonthCut, Months, cuts};
use crate::stream::Event;
use serde::Serialize;
use std::sync::Arc;

/// Exact months.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MonthsSaid {
    /// Month by month, such as `1 + 14/31`.
    pub text: String,
    /// All of them as one fraction in lowest terms.
    pub numerator: u32,
    /// Of the same fraction.
    pub denominator: u32,
}

/// How a month charge follows from the whole of its line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShareSaid {
    /// Which month charge of the line, counted from 1.
    pub month: u32,
    /// Month charges of the line.
    pub of: u32,
    /// Service time of the line.
    pub line: DateRange,
    /// The day from which anchored months run; absent for calendar months.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub anchor_day: Option<u32>,
    /// Months up to this one.
    pub months_so_far: MonthsSaid,
    /// What they come to: the whole × months so far ÷ months, in fen.
    pub reached: Money,
    /// What the months before got.
    pub earlier: Money,
    /// What is left for this one.
    pub amount: Money,
}

/// The steps from a price to a month charge.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Steps {
    /// Yuan for a whole month, not rounded, to ten decimals.
    pub price_per_month: String,
    /// Months of the line.
    pub months: MonthsSaid,
    /// Price per month × months, not rounded, to ten decimals.
    pub unrounded: String,
    /// Where it is rounded to, once, half away from zero.
    pub round_to: RoundTo,
    /// The whole of the line.
    pub whole: Money,
    /// What of it this charge is.
    pub share: ShareSaid,
}

/// The facts of an account in order.
pub(super) fn facts(log: &[Recorded]) -> impl Iterator<Item = (&Recorded, &AccountEvent)> {
    log.iter().filter_map(|recorded| match &recorded.event {
        Event::Account(event) => Some((recorded, event)),
        _ => None,
    })
}

/// The fold of an account before a position.
pub(super) fn folded(log: &[Recorded], before: u64) -> AccountState {
    let mut state = AccountState::default();
    for (recorded, event) in facts(log).filter(|(recorded, _)| recorded.position < before) {
        state.evolve(event, &recorded.fact());
    }
    state
}

/// The fact that posted a charge.
pub(super) fn posting_of(log: &[Recorded], charge: ChargeId) -> Option<(&Recorded, &ChargePosted)> {
    facts(log).find_map(|(recorded, event)| match event {
        AccountEvent::ChargePosted(posted) if posted.charge == charge => Some((recorded, posted)),
        _ => None,
    })
}

/// What a command reversed and charged anew, in the order of what it charged: the old charge and what followed it.
pub(super) fn followed(log: &[Recorded], command: CommandId) -> Vec<(Arc<Charge>, ChargeId)> {
    let of_command = || facts(log).filter(move |(recorded, _)| recorded.command_id == command);
    let reverses = of_command().any(|(_, event)| matches!(event, AccountEvent::ChargeReversed(_)));
    let Some((first, _)) = of_command().next().filter(|_| reverses) else { return Vec::new() };
    let before = folded(log, first.position);
    let reversed = of_command().filter_map(|(_, event)| match event {
        AccountEvent::ChargeReversed(reversed) => before.charge(reversed.charge).cloned(),
        _ => None,
    });
    let (by_time, once): (Vec<_>, Vec<_>) = reversed.partition(|charge| cut_by_time(charge));
    let mut once = once.into_iter();
    let mut pairs = Vec::new();
    for (_, event) in of_command() {
        let AccountEvent::ChargePosted(posted) = event else { continue };
        // What is charged by time follows its days; what is charged once goes over one by one, in order.
        let old = if posted.share.is_some() {
            let covers = |old: &&Arc<Charge>| {
                old.booking.fee_item == posted.booking.fee_item && old.service.overlaps(posted.service)
            };
            by_time.iter().find(covers).cloned()
        } else {
            once.next()
        };
        pairs.extend(old.map(|old| (old, posted.charge)));
    }
    pairs
}

/// What a charge replaces, as it stood before.
pub(super) fn replaced(log: &[Recorded], at: &Recorded, charge: ChargeId) -> Option<Arc<Charge>> {
    followed(log, at.command_id).into_iter().find(|(_, new)| *new == charge).map(|(old, _)| old)
}

/// Computes a month charge anew; none when what it rests on says no amount.
pub(super) fn steps(log: &[Recorded], at: &Recorded, posted: &ChargePosted, billed: &Billed) -> Option<Steps> {
    let (share, cycle) = (&billed.share, billed.cycle());
    let price = billed.price()?;
    let whole = billed.computed(share.line).ok()?;
    let months: Vec<MonthCut> = cuts(share.line, cycle).collect();
    let lengths: Vec<Months> = months.iter().map(|month| month.months).collect();
    let parts = month_parts::cut(whole.amount, &lengths).ok()?;
    let k = usize::try_from(share.month.0.checked_sub(1)?).ok()?;
    let (before, so_far) = (months.get(..k)?, months.get(..=k)?);
    if so_far.last()?.service != posted.service {
        return None;
    }
    let reached: Money = parts.get(..=k)?.iter().copied().sum();
    let old = replaced(log, at, posted.charge);
    let standing = old.map(|old| (old, folded(log, at.position)));
    let got = before.iter().zip(&parts).map(|(month, part)| {
        let stands = standing.as_ref().and_then(|(old, state)| stood(state, old, posted, month.service));
        of_line(log, posted, month.service).or(stands).unwrap_or(*part)
    });
    let earlier: Money = got.sum();
    Some(Steps {
        price_per_month: charges::of_a_month(price).ok()?.normalize().to_string(),
        months: said(&months),
        unrounded: whole.raw.normalize().to_string(),
        round_to: billed.round_to,
        whole: whole.amount,
        share: ShareSaid {
            month: share.month.0,
            of: share.of.0,
            line: share.line,
            anchor_day: share.anchor_day.map(|day| day.0),
            months_so_far: said(so_far),
            reached,
            earlier,
            amount: reached.minus(earlier).ok()?.max(Money::ZERO),
        },
    })
}

/// What another month charge of the same line got.
fn of_line(log: &[Recorded], posted: &ChargePosted, service: DateRange) -> Option<Money> {
    facts(log).find_map(|(_, event)| match event {
        AccountEvent::ChargePosted(other) if other.bill_line == posted.bill_line && other.service == service => {
            Some(other.gross)
        }
        _ => None,
    })
}

/// What a month of the replaced line that stands was charged to the same party.
fn stood(state: &AccountState, old: &Charge, posted: &ChargePosted, service: DateRange) -> Option<Money> {
    let same = |have: &&Arc<Charge>| {
        have.bill_line == old.bill_line
            && !have.reversed
            && have.service == service
            && have.booking.obligor == posted.booking.obligor
    };
    state.charges().find(same).map(|have| have.gross)
}

fn said(months: &[MonthCut]) -> MonthsSaid {
    let mut terms: Vec<String> = Vec::new();
    let (mut whole, mut all) = (0_u32, Months::NONE);
    for month in months {
        all = all.plus(month.months);
        if month.months == Months::ONE {
            whole = whole.saturating_add(1);
            continue;
        }
        if whole > 0 {
            terms.push(whole.to_string());
            whole = 0;
        }
        terms.push(format!("{}/{}", month.service.days(), month.month_days));
    }
    if whole > 0 {
        terms.push(whole.to_string());
    }
    let (numerator, denominator) = all.fraction();
    MonthsSaid { text: terms.join(" + "), numerator, denominator }
}
