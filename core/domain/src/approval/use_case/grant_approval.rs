//! Another says yes to exactly what he saw.

use crate::approval::{ApprovalGranted, ApprovalRefusal, ApprovalStage};
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
}

impl Decide for GrantApproval {
    fn operation(&self) -> &'static str {
        "grant_approval"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.approval.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.approval(self.approval);
        let request = state.request().ok_or(ApprovalRefusal::ApprovalMustExist)?;
        if request.stage != ApprovalStage::Pending {
            return Err(ApprovalRefusal::ApprovalMustBePending.with("stage", request.stage));
        }
        if request.requested_by == draft.context.actor.id {
            return Err(ApprovalRefusal::ApprovalMustBeByAnother.into());
        }
        if request.asked.digest != self.digest {
            return Err(ApprovalRefusal::ApprovalMustMatch.at("/digest"));
        }
        draft.push(self.approval, ApprovalGranted { digest: self.digest });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::ApproveRefund;
    use crate::approval::fixture::{requested, staff};
    use crate::approval::{Authority, DeclineApproval, WithdrawApproval};
    use crate::testing::{Story, uuid};

    fn refund() -> ApproveRefund {
        ApproveRefund {
            account: uuid(1).into(),
            lot: uuid(2).into(),
            amount: "1.00".parse().unwrap(),
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
    fn the_digest_is_of_the_operation_and_what_it_does() {
        use crate::approval::{Approvable, digest};
        let payload = refund().payload().unwrap();
        assert!(!payload.contains("authority"), "{payload}");
        assert_ne!(digest("approve_refund", &payload), digest("move_credit", &payload));
        let two = ApproveRefund { amount: "2.00".parse().unwrap(), ..refund() };
        assert_ne!(payload, two.payload().unwrap());
    }
}
