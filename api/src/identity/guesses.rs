//! Slows down whoever guesses passwords: per sign-in name and per address, in memory.
//!
//! Forgotten at a restart, and not shared between processes: argon2id and the bound on its concurrency stay the second
//! guard.

use mingzhang_domain::calendar::Instant;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

/// Failures that cost nothing but the failure.
const FREE: u32 = 5;
/// Failures from one address before it waits; many people may share one.
const FREE_PER_ADDRESS: u32 = 30;
/// The longest wait, seconds.
const LONGEST: i64 = 900;
/// How many names and addresses are remembered.
const REMEMBERED: usize = 20_000;

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    wait_until: Instant,
}

/// Failed sign-ins of late.
#[derive(Debug, Default)]
pub struct Guesses(Mutex<HashMap<String, Failures>>);

impl Guesses {
    /// Seconds that this name or address has yet to wait.
    pub fn wait(&self, name: &str, address: IpAddr, now: Instant) -> Option<u32> {
        let failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let until = keys(name, address).iter().filter_map(|(key, _)| failures.get(key)).map(|f| f.wait_until).max()?;
        let seconds = until.signed_duration_since(now).num_seconds();
        u32::try_from(seconds).ok().filter(|seconds| *seconds > 0)
    }

    /// Counts a failure; from the sixth on the wait doubles each time.
    pub fn failed(&self, name: &str, address: IpAddr, now: Instant) {
        let mut failures = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if failures.len() >= REMEMBERED {
            failures.retain(|_, failure| failure.wait_until > now);
        }
        for (key, free) in keys(name, address) {
            let failure = failures.entry(key).or_insert(Failures { count: 0, wait_until: now });
            failure.count = failure.count.saturating_add(1);
            let doublings = failure.count.saturating_sub(free).min(10);
            let wait = if doublings == 0 { 0 } else { (1_i64 << doublings).min(LONGEST) };
            failure.wait_until = now + chrono::TimeDelta::seconds(wait);
        }
    }

    /// A success clears the name; the address keeps its count.
    pub fn succeeded(&self, name: &str, address: IpAddr) {
        let [(name, _), _] = keys(name, address);
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&name);
    }
}

fn keys(name: &str, address: IpAddr) -> [(String, u32); 2] {
    [(format!("name {name}"), FREE), (format!("address {address}"), FREE_PER_ADDRESS)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_after_a_few_failures() {
        let (guesses, address) = (Guesses::default(), IpAddr::from([127, 0, 0, 1]));
        let now: Instant = "2026-01-01T00:00:00Z".parse().unwrap();
        for _ in 0..5 {
            guesses.failed("a", address, now);
        }
        assert_eq!(guesses.wait("a", address, now), None);
        guesses.failed("a", address, now);
        assert_eq!(guesses.wait("a", address, now), Some(2));
        guesses.failed("a", address, now);
        assert_eq!(guesses.wait("a", address, now), Some(4));
        assert_eq!(guesses.wait("b", address, now), None);
        guesses.succeeded("a", address);
        assert_eq!(guesses.wait("a", address, now), None);
    }

    #[test]
    fn an_address_that_tries_many_names_waits_too() {
        let (guesses, address) = (Guesses::default(), IpAddr::from([127, 0, 0, 1]));
        let now: Instant = "2026-01-01T00:00:00Z".parse().unwrap();
        for n in 0..31 {
            guesses.failed(&format!("n{n}"), address, now);
        }
        assert_eq!(guesses.wait("other", address, now), Some(2));
    }
}
