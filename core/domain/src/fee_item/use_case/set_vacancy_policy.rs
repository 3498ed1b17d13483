//! Sets what a unit that was found vacant 空置 pays less of a fee item, from a day on.
//!
//! Until the community is live it is set up freely; from that day on another must approve it.

use crate::approval::{Authority, Stake, Staked, Warrant, authorise_once_live};
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, VacancyPolicySet};
use crate::id::FeeItemId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Exact;
use rust_decimal::Decimal;

const OFF_DECIMALS: u32 = 4;

/// Vacancies that begin on or after a day take so much off.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SetVacancyPolicy {
    /// The item.
    pub fee_item: FeeItemId,
    /// First day.
    pub from: CivilDate,
    /// The part taken off; absent: nothing any more.
    pub off: Option<Exact>,
    /// On whose word; needed once the community is live.
    #[serde(skip)]
    pub authority: Authority,
}

/// A policy has no amount that a limit could reach.
impl Staked for SetVacancyPolicy {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::default())
    }
}

impl Decide for SetVacancyPolicy {
    fn operation(&self) -> &'static str {
        "set_vacancy_policy"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let item = draft.fee_item(self.fee_item);
        let created = item.created().ok_or(FeeItemRefusal::FeeItemMustExist)?;
        if created.fund != Fund::Operating {
            return Err(FeeItemRefusal::VacancyPolicyMustBeOperating.with("fund", created.fund));
        }
        let in_range = |off: Exact| {
            let off = off.decimal();
            off > Decimal::ZERO && off < Decimal::ONE && off.scale() <= OFF_DECIMALS
        };
        if !self.off.is_none_or(in_range) {
            return Err(FeeItemRefusal::VacancyPolicyMustBeInRange.at("/off"));
        }
        let (approved, seen) = authorise_once_live(draft, self, self.authority)?.map(Warrant::parts).unzip();
        let seen = seen.unwrap_or_default();
        draft.push(self.fee_item, VacancyPolicySet { from: self.from, off: self.off, approved, seen });
        Ok(())
    }
}
