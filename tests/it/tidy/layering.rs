//! Who may depend on whom among our packages: the borders that keep the rules pure and the log's writer alone.

use serde_json::Value;
use std::collections::BTreeSet;

use super::{list, metadata, text};

const PREFIX: &str = "mingzhang-";

/// What the product's code may use: domain ← store ← projections ← {api, replay-tool}, and the last two migrate.
const PRODUCT: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("migrations", &[]),
    ("documents", &["domain"]),
    ("gateway", &["domain"]),
    ("store", &["domain"]),
    ("projections", &["domain", "store"]),
    ("api", &["documents", "domain", "gateway", "store", "projections", "migrations"]),
    ("local-gateway", &["domain", "gateway"]),
    ("replay-tool", &["domain", "store", "projections", "migrations"]),
    ("tests", &["domain", "gateway", "store", "projections", "migrations", "api", "local-gateway", "replay-tool"]),
];

/// What tests may use besides: a package's tests may turn on its own features, and the store's tests need tables.
const TESTS: &[(&str, &[&str])] =
    &[("domain", &["domain"]), ("store", &["store", "migrations"]), ("projections", &["store"]), ("api", &["api"])];

/// The only outside packages that the rules may use: none of them can do I/O, tell the time or throw dice.
const DOMAIN_MAY_USE: &[&str] = &[
    "chrono",
    "hmac",
    "rhai",
    "rust_decimal",
    "serde",
    "serde_json",
    "sha2",
    "thiserror",
    "unicode-normalization",
    "uuid",
];

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Edge {
    from: String,
    to: String,
    for_tests: bool,
}

/// Every edge between two of our packages.
fn edges() -> BTreeSet<Edge> {
    let metadata = metadata(&["--no-deps"]);
    let mut edges = BTreeSet::new();
    for package in list(&metadata, "packages") {
        let from = short(text(package, "name"));
        for dependency in list(package, "dependencies") {
            let to = text(dependency, "name");
            if to.starts_with(PREFIX) {
                let for_tests = text(dependency, "kind") == "dev";
                edges.insert(Edge { from: from.clone(), to: short(to), for_tests });
            }
        }
    }
    edges
}

fn short(name: &str) -> String {
    name.trim_start_matches(PREFIX).to_owned()
}

fn allows(table: &[(&str, &[&str])], edge: &Edge) -> bool {
    table.iter().any(|(from, to)| *from == edge.from && to.contains(&edge.to.as_str()))
}

#[test]
fn packages_depend_only_downwards() {
    let forbidden: Vec<Edge> =
        edges().into_iter().filter(|edge| !(allows(PRODUCT, edge) || edge.for_tests && allows(TESTS, edge))).collect();
    assert!(forbidden.is_empty(), "edges that the architecture does not have: {forbidden:#?}");
}

#[test]
fn every_package_is_in_the_picture() {
    let metadata = metadata(&["--no-deps"]);
    let known: Vec<String> = PRODUCT.iter().map(|(name, _)| (*name).to_owned()).collect();
    for package in list(&metadata, "packages") {
        let name = text(package, "name");
        assert!(name.starts_with(PREFIX) && known.contains(&short(name)), "{name} is not in tests/it/tidy/layering.rs");
    }
}

#[test]
fn the_rules_cannot_do_io() {
    let metadata = metadata(&["--no-deps"]);
    let domain =
        list(&metadata, "packages").iter().find(|package| text(package, "name") == "mingzhang-domain").unwrap();
    for dependency in list(domain, "dependencies") {
        let name = text(dependency, "name");
        let allowed = text(dependency, "kind") == "dev" || DOMAIN_MAY_USE.contains(&name);
        assert!(allowed, "the domain may not use {name}");
    }
}

#[test]
fn sabotage_is_for_tests_only() {
    let metadata = metadata(&["--no-deps"]);
    let mut asking = Vec::new();
    for package in list(&metadata, "packages") {
        let has = |feature: &&Value| feature.as_str().is_some_and(|feature| feature.contains("sabotage"));
        let asks = |dependency: &&Value| list(dependency, "features").iter().any(|feature| has(&feature));
        if list(package, "dependencies").iter().any(|dependency| asks(&dependency)) {
            asking.push(text(package, "name"));
        }
        for (feature, implied) in package["features"].as_object().unwrap() {
            assert!(!implied.as_array().unwrap().iter().any(|other| has(&other)), "{feature} implies sabotage");
        }
    }
    assert_eq!(asking, ["mingzhang-tests"]);
}

#[test]
fn a_forbidden_edge_would_be_seen() {
    let edge = |from: &str, to: &str, for_tests| Edge { from: from.to_owned(), to: to.to_owned(), for_tests };
    assert!(!allows(PRODUCT, &edge("store", "migrations", false)));
    assert!(!allows(PRODUCT, &edge("domain", "store", false)));
    assert!(allows(TESTS, &edge("store", "migrations", true)));
    assert!(edges().contains(&edge("store", "domain", false)));
}
