//! Says on which day a community goes live, once for ever.

use crate::calendar::CivilDate;
use crate::community::{CommunityRefusal, CommunityWentLive};
use crate::draft::{Decide, Draft};
use crate::id::CommunityId;
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;

/// The community goes live on any day: nothing before it is billed here, and openings count on the day before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoLive {
    /// First day that is billed here.
    pub go_live_on: CivilDate,
}

impl Decide for GoLive {
    fn operation(&self) -> &'static str {
        "go_live"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let community = CommunityId(draft.context.ledger_id.uuid());
        if let Some(since) = draft.community(community).go_live_on() {
            return Err(CommunityRefusal::GoLiveMustStand.with("go_live_on", since));
        }
        draft.push(community, CommunityWentLive { go_live_on: self.go_live_on });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{Post, account, day, month, opened};
    use crate::testing::Story;

    #[test]
    fn a_community_goes_live_once_and_on_any_day() {
        let mut story = Story::new().in_ledger(LedgerKind::Community);
        let live = GoLive { go_live_on: day("2026-01-15") };
        story.accepted(&live);
        assert_eq!(story.refused(&live), "go_live_must_stand");
        assert_eq!(story.refused(&GoLive { go_live_on: day("2026-01-16") }), "go_live_must_stand");
        let mut company = Story::new().in_ledger(LedgerKind::Company);
        assert_eq!(company.refused(&live), "ledger_must_be_of_kind");
    }

    #[test]
    fn no_money_counts_before_that_day() {
        let mut story = Story::new().in_ledger(LedgerKind::Community).given(account(1), opened(1));
        story.accepted(&GoLive { go_live_on: day("2026-01-15") });
        let post = Post(account(1), vec![month("2026-02", "10.00")]);
        assert_eq!(story.refused(&post), "money_must_not_precede_go_live");
        assert_eq!(story.on("2026-01-15").accepted(&post).len(), 1);
    }
}
