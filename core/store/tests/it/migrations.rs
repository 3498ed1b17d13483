//! Migrations: applied once, refused when changed, safe to run from several processes at once.

use mingzhang_migrations::{KEYS, LOG, Migration, MigrationError, migrate};
use mingzhang_store::postgres::{Role, check_server};
use sqlx::{Connection, PgConnection};

#[tokio::test]
async fn a_second_run_applies_nothing() {
    let database = super::database().await;
    let mut log = PgConnection::connect_with(&database.access().log(Role::Owner)).await.unwrap();
    let mut keys = PgConnection::connect_with(&database.access().keys(Role::Owner)).await.unwrap();
    assert_eq!(migrate(&mut log, LOG).await.unwrap(), 0);
    assert_eq!(migrate(&mut keys, KEYS).await.unwrap(), 0);
}

#[tokio::test]
async fn a_changed_file_is_refused_and_a_failing_one_leaves_nothing() {
    const FIRST: Migration = Migration { version: 1001, name: "first", sql: "CREATE TABLE public.first (id integer)" };
    const CHANGED: Migration = Migration { version: 1001, name: "first", sql: "CREATE TABLE public.first (id bigint)" };
    const FAILING: Migration =
        Migration { version: 1002, name: "failing", sql: "CREATE TABLE public.second (id integer); SELECT 1/0" };
    let database = super::database().await;
    let mut owner = PgConnection::connect_with(&database.access().log(Role::Owner)).await.unwrap();
    let with = |more: &[Migration]| [LOG, more].concat();

    assert_eq!(migrate(&mut owner, &with(&[FIRST])).await.unwrap(), 1);
    let refused = migrate(&mut owner, &with(&[CHANGED])).await;
    assert!(matches!(refused, Err(MigrationError::Changed { version: 1001, .. })), "{refused:?}");
    let refused = migrate(&mut owner, LOG).await;
    assert!(matches!(refused, Err(MigrationError::Unknown { version: 1001, .. })), "{refused:?}");
    let failed = migrate(&mut owner, &with(&[FIRST, FAILING])).await;
    assert!(matches!(failed, Err(MigrationError::Failed { version: 1002, .. })), "{failed:?}");
    let second: Option<String> =
        sqlx::query_scalar("SELECT to_regclass('public.second')::text").fetch_one(&mut owner).await.unwrap();
    assert_eq!(second, None);
}

#[tokio::test]
async fn two_processes_migrating_at_once_apply_each_file_once() {
    const MORE: [Migration; 2] = [
        Migration { version: 1001, name: "first", sql: "CREATE TABLE public.first (id integer)" },
        Migration { version: 1002, name: "second", sql: "CREATE TABLE public.second (id integer)" },
    ];
    let database = super::database().await;
    let set = [LOG, &MORE].concat();
    let mut one = PgConnection::connect_with(&database.access().log(Role::Owner)).await.unwrap();
    let mut two = PgConnection::connect_with(&database.access().log(Role::Owner)).await.unwrap();
    let (first, second) = tokio::join!(migrate(&mut one, &set), migrate(&mut two, &set));
    assert_eq!(first.unwrap() + second.unwrap(), 2);
}

#[tokio::test]
async fn the_private_server_passes_the_check_of_a_given_one() {
    let database = super::database().await;
    check_server(&database.pool(Role::Reader).await.unwrap()).await.unwrap();
    check_server(&database.keys_pool(Role::Writer).await.unwrap()).await.unwrap();
}

#[tokio::test]
async fn a_session_without_durable_commits_is_refused() {
    let database = super::database().await;
    let careless = database.access().log(Role::Writer).options([("synchronous_commit", "off")]);
    let mut connection = PgConnection::connect_with(&careless).await.unwrap();
    let refused = check_server(&mut connection).await.unwrap_err().to_string();
    assert!(refused.contains("synchronous_commit is off"), "{refused}");
}
