//! Commands of a party, one file each.

mod change_party_contact;
mod form_party;

pub use change_party_contact::ChangePartyContact;
pub use form_party::FormParty;
