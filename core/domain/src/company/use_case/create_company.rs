//! Creates a company: its ledger is opened right after by the process that sent this, or by a reactor.

use crate::company::{CompanyCreated, CompanyRefusal};
use crate::draft::{Decide, Draft};
use crate::id::{CompanyId, LedgerId, LedgerStreamId, Purpose, derive};
use crate::ledger::{ChildCodeTaken, LedgerClock, LedgerKind, LedgerRefusal, must_be};
use crate::refusal::Refusal;
use crate::rule::social_credit_code;
use crate::value::{Code, Label};

/// Creates a company in the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateCompany {
    /// Short code, unique in the installation.
    pub code: Code,
    /// Name of the company.
    pub name: Label,
    /// Unified social credit code.
    pub social_credit_code: Option<Code>,
    /// The clock its ledger will live by.
    pub clock: LedgerClock,
}

impl Decide for CreateCompany {
    fn operation(&self) -> &'static str {
        "create_company"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Installation])?;
        let root = LedgerStreamId::of_ledger(draft.context.ledger_id);
        if draft.ledger(root).child(&self.code).is_some() {
            return Err(LedgerRefusal::CodeMustBeFree.at("/code"));
        }
        if self.social_credit_code.as_ref().is_some_and(|code| !social_credit_code::is_valid(code.as_str())) {
            return Err(CompanyRefusal::SocialCreditCodeMustBeValid.at("/social_credit_code"));
        }
        let company = LedgerId(derive(Purpose::Ledger, &[&draft.context.command_id.to_string()]));
        draft.push(
            CompanyId(company.uuid()),
            CompanyCreated {
                company,
                code: self.code.clone(),
                name: self.name.clone(),
                social_credit_code: self.social_credit_code.clone(),
                clock: self.clock,
            },
        );
        draft.push(root, ChildCodeTaken { code: self.code.clone(), child: company });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Story;

    fn create(code: &str) -> CreateCompany {
        CreateCompany {
            code: code.parse().unwrap(),
            name: "清和物业".parse().unwrap(),
            social_credit_code: Some("91350100M000100Y43".parse().unwrap()),
            clock: LedgerClock::System,
        }
    }

    #[test]
    fn a_code_is_used_once_in_the_installation() {
        let mut story = Story::new().in_ledger(LedgerKind::Installation);
        assert_eq!(story.accepted(&create("QH")).len(), 2);
        assert_eq!(story.refused(&create("QH")), "code_must_be_free");
        story.accepted(&create("QH2"));
        let children = story.draft().ledger(LedgerStreamId::of_ledger(story.ledger_id()));
        assert_ne!(children.child(&"QH".parse().unwrap()), children.child(&"QH2".parse().unwrap()));
    }

    #[test]
    fn a_wrong_social_credit_code_is_refused() {
        let wrong = CreateCompany { social_credit_code: Some("91350100M000100Y44".parse().unwrap()), ..create("QH") };
        assert_eq!(
            Story::new().in_ledger(LedgerKind::Installation).refused(&wrong),
            "social_credit_code_must_be_valid"
        );
        assert_eq!(Story::new().in_ledger(LedgerKind::Community).refused(&wrong), "ledger_must_be_of_kind");
    }
}
