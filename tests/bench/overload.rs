//! Five times as many commands as the server can do: what it still does, how long the accepted ones take, what it needs.

use super::estate::Estate;
use super::http::{self, Caller, forget_peak, fresh_key, peak_mib};
use super::report::Figure;
use super::server::Server;
use super::{ROUNDS, median, payments};
use hyper::StatusCode;
use hyper::body::Bytes;
use mingzhang_tests::campaign::Campaign;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::time::Instant;

/// Times the peak that is offered.
const OVER: f64 = 5.0;
/// Connections that offer it: enough that those whose command waits do not slow the others down.
const CONNECTIONS: u32 = 1_500;
const SECONDS: f64 = 6.0;
/// Of the peak, so much must still be done.
const GOODPUT: f64 = 0.8;
/// Milliseconds that the accepted may take, 99th percentile.
const WITHIN: f64 = 1e3;

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
    let (value, limit, p99) = (median(goods), median(peaks), median(p99s));
    let memory = median(memory);
    leave_line(value / limit, p99, memory);
    vec![Figure {
        case: "overload".into(),
        value,
        unit: "accepted/s",
        limit: Some(limit),
        ratio: Some(value / limit),
        remark: format!(
            "{:.1} times the peak offered; p99 of accepted {p99:.0} ms, {memory:.0} MiB; aim at least {GOODPUT}, {WITHIN:.0} ms",
            median(offers),
        ),
    }]
}

/// The campaign's line, beside those of the tests.
fn leave_line(ratio: f64, p99: f64, memory: f64) {
    let mut campaign = Campaign::begin("overload");
    for (what, value) in [("percent_of_peak", ratio * 100.0), ("p99_ms", p99), ("memory_mib", memory)] {
        campaign.count(what, whole(value));
    }
    let mut missed = Vec::new();
    if ratio < GOODPUT {
        missed.push("goodput");
    }
    if p99 > WITHIN {
        missed.push("p99");
    }
    campaign.end(missed);
}

fn whole(value: f64) -> u64 {
    format!("{value:.0}").parse().unwrap_or_default()
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
    let mut connected = Vec::new();
    for _ in 0..CONNECTIONS {
        connected.push(Caller::connect(address, token.to_owned()).await);
    }
    let began = Instant::now();
    let until = began + Duration::from_secs_f64(SECONDS);
    let callers = (0..CONNECTIONS).zip(connected).map(|(n, caller)| {
        let path = paths[usize::try_from(n).unwrap() % paths.len()].clone();
        let first = began + every * n / CONNECTIONS;
        tokio::spawn(call(caller, path, body.clone(), first, every, until))
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
    mut caller: Caller,
    path: String,
    body: impl Fn(&str, u64) -> Bytes,
    mut due: Instant,
    every: Duration,
    until: Instant,
) -> (Vec<Duration>, u32) {
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
