//! Walk-in takings: money of nobody's unit, such as a temporary stay 临时停车 or a card 月卡. One fact is charge, payment and allocation.
//!
//! May never happen here: a stay charged twice while its record stands; two cards of one number on one day; an amount other than the tariff says; a plate.

#[cfg(test)]
mod card_stories;
mod event;
mod explanation;
mod posting;
mod refusal;
mod state;
#[cfg(test)]
mod stories;
mod text;
mod use_case;

pub use event::*;
pub use explanation::*;
pub(crate) use posting::postings;
pub use refusal::TakingRefusal;
pub use state::TakingState;
pub use use_case::*;
