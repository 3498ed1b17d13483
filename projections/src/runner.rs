//! The live runner: a task that folds what is new, woken by the lanes of its process and by a poll for those of others.
//!
//! Starts from the checkpoints, so it may be killed anywhere. An event that cannot be folded stops its ledger, is written
//! beside the checkpoint and logged; it is tried again when a runner starts, because then the code may be repaired. May
//! never happen here: skipping it.

use crate::batch::{Folded, Folder};
use crate::error::ProjectionError;
use mingzhang_domain::id::LedgerId;
use sqlx::PgPool;
use std::time::{Duration, Instant};
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// How a runner works.
#[derive(Debug, Clone)]
pub struct RunnerOptions {
    /// Events folded per transaction, shared by its ledgers; each gets some however many they are.
    pub events_per_batch: u32,
    /// Ledgers folded per transaction at most.
    pub ledgers_per_batch: u32,
    /// How often it looks for what other processes wrote.
    pub poll: Duration,
    /// The longest rest between two batches. A batch costs the same statements for one event as for many, so the runner
    /// works at most a fifth of the time while it keeps up, and leaves the rest to the commands.
    pub rest: Duration,
    /// Rows kept in memory at most, so that they need not be loaded for the next batch; about 500 bytes each.
    pub kept_rows: usize,
}

impl Default for RunnerOptions {
    fn default() -> Self {
        Self {
            events_per_batch: 2_000,
            ledgers_per_batch: 32,
            poll: Duration::from_millis(200),
            rest: Duration::from_millis(200),
            kept_rows: 50_000,
        }
    }
}

/// Events that each ledger of a batch gets at least.
const LEAST_SHARE: u32 = 64;
/// A batch below this says that the runner keeps up.
const FEW: usize = 1_000;

/// Folds until nothing is behind, then waits.
#[derive(Debug)]
pub struct Runner {
    stop: watch::Sender<bool>,
    folded: watch::Receiver<u64>,
    task: JoinHandle<()>,
}

impl Runner {
    /// Starts the task on the projector's pool. `heads` is what the lanes of this process announce after a commit.
    pub fn start(pool: PgPool, heads: Option<broadcast::Receiver<(LedgerId, u64)>>, options: RunnerOptions) -> Self {
        let (stop, stopping) = watch::channel(false);
        let (fold, folded) = watch::channel(0);
        let task = tokio::spawn(follow(pool, heads, options, stopping, fold));
        Self { stop, folded, task }
    }

    /// Changes after every batch that this process wrote: what a waiting read listens to.
    pub fn folded(&self) -> watch::Receiver<u64> {
        self.folded.clone()
    }

    /// Finishes the batch at hand and ends.
    pub async fn stop(self) {
        // The task may have ended; then there is nothing to stop.
        let _gone = self.stop.send(true);
        if let Err(error) = self.task.await {
            tracing::error!(%error, "the projection runner did not end well");
        }
    }
}

/// Folds everything there is, once, and answers how many events that was: for tools and tests.
///
/// # Errors
/// [`ProjectionError::Poison`] when a ledger stopped, [`ProjectionError::Database`].
pub async fn catch_up(pool: &PgPool, options: &RunnerOptions) -> Result<usize, ProjectionError> {
    let mut folder = Folder::new(pool.clone(), options.kept_rows);
    let mut events = 0;
    let mut retry = true;
    loop {
        let folded = turn(&mut folder, pool, options, retry).await?;
        retry = false;
        if let Some((ledger_id, position, rule)) = first_stop(&folded) {
            return Err(ProjectionError::Poison { ledger_id, position, rule });
        }
        let more: usize = folded.iter().map(|part| part.events).sum();
        if more == 0 {
            return Ok(events);
        }
        events += more;
    }
}

fn first_stop(folded: &[Folded]) -> Option<(Uuid, u64, String)> {
    folded.iter().find_map(|part| part.stopped.clone().map(|(at, rule)| (part.ledger_id, at, rule)))
}

async fn follow(
    pool: PgPool,
    mut heads: Option<broadcast::Receiver<(LedgerId, u64)>>,
    options: RunnerOptions,
    mut stopping: watch::Receiver<bool>,
    fold: watch::Sender<u64>,
) {
    let mut folder = Folder::new(pool.clone(), options.kept_rows);
    let mut retry_stopped = true;
    while !*stopping.borrow() {
        let began = Instant::now();
        let events = match turn(&mut folder, &pool, &options, retry_stopped).await {
            Ok(folded) => {
                retry_stopped = false;
                announce(&folded);
                let events: usize = folded.iter().map(|part| part.events).sum();
                if events > 0 {
                    fold.send_modify(|count| *count = count.wrapping_add(1));
                }
                events
            }
            Err(error) => {
                tracing::warn!(%error, "read models could not be folded; trying again");
                0
            }
        };
        if events == 0 {
            wait(&mut heads, &options, &mut stopping).await;
        } else if events < FEW {
            let rest = options.rest.min(began.elapsed() * 4);
            tokio::select! {
                () = tokio::time::sleep(rest) => {}
                _ = stopping.changed() => {}
            }
        }
    }
}

/// Until a lane announces a commit, the poll is due, or the runner is to stop.
async fn wait(
    heads: &mut Option<broadcast::Receiver<(LedgerId, u64)>>,
    options: &RunnerOptions,
    stopping: &mut watch::Receiver<bool>,
) {
    let announced = async {
        match heads {
            // Announcements that were missed say the same: something is new. Closed: only the poll is left.
            Some(heads) => match heads.recv().await {
                Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                Err(broadcast::error::RecvError::Closed) => std::future::pending().await,
            },
            None => std::future::pending().await,
        }
    };
    tokio::select! {
        () = announced => {}
        () = tokio::time::sleep(options.poll) => {}
        _ = stopping.changed() => {}
    }
    if let Some(heads) = heads {
        // What waits is covered by the turn that follows.
        while heads.try_recv().is_ok() {}
    }
}

fn announce(folded: &[Folded]) {
    for part in folded {
        if let Some((position, rule)) = &part.stopped {
            tracing::error!(ledger_id = %part.ledger_id, position, rule, "projection stopped: an event cannot be folded");
        }
    }
}

/// One batch of the ledgers that are behind.
async fn turn(
    folder: &mut Folder,
    pool: &PgPool,
    options: &RunnerOptions,
    retry_stopped: bool,
) -> Result<Vec<Folded>, ProjectionError> {
    let limit = i64::from(options.ledgers_per_batch);
    let behind = sqlx::query_file!("sql/behind.sql", retry_stopped, limit).fetch_all(pool).await?;
    if behind.is_empty() {
        return Ok(Vec::new());
    }
    let new: Vec<Uuid> = behind.iter().filter(|row| row.generation.is_none()).map(|row| row.ledger_id).collect();
    if !new.is_empty() {
        sqlx::query_file!("sql/enrol.sql", &new).execute(pool).await?;
    }
    let ledgers: Vec<Uuid> = behind.iter().map(|row| row.ledger_id).collect();
    let share = options.events_per_batch / u32::try_from(ledgers.len()).unwrap_or(u32::MAX);
    let limit = share.max(LEAST_SHARE).min(options.events_per_batch);
    match folder.fold(&ledgers, limit, retry_stopped).await {
        Err(error) if error.is_refused_row() => one_by_one(folder, pool, &ledgers, limit).await,
        answer => answer,
    }
}

/// The database refused a row of a batch: finds the ledger and the event that it came from, and stops only there.
async fn one_by_one(
    folder: &mut Folder,
    pool: &PgPool,
    ledgers: &[Uuid],
    limit: u32,
) -> Result<Vec<Folded>, ProjectionError> {
    let mut all = Vec::new();
    for ledger in ledgers {
        let mut limit = limit;
        loop {
            match folder.fold(std::slice::from_ref(ledger), limit, false).await {
                Ok(folded) => all.extend(folded),
                Err(error) if error.is_refused_row() && limit > 1 => {
                    limit /= 2;
                    continue;
                }
                Err(error) if error.is_refused_row() => {
                    tracing::error!(ledger_id = %ledger, %error, "projection stopped: the database refuses a row");
                    let rule = "the database refuses a row of it";
                    sqlx::query_file!("sql/stop.sql", ledger, rule).execute(pool).await?;
                }
                Err(error) => return Err(error),
            }
            break;
        }
    }
    Ok(all)
}
