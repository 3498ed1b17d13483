//! Commands of a person, one file each.

mod change_contact;
mod erase_person;
mod register_person;

pub use change_contact::ChangeContact;
pub use erase_person::ErasePerson;
pub use register_person::RegisterPerson;
