//! 费用设置: the fee items with the price that each begins with.

use super::super::columns::{Column, Layout, Table};
use super::super::field;
use super::super::fields::{Fields, Refused, Value};
use super::super::finding::{Finding, Rule};
use super::FeeItemRow;
use super::references::Keys;
use super::{price, term};
use mingzhang_domain::fee_item::Timing;
use mingzhang_domain::value::{Code, Count};

static NUMBER: Column = Column { heading: "费用编号", aliases: &["费用编码", "收费编号"], required: true };
static CATEGORY: Column = Column { heading: "费用类型", aliases: &["费用种类"], required: false };
static NAME: Column =
    Column { heading: "收费项目", aliases: &["费用名称", "费用项目", "收费项"], required: true };
static RECURRENCE: Column = Column { heading: "费用标识", aliases: &["费用性质"], required: false };
static TIMING: Column = Column { heading: "付费类型", aliases: &["付费方式", "缴费方式"], required: true };
static CYCLE: Column = Column { heading: "缴费周期", aliases: &["收费周期", "周期"], required: true };
static POSTING: Column = Column { heading: "出账类型", aliases: &["出账方式"], required: false };
static FROM: Column =
    Column {
        heading: "计费起始时间", aliases: &["计费开始时间", "开始时间", "起始时间"], required: true
    };
static UNTIL: Column = Column { heading: "计费结束时间", aliases: &["结束时间"], required: false };
/// The sheet.
pub(super) static LAYOUT: Layout = Layout {
    name: "费用设置",
    aliases: &["费用", "收费项目", "费用信息"],
    required: true,
    columns: &[
        &NUMBER,
        &CATEGORY,
        &NAME,
        &RECURRENCE,
        &TIMING,
        &CYCLE,
        &POSTING,
        &FROM,
        &UNTIL,
        &price::KIND,
        &price::UNIT_PRICE,
        &price::FIXED,
        &price::FIXED_PER_CYCLE,
        &price::AREA,
        &price::FORMULA,
        &price::FLOORS,
        &price::UTILITY,
        &price::TIERS,
        &price::PRICED_BY,
    ],
};

/// Reads the rows.
pub(super) fn read(table: &Table<'_>, findings: &mut Vec<Finding>) -> (Vec<FeeItemRow>, Keys<Code>) {
    let (mut rows, mut keys) = (Vec::new(), Keys::new());
    for row in table.rows() {
        let mut fields = Fields::of(table, row, findings);
        let number = fields.required(&NUMBER, field::code);
        let item = fee_item(&mut fields);
        let Ok(number) = number else { continue };
        if keys.taken(&number) {
            fields.refuse(&NUMBER, Rule::FeeItemDuplicate);
        }
        keys.note(number.clone(), fields.sound());
        if fields.sound() {
            rows.extend(item.ok().map(|item| item(number)));
        }
    }
    (rows, keys)
}

/// The fee item but for the number.
fn fee_item(fields: &mut Fields<'_, '_>) -> Result<impl FnOnce(Code) -> FeeItemRow + use<>, Refused> {
    let row = fields.row();
    let category = fields.optional(&CATEGORY, field::label);
    let name = fields.required(&NAME, field::label);
    let recurring = fields.optional(&RECURRENCE, recurring);
    let timing = fields.required(&TIMING, timing);
    let cycle_months = fields.required(&CYCLE, cycle);
    let posting_hint = fields.optional(&POSTING, field::label);
    let from = fields.required(&FROM, field::date);
    let until = fields.optional(&UNTIL, field::date);
    let price = price::read(fields);
    let (category, name, recurring) = (category?, name?, recurring?.unwrap_or(true));
    let (timing, cycle_months, posting_hint, from) = (timing?, cycle_months?, posting_hint?, from?);
    // A fee charged once has no cycles to count.
    let cycle = if recurring { Some(cycle_months) } else { None };
    let until = term::until(from, until?, cycle).map_err(|rule| fields.refuse(&UNTIL, rule))?;
    let price = price?;
    let for_parking = category.as_ref().is_some_and(|category| category.as_str().contains("停车"));
    Ok(move |number| FeeItemRow {
        row,
        number,
        name,
        category,
        for_parking,
        recurring,
        timing,
        cycle_months,
        posting_hint,
        price,
        from,
        until,
    })
}

fn recurring(value: &Value<'_>) -> Result<bool, Rule> {
    field::one_of(value, &[("周期性费用", true), ("周期性", true), ("一次性费用", false), ("一次性", false)])
}

fn timing(value: &Value<'_>) -> Result<Timing, Rule> {
    use Timing::{Advance, Arrears};
    field::one_of(value, &[("预付费", Advance), ("预付", Advance), ("后付费", Arrears), ("后付", Arrears)])
}

/// Months billed together: a number, `3个月`, or a word.
fn cycle(value: &Value<'_>) -> Result<Count, Rule> {
    let Value::Text(text) = value else { return field::count::<12>(value) };
    match *text {
        "月" | "每月" => return Ok(Count(1)),
        "季" | "季度" | "每季" | "每季度" => return Ok(Count(3)),
        "半年" | "每半年" => return Ok(Count(6)),
        "年" | "每年" => return Ok(Count(12)),
        _ => {}
    }
    let bare = text.strip_suffix("个月").or_else(|| text.strip_suffix('月')).unwrap_or(text);
    field::count::<12>(&Value::Text(bare.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_in_numbers_and_words() {
        for (text, months) in [("1", 1), ("3个月", 3), ("季度", 3), ("12月", 12), ("年", 12)] {
            assert_eq!(cycle(&Value::Text(text)), Ok(Count(months)), "{text}");
        }
        assert_eq!(cycle(&Value::Text("0")), Err(Rule::OutOfRange));
        assert_eq!(cycle(&Value::Text("1.5")), Err(Rule::WholeNumberExpected));
        assert_eq!(cycle(&Value::Text("周")), Err(Rule::NotANumber));
    }
}
