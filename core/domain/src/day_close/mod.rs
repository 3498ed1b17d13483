//! A day of a channel account is closed 日结: what moved on it as far as was known, said by a person, once it is counted or reconciled.
//!
//! May never happen here: a closed day that changes. What comes later stands beside it.

mod event;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::DayCloseRefusal;
pub use state::DayCloseState;
pub use use_case::*;
