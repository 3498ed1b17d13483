//! A ledger's events in order, read from the log alone, and the prefix that was known at a moment.
//!
//! May never happen here: an event passed over. A gap or a body that this build does not know ends the work.

use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::error::StoreError;
use mingzhang_store::log;
use sqlx::PgConnection;
use std::ops::ControlFlow;
use std::str::FromStr;

/// Events per round trip.
const PAGE: u32 = 2_000;

/// The moment that names a prefix of the log: what was known then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Known {
    /// Up to and with a position.
    At(u64),
    /// What was recorded by an instant.
    By(Instant),
    /// What was recorded by the end of a day in Shanghai.
    On(CivilDate),
}

impl Known {
    /// True when an event belongs to the prefix.
    pub(crate) fn covers(self, event: &Recorded) -> bool {
        match self {
            Self::At(position) => event.position <= position,
            Self::By(at) => event.recorded_at <= at,
            Self::On(day) => CivilDate::of_instant(event.recorded_at).is_ok_and(|recorded_on| recorded_on <= day),
        }
    }
}

impl FromStr for Known {
    type Err = String;

    /// A position, a date, or an instant with its offset.
    fn from_str(text: &str) -> Result<Self, String> {
        let instant = || chrono::DateTime::parse_from_rfc3339(text).map(|at| Self::By(at.to_utc()));
        match (text.parse(), text.parse()) {
            (Ok(position), _) => Ok(Self::At(position)),
            (_, Ok(day)) => Ok(Self::On(day)),
            _ => {
                instant().map_err(|_| "a position, YYYY-MM-DD, or an instant such as 2026-02-01T09:30:00+08:00".into())
            }
        }
    }
}

/// Shows every event of a ledger from the first to a position, or until told to stop.
///
/// # Errors
/// [`StoreError`]; [`StoreError::Halted`] for a gap or a body that cannot be read.
pub(crate) async fn walk(
    conn: &mut PgConnection,
    ledger: LedgerId,
    until: u64,
    mut see: impl FnMut(&Recorded) -> ControlFlow<()>,
) -> Result<(), StoreError> {
    let mut after = 0;
    while after < until {
        let page = log::read_after(conn, ledger, after, PAGE).await?;
        let ended = page.is_empty();
        for row in page {
            if row.position > until {
                return Ok(());
            }
            let event = read(&row.body, row.position, after + 1)?;
            after = row.position;
            if see(&event).is_break() {
                return Ok(());
            }
        }
        if ended {
            return Err(StoreError::Halted(format!("position {} is missing; run verify", after + 1)));
        }
    }
    Ok(())
}

fn read(body: &[u8], position: u64, expected: u64) -> Result<Recorded, StoreError> {
    let event = Recorded::from_body(body)
        .map_err(|error| StoreError::Halted(format!("position {position} cannot be read: {error}")))?;
    if position != expected || event.position != expected {
        return Err(StoreError::Halted(format!("position {expected} is missing; run verify")));
    }
    Ok(event)
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
