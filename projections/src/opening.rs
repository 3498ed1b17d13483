//! Openings 期初: batches out of the old books and their control totals.

use crate::column::{Amount, Text, count, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, Utc};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{FeeItemId, LedgerId, OpeningId};
use mingzhang_domain::opening::{OpeningEvent, OpeningKind};
use mingzhang_domain::value::Label;
use uuid::Uuid;

states! {
    /// Where a batch stands.
    pub enum OpeningStatus {
        /// Records come in; nothing posts.
        Draft = "draft",
        /// It is being posted.
        Posting = "posting",
        /// Every record stands in its account.
        Posted = "posted",
        /// It is being taken back.
        Reversing = "reversing",
        /// Nothing of it stands any more.
        Reversed = "reversed",
        /// The draft was given up: nothing of it ever stood.
        Discarded = "discarded",
    }
}

table! {
    /// One batch of openings.
    pub struct Opening of "opening" {
        key {
            /// The batch.
            opening_id: Uuid,
        }
        /// Where it began.
        position: i64,
        /// The file that its records come from.
        import_id: Option<Uuid>,
        /// Records in it.
        records: i32,
        /// Sum of their amounts.
        amount: Amount,
        /// The parts it is posted in.
        chunks: i32,
        /// Of them, those that stand in the accounts.
        standing: i32,
        /// When it began.
        started_at: DateTime<Utc>,
        /// When every record stood in its account.
        completed_at: Option<DateTime<Utc>>,
        /// When nothing of it stood any more.
        reversed_at: Option<DateTime<Utc>>,
        /// Where it stands.
        status: Text<OpeningStatus>,
        /// The part that was refused, while the batch waits for somebody.
        refused_chunk: Option<i32>,
        /// The record that was refused, counted over the batch.
        refused_record: Option<i32>,
        /// That record's account.
        refused_account_id: Option<Uuid>,
        /// The rule that refused it.
        refused_by: Option<Text<Label>>,
        /// How often somebody let it go on.
        resumed: i32,
    }
}

table! {
    /// The records of one kind and fee item in a batch, beside what the old books say.
    pub struct OpeningTotal of "opening_total" {
        key {
            /// The batch.
            opening_id: Uuid,
            /// Of what.
            kind: Text<OpeningKind>,
            /// The fee item as text; empty for none.
            item: String,
        }
        /// The fee item; absent for credit that is for none.
        fee_item_id: Option<Uuid>,
        /// As the old books have it; absent when they were not asked.
        control_total: Option<Amount>,
        /// Sum of the records.
        amount: Amount,
        /// How many there are.
        records: i32,
    }
}

/// Folds a fact of a batch.
pub(crate) fn fold(fact: &OpeningEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let opening = event.stream.id;
    match fact {
        OpeningEvent::OpeningStarted(started) => {
            models.opening.insert(Opening {
                opening_id: opening,
                position: position(event.position),
                import_id: started.import.map(|import| import.uuid()),
                records: 0,
                amount: Amount::ZERO,
                chunks: 0,
                standing: 0,
                started_at: event.recorded_at,
                completed_at: None,
                reversed_at: None,
                status: Text(OpeningStatus::Draft),
                refused_chunk: None,
                refused_record: None,
                refused_account_id: None,
                refused_by: None,
                resumed: 0,
            });
            for control in &started.totals {
                total(opening, control.kind, control.fee_item, models).control_total = Some(control.amount.into());
            }
        }
        OpeningEvent::OpeningRecordsAdded(added) => {
            let records = i32::try_from(added.records.len()).unwrap_or(i32::MAX);
            let batch = row(opening, models)?;
            batch.records = batch.records.saturating_add(records);
            batch.chunks = batch.chunks.saturating_add(1);
            for (kind, fee_item, amount) in added.records.iter().filter_map(|record| record.counts()) {
                row(opening, models)?.amount.add(amount);
                let sum = total(opening, kind, fee_item, models);
                sum.amount.add(amount);
                sum.records = sum.records.saturating_add(1);
            }
        }
        OpeningEvent::OpeningPostingStarted(_) => row(opening, models)?.status = Text(OpeningStatus::Posting),
        OpeningEvent::OpeningChunkPosted(_) => {
            let batch = row(opening, models)?;
            batch.standing = batch.standing.saturating_add(1);
        }
        OpeningEvent::OpeningChunkRefused(refused) => {
            let batch = row(opening, models)?;
            batch.refused_chunk = Some(count(refused.chunk));
            batch.refused_record = refused.record.map(count);
            batch.refused_account_id = refused.account.map(|account| account.uuid());
            batch.refused_by = Some(Text(refused.rule.clone()));
        }
        OpeningEvent::OpeningResumed(_) => {
            let batch = row(opening, models)?;
            batch.resumed = batch.resumed.saturating_add(1);
            goes_on(batch);
        }
        OpeningEvent::OpeningCompleted(_) => {
            let batch = row(opening, models)?;
            batch.completed_at = Some(event.recorded_at);
            batch.status = Text(OpeningStatus::Posted);
        }
        OpeningEvent::OpeningReversalStarted(_) => {
            let batch = row(opening, models)?;
            batch.status = Text(OpeningStatus::Reversing);
            goes_on(batch);
        }
        OpeningEvent::OpeningChunkReversed(_) => {
            let batch = row(opening, models)?;
            batch.standing = batch.standing.saturating_sub(1);
        }
        OpeningEvent::OpeningReversed(_) => {
            let batch = row(opening, models)?;
            batch.reversed_at = Some(event.recorded_at);
            batch.status = Text(OpeningStatus::Reversed);
        }
        OpeningEvent::OpeningDiscarded(_) => row(opening, models)?.status = Text(OpeningStatus::Discarded),
    }
    Ok(())
}

/// What was refused is in nobody's way any more.
fn goes_on(batch: &mut Opening) {
    (batch.refused_chunk, batch.refused_record) = (None, None);
    (batch.refused_account_id, batch.refused_by) = (None, None);
}

fn row(opening: Uuid, models: &mut Models) -> Result<&mut Opening, FoldError> {
    models.opening.get_mut(&(opening,)).ok_or(FoldError("a fact about a batch of openings that was never started"))
}

fn total(opening: Uuid, kind: OpeningKind, fee_item: Option<FeeItemId>, models: &mut Models) -> &mut OpeningTotal {
    let item = fee_item.map(|item| item.to_string()).unwrap_or_default();
    let key = (opening, Text(kind), item.clone());
    models.opening_total.get_or(&key, || OpeningTotal {
        opening_id: opening,
        kind: Text(kind),
        item,
        fee_item_id: fee_item.map(|item| item.uuid()),
        control_total: None,
        amount: Amount::ZERO,
        records: 0,
    })
}

impl Reader {
    /// One batch of openings.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn opening(&self, ledger: LedgerId, opening: OpeningId) -> Result<Read<Option<Opening>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Opening, "sql/opening.sql", s.ledger, s.generation, opening.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// Batches of openings, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn openings(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<Opening>>, ReadError> {
        newest_first!(self, ledger, ask, Opening, "sql/openings.sql")
    }

    /// The totals of a batch, by kind and fee item.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn opening_totals(
        &self,
        ledger: LedgerId,
        opening: OpeningId,
    ) -> Result<Read<Vec<OpeningTotal>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    OpeningTotal,
                    "sql/opening_totals.sql",
                    s.ledger,
                    s.generation,
                    opening.uuid()
                );
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
