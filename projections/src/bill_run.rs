//! Bill runs and imports: big work in chunks, and how far it is.

use crate::column::{Amount, Text, count, day, ordinal, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::account::AccountEvent;
use mingzhang_domain::bill_run::{BillRunEvent, UnitSkipped};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{BillRunId, LedgerId};
use mingzhang_domain::import::ImportEvent;
use mingzhang_domain::value::{Code, Digest, Label};
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
        /// Units of which something was skipped; known when it is complete.
        skipped: Option<i32>,
        /// When it began.
        started_at: DateTime<Utc>,
        /// When every unit was visited.
        completed_at: Option<DateTime<Utc>>,
    }
}

table! {
    /// What a run did not bill, and why.
    pub struct BillRunSkip of "bill_run_skip" {
        key {
            /// Where it was found.
            position: i64,
            /// From 1 within the event.
            line: i32,
        }
        /// The run.
        run_id: Uuid,
        /// The unit.
        unit_id: Uuid,
        /// The item; absent: a rule refused the whole unit.
        fee_item_id: Option<Uuid>,
        /// The days, as far as they are known.
        service_from: Option<NaiveDate>,
        /// The day after them.
        service_until: Option<NaiveDate>,
        /// A skip code, or the code of the rule.
        reason: String,
        /// The value of the unit that is not known, when that is why.
        missing: Option<String>,
    }
}

/// What a run did not bill, as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkippedItem {
    /// Where it was found.
    pub position: i64,
    /// From 1 within the event.
    pub line: i32,
    /// The unit.
    pub unit_id: Uuid,
    /// Its code now.
    pub unit_code: Text<Code>,
    /// The item; absent: a rule refused the whole unit.
    pub fee_item_id: Option<Uuid>,
    /// The days, as far as they are known.
    pub service_from: Option<NaiveDate>,
    /// The day after them.
    pub service_until: Option<NaiveDate>,
    /// A skip code, or the code of the rule.
    pub reason: String,
    /// The value of the unit that is not known, when that is why.
    pub missing: Option<String>,
}

/// How often a run left something out for a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SkipCount {
    /// A skip code, or the code of a rule.
    pub reason: String,
    /// Items and spans of days.
    pub items: i64,
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
        BillRunEvent::UnitSkipped(skipped) => fold_skips(skipped, event, models),
        BillRunEvent::BillRunCompleted(completed) => {
            let run = models.bill_run.get_mut(&(event.stream.id,));
            let run = run.ok_or(FoldError("a fact about a bill run that was never started"))?;
            run.skipped = Some(count(completed.skipped));
            run.completed_at = Some(event.recorded_at);
        }
    }
    Ok(())
}

fn fold_skips(skipped: &UnitSkipped, event: &Recorded, models: &mut Models) {
    let whole = skipped.rule.iter().map(|rule| (rule.to_string(), None));
    let items = skipped.skips.iter().map(|skip| (skip.reason.to_string(), Some(skip)));
    for (index, (reason, skip)) in whole.chain(items).enumerate() {
        let service = skip.and_then(|skip| skip.service);
        models.bill_run_skip.push(BillRunSkip {
            position: position(event.position),
            line: ordinal(index),
            run_id: event.stream.id,
            unit_id: skipped.unit.uuid(),
            fee_item_id: skip.map(|skip| skip.fee_item.uuid()),
            service_from: service.map(|days| day(days.from())),
            service_until: service.map(|days| day(days.until())),
            reason,
            missing: skip.and_then(|skip| skip.missing.as_ref()).map(|name| name.as_str().to_owned()),
        });
    }
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

    /// What a run did not bill, of one reason or of all, in the order it was found; `after` is position and line.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn bill_run_skips(
        &self,
        ledger: LedgerId,
        run: BillRunId,
        reason: Option<String>,
        ask: Ask<(i64, i32)>,
    ) -> Result<Read<Page<SkippedItem>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (position, line) = ask.after.unwrap_or_default();
                let rows = sqlx::query_file_as!(
                    SkippedItem,
                    "sql/bill_run_skips.sql",
                    s.ledger,
                    s.generation,
                    run.uuid(),
                    reason,
                    position,
                    line,
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// How often a run left something out, by reason.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn bill_run_skip_reasons(
        &self,
        ledger: LedgerId,
        run: BillRunId,
    ) -> Result<Read<Vec<SkipCount>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let run = run.uuid();
                let rows =
                    sqlx::query_file_as!(SkipCount, "sql/bill_run_skip_reasons.sql", s.ledger, s.generation, run);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// Imports, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn imports(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<Import>>, ReadError> {
        newest_first!(self, ledger, ask, Import, "sql/imports.sql")
    }
}
