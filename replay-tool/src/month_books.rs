//! `books`: the books of a month as a file for other programs, the same that the server hands out.

use crate::{Outcome, ToolError};
use mingzhang_domain::book::Purse;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::id::LedgerId;
use mingzhang_projections::export::{BooksFormat, ExportError};
use mingzhang_projections::reader::{ReadError, Reader};
use sqlx::PgPool;
use std::fs::File;
use std::path::PathBuf;
use std::time::Duration;
use uuid::Uuid;

/// Which books, and how they are written.
#[derive(Debug, clap::Args)]
pub(crate) struct MonthBooks {
    /// The ledger.
    #[arg(long)]
    ledger: Uuid,
    /// The accounting month (YYYY-MM).
    #[arg(long, value_name = "MONTH")]
    period: Month,
    /// ufida_v800, kingdee_kis, hledger, beancount, gbt24589, or trial_balance, receivable, credit, deposit with _xlsx or
    /// _csv.
    #[arg(long)]
    format: BooksFormat,
    /// Whose money; the maintenance fund's books are a file of their own.
    #[arg(long, default_value = "company")]
    purse: Purse,
    /// How long to wait for the read models to reflect the log's end as it is now.
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = clap::value_parser!(u64).range(..=3600))]
    wait: u64,
    /// The file to write to.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

impl MonthBooks {
    /// Writes.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(crate) async fn run(&self, pool: &PgPool) -> Result<Outcome, ToolError> {
        let ledger = LedgerId(self.ledger);
        let head = mingzhang_store::log::head(&mut *pool.acquire().await?, ledger).await?;
        let head = head.ok_or_else(|| ToolError::Usage(format!("there is no ledger {ledger}")))?;
        let reader = Reader::new(pool.clone(), None);
        reader.wait_for(ledger, head.size(), Duration::from_secs(self.wait)).await.map_err(read_failed)?;
        let failed = |error| ToolError::Environment(format!("{}: {error}", self.out.display()));
        let file =
            File::options().read(true).write(true).create(true).truncate(true).open(&self.out).map_err(failed)?;
        let written = reader.export(ledger, (self.purse, self.period), self.format, file).await;
        written.map_err(|error| match error {
            ExportError::Read(error) => read_failed(error),
            ExportError::File(error) => failed(error),
            ExportError::NotSealed | ExportError::TooLong => ToolError::environment(error),
        })?;
        Ok(Outcome::Well)
    }
}

fn read_failed(error: ReadError) -> ToolError {
    match error {
        ReadError::Behind { .. } => ToolError::Environment(format!("{error}: let the projections run, or rebuild")),
        other => ToolError::environment(other),
    }
}
