//! Registers a unit: claims its code, opens its account, and says what is known about it from the start.

use super::set_area::area_must_be_in_range;
use crate::account::AccountOpened;
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, PartyId, UnitCodeId, UnitId};
use crate::ledger::{LedgerKind, must_be};
use crate::party::{PartyKind, party_must_be};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::{UnitAreaSet, UnitKind, UnitOwnerSet, UnitRefusal, UnitRegistered, UnitStatusSet};
use crate::unit_code::UnitCodeTaken;
use crate::value::{Code, Label};

/// A new unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterUnit {
    /// The new unit.
    pub unit: UnitId,
    /// Unique in the community.
    pub code: Code,
    /// What it is.
    pub kind: UnitKind,
    /// 楼栋; absent for what stands in none.
    pub building: Option<Label>,
    /// 单元
    pub entrance: Option<Label>,
    /// Floor number as written.
    pub floor: Option<Label>,
    /// The developer: owes while the unit is unsold or not handed over.
    pub developer: Option<PartyId>,
    /// Areas, if known.
    pub area: Option<UnitAreaSet>,
    /// Status, if known.
    pub status: Option<UnitStatusSet>,
    /// Owner, if there is one.
    pub owner: Option<UnitOwnerSet>,
}

impl Decide for RegisterUnit {
    fn operation(&self) -> &'static str {
        "register_unit"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into(), AccountId::of_unit(self.unit).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.unit(self.unit).registered().is_some() {
            return Err(UnitRefusal::UnitMustBeNew.into());
        }
        let claim = UnitCodeId::of_code(draft.context.ledger_id, self.code.as_str());
        if let Some(other) = draft.unit_code(claim).unit() {
            return Err(UnitRefusal::UnitCodeMustBeFree.at("/code").with("unit", other));
        }
        if let Some(area) = &self.area {
            area_must_be_in_range(area.building_area_sqm, area.inner_area_sqm)?;
        }
        if let Some(developer) = self.developer {
            party_must_be(draft, developer, &[PartyKind::Developer], "/developer")?;
        }
        if let Some(owner) = &self.owner {
            party_must_be(draft, owner.party, &[PartyKind::OwnerGroup, PartyKind::Developer], "/owner/party")?;
        }
        draft.push(claim, UnitCodeTaken { code: self.code.clone(), unit: self.unit });
        self.push_facts(draft);
        Ok(())
    }
}

impl RegisterUnit {
    fn push_facts(&self, draft: &mut Draft<'_>) {
        let account = AccountId::of_unit(self.unit);
        draft.push(
            self.unit,
            UnitRegistered {
                code: self.code.clone(),
                kind: self.kind,
                building: self.building.clone(),
                entrance: self.entrance.clone(),
                floor: self.floor.clone(),
                account,
                developer: self.developer,
            },
        );
        draft.push(account, AccountOpened { unit: self.unit });
        if let Some(area) = &self.area {
            draft.push(self.unit, area.clone());
        }
        if let Some(status) = &self.status {
            draft.push(self.unit, status.clone());
        }
        if let Some(owner) = &self.owner {
            draft.push(self.unit, owner.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::party::{Member, PartyFormed};
    use crate::testing::{Story, uuid};
    use crate::unit::UnitStatus;

    const DEVELOPER: PartyId = PartyId(uuid::Uuid::from_u128(71));
    const OWNER: PartyId = PartyId(uuid::Uuid::from_u128(72));

    fn register(n: u128, code: &str) -> RegisterUnit {
        let from = "2026-01-01".parse().unwrap();
        RegisterUnit {
            unit: UnitId(uuid(n)),
            code: code.parse().unwrap(),
            kind: UnitKind::Residence,
            building: "3".parse().ok(),
            entrance: "1".parse().ok(),
            floor: "12".parse().ok(),
            developer: Some(DEVELOPER),
            area: Some(UnitAreaSet {
                from,
                building_area_sqm: "89.76".parse().unwrap(),
                inner_area_sqm: "71.2".parse().ok(),
            }),
            status: Some(UnitStatusSet { from, status: UnitStatus::HandedOver }),
            owner: Some(UnitOwnerSet { from, party: OWNER }),
        }
    }

    fn story() -> Story {
        let member = Member { person: uuid(1).into(), share: "1".parse().ok() };
        Story::new()
            .in_ledger(LedgerKind::Community)
            .given(
                DEVELOPER,
                PartyFormed {
                    kind: PartyKind::Developer,
                    members: Vec::new(),
                    contact: None,
                    name: "城建开发".parse().ok(),
                },
            )
            .given(OWNER, PartyFormed { kind: PartyKind::OwnerGroup, members: vec![member], contact: None, name: None })
    }

    #[test]
    fn a_unit_comes_with_its_claim_and_its_account() {
        let mut story = story();
        let facts = story.accepted(&register(9, "3-1-1202"));
        let types: Vec<_> = facts.iter().map(crate::stream::Event::event_type).collect();
        assert_eq!(
            types,
            [
                "unit_code_taken",
                "unit_registered",
                "account_opened",
                "unit_area_set",
                "unit_status_set",
                "unit_owner_set"
            ]
        );
        let state = story.draft().unit(UnitId(uuid(9)));
        let day = "2026-05-01".parse().unwrap();
        assert_eq!(state.code().map(Code::as_str), Some("3-1-1202"));
        assert_eq!((state.owner_on(day), state.obligor_on(day)), (Some(OWNER), Some(OWNER)));
        assert_eq!(state.obligor_on("2025-12-31".parse().unwrap()), None);
        assert_eq!(story.draft().account(AccountId::of_unit(UnitId(uuid(9)))).unit(), Some(UnitId(uuid(9))));
    }

    #[test]
    fn ids_and_codes_are_used_once() {
        let mut story = story();
        story.accepted(&register(9, "3-1-1202"));
        assert_eq!(story.refused(&register(9, "3-1-1203")), "unit_must_be_new");
        // The claim is on the code as it is folded.
        assert_eq!(story.refused(&register(10, " ３-1-1202 ")), "unit_code_must_be_free");
        story.accepted(&register(10, "3-1-1203"));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        let wrong_area = UnitAreaSet {
            from: "2026-01-01".parse().unwrap(),
            building_area_sqm: "50".parse().unwrap(),
            inner_area_sqm: "50.01".parse().ok(),
        };
        let area = RegisterUnit { area: Some(wrong_area), ..register(9, "A") };
        assert_eq!(story().refused(&area), "inner_area_must_not_exceed_building_area");
        let developer = RegisterUnit { developer: Some(OWNER), ..register(9, "A") };
        assert_eq!(story().refused(&developer), "party_must_be_of_kind");
        let nobody = RegisterUnit { developer: Some(PartyId(uuid(99))), ..register(9, "A") };
        assert_eq!(story().refused(&nobody), "party_must_exist");
        assert_eq!(Story::new().in_ledger(LedgerKind::Company).refused(&developer), "ledger_must_be_of_kind");
    }
}
