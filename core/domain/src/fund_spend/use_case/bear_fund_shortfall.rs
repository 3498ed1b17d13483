//! Lets a unit bear what it had not had of its share, once its fund has something again.

use super::{bear, posted};
use crate::draft::{Decide, Draft};
use crate::fund_spend::{FundShortfallBorne, FundSpendRefusal};
use crate::id::{FundSpendId, UnitId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Takes a shortfall out of a unit's fund, or as much of it as is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BearFundShortfall {
    /// The spend.
    pub spend: FundSpendId,
    /// The unit.
    pub unit: UnitId,
}

impl Decide for BearFundShortfall {
    fn operation(&self) -> &'static str {
        "bear_fund_shortfall"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.spend.into(), self.unit.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, opened) = posted(draft, self.spend)?;
        let short = state.short(self.unit);
        drop(state);
        let amount = bear(draft, (self.spend, &opened), self.unit, short);
        if !amount.is_positive() {
            return Err(FundSpendRefusal::ShortfallMustBeBearable.with("short", short).at("/unit"));
        }
        draft.push(self.spend, FundShortfallBorne { unit: self.unit, amount });
        Ok(())
    }
}
