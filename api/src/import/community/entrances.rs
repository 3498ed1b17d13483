//! 楼栋单元: which buildings there are and their entrances.

use super::super::columns::{Column, Layout, Table};
use super::super::field;
use super::super::fields::{Fields, Refused, Value};
use super::super::finding::{Finding, Rule};
use super::EntranceRow;
use super::references::Keys;
use mingzhang_domain::value::Code;
use std::collections::HashSet;

static BUILDING: Column =
    Column { heading: "楼栋号", aliases: &["楼栋编号", "楼栋", "楼号"], required: true };
static ENTRANCE: Column = Column { heading: "单元编号", aliases: &["单元号", "单元"], required: true };
static STOREYS: Column = Column { heading: "总层数", aliases: &["层数", "楼层数"], required: false };
static LIFT: Column = Column { heading: "是否有电梯", aliases: &["电梯", "有无电梯"], required: false };

/// The sheet.
pub(super) static LAYOUT: Layout = Layout {
    name: "楼栋单元",
    aliases: &["楼栋", "楼栋信息", "楼栋单元信息"],
    required: true,
    columns: &[&BUILDING, &ENTRANCE, &STOREYS, &LIFT],
};

/// Reads the rows, the keys of entrances, and the buildings that stand in the file at all.
pub(super) fn read(
    table: &Table<'_>,
    findings: &mut Vec<Finding>,
) -> (Vec<EntranceRow>, Keys<(Code, Code)>, HashSet<Code>) {
    let (mut rows, mut keys, mut buildings) = (Vec::new(), Keys::new(), HashSet::new());
    for row in table.rows() {
        let mut fields = Fields::of(table, row, findings);
        let building = fields.required(&BUILDING, field::building_code);
        let entrance = fields.required(&ENTRANCE, field::entrance_code);
        let storeys = fields.optional(&STOREYS, field::count::<200>);
        let has_lift = fields.optional(&LIFT, lift);
        let (Ok(building), Ok(entrance)) = (building, entrance) else { continue };
        buildings.insert(building.clone());
        let key = (building, entrance);
        if keys.taken(&key) {
            fields.refuse(&ENTRANCE, Rule::EntranceDuplicate);
        }
        keys.note(key.clone(), fields.sound());
        let whole = || -> Result<EntranceRow, Refused> {
            Ok(EntranceRow {
                row: row.number,
                building: key.0,
                entrance: key.1,
                storeys: storeys?,
                has_lift: has_lift?,
            })
        };
        rows.extend(fields.sound().then(whole).and_then(Result::ok));
    }
    (rows, keys, buildings)
}

fn lift(value: &Value<'_>) -> Result<bool, Rule> {
    field::one_of(value, &[("有", true), ("是", true), ("无", false), ("否", false), ("没有", false)])
}
