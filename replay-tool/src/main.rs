//! `mingzhang-replay`: the auditor's tool. Verifies ledgers, writes down heads, exports the log, explains charges, shows what
//! happened.
//!
//! It signs in as the auditor, which can only read; `rebuild` alone as the projector, which can write read models and
//! nothing else. May never happen here: a write to the log, a repair, a number that is
//! not recomputed from the bytes. Exit codes: 0 all is well, 1 there are findings, 2 wrong usage, 3 the database or a file
//! cannot be used.

mod as_of;
mod books;
mod certificate;
mod connect;
mod diff;
mod explain;
mod export;
mod figures;
mod head;
mod history;
mod month_books;
mod rebuild;
mod seal;
mod sheet_file;
mod show;
mod source;
mod table;
mod verify;
mod what_if;

use clap::{Parser, Subcommand};
use connect::Connection;
use mingzhang_store::postgres::Role;
use std::process::ExitCode;

/// The auditor's tool of Mingzhang 明账.
#[derive(Debug, Parser)]
#[command(
    name = "mingzhang-replay",
    version,
    after_help = "Exit codes: 0 all is well, 1 findings, 2 wrong usage, 3 the database or a file cannot be used."
)]
struct Arguments {
    #[command(flatten)]
    connection: Connection,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Check every byte of ledgers, against the database's heads and exported ones.
    Verify(verify::Verify),
    /// Write down where ledgers end: one line each, to be kept where nobody can change it.
    Head(head::Head),
    /// Write out a ledger.
    Export(export::Export),
    /// Write the books of a month as a file for other programs: vouchers, journals, tables.
    Books(month_books::MonthBooks),
    /// Say what was owed and held on a date, as known at a moment, from the log alone.
    AsOf(as_of::AsOf),
    /// Compute what is sealed of closed months again, from the log or from an export of it.
    Seal(seal::Seal),
    /// Compute the closing certificate of a month, or hold one that was kept against the log, or an export of it.
    Certificate(certificate::Certificate),
    /// Explain charges: what each rests on, every step to its amount, computed again; from the log or from an export of it.
    Explain(explain::Explain),
    /// Say what real history would have come to under another price, a discount or another late-fee policy.
    WhatIf(what_if::WhatIfArguments),
    /// Fold every read model anew beside the live ones, and make the result current.
    Rebuild(rebuild::Rebuild),
    /// Compare the live read models with a fold of the log.
    Diff(diff::Diff),
    /// Show one event, or the history of one account in words.
    Show(show::Show),
}

/// What a command that could do its work found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// All is well.
    Well,
    /// Something does not hold.
    Findings,
}

/// Why a command could not do its work.
#[derive(Debug, thiserror::Error)]
enum ToolError {
    /// What was asked for makes no sense here.
    #[error("{0}")]
    Usage(String),
    /// The database or a file cannot be used.
    #[error("{0}")]
    Environment(String),
}

impl ToolError {
    fn environment(error: impl std::fmt::Display) -> Self {
        Self::Environment(error.to_string())
    }
}

impl From<sqlx::Error> for ToolError {
    fn from(error: sqlx::Error) -> Self {
        Self::environment(error)
    }
}

impl From<mingzhang_store::error::StoreError> for ToolError {
    fn from(error: mingzhang_store::error::StoreError) -> Self {
        Self::environment(error)
    }
}

impl From<mingzhang_projections::error::ProjectionError> for ToolError {
    fn from(error: mingzhang_projections::error::ProjectionError) -> Self {
        Self::environment(error)
    }
}

impl From<std::io::Error> for ToolError {
    fn from(error: std::io::Error) -> Self {
        Self::environment(error)
    }
}

async fn run(arguments: Arguments) -> Result<Outcome, ToolError> {
    if let Command::Seal(seal) = &arguments.command
        && let Some(export) = seal.export()
    {
        return seal.run_on_export(export).await;
    }
    if let Command::Certificate(certificate) = &arguments.command
        && let Some(export) = certificate.export()
    {
        return certificate.run_on_export(export).await;
    }
    if let Command::Explain(explain) = &arguments.command
        && let Some(export) = explain.export()
    {
        return explain.run_on_export(export).await;
    }
    let (role, connections) = match &arguments.command {
        // Each ledger is read ahead on a connection of its own, and one looks on.
        Command::Rebuild(rebuild) => (Role::Projector, 2 * rebuild.jobs() + 1),
        _ => (Role::Auditor, 4),
    };
    let opened = arguments.connection.open(role, connections).await?;
    let outcome = match arguments.command {
        Command::Verify(verify) => verify.run(&opened.log).await,
        Command::Head(head) => head.run(&opened.log).await,
        Command::Export(export) => export.run(&opened.log).await,
        Command::Books(books) => books.run(&opened.log).await,
        Command::AsOf(as_of) => as_of.run(&opened.log).await,
        Command::Seal(seal) => seal.run(&opened.log).await,
        Command::Certificate(certificate) => certificate.run(&opened.log).await,
        Command::Explain(explain) => explain.run(&opened.log).await,
        Command::WhatIf(what_if) => what_if.run(&opened.log).await,
        Command::Rebuild(rebuild) => rebuild.run(&opened.log).await,
        Command::Diff(diff) => diff.run(&opened.log).await,
        Command::Show(show) => show.run(&opened.log).await,
    };
    opened.close().await?;
    outcome
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(Outcome::Well) => ExitCode::SUCCESS,
        Ok(Outcome::Findings) => ExitCode::from(1),
        Err(error) => {
            eprintln!("mingzhang-replay: {error}");
            ExitCode::from(if matches!(error, ToolError::Usage(_)) { 2 } else { 3 })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_arguments_are_sound() {
        Arguments::command().debug_assert();
    }
}
