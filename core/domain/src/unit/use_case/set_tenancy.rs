//! Sets who rents a unit for a term, and which fee items the tenant pays by contract while its status is leased.
//!
//! The same party and first day again replaces the earlier fact: that is how a term is shortened or prolonged. Charges
//! that are open and name another payer for these days are reversed before and billed again after: it is his bill.

use crate::account::{Change, charges_must_stand};
use crate::calendar::DateRange;
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{AccountId, FeeItemId, PartyId, UnitId};
use crate::party::{PartyKind, party_must_be};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{UnitRefusal, UnitTenancySet};

/// A tenancy of a unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetTenancy {
    /// The unit.
    pub unit: UnitId,
    /// The tenancy.
    pub party: PartyId,
    /// From the first day to the day after the last.
    pub term: DateRange,
    /// Fee items that the tenant pays, at most 50.
    pub pays: Vec<FeeItemId>,
}

impl Decide for SetTenancy {
    fn operation(&self) -> &'static str {
        "set_tenancy"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into(), self.party.into(), AccountId::of_unit(self.unit).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let unit = existing(draft, self.unit)?;
        party_must_be(draft, self.party, &[PartyKind::Tenancy], "/party")?;
        if self.pays.len() > 50 {
            return Err(UnitRefusal::TooManyFeeItems.at("/pays"));
        }
        for fee_item in &self.pays {
            if draft.fee_item(*fee_item).created().is_none() {
                return Err(FeeItemRefusal::FeeItemMustExist.at("/pays").with("fee_item", fee_item));
            }
        }
        let tenancy = UnitTenancySet { party: self.party, term: self.term, pays: self.pays.clone() };
        if let Some(other) = unit.tenancy_against(&tenancy) {
            let overlap = UnitRefusal::TenancyMustNotOverlap.at("/term");
            return Err(overlap.with("from", other.term.from()).with("until", other.term.until()));
        }
        draft.push(self.unit, tenancy);
        let change = Change { before: unit, after: draft.unit(self.unit) };
        charges_must_stand(draft, &change)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Story, uuid};
    use crate::unit::fixture::{ITEM, OWNER, TENANT, UNIT, registered};
    use crate::unit::{UnitStatus, UnitStatusSet};

    fn set(from: &str, until: &str) -> SetTenancy {
        let term = DateRange::new(from.parse().unwrap(), until.parse().unwrap()).unwrap();
        SetTenancy { unit: UNIT, party: TENANT, term, pays: vec![ITEM] }
    }

    #[test]
    fn the_tenant_pays_agreed_items_while_leased() {
        let leased = UnitStatusSet { from: "2026-02-01".parse().unwrap(), status: UnitStatus::Leased };
        let mut story = registered().given(UNIT, leased);
        story.accepted(&set("2026-01-01", "2027-01-01"));
        story.accepted(&set("2026-01-01", "2026-07-01"));
        let state = story.draft().unit(UNIT);
        let payer = |day: &str, item| state.agreed_payer_on(day.parse().unwrap(), item);
        assert_eq!(payer("2026-01-31", ITEM), None, "not leased yet");
        assert_eq!(payer("2026-02-01", ITEM), Some(TENANT));
        assert_eq!(payer("2026-06-30", FeeItemId(uuid(99))), None, "another item");
        assert_eq!(payer("2026-07-01", ITEM), None, "the term was shortened");
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let mut story = registered();
        story.accepted(&set("2026-01-01", "2026-07-01"));
        assert_eq!(story.refused(&set("2026-06-30", "2026-12-01")), "tenancy_must_not_overlap");
        story.accepted(&set("2026-07-01", "2026-12-01"));
        let owner = SetTenancy { party: OWNER, ..set("2027-01-01", "2027-02-01") };
        assert_eq!(story.refused(&owner), "party_must_be_of_kind");
        let unknown = SetTenancy { pays: vec![FeeItemId(uuid(99))], ..set("2027-01-01", "2027-02-01") };
        assert_eq!(story.refused(&unknown), "fee_item_must_exist");
        let many = SetTenancy { pays: vec![ITEM; 51], ..set("2027-01-01", "2027-02-01") };
        assert_eq!(story.refused(&many), "too_many_fee_items");
        assert_eq!(Story::new().refused(&many), "unit_must_exist");
    }
}
