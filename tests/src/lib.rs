//! What the tests and benchmarks of the whole product share: the real server, a client over its socket, an estate.
#![expect(clippy::unwrap_used, reason = "what cannot happen in a test ends it")]

pub mod campaign;
pub mod client;
pub mod estate;
pub mod link;
pub mod load;
pub mod machine;
pub mod paper;
pub mod process;
pub mod server;
pub mod witness;
