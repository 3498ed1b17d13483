//! Structured logs: one JSON line per event, to standard error.
//!
//! May never stand in a log: a query string, a body, a header, a name, or anything else a caller sent.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Starts logging by a filter such as `info` or `mingzhang_api=debug`; a wrong filter means `info`.
///
/// Statements of the database are never logged, whatever the filter: their values may be personal.
pub fn start(filter: &str) {
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let filter = match "sqlx=off".parse() {
        Ok(never) => filter.add_directive(never),
        Err(_) => filter,
    };
    let lines = tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr).with_target(true);
    // A second start (tests in one process) keeps the first.
    let _ = tracing_subscriber::registry().with(filter).with(lines).try_init();
}
