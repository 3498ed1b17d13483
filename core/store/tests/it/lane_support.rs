//! What the lane's tests share: a ledger, tiny commands with rules of their own, and the check of the whole log.

use chrono::Utc;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::draft::{Decide, Draft};
use mingzhang_domain::envelope::{Actor, ActorKind, Recorded, is_canonical};
use mingzhang_domain::id::{CommandId, LedgerId, LedgerStreamId, UnitCodeId, UnitId};
use mingzhang_domain::ledger::{LedgerClock, LedgerKind, LedgerOpened};
use mingzhang_domain::refusal::{CommonRefusal, Refusal};
use mingzhang_domain::stream::StreamRef;
use mingzhang_domain::unit_code::{UnitCodeReleased, UnitCodeTaken};
use mingzhang_store::clock::{Clock, SystemClock};
use mingzhang_store::lane::{Accepted, LaneOptions, Lanes, Submission, SubmitError, Urgency};
use mingzhang_store::log;
use mingzhang_store::merkle::{Frontier, leaf_hash};
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

/// Opens a ledger.
#[derive(Debug)]
pub(crate) struct Open(pub(crate) LedgerClock);

impl Decide for Open {
    fn operation(&self) -> &'static str {
        "open"
    }
    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let ledger = draft.context.ledger_id;
        let opened = LedgerOpened {
            kind: LedgerKind::Community,
            parent: None,
            code: "T1".parse().unwrap(),
            clock: self.0,
            created_by: None,
        };
        draft.push(LedgerStreamId::of_ledger(ledger), opened);
        Ok(())
    }
}

/// Takes a code if it is free, else refuses; or gives it back if it is taken.
#[derive(Debug, Clone)]
pub(crate) struct Claim {
    pub(crate) code: String,
    pub(crate) unit: UnitId,
    pub(crate) release: bool,
}

impl Claim {
    pub(crate) fn take(code: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { code: code.into(), unit: UnitId(Uuid::from_u128(7)), release: false })
    }
    pub(crate) fn give_back(code: impl Into<String>) -> Arc<Self> {
        Arc::new(Self { code: code.into(), unit: UnitId(Uuid::from_u128(7)), release: true })
    }
}

impl Decide for Claim {
    fn operation(&self) -> &'static str {
        "claim"
    }
    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let stream: StreamRef = UnitCodeId::of_code(draft.context.ledger_id, &self.code).into();
        // Each take and each release is one event: odd versions are taken.
        let taken = draft.version(stream) % 2 == 1;
        if taken != self.release {
            return Err(CommonRefusal::CommandMustChangeSomething.with("code", &self.code));
        }
        if self.release {
            draft.push(stream, UnitCodeReleased { unit: self.unit });
        } else {
            draft.push(stream, UnitCodeTaken { code: self.code.parse().unwrap(), unit: self.unit });
        }
        Ok(())
    }
}

/// A test's database with a ledger in it.
pub(crate) struct Bench {
    pub(crate) database: TestDatabase,
    pub(crate) ledger: LedgerId,
    pub(crate) lanes: Lanes,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::with_clock(LedgerClock::System).await
    }

    pub(crate) async fn with_clock(clock: LedgerClock) -> Self {
        let database = crate::database().await;
        let lanes = lanes(&database, Arc::new(SystemClock)).await;
        let ledger = LedgerId(Uuid::from_u128(0xabc));
        lanes.create_log(ledger).await.unwrap();
        let given = (clock == LedgerClock::Given).then(|| instant("2025-01-01T00:00:00Z"));
        let opening = Submission { given_at: given, ..submission(ledger, "open", Arc::new(Open(clock))) };
        lanes.submit(opening).await.unwrap();
        Self { database, ledger, lanes }
    }

    /// Another process on the same database: lanes that share nothing.
    pub(crate) async fn another_process(&self) -> Lanes {
        lanes(&self.database, Arc::new(SystemClock)).await
    }

    pub(crate) async fn take(&self, key: &str, code: &str) -> Result<Accepted, SubmitError> {
        self.lanes.submit(submission(self.ledger, key, Claim::take(code))).await
    }

    /// Reads the whole log and checks all that must hold of it.
    pub(crate) async fn checked_log(&self) -> Vec<Recorded> {
        let pool = self.database.pool(Role::Auditor).await.unwrap();
        checked_log(&pool, self.ledger).await
    }
}

pub(crate) fn instant(text: &str) -> Instant {
    text.parse::<chrono::DateTime<Utc>>().unwrap()
}

pub(crate) async fn lanes(database: &TestDatabase, clock: Arc<dyn Clock>) -> Lanes {
    Lanes::start(database.pool(Role::Writer).await.unwrap(), clock, LaneOptions::default())
}

pub(crate) fn submission(ledger: LedgerId, key: &str, command: Arc<dyn Decide>) -> Submission {
    let actor = Actor { kind: ActorKind::Staff, id: Uuid::from_u128(1) };
    let digest = leaf_hash(format!("{command:?}").as_bytes());
    Submission {
        ledger_id: ledger,
        command_id: CommandId::from_key(ledger, "staff", actor.id, key),
        correlation_id: None,
        causation_id: None,
        actor,
        request_digest: digest,
        command,
        vault: Vec::new(),
        given_at: None,
        urgency: Urgency::Interactive,
    }
}

pub(crate) async fn checked_log(pool: &PgPool, ledger: LedgerId) -> Vec<Recorded> {
    let mut conn = pool.acquire().await.unwrap();
    let head = log::head(&mut conn, ledger).await.unwrap().unwrap();
    let stored = log::read_after(&mut conn, ledger, 0, 1_000_000).await.unwrap();
    let mut frontier = Frontier::default();
    let mut versions: HashMap<Uuid, u64> = HashMap::new();
    let mut log = Vec::new();
    for (position, event) in (1..).zip(&stored) {
        assert_eq!(event.position, position, "positions have no gap");
        assert_eq!(event.leaf_hash, leaf_hash(&event.body));
        assert!(is_canonical(&event.body).unwrap());
        let recorded = Recorded::from_body(&event.body).unwrap();
        assert_eq!((recorded.position, recorded.stream.id), (event.position, event.stream_id));
        let version = versions.entry(event.stream_id).or_default();
        *version += 1;
        assert_eq!((recorded.stream_version, event.stream_version), (*version, *version));
        frontier.push(leaf_hash(&event.body));
        log.push(recorded);
    }
    assert!(log.is_sorted_by_key(|event| event.recorded_at));
    assert_eq!((head.frontier, head.root), (frontier.clone(), frontier.root()));
    log
}
