//! Bill runs and imports: big work in chunks, and how far it is.

use crate::column::{Amount, Text, count, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, Utc};
use mingzhang_domain::account::AccountEvent;
use mingzhang_domain::bill_run::BillRunEvent;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{BillRunId, LedgerId};
use mingzhang_domain::import::ImportEvent;
use mingzhang_domain::value::{Digest, Label};
use uuid::Uuid;

table! {
    /// One bill run; what it posted is counted from the charges themselves.
    pub struct BillRun of "bill_run" {
        key {
            /// The run.
            run_id: Uuid,
        }
        /// Where it began.
        position: i64,
        /// The month of the cycles it bills.
        month: Text<Month>,
        /// Units it visits.
        units: i32,
        /// Month charges posted so far.
        charges: i32,
        /// Sum of them.
        amount: Amount,
        /// Units and items skipped; known when it is complete.
        skipped: Option<i32>,
        /// When it began.
        started_at: DateTime<Utc>,
        /// When every unit was visited.
        completed_at: Option<DateTime<Utc>>,
    }
}

table! {
    /// One import of a file.
    pub struct Import of "import" {
        key {
            /// The import.
            import_id: Uuid,
        }
        /// Where it began.
        position: i64,
        /// Kind of file.
        kind: Text<Label>,
        /// SHA-256 of the file.
        file: Text<Digest>,
        /// Rows to post.
        rows: i32,
        /// Rows posted; known when it is complete.
        posted: Option<i32>,
        /// Rows refused; known when it is complete.
        refused: Option<i32>,
        /// When it began.
        started_at: DateTime<Utc>,
        /// When all rows were posted.
        completed_at: Option<DateTime<Utc>>,
        /// When the payment history in it was withdrawn.
        withdrawn_at: Option<DateTime<Utc>>,
    }
}

/// Folds a fact of a bill run.
pub(crate) fn fold(fact: &BillRunEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        BillRunEvent::BillRunStarted(started) => models.bill_run.insert(BillRun {
            run_id: event.stream.id,
            position: position(event.position),
            month: Text(started.month),
            units: count(started.units),
            charges: 0,
            amount: Amount::ZERO,
            skipped: None,
            started_at: event.recorded_at,
            completed_at: None,
        }),
        BillRunEvent::BillRunCompleted(completed) => {
            let run = models.bill_run.get_mut(&(event.stream.id,));
            let run = run.ok_or(FoldError("a fact about a bill run that was never started"))?;
            run.skipped = Some(count(completed.skipped));
            run.completed_at = Some(event.recorded_at);
        }
    }
    Ok(())
}

/// Counts the charges of a run.
pub(crate) fn fold_charge(fact: &AccountEvent, models: &mut Models) -> Result<(), FoldError> {
    let AccountEvent::ChargePosted(posted) = fact else { return Ok(()) };
    let Some(run) = posted.run else { return Ok(()) };
    let run = models.bill_run.get_mut(&(run.uuid(),));
    let run = run.ok_or(FoldError("a charge of a bill run that was never started"))?;
    run.charges = run.charges.saturating_add(1);
    run.amount.add(posted.amount);
    Ok(())
}

/// Folds a fact of an import.
pub(crate) fn fold_import(fact: &ImportEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        ImportEvent::ImportStarted(started) => models.import.insert(Import {
            import_id: event.stream.id,
            position: position(event.position),
            kind: Text(started.kind.clone()),
            file: Text(started.file),
            rows: count(started.rows),
            posted: None,
            refused: None,
            started_at: event.recorded_at,
            completed_at: None,
            withdrawn_at: None,
        }),
        ImportEvent::HistoryRecorded(recorded) => crate::payment_history::fold(recorded, event, models),
        ImportEvent::HistoryWithdrawn(_) => started(event, models)?.withdrawn_at = Some(event.recorded_at),
        ImportEvent::ImportCompleted(completed) => {
            let import = started(event, models)?;
            import.posted = Some(count(completed.posted));
            import.refused = Some(count(completed.refused));
            import.completed_at = Some(event.recorded_at);
        }
    }
    Ok(())
}

fn started<'m>(event: &Recorded, models: &'m mut Models) -> Result<&'m mut Import, FoldError> {
    models.import.get_mut(&(event.stream.id,)).ok_or(FoldError("a fact about an import that was never started"))
}

impl Reader {
    /// One bill run.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn bill_run(&self, ledger: LedgerId, run: BillRunId) -> Result<Read<Option<BillRun>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(BillRun, "sql/bill_run.sql", s.ledger, s.generation, run.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// Bill runs, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn bill_runs(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<BillRun>>, ReadError> {
        newest_first!(self, ledger, ask, BillRun, "sql/bill_runs.sql")
    }

    /// Imports, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn imports(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<Import>>, ReadError> {
        newest_first!(self, ledger, ask, Import, "sql/imports.sql")
    }
}
