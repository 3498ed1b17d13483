//! One live batch: the next events of some ledgers, folded in memory and written in one transaction with the checkpoints.
//!
//! The fold is repeated until no row is missing: the first pass finds out which rows the events need. May never happen
//! here: an event skipped, a checkpoint moved without its rows.

use crate::column::position;
use crate::error::ProjectionError;
use crate::projection::Models;
use crate::sink::Place;
use mingzhang_domain::envelope::Recorded;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, PgPool};
use std::collections::HashMap;
use uuid::Uuid;

/// Rows of a ledger that were written by this process and are still what the database has, as long as the checkpoint
/// stands where they were left.
#[derive(Debug)]
struct Kept {
    generation: i16,
    position: i64,
    models: Models,
}

/// What a batch did to one ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The ledger.
    pub ledger_id: Uuid,
    /// The newest event that its rows reflect.
    pub position: u64,
    /// Events folded.
    pub events: usize,
    /// The event that cannot be folded, and the rule it breaks.
    pub stopped: Option<(u64, String)>,
}

/// Folds batch after batch; keeps rows between batches.
#[derive(Debug)]
pub struct Folder {
    pool: PgPool,
    kept: HashMap<Uuid, Kept>,
    /// Rows kept at most, of all ledgers together.
    keep: usize,
}

/// The events of one ledger in a batch.
struct Part {
    place: Place,
    from: i64,
    events: Vec<Recorded>,
    models: Models,
    poison: Option<(i64, String)>,
    settled: bool,
}

impl Folder {
    /// On the projector's pool; keeps at most `keep` rows in memory.
    pub fn new(pool: PgPool, keep: usize) -> Self {
        Self { pool, kept: HashMap::new(), keep }
    }

    /// Folds the next events of these ledgers, at most `limit` each, in one transaction. `stopped` ledgers are tried too
    /// when asked for. Ledgers that another process folds are left out.
    ///
    /// # Errors
    /// [`ProjectionError::Database`]; nothing is written then.
    pub async fn fold(&mut self, ledgers: &[Uuid], limit: u32, stopped: bool) -> Result<Vec<Folded>, ProjectionError> {
        let mut conn = self.pool.acquire().await?;
        let mut transaction = conn.begin().await?;
        let held = sqlx::query_file!("sql/lock_checkpoints.sql", ledgers, stopped).fetch_all(&mut *transaction).await?;
        let mut parts: Vec<Part> = held
            .into_iter()
            .map(|row| self.part(Place { ledger_id: row.ledger_id, generation: row.generation }, row.position))
            .collect();
        advance(&mut transaction, &mut parts, limit).await?;
        transaction.commit().await?;
        Ok(parts.into_iter().map(|part| self.keep(part)).collect())
    }

    fn part(&mut self, place: Place, from: i64) -> Part {
        let kept = self.kept.remove(&place.ledger_id);
        let kept = kept.filter(|kept| kept.generation == place.generation && kept.position == from);
        let models = kept.map_or_else(|| Models::new(false), |kept| kept.models);
        Part { place, from, events: Vec::new(), models, poison: None, settled: false }
    }

    /// Forgets ledgers, any of them, until there is room for so many rows; they are loaded again when they are needed.
    fn make_room(&mut self, rows: usize) {
        let mut kept: usize = self.kept.values().map(|kept| kept.models.len()).sum();
        while kept + rows > self.keep {
            let Some(ledger) = self.kept.keys().next().copied() else { return };
            kept -= self.kept.remove(&ledger).map_or(0, |gone| gone.models.len());
        }
    }

    fn keep(&mut self, part: Part) -> Folded {
        let position = part.position();
        let Part { place, events, mut models, poison, .. } = part;
        models.keep_changes();
        if models.len() <= self.keep {
            self.make_room(models.len());
            self.kept.insert(place.ledger_id, Kept { generation: place.generation, position, models });
        }
        Folded {
            ledger_id: place.ledger_id,
            position: u64::try_from(position).unwrap_or_default(),
            events: events.len(),
            stopped: poison.map(|(at, rule)| (u64::try_from(at).unwrap_or_default(), rule)),
        }
    }
}

impl Part {
    /// The newest folded event.
    fn position(&self) -> i64 {
        self.events.last().map_or(self.from, |event| position(event.position))
    }

    /// One pass over the events. Passes are repeated while rows are missing; what fails meanwhile fails for their lack.
    fn pass(&mut self) {
        let mut failed = None;
        for (index, event) in self.events.iter().enumerate() {
            if let Err(error) = self.models.apply(event) {
                failed.get_or_insert((index, error));
            }
        }
        match failed {
            _ if self.models.wants() => {}
            None => self.settled = true,
            Some((index, error)) => {
                // What stands before it is folded again, alone.
                self.poison = self.events.get(index).map(|event| (position(event.position), error.to_string()));
                self.events.truncate(index);
                self.models.forget_changes();
            }
        }
    }
}

/// Folds the next events of one ledger in one generation, whoever reads it; answers where it stands then.
pub(crate) async fn advance_one(
    conn: &mut PgConnection,
    place: Place,
    from: i64,
    limit: u32,
) -> Result<i64, ProjectionError> {
    let models = Models::new(false);
    let mut parts = vec![Part { place, from, events: Vec::new(), models, poison: None, settled: false }];
    advance(conn, &mut parts, limit).await?;
    let Some(part) = parts.pop() else { return Ok(from) };
    match part.poison {
        Some((at, rule)) => Err(ProjectionError::poison(place.ledger_id, at, rule)),
        None => Ok(part.position()),
    }
}

/// Reads, folds and writes what comes next; parts without news are left out.
async fn advance(conn: &mut PgConnection, parts: &mut Vec<Part>, limit: u32) -> Result<(), ProjectionError> {
    read(conn, parts, limit).await?;
    parts.retain(|part| !part.events.is_empty() || part.poison.is_some());
    settle(conn, parts).await?;
    let written: Vec<_> = parts.iter().map(|part| (part.place, &part.models)).collect();
    Models::write(conn, &written).await?;
    move_checkpoints(conn, parts).await
}

async fn read(conn: &mut PgConnection, parts: &mut [Part], limit: u32) -> Result<(), ProjectionError> {
    let ledgers: Vec<Uuid> = parts.iter().map(|part| part.place.ledger_id).collect();
    let positions: Vec<i64> = parts.iter().map(|part| part.from).collect();
    let rows = sqlx::query_file!("sql/next_events.sql", &ledgers, &positions, i64::from(limit)).fetch_all(conn).await?;
    let mut by_ledger: HashMap<Uuid, &mut Part> = parts.iter_mut().map(|part| (part.place.ledger_id, part)).collect();
    for row in rows {
        let Some(part) = by_ledger.get_mut(&row.ledger_id) else { continue };
        if part.poison.is_some() {
            continue;
        }
        if row.position != part.position().saturating_add(1) {
            part.poison = Some((row.position, "a position before it is missing".to_owned()));
            continue;
        }
        match Recorded::from_body(&row.body) {
            Ok(event) if position(event.position) == row.position => part.events.push(event),
            Ok(_) => part.poison = Some((row.position, "the body names another position".to_owned())),
            Err(error) => part.poison = Some((row.position, error.to_string())),
        }
    }
    Ok(())
}

/// Folds each part until it needs no more rows.
async fn settle(conn: &mut PgConnection, parts: &mut [Part]) -> Result<(), ProjectionError> {
    loop {
        parts.iter_mut().filter(|part| !part.settled).for_each(Part::pass);
        if parts.iter().all(|part| part.settled) {
            return Ok(());
        }
        let wanting = parts.iter_mut().filter(|part| part.models.wants());
        let mut wanting: Vec<_> = wanting.map(|part| (part.place, &mut part.models)).collect();
        Models::load(conn, &mut wanting).await?;
        wanting.into_iter().for_each(|(_, models)| models.forget_changes());
    }
}

async fn move_checkpoints(conn: &mut PgConnection, parts: &[Part]) -> Result<(), ProjectionError> {
    let ledgers: Vec<Uuid> = parts.iter().map(|part| part.place.ledger_id).collect();
    let generations: Vec<i16> = parts.iter().map(|part| part.place.generation).collect();
    let positions: Vec<i64> = parts.iter().map(Part::position).collect();
    let poison = |part: &Part| part.poison.clone().unwrap_or_default();
    let (stopped_at, stopped_because): (Vec<i64>, Vec<String>) = parts.iter().map(poison).unzip();
    sqlx::query_file!("sql/move_checkpoints.sql", &ledgers, &generations, &positions, &stopped_at, &stopped_because)
        .execute(conn)
        .await?;
    Ok(())
}
