//! The chart of accounts 科目表: the preset and the customer's codes, from which months on.

use crate::column::{Text, position};
use crate::projection::Models;
use crate::reader::{Read, ReadError, Reader, Snapshot};
use crate::table::table;
use mingzhang_domain::book::{Book, Fund, Purse};
use mingzhang_domain::books::chart::{Chart, ChartPreset, Coded, Subject};
use mingzhang_domain::books::{BookCodeSet, BooksEvent};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{ChannelAccountId, FeeItemId, LedgerId};
use mingzhang_domain::value::{AccountCode, Label};
use uuid::Uuid;

table! {
    /// The preset from a month on.
    pub struct PresetFrom of "chart_preset" {
        key {
            /// First month.
            from_month: Text<Month>,
        }
        /// Which.
        preset: Text<ChartPreset>,
    }
}

table! {
    /// A code of the customer's from a month on; of several for the same from the same month the last one holds.
    pub struct BookCode of "book_code" {
        key {
            /// Where it was set.
            position: i64,
        }
        /// First month.
        from_month: Text<Month>,
        /// Whose money.
        purse: Text<Purse>,
        /// The book.
        book: Text<Book>,
        /// Only of this fund.
        fund: Option<Text<Fund>>,
        /// Only of this fee item.
        fee_item_id: Option<Uuid>,
        /// Only on this channel account.
        channel_account_id: Option<Uuid>,
        /// The code; absent: none of its own any more.
        code: Option<Text<AccountCode>>,
        /// Its name.
        name: Option<Text<Label>>,
    }
}

impl BookCode {
    /// What it gives a code to.
    fn of(&self) -> (Purse, Book, Subject) {
        let narrow = self.channel_account_id.map(|id| Subject::ChannelAccount(ChannelAccountId(id)));
        let narrow = narrow.or(self.fee_item_id.map(|id| Subject::FeeItem(FeeItemId(id))));
        let narrow = narrow.or(self.fund.map(|fund| Subject::Fund(fund.0)));
        (self.purse.0, self.book.0, narrow.unwrap_or(Subject::Book))
    }

    fn coded(&self) -> Option<Coded> {
        let (code, name) = self.code.as_ref().zip(self.name.as_ref())?;
        Some(Coded { code: code.0.clone(), name: name.0.clone() })
    }
}

/// Folds a fact of the books.
pub(crate) fn fold(fact: &BooksEvent, event: &Recorded, models: &mut Models) {
    match fact {
        BooksEvent::ChartPresetSet(set) => {
            models.chart_preset.insert(PresetFrom { from_month: Text(set.from), preset: Text(set.preset) });
        }
        BooksEvent::BookCodeSet(set) => models.book_code.push(row(set, event)),
        BooksEvent::AllowanceSet(_)
        | BooksEvent::BankBalanceStated(_)
        | BooksEvent::BankItemStated(_)
        | BooksEvent::BankItemCleared(_)
        | BooksEvent::AllowanceRatesSet(_)
        | BooksEvent::PeriodClosed(_)
        | BooksEvent::PeriodReopened(_)
        | BooksEvent::PeriodReviewed(_)
        | BooksEvent::PeriodSealed(_)
        | BooksEvent::RevenueReleased(_)
        | BooksEvent::TaxPointsMoved(_)
        | BooksEvent::TaxPointReached(_) => {}
    }
}

fn row(set: &BookCodeSet, event: &Recorded) -> BookCode {
    let (code, name) = set.coded.clone().map(|coded| (Text(coded.code), Text(coded.name))).unzip();
    BookCode {
        position: position(event.position),
        from_month: Text(set.from),
        purse: Text(set.purse),
        book: Text(set.book),
        fund: set.fund.map(Text),
        fee_item_id: set.fee_item.map(|id| id.uuid()),
        channel_account_id: set.channel_account.map(|id| id.uuid()),
        code,
        name,
    }
}

/// Every code that was ever set, and the chart that they make.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Codes {
    /// In the order they were set.
    pub set: Vec<BookCode>,
    /// What they come to.
    pub chart: Chart,
}

/// Reads the chart in a snapshot that is open.
pub(crate) async fn read(s: &mut Snapshot) -> Result<Codes, ReadError> {
    let (ledger, generation) = (s.ledger, s.generation);
    let presets = sqlx::query_file_as!(PresetFrom, "sql/chart_presets.sql", ledger, generation);
    let presets = presets.fetch_all(s.conn()).await?;
    let codes = sqlx::query_file_as!(BookCode, "sql/book_codes.sql", ledger, generation);
    let set = codes.fetch_all(s.conn()).await?;
    let mut chart = Chart::default();
    presets.iter().for_each(|row| chart.set_preset(row.from_month.0, row.preset.0));
    set.iter().for_each(|row| chart.set_code(row.of(), row.from_month.0, row.coded()));
    Ok(Codes { set, chart })
}

impl Reader {
    /// The customer's codes.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn codes(&self, ledger: LedgerId) -> Result<Read<Codes>, ReadError> {
        self.read(ledger, |s| Box::pin(read(s))).await
    }
}
