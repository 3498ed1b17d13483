//! Tests of the store against a real Postgres: each has a database of its own and signs in as the product's roles.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test's helpers fail their test by panicking, as the test itself does"
)]

mod given_server;
mod lane;
mod lane_faults;
mod lane_support;
mod migrations;
mod privacy;
mod private_postgres;
mod roles;
mod vault;
mod verify;

use mingzhang_store::postgres::testing::TestDatabase;

/// Fresh databases with every migration applied.
async fn database() -> TestDatabase {
    TestDatabase::create(&mingzhang_migrations::fingerprint(), mingzhang_migrations::prepare).await.unwrap()
}
