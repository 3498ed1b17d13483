//! Commands over HTTP at 64 connections, against naive handlers that the same client calls on the same machine.

use super::estate::Estate;
use super::report::Figure;
use super::server::Server;
use super::{ROUNDS, database, median};
use axum::extract::State;
use axum::routing::post;
use axum::{Json, Router};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::SendRequest;
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use mingzhang_store::postgres::Role;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::{TcpListener, TcpStream};
use uuid::Uuid;

const CONNECTIONS: usize = 64;
const ACCOUNTS: usize = 20;
const SECONDS: u64 = 5;

/// What one run of the client saw.
pub(crate) struct Load {
    pub(crate) rate: f64,
    p50: f64,
    p99: f64,
}

/// A one-event command: a single charge, on accounts of its connection. The read models are another process's work.
pub(crate) async fn one_event() -> Vec<Figure> {
    forget_peak();
    let (mut ours, mut naive, mut bare) = (Vec::new(), Vec::new(), Vec::new());
    let mut peaks = Vec::new();
    for _ in 0..ROUNDS {
        ours.push(product().await);
        peaks.push(peak_mib());
        naive.push(naive_insert().await);
        bare.push(no_database().await);
    }
    let (value, limit, ceiling) = (rate(&ours), rate(&naive), rate(&bare));
    let peak = peaks.into_iter().fold(0.0, f64::max);
    vec![
        Figure {
            case: "http_one_event".into(),
            value,
            unit: "requests/s",
            limit: Some(limit),
            ratio: Some(value / limit),
            remark: format!("{}, without a database {ceiling:.0}/s, aim 2", times(&ours, &naive)),
        },
        Figure {
            case: "memory".into(),
            value: peak,
            unit: "MiB",
            limit: Some(300.0),
            ratio: Some(peak / 300.0),
            remark: "peak of server and client in one process, aim at most 300".into(),
        },
    ]
}

/// The median rate.
pub(crate) fn rate(loads: &[Load]) -> f64 {
    median(loads.iter().map(|load| load.rate).collect())
}

/// What the callers waited, ours and the naive handler's.
pub(crate) fn times(ours: &[Load], naive: &[Load]) -> String {
    let at = |loads: &[Load], of: fn(&Load) -> f64| median(loads.iter().map(of).collect());
    format!(
        "p50 {:.1} ms, p99 {:.1} ms (naive {:.1}, {:.1})",
        at(ours, |load| load.p50),
        at(ours, |load| load.p99),
        at(naive, |load| load.p50),
        at(naive, |load| load.p99)
    )
}

/// Accounts of every connection.
pub(crate) async fn accounts(estate: &Estate) -> Vec<Vec<String>> {
    let mut all = Vec::new();
    for n in 0..CONNECTIONS {
        let mut own = Vec::new();
        for unit in 0..ACCOUNTS {
            own.push(estate.unit(&format!("1-{n}-{unit}")).await.1);
        }
        all.push(own);
    }
    all
}

async fn product() -> Load {
    let estate = Estate::build_on(Server::start_without_projections().await).await;
    let (paths, body) = charging(&estate).await;
    let load = load(estate.finance.address(), estate.finance.token(), paths, move |_, _| body.clone()).await;
    estate.server.stop().await;
    load
}

/// Where each connection charges, and what.
async fn charging(estate: &Estate) -> (Vec<Vec<String>>, Bytes) {
    let item = estate.fee_item().await;
    let charges = |account: String| estate.at(&format!("/accounts/{account}/charges"));
    let paths =
        accounts(estate).await.into_iter().map(|own| own.into_iter().map(charges).collect::<Vec<_>>()).collect();
    let body = json!({
        "fee_item": item, "amount": "238.00", "due_on": "2099-01-31",
        "service": {"from": "2026-01-01", "until": "2026-02-01"},
    });
    (paths, Bytes::from(body.to_string()))
}

async fn naive_insert() -> Load {
    let database = database().await;
    let owner = database.pool(Role::Owner).await.unwrap();
    let sql = "CREATE TABLE naive (id uuid PRIMARY KEY, body text NOT NULL); GRANT INSERT ON naive TO mingzhang_writer";
    sqlx::raw_sql(sql).execute(&owner).await.unwrap();
    let pool = database.pool(Role::Writer).await.unwrap();
    let handler = |State(pool): State<PgPool>, Json(body): Json<Value>| async move {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let id = Uuid::from_u128(NEXT.fetch_add(1, Ordering::Relaxed).into());
        let sql = "INSERT INTO naive VALUES ($1, $2)";
        sqlx::query(sql).bind(id).bind(body.to_string()).execute(&pool).await.unwrap();
        Json(json!({"id": id}))
    };
    serve_and_load(Router::new().route("/naive", post(handler)).with_state(pool), charge_body()).await
}

async fn no_database() -> Load {
    let handler = |Json(body): Json<Value>| async move { Json(json!({"seen": body["amount"]})) };
    serve_and_load(Router::new().route("/naive", post(handler)), charge_body()).await
}

/// The load of a naive handler at `/naive`, served for as long as it lasts.
pub(crate) async fn serve_and_load(router: Router, body: impl Fn(&str, u64) -> Bytes + Clone + Send + 'static) -> Load {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let served = tokio::spawn(async move { axum::serve(listener, router).await });
    let load = load(address, "", vec![vec!["/naive".to_owned()]; CONNECTIONS], body).await;
    served.abort();
    load
}

/// The body that the naive handlers of a charge take, made once.
fn charge_body() -> impl Fn(&str, u64) -> Bytes + Clone + Send + 'static {
    let body =
        json!({"amount": "238.00", "due_on": "2099-01-31", "service": {"from": "2026-01-01", "until": "2026-02-01"}});
    let body = Bytes::from(body.to_string());
    move |_, _| body.clone()
}

/// Every connection sends one request after another for some seconds; the body is made of path and number.
pub(crate) async fn load(
    address: SocketAddr,
    token: &str,
    paths: Vec<Vec<String>>,
    body: impl Fn(&str, u64) -> Bytes + Clone + Send + 'static,
) -> Load {
    let until = Instant::now() + Duration::from_secs(SECONDS);
    let began = Instant::now();
    let connections: Vec<_> = paths
        .into_iter()
        .map(|own| tokio::spawn(one_connection(address, token.to_owned(), own, body.clone(), until)))
        .collect();
    let mut taken = Vec::new();
    for connection in connections {
        taken.extend(connection.await.unwrap());
    }
    let seconds = began.elapsed().as_secs_f64();
    taken.sort_unstable();
    let at = |part: usize| taken[(taken.len() * part / 100).min(taken.len() - 1)].as_secs_f64() * 1e3;
    Load { rate: f64::from(u32::try_from(taken.len()).unwrap()) / seconds, p50: at(50), p99: at(99) }
}

async fn one_connection(
    address: SocketAddr,
    token: String,
    own: Vec<String>,
    body: impl Fn(&str, u64) -> Bytes,
    until: Instant,
) -> Vec<Duration> {
    let mut caller = Caller::connect(address, token).await;
    let mut taken = Vec::new();
    for path in own.iter().cycle() {
        if Instant::now() >= until {
            break;
        }
        let sent = Instant::now();
        let key = fresh_key();
        let status = caller.post(path, key, body(path, key)).await;
        assert!(status.is_success(), "{status}");
        taken.push(sent.elapsed());
    }
    taken
}

/// A number that no other request has.
pub(crate) fn fresh_key() -> u64 {
    static KEYS: AtomicU64 = AtomicU64::new(0);
    KEYS.fetch_add(1, Ordering::Relaxed)
}

/// One connection.
pub(crate) struct Caller {
    sender: SendRequest<Full<Bytes>>,
    token: String,
}

impl Caller {
    pub(crate) async fn connect(address: SocketAddr, token: String) -> Self {
        let stream = TcpStream::connect(address).await.unwrap();
        stream.set_nodelay(true).unwrap();
        let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        Self { sender, token }
    }

    /// Sends a command, and reads the whole answer.
    pub(crate) async fn post(&mut self, path: &str, key: u64, body: Bytes) -> StatusCode {
        let request = Request::post(path)
            .header("host", "localhost")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {}", self.token))
            .header("idempotency-key", format!("bench-{key}"))
            .body(Full::new(body))
            .unwrap();
        let response = self.sender.send_request(request).await.unwrap();
        let status = response.status();
        response.into_body().collect().await.unwrap();
        status
    }
}

/// Begins the peak of [`peak_mib`] anew.
pub(crate) fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").unwrap();
}

/// Peak resident memory of this process.
pub(crate) fn peak_mib() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    let kib: u32 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    f64::from(kib) / 1024.0
}
