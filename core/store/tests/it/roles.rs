//! What each role may do, tried against the server: nobody changes or deletes an event, nobody becomes somebody else.

use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

const PRIVILEGE: &str = "42501";
const TRAPPED: &str = "23001";
const LEDGER: &str = "00000000-0000-8000-8000-000000000001";

/// A database whose log holds one event with its command and head.
async fn with_an_event() -> TestDatabase {
    let database = super::database().await;
    let mut writer = connect(database.access().log(Role::Writer)).await;
    let rows = format!(
        "INSERT INTO event VALUES ('{LEDGER}', 1, '{LEDGER}', 1, '{{}}', sha256('\\x007b7d'));
         INSERT INTO command VALUES ('{LEDGER}', '{LEDGER}', sha256('a'), 1, 1);
         INSERT INTO log_head VALUES ('{LEDGER}', 1, sha256('a'), sha256('a'), now());
         INSERT INTO vault_item VALUES ('{LEDGER}', '{LEDGER}', '{LEDGER}', '\\x000000000000000000000000', 'x');
         UPDATE log_head SET size = 1 WHERE ledger_id = '{LEDGER}'"
    );
    run(&mut writer, &rows).await.unwrap();
    database
}

async fn connect(options: PgConnectOptions) -> PgConnection {
    PgConnection::connect_with(&options).await.unwrap()
}

/// Runs a statement; the SQLSTATE of its refusal, if any.
async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), String> {
    match sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await {
        Ok(_) => Ok(()),
        Err(error) => Err(error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned()),
    }
}

#[tokio::test]
async fn no_role_can_change_or_delete_what_is_written() {
    let database = with_an_event().await;
    for role in Role::ALL {
        let mut connection = connect(database.access().log(role)).await;
        for table in ["event", "command"] {
            for sql in [
                format!("UPDATE {table} SET ledger_id = ledger_id"),
                format!("UPDATE {table} SET ledger_id = ledger_id WHERE false"),
                format!("DELETE FROM {table}"),
                format!("TRUNCATE {table}"),
                format!("TRUNCATE {table} CASCADE"),
                format!("MERGE INTO {table} USING (SELECT 1) AS one ON true WHEN MATCHED THEN DELETE"),
            ] {
                let code = run(&mut connection, &sql).await.unwrap_err();
                let expected = if role == Role::Owner { TRAPPED } else { PRIVILEGE };
                assert_eq!(code, expected, "{role:?}: {sql}");
            }
        }
        for sql in ["DELETE FROM log_head", "TRUNCATE log_head"] {
            assert!(run(&mut connection, sql).await.is_err(), "{role:?}: {sql}");
        }
    }
    let mut auditor = connect(database.access().log(Role::Auditor)).await;
    let left: (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM command), (SELECT count(*) FROM log_head)",
    )
    .fetch_one(&mut auditor)
    .await
    .unwrap();
    assert_eq!(left, (1, 1, 1));
}

#[tokio::test]
async fn an_upsert_is_no_way_around() {
    let database = with_an_event().await;
    let mut writer = connect(database.access().log(Role::Writer)).await;
    let sql = format!(
        "INSERT INTO event VALUES ('{LEDGER}', 1, '{LEDGER}', 1, 'forged', sha256('a'))
         ON CONFLICT (ledger_id, position) DO UPDATE SET body = 'forged'"
    );
    assert_eq!(run(&mut writer, &sql).await.unwrap_err(), PRIVILEGE);
    let sql = format!("INSERT INTO event VALUES ('{LEDGER}', 1, '{LEDGER}', 2, 'forged', sha256('a'))");
    assert_eq!(run(&mut writer, &sql).await.unwrap_err(), "23505");
}

/// The owner can: it owns the table. What it does behind a disabled trigger is found by `verify` against an exported head.
#[tokio::test]
async fn only_the_owner_can_take_the_trap_away() {
    let database = with_an_event().await;
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        let mut connection = connect(database.access().log(role)).await;
        for sql in [
            "ALTER TABLE event DISABLE TRIGGER ALL",
            "ALTER TABLE event DISABLE TRIGGER event_never_changes",
            "DROP TRIGGER event_never_changes ON event",
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
            "DROP TABLE event",
            "ALTER TABLE event OWNER TO CURRENT_USER",
            "CREATE RULE quiet AS ON INSERT TO event DO INSTEAD NOTHING",
            "CREATE TABLE event_of_mine (id integer)",
            "CREATE SCHEMA mine",
            "SET session_replication_role = replica",
        ] {
            assert_eq!(run(&mut connection, sql).await.unwrap_err(), PRIVILEGE, "{role:?}: {sql}");
        }
    }
    let mut owner = connect(database.access().log(Role::Owner)).await;
    assert_eq!(run(&mut owner, "SET session_replication_role = replica").await.unwrap_err(), PRIVILEGE);
    run(&mut owner, "ALTER TABLE event DISABLE TRIGGER event_never_changes").await.unwrap();
    run(&mut owner, "DELETE FROM event").await.unwrap();
}

#[tokio::test]
async fn no_role_can_become_another_or_make_one() {
    let database = super::database().await;
    for role in Role::ALL {
        let mut connection = connect(database.access().log(role)).await;
        for other in Role::ALL.into_iter().filter(|other| *other != role) {
            for sql in [format!("SET ROLE {}", other.name()), format!("GRANT {} TO {}", other.name(), role.name())] {
                assert_eq!(run(&mut connection, &sql).await.unwrap_err(), PRIVILEGE, "{role:?}: {sql}");
            }
        }
        for sql in [
            "CREATE ROLE intruder",
            "CREATE DATABASE intruder",
            "SET ROLE postgres",
            "SET SESSION AUTHORIZATION postgres",
            "ALTER ROLE CURRENT_USER SUPERUSER",
            "ALTER SYSTEM SET fsync = off",
            "COPY event TO PROGRAM 'cat'",
        ] {
            assert_eq!(run(&mut connection, sql).await.unwrap_err(), PRIVILEGE, "{role:?}: {sql}");
        }
    }
}

#[tokio::test]
async fn roles_read_what_they_need_and_nothing_else() {
    let database = with_an_event().await;
    let readable = [
        (Role::Writer, vec!["event", "command", "log_head", "vault_item"]),
        (Role::Projector, vec!["event", "log_head"]),
        (Role::Reader, vec!["log_head"]),
        (Role::Auditor, vec!["event", "command", "log_head"]),
    ];
    for (role, tables) in readable {
        let mut connection = connect(database.access().log(role)).await;
        for table in ["event", "command", "log_head", "vault_item"] {
            let read = run(&mut connection, &format!("SELECT * FROM {table}")).await;
            assert_eq!(read.is_ok(), tables.contains(&table), "{role:?} reads {table}");
        }
    }
}

#[tokio::test]
async fn later_tables_inherit_their_grants() {
    let database = super::database().await;
    let mut owner = connect(database.access().log(Role::Owner)).await;
    let tables = "CREATE TABLE read_model.sample (id integer); CREATE TABLE identity.sample (id integer)";
    run(&mut owner, tables).await.unwrap();
    for role in Role::ALL.into_iter().filter(|role| *role != Role::Owner) {
        let mut connection = connect(database.access().log(role)).await;
        for schema in ["read_model", "identity"] {
            let (read, write) = (format!("SELECT * FROM {schema}.sample"), format!("DELETE FROM {schema}.sample"));
            let (may_read, may_write) = match (schema, role) {
                ("read_model", Role::Projector) | ("identity", Role::Writer) => (true, true),
                ("read_model", Role::Reader | Role::Auditor) => (true, false),
                _ => (false, false),
            };
            assert_eq!(run(&mut connection, &read).await.is_ok(), may_read, "{role:?}: {read}");
            assert_eq!(run(&mut connection, &write).await.is_ok(), may_write, "{role:?}: {write}");
        }
    }
}

#[tokio::test]
async fn the_key_store_opens_to_the_writer_alone() {
    let database = super::database().await;
    for role in [Role::Projector, Role::Reader, Role::Auditor] {
        assert!(PgConnection::connect_with(&database.access().keys(role)).await.is_err(), "{role:?}");
    }
    let mut writer = connect(database.access().keys(Role::Writer)).await;
    let keys = format!(
        "INSERT INTO subject_key VALUES ('{LEDGER}', 'wrapped', now()); INSERT INTO index_key VALUES ('{LEDGER}', 'wrapped')"
    );
    run(&mut writer, &keys).await.unwrap();
    for sql in
        ["UPDATE subject_key SET wrapped_key = 'x'", "DELETE FROM index_key", "UPDATE index_key SET wrapped_key = 'x'"]
    {
        assert_eq!(run(&mut writer, sql).await.unwrap_err(), PRIVILEGE, "{sql}");
    }
    run(&mut writer, "DELETE FROM subject_key").await.unwrap();
}

/// A body of the usual size lies in its row, as it was given: a scan of the log never visits the side table.
#[tokio::test]
async fn bodies_stay_in_their_row_and_uncompressed() {
    let database = super::database().await;
    let mut writer = connect(database.access().log(Role::Writer)).await;
    for (position, bytes) in [(1, 1_000), (2, 3_000), (3, 7_000)] {
        let sql = format!(
            "INSERT INTO event VALUES ('{LEDGER}', {position}, '{LEDGER}', {position}, repeat('a', {bytes})::bytea, sha256('a'))"
        );
        run(&mut writer, &sql).await.unwrap();
    }
    let mut owner = connect(database.access().log(Role::Owner)).await;
    let aside: i64 =
        sqlx::query_scalar("SELECT pg_relation_size(reltoastrelid) FROM pg_class WHERE oid = 'public.event'::regclass")
            .fetch_one(&mut owner)
            .await
            .unwrap();
    let compressed: i64 =
        sqlx::query_scalar("SELECT count(*) FROM event WHERE pg_column_compression(body) IS NOT NULL")
            .fetch_one(&mut owner)
            .await
            .unwrap();
    assert_eq!((aside, compressed), (0, 0));
}
