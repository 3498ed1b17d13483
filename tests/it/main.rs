//! Everything that is tested across packages, in one program: it is linked once.
#![expect(
    clippy::unwrap_used,
    clippy::as_conversions,
    reason = "a test's helpers fail their test by panicking, as the test itself does, and count in small numbers"
)]

mod api;
mod demo;
mod faults;
mod projections;
mod tidy;
mod tour;

use mingzhang_tests::{campaign, client, estate, link, load, machine, paper, process, server};
