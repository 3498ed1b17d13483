//! Approves a vacancy that somebody found: a discount for its days, of the part that the policy of their first day says.

use super::grant_discount::{ChargedDays, GrantDiscount};
use super::inspect_vacancy::of;
use crate::account::{DiscountKind, DiscountTerms};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, UnitId, VacancyId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{UnitRefusal, VacancyFinding, VacancyStage};

/// The discount of a vacancy is granted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ApproveVacancy {
    /// The unit.
    pub unit: UnitId,
    /// The application.
    pub vacancy: VacancyId,
    /// What becomes of charges of these days that are there already; absent when there are none.
    pub charged: Option<ChargedDays>,
    /// On whose word: another than who inspected asks or approves.
    #[serde(skip)]
    pub authority: Authority,
}

impl ApproveVacancy {
    /// The discount that it comes to.
    fn grant(&self, draft: &Draft<'_>) -> Result<GrantDiscount, Refusal> {
        let unit = existing(draft, self.unit)?;
        let vacancy = of(&unit, self.vacancy)?;
        let item = draft.fee_item(vacancy.fee_item);
        let off = item.vacancy_off_on(vacancy.days.from()).ok_or(UnitRefusal::VacancyPolicyMustExist)?;
        Ok(GrantDiscount {
            unit: self.unit,
            fee_item: vacancy.fee_item,
            kind: DiscountKind::Vacancy,
            terms: DiscountTerms::Percentage { off },
            days: vacancy.days,
            charged: self.charged,
            reason: vacancy.reason.clone(),
            authority: self.authority,
        })
    }
}

impl Staked for ApproveVacancy {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        self.grant(draft)?.stake(draft)
    }
}

impl Decide for ApproveVacancy {
    fn operation(&self) -> &'static str {
        "approve_vacancy"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into(), AccountId::of_unit(self.unit).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let unit = existing(draft, self.unit)?;
        let vacancy = of(&unit, self.vacancy)?;
        match (vacancy.stage, vacancy.inspected) {
            (VacancyStage::Inspected, Some((_, VacancyFinding::Vacant))) => {}
            (VacancyStage::Applied | VacancyStage::Inspected, _) => {
                return Err(UnitRefusal::VacancyMustBeFound.with("stage", vacancy.stage));
            }
            (VacancyStage::Approved | VacancyStage::Declined, _) => {
                return Err(UnitRefusal::VacancyMustBeUndecided.with("stage", vacancy.stage));
            }
        }
        let inspector = vacancy.inspected.map(|(by, _)| by);
        self.grant(draft)?.carry_out(draft, Some(self.vacancy), |draft, _| {
            let warrant = authorise(draft, self, self.authority)?;
            if warrant.approved.approved_by == inspector {
                return Err(UnitRefusal::VacancyMustBeApprovedByAnother.into());
            }
            Ok(Some(warrant))
        })
    }
}
