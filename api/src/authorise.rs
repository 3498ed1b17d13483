//! Who may do what: every request is asked of the policies (`authorise/policies.cedar`) before its handler runs, and a
//! route that they do not know cannot be called.
//!
//! A role counts where it was granted: in the whole company or in one community. What belongs to another company does not
//! exist for the caller.

mod engine;

pub use engine::{Reason, Verdict};

use crate::directory::Directory;
use crate::endpoint::Scope;
use crate::problem::Problem;
use engine::{Asker, Engine, engine};
use mingzhang_domain::id::{LedgerId, StaffId};
use mingzhang_domain::ledger::LedgerKind;
use mingzhang_domain::staff::Role;
use mingzhang_store::identity::{Principal, PrincipalKind};
use uuid::Uuid;

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
) -> Result<Verdict, Problem> {
    let engine = engine().map_err(|_| Problem::internal())?;
    if !engine.knows(operation) {
        return Err(Problem::not_found());
    }
    let places = places(directory, caller, ledger)?;
    let asker = caller.map_or(Asker::Nobody, |caller| asker(directory, caller));
    engine.judge(&asker, operation, &places).map_err(|error| {
        tracing::error!(%error, operation, "the policies could not be asked");
        Problem::internal()
    })
}

/// The places around a ledger, the outermost first.
fn places(directory: &Directory, caller: Option<Principal>, ledger: LedgerId) -> Result<Vec<Uuid>, Problem> {
    let installation = directory.installation();
    let mut places = vec![installation.uuid()];
    if ledger == installation {
        return Ok(places);
    }
    // Who is not signed in is told that, and nothing of which ledgers there are.
    let known = match (directory.ledger(ledger), caller) {
        (Some(known), _) => known,
        (None, None) => return Ok(places),
        (None, Some(_)) => return Err(Problem::ledger_unknown()),
    };
    let company = match known.kind {
        LedgerKind::Community => known.parent.unwrap_or(installation),
        LedgerKind::Company | LedgerKind::Installation => ledger,
    };
    let foreign = caller.is_some_and(|caller| caller.kind == PrincipalKind::Staff && caller.ledger_id != company);
    if foreign {
        return Err(Problem::ledger_unknown());
    }
    places.push(company.uuid());
    if company != ledger {
        places.push(ledger.uuid());
    }
    Ok(places)
}

fn asker(directory: &Directory, caller: Principal) -> Asker {
    let id = caller.id;
    match caller.kind {
        PrincipalKind::Administrator => Asker::Administrator { id, appointed: directory.is_administrator(id) },
        PrincipalKind::Person => Asker::Owner { id },
        PrincipalKind::Staff => {
            let company = caller.ledger_id.uuid();
            let grants = directory.grants(caller.ledger_id, StaffId(id)).into_iter();
            let grants = grants.map(|(role, community)| (role, community.map_or(company, LedgerId::uuid)));
            Asker::Staff { id, company, grants: grants.collect() }
        }
    }
}

/// Where a role was granted, seen from the place that an operation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Granted {
    /// In the whole company.
    Company,
    /// In the community that the operation is for.
    Here,
    /// In another community of the company.
    Elsewhere,
}

/// Who a table of permissions has a column for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Without signing in.
    Nobody,
    /// A system administrator of the installation.
    Administrator,
    /// A member of staff without a role.
    Colleague,
    /// A member of staff with one role.
    Staff(Role, Granted),
    /// An owner or tenant.
    Owner,
}

/// Whether the policies permit an operation to somebody, in a world of one company with two communities.
pub fn permits(column: Column, operation: &str, scope: Scope) -> bool {
    engine().is_ok_and(|engine| permitted(engine, column, operation, scope))
}

fn permitted(engine: &Engine, column: Column, operation: &str, scope: Scope) -> bool {
    let [installation, company, here, elsewhere, id] = [1, 2, 3, 4, 5].map(Uuid::from_u128);
    let place = |granted| match granted {
        Granted::Company => company,
        Granted::Here => here,
        Granted::Elsewhere => elsewhere,
    };
    let asker = match column {
        Column::Nobody => Asker::Nobody,
        Column::Administrator => Asker::Administrator { id, appointed: true },
        Column::Colleague => Asker::Staff { id, company, grants: Vec::new() },
        Column::Staff(role, granted) => Asker::Staff { id, company, grants: vec![(role, place(granted))] },
        Column::Owner => Asker::Owner { id },
    };
    let places: &[Uuid] = match scope {
        Scope::Installation => &[installation],
        Scope::Company => &[installation, company],
        Scope::Community => &[installation, company, here],
    };
    engine.judge(&asker, operation, places).is_ok_and(|verdict| verdict.permitted)
}

#[cfg(test)]
mod tests;
