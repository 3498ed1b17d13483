//! The numbers of one receipt series and year: the n-th event is number n, so there is no gap.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::ReceiptSeriesState;
