//! Lets a drafted run be posted: it was looked at, and where the community asks for it, another has approved it.

use super::must_stand_at;
use super::start_bill_run::must_be_near;
use crate::approval::{Authority, Stake, Staked, Warrant, authorise_where};
use crate::bill_run::{BillRunPostingStarted, BillRunRefusal, BillRunStage};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{BillRunId, CommunityId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Digest;

/// Starts the posting of a draft; a unit that would be charged otherwise by now is left out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct PostBillRun {
    /// The run.
    pub run: BillRunId,
    /// Digest of what was seen.
    pub digest: Digest,
    /// From when on owners see their bills, within 60 days; from the day they are posted on when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_on: Option<CivilDate>,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

/// A run touches every unit alike. Where its community wants an approval, no amount is small enough to do without.
impl Staked for PostBillRun {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let run = must_stand_at(draft, self.run, BillRunStage::Drafted)?;
        Ok(Stake { amount: run.amount(), accounts: Vec::new(), always_approved: needs_approval(draft) })
    }
}

impl Decide for PostBillRun {
    fn operation(&self) -> &'static str {
        "post_bill_run"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.run.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let run = must_stand_at(draft, self.run, BillRunStage::Drafted)?;
        let digest = run.drafted().map(|drafted| drafted.digest);
        if digest != Some(self.digest) {
            return Err(BillRunRefusal::BillRunMustBeAsSeen.at("/digest"));
        }
        drop(run);
        must_be_near(draft, self.publish_on)?;
        let warrant = authorise_where(draft, needs_approval(draft), self, self.authority)?;
        let (approved, seen) = warrant.map(Warrant::parts).unzip();
        let (digest, publish_on) = (self.digest, self.publish_on);
        let seen = seen.unwrap_or_default();
        draft.push(self.run, BillRunPostingStarted { digest, publish_on, approved, seen });
        Ok(())
    }
}

/// True where bill runs are posted on another's word only.
pub(super) fn needs_approval(draft: &Draft<'_>) -> bool {
    draft.community(CommunityId(draft.context.ledger_id.uuid())).bill_runs_need_approval()
}
