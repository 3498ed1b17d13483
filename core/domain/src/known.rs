//! K: the moment that names a prefix of a log, what was known then.

use crate::calendar::{CivilDate, Instant};
use crate::envelope::Recorded;
use std::str::FromStr;

/// The moment that names a prefix of the log: what was known then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// Up to and with a position.
    At(u64),
    /// What was recorded by an instant.
    By(Instant),
    /// What was recorded by the end of a day in Shanghai.
    On(CivilDate),
}

/// A text that names no moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a position, YYYY-MM-DD, or an instant such as 2026-02-01T09:30:00+08:00")]
pub struct KnownMalformed;

impl Known {
    /// True when an event belongs to the prefix.
    pub fn covers(self, event: &Recorded) -> bool {
        match self {
            Self::At(position) => event.position <= position,
            Self::By(at) => event.recorded_at <= at,
            Self::On(day) => CivilDate::of_instant(event.recorded_at).is_ok_and(|recorded_on| recorded_on <= day),
        }
    }
}

impl FromStr for Known {
    type Err = KnownMalformed;

    /// A position, a date, or an instant with its offset.
    fn from_str(text: &str) -> Result<Self, KnownMalformed> {
        let instant = || chrono::DateTime::parse_from_rfc3339(text).map(|at| Self::By(at.to_utc()));
        match (text.parse(), text.parse()) {
            (Ok(position), _) => Ok(Self::At(position)),
            (_, Ok(day)) => Ok(Self::On(day)),
            _ => instant().map_err(|_| KnownMalformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_position_a_day_or_an_instant() {
        assert_eq!("120".parse(), Ok(Known::At(120)));
        assert_eq!("2026-01-31".parse(), Ok(Known::On("2026-01-31".parse().unwrap())));
        let utc = "2026-02-01T01:30:00Z".parse().unwrap();
        assert_eq!("2026-02-01T09:30:00+08:00".parse(), Ok(Known::By(utc)));
        for wrong in ["", "-1", "2026-13-01", "2026-01-01T00:00:00", "yesterday"] {
            assert!(wrong.parse::<Known>().is_err(), "{wrong}");
        }
    }
}
