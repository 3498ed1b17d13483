//! Says how a fee item stands on invoices from a day on.

use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, FeeItemTaxCodeSet, TaxCode};
use crate::id::FeeItemId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Another tax classification for invoices that are requested on or after a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetTaxCode {
    /// The item.
    pub fee_item: FeeItemId,
    /// First day.
    pub from: CivilDate,
    /// The classification.
    pub code: TaxCode,
    /// Its short name, without asterisks.
    pub short_name: Label,
}

impl Decide for SetTaxCode {
    fn operation(&self) -> &'static str {
        "set_tax_code"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let item = draft.fee_item(self.fee_item);
        let created = item.created().ok_or(FeeItemRefusal::FeeItemMustExist)?;
        if created.fund != Fund::Operating {
            return Err(FeeItemRefusal::TaxCodeMustBeOfOwnIncome.with("fund", created.fund));
        }
        if item.last_tax_code().is_some_and(|latest| self.from < latest.from) {
            return Err(FeeItemRefusal::VersionMustNotBeEarlier.at("/from"));
        }
        let set = FeeItemTaxCodeSet { from: self.from, code: self.code.clone(), short_name: self.short_name.clone() };
        draft.push(self.fee_item, set);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::VatCategory;
    use crate::fee_item::{FeeItemCreated, Vat};
    use crate::testing::{Story, uuid};
    use crate::value::Count;

    #[test]
    fn the_classification_of_a_day_is_found_and_only_own_income_has_one() {
        let set = |from: &str, code: &str| SetTaxCode {
            fee_item: FeeItemId(uuid(80)),
            from: from.parse().unwrap(),
            code: code.parse().unwrap(),
            short_name: "企业管理服务".parse().unwrap(),
        };
        let (first, second) = ("3040801010000000000", "3040801020000000000");
        let of = |fund| FeeItemCreated {
            name: "物业管理费".parse().unwrap(),
            fund,
            priority: Count(1),
            vat: Vat::of(VatCategory::Exempt, None),
        };
        assert_eq!(Story::new().refused(&set("2026-01-01", first)), "fee_item_must_exist");
        for fund in [Fund::PassThrough, Fund::Deposit, Fund::OwnersIncome, Fund::MaintenanceFund] {
            let mut story = Story::new().given(FeeItemId(uuid(80)), of(fund));
            assert_eq!(story.refused(&set("2026-01-01", first)), "tax_code_must_be_of_own_income");
        }
        let mut story = Story::new().given(FeeItemId(uuid(80)), of(Fund::Operating));
        story.accepted(&set("2026-01-01", first));
        story.accepted(&set("2026-07-01", second));
        assert_eq!(story.refused(&set("2026-06-30", first)), "version_must_not_be_earlier");
        let state = story.draft().fee_item(FeeItemId(uuid(80)));
        let on = |day: &str| state.tax_code_on(day.parse().unwrap()).map(|set| set.code.to_string());
        assert_eq!(
            (on("2025-12-31"), on("2026-06-30").as_deref(), on("2026-07-01").as_deref()),
            (None, Some(first), Some(second))
        );
        assert!("304080101000000000".parse::<TaxCode>().is_err() && "30408010100000000A0".parse::<TaxCode>().is_err());
    }
}
