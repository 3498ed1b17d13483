//! Payments of an old system 历史缴费: a memo beside the books. Rows are only added; what was withdrawn is left out when it is
//! read, and what two files say alike is shown once.

use crate::column::{Amount, Text, day, position};
use crate::projection::Models;
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, HistoryId, ImportId, LedgerId};
use mingzhang_domain::import::HistoryRecorded;
use mingzhang_domain::value::{Code, Label};
use uuid::Uuid;

table! {
    /// A payment as the old system recorded it; it posts nothing.
    pub struct PaymentHistory of "payment_history" {
        key {
            /// The file it comes from.
            import_id: Uuid,
            /// What it says, as an id.
            history_id: Uuid,
        }
        /// Where it was recorded.
        position: i64,
        /// Whose account.
        account_id: Uuid,
        /// What it was paid for, in the old system's words.
        item: Text<Label>,
        /// The fee item of that name.
        fee_item_id: Option<Uuid>,
        /// First day of the service time.
        service_from: Option<NaiveDate>,
        /// The day after its last.
        service_until: Option<NaiveDate>,
        /// The day it was paid.
        paid_on: NaiveDate,
        /// What was due.
        due: Option<Amount>,
        /// What was paid.
        paid: Amount,
        /// Number of the old receipt or payment.
        reference: Option<Text<Code>>,
        /// Who paid, who took it and what was noted.
        note_item_id: Option<Uuid>,
    }
}

/// Folds a chunk of a file.
pub(crate) fn fold(recorded: &HistoryRecorded, event: &Recorded, models: &mut Models) {
    for row in &recorded.rows {
        models.payment_history.push(PaymentHistory {
            import_id: event.stream.id,
            history_id: row.history.uuid(),
            position: position(event.position),
            account_id: row.account.uuid(),
            item: Text(row.item.clone()),
            fee_item_id: row.fee_item.map(|fee_item| fee_item.uuid()),
            service_from: row.service.map(|service| day(service.from())),
            service_until: row.service.map(|service| day(service.until())),
            paid_on: day(row.paid_on),
            due: row.due.map(Amount::from),
            paid: row.paid.into(),
            reference: row.reference.clone().map(Text),
            note_item_id: row.note.map(|note| note.uuid()),
        });
    }
}

/// The days on which what is looked for was paid.
#[derive(Debug, Clone, Copy)]
pub struct PaidWithin {
    /// From this day on.
    pub from: CivilDate,
    /// Until this day, included.
    pub to: CivilDate,
}

/// Which payments of the old system are looked for.
#[derive(Debug, Clone)]
pub enum Sought {
    /// All.
    All,
    /// Those of an account, all or those with a number.
    OfAccount(AccountId, Option<Code>),
    /// Those with a number.
    WithReference(Code),
}

impl Reader {
    /// Payments of the old system, the newest first; `after` is a day and an id.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn payment_history(
        &self,
        ledger: LedgerId,
        sought: Sought,
        within: PaidWithin,
        ask: Ask<(NaiveDate, Uuid)>,
    ) -> Result<Read<Page<PaymentHistory>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let from = day(within.from);
                let (paid_on, id) = ask.after.unwrap_or((day(within.to), Uuid::max()));
                let (generation, ledger, limit) = (s.generation, s.ledger, ask.fetch());
                let rows = match &sought {
                    Sought::All => {
                        let file = sqlx::query_file_as!(
                            PaymentHistory,
                            "sql/payment_history.sql",
                            ledger,
                            generation,
                            from,
                            paid_on,
                            id,
                            limit
                        );
                        file.fetch_all(s.conn()).await?
                    }
                    Sought::OfAccount(account, reference) => {
                        let file = sqlx::query_file_as!(
                            PaymentHistory,
                            "sql/payment_history_of_account.sql",
                            ledger,
                            generation,
                            account.uuid(),
                            reference.as_ref().map(Code::as_str),
                            from,
                            paid_on,
                            id,
                            limit
                        );
                        file.fetch_all(s.conn()).await?
                    }
                    Sought::WithReference(reference) => {
                        let file = sqlx::query_file_as!(
                            PaymentHistory,
                            "sql/payment_history_of_reference.sql",
                            ledger,
                            generation,
                            reference.as_str(),
                            from,
                            paid_on,
                            id,
                            limit
                        );
                        file.fetch_all(s.conn()).await?
                    }
                };
                Ok(ask.page(rows))
            })
        })
        .await
    }

    /// One payment of the old system, as one file has it.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn history_row(
        &self,
        ledger: LedgerId,
        import: ImportId,
        history: HistoryId,
    ) -> Result<Read<Option<PaymentHistory>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (import, history) = (import.uuid(), history.uuid());
                let row = sqlx::query_file_as!(
                    PaymentHistory,
                    "sql/history_row.sql",
                    s.ledger,
                    s.generation,
                    import,
                    history
                );
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }
}
