//! A ledger's events in order, read from the log alone.
//!
//! May never happen here: an event passed over. A gap or a body that this build does not know ends the work.

use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::error::StoreError;
use mingzhang_store::log;
use sqlx::PgConnection;
use std::ops::ControlFlow;

/// Events per round trip.
const PAGE: u32 = 2_000;

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
