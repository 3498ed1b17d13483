//! Facts about a unit 房屋/商铺/车位: what owes fees. Dated attributes; a later fact supersedes an earlier one of the same day.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::UnitState;
