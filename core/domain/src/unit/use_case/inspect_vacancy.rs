//! Says what somebody saw who looked at a unit that is said to stand empty.

use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{UnitId, VacancyId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{UnitRefusal, UnitState, Vacancy, VacancyFinding, VacancyInspected, VacancyStage};
use crate::value::Digest;

/// More photos say no more.
const PHOTOS_LIMIT: usize = 20;

/// A unit was found vacant or not, by another than who applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectVacancy {
    /// The unit.
    pub unit: UnitId,
    /// The application.
    pub vacancy: VacancyId,
    /// The day he looked; not after today.
    pub on: CivilDate,
    /// What he found.
    pub found: VacancyFinding,
    /// Digests of photos, at most 20.
    pub photos: Vec<Digest>,
}

impl Decide for InspectVacancy {
    fn operation(&self) -> &'static str {
        "inspect_vacancy"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let unit = existing(draft, self.unit)?;
        let vacancy = of(&unit, self.vacancy)?;
        if vacancy.stage != VacancyStage::Applied {
            return Err(UnitRefusal::VacancyMustBeUndecided.with("stage", vacancy.stage));
        }
        if vacancy.applied_by == draft.context.actor.id {
            return Err(UnitRefusal::VacancyMustBeInspectedByAnother.into());
        }
        if self.on > draft.context.today || self.photos.len() > PHOTOS_LIMIT {
            return Err(UnitRefusal::InspectionMustBeInRange.at("/on"));
        }
        let (vacancy, on, found, photos) = (self.vacancy, self.on, self.found, self.photos.clone());
        draft.push(self.unit, VacancyInspected { vacancy, on, found, photos });
        Ok(())
    }
}

/// The application, or a refusal when there is none.
pub(super) fn of(unit: &UnitState, vacancy: VacancyId) -> Result<&Vacancy, Refusal> {
    let found = unit.vacancies().iter().find(|have| have.vacancy == vacancy);
    found.ok_or_else(|| UnitRefusal::VacancyMustExist.into())
}
