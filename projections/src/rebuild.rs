//! Rebuilds read models from the log: a new generation of tables beside the live one, filled ledger by ledger in
//! parallel, indexed and attached at the end; then each ledger moves over in one transaction.
//!
//! May be interrupted anywhere and goes on where it was: a ledger is loaded in one transaction, or not at all. Readers and
//! the live fold go on meanwhile. May never happen here: a row that the live fold would not have written.

use crate::batch::advance_one;
use crate::column::position;
use crate::error::ProjectionError;
use crate::history;
use crate::projection::{Models, TABLES};
use crate::sink::Place;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;
use tokio::task::JoinSet;
use uuid::Uuid;

/// How far a rebuild is with one ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// Events folded so far.
    pub events: u64,
    /// Events to fold.
    pub of: u64,
    /// Rows loaded so far.
    pub rows: u64,
}

/// What a rebuild did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rebuilt {
    /// Ledgers that are read from the new generation now.
    pub ledgers: usize,
    /// Events folded.
    pub events: u64,
    /// Rows loaded.
    pub rows: u64,
}

/// How a rebuild works.
#[derive(Clone)]
pub struct RebuildOptions {
    /// Only these ledgers; absent: all.
    pub ledgers: Option<Vec<LedgerId>>,
    /// Ledgers loaded at a time; each takes two connections of the pool.
    pub workers: usize,
    /// Told after each page of events.
    pub progress: Arc<dyn Fn(Progress) + Send + Sync>,
    /// Set it to interrupt; the ledgers at hand are undone and the finished ones kept.
    pub interrupt: Arc<AtomicBool>,
}

impl std::fmt::Debug for RebuildOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RebuildOptions").field("ledgers", &self.ledgers).field("workers", &self.workers).finish()
    }
}

impl Default for RebuildOptions {
    fn default() -> Self {
        Self { ledgers: None, workers: 2, progress: Arc::new(|_| {}), interrupt: Arc::new(AtomicBool::new(false)) }
    }
}

/// Rows of append-only tables kept before they are loaded.
const FLUSH_ROWS: usize = 40_000;
/// Events folded per transaction while a loaded ledger catches up.
const CATCH_UP: u32 = 2_000;

/// The advisory lock of a rebuild: whoever comes second waits, in another process too.
const LOCK: i64 = 0x006d_696e_677a_6864;

/// The read models that lack events of a ledger that is read: a version brought them, and they are not folded yet. Nobody
/// may read them until a rebuild.
///
/// # Errors
/// The database's.
pub async fn incomplete(pool: &PgPool) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_file_scalar!("sql/incomplete.sql").fetch_all(pool).await
}

/// Rebuilds everything when read models are incomplete; another process may have done it meanwhile.
///
/// # Errors
/// As [`rebuild`].
pub async fn complete(pool: &PgPool, options: &RebuildOptions) -> Result<Option<Rebuilt>, ProjectionError> {
    let _lock = lock(pool).await?;
    if incomplete(pool).await?.is_empty() { Ok(None) } else { rebuild_alone(pool, options).await.map(Some) }
}

/// Rebuilds on the projector's pool and makes the result current.
///
/// # Errors
/// [`ProjectionError::Interrupted`], after which it can be called again; [`ProjectionError::Poison`] when an event cannot
/// be folded; [`ProjectionError::Database`].
pub async fn rebuild(pool: &PgPool, options: &RebuildOptions) -> Result<Rebuilt, ProjectionError> {
    let _lock = lock(pool).await?;
    rebuild_alone(pool, options).await
}

/// A connection of its own that holds the lock, and gives it back however it ends.
async fn lock(pool: &PgPool) -> Result<PgConnection, sqlx::Error> {
    let mut conn = pool.acquire().await?.detach();
    sqlx::query!("SELECT pg_advisory_lock($1)", LOCK).execute(&mut conn).await?;
    Ok(conn)
}

async fn rebuild_alone(pool: &PgPool, options: &RebuildOptions) -> Result<Rebuilt, ProjectionError> {
    let generation: i16 =
        sqlx::query_scalar!(r#"SELECT read_model.open_generation() AS "generation!""#).fetch_one(pool).await?;
    let mut done = load_all(pool, generation, options).await?;
    check(options)?;
    attach_all(pool, generation, options.workers).await?;
    done.ledgers = adopt_all(pool, generation).await?;
    drop_unused(pool, generation).await?;
    sqlx::query!("SELECT read_model.admit_readers()").fetch_all(pool).await?;
    Ok(done)
}

fn check(options: &RebuildOptions) -> Result<(), ProjectionError> {
    if options.interrupt.load(Ordering::Relaxed) { Err(ProjectionError::Interrupted) } else { Ok(()) }
}

/// Loads every ledger that the generation does not hold yet.
async fn load_all(pool: &PgPool, generation: i16, options: &RebuildOptions) -> Result<Rebuilt, ProjectionError> {
    let wanted: Vec<Uuid> = options.ledgers.iter().flatten().map(|ledger| ledger.uuid()).collect();
    let rows = sqlx::query_file!("sql/rebuild_todo.sql", generation, &wanted, options.ledgers.is_none());
    let mut todo: Vec<(Uuid, i64)> =
        rows.fetch_all(pool).await?.into_iter().map(|row| (row.ledger_id, row.size)).collect();
    // Taken from the end: the largest first.
    todo.reverse();
    let todo = Arc::new(Mutex::new(todo));
    let mut workers = JoinSet::new();
    for _ in 0..options.workers.max(1) {
        workers.spawn(work(pool.clone(), generation, options.clone(), Arc::clone(&todo)));
    }
    let (mut done, mut failed) = (Rebuilt::default(), None);
    while let Some(ended) = workers.join_next().await {
        match ended.unwrap_or(Err(ProjectionError::Interrupted)) {
            Ok(part) => {
                done.events += part.events;
                done.rows += part.rows;
            }
            Err(error) => {
                // The others end after the ledger at hand.
                todo.lock().unwrap_or_else(PoisonError::into_inner).clear();
                failed.get_or_insert(error);
            }
        }
    }
    failed.map_or(Ok(done), Err)
}

async fn work(
    pool: PgPool,
    generation: i16,
    options: RebuildOptions,
    todo: Arc<Mutex<Vec<(Uuid, i64)>>>,
) -> Result<Rebuilt, ProjectionError> {
    let mut done = Rebuilt::default();
    loop {
        let next = todo.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let Some((ledger, size)) = next else { return Ok(done) };
        let rows = load_ledger(&pool, Place { ledger_id: ledger, generation }, size, &options).await?;
        done.rows += rows;
        done.events += u64::try_from(size).unwrap_or_default();
    }
}

/// Loads one ledger in one transaction; a second connection reads ahead. Answers the number of rows.
async fn load_ledger(pool: &PgPool, place: Place, size: i64, options: &RebuildOptions) -> Result<u64, ProjectionError> {
    let (send, mut pages) = mpsc::channel(2);
    let reading = tokio::spawn(read_ahead(pool.clone(), place.ledger_id, size, send));
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let mut models = Models::new(true);
    let (mut rows, mut events) = (0, 0);
    while let Some(page) = pages.recv().await {
        check(options)?;
        let page: Vec<Recorded> = page?;
        history::apply(&mut models, place.ledger_id, &page)?;
        events += u64::try_from(page.len()).unwrap_or_default();
        if models.appended_len() >= FLUSH_ROWS {
            rows += models.copy_appended(&mut transaction, place).await?;
        }
        let of = u64::try_from(size).unwrap_or_default();
        (options.progress)(Progress { ledger_id: LedgerId(place.ledger_id), events, of, rows });
    }
    reading.await.map_err(|_| ProjectionError::Interrupted)?;
    rows += models.copy_appended(&mut transaction, place).await?;
    rows += models.copy_keyed(&mut transaction, place).await?;
    sqlx::query_file!("sql/rebuild_done.sql", place.ledger_id, place.generation, size)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    (options.progress)(Progress { ledger_id: LedgerId(place.ledger_id), events, of: events, rows });
    Ok(rows)
}

/// Reads and decodes pages until the position, or until nobody wants them.
async fn read_ahead(
    pool: PgPool,
    ledger: Uuid,
    until: i64,
    pages: mpsc::Sender<Result<Vec<Recorded>, ProjectionError>>,
) {
    let mut after = 0;
    let mut conn = match pool.acquire().await {
        Ok(conn) => conn,
        Err(error) => {
            // Nobody waits for it any more when this fails.
            let _gone = pages.send(Err(error.into())).await;
            return;
        }
    };
    while after < until {
        let page = history::page(&mut conn, ledger, after, until).await;
        let page = page.and_then(|page| match page.last() {
            Some(last) => {
                after = position(last.position);
                Ok(page)
            }
            None => Err(ProjectionError::poison(ledger, after + 1, "the log ends before its head".to_owned())),
        });
        let failed = page.is_err();
        if pages.send(page).await.is_err() || failed {
            return;
        }
    }
}

/// Builds the indexes of every table and attaches it.
async fn attach_all(pool: &PgPool, generation: i16, workers: usize) -> Result<(), ProjectionError> {
    let tables: Arc<Mutex<Vec<&'static str>>> = Arc::new(Mutex::new(TABLES.iter().map(|table| table.name).collect()));
    let mut attaching = JoinSet::new();
    for _ in 0..workers.max(1) {
        let (pool, tables) = (pool.clone(), Arc::clone(&tables));
        attaching.spawn(async move {
            loop {
                let next = tables.lock().unwrap_or_else(PoisonError::into_inner).pop();
                let Some(table) = next else { return Ok::<(), ProjectionError>(()) };
                sqlx::query!("SELECT read_model.attach($1, $2::text::name)", generation, table).execute(&pool).await?;
            }
        });
    }
    while let Some(ended) = attaching.join_next().await {
        ended.unwrap_or(Err(ProjectionError::Interrupted))?;
    }
    let filled: Vec<String> = TABLES.iter().map(|table| table.name.to_owned()).collect();
    sqlx::query!("SELECT read_model.close_generation($1, $2::text[]::name[])", generation, &filled)
        .execute(pool)
        .await?;
    Ok(())
}

/// Moves every loaded ledger over; answers how many.
async fn adopt_all(pool: &PgPool, generation: i16) -> Result<usize, ProjectionError> {
    let loaded = sqlx::query_file!("sql/rebuild_loaded.sql", generation).fetch_all(pool).await?;
    for row in &loaded {
        adopt(pool, Place { ledger_id: row.ledger_id, generation }, row.position).await?;
    }
    Ok(loaded.len())
}

/// Catches up to where the live rows stand and becomes current in the same transaction.
async fn adopt(pool: &PgPool, place: Place, from: i64) -> Result<(), ProjectionError> {
    let mut conn = pool.acquire().await?;
    let mut transaction = conn.begin().await?;
    let current = sqlx::query_file!("sql/lock_current.sql", place.ledger_id).fetch_optional(&mut *transaction).await?;
    let mut at = from;
    while let Some(current) = &current
        && at < current.position
    {
        // May fold past the live rows: the checkpoint says how far, and nobody reads these rows before the commit.
        let next = advance_one(&mut transaction, place, at, CATCH_UP).await?;
        if next == at {
            return Err(ProjectionError::poison(place.ledger_id, at + 1, "the log ends before its rows".to_owned()));
        }
        at = next;
    }
    if let Some(current) = current {
        // First the old one: a ledger is read from one generation only.
        sqlx::query_file!("sql/retire_checkpoint.sql", place.ledger_id, current.generation)
            .execute(&mut *transaction)
            .await?;
    }
    sqlx::query_file!("sql/make_current.sql", place.ledger_id, place.generation).execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

/// A live fold may hold some of the tables and want the others: then one of both is cut, and this one tries again.
async fn drop_generation(pool: &PgPool, generation: i16) -> Result<(), ProjectionError> {
    let mut tries = 0;
    loop {
        let dropped = sqlx::query!("SELECT read_model.drop_generation($1)", generation).fetch_one(pool).await;
        match dropped {
            Ok(_) => return Ok(()),
            Err(sqlx::Error::Database(answer)) if tries < 5 && is_lock(answer.code().as_deref()) => tries += 1,
            Err(error) => return Err(error.into()),
        }
    }
}

/// A deadlock or a lock that was not had in time.
fn is_lock(code: Option<&str>) -> bool {
    matches!(code, Some("40P01" | "55P03"))
}

/// Throws away what nobody reads any more: whole generations, and the rows of ledgers that left a shared one.
async fn drop_unused(pool: &PgPool, newest: i16) -> Result<(), ProjectionError> {
    for row in sqlx::query_file!("sql/generations_before.sql", newest).fetch_all(pool).await? {
        drop_generation(pool, row.generation).await?;
    }
    for left in sqlx::query_file!("sql/retired.sql", newest).fetch_all(pool).await? {
        let mut conn = pool.acquire().await?;
        let mut transaction = conn.begin().await?;
        for table in TABLES {
            let sql = format!("DELETE FROM read_model.{} WHERE ledger_id = $1 AND generation = $2", table.name);
            let statement = sqlx::query(AssertSqlSafe(sql)).bind(left.ledger_id).bind(left.generation);
            statement.execute(&mut *transaction).await?;
        }
        sqlx::query_file!("sql/forget_checkpoint.sql", left.ledger_id, left.generation)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
    }
    Ok(())
}
