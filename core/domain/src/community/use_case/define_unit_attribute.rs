//! Defines a value of units that prices may rest on; its name stays for ever, as formulas name it.

use crate::bill_run::is_taken;
use crate::community::{CommunityRefusal, UnitAttributeDefined};
use crate::draft::{Decide, Draft};
use crate::id::CommunityId;
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;
use crate::rule::formula::is_free;
use crate::value::{Label, Variable};

/// More values than any community tells apart.
const ATTRIBUTES_LIMIT: usize = 50;
/// Units have another value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefineUnitAttribute {
    /// How formulas call it.
    pub name: Variable,
    /// How people call it.
    pub label: Label,
}

impl Decide for DefineUnitAttribute {
    fn operation(&self) -> &'static str {
        "define_unit_attribute"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let id = CommunityId(draft.context.ledger_id.uuid());
        let community = draft.community(id);
        let name = self.name.as_str();
        if is_taken(name) || community.attribute(name).is_some() {
            return Err(CommunityRefusal::AttributeMustBeNew.at("/name"));
        }
        if !is_free(&self.name) {
            return Err(CommunityRefusal::AttributeNameMustBeFree.at("/name"));
        }
        if community.attributes() >= ATTRIBUTES_LIMIT {
            return Err(CommunityRefusal::TooManyAttributes.into());
        }
        draft.push(id, UnitAttributeDefined { name: self.name.clone(), label: self.label.clone() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Story;

    fn define(name: &str) -> DefineUnitAttribute {
        DefineUnitAttribute { name: name.parse().unwrap(), label: "电梯系数".parse().unwrap() }
    }

    #[test]
    fn a_name_is_defined_once_and_is_no_word_of_formulas() {
        let mut story = Story::new().in_ledger(LedgerKind::Community);
        assert_eq!(story.accepted(&define("lift_share")).len(), 1);
        for name in ["lift_share", "coefficient", "area", "usage", "amount_per_month"] {
            assert_eq!(story.refused(&define(name)), "attribute_must_be_new", "{name}");
        }
        for name in ["if", "let", "min", "round", "switch"] {
            assert_eq!(story.refused(&define(name)), "attribute_name_must_be_free", "{name}");
        }
        for n in 1..50 {
            story.accepted(&define(&format!("a{n}")));
        }
        assert_eq!(story.refused(&define("one_more")), "too_many_attributes");
        let mut company = Story::new().in_ledger(LedgerKind::Company);
        assert_eq!(company.refused(&define("x")), "ledger_must_be_of_kind");
    }
}
