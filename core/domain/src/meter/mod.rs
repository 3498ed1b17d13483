//! Meters 表: what they read, which readings hold, and what was used between two days.
//!
//! What is used is billed by fee items whose price is by quantity ([`crate::bill_run`]); a charge names its meter. May never
//! happen here: a first reading that bills something, a reading that goes back without a reason, two readings of one day.

mod check;
mod curve;
mod event;
#[cfg(test)]
pub(crate) mod fixture;
mod posting;
mod reading;
mod refusal;
mod state;
#[cfg(test)]
mod stories;
mod use_case;

pub use check::MeterCheck;
pub(crate) use curve::year_begin;
pub use event::*;
pub(crate) use posting::postings;
pub use refusal::MeterRefusal;
pub use state::{MeterState, Point};
pub use use_case::*;
