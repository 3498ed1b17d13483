//! The policies over every operation, role and relation: equal to an expectation written by hand, and printed as a document.

use super::expected_permissions::{EXPECTED, Expected};
use mingzhang_api::authorise::{Asker, Granted, permits};
use mingzhang_api::endpoint::Scope;
use mingzhang_api::router;
use mingzhang_domain::staff::Role;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// Every way a role can have been granted, with its letter in the document.
const GRANTED: [(Granted, char); 3] = [(Granted::Company, 'C'), (Granted::Here, 'H'), (Granted::Elsewhere, 'E')];

fn staff(role: Role, granted: Granted) -> Asker {
    Asker::Staff(BTreeSet::from([(role, granted)]))
}

/// Everybody there is: who calls, in which relation to what is asked for.
fn askers() -> Vec<Asker> {
    let roles = Role::ALL.iter().filter(|role| **role != Role::Owner);
    let colleagues = roles.flat_map(|role| GRANTED.map(|(granted, _)| staff(*role, granted)));
    let others = [Asker::Nobody, Asker::Administrator { appointed: true }, Asker::Staff(BTreeSet::new()), Asker::Owner];
    others.into_iter().chain(colleagues).collect()
}

/// What the hand-written expectation says of one cell.
fn expected(asker: &Asker, who: Expected, scope: Scope) -> bool {
    match (who, asker) {
        (Expected::Everybody, _) => true,
        (Expected::SignedIn, asker) => *asker != Asker::Nobody,
        (Expected::Roles(..), Asker::Nobody | Asker::Owner) => false,
        (Expected::Roles(roles, _), Asker::Administrator { .. }) => roles.contains(&Role::SuperAdmin),
        (Expected::Roles(roles, any), Asker::Staff(grants)) => grants.iter().any(|(role, granted)| {
            let there = match (scope, granted) {
                (Scope::Installation, _) | (Scope::Community, Granted::Elsewhere) => false,
                (_, Granted::Company) | (Scope::Community, Granted::Here) => true,
                (Scope::Company, Granted::Here | Granted::Elsewhere) => any,
            };
            there && roles.contains(role)
        }),
    }
}

#[test]
fn the_policies_permit_what_was_written_by_hand_and_nothing_else() {
    let expectation: BTreeMap<_, _> = EXPECTED.iter().copied().collect();
    assert_eq!(expectation.len(), EXPECTED.len(), "an operation stands twice");
    let routes: BTreeSet<_> = router::routes().iter().map(|route| route.operation).collect();
    assert_eq!(routes, expectation.keys().copied().collect(), "every route, and nothing that is none");
    let mut cells = 0_u32;
    for route in router::routes() {
        let scope = Scope::of(route.path);
        for asker in askers() {
            let wanted = expected(&asker, expectation[route.operation], scope);
            assert_eq!(permits(&asker, route.operation, scope), wanted, "{} for {asker:?}", route.operation);
            cells += 1;
        }
    }
    assert!(cells > 10_000, "{cells}");
}

#[test]
fn the_document_of_permissions_is_the_committed_one() {
    let document = document();
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/PERMISSIONS.md");
    if std::env::var_os("UPDATE_PERMISSIONS").is_some() {
        std::fs::write(&path, &document).unwrap();
    }
    let committed = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == document, "docs/PERMISSIONS.md is not what the policies say: run with UPDATE_PERMISSIONS=1");
}

fn document() -> String {
    let roles: Vec<Role> = Role::ALL.iter().copied().filter(|role| *role != Role::Owner).collect();
    let mut text = String::from(HEAD);
    for (scope, title) in
        [(Scope::Installation, "The installation"), (Scope::Company, "A company"), (Scope::Community, "A community")]
    {
        let mut columns = vec!["operation".to_owned(), "nobody".to_owned(), "administrator".to_owned()];
        columns.push("no role".to_owned());
        columns.extend(roles.iter().map(|role| role.as_str().replace('_', " ")));
        columns.push("owner".to_owned());
        writeln!(text, "\n## {title}\n\n| {} |", columns.join(" | ")).unwrap();
        writeln!(text, "|{}", " --- |".repeat(columns.len())).unwrap();
        for route in router::routes().iter().filter(|route| Scope::of(route.path) == scope) {
            let yes = |asker: &Asker| if permits(asker, route.operation, scope) { "✓" } else { "" }.to_owned();
            let mut row = vec![format!("`{}`", route.operation), yes(&Asker::Nobody)];
            row.push(yes(&Asker::Administrator { appointed: true }));
            row.push(yes(&Asker::Staff(BTreeSet::new())));
            row.extend(roles.iter().map(|role| {
                let held = |granted| permits(&staff(*role, granted), route.operation, scope);
                GRANTED.iter().filter(|(granted, _)| held(*granted)).map(|(_, letter)| *letter).collect()
            }));
            row.push(yes(&Asker::Owner));
            writeln!(text, "| {} |", row.join(" | ")).unwrap();
        }
    }
    text
}

const HEAD: &str = "\
# Who may do what

Made from the policies (`api/src/authorise/policies.cedar`) by asking them about every operation; a test compares it with
them and them with an expectation written by hand (`tests/it/api/expected_permissions.rs`). Whatever no policy permits is
denied. A role counts where it was granted:

- **C** in the whole company
- **H** in the community that the operation is for; for a company's own operations: in any community
- **E** in another community of the company

Beyond the table: what belongs to another company does not exist for the caller (404). Limits by amount, approval by
another person, and nobody for a unit of his own are rules of the domain, judged with the command. `explain_access` says
which policies decide for a member of staff.
";
