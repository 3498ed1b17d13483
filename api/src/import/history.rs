//! 房屋缴费历史: what the old system recorded of payments. A memo: it is shown and searched, and posts nothing.

use super::columns::{Column, Layout, table};
use super::estate::{Estate, ITEM, UNIT, unit_code};
use super::field;
use super::fields::{Fields, Personal, Refused, Value};
use super::finding::{Finding, Rule};
use super::workbook::Workbook;
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::id::{AccountId, FeeItemId};
use mingzhang_domain::money::Money;
use mingzhang_domain::value::{Code, Count, Label};
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization as _;

static CYCLE: Column = Column { heading: "缴费周期", aliases: &["周期", "缴费月数"], required: false };
static FROM: Column =
    Column { heading: "开始时间", aliases: &["服务开始", "开始日期", "计费开始"], required: false };
static UNTIL: Column =
    Column { heading: "结束时间", aliases: &["服务结束", "结束日期", "计费结束"], required: false };
static PAID_ON: Column =
    Column {
        heading: "缴费时间", aliases: &["缴费日期", "收款日期", "收费日期", "付款时间"], required: true
    };
static DUE: Column = Column { heading: "应缴金额", aliases: &["应收金额", "应收"], required: false };
static PAID: Column =
    Column { heading: "实缴金额", aliases: &["实收金额", "实收", "缴费金额"], required: true };
static PAYER: Column =
    Column { heading: "缴款人", aliases: &["缴费人", "付款人", "交款人"], required: false };
static CASHIER: Column =
    Column { heading: "收银员", aliases: &["收款人", "经办人", "收费员"], required: false };
static REFERENCE: Column =
    Column {
        heading: "收据号", aliases: &["原收据号", "单据号", "收据编号", "流水号", "单号"], required: false
    };
static REMARK: Column = Column { heading: "备注", aliases: &["说明"], required: false };

/// The sheet.
pub(super) static LAYOUT: Layout = Layout {
    name: "房屋缴费历史",
    aliases: &["缴费历史", "历史缴费", "缴费记录"],
    required: true,
    columns: &[&UNIT, &ITEM, &CYCLE, &FROM, &UNTIL, &PAID_ON, &DUE, &PAID, &PAYER, &CASHIER, &REFERENCE, &REMARK],
};

/// A payment as the old system recorded it.
#[derive(Debug, Clone)]
pub struct HistoryLine {
    /// 1-based row in its sheet.
    pub row: u32,
    /// The unit's account.
    pub account: AccountId,
    /// What it was paid for.
    pub item: Label,
    /// The community's fee item of that name.
    pub fee_item: Option<FeeItemId>,
    /// Service time.
    pub service: Option<DateRange>,
    /// The day it was paid.
    pub paid_on: CivilDate,
    /// What was due.
    pub due: Option<Money>,
    /// What was paid.
    pub paid: Money,
    /// Number of the old receipt or payment.
    pub reference: Option<Code>,
    /// Which it is of the rows that say the same, counted from 1.
    pub occurrence: Count,
    /// Who paid.
    pub payer: Option<Personal>,
    /// Who took it.
    pub cashier: Option<Personal>,
    /// What was noted.
    pub remark: Option<Personal>,
}

/// What an import would record, and what is wrong.
#[derive(Debug, Default)]
pub struct HistoryImport {
    /// The good rows.
    pub lines: Vec<HistoryLine>,
    /// What is wrong, in the order of rows.
    pub findings: Vec<Finding>,
}

impl HistoryLine {
    /// What tells it from any other payment, of which nothing is about a person.
    pub fn says(&self) -> [String; 8] {
        let text = |part: Option<String>| part.unwrap_or_default();
        [
            self.account.to_string(),
            self.item.as_str().to_owned(),
            text(self.service.map(|service| service.from().to_string())),
            text(self.service.map(|service| service.until().to_string())),
            self.paid_on.to_string(),
            text(self.due.map(|due| due.to_string())),
            self.paid.to_string(),
            text(self.reference.as_ref().map(|reference| reference.as_str().to_owned())),
        ]
    }
}

/// Reads the sheet.
pub fn read_history(book: &Workbook, estate: &Estate) -> HistoryImport {
    let mut import = HistoryImport::default();
    let Some(table) = table(book, &LAYOUT, &mut import.findings) else { return import };
    let mut said: HashMap<[String; 8], u32> = HashMap::new();
    for row in table.rows() {
        let mut fields = Fields::of(&table, row, &mut import.findings);
        let line = line(&mut fields, estate).ok().filter(|_| fields.sound());
        let Some(mut line) = line else { continue };
        let times = said.entry(line.says()).or_default();
        *times = times.saturating_add(1);
        line.occurrence = Count(*times);
        import.lines.push(line);
    }
    import
}

fn line(fields: &mut Fields<'_, '_>, estate: &Estate) -> Result<HistoryLine, Refused> {
    let unit = fields.required(&UNIT, unit_code);
    let unit = unit.and_then(|code| estate.unit(&code).ok_or_else(|| fields.refuse(&UNIT, Rule::UnitUnknown)));
    let item = fields.required(&ITEM, field::label);
    let from = fields.optional(&FROM, field::date);
    let until = fields.optional(&UNTIL, field::date);
    let paid_on = fields.required(&PAID_ON, field::date);
    let due = fields.optional(&DUE, money);
    let paid = fields.required(&PAID, positive);
    let reference = fields.optional(&REFERENCE, reference);
    let payer = fields.optional(&PAYER, field::personal);
    let cashier = fields.optional(&CASHIER, field::personal);
    let remark = fields.optional(&REMARK, remark);
    let service = match (from?, until?) {
        (None, None) => None,
        (Some(from), Some(until)) => {
            Some(DateRange::new(from, until).map_err(|_| fields.refuse(&UNTIL, Rule::EndBeforeStart))?)
        }
        (Some(_), None) => return Err(fields.refuse(&UNTIL, Rule::Required)),
        (None, Some(_)) => return Err(fields.refuse(&FROM, Rule::Required)),
    };
    let (item, paid_on) = (item?, paid_on?);
    if estate.go_live_on.is_some_and(|live| paid_on >= live) {
        return Err(fields.refuse(&PAID_ON, Rule::PaidAfterGoLive));
    }
    Ok(HistoryLine {
        row: fields.row(),
        account: unit?.account,
        fee_item: estate.fee_item(item.as_str()).ok().map(|item| item.id),
        item,
        service,
        paid_on,
        due: due?,
        paid: paid?,
        reference: reference?,
        occurrence: Count(1),
        payer: payer?,
        cashier: cashier?,
        remark: remark?,
    })
}

fn money(value: &Value<'_>) -> Result<Money, Rule> {
    Money::from_decimal(field::amount(value)?.decimal()).map_err(|_| Rule::OutOfRange)
}

fn positive(value: &Value<'_>) -> Result<Money, Rule> {
    let amount = money(value)?;
    if amount.is_positive() { Ok(amount) } else { Err(Rule::MustBePositive) }
}

fn remark(value: &Value<'_>) -> Result<Personal, Rule> {
    field::text::<500>(value).map(Personal::new)
}

fn reference(value: &Value<'_>) -> Result<Code, Rule> {
    let text: String = field::text::<40>(value)?.nfkc().collect();
    text.to_uppercase().parse().map_err(|_| Rule::ReferenceInvalid)
}

#[cfg(test)]
mod tests {
    use super::super::estate::KnownUnit;
    use super::super::workbook::read_csv_set;
    use super::*;
    use mingzhang_domain::book::Fund;
    use mingzhang_domain::id::UnitId;
    use uuid::Uuid;

    const HEAD: &str = "房屋,收费项目,缴费周期,开始时间,结束时间,缴费时间,应缴金额,实缴金额,收银员,备注,收据号\n";
    const GOOD: &str =
        "8-3-503,物业服务费,12,2024-01-01,2025-01-01,2024-03-05 10:30:00,2700.35,1350.18,前台,手工导入,s1\n";

    fn read(rows: &str) -> HistoryImport {
        let mut estate = Estate::default();
        estate.go_live_on = Some("2026-01-15".parse().unwrap());
        let (owner, tenant, developer) = (None, None, None);
        let (unit, account) = (UnitId::from(Uuid::from_u128(2)), AccountId::from(Uuid::from_u128(1)));
        estate.add_unit("8-3-503".parse().unwrap(), KnownUnit { unit, account, owner, tenant, developer });
        estate.add_fee_item("物业服务费", FeeItemId::from(Uuid::from_u128(10)), Fund::Operating);
        let csv = format!("{HEAD}{rows}");
        read_history(&read_csv_set(&[("房屋缴费历史", csv.as_bytes())]).unwrap(), &estate)
    }

    fn rules(rows: &str) -> Vec<(u32, &'static str)> {
        read(rows).findings.iter().map(|finding| (finding.row, finding.rule.code())).collect()
    }

    #[test]
    fn payments_are_read_and_those_alike_are_counted() {
        let import = read(&format!("{GOOD}{GOOD}8-3-503,有线电视费,,,,2023/5/1,,88,,,\n"));
        assert_eq!(import.findings, []);
        let told = |line: &HistoryLine| (line.row, line.paid.to_string(), line.occurrence.0, line.fee_item.is_some());
        let lines: Vec<_> = import.lines.iter().map(told).collect();
        assert_eq!(
            lines,
            [(2, "1350.18".into(), 1, true), (3, "1350.18".into(), 2, true), (4, "88.00".into(), 1, false)]
        );
        assert_eq!(import.lines[0].reference, Some("S1".parse().unwrap()));
    }

    #[test]
    fn each_fault_is_named_where_it_stands() {
        assert_eq!(rules(&GOOD.replace("8-3-503", "9-9-999")), [(2, "unit_unknown")]);
        assert_eq!(rules(&GOOD.replace("1350.18", "0")), [(2, "must_be_positive")]);
        assert_eq!(rules(&GOOD.replace("2025-01-01", "2024-01-01")), [(2, "end_before_start")]);
        assert_eq!(rules(&GOOD.replace("2025-01-01", "")), [(2, "required")]);
        assert_eq!(rules(&GOOD.replace("2024-03-05 10:30:00", "2026-01-15")), [(2, "paid_after_go_live")]);
        assert_eq!(rules(&GOOD.replace("s1", "收据")), [(2, "reference_invalid")]);
        assert_eq!(rules(&GOOD.replace("前台", "=1+1")), [(2, "formula_not_allowed")]);
        assert_eq!(rules(&GOOD.replace("2700.35", "二千")), [(2, "not_a_number")]);
    }

    #[test]
    fn nobody_shows_in_debug_output() {
        let import = read(GOOD);
        assert!(!format!("{:?}", import.lines).contains("前台"));
    }
}
