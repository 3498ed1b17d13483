//! Lets a batch of openings be posted: its totals agree, its records can stand, and another has approved exactly them.

use super::{must_agree, size, started};
use crate::approval::{Authority, Stake, Staked, authorise, must_not_be_own};
use crate::books::BooksRefusal;
use crate::community::opening_day;
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, BooksId, OpeningId};
use crate::money::Money;
use crate::opening::record::Said;
use crate::opening::{OpeningPostingStarted, OpeningRefusal, OpeningStage};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// Starts the posting of a batch. Records are only ever added to it, so that their number and sum say which they are.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PostOpening {
    /// The batch.
    pub opening: OpeningId,
    /// How many records were seen in it.
    pub records: Count,
    /// The sum of their amounts.
    pub amount: Money,
    /// On whose word: another's, whatever the limit.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for PostOpening {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (state, _) = started(draft, self.opening)?;
        let (_, amount) = size(&state)?;
        // The accounts may be too many to be listed: whose they are is asked when the approval is used.
        Ok(Stake { amount: Some(amount), accounts: Vec::new(), always_approved: true })
    }
}

impl Decide for PostOpening {
    fn operation(&self) -> &'static str {
        "post_opening"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.opening.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, stage) = started(draft, self.opening)?;
        if stage != OpeningStage::Draft {
            return Err(OpeningRefusal::OpeningMustBeDraft.with("stage", stage));
        }
        let month = opening_day(draft)?.month();
        if draft.books(BooksId::of_ledger(draft.context.ledger_id)).is_closed(month) {
            return Err(BooksRefusal::PeriodMustBeOpen.with("period", month));
        }
        must_agree(&state, |_| true)?;
        let (records, amount) = size(&state)?;
        if (self.records.0, self.amount) != (records, amount) {
            return Err(OpeningRefusal::OpeningMustBeAsSeen.with("records", records).with("amount", amount));
        }
        let mut said = Said::default();
        for (number, record) in (1_u32..).zip(state.records()) {
            said.check(draft, record).map_err(|refusal| Refusal { pointer: None, ..refusal }.with("record", number))?;
        }
        let accounts: Vec<AccountId> = state.records().map(|record| record.account()).collect();
        drop(state);
        let warrant = authorise(draft, self, self.authority)?;
        own(draft, self.authority, &accounts)?;
        let (approved, seen) = warrant.parts();
        let started = OpeningPostingStarted { records: self.records, amount, approved, seen };
        draft.push(self.opening, started);
        Ok(())
    }
}

/// Nobody approves openings of a unit of his own.
pub(super) fn own(draft: &Draft<'_>, authority: Authority, accounts: &[AccountId]) -> Result<(), Refusal> {
    let approval = authority.approval.map(|approval| draft.approval(approval));
    let approver = approval.and_then(|state| state.request().and_then(|request| request.approver));
    must_not_be_own(draft, accounts, approver)
}
