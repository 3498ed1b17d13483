//! Bill runs and imports: big work in chunks, and how far it is.

use crate::column::{Amount, Text, count, day, ordinal, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::account::AccountEvent;
use mingzhang_domain::bill_run::{BillRunEvent, BillRunStage, BillRunUnitsDrafted, UnitSkipped};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{BillRunId, LedgerId};
use mingzhang_domain::import::ImportEvent;
use mingzhang_domain::value::{Code, Count, Digest, Label};
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
        /// Where it stands.
        status: Text<BillRunStage>,
        /// From when on owners see their bills; of a draft not before it is posted.
        published_on: Option<NaiveDate>,
        /// Of a draft: units that would be charged for something.
        drafted_units: Option<i32>,
        /// Of a draft: month charges.
        drafted_charges: Option<i32>,
        /// Of a draft: sum of them.
        drafted_amount: Option<Amount>,
        /// Of a draft: digest of all that would be charged, which whoever posts it names.
        digest: Option<Text<Digest>>,
        /// Charges that were reversed with it; known at the end.
        reversed_charges: Option<i32>,
        /// What was owed of them.
        reversed_amount: Option<Amount>,
        /// Units that a rule kept from being taken back; known at the end.
        not_reversed: Option<i32>,
        /// When it was taken back.
        reversed_at: Option<DateTime<Utc>>,
    }
}

table! {
    /// What a draft says of a unit.
    pub struct BillRunUnit of "bill_run_unit" {
        key {
            /// Where it was written down.
            position: i64,
            /// From 1 within the event.
            line: i32,
        }
        /// The run.
        run_id: Uuid,
        /// The unit.
        unit_id: Uuid,
        /// Month charges.
        charges: i32,
        /// Sum of them.
        amount: Amount,
    }
}

/// What a draft says of a unit, as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftedUnit {
    /// Where it was written down.
    pub position: i64,
    /// From 1 within the event.
    pub line: i32,
    /// The unit.
    pub unit_id: Uuid,
    /// Its code now.
    pub unit_code: Text<Code>,
    /// Month charges.
    pub charges: i32,
    /// Sum of them.
    pub amount: Amount,
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
        BillRunEvent::BillRunDraftStarted(e) => begin(event, models, (e.month, e.units), BillRunStage::Drafting),
        BillRunEvent::BillRunStarted(e) => {
            begin(event, models, (e.month, e.units), BillRunStage::Posting);
            run(event.stream.id, models)?.published_on = Some(day(e.publish_on.unwrap_or(event.effective_on)));
        }
        BillRunEvent::BillRunUnitsDrafted(drafted) => fold_drafts(drafted, event, models),
        BillRunEvent::BillRunDrafted(drafted) => {
            let run = run(event.stream.id, models)?;
            run.status = Text(BillRunStage::Drafted);
            run.drafted_units = Some(count(drafted.units));
            run.drafted_charges = Some(count(drafted.charges));
            run.drafted_amount = Some(drafted.amount.into());
            run.digest = Some(Text(drafted.digest));
        }
        BillRunEvent::BillRunPostingStarted(e) => {
            let run = run(event.stream.id, models)?;
            run.status = Text(BillRunStage::Posting);
            run.published_on = Some(day(e.publish_on.unwrap_or(event.effective_on)));
        }
        BillRunEvent::BillRunDiscarded(_) => run(event.stream.id, models)?.status = Text(BillRunStage::Discarded),
        BillRunEvent::UnitSkipped(skipped) => fold_skips(skipped, event, models),
        BillRunEvent::BillRunCompleted(completed) => {
            let run = run(event.stream.id, models)?;
            run.skipped = Some(count(completed.skipped));
            run.completed_at = Some(event.recorded_at);
            run.status = Text(BillRunStage::Posted);
        }
        BillRunEvent::BillRunReversalStarted(_) => run(event.stream.id, models)?.status = Text(BillRunStage::Reversing),
        BillRunEvent::BillRunReversed(reversed) => {
            let run = run(event.stream.id, models)?;
            run.status = Text(BillRunStage::Reversed);
            run.reversed_charges = Some(count(reversed.charges));
            run.reversed_amount = Some(reversed.amount.into());
            run.not_reversed = Some(count(reversed.skipped));
            run.reversed_at = Some(event.recorded_at);
        }
    }
    Ok(())
}

fn begin(event: &Recorded, models: &mut Models, (month, units): (Month, Count), status: BillRunStage) {
    models.bill_run.insert(BillRun {
        run_id: event.stream.id,
        position: position(event.position),
        month: Text(month),
        units: count(units),
        charges: 0,
        amount: Amount::ZERO,
        skipped: None,
        started_at: event.recorded_at,
        completed_at: None,
        status: Text(status),
        published_on: None,
        drafted_units: None,
        drafted_charges: None,
        drafted_amount: None,
        digest: None,
        reversed_charges: None,
        reversed_amount: None,
        not_reversed: None,
        reversed_at: None,
    });
}

fn run(run: Uuid, models: &mut Models) -> Result<&mut BillRun, FoldError> {
    models.bill_run.get_mut(&(run,)).ok_or(FoldError("a fact about a bill run that was never started"))
}

fn fold_drafts(drafted: &BillRunUnitsDrafted, event: &Recorded, models: &mut Models) {
    for (index, unit) in drafted.units.iter().enumerate() {
        models.bill_run_unit.push(BillRunUnit {
            position: position(event.position),
            line: ordinal(index),
            run_id: event.stream.id,
            unit_id: unit.unit.uuid(),
            charges: count(unit.charges),
            amount: unit.amount.into(),
        });
    }
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

/// Counts the charges that a run posts; what a transfer charges anew in their place later is none of them.
pub(crate) fn fold_charge(fact: &AccountEvent, models: &mut Models) -> Result<(), FoldError> {
    let AccountEvent::ChargePosted(posted) = fact else { return Ok(()) };
    let Some(of) = posted.run else { return Ok(()) };
    let run = run(of.uuid(), models)?;
    if run.status == Text(BillRunStage::Posting) {
        run.charges = run.charges.saturating_add(1);
        run.amount.add(posted.amount);
    }
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

    /// Bill runs that a process has work with, the oldest first, at most 100.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn bill_runs_under_way(&self, ledger: LedgerId) -> Result<Read<Vec<BillRun>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(BillRun, "sql/bill_runs_under_way.sql", s.ledger, s.generation);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// What a draft says of each unit; `after` is position and line.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn bill_run_units(
        &self,
        ledger: LedgerId,
        run: BillRunId,
        ask: Ask<(i64, i32)>,
    ) -> Result<Read<Page<DraftedUnit>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (position, line) = ask.after.unwrap_or_default();
                let rows = sqlx::query_file_as!(
                    DraftedUnit,
                    "sql/bill_run_units.sql",
                    s.ledger,
                    s.generation,
                    run.uuid(),
                    position,
                    line,
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
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
