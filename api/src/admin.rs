//! What an administrator asks from the command line, beside a running server or without one. Changes nothing.

use crate::authorise::{self, Verdict};
use crate::config::{Admin, ExplainAccess};
use crate::directory::Directory;
use crate::start::{self, StartError};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::ledger::LedgerKind;
use mingzhang_store::identity::{self, Principal, PrincipalKind};
use mingzhang_store::postgres::Role;
use serde_json::json;
use sqlx::PgPool;

/// Answers one question on standard output.
///
/// # Errors
/// [`StartError`] when there is no such database, name, operation or community.
pub async fn run(asked: Admin) -> Result<(), StartError> {
    match asked {
        Admin::ExplainAccess(asked) => explain_access(&asked).await,
    }
}

async fn explain_access(asked: &ExplainAccess) -> Result<(), StartError> {
    // It looks at what is there, and never begins a database of its own.
    if asked.kept.database_url.is_none() && !asked.kept.data.join("postgres").exists() {
        return Err(StartError::Other(
            "the data folder holds no private Postgres: name it with --data, or set DATABASE_URL",
        ));
    }
    let (private, access) = start::access(&asked.kept).await?;
    let writer = start::pool(access.log(Role::Writer), 1).await?;
    let answer = verdict(asked, &writer).await;
    writer.close().await;
    if let Some(private) = private {
        private.stop().await?;
    }
    println!("{}", shown(asked, &answer?));
    Ok(())
}

async fn verdict(asked: &ExplainAccess, writer: &PgPool) -> Result<Verdict, StartError> {
    let directory = Directory::new(start::installation(writer).await?, writer.clone());
    directory.refresh().await?;
    let mut conn = writer.acquire().await?;
    let found = identity::find_sign_in(&mut conn, &asked.name).await?;
    let principal = found.ok_or(StartError::Other("nobody signs in under that name"))?.principal;
    if !authorise::is_operation(&asked.operation) {
        return Err(StartError::Other("there is no such operation: docs/PERMISSIONS.md lists them"));
    }
    let ledger = ledger(asked, &directory, principal)?;
    let verdict = authorise::judge(&directory, &asked.operation, Some(principal), ledger)?;
    Ok((*verdict).clone())
}

/// Where it is asked for: the community of that code, else the company, and for an administrator the installation.
fn ledger(asked: &ExplainAccess, directory: &Directory, principal: Principal) -> Result<LedgerId, StartError> {
    let Some(code) = &asked.community else { return Ok(principal.ledger_id) };
    let companies: Vec<LedgerId> = match principal.kind {
        PrincipalKind::Administrator => {
            directory.children(principal.ledger_id).iter().map(|one| one.ledger_id).collect()
        }
        PrincipalKind::Staff | PrincipalKind::Person => vec![principal.ledger_id],
    };
    let communities = companies.into_iter().flat_map(|company| directory.children(company));
    let mut named = communities.filter(|one| one.kind == LedgerKind::Community && one.code.as_str() == code);
    match (named.next(), named.next()) {
        (Some(community), None) => Ok(community.ledger_id),
        (None, _) => Err(StartError::Other("no community has that code")),
        (Some(_), Some(_)) => Err(StartError::Other("several companies have a community of that code")),
    }
}

fn shown(asked: &ExplainAccess, verdict: &Verdict) -> String {
    let place = asked.community.as_deref();
    if asked.json {
        let because = verdict.because.iter().map(|reason| json!({"policy": reason.policy, "says": reason.says}));
        let because: Vec<_> = because.collect();
        return json!({
            "name": asked.name, "operation": asked.operation, "community": place,
            "permitted": verdict.permitted, "because": because,
        })
        .to_string();
    }
    let word = if verdict.permitted { "允许 / permitted" } else { "不允许 / denied" };
    let place = place.map_or(String::new(), |place| format!(" @ {place}"));
    let mut lines = vec![format!("{}: {}{place}: {word}", asked.name, asked.operation)];
    lines.extend(verdict.because.iter().map(|reason| format!("  {:<28} {}", reason.policy, reason.says)));
    if verdict.because.is_empty() {
        lines.push("  没有任何策略允许 / no policy permits it".to_owned());
    }
    lines.join("\n")
}
