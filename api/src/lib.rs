//! .

pub mod import;
