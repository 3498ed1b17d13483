//! Sets from when on what a meter counts is far from its own history: such readings are held for a person.

use crate::community::MeterCheckSet;
use crate::draft::{Decide, Draft};
use crate::id::CommunityId;
use crate::ledger::{LedgerKind, must_be};
use crate::meter::MeterRefusal;
use crate::refusal::Refusal;
use crate::value::{Count, Exact};
use rust_decimal::Decimal;

/// For readings recorded from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetMeterCheck {
    /// So many times the average a day, 1–1000.
    pub factor: Exact,
    /// Readings that a history has at least, 1–24.
    pub readings: Count,
    /// Used a day at most, whatever the history; absent: no limit.
    pub daily_limit: Option<Exact>,
}

impl Decide for SetMeterCheck {
    fn operation(&self) -> &'static str {
        "set_meter_check"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let factor = (Decimal::ONE..=Decimal::ONE_THOUSAND).contains(&self.factor.decimal());
        let limit = self.daily_limit.is_none_or(|limit| limit.decimal() > Decimal::ZERO);
        if !(factor && (1..=24).contains(&self.readings.0) && limit) {
            return Err(MeterRefusal::MeterCheckMustBeInRange.into());
        }
        let community = CommunityId(draft.context.ledger_id.uuid());
        let (factor, readings, daily_limit) = (self.factor, self.readings, self.daily_limit);
        draft.push(community, MeterCheckSet { factor, readings, daily_limit });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Story;

    #[test]
    fn bounds_are_refused_by_name() {
        let set = |factor: &str, readings, limit: Option<&str>| SetMeterCheck {
            factor: factor.parse().unwrap(),
            readings: Count(readings),
            daily_limit: limit.map(|limit| limit.parse().unwrap()),
        };
        let mut story = Story::new().in_ledger(LedgerKind::Community);
        story.accepted(&set("1.5", 2, Some("0.5")));
        for wrong in
            [set("0.9", 2, None), set("1001", 2, None), set("2", 0, None), set("2", 25, None), set("2", 2, Some("0"))]
        {
            assert_eq!(story.refused(&wrong), "meter_check_must_be_in_range", "{wrong:?}");
        }
    }
}
