//! The claim on a unit code: what makes it unique in the community.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::UnitCodeState;
