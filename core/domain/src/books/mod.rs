//! The books of a ledger as a whole: what is decided about all of them at once, in one stream per ledger: the allowance
//! 坏账准备, and the periods 账期.
//!
//! Months are closed in order, and what posts is never dated in a closed one. A wish counts today, and today is never in a closed month, because only a month that is over is closed. What happened
//! outside counts on its value date, or on the first open day when that lies in a closed month; a charge whose month is
//! closed stands in the first open one. Before a month is closed, what its charges had unearned is released. May never
//! happen here: a month closed before the one in front of it; revenue released twice.

pub mod allowance;
pub mod chart;
mod dating;
mod event;
#[cfg(test)]
pub(crate) mod fixture;
mod posting;
mod refusal;
mod state;
mod tax_point;
mod use_case;

pub use dating::must_be_open;
pub(crate) use dating::{open_period, outside_on};
pub use event::*;
pub(crate) use posting::postings;
pub use refusal::BooksRefusal;
pub use state::BooksState;
pub use tax_point::TaxReached;
pub(crate) use tax_point::{point_of, tax_point};
pub use use_case::*;
