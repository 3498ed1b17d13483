//! What must hold of the policies whatever they grow to.

use super::*;
use std::time::Instant;

fn staff(grants: &[(Role, u128)]) -> Asker {
    let grants = grants.iter().map(|(role, place)| (*role, Uuid::from_u128(*place))).collect();
    Asker::Staff { id: Uuid::from_u128(9), company: Uuid::from_u128(2), grants }
}

fn verdict(asker: &Asker, operation: &str) -> Verdict {
    engine().unwrap().judge(asker, operation, &[1, 2, 3].map(Uuid::from_u128)).unwrap()
}

#[test]
fn the_policies_are_sound() {
    check_policies().unwrap();
}

#[test]
fn what_no_policy_permits_is_denied() {
    let denied = verdict(&staff(&[]), "record_payment");
    assert_eq!(denied, Verdict { permitted: false, because: Vec::new() });
    assert!(engine().unwrap().judge(&staff(&[]), "no_such_operation", &[Uuid::from_u128(1)]).is_err());
}

#[test]
fn a_verdict_names_its_policies() {
    let told = verdict(&staff(&[(Role::Finance, 2), (Role::Cashier, 3)]), "record_payment");
    let names: Vec<_> = told.because.iter().map(|reason| reason.policy.as_str()).collect();
    assert!(told.permitted);
    assert_eq!(names, ["cashier", "finance"]);
    assert!(told.because.iter().all(|reason| reason.says.contains(" / ")));
}

#[test]
fn duties_that_never_meet_are_denied_whatever_was_granted() {
    let admin = verdict(&staff(&[(Role::SuperAdmin, 2), (Role::Finance, 2)]), "record_payment");
    assert!(!admin.permitted);
    assert_eq!(admin.because.first().map(|reason| reason.policy.as_str()), Some("administrators_have_no_money"));
    assert!(!verdict(&staff(&[(Role::Auditor, 3), (Role::CustomerService, 3)]), "register_unit").permitted);
    assert!(verdict(&staff(&[(Role::Auditor, 3), (Role::CustomerService, 3)]), "list_units").permitted);
    let both = staff(&[(Role::SystemAdmin, 2), (Role::SecurityAdmin, 2)]);
    assert!(!verdict(&both, "grant_role").permitted && !verdict(&both, "hire_staff").permitted);
}

#[test]
fn a_dismissed_administrator_may_nothing() {
    let asker = Asker::Administrator { id: Uuid::from_u128(9), appointed: false };
    assert!(!verdict(&asker, "list_communities").permitted);
}

/// Not a limit, a figure: what one question costs, with `--nocapture`.
#[test]
fn a_question_is_cheap() {
    let asker = staff(&[(Role::Finance, 2)]);
    let (began, times) = (Instant::now(), 200_u32);
    for _ in 0..times {
        assert!(verdict(&asker, "record_payment").permitted);
    }
    eprintln!("{:?} a question", began.elapsed() / times);
}
