//! A community 小区: created in its company's ledger, its rules are set in its own.

mod event;
mod going_live;
mod late_fee;
mod posting;
mod refusal;
mod state;
mod use_case;

pub use event::*;
pub use going_live::{is_opening, must_be_live};
pub(crate) use going_live::{live_on, opening_day};
pub use late_fee::LateFeePolicies;
pub(crate) use posting::postings;
pub use refusal::CommunityRefusal;
pub use state::CommunityState;
pub use use_case::*;
