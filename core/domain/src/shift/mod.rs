//! A cashier's shift 班次 at a cash box: cash is taken only while it is open, is counted when it ends, and goes to the bank.

mod cash;
mod event;
mod posting;
mod refusal;
mod state;
mod use_case;

pub(crate) use cash::{give, next_slip, take};
pub use event::*;
pub(crate) use posting::postings;
pub use refusal::ShiftRefusal;
pub use state::ShiftState;
pub use use_case::*;
