//! Five times as many commands as the server can do: what it still does, how long the accepted ones take, what it needs.

use super::estate::Estate;
use super::http::{self, Caller, forget_peak, fresh_key, peak_mib};
use super::report::Figure;
use super::server::Server;
use super::{ROUNDS, median, payments};
use hyper::StatusCode;
use hyper::body::Bytes;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::Instant;

/// Times the peak that is offered.
const OVER: f64 = 5.0;
/// Connections that offer it: enough that those whose command waits do not slow the others down.
const CONNECTIONS: u32 = 1_500;
const SECONDS: f64 = 6.0;

/// Payments at 64 connections for the peak, then five times as many a second whatever is answered; read models are live.
pub(crate) async fn run() -> Vec<Figure> {
    let (mut goods, mut peaks, mut p99s, mut offers, mut memory) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let estate = Estate::build_on(Server::start().await).await;
        let (paths, body) = payments::paying(&estate).await;
        let (address, token) = (estate.finance.address(), estate.finance.token());
        let peak = http::load(address, token, paths.clone(), body.clone()).await.rate;
        forget_peak();
        let offered = offer(address, token, &paths.concat(), &body, OVER * peak).await;
        memory.push(peak_mib());
        estate.server.stop().await;
        goods.push(offered.good);
        p99s.push(offered.p99);
        offers.push((offered.good + offered.turned_away) / peak);
        peaks.push(peak);
    }
    let (value, limit) = (median(goods), median(peaks));
    vec![Figure {
        case: "overload".into(),
        value,
        unit: "accepted/s",
        limit: Some(limit),
        ratio: Some(value / limit),
        remark: format!(
            "{:.1} times the peak offered; p99 of accepted {:.0} ms, {:.0} MiB; aim at least 0.8, 1,000 ms",
            median(offers),
            median(p99s),
            median(memory)
        ),
    }]
}

/// What became of what was offered.
struct Offered {
    /// Accepted, a second.
    good: f64,
    /// Answered "busy", a second.
    turned_away: f64,
    /// Milliseconds of the accepted, 99th percentile.
    p99: f64,
}

async fn offer(
    address: SocketAddr,
    token: &str,
    paths: &[String],
    body: &(impl Fn(&str, u64) -> Bytes + Clone + Send + 'static),
    per_second: f64,
) -> Offered {
    let every = Duration::from_secs_f64(f64::from(CONNECTIONS) / per_second);
    let began = Instant::now() + Duration::from_millis(500);
    let until = began + Duration::from_secs_f64(SECONDS);
    let callers = (0..CONNECTIONS).map(|n| {
        let path = paths[usize::try_from(n).unwrap() % paths.len()].clone();
        let first = began + every * n / CONNECTIONS;
        tokio::spawn(call(address, token.to_owned(), path, body.clone(), first, every, until))
    });
    let (mut taken, mut turned_away) = (Vec::new(), 0);
    for caller in callers.collect::<Vec<_>>() {
        let (accepted, busy) = caller.await.unwrap();
        taken.extend(accepted);
        turned_away += busy;
    }
    taken.sort_unstable();
    let seconds = began.elapsed().as_secs_f64();
    Offered {
        good: f64::from(u32::try_from(taken.len()).unwrap()) / seconds,
        turned_away: f64::from(turned_away) / seconds,
        p99: taken[taken.len() * 99 / 100].as_secs_f64() * 1e3,
    }
}

/// One connection, which sends when it is due and not when the one before was answered well.
async fn call(
    address: SocketAddr,
    token: String,
    path: String,
    body: impl Fn(&str, u64) -> Bytes,
    mut due: Instant,
    every: Duration,
    until: Instant,
) -> (Vec<Duration>, u32) {
    let mut caller = Caller::connect(address, token).await;
    let (mut taken, mut turned_away) = (Vec::new(), 0);
    while due < until {
        tokio::time::sleep_until(due).await;
        let sent = Instant::now();
        let key = fresh_key();
        match caller.post(&path, key, body(&path, key)).await {
            StatusCode::SERVICE_UNAVAILABLE => turned_away += 1,
            status => {
                assert!(status.is_success(), "{status}");
                taken.push(sent.elapsed());
            }
        }
        due = (due + every).max(sent);
    }
    (taken, turned_away)
}
