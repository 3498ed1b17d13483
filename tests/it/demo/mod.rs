//! The demo's load: complete, repeatable, and the same when it was cut off.

use mingzhang_api::demo::{Scale, load};
use mingzhang_api::start::{Options, Started, start};
use mingzhang_domain::account::{AccountEvent, Part};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::payment::PaymentEvent;
use mingzhang_domain::stream::Event;
use mingzhang_store::clock::SystemClock;
use mingzhang_store::postgres::testing::TestDatabase;
use mingzhang_store::{log, verify};
use sqlx::PgPool;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// Enough for every habit, every kind of work order, a refund in the fourth month.
const SCALE: Scale = Scale { residences: [24, 24], months: 8 };

/// Payments whose bank day lies in a month that was closed before they came in.
const LATE: &str = "a late line";

/// An installation to load the demo into.
struct Installation {
    started: Started,
    _database: TestDatabase,
    _folder: tempfile::TempDir,
}

impl Installation {
    async fn new() -> Self {
        let database =
            TestDatabase::create(&mingzhang_migrations::fingerprint(), mingzhang_migrations::prepare).await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let options =
            Options { admin_password: Some("long enough".to_owned()), projections: true, ..Options::default() };
        let started = start(database.access(), folder.path(), Arc::new(SystemClock), options).await.unwrap();
        Self { started, _database: database, _folder: folder }
    }

    async fn counted(&self) -> BTreeMap<String, usize> {
        counted(&self.started.app.writer).await
    }
}

/// How many events of each type all ledgers hold together; what is paid of a late fee is counted by itself.
async fn counted(pool: &PgPool) -> BTreeMap<String, usize> {
    let mut conn = pool.acquire().await.unwrap();
    let mut counts = BTreeMap::new();
    for ledger in log::ledgers(&mut conn).await.unwrap() {
        for stored in log::read_after(&mut conn, ledger, 0, 1_000_000).await.unwrap() {
            let event = Recorded::from_body(&stored.body).unwrap();
            let late_fee =
                matches!(&event.event, Event::Account(AccountEvent::ChargePaid(paid)) if paid.part == Part::LateFee);
            let kind = if late_fee { "late_fee_paid" } else { event.event.event_type() };
            *counts.entry(kind.to_owned()).or_default() += 1;
            if let Event::Payment(PaymentEvent::PaymentReceived(received)) = &event.event
                && received.value_on < event.effective_on
            {
                *counts.entry(LATE.to_owned()).or_default() += 1;
            }
        }
    }
    counts
}

#[tokio::test(flavor = "multi_thread")]
async fn cut_off_anywhere_it_ends_in_the_same_facts_and_another_run_changes_nothing() {
    let (whole, cut) = (Installation::new().await, Installation::new().await);
    load(&whole.started.app, SCALE, None).await.unwrap();
    let expected = whole.counted().await;
    assert_eq!(expected.get("bill_run_completed"), Some(&16));
    // The second community came out of old books in mid-month: the month of going live is the first one that it closes.
    assert_eq!(expected.get("opening_completed"), Some(&1));
    for kind in ["opening_charge_posted", "opening_credit_posted", "opening_deposit_posted", "history_recorded"] {
        assert!(expected.contains_key(kind), "{kind}");
    }
    // The electricity of one building of each was shared by a pool.
    assert_eq!((expected.get("pool_posted"), expected.get("pool_opened")), (Some(&2), Some(&2)));
    // It has agreed late fees, and some have paid theirs.
    assert_eq!(expected.get("late_fee_policy_set"), Some(&1));
    assert!(expected.get("late_fee_paid") > Some(&0), "{expected:?}");
    assert_eq!((expected.get("period_closed"), expected.get("period_sealed")), (Some(&15), Some(&15)));
    // It reads its water meters, and one reading was looked into before it was billed.
    for kind in ["meter_read", "reading_held", "reading_accepted"] {
        assert!(expected.contains_key(kind), "{kind}");
    }
    // One of its units stands empty, one household is in need, two pay a year in advance; a deposit came back whole, another in part.
    for (kind, times) in [
        ("vacancy_policy_set", 1),
        ("vacancy_applied", 1),
        ("vacancy_inspected", 1),
        ("discount_granted", 4),
        ("campaign_granted", 1),
        ("prepayment_offer_set", 1),
        ("taking_recorded", 4),
        ("fund_spend_posted", 1),
        ("fund_spend_paid", 1),
        ("deposit_returned", 2),
        ("deposit_forfeited", 1),
    ] {
        assert_eq!(expected.get(kind), Some(&times), "{kind}");
    }
    // A unit of each was sold while its seller had credit, one was handed over, one was sold with its debts.
    assert_eq!(expected.get("unit_transferred"), Some(&4));
    // A line of a closed month came in late.
    for kind in ["charge_payment_undone", LATE] {
        assert!(expected.contains_key(kind), "{kind}");
    }
    // Every charge of every kind comes to itself when it is computed again.
    let auditor = &whole.started.app.writer;
    let mut charges = 0;
    for ledger in log::ledgers(&mut auditor.acquire().await.unwrap()).await.unwrap() {
        let report = verify::ledger(auditor, ledger, None, &|_| {}).await.unwrap();
        assert!(report.is_clean(), "{:?}", report.findings);
        charges += report.charges;
    }
    assert_eq!(Some(&charges), expected.get("charge_posted"));
    for millis in [300, 700, 1_500, 2_500] {
        let app = Arc::clone(&cut.started.app);
        let _ = tokio::time::timeout(Duration::from_millis(millis), load(&app, SCALE, None)).await;
    }
    load(&cut.started.app, SCALE, None).await.unwrap();
    assert_eq!(cut.counted().await, expected);
    load(&cut.started.app, SCALE, None).await.unwrap();
    assert_eq!(cut.counted().await, expected);
}
