//! The books of a ledger as a whole: what is decided about all of them at once. One stream per ledger.

mod event;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::BooksRefusal;
pub use state::BooksState;
pub use use_case::*;
