//! Says which utility a pass-through item collects for, so that what units were charged stands beside what suppliers want.

use crate::book::Fund;
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, FeeItemUtilitySet};
use crate::id::FeeItemId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::supplier_bill::Utility;

/// The item collects for a utility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetUtility {
    /// The item.
    pub fee_item: FeeItemId,
    /// The utility.
    pub utility: Utility,
}

impl Decide for SetUtility {
    fn operation(&self) -> &'static str {
        "set_utility"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let item = draft.fee_item(self.fee_item);
        let created = item.created().ok_or(FeeItemRefusal::FeeItemMustExist)?;
        if created.fund != Fund::PassThrough {
            return Err(FeeItemRefusal::UtilityMustBePassThrough.with("fund", created.fund));
        }
        if item.utility() == Some(self.utility) {
            return Err(FeeItemRefusal::UtilityMustChange.at("/utility"));
        }
        draft.push(self.fee_item, FeeItemUtilitySet { utility: self.utility });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::VatCategory;
    use crate::fee_item::{FeeItemCreated, Vat};
    use crate::testing::{Story, uuid};
    use crate::unit::fixture::{ITEM, registered};
    use crate::value::Count;

    #[test]
    fn a_pass_through_item_collects_for_one_utility() {
        let power = FeeItemId(uuid(81));
        let created = FeeItemCreated {
            name: "电费".parse().unwrap(),
            fund: Fund::PassThrough,
            priority: Count(5),
            vat: Vat::of(VatCategory::NotTaxable, None),
        };
        let mut story: Story = registered().given(power, created);
        let set = |fee_item, utility| SetUtility { fee_item, utility };
        story.accepted(&set(power, Utility::Water));
        assert_eq!(story.refused(&set(power, Utility::Water)), "utility_must_change");
        story.accepted(&set(power, Utility::Electricity));
        assert_eq!(story.refused(&set(ITEM, Utility::Water)), "utility_must_be_pass_through");
        assert_eq!(story.refused(&set(FeeItemId(uuid(9)), Utility::Water)), "fee_item_must_exist");
    }
}
