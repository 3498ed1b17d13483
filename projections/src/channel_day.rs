//! Days of channel accounts 渠道对账: what bill and log said when they were read last, whose money it is, and what differs.

use crate::column::{Amount, Text, day, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::refund::RefundStatus;
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::channel_day::{
    ChannelDayEvent, ChannelDayReconciled, ChannelDaySplit as SplitSaid, ChannelDifferenceFound, DifferenceKind,
};
use mingzhang_domain::envelope::{ActorKind, Recorded};
use mingzhang_domain::id::{ChannelAccountId, ChannelDayId, ChannelDifferenceId, LedgerId, PaymentOrderId};
use mingzhang_domain::value::{Code, Digest, Label};
use std::collections::BTreeSet;
use uuid::Uuid;

states! {
    /// What became of a difference.
    pub enum DifferenceStatus {
        /// Somebody has to look.
        Open = "open",
        /// Bill and log agree by now.
        Gone = "gone",
        /// Somebody said what it is.
        Explained = "explained",
    }
}

table! {
    /// A day of a channel account.
    pub struct ChannelDay of "channel_day" {
        key {
            /// The day.
            channel_day_id: Uuid,
        }
        /// Where it was read last.
        position: i64,
        /// The channel account.
        channel_account_id: Uuid,
        /// The day.
        day: NaiveDate,
        /// SHA-256 of the bill.
        bill: Text<Digest>,
        /// Lines of the bill.
        lines: i32,
        /// Of them, those that the log has just so.
        matched: i32,
        /// Differences that somebody has to look into.
        open_differences: i32,
        /// Differences that are explained and stay.
        explained_differences: i32,
        /// What came in by the bill.
        paid: Amount,
        /// What went back by the bill.
        refunded: Amount,
        /// What the provider keeps by the bill.
        fee: Amount,
        /// When it was read last.
        reconciled_at: DateTime<Utc>,
        /// When somebody signed it.
        signed_off_at: Option<DateTime<Utc>>,
        /// Who.
        signed_off_by_staff_id: Option<Uuid>,
        /// What the bank got of it in one sum.
        lump: Option<Amount>,
        /// The bank's day.
        lump_value_on: Option<NaiveDate>,
        /// What of it waits in the company's suspense.
        rest: Amount,
        /// What the rest was.
        rest_note: Option<Text<Label>>,
    }
}

table! {
    /// What of a bill is of one community.
    pub struct ChannelDaySplit of "channel_day_split" {
        key {
            /// The day.
            channel_day_id: Uuid,
            /// Which reading: where it stands.
            reading: i64,
            /// The community, or zero for what is of none that is known.
            part: Uuid,
        }
        /// The community.
        community_id: Option<Uuid>,
        /// What came in.
        paid: Amount,
        /// What went back.
        refunded: Amount,
        /// What the provider keeps.
        fee: Amount,
    }
}

table! {
    /// What bill and log differ in.
    pub struct ChannelDifference of "channel_difference" {
        key {
            /// The difference.
            channel_difference_id: Uuid,
        }
        /// Where it was found.
        position: i64,
        /// The day.
        channel_day_id: Uuid,
        /// How they differ.
        kind: Text<DifferenceKind>,
        /// The number that both sides know it by.
        reference: Text<Label>,
        /// Whose ledger has it.
        community_id: Option<Uuid>,
        /// What the provider says.
        theirs: Option<Amount>,
        /// What the log says.
        ours: Option<Amount>,
        /// What became of it.
        status: Text<DifferenceStatus>,
        /// What somebody says it is.
        note: Option<Text<Label>>,
    }
}

const UNKNOWN: FoldError = FoldError("a fact about a day or a difference that was never found");

/// Folds a fact of a day.
pub(crate) fn fold(fact: &ChannelDayEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        ChannelDayEvent::ChannelDayReconciled(e) => reconciled(e, event, models)?,
        ChannelDayEvent::ChannelDaySplit(e) => {
            let reading = of(event, models)?.position;
            models.channel_day_split.insert(split(event.stream.id, reading, e));
        }
        ChannelDayEvent::ChannelDifferenceFound(e) => {
            of(event, models)?.open_differences += 1;
            models.channel_difference.insert(found(e, event));
        }
        ChannelDayEvent::ChannelDifferenceGone(e) => {
            stand(e.difference, event, models, (DifferenceStatus::Gone, None))?
        }
        ChannelDayEvent::ChannelDifferenceExplained(e) => {
            stand(e.difference, event, models, (DifferenceStatus::Explained, Some(&e.note)))?;
        }
        ChannelDayEvent::ChannelDaySignedOff(_) => {
            let row = of(event, models)?;
            row.signed_off_at = Some(event.recorded_at);
            row.signed_off_by_staff_id = (event.actor.kind == ActorKind::Staff).then_some(event.actor.id);
        }
        ChannelDayEvent::ChannelLumpRecorded(e) => {
            let row = of(event, models)?;
            row.lump = Some(e.amount.into());
            row.lump_value_on = Some(day(e.value_on));
            row.rest = e.rest.into();
        }
        ChannelDayEvent::ChannelRestCleared(e) => {
            let row = of(event, models)?;
            row.rest = Amount::ZERO;
            row.rest_note = Some(Text(e.note.clone()));
        }
    }
    Ok(())
}

fn of<'m>(event: &Recorded, models: &'m mut Models) -> Result<&'m mut ChannelDay, FoldError> {
    models.channel_day.get_mut(&(event.stream.id,)).ok_or(UNKNOWN)
}

fn reconciled(e: &ChannelDayReconciled, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let count = |count: u32| i32::try_from(count).map_err(|_| FoldError("more lines than a bill can have"));
    let before = models.channel_day.get_mut(&(event.stream.id,));
    let (open, explained) = before.map_or((0, 0), |row| (row.open_differences, row.explained_differences));
    models.channel_day.insert(ChannelDay {
        channel_day_id: event.stream.id,
        position: position(event.position),
        channel_account_id: e.channel_account.uuid(),
        day: day(e.day),
        bill: Text(e.bill),
        lines: count(e.lines.0)?,
        matched: count(e.matched.0)?,
        open_differences: open,
        explained_differences: explained,
        paid: e.paid.into(),
        refunded: e.refunded.into(),
        fee: e.fee.into(),
        reconciled_at: event.recorded_at,
        signed_off_at: None,
        signed_off_by_staff_id: None,
        lump: None,
        lump_value_on: None,
        rest: Amount::ZERO,
        rest_note: None,
    });
    Ok(())
}

fn split(channel_day: Uuid, reading: i64, e: &SplitSaid) -> ChannelDaySplit {
    let community = e.community.map(|community| community.uuid());
    ChannelDaySplit {
        channel_day_id: channel_day,
        reading,
        part: community.unwrap_or_default(),
        community_id: community,
        paid: e.paid.into(),
        refunded: e.refunded.into(),
        fee: e.fee.into(),
    }
}

fn found(e: &ChannelDifferenceFound, event: &Recorded) -> ChannelDifference {
    ChannelDifference {
        channel_difference_id: e.difference.uuid(),
        position: position(event.position),
        channel_day_id: event.stream.id,
        kind: Text(e.kind),
        reference: Text(e.reference.clone()),
        community_id: e.community.map(|community| community.uuid()),
        theirs: e.theirs.map(Amount::from),
        ours: e.ours.map(Amount::from),
        status: Text(DifferenceStatus::Open),
        note: None,
    }
}

fn stand(
    difference: ChannelDifferenceId,
    event: &Recorded,
    models: &mut Models,
    (status, note): (DifferenceStatus, Option<&Label>),
) -> Result<(), FoldError> {
    let row = models.channel_difference.get_mut(&(difference.uuid(),)).ok_or(UNKNOWN)?;
    let before = row.status.0;
    row.status = Text(status);
    if let Some(note) = note {
        row.note = Some(Text(note.clone()));
    }
    let day = of(event, models)?;
    match before {
        DifferenceStatus::Open => day.open_differences -= 1,
        DifferenceStatus::Explained => day.explained_differences -= 1,
        DifferenceStatus::Gone => {}
    }
    if status == DifferenceStatus::Explained {
        day.explained_differences += 1;
    }
    Ok(())
}

/// Money that came in by an online channel account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameIn {
    /// The provider's number of the payment.
    pub reference: Code,
    /// How much.
    pub amount: Amount,
    /// False when the record was reversed.
    pub stands: bool,
}

/// Money that went back by an online channel account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WentBack {
    /// Our number at the provider, of a refund that it paid for us.
    pub number: Option<String>,
    /// The provider's number of it, or what a person said.
    pub reference: Option<Code>,
    /// How much.
    pub amount: Amount,
    /// The refund.
    pub refund: Uuid,
    /// True when the bill of this very day has it: it was paid, and given to the provider on that day if at all.
    pub of_this_day: bool,
}

/// How a reconciled day stands, as a community sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayStanding {
    /// The channel account.
    pub channel_account_id: Uuid,
    /// The day.
    pub day: NaiveDate,
    /// Finance signed it off.
    pub signed_off: bool,
    /// The bill differed in something of the community.
    pub differs_here: bool,
}

impl Reader {
    /// Days on and after one whose money came to the bank in one sum, in order.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn channel_lumps(&self, ledger: LedgerId, from: CivilDate) -> Result<Read<Vec<Uuid>>, ReadError> {
        let from = day(from);
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_scalar!("sql/channel_lumps.sql", s.ledger, s.generation, from);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// What a community's log has of a day of a channel account.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn money_of_channel_day(
        &self,
        ledger: LedgerId,
        channel_account: ChannelAccountId,
        on: CivilDate,
    ) -> Result<Read<(Vec<CameIn>, Vec<WentBack>)>, ReadError> {
        let (channel, bounds, on) = (channel_account.uuid(), on.instants(), day(on));
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation) = (s.ledger, s.generation);
                let paid = sqlx::query_file!("sql/payments_of_channel_day.sql", ledger, generation, channel, on);
                let paid = paid.fetch_all(s.conn()).await?.into_iter();
                let paid =
                    paid.map(|row| CameIn { reference: row.reference.0, amount: row.amount, stands: row.stands });
                let (from, until) = bounds;
                let back =
                    sqlx::query_file!("sql/refunds_of_channel_day.sql", ledger, generation, channel, on, from, until);
                let back = back.fetch_all(s.conn()).await?.into_iter().map(|row| {
                    let sent_here = row.sent_at.is_none_or(|at| (from..until).contains(&at));
                    WentBack {
                        number: row.channel_number,
                        reference: row.channel_reference.map(|reference| reference.0),
                        amount: row.amount,
                        refund: row.refund_id,
                        of_this_day: row.status.0 == RefundStatus::Settled && sent_here,
                    }
                });
                Ok((paid.collect(), back.collect()))
            })
        })
        .await
    }

    /// The days of some channel accounts, from a day to a day, on which money of a community came or went.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn channel_money_days(
        &self,
        ledger: LedgerId,
        channel_accounts: Vec<Uuid>,
        (from, to): (CivilDate, CivilDate),
    ) -> Result<Read<BTreeSet<(Uuid, NaiveDate)>>, ReadError> {
        let (from, to) = (day(from), day(to));
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation) = (s.ledger, s.generation);
                let days =
                    sqlx::query_file!("sql/channel_money_days.sql", ledger, generation, &channel_accounts, from, to);
                let days = days.fetch_all(s.conn()).await?;
                Ok(days.into_iter().map(|row| (row.channel_account_id, row.value_on)).collect())
            })
        })
        .await
    }

    /// How reconciled days of a company's channel accounts stand, from a day to a day, as one of its communities sees it.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn channel_days_standing(
        &self,
        company: LedgerId,
        community: LedgerId,
        channel_accounts: Vec<Uuid>,
        (from, to): (CivilDate, CivilDate),
    ) -> Result<Read<Vec<DayStanding>>, ReadError> {
        let (from, to, here) = (day(from), day(to), community.uuid());
        self.read(company, move |s| {
            Box::pin(async move {
                let days = sqlx::query_file_as!(
                    DayStanding,
                    "sql/channel_days_standing.sql",
                    s.ledger,
                    s.generation,
                    &channel_accounts,
                    from,
                    to,
                    here
                );
                Ok(days.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// Which of these payment orders a ledger has.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn orders_here(
        &self,
        ledger: LedgerId,
        orders: Vec<PaymentOrderId>,
    ) -> Result<Read<Vec<PaymentOrderId>>, ReadError> {
        let orders: Vec<Uuid> = orders.into_iter().map(PaymentOrderId::uuid).collect();
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file!("sql/orders_here.sql", s.ledger, s.generation, &orders);
                let rows = rows.fetch_all(s.conn()).await?;
                Ok(rows.into_iter().map(|row| PaymentOrderId(row.payment_order_id)).collect())
            })
        })
        .await
    }

    /// The reconciled days of a company's channel accounts or of one, the latest first; `after` is a day and an id.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn channel_days(
        &self,
        ledger: LedgerId,
        channel_account: Option<ChannelAccountId>,
        ask: Ask<(NaiveDate, Uuid)>,
    ) -> Result<Read<Page<ChannelDay>>, ReadError> {
        let channel = channel_account.map(|id| id.uuid());
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (on, id) = ask.after.unwrap_or((NaiveDate::MAX, Uuid::max()));
                let (ledger, generation) = (s.ledger, s.generation);
                let rows = sqlx::query_file_as!(
                    ChannelDay,
                    "sql/channel_days.sql",
                    ledger,
                    generation,
                    channel,
                    on,
                    id,
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// One day, and whose money its bill is.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn channel_day(
        &self,
        ledger: LedgerId,
        id: ChannelDayId,
    ) -> Result<Read<Option<(ChannelDay, Vec<ChannelDaySplit>)>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation) = (s.ledger, s.generation);
                let row = sqlx::query_file_as!(ChannelDay, "sql/channel_day.sql", ledger, generation, id.uuid());
                let Some(row) = row.fetch_optional(s.conn()).await? else { return Ok(None) };
                let splits = sqlx::query_file_as!(
                    ChannelDaySplit,
                    "sql/channel_day_splits.sql",
                    ledger,
                    generation,
                    id.uuid(),
                    row.position
                );
                Ok(Some((row, splits.fetch_all(s.conn()).await?)))
            })
        })
        .await
    }

    /// What a day's bill and the log differed in, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn channel_differences(
        &self,
        ledger: LedgerId,
        id: ChannelDayId,
        ask: Ask<i64>,
    ) -> Result<Read<Page<ChannelDifference>>, ReadError> {
        newest_first!(self, ledger, ask, ChannelDifference, "sql/channel_differences.sql", id.uuid())
    }

    /// What bills and the log differ in and nobody explained, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn open_channel_differences(
        &self,
        ledger: LedgerId,
        ask: Ask<i64>,
    ) -> Result<Read<Page<ChannelDifference>>, ReadError> {
        newest_first!(self, ledger, ask, ChannelDifference, "sql/channel_differences_open.sql")
    }
}
