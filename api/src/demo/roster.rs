//! From the rows of an imported roster to persons, parties, fee items and units.
//!
//! The file says who and what; what it cannot say (fund, tax, priority, due rule) is answered here.

use super::DemoError;
use super::desk::{Desk, Order, at, entity};
use super::founding::{Community, Company};
use super::service::REPAIR_ITEM;
use crate::import::community::{CommunityFile, FeeItemRow, Holder, OwnerRow, Tenure, read_community};
use crate::import::demo_community::DemoCommunity;
use crate::import::workbook::read_xlsx;
use mingzhang_domain::approval::Authority;
use mingzhang_domain::book::{Fund, VatCategory};
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::fee_item::{CreateFeeItem, DueRule, MonthBasis, Price, SetTariff, Vat};
use mingzhang_domain::id::{FeeItemId, PartyId, PersonId, UnitId, VaultItemId};
use mingzhang_domain::money::RoundTo;
use mingzhang_domain::party::{FormParty, Member, PartyKind};
use mingzhang_domain::person::RegisterPerson;
use mingzhang_domain::unit::{
    AttachFeeItem, RegisterUnit, SetTenancy, UnitAreaSet, UnitKind, UnitOwnerSet, UnitStatus, UnitStatusSet,
};
use mingzhang_domain::value::{Count, Exact, Label};
use mingzhang_store::vault::{ItemKind, Personal, Plain};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A roster on its way into a community.
pub(super) struct Roster<'a> {
    desk: &'a Desk,
    company: &'a Company,
    community: &'a Community,
    file: CommunityFile,
}

/// Who pays for which units, and what is billed.
#[derive(Debug, Default)]
pub(super) struct Estate {
    /// Units in the order of the file.
    pub(super) units: Vec<UnitId>,
    /// Units of each payer, by a key that stays the same.
    pub(super) payers: BTreeMap<String, Vec<UnitId>>,
}

impl<'a> Roster<'a> {
    /// Makes the roster up and reads it as an import would.
    pub(super) fn made_up(desk: &'a Desk, company: &'a Company, community: &'a Community) -> Result<Self, DemoError> {
        let plan = community.plan;
        let from = company.first_month.first_day();
        let workbook = DemoCommunity { seed: plan.seed, units: plan.residences, from }.workbook();
        let workbook = workbook.map_err(|_| DemoError::Story("the roster could not be written"))?;
        let book = read_xlsx(&workbook).map_err(|_| DemoError::Story("the roster could not be read"))?;
        let import = read_community(&book);
        if !import.findings.is_empty() {
            return Err(DemoError::Story("the made-up roster has findings"));
        }
        Ok(Self { desk, company, community, file: import.file })
    }

    /// The first service day.
    fn from(&self) -> CivilDate {
        self.company.first_month.first_day()
    }

    fn order(&self, key: impl Into<String>, command: Arc<dyn Decide>) -> Order {
        Order {
            ledger: self.community.ledger,
            at: at(self.from().day_before(), 10, 0),
            actor: self.company.actor("finance"),
            key: key.into(),
            command,
            personal: Vec::new(),
        }
    }

    fn id<T: From<uuid::Uuid>>(&self, kind: &str, key: &str) -> T {
        entity(self.community.ledger, kind, key)
    }

    /// Who pays what: from the file alone, so that a load that is taken up again need not import again.
    pub(super) fn estate(&self) -> Estate {
        let mut estate = Estate::default();
        let mut add = |code: &str, payer: String| {
            let unit: UnitId = self.id("unit", code);
            estate.units.push(unit);
            estate.payers.entry(payer).or_default().push(unit);
        };
        for unit in &self.file.units {
            // The developer pays building by building.
            let developer = || format!("developer-{}", unit.building.as_str());
            let payer = match &unit.holder {
                Holder::Developer => developer(),
                Holder::Owner(number) => format!("owner-{}", number.as_str()),
            };
            add(unit.code.as_str(), payer);
        }
        for space in &self.file.parking_spaces {
            let payer = match (&space.holder, space.tenure) {
                (Holder::Developer, _) => "developer-parking".to_owned(),
                (Holder::Owner(number), Tenure::Sold) => format!("owner-{}", number.as_str()),
                (Holder::Owner(number), Tenure::Leased) => format!("tenant-{}", number.as_str()),
            };
            add(space.code.as_str(), payer);
        }
        estate
    }

    /// The code of a unit, to show something of.
    pub(super) fn some_unit(&self) -> String {
        let owned = self.file.units.iter().find(|unit| unit.holder != Holder::Developer);
        owned.map(|unit| unit.code.as_str().to_owned()).unwrap_or_default()
    }

    /// Brings everything in: persons, parties, fee items, units, what they are charged.
    pub(super) async fn import(&self) -> Result<(), DemoError> {
        self.desk.all(self.persons()).await?;
        self.desk.all(self.parties()?).await?;
        self.desk.all(self.fee_items()?).await?;
        // A version must not begin before the latest one, so their order matters.
        let [first, raised] = self.tariffs()?;
        self.desk.all(first).await?;
        self.desk.all(raised).await?;
        self.desk.all(self.units()?).await?;
        self.desk.all(self.tenancies()?).await?;
        self.desk.all(self.attachments()).await?;
        Ok(())
    }

    /// A person is the company's: the key says of which roster.
    fn person(&self, owner: &str) -> PersonId {
        entity(self.company.ledger, "person", &format!("{}-{owner}", self.community.plan.code))
    }

    fn persons(&self) -> Vec<Order> {
        let ledger = self.company.ledger;
        let mut orders = Vec::with_capacity(self.file.owners.len());
        for owner in &self.file.owners {
            let personal = self.plains(owner);
            let item = |kind: ItemKind| personal.iter().find(|plain| plain.kind == kind).map(|plain| plain.item_id);
            let Some(name) = item(ItemKind::Name) else { continue };
            let register = RegisterPerson {
                person: self.person(owner.number.as_str()),
                name,
                mobile: item(ItemKind::Mobile),
                identity: item(ItemKind::Identity),
            };
            let key = format!("{}-{}", self.community.plan.code, owner.number.as_str());
            orders.push(Order { ledger, personal, ..self.order(key, Arc::new(register)) });
        }
        orders
    }

    fn plains(&self, owner: &OwnerRow) -> Vec<Plain> {
        let number = format!("{}-{}", self.community.plan.code, owner.number.as_str());
        let subject_id = self.person(owner.number.as_str()).uuid();
        let plain = |kind: ItemKind, word: &str, text: &str| Plain {
            item_id: entity::<VaultItemId>(self.company.ledger, word, &number),
            subject_id,
            kind,
            text: Personal::from(text.to_owned()),
        };
        let mut plains = vec![plain(ItemKind::Name, "person_name", owner.name.expose())];
        plains.extend(owner.mobile.iter().map(|m| plain(ItemKind::Mobile, "person_mobile", m.expose())));
        plains.extend(owner.identity.iter().map(|i| plain(ItemKind::Identity, "person_identity", i.expose())));
        plains
    }

    fn parties(&self) -> Result<Vec<Order>, DemoError> {
        let name: Label = format!("{}置业（演示）", self.community.plan.name).parse()?;
        let (kind, members, contact) = (PartyKind::Developer, Vec::new(), None);
        let developer = FormParty { party: self.developer(), kind, members, contact, name: Some(name) };
        let mut orders = vec![self.order("developer", Arc::new(developer))];
        for owner in &self.file.owners {
            let number = owner.number.as_str();
            let person = self.person(number);
            let mut form = |kind: PartyKind, word: &str, share: Option<Exact>| {
                let members = vec![Member { person, share }];
                let party: PartyId = self.id(word, number);
                let form = FormParty { party, kind, members, contact: Some(person), name: None };
                orders.push(self.order(format!("{word}-{number}"), Arc::new(form)));
            };
            form(PartyKind::OwnerGroup, "owner", Some(Exact::new(Decimal::ONE)?));
            if self.rents(number) {
                form(PartyKind::Tenancy, "tenant", None);
            }
        }
        Ok(orders)
    }

    fn rents(&self, owner: &str) -> bool {
        let leased = self.file.parking_spaces.iter().filter(|space| space.tenure == Tenure::Leased);
        leased
            .map(|space| &space.holder)
            .any(|holder| matches!(holder, Holder::Owner(number) if number.as_str() == owner))
    }

    fn developer(&self) -> PartyId {
        self.id("developer", "developer")
    }

    fn fee_item(&self, row: &FeeItemRow) -> FeeItemId {
        self.id("fee_item", row.number.as_str())
    }

    fn fee_items(&self) -> Result<Vec<Order>, DemoError> {
        let rated = Vat { category: VatCategory::Rated, rate: Some("0.06".parse()?) };
        let untaxed = Vat { category: VatCategory::NotTaxable, rate: None };
        let row = |row: &FeeItemRow| {
            let shared = row.name.as_str().contains("能耗");
            let (fund, vat) =
                if shared { (Fund::PassThrough, untaxed.clone()) } else { (Fund::Operating, rated.clone()) };
            let (fee_item, name) = (self.fee_item(row), row.name.clone());
            let create = CreateFeeItem { fee_item, name, fund, priority: Count(row.row.saturating_mul(10)), vat };
            self.order(row.number.as_str(), Arc::new(create))
        };
        let repair = CreateFeeItem {
            fee_item: self.id("fee_item", REPAIR_ITEM),
            name: "维修服务费".parse()?,
            fund: Fund::Operating,
            priority: Count(900),
            vat: rated.clone(),
        };
        let of_file = self.file.fee_items.iter().map(row);
        Ok(of_file.chain([self.order(REPAIR_ITEM, Arc::new(repair))]).collect())
    }

    /// The prices to begin with, and those of the second year.
    fn tariffs(&self) -> Result<[Vec<Order>; 2], DemoError> {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        for row in &self.file.fee_items {
            let tariff = SetTariff {
                fee_item: self.fee_item(row),
                from: row.from,
                price: row.price.clone(),
                cycle_months: row.cycle_months,
                basis: MonthBasis::Calendar,
                timing: row.timing,
                due: DueRule::DayOfMonth { day: Count(20) },
                round_to: RoundTo::Fen,
                authority: Authority::default(),
            };
            first.push(self.order(row.number.as_str(), Arc::new(tariff.clone())));
            if let Price::PerArea { area, unit_price } = &row.price {
                // Ten fen more from the second year on: a price has a history, and no charge is re-priced.
                let unit_price = Exact::new(unit_price.decimal() + Decimal::new(10, 2))?;
                let price = Price::PerArea { area: *area, unit_price };
                let raised = SetTariff { from: row.from.plus_months(12), price, ..tariff };
                second.push(self.order(format!("{}-raised", row.number.as_str()), Arc::new(raised)));
            }
        }
        Ok([first, second])
    }

    fn owner(&self, holder: &Holder) -> PartyId {
        match holder {
            Holder::Developer => self.developer(),
            Holder::Owner(number) => self.id("owner", number.as_str()),
        }
    }

    fn units(&self) -> Result<Vec<Order>, DemoError> {
        let from = self.from();
        let mut orders = Vec::new();
        for row in &self.file.units {
            let held = row.holder != Holder::Developer;
            let status = if held { UnitStatus::HandedOver } else { UnitStatus::Unsold };
            let area = (row.building_area_sqm, row.inner_area_sqm);
            let register = RegisterUnit {
                unit: self.id("unit", row.code.as_str()),
                code: row.code.clone(),
                kind: row.kind,
                building: Some(row.building.as_str().parse()?),
                entrance: Some(row.entrance.as_str().parse()?),
                floor: row.floor.map(|floor| floor.to_string().parse()).transpose()?,
                developer: Some(self.developer()),
                area: Some(UnitAreaSet { from, building_area_sqm: area.0, inner_area_sqm: area.1 }),
                status: Some(UnitStatusSet { from, status }),
                owner: held.then(|| UnitOwnerSet { from, party: self.owner(&row.holder) }),
            };
            orders.push(self.order(row.code.as_str(), Arc::new(register)));
        }
        for row in &self.file.parking_spaces {
            let leased = row.tenure == Tenure::Leased && row.holder != Holder::Developer;
            let status = if leased { UnitStatus::Leased } else { UnitStatus::HandedOver };
            let party = if leased { self.developer() } else { self.owner(&row.holder) };
            let area = row.area_sqm.map(|area| UnitAreaSet { from, building_area_sqm: area, inner_area_sqm: None });
            let register = RegisterUnit {
                unit: self.id("unit", row.code.as_str()),
                code: row.code.clone(),
                kind: UnitKind::Parking,
                building: None,
                entrance: None,
                floor: None,
                developer: Some(self.developer()),
                area,
                status: Some(UnitStatusSet { from, status }),
                owner: Some(UnitOwnerSet { from, party }),
            };
            orders.push(self.order(row.code.as_str(), Arc::new(register)));
        }
        Ok(orders)
    }

    fn parking_items(&self) -> Vec<FeeItemId> {
        self.file.fee_items.iter().filter(|row| row.for_parking).map(|row| self.fee_item(row)).collect()
    }

    fn tenancies(&self) -> Result<Vec<Order>, DemoError> {
        let pays = self.parking_items();
        let mut orders = Vec::new();
        for row in self.file.parking_spaces.iter().filter(|row| row.tenure == Tenure::Leased) {
            let Holder::Owner(number) = &row.holder else { continue };
            let from = row.from.unwrap_or_else(|| self.from());
            let term = DateRange::new(from, row.until.unwrap_or_else(|| from.plus_months(120)))?;
            let (unit, party) = (self.id("unit", row.code.as_str()), self.id("tenant", number.as_str()));
            let tenancy = SetTenancy { unit, party, term, pays: pays.clone() };
            orders.push(self.order(row.code.as_str(), Arc::new(tenancy)));
        }
        Ok(orders)
    }

    fn attachments(&self) -> Vec<Order> {
        let mut orders = Vec::new();
        let mut attach = |code: &str, number: &str, fee_item: FeeItemId, from: CivilDate| {
            let attach = AttachFeeItem { unit: self.id("unit", code), fee_item, from, until: None };
            orders.push(self.order(format!("{code}-{number}"), Arc::new(attach)));
        };
        for unit in &self.file.units {
            for item in &unit.fee_items {
                let number = item.fee_item.as_str();
                attach(unit.code.as_str(), number, self.id("fee_item", number), item.from);
            }
        }
        for space in &self.file.parking_spaces {
            for row in self.file.fee_items.iter().filter(|row| row.for_parking) {
                let from = space.from.unwrap_or_else(|| self.from());
                attach(space.code.as_str(), row.number.as_str(), self.fee_item(row), from);
            }
        }
        orders
    }
}
