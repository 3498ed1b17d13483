//! Facts about the installation's system administrators; they have no money commands.

use crate::event::{events, facts};
use crate::id::VaultItemId;

facts! {
    /// A system administrator begins.
    pub struct AdministratorAppointed {
        /// Name in the vault.
        pub name: Option<VaultItemId>,
    }
    /// A system administrator ends.
    pub struct AdministratorDismissed {
    }
}

events! {
    /// Facts of a `administrator` stream.
    pub enum AdministratorEvent of "administrator" {
        AdministratorAppointed = "administrator_appointed", 1;
        AdministratorDismissed = "administrator_dismissed", 1;
    }
}
