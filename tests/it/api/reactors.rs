//! What a process leaves undone when it dies right after its commit, another finishes: at its start, and while it works.
//! And what a reactor puts out, as callers see it.

use crate::estate::{Estate, fact};
use chrono::Days;
use mingzhang_api::after::SERVICE;
use mingzhang_api::ids::mint;
use mingzhang_api::start::{Options, Started, start};
use mingzhang_domain::community::CreateCommunity;
use mingzhang_domain::company::CreateCompany;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{LedgerId, PersonId, VaultItemId};
use mingzhang_domain::ledger::{LedgerClock, LedgerEvent};
use mingzhang_domain::person::{ErasePerson, RegisterPerson};
use mingzhang_domain::stream::Event;
use mingzhang_store::clock::{Clock, SystemClock};
use mingzhang_store::lane::{Accepted, LaneOptions, Lanes, NewVaultItem, Submission, Urgency};
use mingzhang_store::log;
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use mingzhang_store::vault::index::{self, Indexed};
use mingzhang_store::vault::{IndexKind, ItemKind, Plain};
use serde_json::json;
use sqlx::PgPool;
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tokio::net::TcpListener;

/// An installation, and lanes of a process that commits and does nothing after it: one that dies there.
struct Installation {
    lanes: Lanes,
    writer: PgPool,
    keys: PgPool,
    data: TempDir,
    database: TestDatabase,
}

impl Installation {
    async fn new() -> Self {
        let database =
            TestDatabase::create(&mingzhang_migrations::fingerprint(), mingzhang_migrations::prepare).await.unwrap();
        let writer = database.pool(Role::Writer).await.unwrap();
        let lanes = Lanes::start(writer.clone(), Arc::new(SystemClock), LaneOptions::default());
        let keys = database.keys_pool(Role::Writer).await.unwrap();
        Self { lanes, writer, keys, data: tempfile::tempdir().unwrap(), database }
    }

    async fn start(&self) -> Started {
        let options =
            Options { admin_password: Some("long enough".to_owned()), projections: true, ..Options::default() };
        start(self.database.access(), self.data.path(), Arc::new(SystemClock), options).await.unwrap()
    }

    /// Commits a command, and no more.
    async fn commit(&self, ledger: LedgerId, command: impl Decide + 'static, vault: Vec<NewVaultItem>) -> Accepted {
        let submission = Submission {
            ledger_id: ledger,
            command_id: mint(),
            correlation_id: None,
            causation_id: None,
            actor: SERVICE,
            request_digest: [0; 32],
            command: Arc::new(command),
            vault,
            given_at: None,
            urgency: Urgency::Interactive,
        };
        self.lanes.submit(submission).await.unwrap()
    }

    async fn company(&self, started: &Started, code: &str) -> LedgerId {
        let create = CreateCompany {
            code: code.parse().unwrap(),
            name: code.parse().unwrap(),
            social_credit_code: None,
            clock: LedgerClock::System,
        };
        created(&self.commit(started.app.directory.installation(), create, Vec::new()).await)
    }

    /// The first event of a ledger; none while it is not open.
    async fn first(&self, ledger: LedgerId) -> Option<Recorded> {
        let mut conn = self.writer.acquire().await.unwrap();
        let first = log::read_after(&mut conn, ledger, 0, 1).await.unwrap().pop();
        first.map(|stored| Recorded::from_body(&stored.body).unwrap())
    }

    /// Waits for the ledger's opening by somebody else, and checks that it names its parent's event.
    async fn opened(&self, ledger: LedgerId, parent: LedgerId) {
        let open = until(async || self.first(ledger).await).await;
        let opened = match open.event {
            Event::Ledger(LedgerEvent::LedgerOpened(opened)) => Some(opened),
            _ => None,
        };
        let opened = opened.unwrap();
        let by = opened.created_by.unwrap();
        assert_eq!((by.ledger_id, opened.parent), (parent, Some(parent)));
    }

    /// A registered person with a key and a fingerprint.
    async fn person(&self, started: &Started, company: LedgerId) -> PersonId {
        let (person, item_id) = (mint::<PersonId>(), mint::<VaultItemId>());
        let subject_id = person.uuid();
        let text = "试探".to_owned().into();
        let plain = Plain { item_id, subject_id, kind: ItemKind::Name, text };
        let sealed = started.app.vault.seal(company, &[plain], started.app.now()).await.unwrap();
        let register = RegisterPerson { person, name: item_id, mobile: None, identity: None };
        self.commit(company, register, sealed.into_iter().map(|sealed| sealed.item).collect()).await;
        let indexed = Indexed { kind: IndexKind::Mobile, token: [7; 32], subject_id, item_id };
        index::put(&mut self.writer.acquire().await.unwrap(), company, &[indexed]).await.unwrap();
        assert_eq!(self.traces(person).await, 2);
        person
    }

    /// Keys and fingerprints of a person.
    async fn traces(&self, person: PersonId) -> i64 {
        let count = |sql: &'static str| sqlx::query_scalar::<_, i64>(sql).bind(person.uuid());
        let keys = count("SELECT count(*) FROM subject_key WHERE subject_id = $1").fetch_one(&self.keys).await;
        let prints = count("SELECT count(*) FROM identity.blind_index WHERE subject_id = $1");
        keys.unwrap() + prints.fetch_one(&self.writer).await.unwrap()
    }

    async fn erased(&self, person: PersonId) {
        until(async || (self.traces(person).await == 0).then_some(())).await;
    }
}

fn created(accepted: &Accepted) -> LedgerId {
    LedgerId(accepted.events[0].stream.id)
}

/// Looks until there is what is wanted.
async fn until<T>(mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let found = async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), found).await.unwrap()
}

/// Ends a server as a signal would.
async fn end(started: Started) {
    started.serve(TcpListener::bind("127.0.0.1:0").await.unwrap(), async {}).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ledger_whose_creator_died_is_opened_by_another() {
    let installation = Installation::new().await;
    let at_work = installation.start().await;
    let root = at_work.app.directory.installation();
    let company = installation.company(&at_work, "C1").await;
    installation.opened(company, root).await;
    let create = |code: &str| CreateCommunity {
        code: code.parse().unwrap(),
        name: code.parse().unwrap(),
        clock: LedgerClock::System,
    };
    let community = created(&installation.commit(company, create("X1"), Vec::new()).await);
    installation.opened(community, company).await;
    end(at_work).await;

    // Nobody is at work: what is created now waits for the next start.
    let next = {
        let started = installation.start().await;
        end(started).await;
        let last = created(&installation.commit(company, create("X2"), Vec::new()).await);
        assert!(installation.first(last).await.is_none(), "nobody has opened it");
        last
    };
    let started = installation.start().await;
    assert!(installation.first(next).await.is_some(), "a start opens it before it serves");
    end(started).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_erasure_whose_process_died_is_finished_by_another() {
    let installation = Installation::new().await;
    let at_work = installation.start().await;
    let company = installation.company(&at_work, "C1").await;
    installation.opened(company, at_work.app.directory.installation()).await;
    let (one, two) = (installation.person(&at_work, company).await, installation.person(&at_work, company).await);
    let other = installation.person(&at_work, company).await;
    installation.commit(company, ErasePerson { person: one }, Vec::new()).await;
    installation.erased(one).await;
    end(at_work).await;

    installation.commit(company, ErasePerson { person: two }, Vec::new()).await;
    assert_eq!(installation.traces(two).await, 2, "nobody is at work");
    let started = installation.start().await;
    installation.erased(two).await;
    assert_eq!(installation.traces(other).await, 2);
    end(started).await;
}

#[tokio::test]
async fn a_reminder_reaches_the_inbox_of_who_owes() {
    let estate = Estate::build().await;
    let (_, account) = estate.unit("3-1-1202").await;
    let item = estate.fee_item().await;
    let due_on = SystemClock.now().date_naive().checked_add_days(Days::new(60)).unwrap();
    let charge = json!({
        "fee_item": item, "amount": "88.00", "due_on": due_on.to_string(),
        "service": {"from": "2026-01-01", "until": "2026-02-01"},
    });
    estate.finance.post(&estate.at(&format!("/accounts/{account}/charges")), charge).await.good();
    let path = estate.at(&format!("/accounts/{account}/reminders"));
    let sent = estate.desk.post(&path, json!({"stages": [-90]})).await.good();
    let party = fact(&sent, "reminder_sent")["party"].as_str().unwrap().to_owned();
    let at = format!("{}@{}", estate.community, sent["position"]);
    let desk = estate.desk.with("ledger-position", at);

    let inbox = desk.get(&estate.at(&format!("/parties/{party}/inbox"))).await.good();
    let person = inbox["items"][0]["person"].as_str().unwrap().to_owned();
    let path = estate.at(&format!("/persons/{person}/inbox"));
    let inbox = desk.get(&path).await.good();
    assert_eq!(inbox["items"].as_array().unwrap().len(), 1);
    let item = &inbox["items"][0];
    assert_eq!((&item["amount"], &item["account"], &item["party"]), (&json!("88.00"), &json!(account), &json!(party)));
    assert_eq!((&item["position"], item.get("read_at")), (&sent["position"], None));

    let wrong = estate.desk.put(&format!("{path}/read"), json!({"until": "1"})).await;
    assert_eq!(wrong.blamed(422), ("/until".into(), "must_be_whole_number".into()));
    let until = json!({"until": sent["position"]});
    assert_eq!(estate.desk.put(&format!("{path}/read"), until.clone()).await.good(), until);
    let read = desk.get(&path).await.good()["items"][0]["read_at"].clone();
    assert!(read.is_string(), "{read}");
    estate.desk.put(&format!("{path}/read"), until).await.good();
    assert_eq!(desk.get(&path).await.good()["items"][0]["read_at"], read, "read once");
    estate.server.stop().await;
}
