//! Import of what offices keep in spreadsheets: bytes → neutral sheets → typed rows and findings.
//!
//! Everything here is a pure function of the bytes (and, for commands, of what somebody answered): no clock, no database.
//! Keeping files and posting commands is the importer's. What may never happen here: a panic or unbounded memory on any bytes, a cell's text in an
//! error, a finding or a log line, a float that becomes money.
//!
//! - `workbook`: the neutral model and its bounds; `package`, `xlsx`, `csv_file`: how bytes become it.
//! - `columns`: which column is which, by heading text; `fields`: the cells of a row; `field`: one cell → one
//!   typed value, or a rule it breaks.
//! - `community`: the five sheets of a new community; `finding`: what is wrong, where, by which rule.
//! - `statement`: the lines of a bank's statement.
//! - `openings`: what the old books say of the day before going live; `history`: payments of the old system; `estate`: what
//!   rows of either may name; `readings`: what meters read; `found`: which kind of file it is.
//! - `commit`: the good rows as commands with ids that follow from file and row.
//! - `error_workbook`: the file handed back with its faults marked; `demo_community`: the product's own sample roster.

mod columns;
pub mod commit;
pub mod community;
mod csv_file;
mod date_style;
pub mod demo_community;
pub mod error_workbook;
pub mod estate;
mod field;
mod fields;
pub mod finding;
pub mod found;
pub mod history;
pub mod openings;
mod package;
pub mod readings;
pub mod statement;
pub mod workbook;
mod xlsx;
mod xml;

#[cfg(test)]
mod hostile_test;
#[cfg(test)]
mod sample_test;
