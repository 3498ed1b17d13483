//! `verify` against a real log in a real table: a whole one raises no alarm, and whatever a forger with all privileges
//! does to it is found, if need be by a head that was exported before.

use mingzhang_domain::community::is_opening;
use mingzhang_domain::draft::{Decide, Draft};
use mingzhang_domain::envelope::{Actor, ActorKind, Recorded};
use mingzhang_domain::id::{CommandId, LedgerId};
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::stream::{Event, StreamRef, StreamType};
use mingzhang_store::clock::SystemClock;
use mingzhang_store::lane::{LaneOptions, Lanes, Submission, Urgency};
use mingzhang_store::log;
use mingzhang_store::merkle::{Frontier, leaf_hash};
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use mingzhang_store::verify::{self, Class, ExportedHead, Report};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};
use std::path::Path;
use std::sync::Arc;
use uuid::Uuid;

const LEDGER: LedgerId = LedgerId(Uuid::from_u128(0x7a3));
const TIMES: usize = 50;

/// Appends whatever it was given: the log does not care what the facts mean.
#[derive(Debug)]
struct Push(Vec<(StreamRef, Event)>);

impl Decide for Push {
    fn operation(&self) -> &'static str {
        "push"
    }
    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        self.0.iter().for_each(|(stream, event)| draft.push(*stream, event.clone()));
        Ok(())
    }
}

/// The facts of the golden bodies, but for those about the ledger's own clock.
fn facts() -> (Event, Vec<Event>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/wire");
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.retain(|path| !path.ends_with("heads.json"));
    names.sort();
    let events = names.iter().map(|path| Recorded::from_body(&std::fs::read(path).unwrap()).unwrap().event);
    // A seal is of the log that it stands in: `replay-tool/tests/it/seals.rs`.
    let events = events.filter(|event| event.event_type() != "period_sealed");
    // A charge is of its account: `replay-tool/tests/it/charges.rs`.
    let events = events.filter(|event| event.event_type() != "charge_posted");
    // Openings stand before everything else, and `core/store/src/verify/periods.rs` has its own tests of that.
    let events = events.filter(|event| !is_opening(event) && event.event_type() != "community_went_live");
    let (ledger, others): (Vec<Event>, Vec<Event>) =
        events.partition(|event| event.stream_type() == StreamType::Ledger);
    (ledger.into_iter().find(|event| event.event_type() == "ledger_opened").unwrap(), others)
}

/// A ledger of about 150 events in commands of 1 to 4, written by the lane.
async fn filled(database: &TestDatabase) -> Frontier {
    let lanes = Lanes::start(database.pool(Role::Writer).await.unwrap(), Arc::new(SystemClock), LaneOptions::default());
    lanes.create_log(LEDGER).await.unwrap();
    let (opened, facts) = facts();
    let mut commands = vec![vec![(StreamRef { stream_type: StreamType::Ledger, id: Uuid::from_u128(1) }, opened)]];
    let mut rest = facts.iter().cycle().zip(2_u128..).take(150).peekable();
    while rest.peek().is_some() {
        let size = 1 + commands.len() % 4;
        let stream = |event: &Event, n: u128| {
            let kind = (1_u128..).zip(StreamType::ALL).find(|(_, kind)| **kind == event.stream_type()).unwrap().0;
            StreamRef { stream_type: event.stream_type(), id: Uuid::from_u128((kind << 64) | (n % 3)) }
        };
        commands.push(rest.by_ref().take(size).map(|(event, n)| (stream(event, n), event.clone())).collect());
    }
    for (n, facts) in commands.into_iter().enumerate() {
        let at = "2026-01-01T00:00:00Z".parse::<mingzhang_domain::calendar::Instant>().unwrap();
        let submission = Submission {
            ledger_id: LEDGER,
            command_id: CommandId::from_natural(LEDGER, "push", &[&n.to_string()]),
            correlation_id: None,
            causation_id: None,
            actor: Actor { kind: ActorKind::Service, id: Uuid::from_u128(3) },
            request_digest: [7; 32],
            command: Arc::new(Push(facts)),
            vault: Vec::new(),
            given_at: Some(at + std::time::Duration::from_millis(u64::try_from(n).unwrap())),
            urgency: Urgency::Interactive,
        };
        lanes.submit(submission).await.unwrap();
    }
    lanes.stop().await;
    let mut conn = database.pool(Role::Auditor).await.unwrap().acquire().await.unwrap();
    log::head(&mut conn, LEDGER).await.unwrap().unwrap().frontier
}

/// A whole log, its exported head, and a forger who may do anything.
struct World {
    /// Dropped last: it owns the databases.
    auditor: PgPool,
    forger: PgConnection,
    head: ExportedHead,
    random: StdRng,
    _database: TestDatabase,
}

async fn world() -> World {
    let database = super::database().await;
    filled(&database).await;
    let auditor = database.pool(Role::Auditor).await.unwrap();
    let head = log::head(&mut auditor.acquire().await.unwrap(), LEDGER).await.unwrap().unwrap();
    let admin = database.access().admin().clone().database(database.log_name());
    let mut forger = PgConnection::connect_with(&admin).await.unwrap();
    let prepare = "ALTER TABLE event DISABLE TRIGGER ALL; ALTER TABLE log_head DISABLE TRIGGER ALL;
                   ALTER TABLE command DISABLE TRIGGER ALL; CREATE TABLE honest_command AS TABLE command;
                   CREATE TABLE honest AS TABLE event; CREATE TABLE honest_head AS TABLE log_head";
    sqlx::raw_sql(prepare).execute(&mut forger).await.unwrap();
    World {
        auditor,
        forger,
        head: ExportedHead::from(&head),
        random: StdRng::seed_from_u64(20260101),
        _database: database,
    }
}

impl World {
    async fn run(&mut self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut self.forger).await.unwrap();
    }

    async fn restore(&mut self) {
        self.run(
            "TRUNCATE event; INSERT INTO event TABLE honest; TRUNCATE log_head; INSERT INTO log_head TABLE honest_head;
             TRUNCATE command; INSERT INTO command TABLE honest_command",
        )
        .await;
    }

    async fn verify(&self, exported: Option<ExportedHead>) -> Report {
        verify::ledger(&self.auditor, LEDGER, exported, &|_| {}).await.unwrap()
    }

    /// Any position but the first and the last.
    fn place(&mut self) -> u64 {
        self.random.random_range(2..self.head.size)
    }

    /// Asserts that the forgery is found even without the exported head, and undoes it.
    async fn found(&mut self, what: &str, classes: &[Class]) {
        let report = self.verify(None).await;
        assert!(!report.is_clean(), "not found: {what}");
        let hit = report.findings.iter().any(|found| classes.contains(&found.class));
        assert!(hit, "{what}: expected one of {classes:?} in {:?}", report.findings);
        assert!(!self.verify(Some(self.head)).await.is_clean(), "not found with the exported head: {what}");
        self.restore().await;
    }

    /// Makes the leaf column and the head fit whatever bodies lie in the table, as a careful forger would.
    async fn hash_anew(&mut self) {
        let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as("SELECT position, body FROM event ORDER BY position")
            .fetch_all(&mut self.forger)
            .await
            .unwrap();
        let mut frontier = Frontier::default();
        for (position, body) in &rows {
            frontier.push(leaf_hash(body));
            sqlx::query("UPDATE event SET leaf_hash = $2 WHERE position = $1 AND leaf_hash <> $2")
                .bind(position)
                .bind(leaf_hash(body).to_vec())
                .execute(&mut self.forger)
                .await
                .unwrap();
        }
        let newest = Recorded::from_body(&rows.last().unwrap().1).unwrap().recorded_at;
        sqlx::query("UPDATE log_head SET size = $1, root = $2, frontier = $3, recorded_at = $4")
            .bind(i64::try_from(rows.len()).unwrap())
            .bind(frontier.root().to_vec())
            .bind(frontier.to_bytes())
            .bind(newest)
            .execute(&mut self.forger)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_whole_log_raises_no_alarm() {
    let mut world = world().await;
    for _ in 0..TIMES {
        let report = world.verify(Some(world.head)).await;
        assert!(report.is_clean(), "{:?}", report.findings);
        assert_eq!((report.events, report.root), (world.head.size, world.head.root));
    }
    // A head exported earlier covers a prefix.
    let size = world.place();
    let mut frontier = Frontier::default();
    let mut conn = world.auditor.acquire().await.unwrap();
    for row in log::events_between(&mut conn, LEDGER, 1, size).await.unwrap() {
        frontier.push(leaf_hash(&row.body));
        world.head.recorded_at = Recorded::from_body(&row.body).unwrap().recorded_at;
    }
    let earlier = ExportedHead { size, root: frontier.root(), ..world.head };
    assert!(world.verify(Some(earlier)).await.is_clean());
    assert!(!world.verify(Some(ExportedHead { size: size - 1, ..earlier })).await.is_clean());
}

#[tokio::test]
async fn a_changed_body_is_found() {
    let mut world = world().await;
    for _ in 0..TIMES {
        let (place, spot, flip) = (world.place(), world.random.random_range(0..300), world.random.random_range(1..128));
        let change = format!(
            "UPDATE event SET body = set_byte(body, {spot}, get_byte(body, {spot}) # {flip}) WHERE position = {place}"
        );
        world.run(&change).await;
        world.found(&change, &[Class::LeafHash]).await;
    }
}

#[tokio::test]
async fn a_changed_column_is_found() {
    let mut world = world().await;
    for n in 0..TIMES {
        let (place, by) = (world.place(), world.random.random_range(1..250_u8));
        let (what, class) = [
            (format!("stream_id = overlay(stream_id::text placing '{by:02x}' from 1 for 2)::uuid"), Class::Column),
            (format!("stream_version = stream_version + 1000 + {by}"), Class::Column),
            (format!("leaf_hash = set_byte(leaf_hash, {}, get_byte(leaf_hash, {0}) # {by})", by % 32), Class::LeafHash),
            (format!("position = position + 1000 + {by}"), Class::Column),
            (format!("ledger_id = '{}'", Uuid::from_u128(by.into())), Class::Gap),
        ][n % 5]
            .clone();
        let change = format!("UPDATE event SET {what} WHERE position = {place}");
        world.run(&change).await;
        world.found(&change, &[class]).await;
    }
}

#[tokio::test]
async fn a_deleted_middle_is_found() {
    let mut world = world().await;
    for n in 0..TIMES {
        let place = world.place();
        let last = if n % 2 == 0 { place } else { (place + 5).min(world.head.size - 1) };
        let change = format!("DELETE FROM event WHERE position BETWEEN {place} AND {last}");
        world.run(&change).await;
        if n % 3 == 0 {
            // Closed up again, so that positions have no gap.
            world.run(&format!("UPDATE event SET position = position + 100000 WHERE position > {last}")).await;
            world
                .run(&format!(
                    "UPDATE event SET position = position - 100000 - {} WHERE position > 100000",
                    last - place + 1
                ))
                .await;
            world.hash_anew().await;
        }
        world.found(&change, &[Class::Gap, Class::Column]).await;
    }
}

#[tokio::test]
async fn a_deleted_tail_is_found() {
    let mut world = world().await;
    for n in 0..TIMES {
        let place = world.place();
        let change = format!("DELETE FROM event WHERE position > {place}");
        world.run(&change).await;
        if n % 2 == 0 {
            world.found(&change, &[Class::Head]).await;
        } else {
            // With head and commands set back nothing in the database tells: the exported head does.
            world.hash_anew().await;
            let commands = format!(
                "DELETE FROM command WHERE first_position > {place};
                 UPDATE command SET last_position = {place} WHERE last_position > {place}"
            );
            world.run(&commands).await;
            assert!(world.verify(None).await.is_clean());
            let report = world.verify(Some(world.head)).await;
            assert!(report.findings.iter().any(|found| found.class == Class::ExportedHead), "{change}");
            world.restore().await;
        }
    }
}

#[tokio::test]
async fn an_inserted_event_is_found() {
    let mut world = world().await;
    for n in 0..TIMES {
        let place = world.place();
        let size = world.head.size;
        let copy = |to: u64| {
            format!(
                "INSERT INTO event SELECT ledger_id, {to}, stream_id, stream_version + 5000, body, leaf_hash FROM honest WHERE position = {place}"
            )
        };
        if n % 2 == 0 {
            world.run(&copy(size + 1)).await;
        } else {
            world.run(&format!("UPDATE event SET position = position + 100000 WHERE position > {place}")).await;
            world.run("UPDATE event SET position = position - 99999 WHERE position > 100000").await;
            world.run(&copy(place + 1)).await;
            world.hash_anew().await;
        }
        world.found(&format!("a copy of {place}"), &[Class::Column]).await;
    }
}

#[tokio::test]
async fn swapped_events_are_found() {
    let mut world = world().await;
    for n in 0..TIMES {
        let (one, mut two) = (world.place(), world.place());
        if one == two {
            two = 1;
        }
        let change = format!(
            "UPDATE event SET body = honest.body, leaf_hash = honest.leaf_hash FROM honest
             WHERE event.position IN ({one}, {two}) AND honest.position = {} - event.position",
            one + two
        );
        world.run(&change).await;
        if n % 2 == 0 {
            world.hash_anew().await;
        }
        world.found(&change, &[Class::Column]).await;
    }
}

#[tokio::test]
async fn a_history_hashed_anew_is_found_by_the_exported_head_alone() {
    let mut world = world().await;
    for _ in 0..TIMES {
        let place = world.place();
        let body: Vec<u8> = sqlx::query_scalar("SELECT body FROM event WHERE position = $1")
            .bind(i64::try_from(place).unwrap())
            .fetch_one(&mut world.forger)
            .await
            .unwrap();
        // Another salt: a body that is right in every way but was never written.
        let mut forged = Recorded::from_body(&body).unwrap();
        forged.salt = world.random.random();
        sqlx::query("UPDATE event SET body = $2 WHERE position = $1")
            .bind(i64::try_from(place).unwrap())
            .bind(forged.body().unwrap())
            .execute(&mut world.forger)
            .await
            .unwrap();
        world.hash_anew().await;
        let report = world.verify(None).await;
        assert!(report.is_clean(), "a perfect forgery looks whole by itself: {:?}", report.findings);
        let report = world.verify(Some(world.head)).await;
        assert_eq!(report.findings.iter().map(|found| found.class).collect::<Vec<_>>(), vec![Class::ExportedHead]);
        world.restore().await;
    }
}

#[tokio::test]
async fn forged_postings_and_heads_are_found() {
    let mut world = world().await;
    let paid: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT position, body FROM event WHERE position(convert_to('\"postings\":[{', 'UTF8') IN body) > 0",
    )
    .fetch_all(&mut world.forger)
    .await
    .unwrap();
    assert!(paid.len() > 10);
    for (position, body) in paid {
        let mut forged = Recorded::from_body(&body).unwrap();
        let lines = forged.postings.as_mut().unwrap();
        lines.iter_mut().for_each(|line| line.amount = line.amount.plus(line.amount).unwrap());
        sqlx::query("UPDATE event SET body = $2 WHERE position = $1")
            .bind(position)
            .bind(forged.body().unwrap())
            .execute(&mut world.forger)
            .await
            .unwrap();
        world.hash_anew().await;
        world.found("doubled postings", &[Class::Postings]).await;
    }
    for change in [
        "UPDATE log_head SET root = set_byte(root, 0, get_byte(root, 0) # 1)",
        "UPDATE log_head SET frontier = set_byte(frontier, 0, get_byte(frontier, 0) # 1)",
        "UPDATE log_head SET frontier = ''",
        "UPDATE log_head SET size = size + 1",
        "UPDATE log_head SET recorded_at = recorded_at + interval '1 second'",
        "TRUNCATE log_head",
    ] {
        world.run(change).await;
        let report = world.verify(Some(world.head)).await;
        assert!(report.findings.iter().any(|found| found.class == Class::Head), "{change}");
        let mut conn = world.auditor.acquire().await.unwrap();
        assert_eq!(verify::ledgers(&mut conn).await.unwrap(), vec![LEDGER]);
        drop(conn);
        world.restore().await;
    }
}

#[tokio::test]
async fn a_changed_command_row_is_found() {
    let mut world = world().await;
    for n in 0..TIMES {
        let (place, by) = (world.place(), world.random.random_range(1..250_u8));
        let what = [
            format!("last_position = last_position + {by}"),
            format!("first_position = first_position + {by}, last_position = last_position + {by}"),
            format!("command_id = overlay(command_id::text placing '{by:02x}{by:02x}' from 1 for 4)::uuid"),
            "first_position = 1, last_position = 1".to_owned(),
        ][n % 4]
            .clone();
        let change = format!("UPDATE command SET {what} WHERE {place} BETWEEN first_position AND last_position");
        world.run(&change).await;
        world.found(&change, &[Class::CommandRow]).await;
    }
}

#[tokio::test]
async fn a_missing_command_row_is_found() {
    let mut world = world().await;
    for _ in 0..TIMES {
        let place = world.place();
        let change = format!("DELETE FROM command WHERE {place} BETWEEN first_position AND last_position");
        world.run(&change).await;
        world.found(&change, &[Class::CommandRow]).await;
    }
}

#[tokio::test]
async fn a_command_row_too_many_is_found() {
    let mut world = world().await;
    for n in 0..TIMES {
        // Made up, and the very first id there can be.
        let id = if n == 0 { Uuid::nil() } else { Uuid::from_u128(world.random.random()) };
        let (place, digest) = (world.place(), format!("\\x{}", "07".repeat(32)));
        let change = format!("INSERT INTO command VALUES ('{LEDGER}', '{id}', '{digest}', {place}, {place})");
        world.run(&change).await;
        world.found(&change, &[Class::CommandRow]).await;
    }
}
