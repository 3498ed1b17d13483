//! Cashiers' shifts 班次: what went through the box, and the count at the end.

use crate::column::{Amount, Text, count, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::{DateTime, Utc};
use mingzhang_domain::book::Purse;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{LedgerId, ShiftId};
use mingzhang_domain::shift::{ShiftEvent, ShiftOpened};
use uuid::Uuid;

states! {
    /// How a shift stands.
    pub enum ShiftStatus {
        /// Cash is taken.
        Open = "open",
        /// The box was counted.
        Counted = "counted",
        /// It is over.
        Closed = "closed",
    }
}

table! {
    /// One shift. Expected in the box: `opening_cash` + `taken` − `given_back`.
    pub struct Shift of "shift" {
        key {
            /// The shift.
            shift_id: Uuid,
        }
        /// The cash box.
        channel_account_id: Uuid,
        /// The purse whose cash it holds.
        purse: Text<Purse>,
        /// The cashier.
        cashier_staff_id: Uuid,
        /// Cash in the box at the start.
        opening_cash: Amount,
        /// Cash that went in.
        taken: Amount,
        /// Cash that went out.
        given_back: Amount,
        /// The newest slip.
        slips: i32,
        /// Counted at the end.
        counted: Option<Amount>,
        /// Counted less expected.
        difference: Option<Amount>,
        /// When it began.
        opened_at: DateTime<Utc>,
        /// When it ended.
        closed_at: Option<DateTime<Utc>>,
        /// How it stands.
        status: Text<ShiftStatus>,
    }
}

/// Folds a fact of a shift.
pub(crate) fn fold(fact: &ShiftEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        ShiftEvent::ShiftOpened(opened) => models.shift.insert(new(opened, event)),
        ShiftEvent::CashTaken(cash) => {
            let shift = shift(event, models)?;
            shift.taken.add(cash.amount);
            shift.slips = shift.slips.max(count(cash.slip));
        }
        ShiftEvent::CashReturned(cash) => shift(event, models)?.given_back.add(cash.amount),
        ShiftEvent::ShiftCounted(counted) => {
            let shift = shift(event, models)?;
            shift.counted = Some(counted.counted.into());
            shift.difference = Some(counted.difference.into());
            shift.status = Text(ShiftStatus::Counted);
        }
        ShiftEvent::ShiftClosed(_) => {
            let shift = shift(event, models)?;
            shift.closed_at = Some(event.recorded_at);
            shift.status = Text(ShiftStatus::Closed);
        }
    }
    Ok(())
}

fn new(opened: &ShiftOpened, event: &Recorded) -> Shift {
    Shift {
        shift_id: event.stream.id,
        channel_account_id: opened.channel_account.uuid(),
        purse: Text(opened.purse),
        cashier_staff_id: opened.cashier.uuid(),
        opening_cash: opened.float.into(),
        taken: Amount::ZERO,
        given_back: Amount::ZERO,
        slips: 0,
        counted: None,
        difference: None,
        opened_at: event.recorded_at,
        closed_at: None,
        status: Text(ShiftStatus::Open),
    }
}

fn shift<'m>(event: &Recorded, models: &'m mut Models) -> Result<&'m mut Shift, FoldError> {
    models.shift.get_mut(&(event.stream.id,)).ok_or(FoldError("a fact about a shift that was never opened"))
}

impl Reader {
    /// One shift.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn shift(&self, ledger: LedgerId, shift: ShiftId) -> Result<Read<Option<Shift>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Shift, "sql/shift.sql", s.ledger, s.generation, shift.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// Shifts, the newest first; `after` is the time it opened and its id.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn shifts(
        &self,
        ledger: LedgerId,
        ask: Ask<(DateTime<Utc>, Uuid)>,
    ) -> Result<Read<Page<Shift>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let after = ask.after.unwrap_or((DateTime::<Utc>::MAX_UTC, Uuid::max()));
                let rows = sqlx::query_file_as!(
                    Shift,
                    "sql/shifts.sql",
                    s.ledger,
                    s.generation,
                    after.0,
                    after.1,
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }
}
