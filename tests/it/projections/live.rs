//! The live fold.

use super::town::Town;
use super::{folded, stage};
use mingzhang_projections::error::ProjectionError;
use mingzhang_projections::runner::{Runner, RunnerOptions, catch_up};
use std::time::Duration;

#[tokio::test]
async fn any_batches_and_restarts_give_the_rows_of_one_fold() {
    let stage = stage().await;
    let mut towns: Vec<Town> = (1..=3).map(|number| Town::new(number, 6)).collect();
    let mut seen = [0; 3];
    for round in 0..6 {
        for (town, seen) in towns.iter_mut().zip(&mut seen) {
            town.live(40 + 13 * round);
            stage.append(&town.events[*seen..]).await;
            *seen = town.events.len();
        }
        // A new folder each time: a restart, with nothing kept.
        stage.catch_up([1, 7, 64, 2_000, 19, 333][round]).await;
    }
    for town in &towns {
        assert_eq!(stage.digest(town.ledger().uuid()).await, folded(&town.events));
    }
}

#[tokio::test]
async fn every_money_row_agrees_with_the_books() {
    let stage = stage().await;
    let mut town = Town::new(12, 8);
    town.live(900);
    // The last thing that happens is a loss that nobody makes good.
    while town.events.last().is_none_or(|event| event.event.event_type() != "charge_written_off") {
        town.write_off();
    }
    stage.append(&town.events).await;
    stage.catch_up(100).await;
    let check = |sql: &'static str| sqlx::query_scalar::<_, bool>(sql).fetch_one(&stage.reader);
    for (rule, sql) in [
        ("the trial balance is zero", "SELECT sum(debit) = sum(credit) FROM read_model.trial_balance"),
        (
            "every event's lines sum to zero",
            "SELECT NOT EXISTS (SELECT FROM read_model.journal GROUP BY position, purse HAVING sum(amount) <> 0)",
        ),
        (
            "receivable is the sum of open charges that are on the books",
            "SELECT (SELECT sum(receivable) FROM read_model.account_balance)
                 = (SELECT sum(open) FROM read_model.charge WHERE fund IN ('operating', 'pass_through', 'owners_income'))",
        ),
        (
            "credit is the sum of unspent lots",
            "SELECT (SELECT sum(credit) FROM read_model.account_balance) = (SELECT sum(unspent) FROM read_model.credit_lot)",
        ),
        (
            "the deposit book is what is held, and what is held is what was taken and neither returned nor kept",
            "SELECT (SELECT sum(deposit_held) FROM read_model.account_balance) = (SELECT sum(held) FROM read_model.deposit)
                AND (SELECT sum(effect) FROM read_model.deposit_line) = (SELECT sum(held) FROM read_model.deposit)
                AND (SELECT bool_and(held = taken - returned - forfeited) AND sum(forfeited) > 0 AND sum(returned) > 0
                     FROM read_model.deposit)",
        ),
        (
            "the book of the maintenance fund is what units have, which is what they paid in less what they bore",
            "SELECT (SELECT sum(credit - debit) FROM read_model.trial_balance WHERE book = 'fund_balance')
                 = (SELECT sum(balance) FROM read_model.unit_fund)
                AND (SELECT sum(effect) FROM read_model.fund_line) = (SELECT sum(balance) FROM read_model.unit_fund)
                AND (SELECT bool_and(balance = contributed - spent AND balance >= 0) AND sum(spent) > 0
                     FROM read_model.unit_fund)",
        ),
        (
            "what units bore of spends is what spends say, and what is owed to suppliers of them is not paid yet",
            "SELECT (SELECT sum(borne) FROM read_model.fund_spend) = (SELECT sum(spent) FROM read_model.unit_fund)
                AND (SELECT sum(borne - paid) FROM read_model.fund_spend)
                 = (SELECT sum(credit - debit) FROM read_model.trial_balance
                    WHERE book = 'supplier_payable' AND purse = 'maintenance_fund')
                AND (SELECT bool_and(amount = borne + short) FROM read_model.fund_spend WHERE status = 'posted')",
        ),
        (
            "suspense is what is not identified",
            "SELECT (SELECT sum(suspense) FROM read_model.payment)
                 = (SELECT sum(credit - debit) FROM read_model.trial_balance WHERE book = 'suspense')",
        ),
        (
            "the balance of a statement is open charges less credit",
            "SELECT bool_and(a.balance
                 = coalesce((SELECT sum(open) FROM read_model.charge c WHERE c.account_id = a.account_id), 0)
                 - coalesce((SELECT sum(unspent) FROM read_model.credit_lot l WHERE l.account_id = a.account_id), 0))
             FROM read_model.account a",
        ),
        (
            "what was collected is what charges were paid, and takings that stand",
            "WITH taken AS (SELECT sum(amount) AS amount FROM read_model.taking WHERE status = 'recorded')
             SELECT (SELECT sum(collected) FROM read_model.collection)
                  = (SELECT sum(paid) + (SELECT amount FROM taken) FROM read_model.charge)
                AND (SELECT sum(charged - lowered) FROM read_model.collection)
                  = (SELECT sum(amount - reduced - waived - reversed) + (SELECT amount FROM taken) FROM read_model.charge)
                AND (SELECT count(*) > 0 FROM read_model.taking WHERE status = 'reversed')",
        ),
        (
            "what was written off is the allowance, and stands in charges and rates",
            "SELECT (SELECT sum(written_off) FROM read_model.collection) = (SELECT sum(written_off) FROM read_model.charge)
                AND (SELECT sum(debit - credit) FROM read_model.trial_balance WHERE book = 'allowance')
                  = (SELECT sum(written_off) FROM read_model.charge)
                AND (SELECT sum(written_off) > 0 FROM read_model.charge)",
        ),
    ] {
        assert!(check(sql).await.unwrap(), "{rule}");
    }
}

#[tokio::test]
async fn a_poison_event_stops_its_ledger_and_no_other() {
    let stage = stage().await;
    let (mut ill, mut well) = (Town::new(21, 4), Town::new(22, 4));
    ill.live(100);
    well.live(100);
    let bad = 50;
    for event in &ill.events {
        let body = event.body().unwrap();
        let body = if event.position == bad { unknown_type(&body) } else { body };
        stage.append_body(event, &body).await;
    }
    stage.append(&well.events).await;
    // The first run meets the poison, the second folds what is left of the healthy ledger.
    let options = RunnerOptions { events_per_batch: 30, ..RunnerOptions::default() };
    let stopped = loop {
        match catch_up(&stage.projector, &options).await {
            Err(ProjectionError::Poison { ledger_id, position, rule }) => break (ledger_id, position, rule),
            other => assert!(other.unwrap() > 0, "folds until it stops"),
        }
    };
    assert_eq!((stopped.0, stopped.1), (ill.ledger().uuid(), bad));
    let runner = Runner::start(stage.projector.clone(), None, RunnerOptions::default());
    let size = i64::try_from(well.events.len()).unwrap();
    until(&stage.reader, well.ledger().uuid(), size).await;
    runner.stop().await;
    assert_eq!(stage.digest(well.ledger().uuid()).await, folded(&well.events));
    assert_eq!(stage.digest(ill.ledger().uuid()).await, folded(&ill.events[..49]));
    let sql = "SELECT position, stopped_at_position, stopped_because FROM read_model.checkpoint WHERE ledger_id = $1";
    let row: (i64, Option<i64>, Option<String>) =
        sqlx::query_as(sql).bind(ill.ledger().uuid()).fetch_one(&stage.reader).await.unwrap();
    assert_eq!((row.0, row.1), (49, Some(50)));
    assert!(row.2.unwrap().contains("unknown event"));
}

/// The same body with an event type that no build knows.
fn unknown_type(body: &[u8]) -> Vec<u8> {
    let text = String::from_utf8(body.to_vec()).unwrap();
    let (before, after) = text.split_once("\"event_type\":\"").unwrap();
    let (_, after) = after.split_once('"').unwrap();
    format!("{before}\"event_type\":\"never_heard_of\"{after}").replace("never_heard_of\"", "never_heard_of\"").into()
}

#[tokio::test]
async fn a_runner_follows_and_survives_its_own_end() {
    let stage = stage().await;
    let mut town = Town::new(31, 4);
    let mut appended = 0;
    for _ in 0..3 {
        let runner = Runner::start(stage.projector.clone(), None, RunnerOptions::default());
        town.live(50);
        stage.append(&town.events[appended..]).await;
        appended = town.events.len();
        until(&stage.reader, town.ledger().uuid(), i64::try_from(appended).unwrap()).await;
        runner.stop().await;
    }
    assert_eq!(stage.digest(town.ledger().uuid()).await, folded(&town.events));
}

#[tokio::test]
async fn two_runners_fold_every_event_once() {
    let stage = stage().await;
    let mut town = Town::new(41, 4);
    town.live(400);
    stage.append(&town.events).await;
    let options = RunnerOptions { events_per_batch: 10, poll: Duration::from_millis(5), ..RunnerOptions::default() };
    let runners = [0, 1].map(|_| Runner::start(stage.projector.clone(), None, options.clone()));
    until(&stage.reader, town.ledger().uuid(), i64::try_from(town.events.len()).unwrap()).await;
    for runner in runners {
        runner.stop().await;
    }
    assert_eq!(stage.digest(town.ledger().uuid()).await, folded(&town.events));
}

/// Waits until the rows of a ledger reflect a position.
async fn until(reader: &sqlx::PgPool, ledger: uuid::Uuid, position: i64) {
    let reached = async {
        loop {
            let sql = "SELECT position FROM read_model.checkpoint WHERE ledger_id = $1 AND is_current";
            let at: Option<i64> = sqlx::query_scalar(sql).bind(ledger).fetch_optional(reader).await.unwrap();
            if at.is_some_and(|at| at >= position) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), reached).await.unwrap();
}
