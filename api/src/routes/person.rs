//! Persons: pseudonymous in the log, named in the vault.

use crate::body::{Mobile, Personal, ResidentId};
use crate::command::commands;
use crate::ids::mint;
use mingzhang_domain::id::PersonId;
use mingzhang_domain::person;
use mingzhang_store::vault::ItemKind;

commands! {
    /// Registers a person; name, mobile and identity number go to the vault.
    pub RegisterPerson(RegisterPersonBody) = "register_person" |call, body| {
        /// Name.
        name: Personal,
        /// Mobile number of the mainland.
        mobile: Option<Mobile>,
        /// Resident identity number.
        identity: Option<ResidentId>,
    } => {
        let id: PersonId = mint();
        person::RegisterPerson {
            person: id,
            name: call.seal(id, ItemKind::Name, body.name.as_str()),
            mobile: body.mobile.map(|mobile| call.seal(id, ItemKind::Mobile, mobile.as_str())),
            identity: body.identity.map(|identity| call.seal(id, ItemKind::Identity, identity.as_str())),
        }
    };

    /// Changes a person's mobile number.
    pub ChangeContact(ChangeContactBody) = "change_contact" |call, body| {
        /// Mobile number of the mainland.
        mobile: Mobile,
    } => {
        let id: PersonId = call.id("person")?;
        person::ChangeContact { person: id, mobile: call.seal(id, ItemKind::Mobile, body.mobile.as_str()) }
    };

    /// Erases what is known about a person; the pseudonym stays in the log.
    pub ErasePerson(ErasePersonBody) = "erase_person" |call, body| {
    } => person::ErasePerson { person: call.id("person")? };
}
