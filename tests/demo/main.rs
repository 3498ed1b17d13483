//! The demo's load: complete, repeatable, and the same when it was cut off.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use mingzhang_api::demo::{Place, Scale, load};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::clock::SystemClock;
use mingzhang_store::lane::{LaneOptions, Lanes};
use mingzhang_store::log;
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use mingzhang_store::vault::{KeyStore, Vault};
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// An installation to load the demo into.
struct Installation {
    place: Place,
    _database: TestDatabase,
    _folder: tempfile::TempDir,
}

impl Installation {
    async fn new() -> Self {
        let database =
            TestDatabase::create(&mingzhang_migrations::fingerprint(), mingzhang_migrations::prepare).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let pool = database.pool(Role::Writer).await.unwrap();
        let keys = database.keys_pool(Role::Writer).await.unwrap();
        let vault = Vault::new(Arc::new(KeyStore::open(keys, folder.path()).await.unwrap()));
        let lanes = Lanes::start(pool.clone(), Arc::new(SystemClock), LaneOptions::default());
        let installation = LedgerId(Uuid::from_u128(1));
        open_installation(&lanes, installation).await;
        let administrator = Uuid::from_u128(2);
        let today = "2026-11-22".parse().unwrap();
        let place = Place { lanes, vault, log: pool, installation, administrator, today };
        Self { place, _database: database, _folder: folder }
    }
}

async fn open_installation(lanes: &Lanes, ledger_id: LedgerId) {
    use mingzhang_domain::envelope::{Actor, ActorKind};
    use mingzhang_domain::id::CommandId;
    use mingzhang_domain::ledger::{LedgerClock, LedgerKind, OpenLedger};
    use mingzhang_store::lane::{Submission, Urgency};
    lanes.create_log(ledger_id).await.unwrap();
    let open = OpenLedger {
        kind: LedgerKind::Installation,
        parent: None,
        code: "MZ".parse().unwrap(),
        clock: LedgerClock::System,
        created_by: None,
    };
    let submission = Submission {
        ledger_id,
        command_id: CommandId::from_natural(ledger_id, "open_ledger", &[]),
        correlation_id: None,
        causation_id: None,
        actor: Actor { kind: ActorKind::Service, id: Uuid::nil() },
        request_digest: [0; 32],
        command: Arc::new(open),
        vault: Vec::new(),
        given_at: None,
        urgency: Urgency::Interactive,
    };
    lanes.submit(submission).await.unwrap();
}

/// How many events of each type all ledgers hold together.
async fn counted(pool: &PgPool) -> BTreeMap<String, usize> {
    let mut conn = pool.acquire().await.unwrap();
    let mut counts = BTreeMap::new();
    for ledger in log::ledgers(&mut conn).await.unwrap() {
        for stored in log::read_after(&mut conn, ledger, 0, 1_000_000).await.unwrap() {
            let event = Recorded::from_body(&stored.body).unwrap();
            *counts.entry(event.event.event_type().to_owned()).or_default() += 1;
        }
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_anywhere_it_ends_in_the_same_facts_and_another_run_changes_nothing() {
    let (whole, cut) = (Installation::new().await, Installation::new().await);
    load(&whole.place, Scale::Small).await.unwrap();
    let expected = counted(&whole.place.log).await;
    assert_eq!(expected.get("bill_run_completed"), Some(&48));
    for millis in [400, 900, 1_700, 2_600] {
        let place = cut.place.clone();
        let _ = tokio::time::timeout(Duration::from_millis(millis), load(&place, Scale::Small)).await;
    }
    load(&cut.place, Scale::Small).await.unwrap();
    assert_eq!(counted(&cut.place.log).await, expected);
    load(&cut.place, Scale::Small).await.unwrap();
    assert_eq!(counted(&cut.place.log).await, expected);
}
