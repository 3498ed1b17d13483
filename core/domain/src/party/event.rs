//! Facts about a party 责任方: who owns, rents or holds units, jointly liable, with one contact.

use crate::event::{events, facts};
use crate::id::PersonId;
use crate::value::{Exact, Label};
use crate::wire::words;

words! {
    /// Kinds of parties.
    pub enum PartyKind {
        /// 业主: persons with shares, jointly liable.
        OwnerGroup = "owner_group",
        /// 租户
        Tenancy = "tenancy",
        /// 开发商: owns what is unsold or not handed over.
        Developer = "developer",
    }
}

facts! {
    /// A person in a party.
    pub struct Member {
        /// The person.
        pub person: PersonId,
        /// Share of ownership, present exactly in owner groups, where all shares sum to 1.
        pub share: Option<Exact>,
    }
}

facts! {
    /// The party exists.
    pub struct PartyFormed {
        /// What it is.
        pub kind: PartyKind,
        /// Its members; a developer has none.
        #[serde(default)]
        pub members: Vec<Member>,
        /// Whom to tell: one of the members.
        pub contact: Option<PersonId>,
        /// Name of a developer; persons are named in the vault.
        pub name: Option<Label>,
    }
    /// Whom to tell from now on.
    pub struct PartyContactChanged {
        /// One of its members.
        pub contact: PersonId,
    }
}

events! {
    /// Facts of a `party` stream.
    pub enum PartyEvent of "party" {
        PartyFormed = "party_formed", 1;
        PartyContactChanged = "party_contact_changed", 1;
    }
}
