//! Some streams of a ledger, folded as of a position: for reads that want what the rules themselves see.
//!
//! May never happen here: an event passed over. A body that this build does not know ends the read.

use crate::error::StoreError;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::draft::Fact;
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
    let ids: Vec<Uuid> = streams.iter().map(|stream| stream.id).collect();
    let ledgers = vec![ledger.uuid(); ids.len()];
    let rows = sqlx::query_file!("sql/load_streams.sql", &ledgers, &ids).fetch_all(conn).await?;
    for row in rows {
        let event = Recorded::from_body(&row.body).map_err(|error| StoreError::Halted(error.to_string()))?;
        let counts = event.position <= until && by.is_none_or(|day| event.effective_on <= day);
        if let Some(state) = states.get_mut(&event.stream).filter(|_| counts) {
            state.evolve(&Fact {
                event_id: event.event_id,
                effective_on: event.effective_on,
                recorded_at: event.recorded_at,
                actor: event.actor,
                event: &event.event,
            });
        }
    }
    Ok(states)
}
