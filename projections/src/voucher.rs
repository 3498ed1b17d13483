//! Vouchers 记账凭证: what each command posted in a purse on a day, numbered in order of the log (ADR 32), and on whose word.
//!
//! The lines of a voucher are the journal's, between its two positions. May never happen here: a number that changes.

use crate::column::{Amount, EventType, Text, UnknownWord, day, position};
use crate::journal::JournalLine;
use crate::projection::Models;
use crate::reader::{Ask, Page, Read, ReadError, Reader, Snapshot};
use crate::sheet::words;
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::book::Purse;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::{ActorKind, Recorded};
use mingzhang_domain::id::{LedgerId, VoucherId};
use mingzhang_domain::payment::{PaymentEvent, Series};
use mingzhang_domain::posting::Posting;
use mingzhang_domain::stream::Event;
use std::str::FromStr;
use uuid::Uuid;

table! {
    /// One voucher.
    pub struct Voucher of "voucher" {
        key {
            /// Derived from command, purse and day.
            voucher_id: Uuid,
        }
        /// Whose money.
        purse: Text<Purse>,
        /// The accounting month.
        period: Text<Month>,
        /// From 1 within purse and month.
        number: i32,
        /// The accounting date.
        effective_on: NaiveDate,
        /// Where its first line stands.
        first_position: i64,
        /// Where its last line stands.
        last_position: i64,
        /// What happened first.
        event_type: Text<EventType>,
        /// Money facts.
        facts: i32,
        /// Lines.
        lines: i32,
        /// Sum of the debits, and of the credits.
        amount: Amount,
        /// Receipts issued with it.
        attachments: i32,
        /// When it was recorded.
        recorded_at: DateTime<Utc>,
        /// Who acted.
        actor_kind: Text<ActorKind>,
        /// Their id.
        actor_id: Uuid,
        /// The command.
        command_id: Uuid,
        /// The first command of its chain.
        correlation_id: Uuid,
    }
}

table! {
    /// How far the numbers of a purse are in a month.
    pub struct VoucherSeries of "voucher_series" {
        key {
            /// The accounting month.
            period: Text<Month>,
            /// Whose money.
            purse: Text<Purse>,
        }
        /// The last number.
        last: i32,
    }
}

table! {
    /// On whose word a command stands.
    pub struct ApprovedCommand of "approved_command" {
        key {
            /// The command.
            command_id: Uuid,
        }
        /// Who asked.
        requested_by: Uuid,
        /// Who approved; absent when the limit covers it.
        approved_by: Option<Uuid>,
        /// The approval; absent when the limit covers it.
        approval_id: Option<Uuid>,
    }
}

/// What a voucher is of, in words: read out of the type of its first event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary(&'static str);

impl Summary {
    /// The words.
    pub fn as_str(self) -> &'static str {
        self.0
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.0)
    }
}

impl FromStr for Summary {
    type Err = UnknownWord;
    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        text.parse().map(|event_type| Self(words::voucher(event_type)))
    }
}

/// A voucher as it is filed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FiledVoucher {
    /// Its id.
    pub voucher_id: Uuid,
    /// Whose money.
    pub purse: Text<Purse>,
    /// The accounting month.
    pub period: Text<Month>,
    /// From 1 within purse and month.
    pub number: i32,
    /// The accounting date.
    pub effective_on: NaiveDate,
    /// 摘要
    pub summary: Text<Summary>,
    /// What happened first.
    pub event_type: Text<EventType>,
    /// Money facts.
    pub facts: i32,
    /// Lines.
    pub lines: i32,
    /// Sum of the debits, and of the credits.
    pub amount: Amount,
    /// Receipts issued with it.
    pub attachments: i32,
    /// Where its first line stands.
    pub first_position: i64,
    /// Where its last line stands.
    pub last_position: i64,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// Who acted.
    pub actor_kind: Text<ActorKind>,
    /// Their id.
    pub actor_id: Uuid,
    /// The command.
    pub command_id: Uuid,
    /// Who asked for it, where somebody had to.
    pub requested_by: Option<Uuid>,
    /// Who approved it.
    pub approved_by: Option<Uuid>,
    /// The approval.
    pub approval_id: Option<Uuid>,
}

/// Folds an event: its lines into the vouchers of their purses, a receipt onto its voucher, an approval onto its command.
pub(crate) fn fold(event: &Recorded, models: &mut Models) {
    if let Some(approved) = event.event.approved() {
        models.approved_command.insert(ApprovedCommand {
            command_id: event.command_id.uuid(),
            requested_by: approved.requested_by,
            approved_by: approved.approved_by,
            approval_id: approved.approval.map(|id| id.uuid()),
        });
    }
    if let Event::Payment(PaymentEvent::ReceiptIssued(receipt)) = &event.event {
        let purse = if receipt.series == Series::MaintenanceFund { Purse::MaintenanceFund } else { Purse::Company };
        if let Some(voucher) = models.voucher.get_mut(&(id(purse, event),)) {
            voucher.attachments += 1;
        }
    }
    let lines = event.postings.as_deref().unwrap_or_default();
    for purse in Purse::ALL.iter().copied() {
        let mut of_purse = lines.iter().filter(|line| line.purse == purse).peekable();
        if of_purse.peek().is_some() {
            file(purse, of_purse, event, models);
        }
    }
}

fn id(purse: Purse, event: &Recorded) -> Uuid {
    VoucherId::of(event.command_id, purse, event.effective_on).uuid()
}

fn file<'l>(purse: Purse, lines: impl Iterator<Item = &'l Posting>, event: &Recorded, models: &mut Models) {
    let (id, period) = (id(purse, event), Text(event.effective_on.month()));
    let number = match models.voucher.get(&(id,)) {
        Some(begun) => begun.number,
        None => {
            let key = (period, Text(purse));
            let series = models.voucher_series.get_or(&key, || VoucherSeries { period, purse: key.1, last: 0 });
            series.last += 1;
            series.last
        }
    };
    let voucher = models.voucher.get_or(&(id,), || Voucher {
        voucher_id: id,
        purse: Text(purse),
        period,
        number,
        effective_on: day(event.effective_on),
        first_position: position(event.position),
        last_position: position(event.position),
        event_type: Text(EventType::of(&event.event)),
        facts: 0,
        lines: 0,
        amount: Amount::ZERO,
        attachments: 0,
        recorded_at: event.recorded_at,
        actor_kind: Text(event.actor.kind),
        actor_id: event.actor.id,
        command_id: event.command_id.uuid(),
        correlation_id: event.correlation_id.uuid(),
    });
    voucher.facts += 1;
    voucher.last_position = position(event.position);
    for line in lines {
        voucher.lines += 1;
        if !line.amount.is_negative() {
            voucher.amount.add(line.amount);
        }
    }
}

/// Reads a page in a snapshot that is open.
pub(crate) async fn page_of(
    s: &mut Snapshot,
    (purse, period): (Purse, Month),
    ask: &Ask<i64>,
) -> Result<Page<FiledVoucher>, ReadError> {
    let after = i32::try_from(ask.after.unwrap_or_default()).unwrap_or(i32::MAX);
    let (ledger, generation, period) = (s.ledger, s.generation, period.to_string());
    let rows = sqlx::query_file_as!(
        FiledVoucher,
        "sql/vouchers.sql",
        ledger,
        generation,
        purse.as_str(),
        period,
        after,
        ask.fetch()
    );
    Ok(ask.page(rows.fetch_all(s.conn()).await?))
}

impl Reader {
    /// Vouchers of a purse and month by number; `after` is the number.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn vouchers(
        &self,
        ledger: LedgerId,
        (purse, period): (Purse, Month),
        ask: Ask<i64>,
    ) -> Result<Read<Page<FiledVoucher>>, ReadError> {
        self.read(ledger, move |s| Box::pin(async move { page_of(s, (purse, period), &ask).await })).await
    }

    /// A voucher.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn voucher(&self, ledger: LedgerId, voucher: VoucherId) -> Result<Read<Option<FiledVoucher>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(FiledVoucher, "sql/voucher.sql", s.ledger, s.generation, voucher.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// The lines of a voucher, in order; `after` is position and line.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn voucher_lines(
        &self,
        ledger: LedgerId,
        voucher: VoucherId,
        ask: Ask<(i64, i32)>,
    ) -> Result<Read<Page<JournalLine>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let after = ask.after.unwrap_or_default();
                let rows = sqlx::query_file_as!(
                    JournalLine,
                    "sql/voucher_lines.sql",
                    s.ledger,
                    s.generation,
                    voucher.uuid(),
                    after.0,
                    after.1,
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// The series of vouchers, the newest month first; `after` is month and purse.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn voucher_series(
        &self,
        ledger: LedgerId,
        ask: Ask<(String, String)>,
    ) -> Result<Read<Page<VoucherSeries>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let after = ask.after.clone().unwrap_or_else(|| ("9999-12".to_owned(), "~".to_owned()));
                let rows = sqlx::query_file_as!(
                    VoucherSeries,
                    "sql/voucher_series.sql",
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
