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

impl Roles {
    /// True when one of these is among them.
    pub fn any_of(&self, wanted: &[Role]) -> bool {
        self.held.iter().any(|role| wanted.contains(role))
    }
}
