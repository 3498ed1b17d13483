//! Somebody reports something: an owner or tenant for himself, the staff for anybody or for common ground.

use crate::draft::{Decide, Draft};
use crate::envelope::ActorKind;
use crate::id::{PersonId, UnitId, VaultItemId, WorkOrderId};
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::UnitRefusal;
use crate::value::Label;
use crate::work_order::{Priority, WorkOrderKind, WorkOrderRefusal, WorkOrderSubmitted};

const MAX_MEDIA: usize = 20;

/// A new work order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubmitWorkOrder {
    /// What it is about.
    pub kind: WorkOrderKind,
    /// Category.
    pub category: Label,
    /// How soon.
    pub priority: Priority,
    /// The unit; absent for common ground.
    pub unit: Option<UnitId>,
    /// Where, such as the name of a lobby or lift.
    pub place: Option<Label>,
    /// Who reports; a person who acts for himself must be it.
    pub reporter: Option<PersonId>,
    /// What was said, in the vault.
    pub description: Option<VaultItemId>,
    /// Photos and videos, in the vault.
    pub media: Vec<VaultItemId>,
}

impl Decide for SubmitWorkOrder {
    fn operation(&self) -> &'static str {
        "submit_work_order"
    }

    fn needs(&self) -> Vec<StreamRef> {
        self.unit.iter().map(|unit| (*unit).into()).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.context.actor.kind == ActorKind::Person {
            self.reporter_must_speak_for_himself(draft)?;
        }
        if let Some(unit) = self.unit
            && draft.unit(unit).registered().is_none()
        {
            return Err(UnitRefusal::UnitMustExist.at("/unit"));
        }
        if self.kind == WorkOrderKind::PaidRepair && self.unit.is_none() {
            return Err(WorkOrderRefusal::PaidWorkMustNameUnit.at("/unit"));
        }
        if self.kind == WorkOrderKind::PaidRepair && self.reporter.is_none() {
            return Err(WorkOrderRefusal::PaidWorkMustNameReporter.at("/reporter"));
        }
        if self.media.len() > MAX_MEDIA {
            return Err(WorkOrderRefusal::TooManyMedia.at("/media"));
        }
        let submitted = WorkOrderSubmitted {
            kind: self.kind,
            category: self.category.clone(),
            priority: self.priority,
            unit: self.unit,
            place: self.place.clone(),
            reporter: self.reporter,
            description: self.description,
            media: self.media.clone(),
        };
        let work_order: WorkOrderId = draft.mint("work_order");
        draft.push(work_order, submitted);
        Ok(())
    }
}

impl SubmitWorkOrder {
    /// A person reports in his own name, and about a unit only as its owner or tenant of the day.
    fn reporter_must_speak_for_himself(&self, draft: &Draft<'_>) -> Result<(), Refusal> {
        let actor = PersonId(draft.context.actor.id);
        if self.reporter != Some(actor) {
            return Err(WorkOrderRefusal::ReporterMustBeActor.at("/reporter"));
        }
        let Some(unit) = self.unit else { return Ok(()) };
        let (state, today) = (draft.unit(unit), draft.context.today);
        let tenant = state.tenancy_on(today).map(|tenancy| tenancy.party);
        let belongs = [state.owner_on(today), tenant].into_iter().flatten().any(|p| draft.party(p).has_member(actor));
        if belongs { Ok(()) } else { Err(WorkOrderRefusal::ReporterMustBelongToUnit.at("/unit")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};
    use crate::work_order::fixture::{REPORTER, STRANGER, UNIT, estate, person, submit};

    #[test]
    fn owners_report_for_themselves_and_their_units() {
        let mut story = estate().by(person(REPORTER));
        assert_eq!(story.accepted(&submit(WorkOrderKind::Repair)).len(), 1);
        let nameless = SubmitWorkOrder { reporter: None, ..submit(WorkOrderKind::Repair) };
        assert_eq!(story.refused(&nameless), "reporter_must_be_actor");
        let mut story = estate().by(person(STRANGER));
        assert_eq!(story.refused(&submit(WorkOrderKind::Repair)), "reporter_must_be_actor");
        let stranger = SubmitWorkOrder { reporter: Some(STRANGER), ..submit(WorkOrderKind::Repair) };
        assert_eq!(story.refused(&stranger), "reporter_must_belong_to_unit");
        assert_eq!(story.accepted(&SubmitWorkOrder { unit: None, ..stranger }).len(), 1);
    }

    #[test]
    fn staff_report_common_ground_but_paid_work_names_who_pays() {
        let lobby = |kind| SubmitWorkOrder { unit: None, reporter: None, ..submit(kind) };
        assert_eq!(estate().accepted(&lobby(WorkOrderKind::Repair)).len(), 1);
        assert_eq!(estate().refused(&lobby(WorkOrderKind::PaidRepair)), "paid_work_must_name_unit");
        let nameless = SubmitWorkOrder { unit: Some(UNIT), ..lobby(WorkOrderKind::PaidRepair) };
        assert_eq!(estate().refused(&nameless), "paid_work_must_name_reporter");
    }

    #[test]
    fn what_it_names_must_be_there() {
        let elsewhere = SubmitWorkOrder { unit: Some(UnitId(uuid(99))), ..submit(WorkOrderKind::Complaint) };
        assert_eq!(estate().refused(&elsewhere), "unit_must_exist");
        assert_eq!(Story::new().refused(&submit(WorkOrderKind::Complaint)), "ledger_must_be_open");
        let many = SubmitWorkOrder { media: vec![VaultItemId(uuid(5)); 21], ..submit(WorkOrderKind::Complaint) };
        assert_eq!(estate().refused(&many), "too_many_media");
    }
}
