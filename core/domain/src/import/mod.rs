//! Imports of files: which file, how many rows, how it ended; every row is a command of its own.
//!
//! A row's command id derives from file and row, so a file that is sent again changes nothing twice. Payments of an old system
//! are the exception: they are no fact of ours, so the import itself remembers them. May never happen here: what a row says
//! of a person, a posting.

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
