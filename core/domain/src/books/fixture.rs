//! Closes for tests: nothing is open, and the allowance stays as it is.

use super::{ClosePeriod, Review, StillOpen};

pub(crate) fn close(period: &str) -> ClosePeriod {
    let review = Review { allowance_declined: true, ..Review::default() };
    ClosePeriod { period: period.parse().unwrap(), review, open: StillOpen::default() }
}
