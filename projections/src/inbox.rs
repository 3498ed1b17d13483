//! The inbox of the owners' app: each member of a party that was reminded is told. Fed by a reactor and never rebuilt;
//! what was read is noted on the row.

use crate::column::{Amount, count, day, position};
use crate::reactor::{ReactError, Reactor};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::dunning::{DunningEvent, ReminderSent};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{LedgerId, PartyId, PersonId};
use mingzhang_domain::party::PartyEvent;
use mingzhang_domain::stream::Event;
use mingzhang_store::error::StoreError;
use sqlx::postgres::PgConnection;
use std::time::Duration;
use uuid::Uuid;

/// Its name beside its checkpoints.
const NAME: &str = "inbox";
/// How often a waiting read looks.
const LOOK: Duration = Duration::from_millis(50);

/// What a person was told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InboxItem {
    /// Who was told.
    pub person_id: Uuid,
    /// Position of the reminder.
    pub position: i64,
    /// The party whose member the person is.
    pub party_id: Uuid,
    /// The account.
    pub account_id: Uuid,
    /// Stage of dunning.
    pub stage: i32,
    /// What the party is asked for.
    pub open: Amount,
    /// Due date of the oldest open charge.
    pub oldest_due_on: NaiveDate,
    /// The accounting date.
    pub effective_on: NaiveDate,
    /// When it was recorded.
    pub recorded_at: DateTime<Utc>,
    /// When it was read; absent until then.
    pub read_at: Option<DateTime<Utc>>,
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
        &["reminder_sent"]
    }

    async fn react(&self, event: &Recorded, conn: &mut PgConnection) -> Result<(), ReactError> {
        let Event::Dunning(DunningEvent::ReminderSent(sent)) = &event.event else { return Ok(()) };
        let told = members(conn, event, sent.party).await?;
        put(conn, event, sent, &told).await
    }
}

/// The members of a party as of an event: a function of the log alone, however far the read models are.
async fn members(conn: &mut PgConnection, event: &Recorded, party: PartyId) -> Result<Vec<Uuid>, ReactError> {
    let (ledger, before) = (event.ledger_id.uuid(), position(event.position));
    let rows = sqlx::query_file!("sql/stream_before.sql", ledger, party.uuid(), before).fetch_all(conn).await?;
    let mut members = Vec::new();
    for row in rows {
        let recorded = Recorded::from_body(&row.body).map_err(|error| StoreError::Halted(error.to_string()))?;
        let Event::Party(fact) = recorded.event else {
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

async fn put(conn: &mut PgConnection, event: &Recorded, sent: &ReminderSent, told: &[Uuid]) -> Result<(), ReactError> {
    sqlx::query_file!(
        "sql/inbox_put.sql",
        event.ledger_id.uuid(),
        told,
        position(event.position),
        sent.party.uuid(),
        sent.account.uuid(),
        count(sent.stage),
        Amount::from(sent.open).decimal(),
        day(sent.oldest_due_on),
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
                Ok((page, fed(s.conn(), ledger).await?))
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
                Ok((page, fed(s.conn(), ledger).await?))
            })
        });
        Ok(at_inbox(read.await?))
    }

    /// Waits until the inboxes of a ledger are fed up to a position.
    ///
    /// # Errors
    /// As [`Reader::wait_for`].
    pub async fn wait_for_inbox(&self, ledger: LedgerId, wanted: u64, timeout: Duration) -> Result<(), ReadError> {
        let end = tokio::time::Instant::now() + timeout;
        self.wait_for(ledger, wanted, timeout).await?;
        loop {
            let fed = self.read(ledger, move |s| Box::pin(async move { fed(s.conn(), ledger).await })).await?.value;
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

/// Up to where inboxes are fed.
async fn fed(conn: &mut PgConnection, ledger: LedgerId) -> Result<u64, ReadError> {
    let row = sqlx::query_file!("sql/reactor_position.sql", ledger.uuid(), NAME).fetch_optional(conn).await?;
    Ok(row.map_or(0, |row| u64::try_from(row.position).unwrap_or_default()))
}

/// The page with the position up to which inboxes are fed, in place of that of the read models.
fn at_inbox(read: Read<(Page<InboxItem>, u64)>) -> Read<Page<InboxItem>> {
    let Read { ledger_id, value: (value, position), .. } = read;
    Read { ledger_id, position, value }
}
