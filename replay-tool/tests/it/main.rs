//! The program's replay of a small community: read models against the log, both against hledger, and any past day again.

#![expect(clippy::unwrap_used, reason = "a test's helpers fail their test by panicking, as the test itself does")]

mod as_of;
mod charges;
mod figures;
mod forger;
mod journal;
mod rebuild;
mod seals;
mod tool;
mod village;
mod what_if;

use mingzhang_projections::runner::{RunnerOptions, catch_up};
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions};
use std::process::Command;

/// How the program ended and what it said.
#[derive(Debug)]
struct Answer {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Answer {
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap()
    }
}

fn program(database: &TestDatabase, role: Role, arguments: &[&str]) -> Command {
    let url = database.access().log(role).to_url_lossy();
    let mut command = Command::new(env!("CARGO_BIN_EXE_mingzhang-replay"));
    command.env("DATABASE_URL", url.as_str()).args(arguments);
    command
}

fn run(mut command: Command) -> Answer {
    let answer = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Answer { code: answer.status.code(), out: text(answer.stdout), err: text(answer.stderr) }
}

/// Runs the program as the auditor.
fn audit(database: &TestDatabase, arguments: &[&str]) -> Answer {
    run(program(database, Role::Auditor, arguments))
}

/// Folds what is new into the live read models.
async fn project(database: &TestDatabase) {
    catch_up(&database.pool(Role::Projector).await.unwrap(), &RunnerOptions::default()).await.unwrap();
}

/// Tampers with read models, as a bug in a projection would.
async fn tamper(database: &TestDatabase, sql: &str) {
    let projector = database.pool(Role::Projector).await.unwrap();
    let done = sqlx::query(AssertSqlSafe(sql)).execute(&projector).await.unwrap();
    assert!(done.rows_affected() > 0, "{sql}");
}
