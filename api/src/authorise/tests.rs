//! What must hold of the policies whatever they grow to.

use super::*;
use mingzhang_domain::staff::Role;

fn staff(grants: &[(Role, Granted)]) -> Asker {
    Asker::Staff(grants.iter().copied().collect())
}

fn verdict(asker: &Asker, operation: &str) -> Arc<Verdict> {
    engine().unwrap().judge(asker, operation, Scope::Community).unwrap()
}

#[test]
fn the_policies_are_sound() {
    check_policies().unwrap();
}

#[test]
fn what_no_policy_permits_is_denied() {
    let denied = verdict(&staff(&[]), "record_payment");
    assert_eq!(*denied, Verdict { permitted: false, because: Vec::new() });
    assert!(engine().unwrap().judge(&staff(&[]), "no_such_operation", Scope::Community).is_err());
}

#[test]
fn a_verdict_names_its_policies() {
    let told = verdict(&staff(&[(Role::Finance, Granted::Company), (Role::Cashier, Granted::Here)]), "record_payment");
    let names: Vec<_> = told.because.iter().map(|reason| reason.policy.as_str()).collect();
    assert!(told.permitted);
    assert_eq!(names, ["cashier", "finance"]);
    assert!(told.because.iter().all(|reason| reason.says.contains(" / ")));
}

#[test]
fn duties_that_never_meet_are_denied_whatever_was_granted() {
    let admin =
        verdict(&staff(&[(Role::SuperAdmin, Granted::Company), (Role::Finance, Granted::Company)]), "record_payment");
    assert!(!admin.permitted);
    assert_eq!(admin.because.first().map(|reason| reason.policy.as_str()), Some("administrators_have_no_money"));
    assert!(
        !verdict(&staff(&[(Role::Auditor, Granted::Here), (Role::CustomerService, Granted::Here)]), "register_unit")
            .permitted
    );
    assert!(
        verdict(&staff(&[(Role::Auditor, Granted::Here), (Role::CustomerService, Granted::Here)]), "list_units")
            .permitted
    );
    let both = staff(&[(Role::SystemAdmin, Granted::Company), (Role::SecurityAdmin, Granted::Company)]);
    assert!(!verdict(&both, "grant_role").permitted && !verdict(&both, "hire_staff").permitted);
}

#[test]
fn a_dismissed_administrator_may_nothing() {
    let asker = Asker::Administrator { appointed: false };
    assert!(!verdict(&asker, "list_communities").permitted);
}
