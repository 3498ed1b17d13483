//! `seal`: computes what is sealed of closed months again, from the log or from an export of it, and compares.
//!
//! With an export it needs no database: root, trial balance and digest of the figures follow from the bodies alone.

use crate::source::Source;
use crate::{Outcome, ToolError};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::verify::{Claim, Found, Recount};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Which seals to check, and where the log is.
#[derive(Debug, clap::Args)]
pub(crate) struct Seal {
    /// The ledger.
    #[arg(long, required_unless_present = "export", conflicts_with = "export")]
    ledger: Option<Uuid>,
    /// An export of the ledger (jsonl) in place of the database.
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// Only this month (YYYY-MM); every sealed one without it.
    #[arg(long, value_name = "MONTH")]
    period: Option<Month>,
    /// Print a JSON document in place of words.
    #[arg(long)]
    json: bool,
}

impl Seal {
    /// The export to read, when no database is asked.
    pub(crate) fn export(&self) -> Option<&Path> {
        self.export.as_deref()
    }

    /// Checks an export.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(crate) async fn run_on_export(&self, export: &Path) -> Result<Outcome, ToolError> {
        self.check(&Source::Export(export)).await
    }

    /// Checks in the database.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(crate) async fn run(&self, pool: &PgPool) -> Result<Outcome, ToolError> {
        self.check(&Source::log(pool, LedgerId(self.ledger.unwrap_or_default())).await?).await
    }

    async fn check(&self, source: &Source<'_>) -> Result<Outcome, ToolError> {
        let period = self.period;
        let claims = source
            .each(None, Vec::new(), move |claims: &mut Vec<Claim>, _, event| {
                claims.extend(Claim::of(event).filter(|claim| period.is_none_or(|only| claim.sealed.period == only)));
                ControlFlow::Continue(())
            })
            .await?;
        if claims.is_empty() {
            return Err(ToolError::Usage("no such month is sealed".to_owned()));
        }
        let recount = Recount::new(claims.clone()).map_err(ToolError::environment)?;
        let recount = source.each(Some(recount.size()), recount, |recount, body, event| {
            recount.see(body, event);
            ControlFlow::Continue(())
        });
        let found = recount.await?.finish();
        self.print(&claims, &found);
        Ok(if found.is_empty() { Outcome::Well } else { Outcome::Findings })
    }

    fn print(&self, claims: &[Claim], found: &[Found]) {
        let of = |claim: &Claim| -> Vec<&str> {
            let at = i64::try_from(claim.position).unwrap_or(i64::MAX);
            found.iter().filter(|found| found.position == at).map(|found| found.message.as_str()).collect()
        };
        if self.json {
            let seals: Vec<Value> = claims.iter().map(|claim| shown(claim, &of(claim))).collect();
            println!("{:#}", json!({"holds": found.is_empty(), "seals": seals}));
            return;
        }
        for claim in claims {
            let (sealed, wrong) = (&claim.sealed, of(claim));
            let result = if wrong.is_empty() { "holds" } else { "does not hold" };
            println!(
                "{} version {}: {} events, root {}, figures {}: {result}",
                sealed.period, sealed.version.0, sealed.size.0, sealed.root, sealed.figures
            );
            wrong.iter().for_each(|wrong| println!("  position {}: {wrong}", claim.position));
        }
    }
}

fn shown(claim: &Claim, findings: &[&str]) -> Value {
    let sealed = &claim.sealed;
    json!({
        "period": sealed.period.to_string(), "version": sealed.version.0, "position": claim.position,
        "size": sealed.size.0, "root": sealed.root.to_string(), "figures": sealed.figures.to_string(),
        "holds": findings.is_empty(), "findings": findings,
    })
}
