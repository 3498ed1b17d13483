//! Openings 期初: a batch of what the old books say, drafted in the log, compared with its control totals, approved by a second
//! person, then posted chunk by chunk into the accounts, and taken back whole if it was wrong.
//!
//! May never happen here: a record that posts before the totals agree and another has approved exactly these records; a batch
//! that is complete with other totals; a batch taken back of which something was spent, paid or changed.

mod event;
mod posting;
mod record;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use refusal::OpeningRefusal;
pub use state::{OpeningStage, OpeningState};
pub use use_case::*;

#[cfg(test)]
mod stories;
