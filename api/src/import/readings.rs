//! 抄表: what meters read on a day. A meter that the community does not have yet is registered with what it showed before.

use super::columns::{Column, Layout, table};
use super::estate::{Estate, KnownMeter, UNIT, unit_code};
use super::field;
use super::fields::{Fields, Refused, Value};
use super::finding::{Finding, Rule};
use super::workbook::Workbook;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{MeterId, UnitId};
use mingzhang_domain::meter::ReadingKind;
use mingzhang_domain::supplier_bill::Utility;
use mingzhang_domain::value::{Code, Exact};
use std::collections::{BTreeSet, HashSet};

static UTILITY: Column = Column { heading: "表类型", aliases: &["表种", "仪表类型"], required: true };
static CODE: Column = Column { heading: "表号", aliases: &["表编号", "仪表编号"], required: true };
static BEFORE: Column =
    Column { heading: "上期读数", aliases: &["上次读数", "起始读数", "上期表底"], required: false };
static USED: Column =
    Column { heading: "本年已用", aliases: &["本年已用量", "今年已用", "当年已用"], required: false };
static VALUE: Column =
    Column { heading: "本期读数", aliases: &["本次读数", "读数", "本期表底"], required: true };
static ON: Column =
    Column { heading: "抄表日期", aliases: &["抄表日", "抄表时间", "日期"], required: true };
static REMARK: Column = Column { heading: "备注", aliases: &["说明"], required: false };

/// The sheet.
pub(super) static LAYOUT: Layout = Layout {
    name: "抄表",
    aliases: &["抄表记录", "抄表读数", "表读数"],
    required: true,
    columns: &[&UNIT, &UTILITY, &CODE, &BEFORE, &USED, &VALUE, &ON, &REMARK],
};

/// What people call what meters count.
const UTILITIES: &[(&str, Utility)] = &[
    ("水表", Utility::Water),
    ("冷水表", Utility::Water),
    ("自来水表", Utility::Water),
    ("电表", Utility::Electricity),
    ("电能表", Utility::Electricity),
    ("燃气表", Utility::Gas),
    ("天然气表", Utility::Gas),
    ("气表", Utility::Gas),
    ("热表", Utility::Heating),
    ("热量表", Utility::Heating),
    ("暖气表", Utility::Heating),
    ("其他", Utility::Other),
    ("其他表", Utility::Other),
];

/// The meter of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MeterOfRow {
    /// The community has it.
    Known(MeterId),
    /// It is registered with the reading before.
    New {
        /// The unit whose use it counts.
        unit: UnitId,
        /// What it counts.
        utility: Utility,
        /// Its number.
        code: Code,
        /// What it showed before.
        before: Exact,
        /// Used in that reading's calendar year before it; tiers count it.
        used_this_year: Option<Exact>,
    },
}

/// A reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadingLine {
    /// 1-based row in its sheet.
    pub row: u32,
    /// The meter.
    pub meter: MeterOfRow,
    /// The day.
    pub on: CivilDate,
    /// What it shows.
    pub value: Exact,
    /// It has passed its highest number since the reading before.
    pub rolled_over: bool,
    /// How it came about.
    pub kind: ReadingKind,
}

/// What an import would record, and what is wrong.
#[derive(Debug, Default)]
pub struct ReadingsImport {
    /// The good rows.
    pub lines: Vec<ReadingLine>,
    /// What is wrong, in the order of rows.
    pub findings: Vec<Finding>,
}

impl ReadingsImport {
    /// How many meters are registered.
    pub fn new_meters(&self) -> usize {
        self.lines.iter().filter(|line| matches!(line.meter, MeterOfRow::New { .. })).count()
    }
}

/// The numbers of meters that the rows name, so that just these are looked up.
pub(super) fn named_meters(book: &Workbook) -> BTreeSet<Code> {
    let (mut nothing, mut codes) = (Vec::new(), BTreeSet::new());
    let Some(table) = table(book, &LAYOUT, &mut nothing) else { return codes };
    for row in table.rows() {
        let mut fields = Fields::of(&table, row, &mut nothing);
        codes.extend(fields.optional(&CODE, unit_code).ok().flatten());
    }
    codes
}

/// Reads the sheet.
pub fn read_readings(book: &Workbook, estate: &Estate) -> ReadingsImport {
    let mut import = ReadingsImport::default();
    let Some(table) = table(book, &LAYOUT, &mut import.findings) else { return import };
    let mut said: HashSet<Code> = HashSet::new();
    for row in table.rows() {
        let mut fields = Fields::of(&table, row, &mut import.findings);
        let line = line(&mut fields, estate, &mut said).ok().filter(|_| fields.sound());
        import.lines.extend(line);
    }
    import
}

fn line(fields: &mut Fields<'_, '_>, estate: &Estate, said: &mut HashSet<Code>) -> Result<ReadingLine, Refused> {
    let unit = fields.required(&UNIT, unit_code);
    let unit = unit.and_then(|code| estate.unit(&code).ok_or_else(|| fields.refuse(&UNIT, Rule::UnitUnknown)));
    let utility = fields.required(&UTILITY, utility);
    let code = fields.required(&CODE, unit_code);
    let before = fields.optional(&BEFORE, field::reading);
    let used = fields.optional(&USED, field::reading);
    let value = fields.required(&VALUE, field::reading);
    let on = fields.required(&ON, field::date);
    let remark = fields.optional(&REMARK, field::text::<100>);
    let (unit, utility, code, before, value, on) = (unit?.unit, utility?, code?, before?, value?, on?);
    let used_this_year = used?;
    let remark = remark?.unwrap_or_default();
    if !said.insert(code.clone()) {
        return Err(fields.refuse(&CODE, Rule::MeterDuplicate));
    }
    if remark.contains('换') {
        return Err(fields.refuse(&REMARK, Rule::ReplacementByHand));
    }
    let rolled_over = ["过零", "翻转", "归零"].iter().any(|word| remark.contains(word));
    let kind = if remark.contains('估') { ReadingKind::Estimated } else { ReadingKind::Actual };
    let meter = match estate.meter(&code) {
        Some(known) => {
            if known.unit != Some(unit) || known.utility != utility {
                return Err(fields.refuse(&CODE, Rule::MeterElsewhere));
            }
            if used_this_year.is_some_and(|used| used != known.used_this_year.unwrap_or_default()) {
                return Err(fields.refuse(&USED, Rule::UsedThisYearDiffers));
            }
            fits(fields, known, (before, on, value, rolled_over))?;
            MeterOfRow::Known(known.meter)
        }
        None => {
            let before = before.ok_or_else(|| fields.refuse(&BEFORE, Rule::Required))?;
            goes_on(fields, before, value, rolled_over)?;
            MeterOfRow::New { unit, utility, code, before, used_this_year }
        }
    };
    Ok(ReadingLine { row: fields.row(), meter, on, value, rolled_over, kind })
}

/// What a meter counts, by what people call it.
pub(super) fn utility(value: &Value<'_>) -> Result<Utility, Rule> {
    field::one_of(value, UTILITIES)
}

/// A row that says what stands already is no fault: it was recorded before.
fn fits(
    fields: &mut Fields<'_, '_>,
    known: KnownMeter,
    (before, on, value, rolled_over): (Option<Exact>, CivilDate, Exact, bool),
) -> Result<(), Refused> {
    let (Some(read_on), Some(last)) = (known.read_on, known.value) else { return Ok(()) };
    if (read_on, last) == (on, value) {
        return Ok(());
    }
    if on <= read_on {
        return Err(fields.refuse(&ON, Rule::ReadingNotLater));
    }
    if before.is_some_and(|before| before != last) {
        return Err(fields.refuse(&BEFORE, Rule::PreviousReadingDiffers));
    }
    // A meter that was installed the wrong way round counts down; the ledger knows.
    if known.reversed { Ok(()) } else { goes_on(fields, last, value, rolled_over) }
}

fn goes_on(fields: &mut Fields<'_, '_>, last: Exact, value: Exact, rolled_over: bool) -> Result<(), Refused> {
    if value < last && !rolled_over { Err(fields.refuse(&VALUE, Rule::ReadingBelowLast)) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::super::estate::KnownUnit;
    use super::super::workbook::read_csv_set;
    use super::*;
    use mingzhang_domain::id::AccountId;
    use uuid::Uuid;

    const HEAD: &str = "房屋,表类型,表号,上期读数,本期读数,抄表日期,备注,本年已用\n";
    const GOOD: &str = "8-3-503,水表,w00001,100,108,2026-10-25,\n";

    fn read(rows: &str) -> ReadingsImport {
        let mut estate = Estate::default();
        let (owner, tenant, developer) = (None, None, None);
        let (unit, account) = (UnitId::from(Uuid::from_u128(2)), AccountId::from(Uuid::from_u128(1)));
        estate.add_unit("8-3-503".parse().unwrap(), KnownUnit { unit, account, owner, tenant, developer });
        let other = UnitId::from(Uuid::from_u128(3));
        let known = |unit, value: &str| KnownMeter {
            meter: MeterId::from(Uuid::from_u128(9)),
            unit: Some(unit),
            utility: Utility::Water,
            reversed: false,
            read_on: "2026-09-25".parse().ok(),
            value: value.parse().ok(),
            used_this_year: "7.5".parse().ok(),
        };
        estate.add_meter("K1".parse().unwrap(), known(unit, "50"));
        estate.add_meter("K2".parse().unwrap(), known(other, "50"));
        let csv = format!("{HEAD}{rows}");
        read_readings(&read_csv_set(&[("抄表", csv.as_bytes())]).unwrap(), &estate)
    }

    fn rules(rows: &str) -> Vec<(u32, &'static str)> {
        read(rows).findings.iter().map(|finding| (finding.row, finding.rule.code())).collect()
    }

    #[test]
    fn readings_of_new_and_known_meters_are_read() {
        let import =
            read(&format!("{GOOD}8-3-503,水表,K1,50,3,2026/10/25,过零\n,,,,,,\n8-3-503,电表,E1,0,0,2026-10-25,估抄\n"));
        assert_eq!(import.findings, []);
        let told = |line: &ReadingLine| (line.row, line.value.to_string(), line.rolled_over, line.kind.as_str());
        let lines: Vec<_> = import.lines.iter().map(told).collect();
        assert_eq!(
            lines,
            [(2, "108".into(), false, "actual"), (3, "3".into(), true, "actual"), (5, "0".into(), false, "estimated")]
        );
        assert_eq!(import.new_meters(), 2);
    }

    #[test]
    fn what_was_used_this_year_is_said_of_new_meters_and_must_fit_known_ones() {
        let known = "8-3-503,水表,K1,50,58,2026-10-25,,7.5\n";
        let import = read(&format!("{}{known}", GOOD.replace("25,\n", "25,,120.5\n")));
        assert_eq!(import.findings, []);
        let MeterOfRow::New { used_this_year, .. } = &import.lines[0].meter else { panic!() };
        assert_eq!(used_this_year.map(|used| used.to_string()).as_deref(), Some("120.5"));
        assert_eq!(rules(&known.replace("7.5", "8")), [(2, "used_this_year_differs")]);
        assert_eq!(rules(&known.replace("7.5", "0")), [(2, "used_this_year_differs")]);
        assert_eq!(rules(&GOOD.replace("25,\n", "25,,-1\n")), [(2, "must_not_be_negative")]);
    }

    #[test]
    fn each_fault_is_named_where_it_stands() {
        let known = "8-3-503,水表,K1,50,58,2026-10-25,\n";
        assert_eq!(rules(&GOOD.replace("8-3-503", "9-9-999")), [(2, "unit_unknown")]);
        assert_eq!(rules(&GOOD.replace("水表", "钟表")), [(2, "unknown_value")]);
        assert_eq!(rules(&GOOD.replace(",100,", ",,")), [(2, "required")]);
        assert_eq!(rules(&GOOD.replace(",108,", ",99,")), [(2, "reading_below_last")]);
        assert_eq!(rules(&GOOD.replace(",108,", ",-1,")), [(2, "must_not_be_negative")]);
        assert_eq!(rules(&GOOD.replace(",108,", ",108.0001,")), [(2, "too_many_decimals")]);
        assert_eq!(rules(&GOOD.replace("2026-10-25,", "2026-10-25,换表")), [(2, "replacement_by_hand")]);
        assert_eq!(rules(&format!("{GOOD}{GOOD}")), [(3, "meter_duplicate")]);
        assert_eq!(rules(known), []);
        assert_eq!(rules(&known.replace("K1", "K2")), [(2, "meter_elsewhere")]);
        assert_eq!(rules(&known.replace("水表", "电表")), [(2, "meter_elsewhere")]);
        assert_eq!(rules(&known.replace(",50,", ",51,")), [(2, "previous_reading_differs")]);
        assert_eq!(rules(&known.replace(",58,", ",49,")), [(2, "reading_below_last")]);
        assert_eq!(rules(&known.replace("10-25", "09-25")), [(2, "reading_not_later")]);
        assert_eq!(rules("8-3-503,水表,K1,40,50,2026-09-25,\n"), [], "it was recorded before");
    }
}
