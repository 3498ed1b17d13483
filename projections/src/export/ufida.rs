//! 用友 text V800: one line per entry with 48 fields and commas between them, GBK, CRLF.

use super::{Line, MonthBooks, Out, Voucher, VoucherExporter, plain};
use encoding_rs::GBK;
use mingzhang_domain::voucher::KIND;
use std::io::{self, Write};

/// Fields 19–48: 供应商, 业务员, 项目 and system fields, as the layout has them when they say nothing.
const REST: &str = ",,,,,,,,,0,,0,,,,,,,,,0,0,0,0,0,,0,0,0,0";
/// Characters of 摘要 at most.
const SUMMARY: usize = 60;
/// Characters of a customer's code, and of a person, at most.
const SHORT: usize = 20;

/// The layout.
#[derive(Debug, Default)]
pub struct UfidaV800;

impl VoucherExporter for UfidaV800 {
    fn begin(&mut self, _books: &MonthBooks, out: &mut Out) -> io::Result<()> {
        gbk("填制凭证,V800", out)
    }

    fn voucher(&mut self, _pass: u8, voucher: &Voucher, out: &mut Out) -> io::Result<()> {
        voucher.lines.iter().try_for_each(|line| gbk(&entry(voucher, line), out))
    }

    fn end(&mut self, _books: &MonthBooks, _out: &mut Out) -> io::Result<()> {
        Ok(())
    }
}

fn entry(voucher: &Voucher, line: &Line) -> String {
    let side = |amount: crate::column::Amount| match amount.fen() {
        0 => "0".to_owned(),
        _ => amount.to_string(),
    };
    let (debit, credit) = line.sides();
    let customer = plain(line.unit.as_deref().unwrap_or_default(), SHORT);
    format!(
        "{},{KIND},{},{},{},{},{},{},,0,0,{},,,,,,{customer},{REST}",
        voucher.effective_on,
        voucher.number,
        voucher.attachments.min(999),
        plain(&line.summary, SUMMARY),
        line.coded.code,
        side(debit),
        side(credit),
        plain(&voucher.maker, SHORT),
    )
}

/// A line in GBK; a character that it does not have is a geta mark, as printers set it.
fn gbk(line: &str, out: &mut Out) -> io::Result<()> {
    let known = |c: char| {
        let mut buffer = [0; 4];
        let (_, _, unknown) = GBK.encode(c.encode_utf8(&mut buffer));
        if unknown { '〓' } else { c }
    };
    let (bytes, _, unknown) = GBK.encode(line);
    if unknown {
        let line: String = line.chars().map(known).collect();
        out.write_all(&GBK.encode(&line).0)?;
    } else {
        out.write_all(&bytes)?;
    }
    out.write_all(b"\r\n")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{line, published, written};
    use super::*;
    use crate::column::Amount;

    /// The published sample, read into vouchers and written again, is the same to the byte.
    #[test]
    fn the_sample_of_the_layout_is_reproduced() {
        let Some(sample) = published("ufida_v800_voucher.synthetic.gbk.txt") else { return };
        let (text, _, faulty) = GBK.decode(&sample);
        assert!(!faulty);
        let mut vouchers: Vec<Voucher> = Vec::new();
        for row in text.lines().skip(1) {
            let fields: Vec<&str> = row.split(',').collect();
            assert_eq!(fields.len(), 48);
            let fen = |text: &str| text.replace('.', "").parse::<i64>().unwrap();
            let amount = Amount::from_fen(fen(fields[6]) - fen(fields[7]));
            let entry = Line {
                unit: (!fields[17].is_empty()).then(|| fields[17].to_owned()),
                ..line(fields[4], fields[5], amount.fen())
            };
            let number = fields[2].parse().unwrap();
            if vouchers.last().is_none_or(|last| last.number != number) {
                vouchers.push(Voucher {
                    number,
                    effective_on: fields[0].parse().unwrap(),
                    summary: String::new(),
                    attachments: 0,
                    maker: String::new(),
                    checker: String::new(),
                    lines: Vec::new(),
                });
            }
            vouchers.last_mut().unwrap().lines.push(entry);
        }
        assert_eq!(vouchers.len(), 2);
        assert_eq!(written(&mut UfidaV800, &vouchers), sample);
    }

    #[test]
    fn what_gbk_lacks_and_what_would_break_the_layout_is_replaced() {
        let hostile = Line { unit: Some("𬭎,1".to_owned()), ..line("=cmd,\r\n\"甲\"", "1122", 100) };
        let voucher = Voucher {
            number: 1,
            effective_on: "2026-01-31".parse().unwrap(),
            summary: String::new(),
            attachments: 0,
            maker: "员工".to_owned(),
            checker: String::new(),
            lines: vec![hostile],
        };
        let bytes = written(&mut UfidaV800, &[voucher]);
        let (text, _, faulty) = GBK.decode(&bytes);
        assert!(!faulty);
        let rows: Vec<&str> = text.split("\r\n").collect();
        assert_eq!(rows.len(), 3, "{text}");
        assert_eq!(rows[1].split(',').count(), 48);
        assert!(rows[1].contains("'=cmd，  ＂甲＂") && rows[1].contains("〓，1"), "{text}");
    }
}
