//! Sets another tax treatment of a fee item from a day on; charges that are posted keep theirs.

use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, FeeItemVatSet, Vat, vat_must_fit};
use crate::id::FeeItemId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Another tax treatment for service months that begin on or after a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetVat {
    /// The item.
    pub fee_item: FeeItemId,
    /// First day.
    pub from: CivilDate,
    /// Tax treatment.
    pub vat: Vat,
}

impl Decide for SetVat {
    fn operation(&self) -> &'static str {
        "set_vat"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let item = draft.fee_item(self.fee_item);
        if item.created().is_none() {
            return Err(FeeItemRefusal::FeeItemMustExist.into());
        }
        vat_must_fit(&self.vat)?;
        if item.last_vat().is_some_and(|(latest, _)| self.from < latest) {
            return Err(FeeItemRefusal::VersionMustNotBeEarlier.at("/from"));
        }
        draft.push(self.fee_item, FeeItemVatSet { from: self.from, vat: self.vat.clone() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::book::{Fund, VatCategory};
    use crate::fee_item::FeeItemCreated;
    use crate::testing::{Story, uuid};
    use crate::value::Count;

    #[test]
    fn the_treatment_of_a_day_is_found() {
        let set = |from: &str, rate: &str| SetVat {
            fee_item: FeeItemId(uuid(80)),
            from: from.parse().unwrap(),
            vat: Vat::of(VatCategory::Rated, Some(rate.parse().unwrap())),
        };
        assert_eq!(Story::new().refused(&set("2026-07-01", "0.03")), "fee_item_must_exist");
        let exempt = Vat::of(VatCategory::Exempt, None);
        let mut story = Story::new().given(
            FeeItemId(uuid(80)),
            FeeItemCreated {
                name: "垃圾处理费".parse().unwrap(),
                fund: Fund::Operating,
                priority: Count(1),
                vat: exempt.clone(),
            },
        );
        story.accepted(&set("2026-07-01", "0.03"));
        story.accepted(&set("2026-07-01", "0.06"));
        let state = story.draft().fee_item(FeeItemId(uuid(80)));
        assert_eq!(state.vat_on("2026-06-30".parse().unwrap()), Some(&exempt));
        let july = state.vat_on("2026-07-01".parse().unwrap()).and_then(|vat| vat.rate);
        assert_eq!(july, "0.06".parse().ok());
        assert_eq!(story.refused(&set("2026-06-30", "0.03")), "version_must_not_be_earlier");
        assert_eq!(story.refused(&set("2026-08-01", "1.5")), "vat_rate_must_fit_category");
    }
}
