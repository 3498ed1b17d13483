//! 金蝶 KIS: the fields of its standard voucher import as a workbook.

use super::{Line, MonthBooks, Out, Voucher, VoucherExporter, sheet_failed};
use crate::sheet::neutral;
use chrono::Datelike;
use mingzhang_domain::voucher::KIND;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format as Style, Workbook, Worksheet, XlsxError};
use std::io;

/// The columns, in order.
pub(super) const FIELDS: [&str; 31] = [
    "FDATE",
    "FTRANSDATE",
    "FPERIOD",
    "FGROUP",
    "FNUM",
    "FENTRYID",
    "FEXP",
    "FACCTID",
    "FCLSNAME1",
    "FOBJID1",
    "FOBJNAME1",
    "FCLSNAME2",
    "FOBJID2",
    "FOBJNAME2",
    "FTRANSID",
    "FCYID",
    "FEXCHRATE",
    "FDC",
    "FFCYAMT",
    "FQTY",
    "FPRICE",
    "FDEBIT",
    "FCREDIT",
    "FSETTLCODE",
    "FSETTLENO",
    "FPREPARE",
    "FPAY",
    "FCASH",
    "FPOSTER",
    "FCHECKER",
    "FATTCHMENT",
];
/// Characters of 摘要 at most.
const SUMMARY: usize = 80;

/// The workbook while it is written; its rows go to a temporary file.
#[derive(Default)]
pub struct KingdeeKis {
    workbook: Option<Workbook>,
    rows: u32,
}

impl std::fmt::Debug for KingdeeKis {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KingdeeKis").field("rows", &self.rows).finish_non_exhaustive()
    }
}

impl VoucherExporter for KingdeeKis {
    fn begin(&mut self, _books: &MonthBooks, _out: &mut Out) -> io::Result<()> {
        self.workbook = Some(begun().map_err(failed)?);
        self.rows = 1;
        Ok(())
    }

    fn voucher(&mut self, _pass: u8, voucher: &Voucher, _out: &mut Out) -> io::Result<()> {
        let workbook = self.workbook.as_mut().ok_or(io::ErrorKind::NotFound)?;
        let tab = workbook.worksheet_from_index(0).map_err(failed)?;
        for (entry, line) in (0..).zip(&voucher.lines) {
            write(tab, self.rows, (voucher, entry, line)).map_err(failed)?;
            self.rows = self.rows.saturating_add(1);
        }
        Ok(())
    }

    fn end(&mut self, _books: &MonthBooks, out: &mut Out) -> io::Result<()> {
        let mut workbook = self.workbook.take().ok_or(io::ErrorKind::NotFound)?;
        workbook.save_to_writer(out).map_err(failed)
    }
}

fn failed(error: XlsxError) -> io::Error {
    sheet_failed(error.into())
}

fn begun() -> Result<Workbook, XlsxError> {
    let mut workbook = Workbook::new();
    // Without a fixed time the writer would ask the clock.
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&ExcelDateTime::from_ymd(2000, 1, 1)?));
    let tab = workbook.add_worksheet_with_constant_memory()?.set_name("凭证")?;
    let bold = Style::new().set_bold();
    for (column, field) in (0..).zip(FIELDS) {
        tab.write_string_with_format(0, column, field, &bold)?;
    }
    Ok(workbook)
}

/// A row, cell by cell from left to right: what is behind a row cannot be written any more.
fn write(tab: &mut Worksheet, row: u32, (voucher, entry, line): (&Voucher, u32, &Line)) -> Result<(), XlsxError> {
    let (debit, credit) = line.sides();
    let day = voucher.effective_on.to_string();
    let amount = if debit.fen() == 0 { credit } else { debit };
    let object = |class: &str, name: Option<&String>| match name {
        Some(name) => [class.to_owned(), name.clone(), name.clone()],
        None => Default::default(),
    };
    let [customer, customer_id, customer_name] = object("客户", line.unit.as_ref());
    let [item, item_id, item_name] = object("收费项目", line.fee_item.as_ref());
    let money = Style::new().set_num_format("0.00");
    for (column, field) in (0..).zip(FIELDS) {
        let text = match field {
            "FDATE" | "FTRANSDATE" => day.clone(),
            "FGROUP" => KIND.to_owned(),
            "FEXP" => neutral(&line.summary).chars().take(SUMMARY).collect(),
            "FACCTID" => line.coded.code.to_string(),
            "FCLSNAME1" => customer.clone(),
            "FOBJID1" => neutral(&customer_id),
            "FOBJNAME1" => neutral(&customer_name),
            "FCLSNAME2" => item.clone(),
            "FOBJID2" => neutral(&item_id),
            "FOBJNAME2" => neutral(&item_name),
            "FCYID" => "RMB".to_owned(),
            "FPREPARE" => voucher.maker.clone(),
            "FCHECKER" => voucher.checker.clone(),
            "FPERIOD" => number(tab, row, column, voucher.effective_on.month())?,
            "FNUM" => number(tab, row, column, voucher.number)?,
            "FENTRYID" => number(tab, row, column, entry)?,
            "FEXCHRATE" => number(tab, row, column, 1)?,
            "FDC" => number(tab, row, column, u32::from(credit.fen() == 0))?,
            "FATTCHMENT" => number(tab, row, column, voucher.attachments)?,
            "FFCYAMT" => yuan(tab, (row, column), amount, &money)?,
            "FDEBIT" => yuan(tab, (row, column), debit, &money)?,
            "FCREDIT" => yuan(tab, (row, column), credit, &money)?,
            _ => String::new(),
        };
        if !text.is_empty() {
            tab.write_string(row, column, text)?;
        }
    }
    Ok(())
}

/// Writes a number; no text is left to write.
fn number(tab: &mut Worksheet, row: u32, column: u16, number: u32) -> Result<String, XlsxError> {
    tab.write_number(row, column, number)?;
    Ok(String::new())
}

/// Writes an amount; beyond what a number says exactly it is text.
fn yuan(
    tab: &mut Worksheet,
    (row, column): (u32, u16),
    amount: crate::column::Amount,
    style: &Style,
) -> Result<String, XlsxError> {
    let exact = amount.decimal().to_f64().filter(|_| amount.decimal().abs() < crate::sheet::EXACT);
    let Some(exact) = exact else { return Ok(amount.to_string()) };
    tab.write_number_with_format(row, column, exact, style)?;
    Ok(String::new())
}

#[cfg(test)]
mod tests {
    use super::super::testing::{published, voucher, written};
    use super::*;

    #[test]
    fn its_columns_are_those_of_the_layout() {
        let Some(layout) = published("kingdee_kis_voucher_fields.json") else { return };
        let layout: serde_json::Value = serde_json::from_slice(&layout).unwrap();
        let fields: Vec<&str> =
            layout["fields"].as_array().unwrap().iter().filter_map(|field| field.as_str()).collect();
        assert_eq!(fields, FIELDS);
    }

    #[test]
    fn the_same_vouchers_are_the_same_bytes() {
        let write = || written(&mut KingdeeKis::default(), &[voucher(1, &[("收款", "1012", 358)]), voucher(2, &[])]);
        assert!(!write().is_empty());
        assert_eq!(write(), write());
    }
}
