//! The trial balance 科目余额表 as a table: purse by purse, what each book had before the first month, what was posted to
//! it, and what it has after the last; under each purse the sums, which say whether it balances.

use super::{Cell, Sheet, words};
use crate::column::Amount;
use crate::trial_balance::TrialBalance;
use mingzhang_domain::book::{Book, Purse};
use mingzhang_domain::calendar::Month;

/// One line: before, debits, credits, after; debit positive.
#[derive(Debug, Clone, Copy, Default)]
struct Line([Amount; 4]);

impl Line {
    fn post(&mut self, row: &TrialBalance, from: Month) {
        let [before, debit, credit, after] = &mut self.0;
        if row.month.0 < from {
            before.add(row.debit);
            before.take(row.credit);
        } else {
            debit.add(row.debit);
            credit.add(row.credit);
        }
        after.add(row.debit);
        after.take(row.credit);
    }

    fn add(&mut self, other: Self) {
        for (sum, amount) in self.0.iter_mut().zip(other.0) {
            sum.add(amount);
        }
    }

    fn cells(self, purse: Purse, book: Cell, code: Cell) -> Vec<Cell> {
        let amounts = self.0.map(|amount| Cell::Amount(amount.decimal()));
        [Cell::text(words::purse(purse)), book, code].into_iter().chain(amounts).collect()
    }
}

/// Rows of a trial balance up to a month as a table from a month on.
pub fn sheet(rows: &[TrialBalance], from: Month) -> Sheet {
    let headings = [
        "资金主体 Purse",
        "科目 Book",
        "科目代码 Code",
        "期初余额 Opening",
        "借方发生额 Debit",
        "贷方发生额 Credit",
        "期末余额 Closing",
    ];
    let mut lines = Vec::new();
    for purse in Purse::ALL.iter().copied() {
        let mut sum = None;
        for book in Book::ALL.iter().copied() {
            let mut of_book = rows.iter().filter(|row| (row.purse.0, row.book.0) == (purse, book)).peekable();
            if of_book.peek().is_none() {
                continue;
            }
            let mut line = Line::default();
            of_book.for_each(|row| line.post(row, from));
            sum.get_or_insert(Line::default()).add(line);
            lines.push(line.cells(purse, Cell::text(words::book(book)), Cell::text(book)));
        }
        lines.extend(sum.map(|sum: Line| sum.cells(purse, Cell::text("合计 Sum"), Cell::Empty)));
    }
    Sheet { name: "科目余额表", headings: headings.to_vec(), rows: lines }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::column::Text;

    #[test]
    fn what_was_before_what_was_posted_and_what_is_after() {
        let row = |month: &str, purse, book, debit, credit| TrialBalance {
            month: Text(month.parse().unwrap()),
            purse: Text(purse),
            book: Text(book),
            debit: Amount::from_fen(debit),
            credit: Amount::from_fen(credit),
        };
        let rows = [
            row("2025-12", Purse::Company, Book::Receivable, 900, 0),
            row("2025-12", Purse::Company, Book::Revenue, 0, 900),
            row("2026-01", Purse::Company, Book::Bank, 500, 0),
            row("2026-01", Purse::Company, Book::Receivable, 0, 500),
            row("2026-01", Purse::MaintenanceFund, Book::Bank, 100, 0),
            row("2026-01", Purse::MaintenanceFund, Book::FundBalance, 0, 100),
        ];
        let csv = sheet(&rows, "2026-01".parse().unwrap()).file(super::super::Format::Csv).unwrap();
        let text = String::from_utf8(csv).unwrap();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "物业公司,银行存款,bank,0.00,5.00,0.00,5.00",
                "物业公司,应收账款,receivable,9.00,0.00,5.00,4.00",
                "物业公司,物业服务收入,revenue,-9.00,0.00,0.00,-9.00",
                "物业公司,合计 Sum,,0.00,5.00,5.00,0.00",
                "维修资金,银行存款,bank,0.00,1.00,0.00,1.00",
                "维修资金,维修资金结存,fund_balance,0.00,0.00,1.00,-1.00",
                "维修资金,合计 Sum,,0.00,1.00,1.00,0.00",
            ]
        );
    }
}
