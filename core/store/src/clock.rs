//! The clock port: the only place that asks the machine for the time.

use mingzhang_domain::calendar::Instant;

/// What time it is.
pub trait Clock: Send + Sync + std::fmt::Debug {
    /// Now, in UTC.
    fn now(&self) -> Instant;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the clock port is where the machine's clock is read")]
    fn now(&self) -> Instant {
        chrono::Utc::now()
    }
}
