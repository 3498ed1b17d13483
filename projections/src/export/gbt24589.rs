//! JSON in the shape of GB/T 24589 (会计核算软件数据接口): its tables, by the names of their elements.
//!
//! It does not claim conformance: element names follow public texts, and nobody has certified the file. In front stands where it
//! comes from: the ledger, how many events, and the root over them.

use super::{BookLine, MonthBooks, Out, Voucher, VoucherExporter};
use crate::column::Amount;
use chrono::{Datelike, NaiveDate};
use mingzhang_domain::book::Nature;
use mingzhang_domain::books::chart::Coded;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::instant_text;
use mingzhang_domain::voucher::KIND;
use serde_json::{Value, json};
use std::io::{self, Write};

/// The file while it is written.
#[derive(Debug, Default)]
pub struct Gbt24589 {
    period: Option<Month>,
    /// The table that is written: 记账凭证, then 记账凭证分录.
    pass: u8,
    /// Its rows so far.
    rows: u64,
}

impl VoucherExporter for Gbt24589 {
    fn passes(&self) -> u8 {
        2
    }

    fn begin(&mut self, books: &MonthBooks, out: &mut Out) -> io::Result<()> {
        self.period = Some(books.period);
        let accounts = by_code(&books.accounts);
        let tables = [
            ("数据来源", provenance(books)),
            ("电子账簿", ledger_table(books)),
            ("会计期间", json!([period_table(books)])),
            ("会计科目", accounts.iter().map(|(coded, nature, ..)| account_row(coded, *nature)).collect()),
            ("币种", json!([{"币种编码": "CNY", "币种名称": "人民币", "记账本位币标志": "1"}])),
            ("科目余额及发生额", accounts.iter().map(|account| balance_row(books.period, account)).collect()),
        ];
        out.write_all(b"{\n")?;
        for (name, table) in tables {
            serde_json::to_writer(&mut *out, name)?;
            out.write_all(b": ")?;
            serde_json::to_writer(&mut *out, &table)?;
            out.write_all(b",\n")?;
        }
        out.write_all("\"记账凭证\": [".as_bytes())
    }

    fn voucher(&mut self, pass: u8, voucher: &Voucher, out: &mut Out) -> io::Result<()> {
        if pass != self.pass {
            self.turn(out)?;
        }
        if pass == 0 {
            return self.row(&voucher_row(voucher), out);
        }
        for (number, line) in (1_u32..).zip(&voucher.lines) {
            let (debit, credit) = line.sides();
            let row = json!({
                "会计年度": year(voucher.effective_on), "会计期间号": month(voucher.effective_on),
                "记账凭证编号": voucher.number.to_string(), "记账凭证行号": number.to_string(),
                "记账凭证摘要": line.summary, "科目编号": line.coded.code, "借方本币金额": debit.to_string(),
                "贷方本币金额": credit.to_string(), "辅助项1编号": line.unit.as_deref().unwrap_or_default(),
                "计量单位": "", "单价": "", "数量": "",
            });
            self.row(&row, out)?;
        }
        Ok(())
    }

    fn end(&mut self, _books: &MonthBooks, out: &mut Out) -> io::Result<()> {
        if self.pass == 0 {
            self.turn(out)?;
        }
        out.write_all(b"\n]\n}\n")
    }
}

impl Gbt24589 {
    /// The vouchers are written; their lines follow.
    fn turn(&mut self, out: &mut Out) -> io::Result<()> {
        (self.pass, self.rows) = (1, 0);
        out.write_all("\n],\n\"记账凭证分录\": [".as_bytes())
    }

    fn row(&mut self, row: &Value, out: &mut Out) -> io::Result<()> {
        out.write_all(if self.rows == 0 { b"\n" } else { b",\n" })?;
        self.rows = self.rows.saturating_add(1);
        Ok(serde_json::to_writer(&mut *out, row)?)
    }
}

fn provenance(books: &MonthBooks) -> Value {
    let mut of = json!({
        "说明": "按 GB/T 24589 的表结构输出，不声明符合该标准 (shaped like GB/T 24589; does not claim conformance)",
        "账套": books.ledger_id.to_string(), "小区代码": books.code.to_string(), "资金主体": books.purse.as_str(),
        "日志位置": books.position.to_string(),
    });
    if let Some(sealed) = &books.sealed {
        of["结账版本"] = json!(sealed.version.to_string());
        of["事件数"] = json!(sealed.size.to_string());
        of["日志根"] = json!(sealed.root.to_string());
    }
    of
}

fn ledger_table(books: &MonthBooks) -> Value {
    json!({
        "会计软件名称": "明账 Mingzhang", "会计软件版本": env!("CARGO_PKG_VERSION"),
        "账簿名称": format!("{} {}", books.code, crate::sheet::words::purse(books.purse)), "记账本位币": "人民币",
        "会计口径": "权责发生制", "数据期间起始": date(books.period.first_day().naive()),
        "数据期间终止": date(books.period.last_day().naive()),
        "导出时间": books.recorded_at.map(instant_text).unwrap_or_default(), "数据接口标准": "GB/T 24589（未作符合性声明）",
    })
}

fn period_table(books: &MonthBooks) -> Value {
    let (first, last) = (books.period.first_day().naive(), books.period.last_day().naive());
    json!({
        "会计年度": year(first), "会计期间号": month(first), "开始日期": date(first), "结束日期": date(last),
        "期间状态": if books.sealed.is_some() { "已结账" } else { "未结账" },
    })
}

/// A code with its kind, opening balance, debits and credits.
type Account = (Coded, Nature, [Amount; 3]);

/// Books that share a code are one account.
fn by_code(lines: &[BookLine]) -> Vec<Account> {
    let mut accounts: Vec<Account> = Vec::new();
    for line in lines {
        let same = accounts.iter_mut().find(|(coded, ..)| coded.code == line.coded.code);
        let sums = [line.opening, line.debit, line.credit];
        match same {
            Some((_, _, have)) => have.iter_mut().zip(sums).for_each(|(have, sum)| have.add(sum)),
            None => accounts.push((line.coded.clone(), line.book.nature(), sums)),
        }
    }
    accounts.sort_by(|one, other| one.0.code.cmp(&other.0.code));
    accounts
}

fn account_row(coded: &Coded, nature: Nature) -> Value {
    let (kind, side) = match nature {
        Nature::Assets => ("资产", "借"),
        Nature::Liabilities => ("负债", "贷"),
        Nature::Equity => ("权益", "贷"),
        Nature::Income => ("损益", "贷"),
        Nature::Expenses => ("损益", "借"),
    };
    json!({
        "科目编号": coded.code, "科目名称": coded.name, "科目类型": kind, "余额方向": side, "是否末级": "1",
        "辅助核算": "房屋",
    })
}

fn balance_row(period: Month, (coded, _, [opening, debit, credit]): &Account) -> Value {
    let mut closing = *opening;
    closing.add(*debit);
    closing.take(*credit);
    let side = |amount: Amount| if amount.fen() < 0 { "贷" } else { "借" };
    let size = |amount: Amount| if amount.fen() < 0 { amount.negated() } else { amount }.to_string();
    let first = period.first_day().naive();
    json!({
        "会计年度": year(first), "会计期间号": month(first), "科目编号": coded.code, "币种编码": "CNY",
        "期初余额方向": side(*opening), "期初本币余额": size(*opening), "借方本币金额": debit.to_string(),
        "贷方本币金额": credit.to_string(), "期末余额方向": side(closing), "期末本币余额": size(closing),
        "期初数量": "", "借方数量": "", "贷方数量": "", "期末数量": "",
    })
}

fn voucher_row(voucher: &Voucher) -> Value {
    json!({
        "会计年度": year(voucher.effective_on), "会计期间号": month(voucher.effective_on), "记账凭证类型编号": KIND,
        "记账凭证编号": voucher.number.to_string(), "记账凭证日期": date(voucher.effective_on),
        "附件数": voucher.attachments.to_string(), "制单人": voucher.maker, "审核人": voucher.checker,
        "记账人": voucher.maker, "记账标志": "1",
    })
}

fn date(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}

fn year(day: NaiveDate) -> String {
    format!("{:04}", day.year())
}

fn month(day: NaiveDate) -> String {
    format!("{:02}", day.month())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{published, voucher, written};
    use super::*;
    use std::collections::BTreeMap;

    fn document(vouchers: &[Voucher]) -> Value {
        serde_json::from_slice(&written(&mut Gbt24589::default(), vouchers)).unwrap()
    }

    #[test]
    fn it_is_json_with_any_number_of_vouchers() {
        let one = voucher(1, &[("收款", "1002", 500), ("收款", "1122", -500)]);
        for (vouchers, count) in [(vec![], 0), (vec![one.clone()], 1), (vec![one.clone(), one], 2)] {
            let document = document(&vouchers);
            assert_eq!(document["记账凭证"].as_array().unwrap().len(), count);
            assert_eq!(document["记账凭证分录"].as_array().unwrap().len(), 2 * count);
            assert_eq!(document["科目余额及发生额"][1]["期末本币余额"], "4.00");
        }
    }

    /// Every table, and every element by the name that its number stands for.
    #[test]
    fn it_has_the_tables_of_the_standard() {
        let Some(layout) = published("gbt24589_2024_tables.json") else { return };
        let layout: Value = serde_json::from_slice(&layout).unwrap();
        let document = document(&[voucher(1, &[("收款", "1002", 500), ("收款", "1122", -500)])]);
        let mut names: BTreeMap<String, String> = BTreeMap::new();
        let tables = layout["tables"].as_object().unwrap();
        let elements = |table: &Value| -> Vec<String> {
            table.as_array().unwrap().iter().map(|element| element.as_str().unwrap().to_owned()).collect()
        };
        for element in tables.values().flat_map(elements) {
            if let Some((number, name)) = element.split_once(' ') {
                names.insert(number.to_owned(), name.to_owned());
            }
        }
        let mut seen = 0;
        for (name, table) in tables {
            let written = document.get(name).unwrap_or_else(|| panic!("no table {name}"));
            let row = written.get(0).unwrap_or(written);
            for element in elements(table) {
                let name = match element.split_once(' ') {
                    Some((_, "期初/借/贷/期末数量")) => "期末数量".to_owned(),
                    Some((_, name)) => name.to_owned(),
                    None => names.get(&element).cloned().unwrap_or(element),
                };
                let name =
                    if name == "数量" || row.get(&name).is_some() { name } else { panic!("{name} is missing") };
                assert!(row.get(&name).is_some(), "{name}");
                seen += 1;
            }
        }
        assert!(seen > 40);
    }
}
