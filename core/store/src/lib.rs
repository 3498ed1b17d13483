//! The append-only log, the lane that writes it, and the vault, on Postgres.
//!
//! May never happen here: a rule of the domain, an UPDATE or DELETE of an event, a second way to append. A command enters
//! through [`lane::Lanes::submit`]; from there it goes to its rule in `mingzhang-domain` and, as events, into the log that
//! `mingzhang-projections` folds.

pub mod clock;
pub mod error;
pub mod fold;
pub mod identity;
pub mod lane;
pub mod log;
pub mod merkle;
pub mod postgres;
pub mod sabotage;
pub mod vault;
pub mod verify;
pub mod walk;
