//! Sets a value of a unit that prices may rest on, from a day on; what is charged already is never re-priced.

use crate::bill_run::STANDARD_ATTRIBUTES;
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{CommunityId, UnitId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{UnitAttributeSet, UnitRefusal};
use crate::value::{Exact, Variable};
use rust_decimal::Decimal;

/// A value from a day on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUnitAttribute {
    /// The unit.
    pub unit: UnitId,
    /// `household_count`, `coefficient`, or what the community defined.
    pub name: Variable,
    /// First day.
    pub from: CivilDate,
    /// The value; absent: not known from that day on.
    pub value: Option<Exact>,
}

/// Refuses a value that its attribute cannot have.
fn value_must_fit(name: &str, value: Decimal) -> Result<(), Refusal> {
    let fits = match name {
        "household_count" => value.fract().is_zero() && (Decimal::ZERO..=Decimal::ONE_THOUSAND).contains(&value),
        "coefficient" => (Decimal::ZERO..=Decimal::ONE_THOUSAND).contains(&value),
        _ => value.abs() <= Decimal::from(1_000_000),
    };
    if fits { Ok(()) } else { Err(UnitRefusal::AttributeMustBeInRange.at("/value")) }
}

impl Decide for SetUnitAttribute {
    fn operation(&self) -> &'static str {
        "set_unit_attribute"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        existing(draft, self.unit)?;
        let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
        let name = self.name.as_str();
        if !STANDARD_ATTRIBUTES.contains(&name) && community.attribute(name).is_none() {
            return Err(UnitRefusal::AttributeMustBeDefined.at("/name"));
        }
        self.value.map_or(Ok(()), |value| value_must_fit(name, value.decimal()))?;
        draft.push(self.unit, UnitAttributeSet { name: self.name.clone(), from: self.from, value: self.value });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::DefineUnitAttribute;
    use crate::unit::fixture::{UNIT, registered};

    fn set(name: &str, from: &str, value: Option<&str>) -> SetUnitAttribute {
        let value = value.map(|text| text.parse().unwrap());
        SetUnitAttribute { unit: UNIT, name: name.parse().unwrap(), from: from.parse().unwrap(), value }
    }

    #[test]
    fn values_hold_from_their_day_until_they_are_unknown_again() {
        let mut story = registered();
        story.accepted(&set("coefficient", "2026-03-01", Some("1.2")));
        story.accepted(&set("coefficient", "2026-01-01", Some("1")));
        story.accepted(&set("coefficient", "2026-06-01", None));
        let state = story.draft().unit(UNIT);
        let value = |day: &str| {
            let found = state.attribute_on(day.parse().unwrap(), "coefficient");
            found.map(|(since, value)| (since.to_string(), value.to_string()))
        };
        assert_eq!(value("2025-12-31"), None);
        assert_eq!(value("2026-02-28"), Some(("2026-01-01".into(), "1".into())));
        assert_eq!(value("2026-05-31"), Some(("2026-03-01".into(), "1.2".into())));
        assert_eq!(value("2026-06-01"), None);
    }

    #[test]
    fn a_value_is_bounded_and_its_name_defined() {
        let mut story = registered();
        assert_eq!(story.refused(&set("lift_share", "2026-01-01", Some("1"))), "attribute_must_be_defined");
        story
            .accepted(&DefineUnitAttribute {
                name: "lift_share".parse().unwrap(), label: "电梯份额".parse().unwrap()
            });
        story.accepted(&set("lift_share", "2026-01-01", Some("-3.5")));
        for (name, value) in [
            ("household_count", "1.5"),
            ("household_count", "-1"),
            ("household_count", "1001"),
            ("coefficient", "-0.1"),
            ("coefficient", "1000.1"),
            ("lift_share", "1000000.1"),
        ] {
            assert_eq!(
                story.refused(&set(name, "2026-01-01", Some(value))),
                "attribute_must_be_in_range",
                "{name} {value}"
            );
        }
    }
}
