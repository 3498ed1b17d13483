//! Openings 期初: batches out of the old books, their control totals, and the deposits that came with them.

use crate::column::{Amount, Text, count, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, Utc};
use mingzhang_domain::account::AccountEvent;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, FeeItemId, LedgerId, OpeningId, PartyId};
use mingzhang_domain::opening::{OpeningEvent, OpeningKind};
use mingzhang_domain::value::{Code, Label};
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

table! {
    /// One deposit that the old books held.
    pub struct Deposit of "deposit" {
        key {
            /// The deposit.
            deposit_id: Uuid,
        }
        /// Where it was posted.
        position: i64,
        /// The account.
        account_id: Uuid,
        /// The batch it came with.
        opening_id: Uuid,
        /// What it was taken for.
        fee_item_id: Uuid,
        /// Who paid it.
        payer_party_id: Uuid,
        /// Number of the receipt that the payer holds.
        old_receipt: Text<Code>,
        /// How much it was.
        amount: Amount,
        /// How much of it is held.
        held: Amount,
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

/// Folds a deposit of an account.
pub(crate) fn fold_deposit(fact: &AccountEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        AccountEvent::OpeningDepositPosted(posted) => models.deposit.insert(Deposit {
            deposit_id: posted.deposit.uuid(),
            position: position(event.position),
            account_id: event.stream.id,
            opening_id: posted.opening.uuid(),
            fee_item_id: posted.fee_item.uuid(),
            payer_party_id: posted.payer.uuid(),
            old_receipt: Text(posted.old_receipt.clone()),
            amount: posted.amount.into(),
            held: posted.amount.into(),
        }),
        AccountEvent::OpeningDepositReversed(reversed) => {
            let deposit = models.deposit.get_mut(&(reversed.deposit.uuid(),));
            deposit.ok_or(FoldError("a deposit is taken back that was never posted"))?.held.take(reversed.amount);
        }
        // The other facts of an account are about no deposit of the old books.
        _ => {}
    }
    Ok(())
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

    /// The deposits of an account in the order they were posted, of all or of one payer; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn deposits_of_account(
        &self,
        ledger: LedgerId,
        account: AccountId,
        payer: Option<PartyId>,
        ask: Ask<i64>,
    ) -> Result<Read<Page<Deposit>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Deposit,
                    "sql/deposits_of_account.sql",
                    s.ledger,
                    s.generation,
                    account.uuid(),
                    ask.after.unwrap_or_default(),
                    payer.map(|id| id.uuid()),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }
}
