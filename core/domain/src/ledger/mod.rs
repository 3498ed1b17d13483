//! A ledger 账套 itself: its first event, the codes of its children, and the hand-over of its clock.

mod event;
mod position;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub(crate) use position::joined;
pub use position::{LedgerPosition, NotAPosition, Position, Seen};
pub(crate) use posting::postings;
pub use refusal::LedgerRefusal;
pub(crate) use refusal::must_be;
pub use state::LedgerState;
pub use use_case::*;
