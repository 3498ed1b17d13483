//! Debits and credits of each book and month: the fold of postings. Sums to zero in every purse at every position.

use crate::column::{Amount, Text};
use crate::projection::Models;
use crate::reader::{Read, ReadError, Reader};
use crate::table::table;
use mingzhang_domain::book::{Book, Purse};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::posting::Posting;

table! {
    /// What was posted to one book of one purse in one month of `effective_on`.
    pub struct TrialBalance of "trial_balance" {
        key {
            /// Month of the accounting date.
            month: Text<Month>,
            /// Whose money.
            purse: Text<Purse>,
            /// The book.
            book: Text<Book>,
        }
        /// Sum of the debits.
        debit: Amount,
        /// Sum of the credits, positive.
        credit: Amount,
    }
}

/// Folds one posting.
pub(crate) fn fold(line: &Posting, event: &Recorded, models: &mut Models) {
    let key = (Text(event.effective_on.month()), Text(line.purse), Text(line.book));
    let row = models.trial_balance.get_or(&key, || TrialBalance {
        month: key.0,
        purse: key.1,
        book: key.2,
        debit: Amount::ZERO,
        credit: Amount::ZERO,
    });
    let amount = Amount::from(line.amount);
    if line.amount.is_negative() { row.credit.take(amount) } else { row.debit.add(amount) }
}

impl Reader {
    /// Debits and credits by month, purse and book, up to and with a month.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn trial_balance(&self, ledger: LedgerId, until: Month) -> Result<Read<Vec<TrialBalance>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    TrialBalance,
                    "sql/trial_balance.sql",
                    s.ledger,
                    s.generation,
                    until.to_string()
                );
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
