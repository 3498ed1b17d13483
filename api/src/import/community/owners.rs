//! 业主信息: the owners. Sex and age are not read: nothing here needs them.

use super::super::columns::{Column, Layout, Table};
use super::super::field;
use super::super::fields::{Fields, Personal, Refused, Value};
use super::super::finding::{Finding, Rule};
use super::references::{Keys, MAX_GAPS, OwnerKeys};
use super::{OwnerKind, OwnerRow};
use chrono::NaiveDate;
use mingzhang_domain::rule::{mobile, resident_id, social_credit_code};
use mingzhang_domain::value::Code;
use unicode_normalization::UnicodeNormalization;

static NUMBER: Column = Column { heading: "业主编号", aliases: &["业主号"], required: false };
static ORDINAL: Column = Column { heading: "编号", aliases: &["序号"], required: false };
static NAME: Column =
    Column { heading: "业主名称", aliases: &["业主姓名", "姓名", "名称", "业主"], required: true };
static MOBILE: Column =
    Column { heading: "手机号", aliases: &["手机", "手机号码", "联系电话", "电话"], required: true };
static IDENTITY: Column =
    Column {
        heading: "身份证号", aliases: &["身份证", "身份证号码", "证件号", "证件号码"], required: true
    };
static KIND: Column = Column { heading: "业主类型", aliases: &["类型"], required: false };
// Known only so that formulas in them are refused.
static SEX: Column = Column { heading: "性别", aliases: &[], required: false };
static AGE: Column = Column { heading: "年龄", aliases: &[], required: false };

/// The sheet.
pub(super) static LAYOUT: Layout = Layout {
    name: "业主信息",
    aliases: &["业主", "业主资料"],
    required: true,
    columns: &[&NUMBER, &ORDINAL, &NAME, &MOBILE, &IDENTITY, &KIND, &SEX, &AGE],
};

/// Reads the rows.
pub(super) fn read(table: &Table<'_>, findings: &mut Vec<Finding>) -> (Vec<OwnerRow>, OwnerKeys) {
    let (mut rows, mut keys, mut gaps) = (Vec::new(), Keys::new(), Vec::new());
    let mut above: Option<(u32, u64)> = None;
    // The column that other sheets' owner numbers mean: the owner's own number, else the ordinal.
    let number_column = if table.has(&NUMBER) { &NUMBER } else { &ORDINAL };
    for row in table.rows() {
        let mut fields = Fields::of(table, row, findings);
        let number = fields.required(number_column, field::code);
        let owner = owner(&mut fields);
        let Ok(number) = number else { continue };
        let ordinal: Option<u64> = number.as_str().parse().ok();
        if let (Some((row_above, ordinal_above)), Some(ordinal)) = (above, ordinal)
            && row.number > row_above + 1
            && gaps.len() < MAX_GAPS
        {
            gaps.push((ordinal_above, ordinal));
        }
        above = ordinal.map(|ordinal| (row.number, ordinal)).or(above);
        if keys.taken(&number) {
            fields.refuse(number_column, Rule::OwnerDuplicate);
        }
        keys.note(number.clone(), fields.sound());
        if fields.sound() {
            rows.extend(owner.ok().map(|owner| owner(number)));
        }
    }
    (rows, OwnerKeys { keys, gaps })
}

/// The owner but for the number.
fn owner(fields: &mut Fields<'_, '_>) -> Result<impl FnOnce(Code) -> OwnerRow + use<>, Refused> {
    let row = fields.row();
    let name = fields.required(&NAME, field::personal);
    let mobile = fields.optional(&MOBILE, mobile);
    let kind = fields.optional(&KIND, kind).map(|kind| kind.unwrap_or(OwnerKind::Person));
    let identity = match kind {
        Ok(OwnerKind::Organisation) => fields.optional(&IDENTITY, social_credit_code),
        Ok(OwnerKind::Person) | Err(Refused) => fields.optional(&IDENTITY, resident_id),
    };
    let (name, mobile, kind, identity) = (name?, mobile?, kind?, identity?);
    Ok(move |number| OwnerRow { row, number, kind, name, mobile, identity })
}

fn kind(value: &Value<'_>) -> Result<OwnerKind, Rule> {
    use OwnerKind::{Organisation, Person};
    field::one_of(value, &[("1001", Person), ("个人", Person), ("2002", Organisation), ("单位", Organisation)])
}

fn mobile(value: &Value<'_>) -> Result<Personal, Rule> {
    mobile::normalise(&field::text::<40>(value)?).map(Personal::new).ok_or(Rule::MobileInvalid)
}

fn social_credit_code(value: &Value<'_>) -> Result<Personal, Rule> {
    let typed = field::text::<40>(value)?;
    social_credit_code::normalise(&typed).map(Personal::new).ok_or(Rule::SocialCreditCodeInvalid)
}

fn resident_id(value: &Value<'_>) -> Result<Personal, Rule> {
    let typed = field::text::<40>(value)?;
    resident_id::normalise(&typed).map(Personal::new).ok_or_else(|| resident_id_fault(&typed))
}

/// Which of its rules a resident ID breaks first: shape, date of birth, check character.
fn resident_id_fault(typed: &str) -> Rule {
    let folded: String = typed.nfkc().collect();
    let (Some(digits), 18) = (folded.get(..17), folded.len()) else { return Rule::ResidentIdShape };
    if !digits.bytes().all(|b| b.is_ascii_digit()) || digits.starts_with('0') {
        return Rule::ResidentIdShape;
    }
    let part = |from, until| digits.get(from..until).and_then(|part| part.parse::<u32>().ok());
    let born = match (part(6, 10).and_then(|year| i32::try_from(year).ok()), part(10, 12), part(12, 14)) {
        (Some(year), Some(month), Some(day)) => NaiveDate::from_ymd_opt(year, month, day),
        _ => None,
    };
    if born.is_some() { Rule::ResidentIdCheck } else { Rule::ResidentIdDate }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_resident_id_names_its_first_fault() {
        for (typed, rule) in [
            ("99999919900230123X", Rule::ResidentIdDate),
            ("999999199002281230", Rule::ResidentIdCheck),
            ("9999991990022812", Rule::ResidentIdShape),
            ("9999991990O2281230", Rule::ResidentIdShape),
            ("一二三四五六", Rule::ResidentIdShape),
            ("0999991990022812301", Rule::ResidentIdShape),
        ] {
            assert_eq!(resident_id(&Value::Text(typed)), Err(rule), "{typed}");
        }
    }
}
