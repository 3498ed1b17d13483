//! Tables of a month: the trial balance 科目余额表 by the customer's codes, and the sub-ledgers 明细账 of the accounts.

use super::{BookLine, MonthBooks};
use crate::column::Amount;
use crate::sheet::{Cell, Sheet, words};
use crate::turnover::OfFund;
use mingzhang_domain::book::{Book, Nature};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What of the accounts is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubLedger {
    /// What is owed to us.
    Receivable,
    /// Credit not yet spent.
    Credit,
    /// Deposits held.
    Deposit,
}

impl SubLedger {
    /// Its books.
    pub(super) fn books(self) -> &'static [Book] {
        match self {
            Self::Receivable => &[Book::Receivable, Book::PassThroughReceivable],
            Self::Credit => &[Book::Credit],
            Self::Deposit => &[Book::DepositHeld],
        }
    }

    /// What it is called.
    pub(super) fn title(self) -> &'static str {
        match self {
            Self::Receivable => "应收明细账",
            Self::Credit => "预存明细账",
            Self::Deposit => "押金明细账",
        }
    }

    /// The rows as a table; amounts are positive on the side where the balance belongs.
    pub(super) fn sheet(self, rows: &[AccountRow], units: &BTreeMap<Uuid, String>) -> Sheet {
        let headings = [
            "房屋 Unit",
            "户账 Account",
            "责任方 Party",
            "款项性质 Fund",
            "科目 Book",
            "期初余额 Opening",
            "借方发生额 Debit",
            "贷方发生额 Credit",
            "期末余额 Closing",
        ];
        let signed = |amount: Amount| if self == Self::Receivable { amount } else { amount.negated() };
        let mut lines: Vec<(Option<&String>, &AccountRow)> =
            rows.iter().map(|row| (units.get(&row.account_id), row)).collect();
        lines.sort_by_key(|(unit, row)| (*unit, row.account_id, row.book.0, row.party_id, row.fund.0.0));
        let mut sums = [Amount::ZERO; 4];
        let mut cells = Vec::with_capacity(lines.len() + 1);
        for (unit, row) in lines {
            let amounts = [signed(row.opening), row.debit, row.credit, signed(row.closing())];
            sums.iter_mut().zip(amounts).for_each(|(sum, amount)| sum.add(amount));
            let OfFund(fund) = row.fund.0;
            let mut line = vec![
                unit.map_or(Cell::Empty, Cell::text),
                Cell::text(row.account_id),
                Cell::text(row.party_id),
                fund.map_or(Cell::Empty, |fund| Cell::text(words::fund(fund))),
                Cell::text(words::book(row.book.0)),
            ];
            line.extend(amounts.map(|amount| Cell::Amount(amount.decimal())));
            cells.push(line);
        }
        let mut sum = vec![Cell::text("合计 Sum"), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Empty];
        sum.extend(sums.map(|amount| Cell::Amount(amount.decimal())));
        cells.push(sum);
        Sheet { name: self.title(), headings: headings.to_vec(), rows: cells }
    }
}

/// What a party of an account has on a book.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct AccountRow {
    pub(super) account_id: Uuid,
    pub(super) book: crate::column::Text<Book>,
    pub(super) fund: crate::column::Text<OfFund>,
    pub(super) party_id: Uuid,
    pub(super) opening: Amount,
    pub(super) debit: Amount,
    pub(super) credit: Amount,
}

impl AccountRow {
    fn closing(&self) -> Amount {
        let mut closing = self.opening;
        closing.add(self.debit);
        closing.take(self.credit);
        closing
    }
}

/// The trial balance by code: books that share one are one row.
pub(super) fn trial_balance(books: &MonthBooks) -> Sheet {
    let headings = [
        "科目代码 Code",
        "科目名称 Name",
        "方向 Side",
        "期初余额 Opening",
        "借方发生额 Debit",
        "贷方发生额 Credit",
        "期末余额 Closing",
    ];
    let mut accounts: BTreeMap<&str, (&BookLine, [Amount; 4])> = BTreeMap::new();
    let mut sums = [Amount::ZERO; 4];
    for line in &books.accounts {
        let amounts = [line.opening, line.debit, line.credit, line.closing()];
        let (_, have) = accounts.entry(line.coded.code.as_str()).or_insert((line, [Amount::ZERO; 4]));
        have.iter_mut().zip(amounts).for_each(|(have, amount)| have.add(amount));
        sums.iter_mut().zip(amounts).for_each(|(sum, amount)| sum.add(amount));
    }
    let cells = |amounts: [Amount; 4]| amounts.map(|amount| Cell::Amount(amount.decimal()));
    let row = |(code, (line, amounts)): (&str, (&BookLine, [Amount; 4]))| {
        let side = match line.book.nature() {
            Nature::Assets | Nature::Expenses => "借",
            Nature::Liabilities | Nature::Equity | Nature::Income => "贷",
        };
        let names = [Cell::text(code), Cell::text(&line.coded.name), Cell::text(side)];
        names.into_iter().chain(cells(amounts)).collect()
    };
    let mut rows: Vec<Vec<Cell>> = accounts.into_iter().map(row).collect();
    let sum = [Cell::text("合计 Sum"), Cell::Empty, Cell::Empty];
    rows.push(sum.into_iter().chain(cells(sums)).collect());
    Sheet { name: "科目余额表", headings: headings.to_vec(), rows }
}

#[cfg(test)]
mod tests {
    use super::super::testing::books;
    use super::*;
    use crate::sheet::Format;

    #[test]
    fn the_trial_balance_by_code_foots() {
        let csv = trial_balance(&books()).file(Format::Csv).unwrap();
        let text = String::from_utf8(csv).unwrap();
        let lines: Vec<&str> = text.lines().skip(1).collect();
        assert_eq!(
            lines,
            [
                "1002,科目,借,0.00,5.00,0.00,5.00",
                "1122,科目,借,9.00,0.00,5.00,4.00",
                "6001,科目,贷,-9.00,0.00,0.00,-9.00",
                "合计 Sum,,,0.00,5.00,5.00,0.00",
            ]
        );
    }
}
