//! A ledger's events from the first one on, folded as they are read: one page in hand, the next under way.
//!
//! Bodies are read on a thread of their own, so nothing else waits for them; no connection is kept between two pages. May
//! never happen here: an event passed over. A gap or a body that this build does not know ends the walk.

use crate::error::StoreError;
use crate::log::{self, StoredEvent};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use sqlx::PgPool;
use std::ops::ControlFlow;

/// Events per round trip: about 2 MB.
const PAGE: u32 = 2_000;

/// Shows every event of a ledger up to a position, or until told to stop, and gives the state back.
///
/// # Errors
/// [`StoreError`]; [`StoreError::Halted`] for a gap, for a body that cannot be read, and as `see` says.
pub async fn walk<S, F>(pool: &PgPool, ledger: LedgerId, until: u64, state: S, see: F) -> Result<S, StoreError>
where
    S: Send + 'static,
    F: FnMut(&mut S, &StoredEvent, &Recorded) -> Result<ControlFlow<()>, StoreError> + Send + 'static,
{
    let mut fold = Fold { state, see, last: 0, until, stopped: until == 0 };
    let mut page = page_after(pool, ledger, 0, until).await?;
    while !fold.stopped {
        let Some(last) = page.last().map(|event| event.position) else {
            return Err(StoreError::Halted(format!("position {} is missing; run verify", fold.last + 1)));
        };
        let folding = tokio::task::spawn_blocking(move || fold.take(&page));
        let next = page_after(pool, ledger, last, until).await;
        fold = folding.await.map_err(|error| StoreError::Halted(error.to_string()))??;
        page = next?;
    }
    Ok(fold.state)
}

async fn page_after(pool: &PgPool, ledger: LedgerId, after: u64, until: u64) -> Result<Vec<StoredEvent>, StoreError> {
    if after >= until {
        return Ok(Vec::new());
    }
    let mut conn = pool.acquire().await?;
    log::read_after(&mut conn, ledger, after, PAGE).await
}

struct Fold<S, F> {
    state: S,
    see: F,
    last: u64,
    until: u64,
    stopped: bool,
}

impl<S, F> Fold<S, F>
where
    F: FnMut(&mut S, &StoredEvent, &Recorded) -> Result<ControlFlow<()>, StoreError>,
{
    fn take(mut self, page: &[StoredEvent]) -> Result<Self, StoreError> {
        for stored in page {
            let expected = self.last + 1;
            let event = Recorded::from_body(&stored.body)
                .map_err(|error| StoreError::Halted(format!("position {} cannot be read: {error}", stored.position)))?;
            if stored.position != expected || event.position != expected {
                return Err(StoreError::Halted(format!("position {expected} is missing; run verify")));
            }
            self.last = expected;
            self.stopped = (self.see)(&mut self.state, stored, &event)?.is_break() || expected == self.until;
            if self.stopped {
                break;
            }
        }
        Ok(self)
    }
}
