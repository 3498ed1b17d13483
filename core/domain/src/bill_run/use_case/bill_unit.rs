//! Bills one unit: in a run, or singly at any time for some months. Whatever is charged already is left out.

use super::start_bill_run::must_be_few;
use super::{existing, must_stand_at};
use crate::account::{ChargeSpec, PostedSummary, post_charges};
use crate::bill_run::plan::{Basis, Planned, Skip, SkipReason, plan};
use crate::bill_run::{BillRunRefusal, BillRunStage, UnitSkipped, seen};
use crate::calendar::{CivilDate, DateRange, Month};
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemState;
use crate::id::{AccountId, BillLineId, BillRunId, CommunityId, FeeItemId, MeterId, UnitId};
use crate::ledger::{LedgerKind, must_be};
use crate::meter::MeterState;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::{UnitRefusal, UnitState};
use std::ops::RangeInclusive;
use std::sync::Arc;

/// The most months that one command bills.
const MONTHS_LIMIT: usize = 12;
/// The most skips that a refusal lists.
const SKIPS_SHOWN: usize = 20;
/// The most skips that one fact holds.
const SKIPS_KEPT: usize = 50;

/// Which cycles are billed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BillScope {
    /// Those of an open run.
    Run(BillRunId),
    /// Those that begin (advance) or end (arrears) in some months.
    Months {
        /// First month.
        from: Month,
        /// Last month; at most 12 months in all.
        to: Month,
        /// The items to bill, at most 50; none: every attached item.
        fee_items: Vec<FeeItemId>,
    },
}

/// Posts the month charges of one unit and draws its free credit down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillUnit {
    /// The unit.
    pub unit: UnitId,
    /// Which cycles.
    pub scope: BillScope,
}

impl Decide for BillUnit {
    fn operation(&self) -> &'static str {
        "bill_unit"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let mut needs: Vec<StreamRef> = vec![self.unit.into(), AccountId::of_unit(self.unit).into()];
        match &self.scope {
            BillScope::Run(run) => needs.push((*run).into()),
            BillScope::Months { fee_items, .. } => needs.extend(fee_items.iter().copied().map(StreamRef::from)),
        }
        needs
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (posted, skips) = self.post(draft)?;
        // What a unit does not have is no news; what is in the way of its bill is.
        let in_the_way: Vec<Skip> =
            skips.iter().filter(|skip| skip.reason != SkipReason::NotAttached).cloned().collect();
        if let (BillScope::Run(run), false) = (&self.scope, in_the_way.is_empty()) {
            for skips in in_the_way.chunks(SKIPS_KEPT) {
                draft.push(*run, UnitSkipped { unit: self.unit, skips: skips.to_vec(), rule: None });
            }
            return Ok(());
        }
        if posted.charges.is_empty() { Err(nothing_to_bill(&skips)) } else { Ok(()) }
    }
}

/// Months, wanted items (none: all attached) and run.
type Scope = (RangeInclusive<Month>, Vec<FeeItemId>, Option<BillRunId>);

impl BillUnit {
    /// Posts what the plan says, and answers what it leaves out; without charges nothing happens.
    ///
    /// # Errors
    /// Whatever keeps the unit from being billed at all.
    pub(in crate::bill_run) fn post(&self, draft: &mut Draft<'_>) -> Result<(PostedSummary, Vec<Skip>), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let unit = draft.unit(self.unit);
        let Some(account) = unit.registered().map(|registered| registered.account) else {
            return Err(UnitRefusal::UnitMustExist.with("unit", self.unit));
        };
        let (months, wanted, run) = self.scope(draft)?;
        let planned = self.plan(draft, &unit, account, months, &wanted);
        if let Some(run) = run {
            self.must_be_as_seen(draft, run, &planned)?;
        }
        if planned.lines.is_empty() {
            return Ok((PostedSummary::default(), planned.skips));
        }
        let mut specs = Vec::new();
        for line in planned.lines {
            let bill_line: BillLineId = draft.mint("bill_line");
            specs.extend(line.into_specs(bill_line, run));
        }
        Ok((post_charges(draft, account, specs)?, planned.skips))
    }

    /// What the plan says to charge, without a line of its own.
    ///
    /// # Errors
    /// Whatever keeps the unit from being planned at all.
    pub(super) fn specs(&self, draft: &Draft<'_>) -> Result<Vec<ChargeSpec>, Refusal> {
        let unit = draft.unit(self.unit);
        let Some(account) = unit.registered().map(|registered| registered.account) else {
            return Err(UnitRefusal::UnitMustExist.with("unit", self.unit));
        };
        let (months, wanted, _) = self.scope(draft)?;
        Ok(self.plan(draft, &unit, account, months, &wanted).specs().cloned().collect())
    }

    /// Refuses to post of a draft what is not what was seen.
    fn must_be_as_seen(&self, draft: &Draft<'_>, run: BillRunId, planned: &Planned) -> Result<(), Refusal> {
        let state = must_stand_at(draft, run, BillRunStage::Posting)?;
        if state.drafted().is_none() {
            return Ok(());
        }
        let specs: Vec<ChargeSpec> = planned.specs().cloned().collect();
        let was = state.drafts().get(&self.unit).and_then(|draft| draft.digest);
        if seen::of_unit(&specs)? == was { Ok(()) } else { Err(BillRunRefusal::ChangedSinceApproval.into()) }
    }

    /// A bill that no later day is said for is published by being posted.
    fn published_on(&self, draft: &Draft<'_>) -> CivilDate {
        let said = match &self.scope {
            BillScope::Run(run) => draft.bill_run(*run).publish_on(),
            BillScope::Months { .. } => None,
        };
        said.map_or(draft.context.today, |day| day.max(draft.context.today))
    }

    fn scope(&self, draft: &Draft<'_>) -> Result<Scope, Refusal> {
        match &self.scope {
            BillScope::Run(run) => {
                let (state, _) = existing(draft, *run)?;
                let started = state.started().ok_or(BillRunRefusal::BillRunMustExist)?;
                if state.has_refused(self.unit) {
                    return Err(BillRunRefusal::UnitMustNotBeSkipped.with("unit", self.unit));
                }
                Ok((started.month..=started.month, started.fee_items.clone(), Some(*run)))
            }
            BillScope::Months { from, to, fee_items } => {
                must_be_few(fee_items)?;
                let last = std::iter::successors(Some(*from), |month| Some(month.next()));
                if !last.take(MONTHS_LIMIT).any(|month| month == *to) {
                    return Err(BillRunRefusal::MonthsMustBeInOrder.at("/to"));
                }
                Ok((*from..=*to, fee_items.clone(), None))
            }
        }
    }

    fn plan(
        &self,
        draft: &Draft<'_>,
        unit: &UnitState,
        account: AccountId,
        months: RangeInclusive<Month>,
        wanted: &[FeeItemId],
    ) -> Planned {
        let mut ids = wanted.to_vec();
        if ids.is_empty() {
            let asked = DateRange::new(months.start().first_day(), months.end().next().first_day());
            let attached = unit.attachments().iter().filter(|have| asked.is_ok_and(|days| have.is_within(days)));
            ids.extend(attached.map(|attachment| attachment.fee_item));
            ids.sort_unstable();
            ids.dedup();
        }
        let fee_items: Vec<(FeeItemId, Arc<FeeItemState>)> =
            ids.into_iter().map(|id| (id, draft.fee_item(id))).collect();
        let metered = fee_items.iter().any(|(_, item)| item.metered().is_some());
        let meters: Vec<(MeterId, Arc<MeterState>)> =
            unit.meters().iter().filter(|_| metered).map(|(id, _)| (*id, draft.meter(*id))).collect();
        plan(&Basis {
            unit,
            fee_items: &fee_items,
            community: &draft.community(CommunityId(draft.context.ledger_id.uuid())),
            account: &draft.account(account),
            meters: &meters,
            months,
            today: draft.context.today,
            published_on: self.published_on(draft),
        })
    }
}

fn nothing_to_bill(skips: &[Skip]) -> Refusal {
    skips.iter().take(SKIPS_SHOWN).fold(BillRunRefusal::NothingToBill.into(), |refusal: Refusal, skip| {
        let days = skip.service.map(|days| format!(" [{}, {})", days.from(), days.until())).unwrap_or_default();
        let missing = skip.missing.as_ref().map(|name| format!(": {name}")).unwrap_or_default();
        refusal.with("skipped", format!("{} {}{days}{missing}", skip.reason, skip.fee_item))
    })
}
