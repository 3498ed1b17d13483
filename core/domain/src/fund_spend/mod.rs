//! Spends 支用 of the maintenance fund: what a repair cost, borne by units by area, to the fen.
//!
//! A spend is opened with its units, areas and shares, written down at once; another approves it, it is posted chunk by
//! chunk, and taken back whole. May never happen here: shares that do not sum to the spend; a unit that bears more than it
//! has; money that leaves for what nobody approved.

mod event;
mod posting;
mod publication;
mod refusal;
mod state;
#[cfg(test)]
mod stories;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use publication::{FundSpendPublished, PublishedFundShare};
pub use refusal::FundSpendRefusal;
pub use state::{FundSpendStage, FundSpendState};
pub use use_case::*;
