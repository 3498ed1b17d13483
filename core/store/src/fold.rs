//! Some streams of a ledger as of a position, folded or event by event: for reads that want what the rules themselves see.
//!
//! May never happen here: an event passed over. A body that this build does not know ends the read.

use crate::error::StoreError;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::stream::{StreamRef, StreamState};
use sqlx::PgConnection;
use std::collections::HashMap;
use uuid::Uuid;

/// The folds of streams out of their events up to a position, only those that count by a day when one is given; a stream
/// without events is empty.
///
/// # Errors
/// [`StoreError`]; [`StoreError::Halted`] for a body that cannot be read.
pub async fn streams(
    conn: &mut PgConnection,
    ledger: LedgerId,
    streams: &[StreamRef],
    until: u64,
    by: Option<CivilDate>,
) -> Result<HashMap<StreamRef, StreamState>, StoreError> {
    let mut states: HashMap<StreamRef, StreamState> =
        streams.iter().map(|stream| (*stream, StreamState::empty(stream.stream_type))).collect();
    for event in events(conn, ledger, streams, until).await? {
        let counts = by.is_none_or(|day| event.effective_on <= day);
        if let Some(state) = states.get_mut(&event.stream).filter(|_| counts) {
            state.evolve(&event.fact());
        }
    }
    Ok(states)
}

/// The events of streams up to a position, stream by stream, each in its order.
///
/// # Errors
/// As [`streams`].
pub async fn events(
    conn: &mut PgConnection,
    ledger: LedgerId,
    streams: &[StreamRef],
    until: u64,
) -> Result<Vec<Recorded>, StoreError> {
    let ids: Vec<Uuid> = streams.iter().map(|stream| stream.id).collect();
    let ledgers = vec![ledger.uuid(); ids.len()];
    let rows = sqlx::query_file!("sql/load_streams.sql", &ledgers, &ids).fetch_all(conn).await?;
    let read = |body: &[u8]| Recorded::from_body(body).map_err(|error| StoreError::Halted(error.to_string()));
    let events =
        rows.iter().map(|row| read(&row.body)).filter(|read| read.as_ref().map_or(true, |e| e.position <= until));
    events.collect()
}
