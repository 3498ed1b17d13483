//! Facts about persons 人: pseudonymous here, named in the vault.

use crate::event::{events, facts};
use crate::id::VaultItemId;

facts! {
    /// A person is known.
    pub struct PersonRegistered {
        /// Name in the vault.
        pub name: VaultItemId,
        /// Mobile in the vault.
        pub mobile: Option<VaultItemId>,
        /// Identity number in the vault.
        pub identity: Option<VaultItemId>,
    }
    /// Another mobile.
    pub struct PersonContactChanged {
        /// Mobile in the vault.
        pub mobile: VaultItemId,
    }
    /// Everything the vault held about the person is gone.
    pub struct PersonErased {
    }
}

events! {
    /// Facts of a `person` stream.
    pub enum PersonEvent of "person" {
        PersonRegistered = "person_registered", 1;
        PersonContactChanged = "person_contact_changed", 1;
        PersonErased = "person_erased", 1;
    }
}
