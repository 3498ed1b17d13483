//! The inbox of the owners' app: each member of a party is told of its reminders, receipts and refunds. Fed by a reactor and
//! never rebuilt; what was read is noted on the row.

use crate::column::{Amount, Text, count, day, position, states};
use crate::reactor::{ReactError, Reactor};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::account::AccountEvent;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::dunning::DunningEvent;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, LedgerId, PartyId, PersonId};
use mingzhang_domain::money::Money;
use mingzhang_domain::party::PartyEvent;
use mingzhang_domain::payment::{PaymentEvent, ReceiptIssued};
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::Count;
use mingzhang_store::error::StoreError;
use sqlx::postgres::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// Its name beside its checkpoints.
pub const NAME: &str = "inbox";
/// How often a waiting read looks.
const LOOK: Duration = Duration::from_millis(50);

states! {
    /// What somebody is told of.
    pub enum NoticeKind {
        /// Something is to be paid.
        Reminder = "reminder",
        /// A receipt was issued.
        ReceiptReady = "receipt_ready",
        /// A refund was paid out.
        RefundSettled = "refund_settled",
        /// A provider wants to hear that what was paid for was delivered.
        ShippingInfo = "shipping_info",
    }
}

/// What a person was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxItem {
    /// Who was told.
    pub person_id: Uuid,
    /// Position of the fact.
    pub position: i64,
    /// Of what.
    pub kind: Text<NoticeKind>,
    /// The party whose member the person is.
    pub party_id: Uuid,
    /// The account; absent when it is of several.
    pub account_id: Option<Uuid>,
    /// The receipt or the refund.
    pub subject_id: Option<Uuid>,
    /// What the party is asked for, has paid or got back.
    pub amount: Amount,
    /// Stage of dunning.
    pub stage: Option<i32>,
    /// Due date of the oldest open charge.
    pub oldest_due_on: Option<NaiveDate>,
    /// The accounting date.
    pub effective_on: NaiveDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// When it was read; absent until then.
    pub read_at: Option<DateTime<Utc>>,
}

/// What a party is told of a fact.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Notice {
    pub(crate) kind: NoticeKind,
    pub(crate) party: PartyId,
    pub(crate) account: Option<AccountId>,
    pub(crate) subject: Option<Uuid>,
    pub(crate) amount: Money,
    dunning: Option<(Count, CivilDate)>,
}

impl Notice {
    /// Of a fact; none when nobody is told.
    pub(crate) fn of(event: &Event) -> Option<Self> {
        match event {
            Event::Dunning(DunningEvent::ReminderSent(sent)) => Some(Self {
                kind: NoticeKind::Reminder,
                party: sent.party,
                account: Some(sent.account),
                subject: None,
                amount: sent.open,
                dunning: Some((sent.stage, sent.oldest_due_on)),
            }),
            Event::Payment(PaymentEvent::ReceiptIssued(issued)) => Some(Self {
                kind: NoticeKind::ReceiptReady,
                party: issued.obligor,
                account: account_of(issued),
                subject: Some(issued.receipt.uuid()),
                amount: issued.amount,
                dunning: None,
            }),
            Event::Account(AccountEvent::RefundSettled(settled)) => Some(Self {
                kind: NoticeKind::RefundSettled,
                party: settled.holder,
                account: Some(settled.account),
                subject: Some(settled.refund.uuid()),
                amount: settled.amount,
                dunning: None,
            }),
            _ => None,
        }
    }
}

/// The one account that a receipt is of.
fn account_of(issued: &ReceiptIssued) -> Option<AccountId> {
    let first = issued.lines.first()?.account;
    first.filter(|_| issued.lines.iter().all(|line| line.account == first))
}

/// The reactor that feeds it.
#[derive(Debug)]
pub struct Inbox;

#[async_trait]
impl Reactor for Inbox {
    fn name(&self) -> &'static str {
        NAME
    }

    fn event_types(&self) -> &'static [&'static str] {
        &["reminder_sent", "receipt_issued", "refund_settled"]
    }

    async fn react(&self, event: &Recorded, conn: &mut PgConnection) -> Result<(), ReactError> {
        let Some(notice) = Notice::of(&event.event) else { return Ok(()) };
        let told = members(conn, event, notice.party).await?;
        put(conn, event, &notice, &told).await
    }
}

/// The members of a party as of an event: a function of the log alone, however far the read models are.
pub(crate) async fn members(
    conn: &mut PgConnection,
    event: &Recorded,
    party: PartyId,
) -> Result<Vec<Uuid>, ReactError> {
    let mut members = Vec::new();
    for before in stream_before(conn, event, party.uuid()).await? {
        let Event::Party(fact) = before else {
            return Err(StoreError::Halted("a party's stream holds another noun's fact".into()).into());
        };
        match fact {
            PartyEvent::PartyFormed(formed) => {
                members.extend(formed.members.iter().map(|member| member.person.uuid()));
            }
            PartyEvent::PartyContactChanged(_) => {}
        }
    }
    Ok(members)
}

/// The facts of a stream before an event.
pub(crate) async fn stream_before(
    conn: &mut PgConnection,
    event: &Recorded,
    stream: Uuid,
) -> Result<Vec<Event>, ReactError> {
    let (ledger, before) = (event.ledger_id.uuid(), position(event.position));
    let rows = sqlx::query_file!("sql/stream_before.sql", ledger, stream, before).fetch_all(conn).await?;
    let fact = |body: &[u8]| Recorded::from_body(body).map(|recorded| recorded.event);
    let facts: Result<_, _> = rows.iter().map(|row| fact(&row.body)).collect();
    Ok(facts.map_err(|error| StoreError::Halted(error.to_string()))?)
}

async fn put(conn: &mut PgConnection, event: &Recorded, notice: &Notice, told: &[Uuid]) -> Result<(), ReactError> {
    sqlx::query_file!(
        "sql/inbox_put.sql",
        event.ledger_id.uuid(),
        told,
        position(event.position),
        notice.kind.as_str(),
        notice.party.uuid(),
        notice.account.map(AccountId::uuid),
        notice.subject,
        Amount::from(notice.amount).decimal(),
        notice.dunning.map(|(stage, _)| count(stage)),
        notice.dunning.map(|(_, oldest)| day(oldest)),
        day(event.effective_on),
        event.recorded_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a person has read everything up to a position of a ledger, with the writer's role.
///
/// # Errors
/// When the database is away.
pub async fn mark_read(
    conn: &mut PgConnection,
    ledger: LedgerId,
    person: PersonId,
    until: i64,
    now: DateTime<Utc>,
) -> Result<(), sqlx::Error> {
    sqlx::query_file!("sql/inbox_read.sql", ledger.uuid(), person.uuid(), until, now).execute(conn).await?;
    Ok(())
}

impl Reader {
    /// What a person was told in a ledger, the newest first; `after` is a position. The position answered is the one up
    /// to which inboxes are fed.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn inbox_of_person(
        &self,
        ledger: LedgerId,
        person: PersonId,
        ask: Ask<i64>,
    ) -> Result<Read<Page<InboxItem>>, ReadError> {
        let read = self.read(ledger, move |s| {
            Box::pin(async move {
                let after = ask.after.unwrap_or(i64::MAX);
                let rows = sqlx::query_file_as!(
                    InboxItem,
                    "sql/inbox_of_person.sql",
                    s.ledger,
                    person.uuid(),
                    after,
                    ask.fetch()
                );
                let page = ask.page(rows.fetch_all(s.conn()).await?);
                Ok((page, fed(s.conn(), NAME, ledger).await?))
            })
        });
        Ok(at_inbox(read.await?))
    }

    /// What the members of a party were told, the newest first; `after` is a position and a person.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn inbox_of_party(
        &self,
        ledger: LedgerId,
        party: PartyId,
        ask: Ask<(i64, Uuid)>,
    ) -> Result<Read<Page<InboxItem>>, ReadError> {
        let read = self.read(ledger, move |s| {
            Box::pin(async move {
                let (position, person) = ask.after.unwrap_or((i64::MAX, Uuid::max()));
                let rows = sqlx::query_file_as!(
                    InboxItem,
                    "sql/inbox_of_party.sql",
                    s.ledger,
                    party.uuid(),
                    position,
                    person,
                    ask.fetch()
                );
                let page = ask.page(rows.fetch_all(s.conn()).await?);
                Ok((page, fed(s.conn(), NAME, ledger).await?))
            })
        });
        Ok(at_inbox(read.await?))
    }

    /// Waits until a reactor has answered a ledger up to a position.
    ///
    /// # Errors
    /// As [`Reader::wait_for`].
    pub async fn wait_for_reactor(
        &self,
        name: &'static str,
        ledger: LedgerId,
        wanted: u64,
        timeout: Duration,
    ) -> Result<(), ReadError> {
        let end = tokio::time::Instant::now() + timeout;
        self.wait_for(ledger, wanted, timeout).await?;
        loop {
            let fed =
                self.read(ledger, move |s| Box::pin(async move { fed(s.conn(), name, ledger).await })).await?.value;
            if fed >= wanted {
                return Ok(());
            }
            if tokio::time::Instant::now() >= end {
                return Err(ReadError::Behind { position: fed, wanted });
            }
            tokio::time::sleep(LOOK).await;
        }
    }
}

/// Up to where a reactor has answered.
async fn fed(conn: &mut PgConnection, name: &str, ledger: LedgerId) -> Result<u64, ReadError> {
    let row = sqlx::query_file!("sql/reactor_position.sql", ledger.uuid(), name).fetch_optional(conn).await?;
    Ok(row.map_or(0, |row| u64::try_from(row.position).unwrap_or_default()))
}

/// The page with the position up to which inboxes are fed, in place of that of the read models.
fn at_inbox(read: Read<(Page<InboxItem>, u64)>) -> Read<Page<InboxItem>> {
    let Read { ledger_id, value: (value, position), .. } = read;
    Read { ledger_id, position, value }
}
