//! Stops pressing a party of an account, and goes on with it: the obligor has died, or a court decides.

use super::opened;
use crate::draft::{Decide, Draft};
use crate::dunning::{DunningRefusal, DunningResumed, DunningStopped, StopReason};
use crate::id::{AccountId, DunningId, PartyId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Stops reminders and demands to a party, or resumes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StopDunning {
    /// The account.
    pub account: AccountId,
    /// The party.
    pub party: PartyId,
    /// Why; absent: they go on.
    pub because: Option<StopReason>,
}

impl Decide for StopDunning {
    fn operation(&self) -> &'static str {
        match self.because {
            Some(_) => "stop_dunning",
            None => "resume_dunning",
        }
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into(), DunningId::of_account(self.account).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        opened(draft, self.account)?;
        let stream = DunningId::of_account(self.account);
        let stopped = draft.dunning(stream).stopped(self.party);
        let (account, party) = (self.account, self.party);
        match (self.because, stopped) {
            (Some(because), None) => draft.push(stream, DunningStopped { account, party, because }),
            (None, Some(_)) => draft.push(stream, DunningResumed { account, party }),
            (Some(_), Some(because)) => {
                return Err(DunningRefusal::DunningMustNotBeStopped.with("because", because));
            }
            (None, None) => return Err(DunningRefusal::DunningMustBeStopped.into()),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, party, story};

    #[test]
    fn it_is_stopped_once_and_resumed_once() {
        let mut story = story();
        let stop = |because| StopDunning { account: account(1), party: party(1), because };
        assert_eq!(story.refused(&stop(None)), "dunning_must_be_stopped");
        story.accepted(&stop(Some(StopReason::InCourt)));
        assert_eq!(story.refused(&stop(Some(StopReason::Deceased))), "dunning_must_not_be_stopped");
        story.accepted(&stop(None));
        let elsewhere = StopDunning { account: account(9), ..stop(Some(StopReason::InCourt)) };
        assert_eq!(story.refused(&elsewhere), "account_must_exist");
    }
}
