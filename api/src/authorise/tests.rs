//! What must hold of the table whatever it grows to.

use super::*;

#[test]
fn an_operation_stands_once() {
    let mut names: Vec<_> = TABLE.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), TABLE.len());
}

#[test]
fn administrators_have_no_money_commands() {
    let money = [
        "charge",
        "payment",
        "credit",
        "refund",
        "shift",
        "bill_run",
        "approval",
        "waive",
        "write_off",
        "allowance",
        "invoice",
        "red_letter",
        "opening",
        "pool",
        "supplier",
        "fund",
        "stay",
        "taking",
        "record_card",
    ];
    for (name, allowed) in TABLE {
        if let Allowed::Roles(roles, _) = allowed
            && roles.contains(&SuperAdmin)
        {
            assert!(!money.iter().any(|word| name.contains(word)), "{name}");
        }
    }
}

#[test]
fn auditors_change_nothing() {
    let reads = ["get_", "list_", "follow_", "download_"];
    for (name, allowed) in TABLE {
        if let Allowed::Roles(roles, _) = allowed
            && roles.contains(&Auditor)
        {
            assert!(reads.iter().any(|prefix| name.starts_with(prefix)), "{name}");
        }
    }
}
