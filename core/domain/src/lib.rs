//! Rules and facts of the property-fee ledger.
//!
//! This crate cannot do I/O, because nothing it depends on can: no async, SQL, clock, randomness or float. A command
//! comes in, a rule refuses it or answers with facts; facts are folded into state. Where the facts are stored is
//! `mingzhang-store`'s business, what is read from them `mingzhang-projections`'.

pub mod calendar;
pub mod money;
pub mod rule;
pub(crate) mod wire;
