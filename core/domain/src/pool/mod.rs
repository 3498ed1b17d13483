//! Pools 公摊: a shared cost spread over units by weight, to the fen.
//!
//! A pool is opened with its units, weights and shares, written down at once; it is looked at, then posted chunk by chunk,
//! and taken back whole. May never happen here: a share that depends on what came after the pool was opened; a share
//! charged twice; charges and what is left out that do not sum to the pool.

mod event;
#[cfg(test)]
pub(crate) mod fixture;
mod posting;
#[cfg(test)]
mod properties;
mod publication;
mod refusal;
mod share;
mod state;
#[cfg(test)]
mod stories;
mod terms;
mod use_case;

pub use event::*;
pub(crate) use posting::postings;
pub use publication::{PoolPublished, PublishedExclusion, PublishedShare};
pub use refusal::PoolRefusal;
pub use share::PoolShareSaid;
pub(crate) use share::{POOL_INPUTS, label_of};
pub use state::{PoolStage, PoolState};
pub(crate) use use_case::areas;
pub use use_case::*;
