//! The claim on a meter's number: what makes it unique in the community.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::MeterCodeState;
