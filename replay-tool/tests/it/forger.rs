//! Whoever has all rights on the database, and time.

use crate::Answer;
use crate::village::{LEDGER, Village};
use mingzhang_domain::books::BooksEvent;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::stream::Event;
use mingzhang_store::merkle::{Frontier, leaf_hash};
use mingzhang_store::postgres::Role;
use mingzhang_store::verify::{self, Class, Report};
use sqlx::{Connection, PgConnection};

/// Runs the program without any database.
pub(crate) fn offline(arguments: &[&str]) -> Answer {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_mingzhang-replay"));
    command.env_remove("DATABASE_URL").args(arguments);
    crate::run(command)
}

/// A log that he may write anew.
pub(crate) struct Forger {
    /// Where.
    pub(crate) village: Village,
    conn: PgConnection,
    /// What was written.
    pub(crate) honest: Vec<Recorded>,
}

impl Forger {
    pub(crate) async fn new(village: Village) -> Self {
        let admin = village.database.access().admin().clone().database(village.database.log_name());
        let mut conn = PgConnection::connect_with(&admin).await.unwrap();
        let prepare = "ALTER TABLE event DISABLE TRIGGER ALL; ALTER TABLE log_head DISABLE TRIGGER ALL";
        sqlx::raw_sql(prepare).execute(&mut conn).await.unwrap();
        let bodies: Vec<Vec<u8>> = sqlx::query_scalar("SELECT body FROM event WHERE ledger_id = $1 ORDER BY position")
            .bind(LEDGER.uuid())
            .fetch_all(&mut conn)
            .await
            .unwrap();
        let honest = bodies.iter().map(|body| Recorded::from_body(body).unwrap()).collect();
        Self { village, conn, honest }
    }

    /// Writes these events in place of the honest ones, with every hash and the head made to fit.
    pub(crate) async fn write(&mut self, events: &[Recorded]) {
        let mut frontier = Frontier::default();
        for event in events {
            let body = event.body().unwrap();
            frontier.push(leaf_hash(&body));
            sqlx::query(
                "UPDATE event SET body = $3, leaf_hash = $4 WHERE ledger_id = $1 AND position = $2 AND body <> $3",
            )
            .bind(LEDGER.uuid())
            .bind(i64::try_from(event.position).unwrap())
            .bind(&body)
            .bind(leaf_hash(&body).to_vec())
            .execute(&mut self.conn)
            .await
            .unwrap();
        }
        sqlx::query("UPDATE log_head SET root = $2, frontier = $3 WHERE ledger_id = $1")
            .bind(LEDGER.uuid())
            .bind(frontier.root().to_vec())
            .bind(frontier.to_bytes())
            .execute(&mut self.conn)
            .await
            .unwrap();
    }

    pub(crate) async fn verify(&self) -> Report {
        let auditor = self.village.database.pool(Role::Auditor).await.unwrap();
        verify::ledger(&auditor, LEDGER, None, &|_| {}).await.unwrap()
    }

    /// Forges one event, its postings made to fit, asserts that findings of a class tell, and undoes it.
    pub(crate) async fn found(&mut self, position: u64, class: Class, what: &str, forge: impl FnOnce(&mut Recorded)) {
        let mut events = self.honest.clone();
        let event = &mut events[usize::try_from(position).unwrap() - 1];
        forge(event);
        event.postings = event.event.postings(event.effective_on).map(|lines| lines.finish());
        self.write(&events).await;
        let report = self.verify().await;
        let told = report.findings.iter().any(|found| found.class == class);
        assert!(told, "not found: {what} at {position}: {:?}", report.findings);
        self.write(&self.honest.clone()).await;
    }

    /// The positions of seals.
    pub(crate) fn seals(&self) -> Vec<u64> {
        let is_seal = |event: &&Recorded| matches!(event.event, Event::Books(BooksEvent::PeriodSealed(_)));
        self.honest.iter().filter(is_seal).map(|event| event.position).collect()
    }
}
