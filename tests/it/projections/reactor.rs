//! Reactors: every event is answered once in what the database shows, whatever is cut off and however many processes try.

use super::town::Town;
use super::{Stage, stage};
use async_trait::async_trait;
use mingzhang_domain::dunning::{ReminderChannel, ReminderSent};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{DunningId, LedgerId, PartyId, PersonId};
use mingzhang_domain::money::Money;
use mingzhang_domain::party::{Member, PartyFormed, PartyKind};
use mingzhang_domain::value::Count;
use mingzhang_projections::inbox::{Inbox, NAME, mark_read};
use mingzhang_projections::reactor::{ReactError, Reactor, Reactors, catch_up};
use mingzhang_projections::reader::{Ask, Reader};
use mingzhang_projections::rebuild::{RebuildOptions, rebuild};
use mingzhang_store::postgres::Role;
use sqlx::PgConnection;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;
use uuid::Uuid;

const REMINDERS: u32 = 20;

fn inbox() -> Vec<Arc<dyn Reactor>> {
    vec![Arc::new(Inbox)]
}

fn person(of: u128) -> PersonId {
    PersonId(Uuid::from_u128(0x9e_0000 + of))
}

/// A town in which parties of one, two and three members are reminded, between other facts. Answers whom and where.
fn reminded(number: u64) -> (Town, Vec<(Uuid, i64)>) {
    let mut town = Town::new(number, 4);
    let parties: Vec<PartyId> = (1..=3).map(|n| PartyId(Uuid::from_u128(0x9a_0000 + n))).collect();
    for (party, size) in parties.iter().zip(1..) {
        let members = (0..size).map(|n| Member { person: person(size * 10 + n), share: None }).collect();
        let formed = PartyFormed { kind: PartyKind::Tenancy, members, contact: None, name: None };
        town.push((*party).into(), formed.into());
    }
    let mut told = Vec::new();
    for n in 0..REMINDERS {
        town.live(3);
        let size = u128::from(n % 3) + 1;
        let account = town.account(0);
        let sent = ReminderSent {
            account,
            party: parties[(n % 3) as usize],
            stage: Count(1),
            open: Money::from_fen(12_34),
            oldest_due_on: "2026-01-31".parse().unwrap(),
            channel: ReminderChannel::InApp,
        };
        town.push(DunningId::of_account(account).into(), sent.into());
        told.extend((0..size).map(|n| (person(size * 10 + n).uuid(), town.events.len() as i64)));
    }
    told.sort_unstable();
    (town, told)
}

async fn rows(stage: &Stage, ledger: LedgerId) -> Vec<(Uuid, i64)> {
    let sql = "SELECT person_id, position FROM reactor.inbox WHERE ledger_id = $1 AND kind = 'reminder' ORDER BY person_id, position";
    sqlx::query_as(sql).bind(ledger.uuid()).fetch_all(&stage.reader).await.unwrap()
}

/// Answers as the inbox does, and fails each time it is asked for the n-th time, after it has written.
#[derive(Debug)]
struct Failing {
    asked: AtomicU32,
    every: u32,
}

#[async_trait]
impl Reactor for Failing {
    fn name(&self) -> &'static str {
        Inbox.name()
    }
    fn event_types(&self) -> &'static [&'static str] {
        Inbox.event_types()
    }
    async fn react(&self, event: &Recorded, conn: &mut PgConnection) -> Result<(), ReactError> {
        Inbox.react(event, conn).await?;
        match (self.asked.fetch_add(1, Ordering::Relaxed) + 1) % self.every {
            0 => Err(ReactError::Outside("cut off".into())),
            _ => Ok(()),
        }
    }
}

#[tokio::test]
async fn every_member_is_told_once_however_often_it_is_cut_off() {
    let stage = stage().await;
    let (town, told) = reminded(201);
    stage.append(&town.events).await;
    let failing: Vec<Arc<dyn Reactor>> = vec![Arc::new(Failing { asked: AtomicU32::new(0), every: 8 })];
    let mut cuts = 0;
    while catch_up(&stage.writer, failing.clone(), 7).await.is_err() {
        cuts += 1;
        // What is there is what the checkpoint says, to the row.
        let sql = "SELECT position FROM reactor.checkpoint WHERE ledger_id = $1";
        let position: i64 = sqlx::query_scalar(sql).bind(town.ledger().uuid()).fetch_one(&stage.reader).await.unwrap();
        let until: Vec<_> = told.iter().filter(|(_, at)| *at <= position).copied().collect();
        assert_eq!(rows(&stage, town.ledger()).await, until);
    }
    assert!(cuts > 3, "the cuts were felt");
    assert_eq!(rows(&stage, town.ledger()).await, told);
    assert_eq!(catch_up(&stage.writer, inbox(), 7).await.unwrap(), 0);
}

#[tokio::test]
async fn two_processes_tell_every_member_once() {
    let stage = stage().await;
    let (mut town, told) = reminded(202);
    let reactors = [0, 1].map(|_| Reactors::start(stage.writer.clone(), inbox()));
    stage.append(&town.events).await;
    let (more, again) = reminded(203);
    stage.append(&more.events).await;
    let done = async {
        while rows(&stage, town.ledger()).await.len() < told.len()
            || rows(&stage, more.ledger()).await.len() < again.len()
        {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), done).await.unwrap();
    for reactor in reactors {
        reactor.stop().await;
    }
    assert_eq!(rows(&stage, town.ledger()).await, told);
    assert_eq!(rows(&stage, more.ledger()).await, again);
    // A checkpoint that was lost is no harm either: the rows say what was done.
    let mut owner = stage.owner().await;
    sqlx::query("UPDATE reactor.checkpoint SET position = 3").execute(&mut owner).await.unwrap();
    let before = town.events.len();
    town.live(5);
    stage.append(&town.events[before..]).await;
    catch_up(&stage.writer, inbox(), 500).await.unwrap();
    assert_eq!(rows(&stage, town.ledger()).await, told);
}

#[tokio::test]
async fn a_rebuild_leaves_inboxes_alone_and_reading_is_noted_once() {
    let stage = stage().await;
    let (town, told) = reminded(204);
    let ledger = town.ledger();
    stage.append(&town.events).await;
    stage.catch_up(2_000).await;
    rebuild(&stage.projector, &RebuildOptions::default()).await.unwrap();
    assert!(rows(&stage, ledger).await.is_empty(), "a rebuild tells nobody");
    let (reader, reader_of) = (Reader::new(stage.reader.clone(), None), person(30));
    let short = Duration::from_millis(60);
    assert!(reader.wait_for_reactor(NAME, ledger, 1, short).await.is_err(), "nothing is fed yet");
    catch_up(&stage.writer, inbox(), 500).await.unwrap();
    let end = town.events.len() as u64;
    reader.wait_for_reactor(NAME, ledger, end, short).await.unwrap();

    let expected: Vec<i64> = told.iter().filter(|(who, _)| *who == reader_of.uuid()).map(|(_, at)| *at).rev().collect();
    let page = reader.inbox_of_person(ledger, reader_of, Ask { after: None, limit: 200 }).await.unwrap();
    assert_eq!(page.position, end);
    assert_eq!(page.value.items.iter().map(|item| item.position).collect::<Vec<_>>(), expected);
    let next = reader.inbox_of_person(ledger, reader_of, Ask { after: Some(expected[1]), limit: 2 }).await.unwrap();
    assert_eq!(next.value.items.iter().map(|item| item.position).collect::<Vec<_>>(), expected[2..4]);
    assert_eq!(next.value.items[0].amount.to_string(), "12.34");

    let mut conn = stage.writer.acquire().await.unwrap();
    let at = |text: &str| text.parse().unwrap();
    mark_read(&mut conn, ledger, reader_of, expected[1], at("2026-03-01T00:00:00Z")).await.unwrap();
    mark_read(&mut conn, ledger, reader_of, expected[0], at("2026-03-02T00:00:00Z")).await.unwrap();
    rebuild(&stage.projector, &RebuildOptions::default()).await.unwrap();
    let party = PartyId(page.value.items[0].party_id);
    let (mut joined, mut after) = (Vec::new(), None);
    loop {
        let page = reader.inbox_of_party(ledger, party, Ask { after, limit: 4 }).await.unwrap().value;
        after = page.items.last().map(|item| (item.position, item.person_id));
        joined.extend(page.items);
        if !page.more {
            break;
        }
    }
    assert_eq!(joined.len(), expected.len() * 3, "every member of the party, page by page");
    for item in joined {
        let read = match item.position {
            _ if item.person_id != reader_of.uuid() => None,
            position if position == expected[0] => Some(at("2026-03-02T00:00:00Z")),
            _ => Some(at("2026-03-01T00:00:00Z")),
        };
        assert_eq!(item.read_at, read);
    }
}

#[tokio::test]
async fn what_a_person_was_told_cannot_be_changed() {
    let stage = stage().await;
    for role in [Role::Writer, Role::Reader, Role::Projector, Role::Auditor] {
        let pool = stage.database.pool(role).await.unwrap();
        for sql in ["UPDATE reactor.inbox SET open = 0", "DELETE FROM reactor.inbox", "DELETE FROM reactor.checkpoint"]
        {
            assert!(sqlx::query(sql).execute(&pool).await.is_err(), "{role:?}: {sql}");
        }
    }
}
