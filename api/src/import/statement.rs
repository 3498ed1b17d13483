//! A bank statement: which rows are money that came in, whatever the bank calls its columns.
//!
//! Money that went out is another fact's to record (a refund, a supplier's bill) and is passed over here.

use super::columns::{Column, Layout, Table, leading};
use super::field;
use super::fields::{Fields, Refused, Value};
use super::finding::{Finding, Rule};
use super::workbook::Workbook;
use crate::bank_line::Line;
use mingzhang_domain::money::Money;
use mingzhang_domain::value::{Code, Count};
use rust_decimal::Decimal;
use std::collections::HashMap;
use unicode_normalization::UnicodeNormalization;

/// The most lines of money in that one statement may have.
pub const MOST_LINES: usize = 2_000;

static BOOKED_ON: Column =
    Column {
        heading: "交易日期", aliases: &["记账日期", "入账日期", "记账日", "交易时间", "日期"], required: true
    };
static RECEIVED: Column = Column {
    heading: "收入金额",
    aliases: &["收入", "贷方金额", "贷方发生额", "贷方", "转入金额", "收款金额", "交易金额", "金额", "收入(元)"],
    required: true,
};
static PAID_OUT: Column = Column {
    heading: "支出金额",
    aliases: &["支出", "借方金额", "借方发生额", "借方", "转出金额", "付款金额", "支出(元)"],
    required: false,
};
static SERIAL: Column = Column {
    heading: "流水号",
    aliases: &["交易流水号", "银行流水号", "交易流水", "凭证号", "凭证号码", "交易序号"],
    required: false,
};
static PAYER: Column = Column {
    heading: "对方户名",
    aliases: &["对方名称", "付款人", "付款人名称", "对方单位", "付款人户名"],
    required: false,
};
static PAYER_ACCOUNT: Column =
    Column { heading: "对方账号", aliases: &["对方账户", "付款人账号", "对方帐号"], required: false };
static REMARK: Column =
    Column {
        heading: "附言", aliases: &["摘要", "备注", "用途", "交易附言", "转账附言", "摘要附言"], required: false
    };

static LAYOUT: Layout = Layout {
    name: "银行流水",
    aliases: &["流水", "对账单", "交易明细"],
    required: true,
    columns: &[&BOOKED_ON, &RECEIVED, &PAID_OUT, &SERIAL, &PAYER, &PAYER_ACCOUNT, &REMARK],
};

/// What a statement says.
pub struct Statement {
    /// Money that came in, with the row it stands in.
    pub lines: Vec<(u32, Line)>,
    /// Rows of money that went out.
    pub outgoing: u32,
    /// What is wrong; no line counts while there is anything.
    pub findings: Vec<Finding>,
}

/// Reads a statement: the sheet that is named like one, else the first.
pub fn read_statement(book: &Workbook) -> Statement {
    let mut statement = Statement { lines: Vec::new(), outgoing: 0, findings: Vec::new() };
    let Some(table) = leading(book, &LAYOUT, &mut statement.findings) else { return statement };
    let mut said: HashMap<Vec<String>, u32> = HashMap::new();
    for row in table.rows() {
        let mut fields = Fields::of(&table, row, &mut statement.findings);
        match line(&table, &mut fields) {
            Ok(Some(mut line)) if fields.sound() => {
                let times = said.entry(line.says()).or_default();
                *times += 1;
                line.occurrence = Count(*times);
                statement.lines.push((row.number, line));
            }
            Ok(None) if fields.sound() => statement.outgoing += 1,
            Ok(_) | Err(Refused) => {}
        }
    }
    statement
}

/// The money of a row that came in; nothing when it went out.
fn line(table: &Table<'_>, fields: &mut Fields<'_, '_>) -> Result<Option<Line>, Refused> {
    let booked_on = fields.required(&BOOKED_ON, field::date);
    let paid_out = if table.has(&PAID_OUT) { fields.optional(&PAID_OUT, money)? } else { None };
    let received = fields.optional(&RECEIVED, money)?.filter(|amount| !amount.is_zero());
    let amount = match (received, paid_out.filter(|amount| !amount.is_zero())) {
        (Some(amount), None) if amount.is_positive() => amount,
        (Some(_), None) | (None, Some(_)) => return booked_on.map(|_| None),
        (Some(_), Some(_)) => return Err(fields.refuse(&PAID_OUT, Rule::MoneyBothWays)),
        (None, None) => return Err(fields.refuse(&RECEIVED, Rule::Required)),
    };
    let serial = fields.optional(&SERIAL, serial);
    let payer = fields.optional(&PAYER, field::text::<100>);
    let payer_account = fields.optional(&PAYER_ACCOUNT, field::text::<40>);
    let remark = fields.optional(&REMARK, field::text::<500>);
    let (booked_on, serial, payer, payer_account, remark) = (booked_on?, serial?, payer?, payer_account?, remark?);
    Ok(Some(Line { booked_on, amount, serial, occurrence: Count(1), payer, payer_account, remark }))
}

/// An amount with or without separators of thousands; below zero when it went out.
fn money(value: &Value<'_>) -> Result<Money, Rule> {
    let exact: Decimal = match value {
        Value::Text(text) => {
            let folded: String = text.nfkc().filter(|c| !matches!(c, ',' | '¥' | ' ')).take(40).collect();
            field::decimal(&Value::Text(folded.trim_start_matches('+')))?
        }
        Value::Number(..) | Value::Date(_) => field::decimal(value)?,
    };
    if exact.scale() > 2 {
        return Err(Rule::TooManyDecimals);
    }
    Money::from_decimal(exact).map_err(|_| Rule::OutOfRange)
}

fn serial(value: &Value<'_>) -> Result<Code, Rule> {
    field::text::<40>(value)?.parse().map_err(|_| Rule::SerialInvalid)
}

#[cfg(test)]
mod tests {
    use super::super::workbook::read_upload;
    use super::*;

    fn read(csv: &str) -> Statement {
        read_statement(&read_upload(&[("statement.csv", csv.as_bytes())]).unwrap())
    }

    /// `row day amount serial occurrence payer remark` of each line.
    fn told(statement: &Statement) -> Vec<String> {
        let text = |text: &Option<String>| text.clone().unwrap_or("-".to_owned());
        let line = |(row, line): &(u32, Line)| {
            let serial = line.serial.as_ref().map_or("-".to_owned(), ToString::to_string);
            let (payer, remark) = (text(&line.payer), text(&line.remark));
            format!("{row} {} {} {serial} {} {payer} {remark}", line.booked_on, line.amount, line.occurrence)
        };
        statement.lines.iter().map(line).collect()
    }

    #[test]
    fn what_came_in_is_read_under_the_names_that_banks_use() {
        let statement = read(
            "某银行对公账户明细\n记账日期,借方发生额,贷方发生额,对方户名,对方账号,摘要,交易流水号\n\
             20260120,,\"1,268.80\",张三,6222021234567890017,3-1-1202物业费,a-17\n\
             2026/1/20 09:30:00,500.00,,某供应商,,电费,A-18\n2026-01-21,0.00,88,,,,\n",
        );
        assert_eq!(statement.findings, []);
        assert_eq!(told(&statement), ["3 2026-01-20 1268.80 A-17 1 张三 3-1-1202物业费", "5 2026-01-21 88.00 - 1 - -"]);
        assert_eq!(statement.outgoing, 1);
    }

    #[test]
    fn a_workbook_is_read_alike() {
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        let rows = [["交易日期", "收入", "对方户名"], ["2026-01-20", "88.00", "张三"]];
        for (row, cells) in (0_u32..).zip(rows) {
            for (column, text) in (0_u16..).zip(cells) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
        let bytes = book.save_to_buffer().unwrap();
        let statement = read_statement(&read_upload(&[("statement.csv", &bytes)]).unwrap());
        assert_eq!(told(&statement), ["2 2026-01-20 88.00 - 1 张三 -"]);
    }

    #[test]
    fn lines_that_say_the_same_are_counted_by_day() {
        let statement = read("日期,金额,附言\n2026-01-20,5,a\n2026-01-20,5.00,Ａ\n2026-01-21,5,a\n2026-01-20,-5,a\n");
        let times: Vec<u32> = statement.lines.iter().map(|(_, line)| line.occurrence.0).collect();
        assert_eq!((times, statement.outgoing), (vec![1, 2, 1], 1));
    }

    #[test]
    fn what_cannot_be_is_found_by_row_and_column() {
        let statement = read(
            "日期,收入,支出,流水号\n2026-02-30,1,,\n2026-01-20,,,\n2026-01-20,1,1,\n2026-01-20,1.005,,\n\
             2026-01-20,一元,,\n2026-01-20,1,,流水\n,1,,\n2026-01-20,=1+1,,\n",
        );
        let found: Vec<_> = statement.findings.iter().map(|f| (f.row, f.column.as_str(), f.rule)).collect();
        assert_eq!(
            found,
            [
                (2, "日期", Rule::DateInvalid),
                (3, "收入", Rule::Required),
                (4, "支出", Rule::MoneyBothWays),
                (5, "收入", Rule::TooManyDecimals),
                (6, "收入", Rule::NotANumber),
                (7, "流水号", Rule::SerialInvalid),
                (8, "日期", Rule::Required),
                (9, "收入", Rule::FormulaNotAllowed),
            ]
        );
        let other = read("甲,乙\n1,2\n");
        assert_eq!(
            other.findings.iter().map(|f| f.rule).collect::<Vec<_>>(),
            [Rule::ColumnMissing, Rule::ColumnMissing]
        );
    }
}
