//! `seal`: computes what is sealed of closed months again, from the log or from an export of it, and compares.
//!
//! With an export it needs no database: root, trial balance and digest of the figures follow from the bodies alone.

use crate::{Outcome, ToolError};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::log;
use mingzhang_store::verify::{Claim, Found, Recount};
use mingzhang_store::walk::walk;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::fs::File;
use std::io::{BufRead, BufReader};
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

/// Where the bodies are.
enum Source<'a> {
    Log(&'a PgPool, LedgerId, u64),
    Export(&'a Path),
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
        let ledger = LedgerId(self.ledger.unwrap_or_default());
        let head = log::head(&mut *pool.acquire().await?, ledger).await?;
        let size = head.ok_or_else(|| ToolError::Usage(format!("there is no ledger {ledger}")))?.size();
        self.check(&Source::Log(pool, ledger, size)).await
    }

    async fn check(&self, source: &Source<'_>) -> Result<Outcome, ToolError> {
        let period = self.period;
        let claims = source
            .each(None, Vec::new(), move |claims: &mut Vec<Claim>, _, event| {
                claims.extend(Claim::of(event).filter(|claim| period.is_none_or(|only| claim.sealed.period == only)));
            })
            .await?;
        if claims.is_empty() {
            return Err(ToolError::Usage("no such month is sealed".to_owned()));
        }
        let recount = Recount::new(claims.clone()).map_err(ToolError::environment)?;
        let recount = source.each(Some(recount.size()), recount, |recount, body, event| recount.see(body, event));
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

impl Source<'_> {
    /// Shows every body up to a position, or all, in order.
    async fn each<S, F>(&self, until: Option<u64>, state: S, mut see: F) -> Result<S, ToolError>
    where
        S: Send + 'static,
        F: FnMut(&mut S, &[u8], &Recorded) + Send + 'static,
    {
        match self {
            Self::Log(pool, ledger, size) => {
                let until = until.map_or(*size, |until| until.min(*size));
                let walked = walk(pool, *ledger, until, state, move |state, stored, event| {
                    see(state, &stored.body, event);
                    Ok(ControlFlow::Continue(()))
                });
                Ok(walked.await?)
            }
            Self::Export(path) => lines(path, until, state, see),
        }
    }
}

fn lines<S>(
    path: &Path,
    until: Option<u64>,
    mut state: S,
    mut see: impl FnMut(&mut S, &[u8], &Recorded),
) -> Result<S, ToolError> {
    let wrong = |error: &dyn std::fmt::Display| ToolError::Environment(format!("{}: {error}", path.display()));
    let file = File::open(path).map_err(|error| wrong(&error))?;
    for (line, position) in BufReader::new(file).split(b'\n').zip(1..) {
        if until.is_some_and(|until| position > until) {
            break;
        }
        let body = line.map_err(|error| wrong(&error))?;
        let event = Recorded::from_body(&body).map_err(|error| wrong(&format!("line {position}: {error}")))?;
        if event.position != position {
            return Err(wrong(&format!("line {position} holds position {}", event.position)));
        }
        see(&mut state, &body, &event);
    }
    Ok(state)
}
