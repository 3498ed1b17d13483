//! The API as callers see it: the real server on a loopback port and a database of its own per test; and its
//! faults, as a process of its own.
#![expect(clippy::unwrap_used, reason = "what cannot happen in a test ends it")]

mod bill_runs;
mod commands;
mod document;
mod duties;
mod events;
#[path = "../faults/mod.rs"]
mod faults;
mod imports;
mod input;
mod money;
mod privacy;
mod reactors;
mod reads;
mod reminders;
mod roles;
mod sessions;
mod work;

use mingzhang_tests::{client, estate, server};
