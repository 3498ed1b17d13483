//! 车位信息: parking spaces. Their sheet names no fee items: those marked for parking are theirs.

use super::super::columns::{Column, Layout, Table};
use super::super::field;
use super::super::fields::{Fields, Personal, Refused, Value};
use super::super::finding::{Finding, Rule};
use super::references::{Keys, Known};
use super::units::{check_owner, derive_when_sound, unit_code};
use super::{Holder, ParkingSpaceRow, Tenure, term};
use mingzhang_domain::value::{Code, Count};

static CAR_PARK: Column =
    Column { heading: "停车场编号", aliases: &["停车场", "车场编号"], required: true };
static SPACE: Column =
    Column { heading: "车位编码", aliases: &["车位编号", "车位号", "车位"], required: true };
static CATEGORY: Column = Column { heading: "停车场类型", aliases: &["车位类型"], required: false };
static AREA: Column = Column { heading: "面积", aliases: &["车位面积", "面积(㎡)"], required: false };
static OWNER: Column = Column { heading: "业主编号", aliases: &["业主号", "业主"], required: true };
static PLATE: Column = Column { heading: "车牌号", aliases: &["车牌", "车牌号码"], required: false };
static TENURE: Column = Column {
    heading: "出租还是出售（H出租S出售）",
    aliases: &["出租还是出售", "租售", "出租/出售", "车位状态"],
    required: true,
};
static FROM: Column = Column { heading: "开始时间", aliases: &["起始时间"], required: false };
static UNTIL: Column = Column { heading: "结束时间", aliases: &["到期时间"], required: false };
// Known only so that formulas in them are refused.
static MAKE: Column = Column { heading: "车品牌", aliases: &[], required: false };
static MODEL: Column = Column { heading: "车类型", aliases: &[], required: false };
static COLOUR: Column = Column { heading: "颜色", aliases: &[], required: false };

/// The sheet.
pub(super) static LAYOUT: Layout = Layout {
    name: "车位信息",
    aliases: &["车位", "停车位"],
    required: false,
    columns: &[&CAR_PARK, &SPACE, &CATEGORY, &AREA, &OWNER, &PLATE, &TENURE, &FROM, &UNTIL, &MAKE, &MODEL, &COLOUR],
};

/// Reads the rows; `keys` are the codes already taken.
pub(super) fn read(
    table: &Table<'_>,
    known: &Known,
    mut keys: Keys<Code>,
    findings: &mut Vec<Finding>,
) -> Vec<ParkingSpaceRow> {
    let mut rows = Vec::new();
    for row in table.rows() {
        let mut fields = Fields::of(table, row, findings);
        rows.extend(space(&mut fields, known, &mut keys).ok().filter(|_| fields.sound()));
    }
    rows
}

fn space(fields: &mut Fields<'_, '_>, known: &Known, keys: &mut Keys<Code>) -> Result<ParkingSpaceRow, Refused> {
    let car_park = fields.required(&CAR_PARK, field::leading_code);
    let number = fields.required(&SPACE, field::code);
    let category = fields.optional(&CATEGORY, field::label);
    let area = fields.optional(&AREA, field::area_or_none);
    let owner = fields.optional(&OWNER, field::code);
    let plate = fields.optional(&PLATE, plate);
    let tenure = fields.required(&TENURE, tenure);
    let from = fields.optional(&FROM, field::date);
    let written_end = fields.optional(&UNTIL, field::date);
    let until = match (&from, written_end) {
        (Ok(Some(from)), Ok(end)) => {
            term::until(*from, end, Some(Count(1))).map_err(|rule| fields.refuse(&UNTIL, rule))
        }
        (Ok(None), Ok(Some(_))) => Err(fields.refuse(&FROM, Rule::Required)),
        (_, Err(refused)) => Err(refused),
        (_, Ok(_)) => Ok(None),
    };
    let mut pending = Vec::new();
    if let Ok(Some(owner)) = &owner {
        pending.extend(check_owner(fields, known, &OWNER, owner));
    }
    let code = match (&car_park, &number) {
        (Ok(car_park), Ok(number)) => Some(unit_code(&[car_park, number])),
        _ => None,
    };
    if let Some(Ok(code)) = &code {
        if keys.taken(code) {
            fields.refuse(&SPACE, Rule::ParkingSpaceDuplicate);
        }
        keys.note(code.clone(), true);
    }
    derive_when_sound(fields, pending);
    Ok(ParkingSpaceRow {
        row: fields.row(),
        code: code.unwrap_or(Err(Rule::CodeInvalid)).map_err(|_| Refused)?,
        car_park: car_park?,
        space: number?,
        category: category?,
        area_sqm: area?.flatten(),
        holder: owner?.map_or(Holder::Developer, Holder::Owner),
        plate: plate?,
        tenure: tenure?,
        from: from?,
        until: until?,
    })
}

fn plate(value: &Value<'_>) -> Result<Personal, Rule> {
    field::text::<20>(value).map(Personal::new)
}

fn tenure(value: &Value<'_>) -> Result<Tenure, Rule> {
    use Tenure::{Leased, Sold};
    field::one_of(value, &[("S", Sold), ("出售", Sold), ("H", Leased), ("出租", Leased)])
}
