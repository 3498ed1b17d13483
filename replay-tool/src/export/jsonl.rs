//! The log as JSON lines: what is hashed, byte for byte, so that a stranger can verify it.

use crate::ToolError;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::log;
use sqlx::PgPool;
use std::io::Write;

/// Events per query.
const PAGE: u32 = 2_000;

/// Writes the bodies up to a position, or to the head as it is when this begins.
///
/// # Errors
/// [`ToolError::Usage`] for a ledger that has no log or is not that long.
pub(super) async fn write(
    pool: &PgPool,
    ledger: LedgerId,
    until: Option<u64>,
    out: &mut (dyn Write + Send),
) -> Result<(), ToolError> {
    let mut conn = pool.acquire().await?;
    let head = log::head(&mut conn, ledger).await?;
    let size = head.ok_or_else(|| ToolError::Usage(format!("there is no ledger {ledger}")))?.size();
    let until = until.unwrap_or(size);
    if until > size {
        return Err(ToolError::Usage(format!("the ledger has {size} events")));
    }
    let mut after = 0;
    while after < until {
        let page = log::read_after(&mut conn, ledger, after, PAGE).await?;
        let Some(last) = page.last() else {
            return Err(ToolError::Environment(format!("the log ends at {after}, its head at {size}: run verify")));
        };
        after = last.position;
        for event in page.iter().filter(|event| event.position <= until) {
            out.write_all(&event.body)?;
            out.write_all(b"\n")?;
        }
    }
    Ok(())
}
