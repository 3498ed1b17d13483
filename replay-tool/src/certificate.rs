//! `certificate`: computes the closing certificate of a month from the log or from an export of it, and writes it or holds one
//! that was kept against it.
//!
//! With an export it needs no database.

use crate::source::Source;
use crate::{Outcome, ToolError};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::certificate::Certificate as Document;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::verify::{Certify, CertifyError, Claim};
use sqlx::PgPool;
use std::io::Write;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Which month, and where the log is.
#[derive(Debug, clap::Args)]
pub(crate) struct Certificate {
    /// The ledger.
    #[arg(long, required_unless_present = "export", conflicts_with = "export")]
    ledger: Option<Uuid>,
    /// An export of the ledger (jsonl) in place of the database.
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
    /// The month (YYYY-MM) whose newest certificate is written.
    #[arg(long, value_name = "MONTH", required_unless_present = "check", conflicts_with = "check")]
    period: Option<Month>,
    /// A certificate that was kept: every part of it is computed again and compared.
    #[arg(long, value_name = "FILE")]
    check: Option<PathBuf>,
    /// The file to write to; without it standard output.
    #[arg(long, value_name = "FILE", conflicts_with = "check")]
    out: Option<PathBuf>,
}

impl Certificate {
    /// The export to read, when no database is asked.
    pub(crate) fn export(&self) -> Option<&Path> {
        self.export.as_deref()
    }

    /// Out of an export.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(crate) async fn run_on_export(&self, export: &Path) -> Result<Outcome, ToolError> {
        self.answer(&Source::Export(export)).await
    }

    /// Out of the database.
    ///
    /// # Errors
    /// [`ToolError`].
    pub(crate) async fn run(&self, pool: &PgPool) -> Result<Outcome, ToolError> {
        self.answer(&Source::log(pool, LedgerId(self.ledger.unwrap_or_default())).await?).await
    }

    async fn answer(&self, source: &Source<'_>) -> Result<Outcome, ToolError> {
        let Some(path) = &self.check else { return self.write(source).await };
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let bytes = std::fs::read(path).map_err(|error| ToolError::Environment(wrong(&error)))?;
        let kept = Document::parse(&bytes).map_err(|error| ToolError::Usage(wrong(&error)))?;
        let says = format!("the certificate of {}, version {}", kept.period, kept.version);
        let found = match computed(source, |claim| is_of(claim, &kept)).await? {
            None => vec!["stands for a seal that is not in the log".to_owned()],
            Some(Err(error)) => vec![error.to_string()],
            Some(Ok(now)) => {
                kept.differs_from(&now).into_iter().map(|part| format!("has other {part} than the log")).collect()
            }
        };
        if found.is_empty() {
            println!("{says}: {} events, root {}: holds", kept.size.0, kept.root);
            return Ok(Outcome::Well);
        }
        println!("{says}: does not hold");
        found.iter().for_each(|found| println!("  {found}"));
        Ok(Outcome::Findings)
    }

    async fn write(&self, source: &Source<'_>) -> Result<Outcome, ToolError> {
        let period = self.period;
        let certificate = computed(source, move |claim| Some(claim.sealed.period) == period).await?;
        let certificate = certificate.ok_or_else(|| ToolError::Usage("no such month is sealed".to_owned()))?;
        let bytes = certificate.map_err(ToolError::environment)?.bytes().map_err(ToolError::environment)?;
        match &self.out {
            Some(path) => std::fs::write(path, bytes)
                .map_err(|error| ToolError::Environment(format!("{}: {error}", path.display())))?,
            None => std::io::stdout().write_all(&bytes)?,
        }
        Ok(Outcome::Well)
    }
}

fn is_of(claim: &Claim, kept: &Document) -> bool {
    (claim.sealed.period, claim.sealed.version) == (kept.period, kept.version)
}

/// The certificate of the newest seal that is wanted; nothing when there is none.
async fn computed(
    source: &Source<'_>,
    wanted: impl Fn(&Claim) -> bool,
) -> Result<Option<Result<Document, CertifyError>>, ToolError> {
    let claims = source.each(None, Vec::new(), |claims: &mut Vec<Claim>, _, event| {
        claims.extend(Claim::of(event));
        ControlFlow::Continue(())
    });
    let Some(claim) = claims.await?.into_iter().rev().find(wanted) else { return Ok(None) };
    let certify = match Certify::new(claim) {
        Ok(certify) => certify,
        Err(error) => return Ok(Some(Err(error))),
    };
    let certify = source.each(Some(certify.size()), certify, |certify, body, event| {
        certify.see(body, event);
        ControlFlow::Continue(())
    });
    Ok(Some(certify.await?.finish()))
}
