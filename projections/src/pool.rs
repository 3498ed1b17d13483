//! Pools 公摊: what is shared and how far it is charged. The shares themselves are read out of the pool's own stream.

use crate::column::{Amount, Quantity, Text, count, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{LedgerId, PoolId};
use mingzhang_domain::pool::{PoolEvent, PoolStage};
use mingzhang_domain::value::Label;
use uuid::Uuid;

table! {
    /// One pool.
    pub struct Pool of "pool" {
        key {
            /// The pool.
            pool_id: Uuid,
        }
        /// Where it began.
        position: i64,
        /// What is charged.
        fee_item_id: Uuid,
        /// What it is.
        label: Text<Label>,
        /// First day of the service time.
        service_from: NaiveDate,
        /// Day after the last.
        service_until: NaiveDate,
        /// What is shared; negative when it lowers what another pool charged.
        amount: Amount,
        /// The pool that it lowers.
        lowers_pool_id: Option<Uuid>,
        /// How many units bear it.
        units: i32,
        /// Sum of their weights.
        total_weight: Quantity,
        /// Of the amount, what is charged to nobody.
        uncharged: Amount,
        /// The parts it is charged in.
        chunks: i32,
        /// Of them, those that are charged.
        standing: i32,
        /// When its charges are due.
        due_on: Option<NaiveDate>,
        /// When it was opened.
        opened_at: DateTime<Utc>,
        /// When every share was charged.
        posted_at: Option<DateTime<Utc>>,
        /// When nothing of it was charged any more.
        reversed_at: Option<DateTime<Utc>>,
        /// Where it stands.
        status: Text<PoolStage>,
    }
}

/// Folds a fact of a pool.
pub(crate) fn fold(fact: &PoolEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let pool = event.stream.id;
    match fact {
        PoolEvent::PoolOpened(opened) => models.pool.insert(Pool {
            pool_id: pool,
            position: position(event.position),
            fee_item_id: opened.fee_item.uuid(),
            label: Text(opened.label.clone()),
            service_from: day(opened.service.from()),
            service_until: day(opened.service.until()),
            amount: opened.amount.into(),
            lowers_pool_id: opened.lowers.map(|lowered| lowered.uuid()),
            units: count(opened.units),
            total_weight: Quantity(opened.total_weight),
            uncharged: opened.uncharged.into(),
            chunks: 0,
            standing: 0,
            due_on: None,
            opened_at: event.recorded_at,
            posted_at: None,
            reversed_at: None,
            status: Text(PoolStage::Open),
        }),
        PoolEvent::PoolSharesFixed(_) => {
            let row = row(pool, models)?;
            row.chunks = row.chunks.saturating_add(1);
        }
        PoolEvent::PoolDiscarded(_) => row(pool, models)?.status = Text(PoolStage::Discarded),
        PoolEvent::PoolPostingStarted(started) => {
            let row = row(pool, models)?;
            row.due_on = Some(day(started.due_on));
            row.status = Text(PoolStage::Posting);
        }
        PoolEvent::PoolChunkPosted(_) => {
            let row = row(pool, models)?;
            row.standing = row.standing.saturating_add(1);
        }
        PoolEvent::PoolPosted(posted) => {
            let row = row(pool, models)?;
            row.uncharged = posted.uncharged.into();
            row.posted_at = Some(event.recorded_at);
            row.status = Text(PoolStage::Posted);
        }
        PoolEvent::PoolReversalStarted(_) => row(pool, models)?.status = Text(PoolStage::Reversing),
        PoolEvent::PoolChunkReversed(_) => {
            let row = row(pool, models)?;
            row.standing = row.standing.saturating_sub(1);
        }
        PoolEvent::PoolReversed(_) => {
            let row = row(pool, models)?;
            row.reversed_at = Some(event.recorded_at);
            row.status = Text(PoolStage::Reversed);
        }
    }
    Ok(())
}

fn row(pool: Uuid, models: &mut Models) -> Result<&mut Pool, FoldError> {
    models.pool.get_mut(&(pool,)).ok_or(FoldError("a fact about a pool that was never opened"))
}

impl Reader {
    /// One pool.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn pool(&self, ledger: LedgerId, pool: PoolId) -> Result<Read<Option<Pool>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Pool, "sql/pool.sql", s.ledger, s.generation, pool.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// Pools, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn pools(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<Pool>>, ReadError> {
        newest_first!(self, ledger, ask, Pool, "sql/pools.sql")
    }

    /// Pools that a process has work with, the oldest first, at most 100.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn pools_under_way(&self, ledger: LedgerId) -> Result<Read<Vec<Pool>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(Pool, "sql/pools_under_way.sql", s.ledger, s.generation);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
