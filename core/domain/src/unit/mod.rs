//! Units 房屋/商铺/车位: what owes fees, with dated areas, status, owners, tenancies and fee items.

mod event;
#[cfg(test)]
pub(crate) mod fixture;
mod posting;
#[cfg(test)]
mod properties;
mod refusal;
mod state;
#[cfg(test)]
pub(crate) mod stories;
mod use_case;
#[cfg(test)]
mod vacancy_stories;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::UnitRefusal;
pub use state::{Attachment, Granted, UnitState, Vacancy};
pub use use_case::*;
pub(crate) use use_case::{discount_must_hold, must_be_by_time};
