//! Units and parking spaces: registered with area, status and owner, then what they are charged.

use super::super::community::{FeeItemRow, Holder, ParkingSpaceRow, Tenure, UnitRow};
use super::{Roster, RowKind, RowSteps, Step, entity};
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::id::{CommandId, UnitId};
use mingzhang_domain::party::PartyKind;
use mingzhang_domain::unit::{
    AttachFeeItem, RegisterUnit, SetTenancy, UnitAreaSet, UnitKind, UnitOwnerSet, UnitStatus, UnitStatusSet,
};
use mingzhang_domain::value::Code;
use std::sync::Arc;

impl Roster<'_> {
    /// Residences and shops, then parking spaces.
    pub fn units(&self) -> Vec<RowSteps> {
        let units = self.file.units.iter().map(|unit| self.unit_row(unit));
        units.chain(self.file.parking_spaces.iter().map(|space| self.space_row(space))).collect()
    }

    /// The unit of a row.
    pub fn unit(&self, row: &UnitRow) -> UnitId {
        entity(self.register_unit(row), "unit")
    }

    /// The unit of a parking space's row.
    pub fn space(&self, row: &ParkingSpaceRow) -> UnitId {
        entity(self.register_space(row), "unit")
    }

    fn register_unit(&self, row: &UnitRow) -> CommandId {
        let (building, entrance) = (row.building.as_str(), row.entrance.as_str());
        let floor = text(row.floor.as_ref());
        let (area, inner) = (row.building_area_sqm.to_string(), text(row.inner_area_sqm.as_ref()));
        let of_kind = [row.kind.as_str(), building, entrance, &floor, &area, &inner];
        self.registration(&row.code, &row.holder, PartyKind::OwnerGroup, &of_kind)
    }

    fn register_space(&self, row: &ParkingSpaceRow) -> CommandId {
        let (tenure, held_as) = match row.tenure {
            Tenure::Sold => ("sold", PartyKind::OwnerGroup),
            Tenure::Leased => ("leased", PartyKind::Tenancy),
        };
        self.registration(&row.code, &row.holder, held_as, &[tenure, &text(row.area_sqm.as_ref())])
    }

    /// From all that a registration says: a row that says the same changes nothing, any other finds the code taken.
    fn registration(&self, code: &Code, holder: &Holder, held_as: PartyKind, of_kind: &[&str]) -> CommandId {
        let party = match holder {
            Holder::Developer => Some(self.developer_party()),
            Holder::Owner(number) => self.party(number, held_as),
        };
        let (from, party) = (self.answers.from.to_string(), text(party.as_ref()));
        let mut key = vec![code.as_str(), from.as_str(), party.as_str()];
        key.extend_from_slice(of_kind);
        self.command("register_unit", &key)
    }

    fn unit_row(&self, row: &UnitRow) -> RowSteps {
        let (kind, unit, from) = (RowKind::Unit, self.unit(row), self.answers.from);
        let area = UnitAreaSet { from, building_area_sqm: row.building_area_sqm, inner_area_sqm: row.inner_area_sqm };
        let register = RegisterUnit {
            kind: row.kind,
            building: row.building.as_str().parse().ok(),
            entrance: row.entrance.as_str().parse().ok(),
            floor: row.floor.and_then(|floor| floor.to_string().parse().ok()),
            area: Some(area),
            ..self.register(unit, row.code.clone(), &row.holder)
        };
        let mut steps = vec![self.step(self.register_unit(row), Arc::new(register))];
        for wanted in &row.fee_items {
            if let Some(item) = self.items.get(&wanted.fee_item) {
                steps.extend(self.attach(unit, item, wanted.from));
            }
        }
        RowSteps { kind, row: row.row, steps }
    }

    fn space_row(&self, row: &ParkingSpaceRow) -> RowSteps {
        let kind = RowKind::ParkingSpace;
        let (unit, from) = (self.space(row), self.answers.from);
        let tenant = match (&row.holder, row.tenure) {
            (Holder::Owner(number), Tenure::Leased) => self.party(number, PartyKind::Tenancy),
            _ => None,
        };
        let mut register = self.register(unit, row.code.clone(), &row.holder);
        register.area = row.area_sqm.map(|area| UnitAreaSet { from, building_area_sqm: area, inner_area_sqm: None });
        if tenant.is_some() {
            register.status = Some(UnitStatusSet { from, status: UnitStatus::Leased });
            register.owner = Some(UnitOwnerSet { from, party: self.developer_party() });
        }
        let mut steps = vec![self.step(self.register_space(row), Arc::new(register))];
        let first = row.from.unwrap_or(from);
        // A term without an end lasts as long as there are days.
        let term = DateRange::new(first, row.until.unwrap_or(CivilDate::MAX)).ok();
        if let (Some(party), Some(term)) = (tenant, term) {
            let pays = self.parking_items().map(|item| self.fee_item(item)).collect();
            let command = SetTenancy { unit, party, term, pays };
            let key = [unit.to_string(), party.to_string(), term.from().to_string(), term.until().to_string()];
            let key = key.each_ref().map(String::as_str);
            steps.push(self.step(self.command("set_tenancy", &key), Arc::new(command)));
        }
        steps.extend(self.parking_items().filter_map(|item| self.attach(unit, item, first)));
        RowSteps { kind, row: row.row, steps }
    }

    /// What units have in common: without an owner they are the developer's and unsold.
    fn register(&self, unit: UnitId, code: Code, holder: &Holder) -> RegisterUnit {
        let from = self.answers.from;
        let owner = match holder {
            Holder::Developer => None,
            Holder::Owner(number) => self.party(number, PartyKind::OwnerGroup),
        };
        let status = if owner.is_some() { UnitStatus::HandedOver } else { UnitStatus::Unsold };
        RegisterUnit {
            unit,
            code,
            kind: UnitKind::Parking,
            building: None,
            entrance: None,
            floor: None,
            developer: self.answers.developer.as_ref().map(|_| self.developer_party()),
            area: None,
            status: Some(UnitStatusSet { from, status }),
            owner: owner.map(|party| UnitOwnerSet { from, party }),
        }
    }

    fn parking_items(&self) -> impl Iterator<Item = &FeeItemRow> {
        self.file.fee_items.iter().filter(|item| item.for_parking)
    }

    /// Until the item itself ends; nothing for an item that is charged once.
    fn attach(&self, unit: UnitId, item: &FeeItemRow, from: CivilDate) -> Option<Step> {
        if !item.recurring {
            return None;
        }
        let fee_item = self.fee_item(item);
        let key = [unit.to_string(), fee_item.to_string(), from.to_string(), text(item.until.as_ref())];
        let command_id = self.command("attach_fee_item", &key.each_ref().map(String::as_str));
        let attach = AttachFeeItem { unit, fee_item, from, until: item.until };
        Some(self.step(command_id, Arc::new(attach)))
    }
}

/// A part of a natural key; nothing is an empty part.
fn text<T: ToString>(part: Option<&T>) -> String {
    part.map(ToString::to_string).unwrap_or_default()
}
