//! What Prometheus is told: requests, their durations, connections, how far read models lag.
//!
//! Labels are operation ids and statuses, never an id of anything.
#![expect(clippy::disallowed_types, reason = "seconds for Prometheus are floats by its own format; no money is near")]

use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use std::time::Duration;

/// Upper bounds of the duration buckets, seconds.
const BUCKETS: [f64; 12] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0];

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Request {
    route: String,
    method: String,
    status: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    route: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Refused {
    reason: &'static str,
}

/// The metrics of this process.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    requests: Family<Request, Counter>,
    durations: Family<Route, Histogram, fn() -> Histogram>,
    notifications_refused: Family<Refused, Counter>,
    /// Bills of providers that could not be read.
    pub bills_refused: Counter,
    /// Open connections.
    pub connections: Gauge,
    /// Events that the read models have yet to fold, over all ledgers.
    pub lag: Gauge,
    /// Ledgers whose read models have stopped at an event they cannot fold.
    pub stopped: Gauge,
    /// Read models that nobody may read until they are folded anew.
    pub incomplete: Gauge,
}

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("mingzhang");
        let requests = Family::default();
        let make: fn() -> Histogram = || Histogram::new(BUCKETS);
        let durations = Family::new_with_constructor(make);
        let (connections, lag, stopped) = (Gauge::default(), Gauge::default(), Gauge::default());
        let incomplete = Gauge::default();
        registry.register("http_requests", "Requests answered", requests.clone());
        registry.register("http_request_duration_seconds", "Time to answer", durations.clone());
        let notifications_refused = Family::default();
        let refused = "Notifications of payment providers that were not taken";
        registry.register("notifications_refused", refused, notifications_refused.clone());
        let bills_refused = Counter::default();
        registry.register("bills_refused", "Bills of payment providers that could not be read", bills_refused.clone());
        registry.register("http_connections", "Open connections", connections.clone());
        registry.register("read_model_lag_events", "Events the read models have yet to fold", lag.clone());
        registry.register("read_model_stopped_ledgers", "Ledgers whose read models have stopped", stopped.clone());
        registry.register("read_models_incomplete", "Read models that are to be folded anew", incomplete.clone());
        Self {
            registry,
            requests,
            durations,
            notifications_refused,
            bills_refused,
            connections,
            lag,
            stopped,
            incomplete,
        }
    }
}

impl Metrics {
    /// Counts an answered request; `route` is the path's template.
    pub fn answered(&self, route: &str, method: &str, status: u16, took: Duration) {
        let route = route.to_owned();
        self.durations.get_or_create(&Route { route: route.clone() }).observe(took.as_secs_f64());
        self.requests.get_or_create(&Request { route, method: method.to_owned(), status }).inc();
    }

    /// Counts a provider's notification that was not taken.
    pub fn notification_refused(&self, reason: &'static str) {
        self.notifications_refused.get_or_create(&Refused { reason }).inc();
    }

    /// The text that Prometheus reads.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a String cannot fail.
        let _ = encode(&mut text, &self.registry);
        text
    }
}
