//! What the checklist of a close asks about a month: what is unearned of it, what tax is pending, whether losses were
//! provided for; and what of it is open elsewhere.

use crate::bank_statement::statement_of;
use crate::column::{Amount, Text};
use crate::projection::Models;
use crate::reader::{Read, ReadError, Reader};
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::book::Book;
use mingzhang_domain::books::BooksEvent;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::posting::Posting;
use uuid::Uuid;

table! {
    /// What waits for a month: the fold of postings.
    pub struct Closing of "closing" {
        key {
            /// The month.
            period: Text<Month>,
        }
        /// Charged ahead and not earned yet.
        unearned: Amount,
        /// Tax whose point has not passed.
        vat_pending: Amount,
        /// How often the allowance was set in the month.
        allowance_sets: i32,
    }
}

/// What of a month is open.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OpenItems {
    /// Shifts opened by the end of the month and not closed, the oldest first.
    pub shifts: Vec<Uuid>,
    /// Bill runs of the month, or of one before, that are not complete, the oldest first.
    pub bill_runs: Vec<Uuid>,
    /// Pools of a service time that began by the end of the month and that are not at their end, the oldest first.
    pub pools: Vec<Uuid>,
    /// Bank accounts on which something moved in the month and whose reconciliation statement does not foot, or was never made.
    pub bank_accounts: Vec<Uuid>,
    /// Meters in use that nobody has read in the month or after it, the first hundred.
    pub meters: Vec<Uuid>,
    /// How many.
    pub unread_meters: i64,
    /// Cash that lies in boxes at the end of the month, floats aside.
    pub cash: Amount,
    /// Money received by the end of the month whose owner is not known.
    pub suspense: Amount,
    /// Payments that it is of.
    pub payments: i64,
    /// The day from which the oldest of them waits.
    pub suspense_since: Option<NaiveDate>,
    /// Refunds approved and neither settled nor failed.
    pub refunds_in_flight: Amount,
    /// How many.
    pub refunds: i64,
    /// Charged ahead and not earned yet.
    pub unearned: Amount,
    /// Tax whose point has not passed.
    pub vat_pending: Amount,
    /// True when the allowance was set in the month or after it.
    pub allowance_set: bool,
    /// Accounts with free credit of a holder who owes something on them.
    pub accounts_to_draw: Vec<Uuid>,
}

#[derive(Debug)]
struct Sums {
    cash: Amount,
    suspense: Amount,
    payments: i64,
    suspense_since: Option<NaiveDate>,
    refunds_in_flight: Amount,
    refunds: i64,
    unearned: Amount,
    vat_pending: Amount,
    allowance_set: bool,
}

/// Folds a posting: what waits stands on a liability with the month that it waits for.
pub(crate) fn fold_line(line: &Posting, models: &mut Models) {
    let Some(period) = line.period else { return };
    let amount = Amount::from(line.amount);
    match line.book {
        Book::Unearned => row(period, models).unearned.take(amount),
        Book::VatPending if !waits_elsewhere(line, models) => row(period, models).vat_pending.take(amount),
        // The other books wait for no month.
        _ => {}
    }
}

/// True for tax that waits for no month, but for what is received or invoiced.
fn waits_elsewhere(line: &Posting, models: &mut Models) -> bool {
    let item = line.fee_item.and_then(|item| models.fee_item.get(&(item.uuid(),)));
    item.is_some_and(|item| item.tax_waits)
}

/// Folds a fact of the books.
pub(crate) fn fold(fact: &BooksEvent, event: &Recorded, models: &mut Models) {
    match fact {
        BooksEvent::AllowanceSet(_) => row(event.effective_on.month(), models).allowance_sets += 1,
        BooksEvent::BankBalanceStated(_)
        | BooksEvent::BankItemStated(_)
        | BooksEvent::BankItemCleared(_)
        | BooksEvent::BookCodeSet(_)
        | BooksEvent::AllowanceRatesSet(_)
        | BooksEvent::ChartPresetSet(_)
        | BooksEvent::PeriodReviewed(_)
        | BooksEvent::PeriodClosed(_)
        | BooksEvent::PeriodReopened(_)
        | BooksEvent::PeriodSealed(_)
        | BooksEvent::RevenueReleased(_)
        | BooksEvent::TaxPointsMoved(_)
        | BooksEvent::TaxPointReached(_) => {}
    }
}

fn row(period: Month, models: &mut Models) -> &mut Closing {
    models.closing.get_or(&(Text(period),), || Closing {
        period: Text(period),
        unearned: Amount::ZERO,
        vat_pending: Amount::ZERO,
        allowance_sets: 0,
    })
}

impl Reader {
    /// What of a month is open; `over_at` is the instant at which it was over.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn open_items(
        &self,
        ledger: LedgerId,
        period: Month,
        over_at: DateTime<Utc>,
    ) -> Result<Read<OpenItems>, ReadError> {
        let (month, first_day) = (period.to_string(), crate::column::day(period.first_day()));
        let last_day = crate::column::day(period.last_day());
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation) = (s.ledger, s.generation);
                let shifts = sqlx::query_file_scalar!("sql/closing_shifts.sql", ledger, generation, over_at);
                let shifts = shifts.fetch_all(s.conn()).await?;
                let runs = sqlx::query_file_scalar!("sql/closing_bill_runs.sql", ledger, generation, month);
                let bill_runs = runs.fetch_all(s.conn()).await?;
                let pools = sqlx::query_file_scalar!("sql/closing_pools.sql", ledger, generation, last_day);
                let pools = pools.fetch_all(s.conn()).await?;
                let mut bank_accounts = Vec::new();
                let moved = sqlx::query_file_scalar!("sql/closing_banks.sql", ledger, generation, month);
                for account in moved.fetch_all(s.conn()).await? {
                    if statement_of(s, account, &month, last_day).await?.difference() != Some(Amount::ZERO) {
                        bank_accounts.push(account);
                    }
                }
                let unread = sqlx::query_file!("sql/closing_meters.sql", ledger, generation, first_day, last_day);
                let unread = unread.fetch_all(s.conn()).await?;
                let sums = sqlx::query_file_as!(Sums, "sql/closing_sums.sql", ledger, generation, month, last_day);
                let sums = sums.fetch_one(s.conn()).await?;
                let draw = sqlx::query_file_scalar!("sql/closing_draw.sql", ledger, generation);
                let accounts_to_draw = draw.fetch_all(s.conn()).await?;
                Ok(OpenItems {
                    shifts,
                    bill_runs,
                    pools,
                    bank_accounts,
                    unread_meters: unread.first().map_or(0, |meter| meter.unread),
                    meters: unread.into_iter().map(|meter| meter.meter_id).collect(),
                    cash: sums.cash,
                    suspense: sums.suspense,
                    payments: sums.payments,
                    suspense_since: sums.suspense_since,
                    refunds_in_flight: sums.refunds_in_flight,
                    refunds: sums.refunds,
                    unearned: sums.unearned,
                    vat_pending: sums.vat_pending,
                    allowance_set: sums.allowance_set,
                    accounts_to_draw,
                })
            })
        })
        .await
    }

    /// Accounts for which the close of a month may have something to release.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn accounts_charged_ahead(&self, ledger: LedgerId, period: Month) -> Result<Read<Vec<Uuid>>, ReadError> {
        let (month, first): (String, CivilDate) = (period.to_string(), period.first_day());
        self.read(ledger, move |s| {
            Box::pin(async move {
                let first = crate::column::day(first);
                let rows = sqlx::query_file_scalar!("sql/closing_ahead.sql", s.ledger, s.generation, month, first);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// Accounts with free credit of a holder who owes something on them.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn accounts_to_draw(&self, ledger: LedgerId) -> Result<Read<Vec<Uuid>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_scalar!("sql/closing_draw.sql", s.ledger, s.generation);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
