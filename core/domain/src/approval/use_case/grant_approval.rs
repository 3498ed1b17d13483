//! Another says yes to exactly what he saw.

use super::answerable;
use crate::approval::authority::must_not_be_own;
use crate::approval::{ApprovalGranted, ApprovalRefusal, Standing};
use crate::draft::{Decide, Draft};
use crate::id::ApprovalId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Digest;

/// Grants an approval.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GrantApproval {
    /// The approval.
    pub approval: ApprovalId,
    /// Digest of what the approver saw.
    pub digest: Digest,
    /// How far the approver may go.
    pub standing: Standing,
}

impl Decide for GrantApproval {
    fn operation(&self) -> &'static str {
        "grant_approval"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.approval.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = answerable(draft, self.approval)?;
        let request = state.request().ok_or(ApprovalRefusal::ApprovalMustExist)?;
        if request.asked.digest != self.digest {
            return Err(ApprovalRefusal::ApprovalMustMatch.at("/digest"));
        }
        let limit = self.standing.approves.ok_or(ApprovalRefusal::ApproverMustHaveLimit)?;
        if request.asked.amount.is_some_and(|amount| amount > limit) {
            return Err(ApprovalRefusal::AmountMustNotExceedApproverLimit.with("limit", limit));
        }
        must_not_be_own(draft, &request.asked.accounts, self.standing.person)?;
        let (approver, seen) = (self.standing.person, self.standing.seen.into_iter().collect());
        draft.push(self.approval, ApprovalGranted { digest: self.digest, limit, approver, seen });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::{ApproveRefund, MoveCredit, ReverseCharge};
    use crate::approval::fixture::{approver, limit, requested, staff};
    use crate::approval::{Approvable, Authority, DeclineApproval, WithdrawApproval};
    use crate::id::PersonId;
    use crate::party::PartyKind;
    use crate::testing::{Story, uuid};
    use crate::unit::fixture::{BUYER, OWNER, UNIT, party, registered};
    use crate::unit::{SetOwner, UnitOwnerSet};

    fn refund() -> ApproveRefund {
        ApproveRefund {
            account: uuid(1).into(),
            lot: uuid(2).into(),
            amount: "1.00".parse().unwrap(),
            payee: None,
            evidence: None,
            reason: "moved away".parse().unwrap(),
            authority: Authority::default(),
        }
    }

    #[test]
    fn another_grants_once_and_exactly_what_he_saw() {
        let mut story = Story::new();
        let grant = requested(&mut story, &refund());
        assert_eq!(story.refused(&grant), "approval_must_be_by_another");
        let mut story = story.by(staff(2));
        let blind = GrantApproval { digest: Digest([0; 32]), ..grant.clone() };
        assert_eq!(story.refused(&blind), "approval_must_match");
        story.accepted(&grant);
        assert_eq!(story.refused(&grant), "approval_must_be_pending");
        let unknown = GrantApproval { approval: ApprovalId(uuid(9)), ..grant };
        assert_eq!(story.refused(&unknown), "approval_must_exist");
    }

    #[test]
    fn another_declines_and_the_asker_withdraws() {
        let mut story = Story::new();
        let (first, second) = (requested(&mut story, &refund()), requested(&mut story, &refund()));
        let decline = DeclineApproval { approval: first.approval, reason: "no evidence".parse().unwrap() };
        assert_eq!(story.refused(&decline), "approval_must_be_by_another");
        let withdraw = WithdrawApproval { approval: second.approval };
        let mut story = story.by(staff(2));
        story.accepted(&decline);
        assert_eq!(story.refused(&decline), "approval_must_be_pending");
        assert_eq!(story.refused(&withdraw), "approval_must_be_by_asker");
        story.accepted(&second);
        let mut story = story.by(staff(1));
        story.accepted(&withdraw);
        assert_eq!(story.refused(&withdraw), "approval_must_be_pending");
    }

    #[test]
    fn an_approver_answers_within_his_own_limit() {
        let mut story = Story::new();
        let grant = requested(&mut story, &refund());
        let mut story = story.by(staff(2));
        let without = GrantApproval { standing: Standing::default(), ..grant.clone() };
        assert_eq!(story.refused(&without), "approver_must_have_limit");
        let below = GrantApproval { standing: approver("0.99"), ..grant.clone() };
        assert_eq!(story.refused(&below), "amount_must_not_exceed_approver_limit");
        story.accepted(&GrantApproval { standing: approver("1.00"), ..grant });
    }

    /// The owner of the unit, and its later buyer, are members of staff; number 60 is nobody's.
    #[test]
    fn nobody_approves_for_a_unit_of_his_own() {
        let account = crate::id::AccountId::of_unit(UNIT);
        let from = "2024-01-01".parse().unwrap();
        let mut buyers = party(PartyKind::OwnerGroup);
        buyers.members[0].person = PersonId(uuid(61));
        let credit = crate::account::CreditReceived {
            account,
            holder: OWNER,
            ..crate::account::fixture::credit(1, "50.00", "2025-12-30")
        };
        let lot = credit.lot;
        let mut story =
            registered().given(BUYER, buyers).given(UNIT, UnitOwnerSet { from, party: OWNER }).given(account, credit);
        let refund = |amount: &str, authority| ApproveRefund {
            account,
            lot,
            amount: amount.parse().unwrap(),
            authority,
            ..refund()
        };
        let is = |standing: Standing, n: u128| Standing { person: Some(PersonId(uuid(n))), ..standing };
        // Alone, within the limit.
        let alone = |n| Authority { standing: is(limit("50.00").standing, n), ..Authority::default() };
        assert_eq!(story.refused(&refund("1.00", alone(1))), "unit_must_not_be_own");
        story.accepted(&refund("1.00", alone(60)));
        // Approving what another asks for.
        let command = refund("2.00", Authority::default());
        let grant = requested(&mut story, &command);
        let by = |n| GrantApproval { standing: is(approver("50.00"), n), ..grant.clone() };
        let mut story = story.by(staff(2));
        assert_eq!(story.refused(&by(1)), "unit_must_not_be_own");
        story.accepted(&by(61));
        // The approver has bought the unit before it is carried out.
        let mut story = story.by(staff(1));
        story.accepted(&SetOwner { unit: UNIT, from: "2025-06-01".parse().unwrap(), party: BUYER });
        let authority = Authority { approval: Some(grant.approval), ..Authority::default() };
        assert_eq!(story.refused(&refund("2.00", authority)), "unit_must_not_be_own");
    }

    #[test]
    fn another_payee_is_never_paid_within_a_limit() {
        let account = crate::id::AccountId::of_unit(UNIT);
        let credit = crate::account::CreditReceived {
            account,
            holder: OWNER,
            ..crate::account::fixture::credit(1, "50.00", "2025-12-30")
        };
        let lot = credit.lot;
        let mut story = registered().given(account, credit);
        let evidence = Some(Digest([7; 32]));
        let to =
            |payee| ApproveRefund { account, lot, payee: Some(payee), evidence, authority: limit("50.00"), ..refund() };
        assert_eq!(story.refused(&to(crate::id::PartyId(uuid(9)))), "party_must_exist");
        assert_eq!(story.refused(&to(OWNER)), "payee_must_not_be_holder");
        assert_eq!(story.refused(&to(BUYER)), "approval_must_be_given");
        let authority = crate::approval::fixture::approved(&mut story, &to(BUYER));
        assert_eq!(story.accepted(&ApproveRefund { authority, ..to(BUYER) }).len(), 2);
    }

    #[test]
    fn what_does_not_exist_is_not_asked_for() {
        let reason: crate::value::Label = "wrong unit".parse().unwrap();
        let (account, charge) = (uuid(1).into(), uuid(2).into());
        let reverse = ReverseCharge { account, charge, reason, authority: Authority::default() };
        let asked = crate::approval::RequestApproval::of(&reverse, "good".parse().unwrap()).unwrap();
        assert_eq!(Story::new().refused(&asked), "account_must_exist");
        let moved = MoveCredit {
            account,
            lot: uuid(2).into(),
            amount: "1.00".parse().unwrap(),
            to: BUYER,
            evidence: Digest([7; 32]),
            authority: Authority::default(),
        };
        assert_ne!(moved.payload().unwrap(), reverse.payload().unwrap());
    }

    #[test]
    fn the_digest_is_of_the_operation_and_what_it_does() {
        use crate::approval::digest;
        let payload = refund().payload().unwrap();
        assert!(!payload.contains("authority"), "{payload}");
        assert_ne!(digest("approve_refund", &payload), digest("move_credit", &payload));
        let two = ApproveRefund { amount: "2.00".parse().unwrap(), ..refund() };
        assert_ne!(payload, two.payload().unwrap());
    }
}
