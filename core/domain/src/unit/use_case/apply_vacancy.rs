//! Asks for a vacancy discount 空置: somebody must look at the unit, and another approve it.

use crate::book::Fund;
use crate::calendar::DateRange;
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{FeeItemId, UnitId, VacancyId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{UnitRefusal, VacancyApplied, VacancyStage};
use crate::value::Label;

/// A unit stands empty for some days, it is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplyVacancy {
    /// The unit.
    pub unit: UnitId,
    /// The item, of the operating fund.
    pub fee_item: FeeItemId,
    /// The service days.
    pub days: DateRange,
    /// Why.
    pub reason: Label,
}

impl Decide for ApplyVacancy {
    fn operation(&self) -> &'static str {
        "apply_vacancy"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into(), self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let unit = existing(draft, self.unit)?;
        let item = draft.fee_item(self.fee_item);
        let Some(created) = item.created() else { return Err(FeeItemRefusal::FeeItemMustExist.at("/fee_item")) };
        if created.fund != Fund::Operating {
            return Err(UnitRefusal::VacancyMustBeOperating.at("/fee_item"));
        }
        let open = unit.vacancies().iter().find(|have| {
            let decided = matches!(have.stage, VacancyStage::Approved | VacancyStage::Declined);
            !decided && have.fee_item == self.fee_item && have.days.overlaps(self.days)
        });
        if let Some(open) = open {
            return Err(UnitRefusal::VacancyMustBeAppliedOnce.with("vacancy", open.vacancy));
        }
        let vacancy: VacancyId = draft.mint("vacancy");
        let (fee_item, days, reason) = (self.fee_item, self.days, self.reason.clone());
        draft.push(self.unit, VacancyApplied { vacancy, fee_item, days, reason });
        Ok(())
    }
}
