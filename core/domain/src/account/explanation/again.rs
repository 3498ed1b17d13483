//! Charges computed again, out of what their account's events carry and nothing else.
//!
//! May never happen here: a charge passed over.

use super::super::billed::Billed;
use super::super::charging::vat_split;
use super::super::event::{AccountEvent, ChargePosted};
use super::super::fund::demanded;
use super::super::terms::Source;
use super::discounts::discounts_of;
use super::parts::Recomputed;
use super::steps::{Steps, facts, posting_of, replaced, steps};
use crate::envelope::Recorded;
use crate::id::ChargeId;
use crate::pool::PoolShareSaid;

/// A charge that was posted, computed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// Where it was posted.
    pub position: u64,
    /// The charge.
    pub charge: ChargeId,
    /// What it comes to.
    pub recomputed: Recomputed,
}

/// Every charge of an account computed again, in the order of the log, but those of the old books, which were computed
/// there. Of an amount that somebody said, what is computed are discounts and tax.
pub fn computed_again(account: &[Recorded]) -> Vec<Again> {
    let again = |(at, event): (&Recorded, &AccountEvent)| match event {
        AccountEvent::ChargePosted(posted) => {
            let recomputed = Computation::of(account, at, posted, str::to_owned).recomputed;
            Some(Again { position: at.position, charge: posted.charge, recomputed })
        }
        _ => None,
    };
    facts(account).filter_map(again).collect()
}

/// The computation of a charge.
pub(super) struct Computation {
    /// How a tariff billed it by time, if one did.
    pub(super) billed: Option<Billed>,
    /// The steps to a month charge.
    pub(super) steps: Option<Steps>,
    /// How a share follows from its pool.
    pub(super) pool: Option<PoolShareSaid>,
    /// What it comes to.
    pub(super) recomputed: Recomputed,
}

impl Computation {
    /// By the rules that billed; with the words for the values of a pool.
    pub(super) fn of(log: &[Recorded], at: &Recorded, posted: &ChargePosted, label: impl Fn(&str) -> String) -> Self {
        let billed = Billed::of(posted);
        let steps = billed.as_ref().and_then(|billed| steps(log, at, posted, billed));
        let pool = match posted.source {
            Some(Source::Pool { pool }) => PoolShareSaid::of(pool, &first_posting(log, at, posted).1.inputs, label),
            _ => None,
        };
        let gross = match (&billed, &posted.metered, posted.source) {
            (Some(_), ..) => steps.as_ref().map(|steps| steps.share.amount),
            (None, _, Some(Source::Pool { .. })) => pool.as_ref().map(|pool| pool.share),
            (None, Some(metered), Some(Source::Meter { .. })) => metered.amount(),
            (None, _, Some(Source::FundDemand { demand, .. })) => {
                let (_, first) = first_posting(log, at, posted);
                demanded(demand, &first.inputs, first.formula.as_ref(), first.round_to)
            }
            (None, ..) => Some(posted.gross),
        };
        let off = discounts_of(log, at, posted, billed.as_ref());
        let amount = gross.zip(off).map(|(gross, off)| gross.fold(off.negated()));
        let vat = amount.and_then(|amount| vat_split(posted.vat.category, posted.vat.rate, amount).ok());
        let whole = steps.as_ref().map(|steps| steps.whole);
        let same = gross == Some(posted.gross) && amount == Some(posted.amount);
        let equal = same && whole == posted.whole && vat.as_ref() == Some(&posted.vat);
        Self { billed, steps, pool, recomputed: Recomputed { amount, posted: posted.amount, equal } }
    }
}

/// The fact that first posted what a charge is for: what is charged to another party follows it.
pub(super) fn first_posting<'l>(
    log: &'l [Recorded],
    at: &'l Recorded,
    posted: &'l ChargePosted,
) -> (&'l Recorded, &'l ChargePosted) {
    let before = replaced(log, at, posted.charge).and_then(|old| posting_of(log, old.charge));
    before.map_or((at, posted), |(at, posted)| first_posting(log, at, posted))
}
