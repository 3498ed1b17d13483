//! Declines a vacancy discount that was applied for.

use super::inspect_vacancy::of;
use crate::draft::{Decide, Draft};
use crate::id::{UnitId, VacancyId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{UnitRefusal, VacancyDeclined, VacancyStage};
use crate::value::Label;

/// Nothing comes of an application.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclineVacancy {
    /// The unit.
    pub unit: UnitId,
    /// The application.
    pub vacancy: VacancyId,
    /// Why.
    pub reason: Label,
}

impl Decide for DeclineVacancy {
    fn operation(&self) -> &'static str {
        "decline_vacancy"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let unit = existing(draft, self.unit)?;
        let stage = of(&unit, self.vacancy)?.stage;
        match stage {
            VacancyStage::Applied | VacancyStage::Inspected => {}
            VacancyStage::Approved | VacancyStage::Declined => {
                return Err(UnitRefusal::VacancyMustBeUndecided.with("stage", stage));
            }
        }
        draft.push(self.unit, VacancyDeclined { vacancy: self.vacancy, reason: self.reason.clone() });
        Ok(())
    }
}
