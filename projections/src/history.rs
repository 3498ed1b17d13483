//! A ledger's events from the beginning, page by page, and their fold in memory.

use crate::column::position;
use crate::error::ProjectionError;
use crate::projection::Models;
use mingzhang_domain::envelope::Recorded;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

/// Events per page.
const PAGE: i64 = 2_000;

/// The events after a position up to another, at most a page of them; empty at the end.
///
/// # Errors
/// [`ProjectionError::Poison`] for a body that cannot be read or a missing position, [`ProjectionError::Database`].
pub(crate) async fn page(
    conn: &mut PgConnection,
    ledger: Uuid,
    after: i64,
    until: i64,
) -> Result<Vec<Recorded>, ProjectionError> {
    let rows = sqlx::query_file!("sql/events_until.sql", ledger, after, until, PAGE).fetch_all(conn).await?;
    let mut events = Vec::with_capacity(rows.len());
    let mut next = after.saturating_add(1);
    for row in rows {
        let poison = |rule: String| ProjectionError::poison(ledger, row.position, rule);
        let event = Recorded::from_body(&row.body).map_err(|error| poison(error.to_string()))?;
        if row.position != next || position(event.position) != next {
            return Err(poison("a position before it is missing".to_owned()));
        }
        next = next.saturating_add(1);
        events.push(event);
    }
    Ok(events)
}

/// Folds a ledger from its beginning up to a position, in memory.
///
/// # Errors
/// As reading a page of the log, and [`ProjectionError::Poison`] for an event that cannot be folded.
pub async fn fold(conn: &mut PgConnection, ledger: Uuid, until: i64) -> Result<Models, ProjectionError> {
    let mut models = Models::new(true);
    let mut after = 0;
    loop {
        let events = page(conn, ledger, after, until).await?;
        let Some(last) = events.last() else { return Ok(models) };
        after = position(last.position);
        apply(&mut models, ledger, &events)?;
    }
}

/// Folds a page.
pub(crate) fn apply(models: &mut Models, ledger: Uuid, events: &[Recorded]) -> Result<(), ProjectionError> {
    events.iter().try_for_each(|event| {
        let poison = |rule: String| ProjectionError::poison(ledger, position(event.position), rule);
        models.apply(event).map_err(|error| poison(error.to_string()))
    })
}
