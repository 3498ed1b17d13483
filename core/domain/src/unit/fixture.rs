//! A registered unit with parties and a fee item, for the tests of its commands.

use crate::account::AccountOpened;
use crate::book::{Fund, VatCategory};
use crate::fee_item::{FeeItemCreated, Vat};
use crate::id::{AccountId, FeeItemId, PartyId, UnitId};
use crate::ledger::LedgerKind;
use crate::party::{Member, PartyFormed, PartyKind};
use crate::testing::{Story, uuid};
use crate::unit::{UnitKind, UnitRegistered};
use crate::value::Count;
use uuid::Uuid;

pub(crate) const UNIT: UnitId = UnitId(Uuid::from_u128(0x1202));
pub(crate) const DEVELOPER: PartyId = PartyId(Uuid::from_u128(71));
pub(crate) const OWNER: PartyId = PartyId(Uuid::from_u128(72));
pub(crate) const BUYER: PartyId = PartyId(Uuid::from_u128(73));
pub(crate) const TENANT: PartyId = PartyId(Uuid::from_u128(74));
pub(crate) const ITEM: FeeItemId = FeeItemId(Uuid::from_u128(80));

/// A fact that forms a party of one member.
pub(crate) fn party(kind: PartyKind) -> PartyFormed {
    let share = (kind == PartyKind::OwnerGroup).then(|| "1".parse().unwrap());
    let developer = kind == PartyKind::Developer;
    PartyFormed {
        kind,
        members: if developer { Vec::new() } else { vec![Member { person: uuid(1).into(), share }] },
        contact: None,
        name: developer.then(|| "城建开发".parse().unwrap()),
    }
}

/// A unit of the developer without areas, status or owner; parties and one rated fee item without a tariff.
pub(crate) fn registered() -> Story {
    let registered = UnitRegistered {
        code: "3-1-1202".parse().unwrap(),
        kind: UnitKind::Residence,
        building: "3".parse().ok(),
        entrance: "1".parse().ok(),
        floor: "12".parse().ok(),
        account: AccountId::of_unit(UNIT),
        developer: Some(DEVELOPER),
    };
    let item = FeeItemCreated {
        name: "物业服务费".parse().unwrap(),
        fund: Fund::Operating,
        priority: Count(10),
        vat: Vat::of(VatCategory::Rated, "0.06".parse().ok()),
    };
    Story::new()
        .in_ledger(LedgerKind::Community)
        .given(DEVELOPER, party(PartyKind::Developer))
        .given(OWNER, party(PartyKind::OwnerGroup))
        .given(BUYER, party(PartyKind::OwnerGroup))
        .given(TENANT, party(PartyKind::Tenancy))
        .given(ITEM, item)
        .given(UNIT, registered)
        .given(AccountId::of_unit(UNIT), AccountOpened { unit: UNIT })
}
