//! Rebuilding beside the live rows.

use super::town::Town;
use super::{folded, stage};
use mingzhang_domain::id::LedgerId;
use mingzhang_projections::diff::{Difference, diff};
use mingzhang_projections::error::ProjectionError;
use mingzhang_projections::reader::{ReadError, Reader};
use mingzhang_projections::rebuild::{RebuildOptions, Rebuilt, complete, incomplete, rebuild};
use mingzhang_projections::runner::{Runner, RunnerOptions};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

#[tokio::test]
async fn a_rebuild_gives_the_live_rows_and_replaces_them() {
    let stage = stage().await;
    let mut towns: Vec<Town> = (51..=53).map(|number| Town::new(number, 5)).collect();
    for town in &mut towns {
        town.live(300);
        stage.append(&town.events[..200]).await;
    }
    stage.catch_up(64).await;
    // Events that the live rows do not reflect yet.
    for town in &towns {
        stage.append(&town.events[200..]).await;
    }
    let done = rebuild(&stage.projector, &RebuildOptions::default()).await.unwrap();
    assert_eq!((done.ledgers, done.events), (3, towns.iter().map(|town| town.events.len() as u64).sum()));
    for town in &towns {
        let ledger = town.ledger().uuid();
        assert_eq!(stage.place(ledger).await.generation, 2);
        assert_eq!(stage.digest(ledger).await, folded(&town.events));
    }
    let sql = "SELECT count(*) FROM read_model.generation";
    assert_eq!(sqlx::query_scalar::<_, i64>(sql).fetch_one(&stage.reader).await.unwrap(), 1, "the old one is gone");
    for town in &mut towns {
        let before = town.events.len();
        town.live(50);
        stage.append(&town.events[before..]).await;
    }
    stage.catch_up(64).await;
    for town in &towns {
        assert_eq!(stage.digest(town.ledger().uuid()).await, folded(&town.events), "the live fold goes on from it");
    }
}

#[tokio::test]
async fn an_interrupted_rebuild_goes_on_where_it_was() {
    let stage = stage().await;
    let mut towns: Vec<Town> = (61..=64).map(|number| Town::new(number, 4)).collect();
    for town in &mut towns {
        town.live(150);
        stage.append(&town.events).await;
    }
    stage.catch_up(2_000).await;
    let interrupt = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&interrupt);
    let options = RebuildOptions {
        workers: 1,
        interrupt,
        // The first ledger is done when its last report comes; the second is cut.
        progress: Arc::new(move |progress| flag.store(progress.rows > 0, Ordering::Relaxed)),
        ..RebuildOptions::default()
    };
    let cut = rebuild(&stage.projector, &options).await;
    assert!(matches!(cut, Err(ProjectionError::Interrupted)), "{cut:?}");
    let sql = "SELECT count(*) FROM read_model.checkpoint WHERE generation = 2";
    assert_eq!(sqlx::query_scalar::<_, i64>(sql).fetch_one(&stage.reader).await.unwrap(), 1);
    assert_eq!(stage.digest(towns[0].ledger().uuid()).await, folded(&towns[0].events), "live rows stay");
    let Rebuilt { ledgers, .. } = rebuild(&stage.projector, &RebuildOptions::default()).await.unwrap();
    assert_eq!(ledgers, 4);
    for town in &towns {
        assert_eq!(stage.digest(town.ledger().uuid()).await, folded(&town.events));
    }
}

#[tokio::test]
async fn one_ledger_is_rebuilt_alone() {
    let stage = stage().await;
    let mut towns: Vec<Town> = (71..=72).map(|number| Town::new(number, 4)).collect();
    for town in &mut towns {
        town.live(150);
        stage.append(&town.events).await;
    }
    stage.catch_up(2_000).await;
    let only = RebuildOptions { ledgers: Some(vec![towns[1].ledger()]), ..RebuildOptions::default() };
    assert_eq!(rebuild(&stage.projector, &only).await.unwrap().ledgers, 1);
    for (town, generation) in towns.iter().zip([1, 2]) {
        assert_eq!(stage.place(town.ledger().uuid()).await.generation, generation);
        assert_eq!(stage.digest(town.ledger().uuid()).await, folded(&town.events));
    }
    let sql = "SELECT count(*) FROM read_model.charge WHERE ledger_id = $1 AND generation = 1";
    let left = sqlx::query_scalar::<_, i64>(sql).bind(towns[1].ledger().uuid());
    assert_eq!(left.fetch_one(&stage.reader).await.unwrap(), 0, "its old rows are gone");
}

#[tokio::test]
async fn a_diff_is_empty_until_a_row_is_changed_and_then_names_it() {
    let stage = stage().await;
    let mut town = Town::new(81, 4);
    town.live(200);
    stage.append(&town.events).await;
    stage.catch_up(50).await;
    let same = diff(&stage.auditor, town.ledger()).await.unwrap().unwrap();
    assert_eq!((same.position, same.differing.len()), (town.events.len() as u64, 0));
    let sql = "UPDATE read_model.charge SET open = open + 0.01 WHERE charge_id =
        (SELECT charge_id FROM read_model.charge ORDER BY charge_id LIMIT 1) RETURNING charge_id";
    let charge: uuid::Uuid = sqlx::query_scalar(sql).fetch_one(&stage.projector).await.unwrap();
    let other = diff(&stage.auditor, town.ledger()).await.unwrap().unwrap();
    assert_eq!(other.differing.len(), 1);
    let table = &other.differing[0];
    assert_eq!((table.table, table.live_rows), ("charge", table.folded_rows));
    assert_eq!(table.rows, [(format!("charge_id={charge}"), Difference::Values)]);
}

#[tokio::test]
async fn a_rebuild_beside_a_busy_live_fold_loses_nothing() {
    let stage = Arc::new(stage().await);
    let mut towns: Vec<Town> = (91..=92).map(|number| Town::new(number, 4)).collect();
    for town in &mut towns {
        town.live(200);
        stage.append(&town.events).await;
    }
    let runner = Runner::start(stage.projector.clone(), None, RunnerOptions::default());
    let appending = tokio::spawn({
        let stage = Arc::clone(&stage);
        async move {
            for _ in 0..20 {
                for town in &mut towns {
                    let before = town.events.len();
                    town.live(15);
                    stage.append(&town.events[before..]).await;
                }
            }
            towns
        }
    });
    for _ in 0..2 {
        assert_eq!(rebuild(&stage.projector, &RebuildOptions::default()).await.unwrap().ledgers, 2);
    }
    let towns = appending.await.unwrap();
    runner.stop().await;
    stage.catch_up(2_000).await;
    for town in &towns {
        assert_eq!(stage.place(town.ledger().uuid()).await.generation, 3);
        assert_eq!(stage.digest(town.ledger().uuid()).await, folded(&town.events));
    }
}

/// What a reader of one ledger's charges is told.
async fn charges(stage: &super::Stage, ledger: LedgerId) -> Result<usize, ReadError> {
    let reader = Reader::new(stage.reader.clone(), None);
    let until = "2099-12".parse().unwrap();
    let (trial, fee_items) = (reader.trial_balance(ledger, until).await?, reader.fee_items(ledger).await);
    assert!(fee_items.is_ok(), "what was folded before is read on");
    Ok(trial.value.len())
}

#[tokio::test]
async fn what_a_version_changed_is_not_read_until_it_is_folded_anew() {
    let stage = stage().await;
    let mut towns: Vec<Town> = (74..=75).map(|number| Town::new(number, 4)).collect();
    for town in &mut towns {
        town.live(150);
        stage.append(&town.events).await;
    }
    stage.catch_up(2_000).await;
    let ledger = towns[0].ledger();
    assert_eq!(incomplete(&stage.projector).await.unwrap(), Vec::<String>::new(), "all of one version");
    assert!(complete(&stage.projector, &RebuildOptions::default()).await.unwrap().is_none());
    let rows = charges(&stage, ledger).await.unwrap();
    let mut owner = stage.owner().await;
    sqlx::raw_sql("SELECT read_model.outdate('trial_balance')").execute(&mut owner).await.unwrap();
    assert_eq!(incomplete(&stage.projector).await.unwrap(), ["trial_balance"]);
    assert!(matches!(charges(&stage, ledger).await, Err(ReadError::Incomplete)));
    // One ledger alone does not make the others complete.
    let only = RebuildOptions { ledgers: Some(vec![ledger]), ..RebuildOptions::default() };
    rebuild(&stage.projector, &only).await.unwrap();
    assert!(matches!(charges(&stage, ledger).await, Err(ReadError::Incomplete)));
    let all = RebuildOptions::default();
    let (one, two) = tokio::join!(complete(&stage.projector, &all), complete(&stage.projector, &all));
    let done: Vec<Rebuilt> = [one.unwrap(), two.unwrap()].into_iter().flatten().collect();
    assert_eq!(done.len(), 1, "the second finds nothing to do");
    assert_eq!(charges(&stage, ledger).await.unwrap(), rows);
    for town in &towns {
        assert_eq!(stage.digest(town.ledger().uuid()).await, folded(&town.events));
    }
}

#[tokio::test]
async fn a_table_that_a_version_brings_is_incomplete_where_something_was_folded() {
    const BRINGS: &str = "CREATE TABLE read_model.brought (ledger_id uuid, generation smallint, id uuid,
        CONSTRAINT brought_pkey PRIMARY KEY (ledger_id, generation, id)) PARTITION BY LIST (generation);
        SELECT read_model.add_missing_parts()";
    let (fresh, lived) = (stage().await, stage().await);
    let mut town = Town::new(76, 4);
    town.live(50);
    lived.append(&town.events).await;
    lived.catch_up(2_000).await;
    for (stage, lacking) in [(&fresh, vec![]), (&lived, vec!["brought"])] {
        sqlx::raw_sql(BRINGS).execute(&mut stage.owner().await).await.unwrap();
        assert_eq!(incomplete(&stage.projector).await.unwrap(), lacking);
        let read = sqlx::query("SELECT FROM read_model.brought").fetch_all(&stage.reader).await;
        assert_eq!(read.is_ok(), lacking.is_empty(), "nobody reads that there is nothing");
    }
    // A program that does not know the table cannot make it complete.
    rebuild(&lived.projector, &RebuildOptions::default()).await.unwrap();
    assert_eq!(incomplete(&lived.projector).await.unwrap(), ["brought"]);
}
