//! Days of a channel account 日结: what moved on its book, and what was said when a day was closed.

use crate::column::{Amount, Text, day};
use crate::projection::Models;
use crate::reader::{Read, ReadError, Reader};
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::book::Book;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::day_close::DayCloseEvent;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{ChannelAccountId, LedgerId};
use mingzhang_domain::posting::Posting;
use uuid::Uuid;

table! {
    /// A day of a channel account on which something moved, or that was closed.
    pub struct MoneyDay of "money_day" {
        key {
            /// The channel account.
            channel_account_id: Uuid,
            /// The accounting date.
            day: NaiveDate,
        }
        /// What came in by the books, corrections included.
        received: Amount,
        /// What went out, positive.
        paid: Amount,
        /// When it was closed last.
        closed_at: Option<DateTime<Utc>>,
        /// Who closed it.
        closed_by_staff_id: Option<Uuid>,
        /// What had come in, as far as was known.
        closed_received: Option<Amount>,
        /// What had gone out, as far as was known.
        closed_paid: Option<Amount>,
        /// What stood on it at the end of the day, as far as was known.
        closed_balance: Option<Amount>,
    }
}

/// Folds a posting on a book of money.
pub(crate) fn fold_line(line: &Posting, event: &Recorded, models: &mut Models) {
    let (Book::Cash | Book::Bank | Book::Channel, Some(account)) = (line.book, line.channel_account) else { return };
    let row = row(account, day(event.effective_on), models);
    if line.amount.is_negative() { row.paid.take(line.amount) } else { row.received.add(line.amount) }
}

/// Folds a fact of a closed day.
pub(crate) fn fold(fact: &DayCloseEvent, event: &Recorded, models: &mut Models) {
    match fact {
        DayCloseEvent::DayClosed(closed) => {
            let row = row(closed.channel_account, day(closed.day), models);
            row.closed_at = Some(event.recorded_at);
            row.closed_by_staff_id = Some(event.actor.id);
            row.closed_received = Some(closed.received.into());
            row.closed_paid = Some(closed.paid.into());
            row.closed_balance = Some(closed.closing.into());
        }
    }
}

fn row(account: ChannelAccountId, day: NaiveDate, models: &mut Models) -> &mut MoneyDay {
    let channel_account_id = account.uuid();
    models.money_day.get_or(&(channel_account_id, day), || MoneyDay {
        channel_account_id,
        day,
        received: Amount::ZERO,
        paid: Amount::ZERO,
        closed_at: None,
        closed_by_staff_id: None,
        closed_received: None,
        closed_paid: None,
        closed_balance: None,
    })
}

/// The days of a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MoneyDays {
    /// What stood on the account when the month began.
    pub opening: Amount,
    /// Days on which something moved, or that were closed, in order.
    pub days: Vec<MoneyDay>,
}

impl MoneyDays {
    /// What stood on the account when a day of the month began, and what came in and went out on it.
    pub fn movement_of(&self, on: CivilDate) -> (Amount, Amount, Amount) {
        let on = day(on);
        let mut standing = self.opening;
        for before in self.days.iter().filter(|before| before.day < on) {
            standing.add(before.received);
            standing.take(before.paid);
        }
        let of_day = self.days.iter().find(|found| found.day == on);
        let (received, paid) = of_day.map(|found| (found.received, found.paid)).unwrap_or_default();
        (standing, received, paid)
    }
}

impl Reader {
    /// The days of a month of a channel account.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn money_days(
        &self,
        ledger: LedgerId,
        channel_account: ChannelAccountId,
        month: Month,
    ) -> Result<Read<MoneyDays>, ReadError> {
        let (account, period) = (channel_account.uuid(), Text(month).to_string());
        let (first, last) = (day(month.first_day()), day(month.last_day()));
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation) = (s.ledger, s.generation);
                let opening =
                    sqlx::query_file_scalar!("sql/money_day_opening.sql", ledger, generation, account, period);
                let opening: Amount = opening.fetch_one(s.conn()).await?;
                let days =
                    sqlx::query_file_as!(MoneyDay, "sql/money_days.sql", ledger, generation, account, first, last);
                Ok(MoneyDays { opening, days: days.fetch_all(s.conn()).await? })
            })
        })
        .await
    }
}
