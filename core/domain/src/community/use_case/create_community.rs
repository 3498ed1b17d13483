//! Creates a community: its ledger is opened right after by the process that sent this, or by a reactor.

use crate::community::CommunityCreated;
use crate::draft::{Decide, Draft};
use crate::id::{CommunityId, LedgerId, LedgerStreamId, Purpose, derive};
use crate::ledger::{ChildCodeTaken, LedgerClock, LedgerKind, LedgerRefusal, must_be};
use crate::refusal::Refusal;
use crate::value::{Code, Label};

/// Creates a community in a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCommunity {
    /// Short code, unique in the company; part of receipt numbers.
    pub code: Code,
    /// Name of the community.
    pub name: Label,
    /// The clock its ledger will live by.
    pub clock: LedgerClock,
}

impl Decide for CreateCommunity {
    fn operation(&self) -> &'static str {
        "create_community"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Company])?;
        let root = LedgerStreamId::of_ledger(draft.context.ledger_id);
        if draft.ledger(root).child(&self.code).is_some() {
            return Err(LedgerRefusal::CodeMustBeFree.at("/code"));
        }
        let community = LedgerId(derive(Purpose::Ledger, &[&draft.context.command_id.to_string()]));
        draft.push(
            CommunityId(community.uuid()),
            CommunityCreated { community, code: self.code.clone(), name: self.name.clone(), clock: self.clock },
        );
        draft.push(root, ChildCodeTaken { code: self.code.clone(), child: community });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Story;

    #[test]
    fn a_code_is_used_once_in_the_company() {
        let create = CreateCommunity {
            code: "YL".parse().unwrap(),
            name: "云璟花园".parse().unwrap(),
            clock: LedgerClock::System,
        };
        let mut story = Story::new().in_ledger(LedgerKind::Company);
        assert_eq!(story.accepted(&create).len(), 2);
        let child = story.draft().ledger(LedgerStreamId::of_ledger(story.ledger_id())).child(&create.code);
        assert!(child.is_some_and(|child| story.draft().community(CommunityId(child.uuid())).exists()));
        assert_eq!(story.refused(&create), "code_must_be_free");
        assert_eq!(Story::new().in_ledger(LedgerKind::Installation).refused(&create), "ledger_must_be_of_kind");
    }
}
