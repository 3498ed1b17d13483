//! Approvals for the tests of commands that need one.

use super::{Approvable, ApprovalEvent, Authority, GrantApproval, RequestApproval, Standing};
use crate::envelope::{Actor, ActorKind};
use crate::id::ApprovalId;
use crate::stream::Event;
use crate::testing::{Story, uuid};

/// The asker's own limit.
pub(crate) fn limit(amount: &str) -> Authority {
    let alone = Some(amount.parse().unwrap());
    Authority { approval: None, standing: Standing { alone, ..Standing::default() } }
}

/// An approver up to an amount.
pub(crate) fn approver(amount: &str) -> Standing {
    Standing { approves: Some(amount.parse().unwrap()), ..Standing::default() }
}

/// Any member of staff; the story's own actor is number 1.
pub(crate) fn staff(n: u128) -> Actor {
    Actor { kind: ActorKind::Staff, id: uuid(n) }
}

/// Asked for by the story's actor.
pub(crate) fn requested<C: Approvable>(story: &mut Story, command: &C) -> GrantApproval {
    let request = RequestApproval::of(command, "a good reason".parse().unwrap()).unwrap();
    let events = story.when(&request).unwrap();
    let approval = ApprovalId(events[0].stream.id);
    let Event::Approval(ApprovalEvent::ApprovalRequested(asked)) = &events[0].event else { unreachable!() };
    GrantApproval { approval, digest: asked.digest, standing: approver("1000000.00") }
}

/// Asked for by the story's actor and granted by number 2.
pub(crate) fn approved<C: Approvable>(story: &mut Story, command: &C) -> Authority {
    let grant = requested(story, command);
    let first = story.draft().context.actor;
    *story = std::mem::take(story).by(staff(2));
    story.accepted(&grant);
    *story = std::mem::take(story).by(first);
    Authority { approval: Some(grant.approval), ..Authority::default() }
}
