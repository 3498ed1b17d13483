//! `export`: writes a ledger out in a format that others can read without us.

mod journal;
mod jsonl;
mod syntax;
mod writer;

use crate::{Outcome, ToolError};
use journal::Style;
use mingzhang_domain::id::LedgerId;
use sqlx::PgPool;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::PathBuf;
use std::time::Duration;
use syntax::Syntax;
use uuid::Uuid;

/// What to write out, and how.
#[derive(Debug, clap::Args)]
pub(crate) struct Export {
    /// The ledger.
    #[arg(long)]
    ledger: Uuid,
    /// The format.
    #[arg(long, value_enum, default_value = "jsonl")]
    format: Format,
    /// Only up to this position (jsonl).
    #[arg(long, value_name = "POSITION")]
    until: Option<u64>,
    /// One transaction for each day in place of one for each event (journals): for large ledgers.
    #[arg(long)]
    by_day: bool,
    /// How long to wait for the read models to reflect the log's end as it is now (journals).
    #[arg(long, value_name = "SECONDS", default_value = "10", value_parser = clap::value_parser!(u64).range(..=3600))]
    wait: u64,
    /// The file to write to; without it standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    /// One body per line: the very bytes that are the leaves of the log's tree.
    Jsonl,
    /// A journal for hledger: transactions from the log, balance assertions from the live read models.
    Hledger,
    /// The same for beancount.
    Beancount,
}

impl Format {
    /// The program that it is a journal for.
    fn journal(self) -> Option<Syntax> {
        match self {
            Self::Jsonl => None,
            Self::Hledger => Some(Syntax::Hledger),
            Self::Beancount => Some(Syntax::Beancount),
        }
    }
}

impl Export {
    /// Writes.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(crate) async fn run(&self, pool: &PgPool) -> Result<Outcome, ToolError> {
        let journal = self.format.journal();
        if journal.is_some() && self.until.is_some() {
            let message = "a journal reaches as far as the read models do: --until goes with jsonl only";
            return Err(ToolError::Usage(message.to_owned()));
        }
        if journal.is_none() && self.by_day {
            return Err(ToolError::Usage("--by-day goes with journals only".to_owned()));
        }
        let mut out: Box<dyn Write + Send> = match &self.out {
            Some(path) => {
                let file = File::create(path)
                    .map_err(|error| ToolError::Environment(format!("{}: {error}", path.display())))?;
                Box::new(BufWriter::new(file))
            }
            None => Box::new(BufWriter::new(std::io::stdout())),
        };
        let ledger = LedgerId(self.ledger);
        match journal {
            None => jsonl::write(pool, ledger, self.until, &mut out).await?,
            Some(syntax) => {
                let style = Style { syntax, by_day: self.by_day, wait: Duration::from_secs(self.wait) };
                journal::write(pool, ledger, style, &mut out).await?;
            }
        }
        out.flush()?;
        Ok(Outcome::Well)
    }
}
