//! The real server in this process, on a loopback port and a database of its own.

use crate::client::Client;
use crate::link::Link;
use mingzhang_api::server::listen;
use mingzhang_api::start;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_local_gateway::Gateway;
use mingzhang_store::clock::{Clock, SystemClock};
use mingzhang_store::postgres::testing::TestDatabase;
use mingzhang_store::postgres::{Access, Role};
use mingzhang_store::verify;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// The password of everybody.
pub const PASSWORD: &str = "a long test password";
/// How others are said to reach it.
pub const PUBLIC_URL: &str = "https://wy.example.com";

/// A running server; stopped when dropped.
pub struct Server {
    /// Nobody.
    pub nobody: Client,
    /// The first administrator.
    pub admin: Client,
    database: TestDatabase,
    stop: Option<oneshot::Sender<()>>,
    served: Option<JoinHandle<()>>,
    data: Arc<TempDir>,
}

impl Server {
    /// Starts on databases of its own.
    pub async fn start() -> Self {
        Self::start_fresh(true).await
    }

    /// Starts on databases of its own and leaves the read models to another process.
    pub async fn start_without_projections() -> Self {
        Self::start_fresh(false).await
    }

    async fn start_fresh(projections: bool) -> Self {
        Self::start_on(database().await, data_folder(), "127.0.0.1:0", projections).await
    }

    /// Starts on databases of its own, which it reaches by a link that a test can break.
    pub async fn start_behind_a_link() -> (Self, Link) {
        let database = database().await;
        let link = Link::to(database.access());
        let access = link.access(database.access());
        (Self::start_by(&access, database, data_folder(), "127.0.0.1:0", true).await, link)
    }

    /// Another server on the same databases and folder.
    pub async fn beside(&self) -> Self {
        Self::start_on(self.database.clone(), Arc::clone(&self.data), "127.0.0.1:0", true).await
    }

    /// Stops it as a signal would and starts another on the same data and address: callers stay signed in.
    pub async fn restart(self) -> Self {
        let address = self.nobody.address().to_string();
        let (database, data) = self.end().await;
        Self::start_on(database, data, &address, true).await
    }

    async fn start_on(database: TestDatabase, data: Arc<TempDir>, address: &str, projections: bool) -> Self {
        let access = database.access().clone();
        Self::start_by(&access, database, data, address, projections).await
    }

    async fn start_by(
        access: &Access,
        database: TestDatabase,
        data: Arc<TempDir>,
        address: &str,
        projections: bool,
    ) -> Self {
        let listener = listen(address.parse().unwrap()).unwrap();
        Self::serve_on(access, database, data, listener, projections).await
    }

    /// Starts on databases of its own, beside a local gateway that it speaks with as with its payment providers.
    pub async fn start_with_gateway() -> (Self, Arc<Gateway>) {
        let (database, data) = (database().await, data_folder());
        let listener = listen("127.0.0.1:0".parse().unwrap()).unwrap();
        let gateway = open_gateway(data.path(), listener.local_addr().unwrap()).await;
        let access = database.access().clone();
        (Self::serve_on(&access, database, data, listener, true).await, gateway)
    }

    async fn serve_on(
        access: &Access,
        database: TestDatabase,
        data: Arc<TempDir>,
        listener: TcpListener,
        projections: bool,
    ) -> Self {
        let clock = Arc::new(SystemClock);
        let options = start::Options {
            admin_password: Some(PASSWORD.to_owned()),
            projections,
            public_url: Some(PUBLIC_URL.to_owned()),
            ..start::Options::default()
        };
        let started = start::start(access, data.path(), clock, options).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let served = tokio::spawn(started.serve(listener, async move {
            let _ = stopped.await;
        }));
        let nobody = Client::new(address);
        let admin = sign_in(&nobody, start::FIRST_NAME, PASSWORD).await;
        Self { nobody, admin, database, stop: Some(stop), served: Some(served), data }
    }

    /// Its databases.
    pub fn database(&self) -> &TestDatabase {
        &self.database
    }

    /// Its data folder.
    pub fn data(&self) -> &Path {
        self.data.path()
    }

    /// Takes the log's database away, or gives it back: whoever is connected is cut off, and nobody may connect.
    pub async fn let_connect(&self, allowed: bool) {
        let mut admin = PgConnection::connect_with(self.database.access().admin()).await.unwrap();
        let name = self.database.log_name();
        let close = format!("ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}");
        let cut = format!("SELECT pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity WHERE datname = '{name}'");
        for statement in [close, cut] {
            sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut admin).await.unwrap();
        }
    }

    /// What an auditor finds in the logs of all ledgers.
    pub async fn unsound(&self) -> Vec<String> {
        let pool = self.database.pool(Role::Auditor).await.unwrap();
        let ledgers = verify::ledgers(&mut pool.acquire().await.unwrap()).await.unwrap();
        let mut found = Vec::new();
        for ledger in ledgers {
            let report = verify::ledger(&pool, ledger, None, &|_| {}).await.unwrap();
            found.extend(report.findings.iter().map(|found| format!("{ledger}: {found:?}")));
        }
        found
    }

    /// How many events all ledgers hold together.
    pub async fn events(&self) -> i64 {
        let mut auditor = PgConnection::connect_with(&self.database.access().log(Role::Auditor)).await.unwrap();
        sqlx::query_scalar("SELECT count(*) FROM event").fetch_one(&mut auditor).await.unwrap()
    }

    /// How many events hold a text.
    pub async fn events_with(&self, text: &str) -> i64 {
        let mut auditor = PgConnection::connect_with(&self.database.access().log(Role::Auditor)).await.unwrap();
        let holding = "SELECT count(*) FROM event WHERE position(convert_to($1, 'UTF8') IN body) > 0";
        sqlx::query_scalar(holding).bind(text).fetch_one(&mut auditor).await.unwrap()
    }

    /// How far a ledger's log goes.
    pub async fn head(&self, ledger: &str) -> i64 {
        let mut auditor = PgConnection::connect_with(&self.database.access().log(Role::Auditor)).await.unwrap();
        let size = "SELECT size FROM log_head WHERE ledger_id = $1::text::uuid";
        sqlx::query_scalar(size).bind(ledger).fetch_one(&mut auditor).await.unwrap()
    }

    /// Stops it as a signal would, and waits.
    pub async fn stop(self) {
        self.end().await;
    }

    async fn end(mut self) -> (TestDatabase, Arc<TempDir>) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(served) = self.served.take() {
            served.await.unwrap();
        }
        (self.database, self.data)
    }
}

/// A local gateway for the server of a folder: its merchants are where the server looks for them.
async fn open_gateway(folder: &Path, server: SocketAddr) -> Arc<Gateway> {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let own_url = format!("http://{}", listener.local_addr().unwrap());
    let gateway = Gateway::open(folder, &own_url, &format!("http://{server}")).unwrap();
    tokio::spawn(Arc::clone(&gateway).serve(listener, std::future::pending()));
    gateway
}

async fn database() -> TestDatabase {
    TestDatabase::create(&mingzhang_migrations::fingerprint(), mingzhang_migrations::prepare).await.unwrap()
}

fn data_folder() -> Arc<TempDir> {
    Arc::new(tempfile::tempdir().unwrap())
}

/// Today, as the server has it.
pub fn today() -> String {
    CivilDate::of_instant(SystemClock.now()).unwrap().to_string()
}

/// Signs in.
pub async fn sign_in(client: &Client, name: &str, password: &str) -> Client {
    let answer = client.post("/api/v1/sessions", json!({"name": name, "password": password})).await.good();
    client.with_token(answer["token"].as_str().unwrap())
}

/// The first id of a kind that a command began.
#[track_caller]
pub fn began(answer: &Value, kind: &str) -> String {
    let id = answer["result"]["began"][kind][0].as_str();
    assert!(id.is_some(), "no {kind} in {answer}");
    id.unwrap_or_default().to_owned()
}
