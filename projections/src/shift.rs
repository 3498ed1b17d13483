//! Cashiers' shifts 班次: what went through the box, and the count at the end.

use crate::column::{Amount, Text, count, day, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::book::Purse;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{LedgerId, ShiftId};
use mingzhang_domain::shift::{CashBanked, ShiftEvent, ShiftOpened};
use mingzhang_domain::value::Code;
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
    /// One shift. Expected in the box: `opening_cash` + `taken` − `given_back` − `banked` while it is open.
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
        /// Cash of it that went to a bank.
        banked: Amount,
    }
}

table! {
    /// Cash of a shift that was paid into a bank account.
    pub struct CashBanking of "cash_banking" {
        key {
            /// The shift.
            shift_id: Uuid,
            /// The n-th time that cash of it went to a bank.
            number: i32,
        }
        /// Where it was recorded.
        position: i64,
        /// The cash box.
        channel_account_id: Uuid,
        /// The bank account.
        bank_account_id: Uuid,
        /// How much.
        amount: Amount,
        /// The bank's day.
        value_on: NaiveDate,
        /// Number of the bank's slip.
        slip: Option<Text<Code>>,
        /// True when the record was a mistake.
        reversed: bool,
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
        ShiftEvent::CashBanked(cash) => {
            models.cash_banking.insert(banking(cash, event));
            shift(event, models)?.banked.add(cash.amount);
        }
        ShiftEvent::CashBankingReversed(cash) => {
            let row = models.cash_banking.get_mut(&(event.stream.id, count(cash.number)));
            row.ok_or(FoldError("banked cash is reversed that was never recorded"))?.reversed = true;
            shift(event, models)?.banked.take(cash.amount);
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
        banked: Amount::ZERO,
        slips: 0,
        counted: None,
        difference: None,
        opened_at: event.recorded_at,
        closed_at: None,
        status: Text(ShiftStatus::Open),
    }
}

fn banking(banked: &CashBanked, event: &Recorded) -> CashBanking {
    CashBanking {
        shift_id: event.stream.id,
        number: count(banked.number),
        position: position(event.position),
        channel_account_id: banked.channel_account.uuid(),
        bank_account_id: banked.bank_account.uuid(),
        amount: banked.amount.into(),
        value_on: day(banked.value_on),
        slip: banked.slip.clone().map(Text),
        reversed: false,
    }
}

fn shift<'m>(event: &Recorded, models: &'m mut Models) -> Result<&'m mut Shift, FoldError> {
    models.shift.get_mut(&(event.stream.id,)).ok_or(FoldError("a fact about a shift that was never opened"))
}

impl Reader {
    /// Cash that went to the bank, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn cash_bankings(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<CashBanking>>, ReadError> {
        newest_first!(self, ledger, ask, CashBanking, "sql/cash_bankings.sql")
    }

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
