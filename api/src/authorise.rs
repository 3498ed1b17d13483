//! Who may do what: every request is asked of the policies (`authorise/policies.cedar`) before its handler runs, and a
//! route that they do not know cannot be called.
//!
//! A role counts where it was granted: in the whole company or in one community. What belongs to another company does not
//! exist for the caller.

mod engine;

pub use engine::{Asker, Granted, Reason, Verdict};

use crate::directory::Directory;
use crate::endpoint::Scope;
use crate::problem::Problem;
use engine::engine;
use mingzhang_domain::id::{LedgerId, StaffId};
use mingzhang_domain::ledger::LedgerKind;
use mingzhang_store::identity::{Principal, PrincipalKind};
use std::sync::Arc;

/// Reads the policies once, so that a server with unusable ones does not start.
///
/// # Errors
/// What is wrong with them.
pub fn check_policies() -> Result<(), &'static str> {
    engine().map(|_| ())
}

/// Lets an operation on a ledger pass, or says why not. Who is denied is told so in the log of the process.
///
/// # Errors
/// 401 without a caller, 403 when no policy permits it, 404 for a ledger that is not the caller's to see.
pub fn authorise(
    directory: &Directory,
    operation: &str,
    caller: Option<Principal>,
    ledger: LedgerId,
) -> Result<(), Problem> {
    let verdict = judge(directory, operation, caller, ledger)?;
    if verdict.permitted {
        return Ok(());
    }
    let caller = caller.ok_or_else(Problem::unauthenticated)?;
    let because: Vec<_> = verdict.because.iter().map(|reason| reason.policy.as_str()).collect();
    tracing::info!(operation, %ledger, kind = caller.kind.as_str(), caller = %caller.id, ?because, "denied");
    Err(Problem::forbidden())
}

/// Whether an operation on a ledger would pass: for what is shown whole to some and masked to others.
pub fn may(directory: &Directory, operation: &str, caller: Option<Principal>, ledger: LedgerId) -> bool {
    judge(directory, operation, caller, ledger).is_ok_and(|verdict| verdict.permitted)
}

/// Whether there is such an operation.
pub fn is_operation(operation: &str) -> bool {
    engine().is_ok_and(|engine| engine.knows(operation))
}

/// What the policies say of an operation on a ledger, and which of them.
///
/// # Errors
/// 404 for a ledger that does not exist or is of another company than the caller; 404 for an operation that does not exist.
pub fn judge(
    directory: &Directory,
    operation: &str,
    caller: Option<Principal>,
    ledger: LedgerId,
) -> Result<Arc<Verdict>, Problem> {
    let engine = engine().map_err(|_| Problem::internal())?;
    if !engine.knows(operation) {
        return Err(Problem::not_found());
    }
    let scope = scope(directory, caller, ledger)?;
    let asker = caller.map_or(Asker::Nobody, |caller| asker(directory, caller, ledger));
    engine.judge(&asker, operation, scope).map_err(|error| {
        tracing::error!(%error, operation, "the policies could not be asked");
        Problem::internal()
    })
}

/// What kind of ledger it is, if it exists for the caller.
fn scope(directory: &Directory, caller: Option<Principal>, ledger: LedgerId) -> Result<Scope, Problem> {
    let (known, caller) = match (directory.ledger(ledger), caller) {
        // Who is not signed in is told that, and nothing of which ledgers there are.
        (_, None) => return Ok(Scope::Installation),
        (None, Some(_)) if ledger == directory.installation() => return Ok(Scope::Installation),
        (None, Some(_)) => return Err(Problem::ledger_unknown()),
        (Some(known), Some(caller)) => (known, caller),
    };
    let (company, scope) = match known.kind {
        LedgerKind::Community => (known.parent, Scope::Community),
        LedgerKind::Company | LedgerKind::Installation => (Some(ledger), Scope::Company),
    };
    let foreign = caller.kind == PrincipalKind::Staff && company != Some(caller.ledger_id);
    if foreign { Err(Problem::ledger_unknown()) } else { Ok(scope) }
}

fn asker(directory: &Directory, caller: Principal, ledger: LedgerId) -> Asker {
    match caller.kind {
        PrincipalKind::Administrator => Asker::Administrator { appointed: directory.is_administrator(caller.id) },
        PrincipalKind::Person => Asker::Owner,
        PrincipalKind::Staff => {
            let granted = |community: Option<LedgerId>| match community {
                None => Granted::Company,
                Some(community) if community == ledger => Granted::Here,
                Some(_) => Granted::Elsewhere,
            };
            let grants = directory.grants(caller.ledger_id, StaffId(caller.id)).into_iter();
            Asker::Staff(grants.map(|(role, community)| (role, granted(community))).collect())
        }
    }
}

/// Whether the policies permit an operation to somebody, whoever they are.
pub fn permits(asker: &Asker, operation: &str, scope: Scope) -> bool {
    engine().is_ok_and(|engine| engine.judge(asker, operation, scope).is_ok_and(|verdict| verdict.permitted))
}

#[cfg(test)]
mod tests;
