//! Every posting with the event it was sealed in: the book of first entry. Rows are only added.

use crate::column::{Amount, EventType, Text, day, ordinal, position};
use crate::projection::Models;
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::book::{Book, Fund, Purse, VatCategory};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::posting::Posting;
use uuid::Uuid;

table! {
    /// One signed line.
    pub struct JournalLine of "journal" {
        key {
            /// Position of its event.
            position: i64,
            /// From 1 within the event.
            line: i32,
        }
        /// What happened.
        event_type: Text<EventType>,
        /// The accounting date.
        effective_on: NaiveDate,
        /// Whose money.
        purse: Text<Purse>,
        /// The book.
        book: Text<Book>,
        /// Debit positive.
        amount: Amount,
        /// What the money is for.
        fund: Option<Text<Fund>>,
        /// The account.
        account_id: Option<Uuid>,
        /// Obligor, holder or depositor.
        party_id: Option<Uuid>,
        /// The charge.
        charge_id: Option<Uuid>,
        /// The lot of credit.
        lot_id: Option<Uuid>,
        /// The deposit.
        deposit_id: Option<Uuid>,
        /// The fee item.
        fee_item_id: Option<Uuid>,
        /// The charge's accounting month.
        period: Option<Text<Month>>,
        /// Where the money lies.
        channel_account_id: Option<Uuid>,
        /// Tax treatment.
        vat_category: Option<Text<VatCategory>>,
        /// The other ledger of a transfer.
        counter_ledger_id: Option<Uuid>,
        /// The supplier.
        supplier_id: Option<Uuid>,
    }
}

/// Adds one posting, the n-th of its event from 0.
pub(crate) fn fold(line: &Posting, index: usize, event: &Recorded, models: &mut Models) {
    models.journal.push(JournalLine {
        position: position(event.position),
        line: ordinal(index),
        event_type: Text(EventType::of(&event.event)),
        effective_on: day(event.effective_on),
        purse: Text(line.purse),
        book: Text(line.book),
        amount: line.amount.into(),
        fund: line.fund.map(Text),
        account_id: line.account.map(|id| id.uuid()),
        party_id: line.party.map(|id| id.uuid()),
        charge_id: line.charge.map(|id| id.uuid()),
        lot_id: line.lot.map(|id| id.uuid()),
        deposit_id: line.deposit,
        fee_item_id: line.fee_item.map(|id| id.uuid()),
        period: line.period.map(Text),
        channel_account_id: line.channel_account.map(|id| id.uuid()),
        vat_category: line.vat_category.map(Text),
        counter_ledger_id: line.counter_ledger.map(|id| id.uuid()),
        supplier_id: line.supplier,
    });
}

impl Reader {
    /// Posting lines in order; `after` is position and line.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn journal(&self, ledger: LedgerId, ask: Ask<(i64, i32)>) -> Result<Read<Page<JournalLine>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let after = ask.after.unwrap_or_default();
                let rows = sqlx::query_file_as!(
                    JournalLine,
                    "sql/journal.sql",
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
