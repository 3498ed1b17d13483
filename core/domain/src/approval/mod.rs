//! Approvals: requested by one, granted by another, bound to the digest of what they approve, used once.

mod authority;
mod event;
#[cfg(test)]
pub(crate) mod fixture;
mod of;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use authority::{Approvable, Authority, Stake, Staked, Standing, digest};
pub(crate) use authority::{Warrant, authorise, authorise_once_live, authorise_where, must_not_be_own};
pub use event::*;
pub(crate) use posting::postings;
pub use refusal::ApprovalRefusal;
pub use state::{ApprovalStage, ApprovalState, Request};
pub use use_case::*;
