//! 费用设置: the fee items with the price that each begins with.

use super::super::columns::{Column, Layout, Table};
use super::super::field;
use super::super::fields::{Fields, Refused, Value};
use super::super::finding::{Finding, Rule};
use super::FeeItemRow;
use super::references::Keys;
use super::term;
use mingzhang_domain::fee_item::{AmountPer, AreaKind, Price, Timing};
use mingzhang_domain::value::{Code, Count, Exact};

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
static FORMULA: Column = Column { heading: "计算公式", aliases: &["计费公式", "公式"], required: true };
static UNIT_PRICE: Column = Column { heading: "计费单价", aliases: &["单价"], required: true };
static FIXED: Column =
    Column { heading: "固定费用", aliases: &["附加费", "附加/固定费用"], required: false };
/// The heading by which a file says that the fixed amount is for the whole cycle.
static FIXED_PER_CYCLE: Column =
    Column {
        heading: "每期固定费用", aliases: &["固定费用(每期)", "固定费用/期", "固定费用(元/期)"], required: false
    };

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
        &FORMULA,
        &UNIT_PRICE,
        &FIXED,
        &FIXED_PER_CYCLE,
    ],
};

/// How a fee is computed, by the layout's own numbers or in words.
#[derive(Clone, Copy)]
enum Formula {
    PerArea,
    Fixed,
    FixedPerCycle,
}

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
    let price = price(fields);
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

/// A fixed amount is per month unless the file says 每期: in the formula, in the heading, or beside the amount.
fn price(fields: &mut Fields<'_, '_>) -> Result<Price, Refused> {
    let formula = fields.required(&FORMULA, formula)?;
    if matches!(formula, Formula::PerArea) {
        let unit_price = fields.required(&UNIT_PRICE, |value| field::positive(field::unit_price(value)?));
        for column in [&FIXED, &FIXED_PER_CYCLE] {
            let surcharge = fields.optional(column, amount)?;
            if surcharge.is_some_and(|(amount, _)| amount != Exact::default()) {
                return Err(fields.refuse(column, Rule::SurchargeUnsupported));
            }
        }
        return Ok(Price::PerArea { area: AreaKind::Building, unit_price: unit_price? });
    }
    let whole_cycle = fields.optional(&FIXED_PER_CYCLE, positive_amount)?;
    let (amount, per) = match whole_cycle {
        Some((amount, _)) => (amount, AmountPer::Cycle),
        None => fields.required(&FIXED, positive_amount)?,
    };
    let per = if matches!(formula, Formula::FixedPerCycle) { AmountPer::Cycle } else { per };
    Ok(Price::Fixed { amount, per })
}

/// An amount, with 每期 beside it or not.
fn amount(value: &Value<'_>) -> Result<(Exact, AmountPer), Rule> {
    let Value::Text(text) = value else { return Ok((field::amount(value)?, AmountPer::Month)) };
    let bare = text.trim_start_matches("每期").trim_end_matches("每期").trim_end_matches("/期");
    let bare = bare.trim().trim_end_matches(['/', '元']).trim();
    let per = if bare.len() < text.len() && text.contains('期') { AmountPer::Cycle } else { AmountPer::Month };
    Ok((field::amount(&Value::Text(bare))?, per))
}

fn positive_amount(value: &Value<'_>) -> Result<(Exact, AmountPer), Rule> {
    let (amount, per) = amount(value)?;
    Ok((field::positive(amount)?, per))
}

fn formula(value: &Value<'_>) -> Result<Formula, Rule> {
    use Formula::{Fixed, FixedPerCycle, PerArea};
    let known = [
        ("1001", PerArea),
        ("面积*单价+附加费", PerArea),
        ("面积*单价", PerArea),
        ("2002", Fixed),
        ("固定费用", Fixed),
        ("固定费用(每月)", Fixed),
        ("每月固定费用", Fixed),
        ("固定费用(每期)", FixedPerCycle),
        ("每期固定费用", FixedPerCycle),
        ("每期", FixedPerCycle),
    ];
    field::one_of(value, &known)
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
    fn a_fixed_amount_says_what_it_is_for() {
        let read = |text: &str| amount(&Value::Text(text)).map(|(amount, per)| (amount.to_string(), per));
        assert_eq!(read("36.00"), Ok(("36".into(), AmountPer::Month)));
        assert_eq!(read("36元"), Ok(("36".into(), AmountPer::Month)));
        for cycle in ["36每期", "每期 36.00", "36元/期", "36/每期", "36.0元每期"] {
            assert_eq!(read(cycle), Ok(("36".into(), AmountPer::Cycle)), "{cycle}");
        }
        assert_eq!(read("期36"), Err(Rule::NotANumber));
    }

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
