//! Faults: the real server as a process of its own, killed while it works; what it has acknowledged must be there.
#![expect(clippy::unwrap_used, reason = "what cannot happen in a test ends it")]

#[path = "../api/client.rs"]
#[expect(dead_code, reason = "the API's tests use more of it")]
mod client;
mod kills;
mod process;
