//! The policies over every operation, role and relation: equal to an expectation written by hand, and printed as a document.

use super::expected_permissions::{EXPECTED, Expected};
use mingzhang_api::authorise::{Column, Granted, permits};
use mingzhang_api::endpoint::Scope;
use mingzhang_api::router;
use mingzhang_domain::staff::Role;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;

/// Every way a role can have been granted, with its letter in the document.
const GRANTED: [(Granted, char); 3] = [(Granted::Company, 'C'), (Granted::Here, 'H'), (Granted::Elsewhere, 'E')];

/// Every column there is: who calls, in which relation to what is asked for.
fn columns() -> Vec<Column> {
    let roles = Role::ALL.iter().filter(|role| **role != Role::Owner);
    let staff = roles.flat_map(|role| GRANTED.map(|(granted, _)| Column::Staff(*role, granted)));
    [Column::Nobody, Column::Administrator, Column::Colleague, Column::Owner].into_iter().chain(staff).collect()
}

/// What the hand-written expectation says of one cell.
fn expected(column: Column, who: Expected, scope: Scope) -> bool {
    let administers = |roles: &[Role]| roles.contains(&Role::SuperAdmin);
    match (who, column) {
        (Expected::Everybody, _) => true,
        (Expected::SignedIn, column) => column != Column::Nobody,
        (Expected::Roles(..), Column::Nobody | Column::Colleague | Column::Owner) => false,
        (Expected::Roles(roles, _), Column::Administrator) => administers(roles),
        (Expected::Roles(roles, any), Column::Staff(role, granted)) => {
            let there = match (scope, granted) {
                (Scope::Installation, _) | (Scope::Community, Granted::Elsewhere) => false,
                (_, Granted::Company) | (Scope::Community, Granted::Here) => true,
                (Scope::Company, Granted::Here | Granted::Elsewhere) => any,
            };
            there && roles.contains(&role)
        }
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
        for column in columns() {
            let wanted = expected(column, expectation[route.operation], scope);
            assert_eq!(permits(column, route.operation, scope), wanted, "{} for {column:?}", route.operation);
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
            let yes = |column| if permits(column, route.operation, scope) { "✓" } else { "" }.to_owned();
            let mut row = vec![format!("`{}`", route.operation), yes(Column::Nobody), yes(Column::Administrator)];
            row.push(yes(Column::Colleague));
            row.extend(roles.iter().map(|role| {
                let held = |granted| permits(Column::Staff(*role, granted), route.operation, scope);
                GRANTED.iter().filter(|(granted, _)| held(*granted)).map(|(_, letter)| *letter).collect()
            }));
            row.push(yes(Column::Owner));
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
