//! Reactors: they read the log from a checkpoint as a projection does, and answer events with rows of their own, written
//! in the transaction that moves the checkpoint; what lies outside the database is asked for at least once.
//!
//! One process at a time answers a ledger: whoever locks its checkpoints. May never happen here: a reactor in a rebuild,
//! an event passed over, a write to the log (a reactor that wants a fact submits a command whose id derives from the
//! event it answers).

use async_trait::async_trait;
use mingzhang_domain::envelope::{Recorded, event_type_of};
use mingzhang_domain::id::LedgerId;
use mingzhang_store::error::StoreError;
use mingzhang_store::log::{self, StoredEvent};
use sqlx::postgres::PgConnection;
use sqlx::{Connection, PgPool};
use std::collections::BTreeSet;
use std::error::Error;
use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use uuid::Uuid;

/// How often it is looked for new events.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Events answered in one transaction.
const BATCH: u32 = 500;

/// Why an event was not answered. Nothing of its batch was written, and it is answered again.
#[derive(Debug, thiserror::Error)]
pub enum ReactError {
    /// The database could not be reached, or refused.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
    /// The log could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// What lies outside the database did not do what it was asked to.
    #[error("{0}")]
    Outside(#[source] Box<dyn Error + Send + Sync>),
}

/// Answers events.
#[async_trait]
pub trait Reactor: Debug + Send + Sync {
    /// Its name beside its checkpoints, for ever.
    fn name(&self) -> &'static str;

    /// The types of the events it answers; no other is shown to it.
    fn event_types(&self) -> &'static [&'static str];

    /// Answers one event. It may be asked about the same event again, in this process or another.
    ///
    /// # Errors
    /// [`ReactError`].
    async fn react(&self, event: &Recorded, conn: &mut PgConnection) -> Result<(), ReactError>;
}

/// Reactors at work.
#[derive(Debug)]
pub struct Reactors {
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl Reactors {
    /// Starts them on the writer's pool.
    pub fn start(pool: PgPool, reactors: Vec<Arc<dyn Reactor>>) -> Self {
        let (stop, stopping) = watch::channel(false);
        let task = tokio::spawn(follow(Answering::new(pool, reactors, BATCH), stopping));
        Self { stop, task }
    }

    /// Finishes the batch at hand and ends.
    pub async fn stop(self) {
        // The task may have ended; then there is nothing to stop.
        let _gone = self.stop.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the reactors did not end well");
        }
    }
}

/// Answers what there is, `batch` events a transaction, and says how many events that were: for tests.
///
/// # Errors
/// [`ReactError`]; what was answered before stays answered.
pub async fn catch_up(pool: &PgPool, reactors: Vec<Arc<dyn Reactor>>, batch: u32) -> Result<u64, ReactError> {
    let mut answering = Answering::new(pool.clone(), reactors, batch);
    let mut events = 0;
    loop {
        let mut more = 0;
        for ledger in answering.behind().await? {
            more += answering.answer(ledger).await?;
        }
        if more == 0 {
            return Ok(events);
        }
        events += more;
    }
}

async fn follow(mut answering: Answering, mut stopping: watch::Receiver<bool>) {
    while !*stopping.borrow() {
        if !answering.turn(&stopping).await {
            tokio::select! {
                () = tokio::time::sleep(LOOK_EVERY) => {}
                _ = stopping.changed() => {}
            }
        }
    }
}

/// A checkpoint that is ours to move.
#[derive(Debug)]
struct Held {
    reactor: String,
    position: i64,
}

/// What a process knows of its reactors' work.
#[derive(Debug)]
struct Answering {
    pool: PgPool,
    reactors: Vec<Arc<dyn Reactor>>,
    names: Vec<String>,
    batch: u32,
    /// Ledgers with an event that this build does not know; tried again by the next process.
    stopped: BTreeSet<Uuid>,
}

impl Answering {
    fn new(pool: PgPool, reactors: Vec<Arc<dyn Reactor>>, batch: u32) -> Self {
        let names = reactors.iter().map(|reactor| reactor.name().to_owned()).collect();
        Self { pool, reactors, names, batch, stopped: BTreeSet::new() }
    }

    /// A batch of each ledger that is behind; says whether there may be more.
    async fn turn(&mut self, stopping: &watch::Receiver<bool>) -> bool {
        let behind = match self.behind().await {
            Ok(behind) => behind,
            Err(error) => {
                tracing::warn!(%error, "reactors could not look for events; trying again");
                return false;
            }
        };
        let mut more = false;
        for ledger in behind {
            if *stopping.borrow() {
                return false;
            }
            match self.answer(ledger).await {
                Ok(events) => more |= events > 0,
                Err(error) => tracing::warn!(%ledger, %error, "a reactor could not answer; trying again"),
            }
        }
        more
    }

    /// Ledgers with events that are not answered, each with its checkpoints.
    async fn behind(&self) -> Result<Vec<LedgerId>, ReactError> {
        let stopped: Vec<Uuid> = self.stopped.iter().copied().collect();
        let rows = sqlx::query_file!("sql/reactor_behind.sql", &self.names, &stopped).fetch_all(&self.pool).await?;
        let ledgers: Vec<Uuid> = rows.into_iter().map(|row| row.ledger_id).collect();
        if !ledgers.is_empty() {
            sqlx::query_file!("sql/reactor_enrol.sql", &ledgers, &self.names).execute(&self.pool).await?;
        }
        Ok(ledgers.into_iter().map(LedgerId).collect())
    }

    /// Answers the next events of a ledger in one transaction; 0 when another process is at it.
    async fn answer(&mut self, ledger: LedgerId) -> Result<u64, ReactError> {
        let mut conn = self.pool.acquire().await?;
        let mut transaction = conn.begin().await?;
        match self.answer_in(&mut transaction, ledger).await {
            Ok(events) => {
                transaction.commit().await?;
                Ok(events)
            }
            Err(error) => {
                // The checkpoint is free again when this returns.
                transaction.rollback().await?;
                Err(error)
            }
        }
    }

    async fn answer_in(&mut self, conn: &mut PgConnection, ledger: LedgerId) -> Result<u64, ReactError> {
        let held = sqlx::query_file_as!(Held, "sql/reactor_lock.sql", ledger.uuid(), &self.names);
        let held = held.fetch_all(&mut *conn).await?;
        let Some(from) = held.iter().map(|row| row.position).min() else { return Ok(0) };
        let from = u64::try_from(from).unwrap_or_default();
        let mut last = from;
        for stored in log::read_after(conn, ledger, from, self.batch).await? {
            if let Err(rule) = self.show(&stored, last, &held, conn).await? {
                tracing::error!(%ledger, position = stored.position, rule, "reactors stopped before an event");
                self.stopped.insert(ledger.uuid());
                break;
            }
            last = stored.position;
        }
        let moved: Vec<String> = held.into_iter().map(|row| row.reactor).collect();
        let position = i64::try_from(last).unwrap_or(i64::MAX);
        sqlx::query_file!("sql/reactor_move.sql", ledger.uuid(), &moved, position).execute(conn).await?;
        Ok(last - from)
    }

    /// Shows an event to the reactors that answer its type; the rule it breaks when it cannot be the next one. Only what
    /// somebody answers is read as a whole.
    async fn show(
        &self,
        stored: &StoredEvent,
        last: u64,
        held: &[Held],
        conn: &mut PgConnection,
    ) -> Result<Result<(), String>, ReactError> {
        if stored.position != last + 1 {
            return Ok(Err("a position before it is missing".to_owned()));
        }
        let Some(event_type) = event_type_of(&stored.body) else {
            return Ok(Err("its type cannot be read".to_owned()));
        };
        let behind = |reactor: &&Arc<dyn Reactor>| {
            let at = held.iter().find(|row| row.reactor == reactor.name()).map(|row| row.position);
            at.is_some_and(|at| u64::try_from(at).is_ok_and(|at| at < stored.position))
        };
        for reactor in self.reactors.iter().filter(|r| r.event_types().contains(&event_type)).filter(behind) {
            match Recorded::from_body(&stored.body) {
                Ok(event) => reactor.react(&event, conn).await?,
                Err(rule) => return Ok(Err(rule.to_string())),
            }
        }
        Ok(Ok(()))
    }
}
