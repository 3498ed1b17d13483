//! Creates a fee item: its fund is fixed for ever; price and tax are dated and come apart.

use crate::book::Fund;
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemCreated, FeeItemRefusal, Vat, vat_must_fit};
use crate::id::FeeItemId;
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;
use crate::value::{Count, Label};

/// A new thing that is charged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateFeeItem {
    /// The new fee item.
    pub fee_item: FeeItemId,
    /// Name on bills.
    pub name: Label,
    /// What the money is for, for ever.
    pub fund: Fund,
    /// Lower is paid first, 0–9999.
    pub priority: Count,
    /// Tax treatment until another one is set.
    pub vat: Vat,
}

impl Decide for CreateFeeItem {
    fn operation(&self) -> &'static str {
        "create_fee_item"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.fee_item(self.fee_item).created().is_some() {
            return Err(FeeItemRefusal::FeeItemMustBeNew.into());
        }
        if self.priority.0 > 9999 {
            return Err(FeeItemRefusal::PriorityMustBeInRange.at("/priority"));
        }
        vat_must_fit(&self.vat)?;
        draft.push(
            self.fee_item,
            FeeItemCreated { name: self.name.clone(), fund: self.fund, priority: self.priority, vat: self.vat.clone() },
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::VatCategory;
    use crate::testing::{Story, uuid};

    fn create(category: VatCategory, rate: Option<&str>) -> CreateFeeItem {
        CreateFeeItem {
            fee_item: FeeItemId(uuid(80)),
            name: "物业服务费".parse().unwrap(),
            fund: Fund::Operating,
            priority: Count(10),
            vat: Vat::of(category, rate.map(|text| text.parse().unwrap())),
        }
    }

    #[test]
    fn it_is_created_once() {
        let rated = create(VatCategory::Rated, Some("0.06"));
        let mut story = Story::new().in_ledger(LedgerKind::Community);
        story.accepted(&rated);
        let state = story.draft().fee_item(rated.fee_item);
        assert_eq!(state.created().map(|item| item.fund), Some(Fund::Operating));
        assert_eq!(story.refused(&rated), "fee_item_must_be_new");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let refused = |command: CreateFeeItem| Story::new().in_ledger(LedgerKind::Community).refused(&command);
        for (category, rate) in [
            (VatCategory::Rated, None),
            (VatCategory::Rated, Some("0")),
            (VatCategory::Rated, Some("1")),
            (VatCategory::Rated, Some("-0.06")),
            (VatCategory::Exempt, Some("0.06")),
            (VatCategory::ZeroRated, Some("0")),
        ] {
            assert_eq!(refused(create(category, rate)), "vat_rate_must_fit_category");
        }
        let late = CreateFeeItem { priority: Count(10_000), ..create(VatCategory::Exempt, None) };
        assert_eq!(refused(late), "priority_must_be_in_range");
    }
}
