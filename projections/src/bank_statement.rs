//! The reconciliation statement 余额调节表 of a bank account and a month: what bank and books say, and what stands between.

use crate::column::{Amount, Text, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Read, ReadError, Reader, Snapshot};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::books::{BankItemSide, BooksEvent};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{ChannelAccountId, LedgerId};
use mingzhang_domain::value::Label;
use uuid::Uuid;

table! {
    /// What the bank says stood on an account at the end of a month.
    pub struct BankBalance of "bank_balance" {
        key {
            /// The bank account.
            channel_account_id: Uuid,
            /// The month.
            period: Text<Month>,
        }
        /// Where it was stated last.
        position: i64,
        /// What stood on it; negative when overdrawn.
        balance: Amount,
        /// Who stated it.
        stated_by_staff_id: Uuid,
    }
}

table! {
    /// What bank or books have and the other has not yet 未达账项.
    pub struct BankItem of "bank_item" {
        key {
            /// The item.
            bank_item_id: Uuid,
        }
        /// Where it was stated.
        position: i64,
        /// The bank account.
        channel_account_id: Uuid,
        /// Which of them has it.
        side: Text<BankItemSide>,
        /// How much.
        amount: Amount,
        /// Its day there.
        booked_on: NaiveDate,
        /// What it is.
        note: Text<Label>,
        /// Since when the other has it too.
        cleared_on: Option<NaiveDate>,
    }
}

/// Folds a fact of the books.
pub(crate) fn fold(fact: &BooksEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        BooksEvent::BankBalanceStated(e) => models.bank_balance.insert(BankBalance {
            channel_account_id: e.channel_account.uuid(),
            period: Text(e.period),
            position: position(event.position),
            balance: e.balance.into(),
            stated_by_staff_id: event.actor.id,
        }),
        BooksEvent::BankItemStated(e) => models.bank_item.insert(BankItem {
            bank_item_id: e.item.uuid(),
            position: position(event.position),
            channel_account_id: e.channel_account.uuid(),
            side: Text(e.side),
            amount: e.amount.into(),
            booked_on: day(e.booked_on),
            note: Text(e.note.clone()),
            cleared_on: None,
        }),
        BooksEvent::BankItemCleared(e) => {
            let row = models.bank_item.get_mut(&(e.item.uuid(),));
            row.ok_or(FoldError("a bank item is cleared that was never stated"))?.cleared_on = Some(day(e.cleared_on));
        }
        BooksEvent::AllowanceSet(_)
        | BooksEvent::AllowanceRatesSet(_)
        | BooksEvent::BookCodeSet(_)
        | BooksEvent::ChartPresetSet(_)
        | BooksEvent::PeriodClosed(_)
        | BooksEvent::PeriodReopened(_)
        | BooksEvent::PeriodReviewed(_)
        | BooksEvent::PeriodSealed(_)
        | BooksEvent::RevenueReleased(_)
        | BooksEvent::TaxPointsMoved(_)
        | BooksEvent::TaxPointReached(_) => {}
    }
    Ok(())
}

/// What the books say of a bank account at the end of a month, and of what they count later by its bank day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookSide {
    /// What stands on its book.
    pub book: Amount,
    /// Money by its bank day, which counts in a later month because that month was closed.
    pub received_late: Amount,
    /// Money that bounced by then, and counts as gone in a later month.
    pub bounced_late: Amount,
}

/// All that a statement is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankStatement {
    /// The bank's side; absent until it is stated.
    pub stated: Option<BankBalance>,
    /// The books' side.
    pub books: BookSide,
    /// What was open between them at the end of the month, the oldest first.
    pub items: Vec<BankItem>,
}

/// What a side has that the other has not.
fn of_side(items: &[BankItem], side: BankItemSide) -> Amount {
    items.iter().filter(|item| item.side.0 == side).fold(Amount::ZERO, |mut sum, item| {
        sum.add(item.amount);
        sum
    })
}

impl BankStatement {
    /// The bank's balance with what only the books have; absent until it is stated.
    pub fn adjusted_bank(&self) -> Option<Amount> {
        let mut adjusted = self.stated.as_ref()?.balance;
        adjusted.add(of_side(&self.items, BankItemSide::BookReceived));
        adjusted.take(of_side(&self.items, BankItemSide::BookPaid));
        Some(adjusted)
    }

    /// The books' balance with what only the bank has.
    pub fn adjusted_book(&self) -> Amount {
        let mut adjusted = self.books.book;
        adjusted.add(self.books.received_late);
        adjusted.take(self.books.bounced_late);
        adjusted.add(of_side(&self.items, BankItemSide::BankReceived));
        adjusted.take(of_side(&self.items, BankItemSide::BankPaid));
        adjusted
    }

    /// What nobody has explained: 0.00 when it foots; absent until the bank's balance is stated.
    pub fn difference(&self) -> Option<Amount> {
        let mut difference = self.adjusted_bank()?;
        difference.take(self.adjusted_book());
        Some(difference)
    }
}

impl Reader {
    /// The statement of a bank account and a month.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn bank_statement(
        &self,
        ledger: LedgerId,
        channel_account: ChannelAccountId,
        period: Month,
    ) -> Result<Read<BankStatement>, ReadError> {
        let (channel_account, month, last) = (channel_account.uuid(), period.to_string(), day(period.last_day()));
        self.read(ledger, move |s| Box::pin(async move { statement_of(s, channel_account, &month, last).await })).await
    }
}

/// The statement of a bank account and a month that ends with a day, as a snapshot has it.
pub(crate) async fn statement_of(
    s: &mut Snapshot,
    channel_account: Uuid,
    month: &str,
    last: NaiveDate,
) -> Result<BankStatement, ReadError> {
    let (ledger, generation) = (s.ledger, s.generation);
    let stated = sqlx::query_file_as!(BankBalance, "sql/bank_balance.sql", ledger, generation, channel_account, month);
    let stated = stated.fetch_optional(s.conn()).await?;
    let books =
        sqlx::query_file_as!(BookSide, "sql/bank_book_side.sql", ledger, generation, channel_account, month, last);
    let books = books.fetch_one(s.conn()).await?;
    let items = sqlx::query_file_as!(BankItem, "sql/bank_items.sql", ledger, generation, channel_account, last);
    let items = items.fetch_all(s.conn()).await?;
    Ok(BankStatement { stated, books, items })
}
