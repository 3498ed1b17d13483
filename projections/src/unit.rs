//! Units 房屋/商铺/车位 and the fee items attached to them.
//!
//! A row has the newest of each dated attribute with the day it holds from: which of them holds "today" is the reader's
//! question, as no row may depend on a clock.

use crate::column::{Quantity, Text, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{FeeItemId, LedgerId, UnitId};
use mingzhang_domain::unit::{UnitEvent, UnitKind, UnitPriceSet, UnitRegistered, UnitStatus};
use mingzhang_domain::value::{Code, Label};
use uuid::Uuid;

table! {
    /// One unit.
    pub struct Unit of "unit" {
        key {
            /// The unit.
            unit_id: Uuid,
        }
        /// Its account.
        account_id: Uuid,
        /// Its code now.
        code: Text<Code>,
        /// What it is.
        kind: Text<UnitKind>,
        /// 楼栋
        building: Option<Text<Label>>,
        /// 单元
        entrance: Option<Text<Label>>,
        /// As written.
        floor: Option<Text<Label>>,
        /// The newest status.
        status: Option<Text<UnitStatus>>,
        /// Since when.
        status_from: Option<NaiveDate>,
        /// The newest owner.
        owner_party_id: Option<Uuid>,
        /// Since when.
        owner_from: Option<NaiveDate>,
        /// Owes while the unit is unsold or not handed over.
        developer_party_id: Option<Uuid>,
        /// The newest tenancy.
        tenant_party_id: Option<Uuid>,
        /// Its first day.
        tenant_from: Option<NaiveDate>,
        /// The day after its last.
        tenant_until: Option<NaiveDate>,
        /// Newest building area, square metres.
        building_area_sqm: Option<Quantity>,
        /// Newest inner area, square metres.
        inner_area_sqm: Option<Quantity>,
        /// Since when the areas hold.
        area_from: Option<NaiveDate>,
    }
}

table! {
    /// One fee item of one unit, as attached last.
    pub struct UnitFeeItem of "unit_fee_item" {
        key {
            /// The unit.
            unit_id: Uuid,
            /// The fee item.
            fee_item_id: Uuid,
        }
        /// First day it is charged.
        attached_from: NaiveDate,
        /// First day without it; absent: open.
        attached_until: Option<NaiveDate>,
    }
}

table! {
    /// One attribute of one unit, as set last.
    pub struct UnitAttribute of "unit_attribute" {
        key {
            /// The unit.
            unit_id: Uuid,
            /// Its name in formulas.
            name: String,
        }
        /// The value; absent: not known.
        value: Option<Quantity>,
        /// Since when.
        valid_from: NaiveDate,
    }
}

table! {
    /// A price of a unit's own. It is the JSON of the fact, as its kinds differ in shape.
    pub struct UnitPrice of "unit_price" {
        key {
            /// The unit.
            unit_id: Uuid,
            /// The fee item.
            fee_item_id: Uuid,
            /// First service day it prices.
            priced_from: NaiveDate,
        }
        /// Where it was set.
        position: i64,
        /// How the whole is computed, JSON; absent: as the tariff says again.
        price: Option<String>,
        /// Why.
        reason: Text<Label>,
    }
}

/// Folds a fact of a unit.
pub(crate) fn fold(fact: &UnitEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        UnitEvent::UnitRegistered(registered) => {
            crate::account::unit_registered(registered, event, models);
            models.unit.insert(new(registered, event));
        }
        UnitEvent::UnitCodeChanged(changed) => unit(event, models)?.code = Text(changed.code.clone()),
        UnitEvent::UnitAreaSet(set) => {
            let unit = unit(event, models)?;
            if newer(unit.area_from, day(set.from)) {
                unit.area_from = Some(day(set.from));
                unit.building_area_sqm = Some(Quantity(set.building_area_sqm));
                unit.inner_area_sqm = set.inner_area_sqm.map(Quantity);
            }
        }
        UnitEvent::UnitAttributeSet(set) => {
            let (unit_id, name) = (event.stream.id, set.name.to_string());
            let from = day(set.from);
            let row = models.unit_attribute.get_or(&(unit_id, name.clone()), || UnitAttribute {
                unit_id,
                name,
                value: None,
                valid_from: from,
            });
            if row.valid_from <= from {
                (row.value, row.valid_from) = (set.value.map(Quantity), from);
            }
        }
        UnitEvent::UnitPriceSet(set) => models.unit_price.insert(new_price(set, event)?),
        UnitEvent::UnitStatusSet(set) => {
            let unit = unit(event, models)?;
            if newer(unit.status_from, day(set.from)) {
                unit.status_from = Some(day(set.from));
                unit.status = Some(Text(set.status));
            }
        }
        UnitEvent::UnitOwnerSet(set) => {
            let unit = unit(event, models)?;
            if newer(unit.owner_from, day(set.from)) {
                unit.owner_from = Some(day(set.from));
                unit.owner_party_id = Some(set.party.uuid());
            }
        }
        // Its owner is a fact of its own, and so is what became of charges and credit.
        UnitEvent::UnitTransferred(_) => {}
        UnitEvent::UnitTenancySet(set) => {
            let unit = unit(event, models)?;
            if newer(unit.tenant_from, day(set.term.from())) {
                unit.tenant_from = Some(day(set.term.from()));
                unit.tenant_until = Some(day(set.term.until()));
                unit.tenant_party_id = Some(set.party.uuid());
            }
        }
        UnitEvent::FeeItemAttached(attached) => models.unit_fee_item.insert(UnitFeeItem {
            unit_id: event.stream.id,
            fee_item_id: attached.fee_item.uuid(),
            attached_from: day(attached.from),
            attached_until: attached.until.map(day),
        }),
        UnitEvent::DiscountGranted(granted) => {
            crate::discount::granted(granted, event, models);
            crate::vacancy::approved(granted, models)?;
        }
        UnitEvent::VacancyApplied(applied) => crate::vacancy::applied(applied, event, models),
        UnitEvent::VacancyInspected(inspected) => crate::vacancy::inspected(inspected, event, models)?,
        UnitEvent::VacancyDeclined(declined) => crate::vacancy::declined(declined, models)?,
        UnitEvent::DiscountEnded(ended) => crate::discount::ended(ended, models)?,
        // The meter says whose it is.
        UnitEvent::MeterInstalled(_) => {}
        UnitEvent::FeeItemDetached(detached) => {
            let row = models.unit_fee_item.get_mut(&(event.stream.id, detached.fee_item.uuid()));
            row.ok_or(FoldError("a fee item is detached that was never attached"))?.attached_until =
                Some(day(detached.on));
        }
    }
    Ok(())
}

/// A later fact supersedes an earlier one of the same day.
fn newer(have: Option<NaiveDate>, from: NaiveDate) -> bool {
    have.is_none_or(|have| have <= from)
}

fn new_price(set: &UnitPriceSet, event: &Recorded) -> Result<UnitPrice, FoldError> {
    let json = set.price.as_ref().map(serde_json::to_string).transpose();
    Ok(UnitPrice {
        unit_id: event.stream.id,
        fee_item_id: set.fee_item.uuid(),
        priced_from: day(set.from),
        position: position(event.position),
        price: json.map_err(|_| FoldError("a price cannot be written as JSON"))?,
        reason: Text(set.reason.clone()),
    })
}

fn new(registered: &UnitRegistered, event: &Recorded) -> Unit {
    Unit {
        unit_id: event.stream.id,
        account_id: registered.account.uuid(),
        code: Text(registered.code.clone()),
        kind: Text(registered.kind),
        building: registered.building.clone().map(Text),
        entrance: registered.entrance.clone().map(Text),
        floor: registered.floor.clone().map(Text),
        status: None,
        status_from: None,
        owner_party_id: None,
        owner_from: None,
        developer_party_id: registered.developer.map(|party| party.uuid()),
        tenant_party_id: None,
        tenant_from: None,
        tenant_until: None,
        building_area_sqm: None,
        inner_area_sqm: None,
        area_from: None,
    }
}

fn unit<'m>(event: &Recorded, models: &'m mut Models) -> Result<&'m mut Unit, FoldError> {
    models.unit.get_mut(&(event.stream.id,)).ok_or(FoldError("a fact about a unit that was never registered"))
}

impl Reader {
    /// One unit.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn unit(&self, ledger: LedgerId, unit: UnitId) -> Result<Read<Option<Unit>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Unit, "sql/unit.sql", s.ledger, s.generation, unit.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// The units that a fee item is charged to on or after a day, by id: the first of them.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn units_of_fee_item(
        &self,
        ledger: LedgerId,
        fee_item: FeeItemId,
        from: CivilDate,
        limit: u32,
    ) -> Result<Read<Vec<Uuid>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (item, from, limit) = (fee_item.uuid(), day(from), i64::from(limit));
                let file =
                    sqlx::query_file_scalar!("sql/units_of_fee_item.sql", s.ledger, s.generation, item, from, limit);
                Ok(file.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// The unit that has a code now.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn unit_of_code(&self, ledger: LedgerId, code: Code) -> Result<Read<Option<Unit>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Unit, "sql/unit_of_code.sql", s.ledger, s.generation, code.as_str());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// The units that have one of some codes.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn units_of_codes(&self, ledger: LedgerId, codes: Vec<Code>) -> Result<Read<Vec<Unit>>, ReadError> {
        let codes: Vec<String> = codes.into_iter().map(|code| code.to_string()).collect();
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(Unit, "sql/units_of_codes.sql", s.ledger, s.generation, &codes[..]);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// Units by code, all or of one building; `after` is a code.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn units(
        &self,
        ledger: LedgerId,
        building: Option<Label>,
        ask: Ask<String>,
    ) -> Result<Read<Page<Unit>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Unit,
                    "sql/units.sql",
                    s.ledger,
                    s.generation,
                    ask.after.clone().unwrap_or_default(),
                    building.as_ref().map(Label::as_str),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// The units that parties own or rent, as set last.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn units_of_parties(&self, ledger: LedgerId, parties: Vec<Uuid>) -> Result<Read<Vec<Unit>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(Unit, "sql/units_of_parties.sql", s.ledger, s.generation, &parties);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// The fee items of a unit.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn unit_fee_items(&self, ledger: LedgerId, unit: UnitId) -> Result<Read<Vec<UnitFeeItem>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows =
                    sqlx::query_file_as!(UnitFeeItem, "sql/unit_fee_items.sql", s.ledger, s.generation, unit.uuid());
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// The attributes of a unit.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn unit_attributes(&self, ledger: LedgerId, unit: UnitId) -> Result<Read<Vec<UnitAttribute>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows =
                    sqlx::query_file_as!(UnitAttribute, "sql/unit_attributes.sql", s.ledger, s.generation, unit.uuid());
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// The prices of a unit's own, by fee item and first day.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn unit_prices(&self, ledger: LedgerId, unit: UnitId) -> Result<Read<Vec<UnitPrice>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(UnitPrice, "sql/unit_prices.sql", s.ledger, s.generation, unit.uuid());
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
