//! A database of its own for every test, on one private server shared by a whole test run.
//!
//! The server lives beside the build (`target/test-postgres`), is started by the first test process that needs it and
//! stays for the next; `make stop` ends it. A database is a copy of a template that holds all migrations. Tests sign in as
//! the product's roles, never as the administrator.
//!
//! Databases stay after their test: dropping one waits for a checkpoint, so those whose process is gone are dropped
//! many at a time, by a later test.

use std::env;
use std::fmt::Display;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};

use super::access::{Access, Role};
use super::folder::Folder;
use super::os_user::OsUser;
use super::private::lock;
use super::server::{Server, Tuning};
use super::{PostgresError, doing};

/// The advisory lock of whoever makes the template.
const LOCK: i64 = 0x006d_696e_677a_6863;
/// The advisory lock of whoever drops old databases.
const SWEEP_LOCK: i64 = 0x006d_696e_677a_6864;
/// So many databases of ended tests are left before one test drops some of them.
const SWEEP_AT: usize = 48;
/// So many are dropped by one test: each waits for a checkpoint, and the test has a time budget.
const SWEEP: usize = 8;

/// Two fresh databases of one test: the log's and the key store.
#[derive(Debug, Clone)]
pub struct TestDatabase {
    access: Access,
    log: String,
    keys: String,
}

impl TestDatabase {
    /// Creates the databases by copying the template named by `fingerprint`, which `prepare` makes once: it is given the
    /// administrator and the names of the two databases. Pass `mingzhang_migrations::{fingerprint, prepare}`.
    pub async fn create<F, E>(
        fingerprint: &str,
        prepare: impl FnOnce(PgConnectOptions, String, String) -> F,
    ) -> Result<Self, PostgresError>
    where
        F: Future<Output = Result<(), E>>,
        E: Display,
    {
        let server = tokio::task::spawn_blocking(shared_server).await;
        let access = server.map_err(|cut| PostgresError::Template(cut.to_string()))??;
        let mut admin = PgConnection::connect_with(access.admin()).await?;
        sweep(&mut admin).await?;
        let template = template(&mut admin, access.admin(), fingerprint, prepare).await?;
        let name = fresh_name();
        let made =
            Self { access: access.with_databases(&name, &keys_of(&name)), log: name.clone(), keys: keys_of(&name) };
        copy(&mut admin, &template, &made.log, &Role::ALL).await?;
        copy(&mut admin, &keys_of(&template), &made.keys, &[Role::Owner, Role::Writer]).await?;
        admin.close().await?;
        Ok(made)
    }

    /// How the roles sign in to these databases.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// A small pool on the log's database.
    pub async fn pool(&self, role: Role) -> Result<PgPool, PostgresError> {
        Ok(small_pool().connect_with(self.access.log(role)).await?)
    }

    /// A small pool on the key store.
    pub async fn keys_pool(&self, role: Role) -> Result<PgPool, PostgresError> {
        Ok(small_pool().connect_with(self.access.keys(role)).await?)
    }

    /// The name of the log's database.
    pub fn log_name(&self) -> &str {
        &self.log
    }

    /// The name of the key store's database.
    pub fn keys_name(&self) -> &str {
        &self.keys
    }

    /// The folder that [`super::PrivatePostgres::start`] takes to reach the same server: for a program under test.
    pub fn data_folder() -> Result<PathBuf, PostgresError> {
        data_folder()
    }
}

fn small_pool() -> PgPoolOptions {
    PgPoolOptions::new().min_connections(0).max_connections(8)
}

/// The shared server, running; it is left running.
fn shared_server() -> Result<Access, PostgresError> {
    let user = OsUser::for_server()?;
    let folder = Folder::open(&data_folder()?, &user)?;
    let _starting = lock(folder.start_lock()?)?;
    Server::adopt_or_start(&folder, &user, Tuning::Tests)?;
    Ok(Access::private(folder.socket()))
}

/// `target/test-postgres`: the build folder is known by the tag that cargo puts there.
fn data_folder() -> Result<PathBuf, PostgresError> {
    let program = doing(env::current_exe(), || "asking where this test runs".to_owned())?;
    let target = program.ancestors().find(|folder| folder.join("CACHEDIR.TAG").is_file());
    let missing = || PostgresError::Template(format!("{} does not lie in a build folder", program.display()));
    Ok(target.ok_or_else(missing)?.join("test-postgres"))
}

fn fresh_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("mz_test_{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

fn keys_of(name: &str) -> String {
    format!("{name}_keys")
}

/// The name of the template, made now if no process has made it.
async fn template<F, E>(
    connection: &mut PgConnection,
    admin: &PgConnectOptions,
    fingerprint: &str,
    prepare: impl FnOnce(PgConnectOptions, String, String) -> F,
) -> Result<String, PostgresError>
where
    F: Future<Output = Result<(), E>>,
    E: Display,
{
    let name = format!("mz_template_{fingerprint}");
    if exists(connection, &name).await? {
        return Ok(name);
    }
    sqlx::query("SELECT pg_advisory_lock($1)").bind(LOCK).execute(&mut *connection).await?;
    if !exists(connection, &name).await? {
        let unfinished = format!("mz_new_{fingerprint}");
        drop_databases(connection, &[keys_of(&name), unfinished.clone(), keys_of(&unfinished)]).await?;
        let prepared = prepare(admin.clone(), unfinished.clone(), keys_of(&unfinished)).await;
        prepared.map_err(|error| PostgresError::Template(error.to_string()))?;
        // The log's template comes last: that it exists says that both are whole.
        for (from, to) in [(keys_of(&unfinished), keys_of(&name)), (unfinished, name.clone())] {
            execute(connection, format!("ALTER DATABASE {from} RENAME TO {to}")).await?;
        }
    }
    sqlx::query("SELECT pg_advisory_unlock($1)").bind(LOCK).execute(connection).await?;
    Ok(name)
}

async fn exists(connection: &mut PgConnection, name: &str) -> Result<bool, PostgresError> {
    let sql = "SELECT EXISTS (SELECT FROM pg_catalog.pg_database WHERE datname = $1)";
    Ok(sqlx::query_scalar(sql).bind(name).fetch_one(connection).await?)
}

/// Copies a database; who may connect is not part of a copy.
async fn copy(connection: &mut PgConnection, from: &str, to: &str, roles: &[Role]) -> Result<(), PostgresError> {
    execute(connection, format!("DROP DATABASE IF EXISTS {to} WITH (FORCE)")).await?;
    execute(connection, format!("CREATE DATABASE {to} TEMPLATE {from} OWNER {}", Role::Owner.name())).await?;
    let roles = roles.iter().map(|role| role.name()).collect::<Vec<_>>().join(", ");
    execute(connection, format!("REVOKE ALL ON DATABASE {to} FROM PUBLIC; GRANT CONNECT ON DATABASE {to} TO {roles}"))
        .await
}

/// Drops the databases of test processes that are gone, when there are many and nobody else is at it.
async fn sweep(connection: &mut PgConnection) -> Result<(), PostgresError> {
    let sql = r"SELECT datname::text FROM pg_catalog.pg_database WHERE datname LIKE 'mz\_test\_%'";
    let names: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut *connection).await?;
    let gone = |name: &String| name.split('_').nth(2).is_some_and(|pid| !Path::new("/proc").join(pid).exists());
    let mut gone: Vec<String> = names.into_iter().filter(gone).collect();
    if gone.len() < SWEEP_AT {
        return Ok(());
    }
    gone.truncate(SWEEP);
    let free: bool =
        sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(SWEEP_LOCK).fetch_one(&mut *connection).await?;
    if free {
        drop_databases(connection, &gone).await?;
        sqlx::query("SELECT pg_advisory_unlock($1)").bind(SWEEP_LOCK).execute(connection).await?;
    }
    Ok(())
}

async fn drop_databases(connection: &mut PgConnection, names: &[String]) -> Result<(), PostgresError> {
    for name in names {
        execute(connection, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
    }
    Ok(())
}

/// Every name put into these statements is made above from digits and fixed words.
async fn execute(connection: &mut PgConnection, sql: String) -> Result<(), PostgresError> {
    sqlx::raw_sql(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}
