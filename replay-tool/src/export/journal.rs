//! `export --format hledger` and `--format beancount`: what the log says as transactions, and what the live read models
//! say as assertions.
//!
//! Log and read models are read in one snapshot at the position that the read models reflect, so a program that knows
//! nothing of ours adds up one and compares it with the other. May never happen here: an asserted amount that
//! was computed from the log.

use crate::ToolError;
use crate::export::syntax::{Assertion, Syntax};
use crate::export::writer::{Journal, balance_account, book_account};
use crate::history::walk;
use mingzhang_domain::book::{Book, Fund, Purse};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::id::LedgerId;
use rust_decimal::Decimal;
use sqlx::{PgConnection, PgPool};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::ops::ControlFlow;
use std::time::Duration;

/// How often it looks whether the read models have come.
const LOOK: Duration = Duration::from_millis(100);

/// Where both sides stand.
#[derive(Debug, Clone, Copy)]
struct Place {
    ledger: LedgerId,
    generation: i16,
    position: u64,
}

/// How a journal is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// The program it is written for.
    pub(super) syntax: Syntax,
    /// One transaction for each day in place of one for each event.
    pub(super) by_day: bool,
    /// How long to wait for the read models.
    pub(super) wait: Duration,
}

/// Writes the journal of a ledger, at least up to the head of when it was asked.
///
/// # Errors
/// [`ToolError::Usage`] for a ledger that has no log; [`ToolError::Environment`] when the read models are behind and do not
/// come in time, or stopped.
pub(super) async fn write(
    pool: &PgPool,
    ledger: LedgerId,
    style: Style,
    out: &mut (dyn Write + Send),
) -> Result<(), ToolError> {
    let give_up = tokio::time::Instant::now() + style.wait;
    let mut wanted = None;
    loop {
        let mut snapshot = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let row = sqlx::query_file!("sql/export_position.sql", ledger.uuid()).fetch_optional(&mut *snapshot).await?;
        let row = row.ok_or_else(|| ToolError::Usage(format!("there is no ledger {ledger}")))?;
        let head = unsigned(row.head);
        let place = Place { ledger, generation: row.generation, position: unsigned(row.position) };
        // The log may grow for ever: what is awaited is where it ended at first.
        let wanted = *wanted.get_or_insert(head);
        if place.position >= wanted {
            write_at(&mut snapshot, place, style, out).await?;
            snapshot.rollback().await?;
            return Ok(());
        }
        snapshot.rollback().await?;
        if let Some(rule) = row.stopped_because {
            return Err(ToolError::Environment(format!("the read models of ledger {ledger} stopped: {rule}")));
        }
        if tokio::time::Instant::now() >= give_up {
            let position = place.position;
            return Err(ToolError::Environment(format!(
                "the read models reflect position {position}, the log ends at {wanted}: let the projections run, or rebuild"
            )));
        }
        tokio::time::sleep(LOOK).await;
    }
}

async fn write_at(
    snapshot: &mut PgConnection,
    place: Place,
    style: Style,
    out: &mut (dyn Write + Send),
) -> Result<(), ToolError> {
    let Style { syntax, by_day, .. } = style;
    let mut journal = Journal::begin(out, syntax, by_day, place.ledger, place.position)?;
    let mut written = Ok(());
    walk(snapshot, place.ledger, place.position, |event| {
        written = journal.event(event);
        if written.is_ok() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    })
    .await?;
    written?;
    journal.log_ended()?;
    let months = trial_balance(snapshot, place, syntax).await?;
    let last = close_months(&mut journal, months)?;
    let accounts = account_balances(snapshot, place, syntax).await?;
    if let Some(last) = last {
        close_accounts(&mut journal, last, accounts)?;
    }
    Ok(journal.end()?)
}

/// What each book gained in a month, by its account.
type Months = BTreeMap<Month, BTreeMap<String, Decimal>>;

async fn trial_balance(snapshot: &mut PgConnection, place: Place, syntax: Syntax) -> Result<Months, ToolError> {
    let unknown = |what: &str| unknown_row("trial_balance", what);
    let mut months = Months::new();
    let rows = sqlx::query_file!("sql/export_trial_balance.sql", place.ledger.uuid(), place.generation);
    for row in rows.fetch_all(snapshot).await? {
        let month: Month = row.month.parse().map_err(|_| unknown("a month"))?;
        let purse: Purse = row.purse.parse().map_err(|_| unknown("a purse"))?;
        let book: Book = row.book.parse().map_err(|_| unknown("a book"))?;
        let gained = row.debit.checked_sub(row.credit).ok_or_else(|| unknown("an amount"))?;
        months.entry(month).or_default().insert(book_account(syntax, purse, book), gained);
    }
    Ok(months)
}

/// Asserts every book at the end of each month in which log or read model has something; answers the last month.
fn close_months(journal: &mut Journal<impl Write>, rows: Months) -> Result<Option<Month>, ToolError> {
    let posted = journal.books().clone();
    let months: BTreeSet<Month> = posted.keys().chain(rows.keys()).copied().collect();
    let mut sums: BTreeMap<String, Decimal> = BTreeMap::new();
    for month in &months {
        // A book that only the log knows is asserted to be empty, because that is what the read model says.
        for account in posted.get(month).into_iter().flatten() {
            sums.entry(account.clone()).or_insert(Decimal::new(0, 2));
        }
        for (account, gained) in rows.get(month).into_iter().flatten() {
            let sum = sums.entry(account.clone()).or_insert(Decimal::new(0, 2));
            let unknown = unknown_row("trial_balance", "an amount");
            *sum = sum.checked_add(*gained).ok_or(unknown)?;
        }
        let assertions: Vec<Assertion> =
            sums.iter().map(|(account, amount)| Assertion { account: account.clone(), amount: *amount }).collect();
        journal.close(month.last_day(), &format!("trial_balance | {month}"), &assertions)?;
    }
    Ok(months.last().copied())
}

/// What each account of a party has, by its account in the journal.
type Balances = BTreeMap<String, Decimal>;

async fn account_balances(snapshot: &mut PgConnection, place: Place, syntax: Syntax) -> Result<Balances, ToolError> {
    let mut balances = Balances::new();
    let rows = sqlx::query_file!("sql/export_account_balances.sql", place.ledger.uuid(), place.generation);
    for row in rows.fetch_all(snapshot).await? {
        let unknown = unknown_row("account_balance", "a fund");
        let fund: Fund = row.fund.parse().map_err(|_| unknown)?;
        let receivable = if fund == Fund::PassThrough { Book::PassThroughReceivable } else { Book::Receivable };
        let amounts = [
            (receivable, row.receivable),
            (Book::Credit, owed(row.credit)),
            (Book::DepositHeld, owed(row.deposit_held)),
            (Book::RefundsPayable, owed(row.refunds_payable)),
        ];
        for (book, amount) in amounts {
            balances.insert(balance_account(syntax, book, row.account_id, fund, row.party_id), amount);
        }
    }
    Ok(balances)
}

/// What we owe stands on the credit side. Not negated: a zero stays without a sign.
fn owed(amount: Decimal) -> Decimal {
    Decimal::new(0, 2).saturating_sub(amount)
}

fn unknown_row(table: &str, what: &str) -> ToolError {
    ToolError::Environment(format!("the read model {table} holds {what} that this build does not know: run diff"))
}

fn unsigned(position: i64) -> u64 {
    u64::try_from(position).unwrap_or_default()
}

/// Asserts what each party of each account has, at the end of the last month.
fn close_accounts(journal: &mut Journal<impl Write>, last: Month, rows: Balances) -> Result<(), ToolError> {
    let mut balances: Balances =
        journal.balances().iter().map(|account| (account.clone(), Decimal::new(0, 2))).collect();
    // What neither side has is left out: a row has columns for books that nothing was ever posted to.
    let met = rows.into_iter().filter(|(account, amount)| !amount.is_zero() || journal.balances().contains(account));
    balances.extend(met);
    let assertions: Vec<Assertion> =
        balances.into_iter().map(|(account, amount)| Assertion { account, amount }).collect();
    Ok(journal.close(last.last_day(), "account_balance", &assertions)?)
}
