//! A small client over the server's own socket: one connection per request, JSON in and out.

use crate::witness::Witness;
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::HeaderMap;
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use serde_json::Value;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::net::TcpStream;

/// How long the read models may take on a machine that does much else.
const CATCH_UP: Duration = Duration::from_secs(30);
/// Between two tries to read.
const AGAIN_AFTER: Duration = Duration::from_millis(100);

/// A caller, signed in or not.
#[derive(Debug, Clone)]
pub struct Client {
    address: SocketAddr,
    token: Option<String>,
    headers: Vec<(&'static str, String)>,
    witness: Option<Arc<Witness>>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text; empty when it is none.
    pub text: String,
    /// Body as it came.
    pub bytes: Bytes,
}

impl Reply {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_default()
    }

    /// The body of a success.
    #[track_caller]
    pub fn good(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.text);
        self.json()
    }

    /// The code of a problem, after its status.
    #[track_caller]
    pub fn refused(&self, status: u16) -> String {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        assert_eq!(self.header("content-type"), "application/problem+json");
        let document = self.json();
        assert_eq!(document["status"], status);
        assert!(document["request_id"].is_string() && document["title"].is_string());
        document["code"].as_str().unwrap_or_default().to_owned()
    }

    /// The first `(pointer, code)` of a problem's errors.
    #[track_caller]
    pub fn blamed(&self, status: u16) -> (String, String) {
        self.refused(status);
        let error = &self.json()["errors"][0];
        (error["pointer"].as_str().unwrap_or("none").to_owned(), error["code"].as_str().unwrap_or("none").to_owned())
    }

    /// A header; empty when absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Client {
    /// A caller who is not signed in.
    pub fn new(address: SocketAddr) -> Self {
        Self { address, token: None, headers: Vec::new(), witness: None }
    }

    /// The same caller, signed in.
    pub fn with_token(&self, token: &str) -> Self {
        Self { token: Some(token.to_owned()), ..self.clone() }
    }

    /// The same caller, each of whose answers somebody remembers; reads what any of those watched has written.
    pub fn watched(&self, witness: &Arc<Witness>) -> Self {
        Self { witness: Some(Arc::clone(witness)), ..self.clone() }
    }

    /// The same caller with a header on every request; another of the same name gives way.
    pub fn with(&self, name: &'static str, value: impl Into<String>) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(other, _)| *other != name);
        client.headers.push((name, value.into()));
        client
    }

    /// The same caller without a header.
    pub fn without(&self, name: &'static str) -> Self {
        let mut client = self.clone();
        client.headers.retain(|(other, _)| *other != name);
        client
    }

    /// Reads; again, as it is told to, while the read models have not come to where it wants to read.
    pub async fn get(&self, path: &str) -> Reply {
        let began = Instant::now();
        loop {
            let reply = self.send(Method::GET, path, &[], None).await;
            let behind = reply.status == 503 && reply.json()["code"] == "position_not_reached";
            if !behind || began.elapsed() > CATCH_UP {
                return reply;
            }
            tokio::time::sleep(AGAIN_AFTER).await;
        }
    }

    /// A command under a key of its own.
    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.post_as(&fresh_key(), path, body).await
    }

    /// A command under a given key.
    pub async fn post_as(&self, key: &str, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, &[("idempotency-key", key)], Some(body.to_string().into())).await
    }

    /// A command whose body is not even JSON.
    pub async fn post_raw(&self, path: &str, body: impl Into<Bytes>) -> Reply {
        self.send(Method::POST, path, &[("idempotency-key", &fresh_key())], Some(body.into())).await
    }

    /// Replaces.
    pub async fn put(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PUT, path, &[], Some(body.to_string().into())).await
    }

    /// A command under a given key to a server that may be gone: none when there is no whole answer.
    pub async fn try_post(&self, key: &str, path: &str, body: Value) -> Option<Reply> {
        self.try_send(Method::POST, path, &[("idempotency-key", key)], Some(body.to_string().into())).await
    }

    /// What it signs in with; empty when it does not.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    /// Where the server listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Any request.
    pub async fn send(&self, method: Method, path: &str, headers: &[(&str, &str)], body: Option<Bytes>) -> Reply {
        self.try_send(method, path, headers, body).await.unwrap()
    }

    async fn try_send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Bytes>,
    ) -> Option<Reply> {
        let mut request = Request::builder().method(method.clone()).uri(path).header("host", "localhost");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let asked = self.headers.iter().any(|(name, _)| *name == "ledger-position");
        let written = self.witness.as_ref().filter(|_| method == Method::GET && !asked);
        if let Some(written) = written.and_then(|witness| witness.written(path)) {
            request = request.header("ledger-position", written);
        }
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let has_kind = self.headers.iter().any(|(name, _)| *name == "content-type");
        if body.is_some() && !has_kind {
            request = request.header("content-type", "application/json");
        }
        let request = request.body(Full::new(body.unwrap_or_default())).unwrap();
        let stream = TcpStream::connect(self.address).await.ok()?;
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.ok()?;
        tokio::spawn(connection);
        let response = sender.send_request(request).await.ok()?;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.ok()?.to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap_or_default();
        let reply = Reply { status: parts.status, headers: parts.headers, text, bytes };
        if let Some(witness) = &self.witness {
            witness.saw(&method, path, reply.status, reply.json());
        }
        Some(reply)
    }
}

/// Server-sent events as they arrive.
pub struct Events {
    body: Incoming,
    text: String,
    last_id: Option<u64>,
}

impl Events {
    /// The id to go on after.
    pub fn last_id(&self) -> Option<u64> {
        self.last_id
    }

    /// The data of the next event; what keeps the connection alive is passed over.
    pub async fn next(&mut self) -> Value {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let data = event.lines().find_map(|line| line.strip_prefix("data: ")).map(str::to_owned);
                let id = event.lines().find_map(|line| line.strip_prefix("id: "));
                self.last_id = id.map(|id| id.parse().unwrap()).or(self.last_id);
                self.text = rest.to_owned();
                match data {
                    Some(data) => return serde_json::from_str(&data).unwrap(),
                    None => continue,
                }
            }
            let frame = self.body.frame().await.unwrap().unwrap();
            self.text.push_str(std::str::from_utf8(frame.data_ref().unwrap()).unwrap());
        }
    }
}

impl Client {
    /// Follows events after a position.
    pub async fn follow(&self, path: &str, after: u64) -> Events {
        let token = self.token.as_deref().unwrap_or_default();
        let request = Request::builder().uri(path).header("host", "localhost");
        let request = request.header("authorization", format!("Bearer {token}")).header("last-event-id", after);
        let stream = TcpStream::connect(self.address).await.unwrap();
        let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.unwrap();
        tokio::spawn(connection);
        let response = sender.send_request(request.body(Full::<Bytes>::default()).unwrap()).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        if let Some(witness) = &self.witness {
            witness.saw(&Method::GET, path, response.status(), Value::Null);
        }
        Events { body: response.into_body(), text: String::new(), last_id: None }
    }
}

/// A key that no other test request has.
pub fn fresh_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("test-{}", NEXT.fetch_add(1, Ordering::Relaxed))
}
