//! Facts of an import: which file, how far; rows are commands of their own.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::ImportState;
