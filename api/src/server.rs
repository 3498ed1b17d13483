//! Connections: a bound on their number, on the time a request head may take, and a graceful end.

use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use prometheus_client::metrics::gauge::Gauge;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tower::ServiceExt;

/// Connections at a time; more wait in the listener's own queue.
const CONNECTIONS: u32 = 4096;
/// How long a request's head may take, and how long an idle connection is kept.
const HEAD_WITHIN: Duration = Duration::from_secs(20);
/// The longest head, bytes.
const LONGEST_HEAD: usize = 32 * 1024;
/// How long open requests may take once the server stops.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// Where a request comes from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Listens with a queue as long as the connections it may become: of a shorter one the handshakes that do not fit are
/// dropped in silence, and those callers wait a second or more for nothing.
///
/// # Errors
/// The address is taken, or not ours.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(CONNECTIONS)
}

/// Serves until `stop` is done, then lets open requests finish.
pub async fn serve(listener: TcpListener, router: Router, connections: Gauge, stop: impl Future<Output = ()>) {
    let slots = Arc::new(Semaphore::new(usize::try_from(CONNECTIONS).unwrap_or(1)));
    let (stopping, stopped) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let Ok(slot) = Arc::clone(&slots).acquire_owned().await else { return };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        match accepted {
            Ok((stream, address)) => {
                let served = connection(stream, address.ip(), router.clone(), stopped.clone(), slot);
                connections.inc();
                let connections = connections.clone();
                tokio::spawn(async move {
                    served.await;
                    connections.dec();
                });
            }
            // Out of file descriptors, or the peer is gone: neither ends the server.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
    drop(listener);
    let _ = stopping.send(());
    let all_done = slots.acquire_many(CONNECTIONS);
    if tokio::time::timeout(STOP_WITHIN, all_done).await.is_err() {
        tracing::warn!("some connections did not end in time");
    }
}

async fn connection(
    stream: TcpStream,
    peer: IpAddr,
    router: Router,
    mut stopped: watch::Receiver<()>,
    slot: OwnedSemaphorePermit,
) {
    // An answer is one small write: waiting for more would only delay it.
    let _ = stream.set_nodelay(true);
    let service = router.map_request(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        request
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN).max_buf_size(LONGEST_HEAD).keep_alive(true);
    let mut served = pin!(builder.serve_connection(TokioIo::new(stream), TowerToHyperService::new(service)));
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        _ = stopped.changed() => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        // Callers that vanish are no news; what they sent is not shown.
        tracing::debug!(timeout = error.is_timeout(), "a connection ended early");
    }
    drop(slot);
}
