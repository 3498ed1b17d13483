//! 房屋信息: residences and shops, with who holds them and what they are charged.

use super::super::columns::{Column, Layout, Table};
use super::super::field;
use super::super::fields::{Fields, Refused, Value};
use super::super::finding::{Finding, Rule};
use super::references::{Found, Keys, Known};
use super::{Holder, UnitFeeItem, UnitRow};
use mingzhang_domain::unit::UnitKind;
use mingzhang_domain::value::Code;
use std::collections::BTreeSet;

static ROOM: Column =
    Column { heading: "房屋编号", aliases: &["房号", "房间号", "房屋号"], required: true };
static BUILDING: Column =
    Column { heading: "楼栋编号", aliases: &["楼栋号", "楼栋", "楼号"], required: true };
static ENTRANCE: Column = Column { heading: "单元编号", aliases: &["单元号", "单元"], required: true };
static FLOOR: Column = Column { heading: "房屋楼层", aliases: &["楼层", "所在楼层"], required: false };
static FLOOR_PLAN: Column = Column { heading: "房屋户型", aliases: &["户型"], required: false };
static AREA: Column = Column { heading: "建筑面积", aliases: &["建筑面积(㎡)", "面积"], required: true };
static INNER_AREA: Column =
    Column {
        heading: "室内面积", aliases: &["套内面积", "室内面积(㎡)", "套内面积(㎡)"], required: false
    };
static OWNER: Column = Column { heading: "业主编号", aliases: &["业主号", "业主"], required: true };
static FEE_ITEMS: Column = Column { heading: "房屋费用", aliases: &["费用编号", "费用"], required: true };
static FEES_FROM: Column =
    Column { heading: "费用开始时间", aliases: &["费用起始时间", "计费开始时间"], required: true };
static KIND: Column = Column { heading: "房屋类型", aliases: &["房屋用途", "用途"], required: false };
// Known only so that a formula in it is refused.
static RENT: Column = Column { heading: "租金", aliases: &[], required: false };

/// The sheet.
pub(super) static LAYOUT: Layout = Layout {
    name: "房屋信息",
    aliases: &["房屋", "房屋资料"],
    required: true,
    columns: &[
        &ROOM,
        &BUILDING,
        &ENTRANCE,
        &FLOOR,
        &FLOOR_PLAN,
        &AREA,
        &INNER_AREA,
        &OWNER,
        &FEE_ITEMS,
        &FEES_FROM,
        &KIND,
        &RENT,
    ],
};

/// Reads the rows; the codes are for the sheets after it, because units and parking spaces share one set of codes.
pub(super) fn read(table: &Table<'_>, known: &Known, findings: &mut Vec<Finding>) -> (Vec<UnitRow>, Keys<Code>) {
    let (mut rows, mut keys) = (Vec::new(), Keys::new());
    for row in table.rows() {
        let mut fields = Fields::of(table, row, findings);
        rows.extend(unit(&mut fields, known, &mut keys).ok().filter(|_| fields.sound()));
    }
    (rows, keys)
}

fn unit(fields: &mut Fields<'_, '_>, known: &Known, keys: &mut Keys<Code>) -> Result<UnitRow, Refused> {
    let room = fields.required(&ROOM, field::room_code);
    let building = fields.required(&BUILDING, field::building_code);
    let entrance = fields.required(&ENTRANCE, field::entrance_code);
    let floor = fields.optional(&FLOOR, field::storey);
    let floor_plan = fields.optional(&FLOOR_PLAN, field::label);
    let area = fields.required(&AREA, field::area);
    let inner_area = fields.optional(&INNER_AREA, field::area_or_none);
    let kind = fields.optional(&KIND, kind);
    let owner = fields.optional(&OWNER, field::code);
    let fee_items = fee_items(fields);

    let mut pending = Vec::new();
    if let (Ok(building), Ok(entrance)) = (&building, &entrance) {
        pending.extend(check_entrance(fields, known, building, entrance));
    }
    if let Ok(Some(owner)) = &owner {
        pending.extend(check_owner(fields, known, &OWNER, owner));
    }
    pending.extend(fee_items.iter().flatten().filter_map(|item| check_fee_item(fields, known, &item.fee_item)));

    let code = match (&building, &entrance, &room) {
        (Ok(building), Ok(entrance), Ok(room)) => Some(unit_code(&[building, entrance, room])),
        _ => None,
    };
    if let Some(Ok(code)) = &code {
        if keys.taken(code) {
            fields.refuse(&ROOM, Rule::UnitDuplicate);
        }
        keys.note(code.clone(), true);
    }
    derive_when_sound(fields, pending);
    Ok(UnitRow {
        row: fields.row(),
        code: code.unwrap_or(Err(Rule::CodeInvalid)).map_err(|_| Refused)?,
        kind: kind?.unwrap_or(UnitKind::Residence),
        building: building?,
        entrance: entrance?,
        room: room?,
        floor: floor?,
        floor_plan: floor_plan?,
        building_area_sqm: area?,
        inner_area_sqm: inner_area?.flatten(),
        holder: owner?.map_or(Holder::Developer, Holder::Owner),
        fee_items: fee_items?,
    })
}

/// The parts of a code with `-` between; only the last part may hold one, so codes of one sheet never meet by chance.
pub(super) fn unit_code(parts: &[&Code]) -> Result<Code, Rule> {
    parts.iter().map(|part| part.as_str()).collect::<Vec<_>>().join("-").parse().map_err(|_| Rule::CodeInvalid)
}

/// A fault of another row is worth saying only when the row has none of its own.
pub(super) fn derive_when_sound(fields: &mut Fields<'_, '_>, pending: Vec<(&'static Column, Rule)>) {
    if fields.sound() {
        for (column, rule) in pending {
            fields.derive(column, rule);
        }
    }
}

fn check_entrance(
    fields: &mut Fields<'_, '_>,
    known: &Known,
    building: &Code,
    entrance: &Code,
) -> Option<(&'static Column, Rule)> {
    match known.entrances.find(&(building.clone(), entrance.clone())) {
        Found::Good => None,
        Found::Refused => Some((&ENTRANCE, Rule::EntranceRefused)),
        Found::Unknown => {
            let (column, rule) = if known.buildings.contains(building) {
                (&ENTRANCE, Rule::EntranceUnknown)
            } else {
                (&BUILDING, Rule::BuildingUnknown)
            };
            fields.refuse(column, rule);
            None
        }
    }
}

/// The derived finding, if the owner's own row is at fault; an unknown owner is a finding at once.
pub(super) fn check_owner(
    fields: &mut Fields<'_, '_>,
    known: &Known,
    column: &'static Column,
    owner: &Code,
) -> Option<(&'static Column, Rule)> {
    match known.owners.keys.find(owner) {
        Found::Good => None,
        Found::Refused => Some((column, Rule::OwnerRefused)),
        Found::Unknown if known.owners.was_emptied(owner) => Some((column, Rule::OwnerUnknown)),
        Found::Unknown => {
            fields.refuse(column, Rule::OwnerUnknown);
            None
        }
    }
}

fn check_fee_item(fields: &mut Fields<'_, '_>, known: &Known, item: &Code) -> Option<(&'static Column, Rule)> {
    match known.fee_items.find(item) {
        Found::Good => None,
        Found::Refused => Some((&FEE_ITEMS, Rule::FeeItemRefused)),
        Found::Unknown => {
            fields.refuse(&FEE_ITEMS, Rule::FeeItemUnknown);
            None
        }
    }
}

/// Two lists of one length: fee items, and from when each is charged.
fn fee_items(fields: &mut Fields<'_, '_>) -> Result<Vec<UnitFeeItem>, Refused> {
    let items = fields.optional(&FEE_ITEMS, |value| field::list(value, field::code));
    let days = fields.optional(&FEES_FROM, |value| field::list(value, field::date));
    let (items, days) = (items?.unwrap_or_default(), days?.unwrap_or_default());
    if items.len() != days.len() {
        return Err(fields.refuse(&FEES_FROM, Rule::ListLengthDiffers));
    }
    if items.iter().collect::<BTreeSet<_>>().len() != items.len() {
        return Err(fields.refuse(&FEE_ITEMS, Rule::ListItemDuplicate));
    }
    Ok(items.into_iter().zip(days).map(|(fee_item, from)| UnitFeeItem { fee_item, from }).collect())
}

/// The layout writes a number for the kind; offices also write words. Whatever is not a shop is a residence.
fn kind(value: &Value<'_>) -> Result<UnitKind, Rule> {
    let word = field::label(value)?;
    let shop = word.as_str().contains(['商', '铺', '店']);
    Ok(if shop { UnitKind::Shop } else { UnitKind::Residence })
}
