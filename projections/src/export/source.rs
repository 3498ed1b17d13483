//! What is exported, read in one snapshot: the month, its balances, and its vouchers page by page.

use super::ledgers::{AccountRow, trial_balance};
use super::{BookLine, BooksFormat, Line, MonthBooks, Out, Seal, SubLedger, Voucher, VoucherExporter, sheet_failed};
use crate::chart;
use crate::column::{Amount, EventType, Text};
use crate::reader::{Ask, Read, ReadError, Reader, Snapshot};
use crate::sheet::{Format, Sheet, words};
use crate::turnover::OfFund;
use crate::voucher::{FiledVoucher, page_of};
use chrono::{DateTime, Utc};
use mingzhang_domain::book::{Book, Fund, Purse};
use mingzhang_domain::books::chart::{Chart, Place};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::ActorKind;
use mingzhang_domain::id::{ChannelAccountId, FeeItemId, LedgerId};
use mingzhang_domain::value::{Code, Digest, Label};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Seek, Write};
use uuid::Uuid;

/// Vouchers read at a time.
const PAGE: u16 = 200;
/// Rows of a sub-ledger at most.
const MOST_ROWS: i64 = 50_000;

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    /// Nothing could be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The month is closed and its seal is not there yet: what is written would change with it.
    #[error("the month is closed and not sealed yet")]
    NotSealed,
    /// A sub-ledger has more rows than a table may have.
    #[error("more than 50,000 rows")]
    TooLong,
    /// The file.
    #[error(transparent)]
    File(#[from] io::Error),
}

impl From<sqlx::Error> for ExportError {
    fn from(error: sqlx::Error) -> Self {
        Self::Read(error.into())
    }
}

/// Names and codes that lines are shown with.
#[derive(Debug)]
struct Names {
    chart: Chart,
    units: BTreeMap<Uuid, String>,
    fee_items: BTreeMap<Uuid, Label>,
}

impl Reader {
    /// Writes the books of a purse and month to a file, and answers it, to be read from its beginning.
    ///
    /// # Errors
    /// [`ExportError`].
    pub async fn export(
        &self,
        ledger: LedgerId,
        (purse, period): (Purse, Month),
        format: BooksFormat,
        file: File,
    ) -> Result<Read<File>, ExportError> {
        let read = self.read(ledger, move |s| {
            Box::pin(async move {
                match export(s, (purse, period), format, file).await {
                    Err(ExportError::Read(error)) => Err(error),
                    other => Ok(other),
                }
            })
        });
        let Read { ledger_id, position, value } = read.await?;
        Ok(Read { ledger_id, position, value: value? })
    }
}

async fn export(s: &mut Snapshot, of: (Purse, Month), format: BooksFormat, file: File) -> Result<File, ExportError> {
    let (books, names) = begin(s, of).await?;
    let mut out = Out::new(file);
    match (format, format.exporter()) {
        (_, Some(mut exporter)) => {
            exporter.begin(&books, &mut out)?;
            for pass in 0..exporter.passes() {
                vouchers(s, of, &names, pass, (exporter.as_mut(), &mut out)).await?;
            }
            exporter.end(&books, &mut out)?;
        }
        (BooksFormat::SubLedger(ledger, format), None) => {
            let rows = sub_ledger(s, of, ledger).await?;
            write_sheet(&ledger.sheet(&rows, &names.units), format, &mut out)?;
        }
        (BooksFormat::TrialBalance(format), None) => write_sheet(&trial_balance(&books), format, &mut out)?,
        (_, None) => {}
    }
    out.flush()?;
    let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.rewind()?;
    Ok(file)
}

fn write_sheet(sheet: &Sheet, format: Format, out: &mut Out) -> Result<(), ExportError> {
    Ok(out.write_all(&sheet.file(format).map_err(sheet_failed)?)?)
}

/// The month that counts, and what is sealed of it.
#[derive(Debug)]
struct Standing {
    code: Text<Code>,
    closed_at: Option<i64>,
    recorded_at: Option<DateTime<Utc>>,
    version: Option<i32>,
    size: Option<i64>,
    root: Option<Text<Digest>>,
}

#[derive(Debug)]
struct Turnover {
    book: Text<Book>,
    fund: Text<OfFund>,
    fee_item_id: Uuid,
    channel_account_id: Uuid,
    opening: Amount,
    debit: Amount,
    credit: Amount,
}

async fn begin(s: &mut Snapshot, (purse, period): (Purse, Month)) -> Result<(MonthBooks, Names), ExportError> {
    let (ledger, generation) = (s.ledger, s.generation);
    let month = period.to_string();
    let standing = sqlx::query_file_as!(Standing, "sql/export_standing.sql", ledger, generation, purse.as_str(), month);
    let standing = standing.fetch_one(s.conn()).await?;
    let seal = |((size, root), version): ((i64, Text<Digest>), i32)| Seal {
        version: u32::try_from(version).unwrap_or_default(),
        size: u64::try_from(size).unwrap_or_default(),
        root: root.0,
    };
    let sealed = standing.size.zip(standing.root).zip(standing.version).map(seal);
    if standing.closed_at.is_some() && sealed.is_none() {
        return Err(ExportError::NotSealed);
    }
    let position = standing.closed_at.and_then(|at| u64::try_from(at).ok()).unwrap_or(s.position);
    let names = names(s, position).await?;
    let rows = sqlx::query_file_as!(Turnover, "sql/export_turnover.sql", ledger, generation, purse.as_str(), month);
    let accounts = accounts(&rows.fetch_all(s.conn()).await?, &names.chart, (purse, period));
    let code = standing.code.0;
    let recorded_at = standing.recorded_at;
    Ok((
        MonthBooks { ledger_id: LedgerId(ledger), code, purse, period, position, recorded_at, sealed, accounts },
        names,
    ))
}

async fn names(s: &mut Snapshot, position: u64) -> Result<Names, ExportError> {
    let (ledger, generation) = (s.ledger, s.generation);
    let chart = chart::read(s).await?.chart;
    let until = crate::column::position(position);
    let units = sqlx::query_file!("sql/export_units.sql", ledger, generation, until).fetch_all(s.conn()).await?;
    let items = sqlx::query_file!("sql/export_fee_items.sql", ledger, generation).fetch_all(s.conn()).await?;
    Ok(Names {
        chart,
        units: units.into_iter().map(|row| (row.account_id, row.code)).collect(),
        fee_items: items.into_iter().map(|row| (row.fee_item_id, row.name.0)).collect(),
    })
}

/// By book and code, in the order of the books.
fn accounts(rows: &[Turnover], chart: &Chart, (purse, period): (Purse, Month)) -> Vec<BookLine> {
    let mut accounts: BTreeMap<(Book, String), BookLine> = BTreeMap::new();
    for row in rows {
        let book = row.book.0;
        let place = place((purse, book), row.fund.0.0, row.fee_item_id, row.channel_account_id);
        let coded = chart.code(place, period);
        let line = accounts.entry((book, coded.code.to_string())).or_insert_with(|| BookLine {
            book,
            coded,
            opening: Amount::ZERO,
            debit: Amount::ZERO,
            credit: Amount::ZERO,
        });
        line.opening.add(row.opening);
        line.debit.add(row.debit);
        line.credit.add(row.credit);
    }
    accounts.into_values().collect()
}

/// Where a line stands; the nil id is none.
fn place((purse, book): (Purse, Book), fund: Option<Fund>, fee_item: Uuid, channel_account: Uuid) -> Place {
    let fee_item = (!fee_item.is_nil()).then_some(FeeItemId(fee_item));
    let channel_account = (!channel_account.is_nil()).then_some(ChannelAccountId(channel_account));
    Place { purse, book, fund, fee_item, channel_account }
}

async fn sub_ledger(
    s: &mut Snapshot,
    (purse, period): (Purse, Month),
    ledger: SubLedger,
) -> Result<Vec<AccountRow>, ExportError> {
    let books: Vec<String> = ledger.books().iter().map(ToString::to_string).collect();
    let (of, generation, month) = (s.ledger, s.generation, period.to_string());
    let rows =
        sqlx::query_file_as!(AccountRow, "sql/export_accounts.sql", of, generation, month, &books, MOST_ROWS + 1);
    let mut rows = rows.fetch_all(s.conn()).await?;
    if i64::try_from(rows.len()).unwrap_or(i64::MAX) > MOST_ROWS {
        return Err(ExportError::TooLong);
    }
    // The maintenance fund has accounts of its own, by the fund that the money is of.
    rows.retain(|row| row.fund.0.0.map_or(Purse::Company, Fund::purse) == purse);
    Ok(rows)
}

/// A line as it is read.
#[derive(Debug)]
struct BookedLine {
    number: i32,
    event_type: Text<EventType>,
    book: Text<Book>,
    amount: Amount,
    fund: Option<Text<Fund>>,
    account_id: Option<Uuid>,
    fee_item_id: Option<Uuid>,
    period: Option<Text<Month>>,
    channel_account_id: Option<Uuid>,
}

async fn vouchers(
    s: &mut Snapshot,
    (purse, period): (Purse, Month),
    names: &Names,
    pass: u8,
    (exporter, out): (&mut dyn VoucherExporter, &mut Out),
) -> Result<(), ExportError> {
    let mut after = 0;
    loop {
        let page = page_of(s, (purse, period), &Ask { after: Some(after), limit: PAGE }).await?;
        let Some(last) = page.items.last().map(|voucher| voucher.number) else { return Ok(()) };
        let first = i32::try_from(after).unwrap_or(i32::MAX);
        let (ledger, generation, month) = (s.ledger, s.generation, period.to_string());
        let lines = sqlx::query_file_as!(
            BookedLine,
            "sql/export_lines.sql",
            ledger,
            generation,
            purse.as_str(),
            month,
            first,
            last
        );
        let mut lines = lines.fetch_all(s.conn()).await?.into_iter().peekable();
        for filed in &page.items {
            let mut voucher = voucher(filed);
            while let Some(line) = lines.next_if(|line| line.number == filed.number) {
                voucher.lines.push(shown(&line, names, (purse, period)));
            }
            exporter.voucher(pass, &voucher, out)?;
        }
        after = i64::from(last);
        if !page.more {
            return Ok(());
        }
    }
}

fn voucher(filed: &FiledVoucher) -> Voucher {
    Voucher {
        number: u32::try_from(filed.number).unwrap_or_default(),
        effective_on: filed.effective_on,
        summary: filed.summary.0.as_str().to_owned(),
        attachments: u32::try_from(filed.attachments).unwrap_or_default(),
        maker: words::actor(filed.actor_kind.0, filed.actor_id),
        checker: filed.approved_by.map(|id| words::actor(ActorKind::Staff, id)).unwrap_or_default(),
        lines: Vec::new(),
    }
}

fn shown(line: &BookedLine, names: &Names, (purse, period): (Purse, Month)) -> Line {
    let (item, channel) = (line.fee_item_id.unwrap_or_default(), line.channel_account_id.unwrap_or_default());
    let place = place((purse, line.book.0), line.fund.map(|fund| fund.0), item, channel);
    let fee_item = names.fee_items.get(&item).map(ToString::to_string);
    let month = line.period.map(|period| format!(" {period}")).unwrap_or_default();
    let about = fee_item.as_ref().map(|name| format!(" {name}")).unwrap_or_default();
    Line {
        summary: format!("{}{month}{about}", words::voucher(line.event_type.0)),
        book: line.book.0,
        coded: names.chart.code(place, period),
        amount: line.amount,
        unit: line.account_id.and_then(|account| names.units.get(&account).cloned()),
        fee_item,
    }
}
