//! `show`: one event as it is, or the history of one account in words.

mod account;
mod words;

use crate::{Outcome, ToolError};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::ledger::LedgerPosition;
use mingzhang_store::log;
use serde_json::Value;
use sqlx::PgPool;

/// What to show.
#[derive(Debug, clap::Args)]
pub(crate) struct Show {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// One event.
    Event(Event),
    /// The history of one account.
    Account(account::Account),
}

#[derive(Debug, clap::Args)]
struct Event {
    /// Its place, written `ledger@position`.
    place: LedgerPosition,
    /// Print the body's bytes and nothing else.
    #[arg(long)]
    raw: bool,
}

impl Show {
    /// Shows.
    ///
    /// # Errors
    /// [`ToolError::Usage`] when there is no such event or account.
    pub(crate) async fn run(&self, pool: &PgPool) -> Result<Outcome, ToolError> {
        match &self.what {
            What::Event(event) => event.run(pool).await?,
            What::Account(account) => account.run(pool).await?,
        }
        Ok(Outcome::Well)
    }
}

impl Event {
    async fn run(&self, pool: &PgPool) -> Result<(), ToolError> {
        let LedgerPosition { ledger_id, position } = self.place;
        let found = log::events_between(&mut *pool.acquire().await?, ledger_id, position, position).await?;
        let row = found.first().ok_or_else(|| ToolError::Usage(format!("there is no event {}", self.place)))?;
        if self.raw {
            println!("{}", String::from_utf8_lossy(&row.body));
            return Ok(());
        }
        let body: Value = serde_json::from_slice(&row.body).map_err(ToolError::environment)?;
        println!("{body:#}");
        // What this build makes of it, or why it makes nothing.
        match Recorded::from_body(&row.body) {
            Ok(event) => println!("{}", words::postings(&event)),
            Err(error) => println!("this build cannot read it: {error}"),
        }
        Ok(())
    }
}
