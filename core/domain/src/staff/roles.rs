//! The roles of a member of staff, as a community's rules get to know them.

use super::event::Role;
use crate::ledger::Seen;

/// The roles somebody has in a community, as the company's ledger says; an argument, because no command reads another
/// ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Roles {
    /// The roles; none once he has left.
    pub held: Vec<Role>,
    /// Up to where the company's ledger was read.
    pub seen: Vec<Seen>,
}

impl Role {
    /// False for roles that check each other and so never meet in one person: administrators and those who handle money or
    /// the estate, auditors and whoever changes anything, and the three separated administrators.
    pub fn goes_with(self, other: Self) -> bool {
        let administers = |role| matches!(role, Self::SuperAdmin | Self::SystemAdmin | Self::SecurityAdmin);
        let audits = |role| matches!(role, Self::Auditor | Self::AuditAdmin);
        let only_reads = |role| audits(role) || role == Self::Manager;
        match (self, other) {
            (one, two) if one == two => true,
            (one, two) if audits(one) || audits(two) => only_reads(one) && only_reads(two),
            (one, two) if administers(one) || administers(two) => one == Self::Manager || two == Self::Manager,
            _ => true,
        }
    }
}

impl Roles {
    /// True when one of these is among them.
    pub fn any_of(&self, wanted: &[Role]) -> bool {
        self.held.iter().any(|role| wanted.contains(role))
    }
}
