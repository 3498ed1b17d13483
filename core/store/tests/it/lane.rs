//! The lane: order, fences, idempotency, refusals, clocks.

use super::lane_support::*;
use chrono::TimeDelta;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::ledger::LedgerClock;
use mingzhang_store::clock::{Clock, SystemClock};
use mingzhang_store::lane::{NewVaultItem, Submission, SubmitError, Urgency};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use uuid::Uuid;

fn code_of(error: &SubmitError) -> &'static str {
    match error {
        SubmitError::Refused { refusal, .. } => refusal.code,
        other => panic!("not a refusal: {other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn commands_are_applied_in_order_and_the_log_is_whole() {
    let bench = Bench::new().await;
    let waiting = (0..300).map(|i| {
        let lanes = bench.lanes.clone();
        let one = submission(bench.ledger, &format!("k{i}"), Claim::take(format!("A-{i}")));
        tokio::spawn(async move { lanes.submit(one).await })
    });
    for answer in waiting.collect::<Vec<_>>() {
        let accepted = answer.await.unwrap().unwrap();
        assert_eq!(accepted.first_position, accepted.last_position);
        assert!(!accepted.replayed);
    }
    assert_eq!(bench.checked_log().await.len(), 301);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_judged_and_written_nowhere() {
    let bench = Bench::new().await;
    bench.take("a", "X").await.unwrap();
    let refused = bench.take("b", "X").await.unwrap_err();
    assert!(matches!(refused, SubmitError::Refused { position: 2, .. }), "{refused:?}");
    assert_eq!(bench.checked_log().await.len(), 2);
    // A refusal is not an outcome: when the code is free again the same key is decided afresh.
    bench.lanes.submit(submission(bench.ledger, "c", Claim::give_back("X"))).await.unwrap();
    assert_eq!(bench.take("b", "X").await.unwrap().first_position, 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_race_on_one_ledger() {
    let bench = Bench::new().await;
    let other = bench.another_process().await;
    let mut tasks = Vec::new();
    for i in 0..400_u32 {
        let lanes = if i % 2 == 0 { bench.lanes.clone() } else { other.clone() };
        // Every code is wanted by two commands, one in each process: exactly one of them gets it.
        let one = submission(bench.ledger, &format!("k{i}"), Claim::take(format!("C-{}", i / 2)));
        tasks.push(tokio::spawn(async move { lanes.submit(one).await }));
    }
    let (mut applied, mut refused) = (0, 0);
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => applied += 1,
            Err(error) => {
                assert_eq!(code_of(&error), "command_must_change_something");
                refused += 1;
            }
        }
    }
    assert_eq!((applied, refused), (200, 200));
    assert_eq!(bench.checked_log().await.len(), 201);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_that_never_pause_both_get_on() {
    let bench = Bench::new().await;
    let other = bench.another_process().await;
    let end = tokio::time::Instant::now() + Duration::from_secs(2);
    let mut tasks = Vec::new();
    for n in 0..64 {
        let (lanes, ledger) = (if n % 2 == 0 { bench.lanes.clone() } else { other.clone() }, bench.ledger);
        tasks.push(tokio::spawn(async move {
            let mut done = 0;
            while tokio::time::Instant::now() < end {
                let name = format!("N{n}-{done}");
                lanes.submit(submission(ledger, &name, Claim::take(name.clone()))).await.unwrap();
                done += 1;
            }
            (n % 2, done)
        }));
    }
    let mut done = [0, 0];
    for task in tasks {
        let (process, times) = task.await.unwrap();
        done[process] += times;
    }
    let all: usize = done.iter().sum();
    assert!(done.iter().all(|one| one * 5 > all), "each has a fair part: {done:?}");
    assert_eq!(bench.checked_log().await.len(), all + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_key_happens_once_in_one_process_and_in_two() {
    let bench = Bench::new().await;
    let other = bench.another_process().await;
    let mut tasks = Vec::new();
    for i in 0..64 {
        let lanes = if i % 2 == 0 { bench.lanes.clone() } else { other.clone() };
        let one = submission(bench.ledger, "once", Claim::take("ONCE"));
        tasks.push(tokio::spawn(async move { lanes.submit(one).await.unwrap() }));
    }
    let mut first = 0;
    for task in tasks {
        let accepted = task.await.unwrap();
        assert_eq!((accepted.first_position, accepted.last_position), (2, 2));
        assert_eq!(accepted.events[0].event.event_type(), "unit_code_taken");
        first += usize::from(!accepted.replayed);
    }
    assert_eq!(first, 1, "one of them is the first");
    let reused = bench.take("once", "ANOTHER").await.unwrap_err();
    assert!(matches!(reused, SubmitError::KeyReused), "{reused:?}");
    // The same key later, and with a request that its rule would refuse now: still the first outcome.
    assert!(bench.take("once", "ONCE").await.unwrap().replayed);
    assert_eq!(bench.checked_log().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_on_an_old_state_is_not_given() {
    let bench = Bench::new().await;
    let other = bench.another_process().await;
    for round in 0..20 {
        bench.take(&format!("take{round}"), "SEAT").await.unwrap();
        // This process has folded "taken"; another frees the seat; the next wish must not be refused on the old fold.
        other.submit(submission(bench.ledger, &format!("free{round}"), Claim::give_back("SEAT"))).await.unwrap();
        bench.take(&format!("again{round}"), "SEAT").await.unwrap();
        other.submit(submission(bench.ledger, &format!("free-again{round}"), Claim::give_back("SEAT"))).await.unwrap();
    }
    assert_eq!(bench.checked_log().await.len(), 81);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_the_database_refuses_takes_only_its_own_command_down() {
    let bench = Bench::new().await;
    let item = |n: u128| NewVaultItem {
        item_id: Uuid::from_u128(n),
        subject_id: Uuid::from_u128(9),
        nonce: vec![0; 24],
        ciphertext: vec![1],
    };
    let mut tasks = Vec::new();
    for i in 0..40_u128 {
        let lanes = bench.lanes.clone();
        // Items 0 and 20 bear the same id.
        let vault = vec![item(i % 20 + if i == 20 { 0 } else { i })];
        let one = Submission { vault, ..submission(bench.ledger, &format!("v{i}"), Claim::take(format!("V-{i}"))) };
        tasks.push(tokio::spawn(async move { lanes.submit(one).await }));
    }
    let mut failed = 0_usize;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => {}
            Err(SubmitError::Failed(_)) => failed += 1,
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(failed + bench.checked_log().await.len(), 41);
    assert!(failed >= 1, "the second item of the same id is refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_sent_again_with_its_vault_items_gets_its_first_outcome() {
    let bench = Bench::new().await;
    let sealed = NewVaultItem {
        item_id: Uuid::from_u128(1),
        subject_id: Uuid::from_u128(9),
        nonce: vec![0; 24],
        ciphertext: vec![1],
    };
    // The rule accepts it each time: only its command id and its items are there already.
    let mut one = submission(bench.ledger, "k", Arc::new(Open(LedgerClock::System)));
    one.vault = vec![sealed];
    let first = bench.lanes.submit(one.clone()).await.unwrap();
    let again = bench.lanes.submit(one).await.unwrap();
    assert!(again.replayed && again.first_position == first.first_position);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_ledger_is_said_to_be_unknown() {
    let bench = Bench::new().await;
    let nowhere = submission(LedgerId(Uuid::from_u128(404)), "k", Claim::take("X"));
    assert!(matches!(bench.lanes.submit(nowhere).await, Err(SubmitError::LedgerUnknown)));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_log_takes_nothing_but_its_opening() {
    let bench = Bench::new().await;
    let empty = LedgerId(Uuid::from_u128(2));
    bench.lanes.create_log(empty).await.unwrap();
    let early = bench.lanes.submit(submission(empty, "k", Claim::take("X"))).await.unwrap_err();
    assert_eq!(code_of(&early), "ledger_must_be_open");
    bench.lanes.create_log(empty).await.unwrap();
    bench.lanes.submit(submission(empty, "open", Arc::new(Open(LedgerClock::System)))).await.unwrap();
    bench.lanes.submit(submission(empty, "k", Claim::take("X"))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_given_clock_never_runs_backwards_and_must_be_given() {
    let bench = Bench::with_clock(LedgerClock::Given).await;
    let at = |key: &str, time: Option<&str>| Submission {
        given_at: time.map(instant),
        ..submission(bench.ledger, key, Claim::take(key))
    };
    bench.lanes.submit(at("A", Some("2025-03-01T01:00:00Z"))).await.unwrap();
    bench.lanes.submit(at("B", Some("2025-02-01T01:00:00Z"))).await.unwrap();
    assert!(matches!(bench.lanes.submit(at("C", None)).await, Err(SubmitError::GivenClock)));
    let log = bench.checked_log().await;
    assert_eq!(log.last().unwrap().recorded_at, instant("2025-03-01T01:00:00Z"));
    let system = Bench::new().await;
    let given = Submission {
        given_at: Some(instant("2025-03-01T01:00:00Z")),
        ..submission(system.ledger, "A", Claim::take("A"))
    };
    assert!(matches!(system.lanes.submit(given).await, Err(SubmitError::GivenClock)));
}

#[derive(Debug)]
struct Off(TimeDelta);
impl Clock for Off {
    fn now(&self) -> Instant {
        SystemClock.now() + self.0
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_off_writes_nothing() {
    let bench = Bench::new().await;
    for seconds in [-3600, -10, 10, 3600] {
        let off = lanes(&bench.database, Arc::new(Off(TimeDelta::seconds(seconds)))).await;
        let refused = off.submit(submission(bench.ledger, "k", Claim::take("X"))).await;
        // A clock that is behind is carried along by the head, which is right; one that is ahead must not move it.
        if seconds > 0 {
            assert!(matches!(refused, Err(SubmitError::ClockSkew)), "{seconds}: {refused:?}");
        }
    }
    bench.checked_log().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn big_work_goes_on_while_people_never_pause() {
    let bench = Bench::new().await;
    // Another ledger, in which only big work waits.
    let quiet = LedgerId(Uuid::from_u128(0xb1b));
    bench.lanes.create_log(quiet).await.unwrap();
    bench.lanes.submit(submission(quiet, "open", Arc::new(Open(LedgerClock::System)))).await.unwrap();
    let stop = Arc::new(AtomicBool::new(false));
    let people: Vec<_> = (0..32)
        .map(|n| {
            let (lanes, ledger, stop) = (bench.lanes.clone(), bench.ledger, Arc::clone(&stop));
            tokio::spawn(async move {
                for turn in 0.. {
                    if stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let name = format!("P{n}-{turn}");
                    lanes.submit(submission(ledger, &name, Claim::take(name.clone()))).await.unwrap();
                }
            })
        })
        .collect();
    let bulk: Vec<_> = (0..300)
        .map(|i| {
            let lanes = bench.lanes.clone();
            let one = submission(quiet, &format!("bulk{i}"), Claim::take(format!("B-{i}")));
            let one = Submission { urgency: Urgency::Bulk, ..one };
            tokio::spawn(async move { lanes.submit(one).await.unwrap() })
        })
        .collect();
    for one in bulk {
        one.await.unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    for person in people {
        person.await.unwrap();
    }
    bench.checked_log().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn people_go_before_big_work() {
    let bench = Bench::new().await;
    let bulk: Vec<_> = (0..2_000)
        .map(|i| {
            let lanes = bench.lanes.clone();
            let one = submission(bench.ledger, &format!("bulk{i}"), Claim::take(format!("B-{i}")));
            let one = Submission { urgency: Urgency::Bulk, ..one };
            tokio::spawn(async move { lanes.submit(one).await.unwrap().first_position })
        })
        .collect();
    tokio::task::yield_now().await;
    let person = bench.take("person", "P").await.unwrap().first_position;
    let mut after = 0;
    for one in bulk {
        after += usize::from(one.await.unwrap() > person);
    }
    assert!(after > 0, "some of the big work that waited came after the person");
}
