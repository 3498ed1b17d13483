//! `diff`: the live read models against a fold of the log, at the position that the live ones reflect.

use crate::{Outcome, ToolError};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::value::Digest;
use mingzhang_projections::diff::{self, Difference};
use mingzhang_store::log;
use serde_json::{Value, json};
use sqlx::PgPool;
use uuid::Uuid;

/// Of which ledgers.
#[derive(Debug, clap::Args)]
pub(crate) struct Diff {
    /// A ledger; may be given several times. Without any: all of them.
    #[arg(long)]
    ledger: Vec<Uuid>,
    /// Print a JSON document in place of words.
    #[arg(long)]
    json: bool,
}

/// One ledger, and what was found; nothing when no projection has met it.
struct Compared {
    ledger: LedgerId,
    head: u64,
    diff: Option<diff::Diff>,
}

impl Compared {
    /// A ledger with events and without read models differs, too.
    fn is_same(&self) -> bool {
        self.diff.as_ref().map_or(self.head == 0, |diff| diff.differing.is_empty())
    }
}

impl Diff {
    /// Compares; differences are an outcome, not an error.
    ///
    /// # Errors
    /// [`ToolError::Usage`] for a ledger that has no log.
    pub(crate) async fn run(&self, pool: &PgPool) -> Result<Outcome, ToolError> {
        let mut ledgers: Vec<LedgerId> = self.ledger.iter().map(|id| LedgerId(*id)).collect();
        if ledgers.is_empty() {
            ledgers = log::ledgers(&mut *pool.acquire().await?).await?;
        }
        let mut all = Vec::with_capacity(ledgers.len());
        for ledger in ledgers {
            let head = log::head(&mut *pool.acquire().await?, ledger).await?;
            let head = head.ok_or_else(|| ToolError::Usage(format!("there is no ledger {ledger}")))?.size();
            let compared = Compared { ledger, head, diff: diff::diff(pool, ledger).await? };
            if !self.json {
                print(&compared);
            }
            all.push(compared);
        }
        let same = all.iter().all(Compared::is_same);
        if self.json {
            println!("{:#}", json!({ "same": same, "ledgers": all.iter().map(as_json).collect::<Vec<_>>() }));
        } else {
            let word = if same { "live and folded rows are the same" } else { "live and folded rows differ" };
            println!("{} ledgers: {word}", all.len());
        }
        Ok(if same { Outcome::Well } else { Outcome::Findings })
    }
}

fn print(compared: &Compared) {
    let Some(diff) = &compared.diff else {
        println!("ledger {}: no read models, {} events", compared.ledger, compared.head);
        return;
    };
    let rows: u64 = diff.live.iter().map(|table| table.rows).sum();
    let result = if compared.is_same() { "same" } else { "differs" };
    let (at, tables) = (diff.position, diff.live.len());
    println!("ledger {} at position {at} of {}: {tables} tables, {rows} rows: {result}", diff.ledger_id, compared.head);
    for table in &diff.differing {
        println!("  {}: {} live rows, {} folded", table.table, table.live_rows, table.folded_rows);
        for (key, difference) in &table.rows {
            println!("    {key}: {}", word(*difference));
        }
    }
}

fn word(difference: Difference) -> &'static str {
    match difference {
        Difference::OnlyLive => "only live",
        Difference::OnlyFolded => "only folded",
        Difference::Values => "other values",
    }
}

fn as_json(compared: &Compared) -> Value {
    let digest = |table: &mingzhang_projections::digest::TableDigest| json!({ "table": table.table, "rows": table.rows, "sha256": Digest(table.sha256).to_string() });
    let differing = |table: &diff::TableDiff| {
        let row = |(key, difference): &(String, Difference)| json!({ "key": key, "difference": word(*difference) });
        json!({
            "table": table.table, "live_rows": table.live_rows, "folded_rows": table.folded_rows,
            "rows": table.rows.iter().map(row).collect::<Vec<_>>(),
        })
    };
    let diff = compared.diff.as_ref();
    json!({
        "ledger_id": compared.ledger.to_string(),
        "head": compared.head,
        "position": diff.map(|diff| diff.position),
        "same": compared.is_same(),
        "tables": diff.iter().flat_map(|diff| &diff.live).map(digest).collect::<Vec<_>>(),
        "differing": diff.iter().flat_map(|diff| &diff.differing).map(differing).collect::<Vec<_>>(),
    })
}
