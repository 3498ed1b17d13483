//! Sets a unit's areas from a day on; what is charged already is never re-priced.

use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::UnitId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{UnitAreaSet, UnitRefusal};
use crate::value::Exact;
use rust_decimal::Decimal;

/// Areas from a day on, in square metres.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetArea {
    /// The unit.
    pub unit: UnitId,
    /// First day.
    pub from: CivilDate,
    /// Building area, 0–1,000,000.
    pub building_area_sqm: Exact,
    /// Inner area, not above the building area.
    pub inner_area_sqm: Option<Exact>,
}

/// Refuses areas out of range.
pub(super) fn area_must_be_in_range(building: Exact, inner: Option<Exact>) -> Result<(), Refusal> {
    let in_range = |area: Exact| (Decimal::ZERO..=Decimal::from(1_000_000)).contains(&area.decimal());
    if !in_range(building) {
        return Err(UnitRefusal::AreaMustBeInRange.at("/building_area_sqm"));
    }
    match inner {
        Some(inner) if !in_range(inner) => Err(UnitRefusal::AreaMustBeInRange.at("/inner_area_sqm")),
        Some(inner) if inner > building => Err(UnitRefusal::InnerAreaMustNotExceedBuildingArea.at("/inner_area_sqm")),
        _ => Ok(()),
    }
}

impl Decide for SetArea {
    fn operation(&self) -> &'static str {
        "set_area"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        existing(draft, self.unit)?;
        area_must_be_in_range(self.building_area_sqm, self.inner_area_sqm)?;
        draft.push(
            self.unit,
            UnitAreaSet {
                from: self.from,
                building_area_sqm: self.building_area_sqm,
                inner_area_sqm: self.inner_area_sqm,
            },
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};
    use crate::unit::fixture::{UNIT, registered};

    fn set(from: &str, building: &str, inner: Option<&str>) -> SetArea {
        SetArea {
            unit: UNIT,
            from: from.parse().unwrap(),
            building_area_sqm: building.parse().unwrap(),
            inner_area_sqm: inner.map(|text| text.parse().unwrap()),
        }
    }

    #[test]
    fn areas_hold_from_their_day() {
        let mut story = registered();
        story.accepted(&set("2026-06-01", "90.5", None));
        story.accepted(&set("2026-01-01", "89.76", Some("70")));
        let state = story.draft().unit(UNIT);
        let area = |day: &str| state.area_on(day.parse().unwrap()).map(|area| area.building_area_sqm.to_string());
        assert_eq!(area("2025-12-31"), None);
        assert_eq!(area("2026-05-31").as_deref(), Some("89.76"));
        assert_eq!(area("2026-06-01").as_deref(), Some("90.5"));
    }

    #[test]
    fn areas_are_bounded() {
        assert_eq!(registered().refused(&set("2026-01-01", "-1", None)), "area_must_be_in_range");
        assert_eq!(registered().refused(&set("2026-01-01", "1000000.1", None)), "area_must_be_in_range");
        assert_eq!(registered().refused(&set("2026-01-01", "10", Some("-1"))), "area_must_be_in_range");
        let inner = set("2026-01-01", "10", Some("11"));
        assert_eq!(registered().refused(&inner), "inner_area_must_not_exceed_building_area");
        let stranger = SetArea { unit: UnitId(uuid(99)), ..inner };
        assert_eq!(Story::new().refused(&stranger), "unit_must_exist");
    }
}
