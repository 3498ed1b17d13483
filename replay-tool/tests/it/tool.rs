//! The program itself against a real log: what it prints, and how it ends. Its export is checked by the Python verifier.

use mingzhang_domain::draft::{Decide, Draft};
use mingzhang_domain::envelope::{Actor, ActorKind, Recorded};
use mingzhang_domain::id::{CommandId, LedgerId};
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::stream::{Event, StreamRef};
use mingzhang_store::clock::SystemClock;
use mingzhang_store::lane::{LaneOptions, Lanes, Submission, Urgency};
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use uuid::Uuid;

const LEDGER: LedgerId = LedgerId(Uuid::from_u128(0x001e_d6e7));

/// Appends golden facts to the streams they came from.
#[derive(Debug)]
struct Push(Vec<(StreamRef, Event)>);

impl Decide for Push {
    fn operation(&self) -> &'static str {
        "push"
    }
    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        self.0.iter().for_each(|(stream, event)| draft.push(*stream, event.clone()));
        Ok(())
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn golden(name: &str) -> (StreamRef, Event) {
    let body = std::fs::read(repository().join(format!("tests/wire/{name}.json"))).unwrap();
    let recorded = Recorded::from_body(&body).unwrap();
    let mut stream = recorded.stream;
    if let Event::FeeItem(_) = &recorded.event {
        // The one that the golden charges are for.
        stream.id = "0190b0e0-0000-7000-8000-000000000f01".parse().unwrap();
    }
    (stream, recorded.event)
}

/// A ledger with the history of one account, written by the lane.
async fn filled() -> TestDatabase {
    let database =
        TestDatabase::create(&mingzhang_migrations::fingerprint(), mingzhang_migrations::prepare).await.unwrap();
    let lanes = Lanes::start(database.pool(Role::Writer).await.unwrap(), Arc::new(SystemClock), LaneOptions::default());
    lanes.create_log(LEDGER).await.unwrap();
    let commands: [&[&str]; 4] = [
        &["ledger_opened.v1"],
        &["unit_code_taken.v1", "fee_item_created.v1", "account_opened.v1"],
        &["charge_posted.v1"],
        &["payment_received.v1", "credit_received.v1", "charge_paid.v1", "receipt_issued.v1"],
    ];
    for (n, names) in commands.into_iter().enumerate() {
        let submission = Submission {
            ledger_id: LEDGER,
            command_id: CommandId::from_natural(LEDGER, "push", &[&n.to_string()]),
            correlation_id: None,
            causation_id: None,
            actor: Actor { kind: ActorKind::Service, id: Uuid::from_u128(3) },
            request_digest: [7; 32],
            command: Arc::new(Push(names.iter().map(|name| golden(name)).collect())),
            vault: Vec::new(),
            given_at: Some("2026-01-01T00:00:00Z".parse().unwrap()),
            urgency: Urgency::Interactive,
        };
        lanes.submit(submission).await.unwrap();
    }
    lanes.stop().await;
    database
}

/// Runs the program; answers how it ended and what it printed.
fn tool(database: &TestDatabase, arguments: &[&str]) -> (Option<i32>, String) {
    let url = database.access().log(Role::Auditor).to_url_lossy();
    run(Command::new(env!("CARGO_BIN_EXE_mingzhang-replay")).env("DATABASE_URL", url.as_str()).args(arguments))
}

fn run(command: &mut Command) -> (Option<i32>, String) {
    let answer = command.output().unwrap();
    (answer.status.code(), String::from_utf8([answer.stdout, answer.stderr].concat()).unwrap())
}

#[tokio::test]
async fn a_whole_ledger_is_verified_by_us_and_by_a_stranger() {
    let database = filled().await;
    let folder = tempfile::tempdir().unwrap();
    let [head, bodies] = ["head", "bodies"].map(|name| folder.path().join(name).to_string_lossy().into_owned());
    assert_eq!(tool(&database, &["head", "--out", &head]), (Some(0), String::new()));
    let (code, said) = tool(&database, &["verify", "--all", "--head", &head]);
    assert!(code == Some(0) && said.contains("9 events") && said.contains("everything holds"), "{said}");
    assert_eq!(tool(&database, &["export", "--ledger", &LEDGER.to_string(), "--out", &bodies]).0, Some(0));
    let verifier = repository().join("tests/verifier/verify.py");
    let (code, said) = run(Command::new("python3").arg(verifier).args([&bodies, "--head", &head]));
    assert_eq!(code, Some(0), "{said}");
    let (_, up_to_3) = tool(&database, &["export", "--ledger", &LEDGER.to_string(), "--until", "3"]);
    assert_eq!(up_to_3.lines().count(), 3);
    assert!(std::fs::read_to_string(&bodies).unwrap().starts_with(&up_to_3));
}

#[tokio::test]
async fn a_forgery_ends_with_1() {
    let database = filled().await;
    let admin = database.access().admin().clone().database(database.log_name());
    let mut forger = PgConnection::connect_with(&admin).await.unwrap();
    let forge = "ALTER TABLE event DISABLE TRIGGER ALL;
                 UPDATE event SET body = set_byte(body, 5, get_byte(body, 5) # 1) WHERE position = 4";
    sqlx::raw_sql(forge).execute(&mut forger).await.unwrap();
    let (code, said) = tool(&database, &["verify"]);
    assert!(code == Some(1) && said.contains("position 4: leaf_hash"), "{said}");
    let (code, said) = tool(&database, &["verify", "--json", "--ledger", &LEDGER.to_string()]);
    let report: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!(
        (code, &report["holds"], &report["ledgers"][0]["findings"][0]["position"]),
        (Some(1), &false.into(), &4.into())
    );
}

#[tokio::test]
async fn an_account_is_told_in_words() {
    let database = filled().await;
    let ledger = LEDGER.to_string();
    let account = golden("account_opened.v1").0.id.to_string();
    let (code, zh) = tool(&database, &["show", "account", "--ledger", &ledger, "--account", &account]);
    assert_eq!(code, Some(0), "{zh}");
    assert!(zh.contains("应收 物业服务费 172.83（原 246.90）") && zh.contains("[172.83 / 0.00]"), "{zh}");
    let (_, en) = tool(&database, &["show", "account", "--ledger", &ledger, "--account", &account, "--language", "en"]);
    assert!(en.contains("Credit received, 300.00") && en.contains("Paid 172.83 物业服务费"), "{en}");
    let (_, json) = tool(&database, &["show", "account", "--ledger", &ledger, "--account", &account, "--json"]);
    let lines: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(lines[3]["owed"], "0.00");
    assert_eq!(lines[3]["credit"], "127.17");
    let (code, event) = tool(&database, &["show", "event", &format!("{LEDGER}@5")]);
    assert!(code == Some(0) && event.contains("\"charge_posted\"") && event.contains("debit  receivable"), "{event}");
}

#[tokio::test]
async fn wrong_usage_ends_with_2_and_a_missing_database_with_3() {
    let database = filled().await;
    assert_eq!(tool(&database, &["verify", "--nonsense"]).0, Some(2));
    assert_eq!(tool(&database, &["show", "event", &format!("{LEDGER}@77")]).0, Some(2));
    assert_eq!(tool(&database, &["export", "--ledger", &Uuid::nil().to_string()]).0, Some(2));
    assert_eq!(tool(&database, &["verify", "--head", "/nonexistent"]).0, Some(3));
    let empty = tempfile::tempdir().unwrap();
    let mut nowhere = Command::new(env!("CARGO_BIN_EXE_mingzhang-replay"));
    nowhere.env_remove("DATABASE_URL").env("MINGZHANG_DATA", empty.path()).arg("verify");
    assert_eq!(run(&mut nowhere).0, Some(3));
    assert_eq!(std::fs::read_dir(empty.path()).unwrap().count(), 0, "the tool begins no database of its own");
}
