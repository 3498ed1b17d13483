//! `head`: writes down where ledgers end.

use crate::{Outcome, ToolError};
use mingzhang_domain::id::LedgerId;
use mingzhang_store::log;
use mingzhang_store::verify::ExportedHead;
use sqlx::PgPool;
use std::io::Write;
use std::path::PathBuf;
use uuid::Uuid;

/// Of which ledgers.
#[derive(Debug, clap::Args)]
pub(crate) struct Head {
    /// A ledger; may be given several times. Without any: all of them.
    #[arg(long)]
    ledger: Vec<Uuid>,
    /// The file to write to; without it standard output.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl Head {
    /// Writes one line per ledger.
    ///
    /// # Errors
    /// [`ToolError::Usage`] for a ledger that has no log.
    pub(crate) async fn run(&self, pool: &PgPool) -> Result<Outcome, ToolError> {
        let mut conn = pool.acquire().await?;
        let mut ledgers: Vec<LedgerId> = self.ledger.iter().map(|id| LedgerId(*id)).collect();
        if ledgers.is_empty() {
            ledgers = log::ledgers(&mut conn).await?;
        }
        let mut lines = String::new();
        for ledger in ledgers {
            let head = log::head(&mut conn, ledger).await?;
            let head = head.ok_or_else(|| ToolError::Usage(format!("there is no ledger {ledger}")))?;
            lines.push_str(&ExportedHead::from(&head).line());
            lines.push('\n');
        }
        match &self.out {
            Some(path) => std::fs::write(path, lines)
                .map_err(|error| ToolError::Environment(format!("{}: {error}", path.display())))?,
            None => std::io::stdout().write_all(lines.as_bytes())?,
        }
        Ok(Outcome::Well)
    }
}
