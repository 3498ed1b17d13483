//! The state machine: each step, from which states it is possible, and who may take it.
//!
//! ```text
//! submitted → accepted → assigned → in_progress → completed → rated → closed
//!     │          │          │        ↕ suspended      │ └─ after the days for reopening ─→ closed
//!  rejected      └─ cancelled ─┘                   reopened → assigned
//! ```

use super::event::WorkOrderSubmitted;
use super::refusal::WorkOrderRefusal;
use super::state::{WorkOrderStage, WorkOrderState};
use crate::draft::Draft;
use crate::envelope::ActorKind;
use crate::id::{StaffId, WorkOrderId};
use crate::ledger::Seen;
use crate::refusal::Refusal;
use crate::staff::{Role, Roles};
use crate::wire::words;
use std::sync::Arc;

words! {
    /// Who may take a step.
    pub enum Doer {
        /// The person who reported, in his own name; the desk may record his word, and then stands in the envelope.
        Reporter = "reporter",
        /// Customer service, or finance in its place.
        Desk = "desk",
        /// The member of staff it is assigned to.
        Assignee = "assignee",
        /// One of our own workers: a timer, a reactor.
        Service = "service",
    }
}

words! {
    /// What can be done about a work order once it is submitted.
    pub enum Step {
        /// Take it on.
        Accept = "accept",
        /// Not take it on.
        Reject = "reject",
        /// No longer want it, before work starts.
        Cancel = "cancel",
        /// Say who is to do it.
        Assign = "assign",
        /// Say who else is to do it.
        Reassign = "reassign",
        /// Say what paid work will cost.
        OfferQuotation = "offer_quotation",
        /// Agree to pay it.
        AcceptQuotation = "accept_quotation",
        /// Begin.
        Start = "start",
        /// Wait.
        Suspend = "suspend",
        /// Go on.
        Resume = "resume",
        /// Be done.
        Complete = "complete",
        /// Charge what was agreed.
        Charge = "charge",
        /// Say that it was not done after all.
        Reopen = "reopen",
        /// Say how it was.
        Rate = "rate",
        /// End it.
        Close = "close",
    }
}

impl Step {
    /// The states from which it is possible.
    pub fn possible_in(self) -> &'static [WorkOrderStage] {
        use WorkOrderStage as S;
        match self {
            Self::Accept | Self::Reject => &[S::Submitted],
            Self::Cancel => &[S::Submitted, S::Accepted, S::Assigned],
            Self::Assign => &[S::Accepted, S::Reopened],
            Self::Reassign => &[S::Assigned, S::InProgress, S::Suspended],
            Self::OfferQuotation | Self::AcceptQuotation => &[S::Accepted, S::Assigned],
            Self::Start => &[S::Assigned],
            Self::Suspend | Self::Complete => &[S::InProgress],
            Self::Resume => &[S::Suspended],
            Self::Charge | Self::Close => &[S::Completed, S::Rated],
            Self::Reopen | Self::Rate => &[S::Completed],
        }
    }

    /// Who may take it.
    pub fn doers(self) -> &'static [Doer] {
        match self {
            Self::Accept | Self::Reject | Self::Assign | Self::Reassign => &[Doer::Desk],
            Self::Cancel | Self::AcceptQuotation | Self::Reopen | Self::Rate => &[Doer::Reporter, Doer::Desk],
            Self::OfferQuotation | Self::Suspend | Self::Resume => &[Doer::Assignee, Doer::Desk],
            Self::Start | Self::Complete => &[Doer::Assignee],
            Self::Charge | Self::Close => &[Doer::Desk, Doer::Service],
        }
    }

    /// The work order with what was reported, when the actor may take this step now.
    ///
    /// `roles` are the actor's; the company's ledger counts as seen only where no other right lets him take the step.
    ///
    /// # Errors
    /// [`WorkOrderRefusal::WorkOrderMustExist`], `WorkOrderActorMustBeAllowed` naming who may, `WorkOrderMustBeInState`
    /// naming the states that are possible.
    pub(super) fn permit(self, draft: &Draft<'_>, id: WorkOrderId, roles: &Roles) -> Result<Permitted, Refusal> {
        let state = draft.work_order(id);
        let (submitted, stage) = state.order().ok_or(WorkOrderRefusal::WorkOrderMustExist)?.clone();
        let is_actor = |doer: &&Doer| doer.is_actor(draft, &state, &submitted, roles);
        let (by_role, by_own): (Vec<&Doer>, Vec<&Doer>) =
            self.doers().iter().filter(is_actor).partition(|doer| **doer == Doer::Desk);
        if by_role.is_empty() && by_own.is_empty() {
            return Err(WorkOrderRefusal::WorkOrderActorMustBeAllowed.with("allowed", listed(self.doers())));
        }
        if !self.possible_in().contains(&stage) {
            let refusal = WorkOrderRefusal::WorkOrderMustBeInState.with("state", stage);
            return Err(refusal.with("possible", listed(self.possible_in())));
        }
        let seen = if by_own.is_empty() { roles.seen.clone() } else { Vec::new() };
        Ok(Permitted { state, submitted, stage, seen })
    }
}

/// A work order that a step is possible for.
pub(super) struct Permitted {
    /// Its fold.
    pub(super) state: Arc<WorkOrderState>,
    /// What was reported.
    pub(super) submitted: WorkOrderSubmitted,
    /// Where it stands.
    pub(super) stage: WorkOrderStage,
    /// The company facts that the actor's right rests on.
    pub(super) seen: Vec<Seen>,
}

impl Doer {
    fn is_actor(
        self,
        draft: &Draft<'_>,
        state: &WorkOrderState,
        submitted: &WorkOrderSubmitted,
        roles: &Roles,
    ) -> bool {
        let actor = draft.context.actor;
        match self {
            Self::Reporter => {
                actor.kind == ActorKind::Person && submitted.reporter.is_some_and(|person| person.uuid() == actor.id)
            }
            Self::Desk => actor.kind == ActorKind::Staff && roles.any_of(&[Role::CustomerService, Role::Finance]),
            Self::Assignee => actor.kind == ActorKind::Staff && state.assignee() == Some(StaffId(actor.id)),
            Self::Service => actor.kind == ActorKind::Service,
        }
    }
}

fn listed<T: std::fmt::Display>(words: &[T]) -> String {
    words.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::envelope::Actor;
    use crate::testing::uuid;
    use crate::work_order::fixture::{COLLEAGUE, REPORTER, STRANGER, WORKER, at, command, desk, person, worker};
    use crate::work_order::{AcceptWorkOrder, WorkOrderKind};

    fn taken_by(doer: Doer) -> Actor {
        match doer {
            Doer::Reporter => person(REPORTER),
            Doer::Desk => desk(),
            Doer::Assignee => worker(WORKER),
            Doer::Service => Actor { kind: ActorKind::Service, id: uuid(2) },
        }
    }

    /// Every step in every state: it is possible exactly where the table says, else the refusal names where it is.
    #[test]
    fn a_step_is_possible_exactly_where_the_table_says() {
        for step in Step::ALL {
            for stage in WorkOrderStage::ALL {
                let (story, order) = at(*stage, WorkOrderKind::PaidRepair);
                let doer = if step.doers().contains(&Doer::Desk) { Doer::Desk } else { Doer::Assignee };
                let answer = story.by(taken_by(doer)).when(command(*step, order).as_ref());
                let out_of_state = answer.err().filter(|refusal| refusal.code == "work_order_must_be_in_state");
                // Whoever is nobody's assignee yet is refused as such.
                let nobody = doer == Doer::Assignee && !step.possible_in().contains(stage);
                match out_of_state {
                    Some(refusal) => {
                        assert!(!step.possible_in().contains(stage), "{step} in {stage}");
                        let possible = listed(step.possible_in());
                        assert_eq!(refusal.detail, [("state", stage.to_string()), ("possible", possible)]);
                    }
                    None => assert!(step.possible_in().contains(stage) || nobody, "{step} in {stage}"),
                }
            }
        }
    }

    /// Every step by everybody: it is taken exactly by those the table names.
    #[test]
    fn a_step_is_taken_by_those_the_table_names() {
        for step in Step::ALL {
            let stage = step.possible_in()[0];
            for doer in Doer::ALL {
                let (story, order) = at(stage, WorkOrderKind::PaidRepair);
                let answer = story.by(taken_by(*doer)).when(command(*step, order).as_ref());
                let barred = answer.is_err_and(|refusal| refusal.code == "work_order_actor_must_be_allowed");
                // The assignee acts here with the roles of the command, which are those of the desk where the desk may.
                let also_desk = *doer == Doer::Assignee && step.doers().contains(&Doer::Desk);
                let unassigned = *doer == Doer::Assignee && stage == WorkOrderStage::Accepted;
                let named = step.doers().contains(doer) && !unassigned;
                assert_eq!(!barred, named || also_desk, "{step} by {doer}");
            }
            for stranger in [person(STRANGER), Actor { kind: ActorKind::Gateway, id: uuid(1) }] {
                let (story, order) = at(stage, WorkOrderKind::PaidRepair);
                let answer = story.by(stranger).refused(command(*step, order).as_ref());
                assert_eq!(answer, "work_order_actor_must_be_allowed", "{step}");
            }
        }
    }

    #[test]
    fn roles_count_and_other_hands_do_not() {
        let (mut story, order) = at(WorkOrderStage::Submitted, WorkOrderKind::Repair);
        let by = |held| {
            let roles = Roles { held, ..Roles::default() };
            AcceptWorkOrder { work_order: order, roles, deadlines: None }
        };
        assert_eq!(story.refused(&by(vec![Role::Cashier, Role::Maintenance])), "work_order_actor_must_be_allowed");
        assert_eq!(story.accepted(&by(vec![Role::Maintenance, Role::CustomerService])).len(), 1);
        let (story, order) = at(WorkOrderStage::InProgress, WorkOrderKind::Repair);
        let mut story = story.by(worker(COLLEAGUE));
        assert_eq!(story.refused(&crate::work_order::fixture::complete(order)), "work_order_actor_must_be_allowed");
    }

    #[test]
    fn what_was_never_submitted_is_not_found() {
        let mut story = crate::work_order::fixture::estate();
        assert_eq!(story.refused(command(Step::Accept, WorkOrderId(uuid(404))).as_ref()), "work_order_must_exist");
    }
}
