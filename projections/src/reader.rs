//! How read models are read: rows and the position they reflect from one snapshot, in a task of its own.
//!
//! A client that goes away drops its future, never the transaction: the task owns it and ends it. Each model's file adds
//! its queries to [`Reader`]. May never happen here: rows of one position answered with another.

use mingzhang_domain::id::LedgerId;
use sqlx::postgres::PgConnection;
use sqlx::{PgPool, Postgres, Transaction};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use tokio::sync::watch;
use uuid::Uuid;

/// Rows of a page at most.
pub const MAX_PAGE: u16 = 200;

/// What was read, and the newest position of the ledger that it reflects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read<T> {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// The position.
    pub position: u64,
    /// The rows.
    pub value: T,
}

/// A page of rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The rows, in the order of the list.
    pub items: Vec<T>,
    /// True when more follow the last of them.
    pub more: bool,
}

/// Which page: what follows a key, so many rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask<C> {
    /// The key of the last row of the page before; absent for the first page.
    pub after: Option<C>,
    /// Rows wanted; more than [`MAX_PAGE`] are not given.
    pub limit: u16,
}

impl<C> Ask<C> {
    /// One row more than wanted tells whether more follow.
    pub(crate) fn fetch(&self) -> i64 {
        i64::from(self.limit.clamp(1, MAX_PAGE)) + 1
    }

    /// The page out of what was fetched.
    pub(crate) fn page<T>(&self, mut items: Vec<T>) -> Page<T> {
        let limit = usize::from(self.limit.clamp(1, MAX_PAGE));
        let more = items.len() > limit;
        items.truncate(limit);
        Page { items, more }
    }
}

/// Why nothing was read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// There is no such ledger.
    #[error("there is no such ledger")]
    LedgerUnknown,
    /// The rows do not reflect the wanted position yet.
    #[error("the rows reflect position {position} and not yet {wanted}")]
    Behind {
        /// The position they reflect.
        position: u64,
        /// The position wanted.
        wanted: u64,
    },
    /// The wanted position is beyond the end of the log.
    #[error("the log ends at position {head}, before {wanted}")]
    BeyondHead {
        /// Where the log ends.
        head: u64,
        /// The position wanted.
        wanted: u64,
    },
    /// A version brought the read model, and it is not folded yet.
    #[error("the read model is being folded anew")]
    Incomplete,
    /// The database could not be reached, or refused.
    #[error("the database: {0}")]
    Database(#[from] sqlx::Error),
}

/// How far the rows of a ledger are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lag {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// Where its log ends.
    pub head: u64,
    /// The position its rows reflect.
    pub position: u64,
    /// When the newest event was recorded.
    pub recorded_at: chrono::DateTime<chrono::Utc>,
    /// The event that cannot be folded, and the rule it breaks.
    pub stopped: Option<(u64, String)>,
}

/// Reads the read models with the reader's role.
#[derive(Debug, Clone)]
pub struct Reader {
    pool: PgPool,
    folded: Option<watch::Receiver<u64>>,
}

/// One snapshot of one ledger.
#[derive(Debug)]
pub struct Snapshot {
    transaction: Transaction<'static, Postgres>,
    /// The ledger.
    pub ledger: Uuid,
    /// The generation it is read from.
    pub generation: i16,
    /// The position it reflects.
    pub position: u64,
}

impl Snapshot {
    /// The connection of the snapshot.
    pub fn conn(&mut self) -> &mut PgConnection {
        &mut self.transaction
    }
}

/// What is done in a snapshot.
pub type Work<'s, T> = Pin<Box<dyn Future<Output = Result<T, ReadError>> + Send + 's>>;

/// How often a waiting read looks when no runner of this process tells it.
const LOOK: Duration = Duration::from_millis(25);

impl Reader {
    /// On the reader's pool; `folded` is what the runner of this process announces, if it has one.
    pub fn new(pool: PgPool, folded: Option<watch::Receiver<u64>>) -> Self {
        Self { pool, folded }
    }

    /// Reads in one snapshot.
    ///
    /// # Errors
    /// [`ReadError::LedgerUnknown`], [`ReadError::Database`], and what the work answers.
    pub async fn read<T, F>(&self, ledger: LedgerId, work: F) -> Result<Read<T>, ReadError>
    where
        T: Send + 'static,
        F: for<'s> FnOnce(&'s mut Snapshot) -> Work<'s, T> + Send + 'static,
    {
        let pool = self.pool.clone();
        let task = tokio::spawn(async move {
            let mut transaction = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
            let from = sqlx::query_file!("sql/read_from.sql", ledger.uuid()).fetch_optional(&mut *transaction).await?;
            let from = from.ok_or(ReadError::LedgerUnknown)?;
            let position = unsigned(from.position);
            let mut snapshot = Snapshot { transaction, ledger: ledger.uuid(), generation: from.generation, position };
            let value = work(&mut snapshot).await?;
            snapshot.transaction.rollback().await?;
            Ok(Read { ledger_id: ledger, position, value })
        });
        // The task is not cancelled by anybody; it can only end, or panic.
        let read = task.await.unwrap_or(Err(ReadError::Database(sqlx::Error::WorkerCrashed)));
        read.map_err(|error| if is_kept_from(&error) { ReadError::Incomplete } else { error })
    }

    /// Waits until the rows of a ledger reflect a position.
    ///
    /// # Errors
    /// [`ReadError::Behind`] when they do not in time, [`ReadError::BeyondHead`], [`ReadError::LedgerUnknown`],
    /// [`ReadError::Database`].
    pub async fn wait_for(&self, ledger: LedgerId, wanted: u64, timeout: Duration) -> Result<(), ReadError> {
        let mut folded = self.folded.clone();
        let end = tokio::time::Instant::now() + timeout;
        loop {
            if let Some(folded) = &mut folded {
                folded.mark_unchanged();
            }
            let position = self.reached(ledger, wanted).await?;
            if position >= wanted {
                return Ok(());
            }
            if tokio::time::Instant::now() >= end {
                return Err(ReadError::Behind { position, wanted });
            }
            tokio::select! {
                () = announced(&mut folded) => {}
                () = tokio::time::sleep(LOOK) => {}
            }
        }
    }

    async fn reached(&self, ledger: LedgerId, wanted: u64) -> Result<u64, ReadError> {
        let row = sqlx::query_file!("sql/position_and_head.sql", ledger.uuid()).fetch_optional(&self.pool).await?;
        let row = row.ok_or(ReadError::LedgerUnknown)?;
        let (head, position) = (unsigned(row.head), unsigned(row.position));
        if wanted > head { Err(ReadError::BeyondHead { head, wanted }) } else { Ok(position) }
    }

    /// How many read models are incomplete, for readiness and metrics.
    ///
    /// # Errors
    /// [`ReadError::Database`].
    pub async fn incomplete(&self) -> Result<usize, ReadError> {
        Ok(crate::rebuild::incomplete(&self.pool).await?.len())
    }

    /// How far the rows of every ledger are, for readiness and metrics.
    ///
    /// # Errors
    /// [`ReadError::Database`].
    pub async fn lags(&self) -> Result<Vec<Lag>, ReadError> {
        let rows = sqlx::query_file!("sql/lags.sql").fetch_all(&self.pool).await?;
        Ok(rows
            .into_iter()
            .map(|row| Lag {
                ledger_id: LedgerId(row.ledger_id),
                head: unsigned(row.head),
                position: unsigned(row.position),
                recorded_at: row.recorded_at,
                stopped: row.stopped_at_position.map(unsigned).zip(row.stopped_because),
            })
            .collect())
    }
}

/// True when readers are kept from a table: what it says is not complete (`migrations/sql/0017_read_model_complete.sql`).
fn is_kept_from(error: &ReadError) -> bool {
    let ReadError::Database(sqlx::Error::Database(answer)) = error else { return false };
    answer.code().as_deref() == Some("42501")
}

async fn announced(folded: &mut Option<watch::Receiver<u64>>) {
    match folded {
        Some(folded) => {
            if folded.changed().await.is_err() {
                // The runner is gone; only looking is left.
                std::future::pending::<()>().await;
            }
        }
        None => std::future::pending().await,
    }
}

fn unsigned(position: i64) -> u64 {
    u64::try_from(position).unwrap_or_default()
}

/// Reads a page of rows whose cursor is a position, the newest first: the statement takes ledger, generation, what else is
/// given, the position before which the page begins, and how many rows.
macro_rules! newest_first {
    ($reader:ident, $ledger:ident, $ask:ident, $row:ty, $statement:literal $(, $argument:expr)*) => {
        $reader
            .read($ledger, move |s| {
                Box::pin(async move {
                    let after = $ask.after.unwrap_or(i64::MAX);
                    let rows =
                        sqlx::query_file_as!($row, $statement, s.ledger, s.generation, $($argument,)* after, $ask.fetch());
                    Ok($ask.page(rows.fetch_all(s.conn()).await?))
                })
            })
            .await
    };
}
pub(crate) use newest_first;
