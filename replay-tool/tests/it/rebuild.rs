//! Rebuilding and comparing read models from the command line.

use crate::village::{LEDGER, Village};
use crate::{audit, program, project, run, tamper};
use mingzhang_store::postgres::Role;
use std::process::{Command, Stdio};

#[tokio::test]
async fn what_is_live_is_what_a_rebuild_gives() {
    let village = Village::lived().await;
    let database = &village.database;
    let before = audit(database, &["diff"]);
    assert!(before.code == Some(1) && before.out.contains("no read models"), "{before:?}");
    project(database).await;
    assert_eq!(audit(database, &["diff"]).code, Some(0));
    let rebuilt = run(program(database, Role::Projector, &["rebuild", "--jobs", "3", "--json"]));
    assert_eq!(rebuilt.code, Some(0), "{}", rebuilt.err);
    let live = audit(database, &["diff", "--json"]);
    assert_eq!((live.code, &live.json()["same"]), (Some(0), &true.into()));
    assert_eq!(rebuilt.json()["events"], live.json()["ledgers"][0]["head"]);
}

#[tokio::test]
async fn a_wrong_row_is_named_and_a_rebuild_mends_it() {
    let village = Village::lived().await;
    let database = &village.database;
    project(database).await;
    tamper(database, "UPDATE read_model.charge SET open = open + 0.01 WHERE open = 50.00").await;
    tamper(database, "DELETE FROM read_model.receipt WHERE number = (SELECT min(number) FROM read_model.receipt)")
        .await;
    let ledger = LEDGER.to_string();
    let found = audit(database, &["diff", "--ledger", &ledger]);
    assert_eq!(found.code, Some(1));
    assert!(found.out.contains("charge_id=") && found.out.contains("other values"), "{}", found.out);
    assert!(found.out.contains("receipt_id=") && found.out.contains("only folded"), "{}", found.out);
    let json = audit(database, &["diff", "--json"]).json();
    let differing = json["ledgers"][0]["differing"].as_array().unwrap();
    assert_eq!(differing.iter().map(|table| table["table"].as_str().unwrap()).collect::<Vec<_>>().len(), 2, "{json}");
    assert_eq!(run(program(database, Role::Projector, &["rebuild", "--ledger", &ledger])).code, Some(0));
    assert_eq!(audit(database, &["diff"]).code, Some(0));
}

#[tokio::test]
async fn an_interrupted_rebuild_leaves_the_live_rows_and_can_be_repeated() {
    let village = Village::lived().await;
    let database = &village.database;
    project(database).await;
    let before = audit(database, &["diff", "--json"]).json();
    let owner = database.pool(Role::Owner).await.unwrap();
    // A rebuild begins by taking a new generation: it waits for whoever holds the list of them.
    let mut held = owner.begin().await.unwrap();
    sqlx::query("LOCK TABLE read_model.generation IN EXCLUSIVE MODE").execute(&mut *held).await.unwrap();
    let mut command = program(database, Role::Projector, &["rebuild"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
    while !sqlx::query_scalar::<_, bool>(waiting).fetch_one(&owner).await.unwrap() {
        tokio::task::yield_now().await;
    }
    // By the shell's own `kill`: a small machine has no program of that name.
    let interrupt = format!("kill -INT {}", child.id());
    assert!(Command::new("sh").args(["-c", &interrupt]).status().unwrap().success());
    held.rollback().await.unwrap();
    let ended = tokio::task::spawn_blocking(|| child.wait_with_output()).await.unwrap().unwrap();
    let said = String::from_utf8(ended.stderr).unwrap();
    assert!(ended.status.code() == Some(3) && said.contains("interrupted"), "{said}");
    assert_eq!(audit(database, &["diff", "--json"]).json(), before, "the live rows stay");
    assert_eq!(run(program(database, Role::Projector, &["rebuild"])).code, Some(0));
    assert_eq!(audit(database, &["diff", "--json"]).json()["ledgers"][0]["tables"], before["ledgers"][0]["tables"]);
}

#[tokio::test]
async fn unknown_ledgers_are_wrong_usage() {
    let village = Village::founded().await;
    let nowhere = "00000000-0000-0000-0000-00000000dead";
    assert_eq!(run(program(&village.database, Role::Projector, &["rebuild", "--ledger", nowhere])).code, Some(2));
    assert_eq!(run(program(&village.database, Role::Projector, &["rebuild", "--jobs", "0"])).code, Some(2));
    for command in ["diff", "as-of", "export"] {
        assert_eq!(audit(&village.database, &[command, "--ledger", nowhere]).code, Some(2), "{command}");
    }
}
