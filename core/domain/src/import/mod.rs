//! Imports of files: which file, how many rows, how it ended; every row is a command of its own.
//!
//! A row's command id derives from file and row, so a file that is sent again changes nothing twice. May never happen
//! here: what a row says.

mod event;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::ImportRefusal;
pub use state::ImportState;
pub use use_case::*;
