//! Sets how far a role decides about money, from a day on.

use crate::calendar::CivilDate;
use crate::company::{CompanyRefusal, RoleLimitSet};
use crate::draft::{Decide, Draft};
use crate::id::CompanyId;
use crate::ledger::{LedgerKind, must_be};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::staff::Role;

/// Limits of a role in the whole company; until they are set it decides nothing alone and approves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetRoleLimit {
    /// The role: finance or customer service.
    pub role: Role,
    /// First day, not before today.
    pub from: CivilDate,
    /// Up to which amount it decides alone; `0.00`: about nothing.
    pub alone: Money,
    /// Up to which amount it approves what others ask for; absent: it approves nothing.
    pub approves: Option<Money>,
}

impl Decide for SetRoleLimit {
    fn operation(&self) -> &'static str {
        "set_role_limit"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Company])?;
        match self.role {
            Role::Finance | Role::CustomerService => {}
            Role::SuperAdmin
            | Role::SystemAdmin
            | Role::SecurityAdmin
            | Role::AuditAdmin
            | Role::Cashier
            | Role::Maintenance
            | Role::Manager
            | Role::Auditor
            | Role::Owner => {
                return Err(CompanyRefusal::RoleMustDecideAboutMoney.at("/role"));
            }
        }
        if self.alone.is_negative() {
            return Err(CompanyRefusal::LimitMustNotBeNegative.at("/alone"));
        }
        if self.approves.is_some_and(Money::is_negative) {
            return Err(CompanyRefusal::LimitMustNotBeNegative.at("/approves"));
        }
        let company = CompanyId(draft.context.ledger_id.uuid());
        let latest = draft.company(company).last_limit(self.role).map(|limit| limit.from);
        if self.from < draft.context.today || latest.is_some_and(|latest| self.from < latest) {
            return Err(CompanyRefusal::LimitMustNotBeEarlier.at("/from"));
        }
        let set = RoleLimitSet { role: self.role, from: self.from, alone: self.alone, approves: self.approves };
        draft.push(company, set);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Story;

    fn limit(role: Role, from: &str, alone: &str, approves: &str) -> SetRoleLimit {
        let from = from.parse().unwrap();
        SetRoleLimit { role, from, alone: alone.parse().unwrap(), approves: approves.parse().ok() }
    }

    #[test]
    fn a_later_limit_follows_and_the_same_day_supersedes() {
        let mut story = Story::new().in_ledger(LedgerKind::Company);
        story.accepted(&limit(Role::Finance, "2026-01-01", "100.00", "5000.00"));
        story.accepted(&limit(Role::Finance, "2026-02-01", "0.00", ""));
        story.accepted(&limit(Role::Finance, "2026-02-01", "50.00", "800.00"));
        assert_eq!(story.refused(&limit(Role::Finance, "2026-01-31", "1.00", "")), "limit_must_not_be_earlier");
        story.accepted(&limit(Role::CustomerService, "2026-01-01", "20.00", ""));
        let company = CompanyId(story.ledger_id().uuid());
        let last = story.draft().company(company).last_limit(Role::Finance).cloned().unwrap();
        assert_eq!((last.alone.to_string(), last.approves.unwrap().to_string()), ("50.00".into(), "800.00".into()));
    }

    #[test]
    fn who_takes_money_or_administers_decides_nothing() {
        let mut story = Story::new().in_ledger(LedgerKind::Company);
        for role in [Role::Cashier, Role::SuperAdmin, Role::Auditor, Role::Maintenance, Role::Owner] {
            assert_eq!(story.refused(&limit(role, "2026-01-01", "1.00", "")), "role_must_decide_about_money");
        }
        assert_eq!(story.refused(&limit(Role::Finance, "2026-01-01", "-1.00", "")), "limit_must_not_be_negative");
        assert_eq!(story.refused(&limit(Role::Finance, "2026-01-01", "1.00", "-0.01")), "limit_must_not_be_negative");
        assert_eq!(story.refused(&limit(Role::Finance, "2025-12-31", "1.00", "")), "limit_must_not_be_earlier");
        let mut elsewhere = Story::new().in_ledger(LedgerKind::Community);
        assert_eq!(elsewhere.refused(&limit(Role::Finance, "2026-01-01", "1.00", "")), "ledger_must_be_of_kind");
    }
}
