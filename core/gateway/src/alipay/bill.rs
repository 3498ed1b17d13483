//! Bill files 对账单: trades and refunds of a day 业务明细, and movements of the account 账务明细.
//!
//! GBK, comment lines that begin with `#`, a header, values that may end in a tab, and totals in comments at the end.

use crate::bill::{BillError, Columns, Lines, clean, money, trimmed};
use encoding_rs::GB18030;
use mingzhang_domain::money::Money;
use std::io::BufRead;

/// A trade or a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeLine {
    /// The provider's number of the payment.
    pub trade_no: String,
    /// Our number of the order.
    pub out_trade_no: String,
    /// When it was paid or refunded, `YYYY-MM-DD HH:MM:SS` in Shanghai.
    pub at: String,
    /// What the merchant got; negative when it went back.
    pub amount: Money,
    /// Our number of the refund; absent for a payment.
    pub refund_no: Option<String>,
    /// What the provider kept, negative, or gave back.
    pub fee: Money,
}

/// A movement of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowLine {
    /// The number of the movement.
    pub flow_id: String,
    /// The provider's number of what it is for.
    pub trade_no: String,
    /// Our number.
    pub out_trade_no: String,
    /// When, `YYYY-MM-DD HH:MM:SS` in Shanghai.
    pub at: String,
    /// In when positive, out when negative.
    pub amount: Money,
    /// What was left.
    pub balance: Money,
    /// Such as 在线支付, 收费, 提现.
    pub kind: String,
}

/// What a kind of file has.
pub trait Kind: Sized {
    /// Reads the columns.
    ///
    /// # Errors
    /// [`BillError::Column`].
    fn columns(columns: &Columns) -> Result<Self, BillError>;
    /// What a line is.
    type Line;
    /// Reads a line's values.
    ///
    /// # Errors
    /// [`BillError::Value`].
    fn line(&self, values: &[&str], at: u64) -> Result<Self::Line, BillError>;
    /// Which of the two totals it is in, and with how much.
    fn adds(line: &Self::Line) -> Vec<(usize, Money)>;
    /// How the comments with the two totals begin, and what stands before their amount.
    const TOTALS: [(&'static str, &'static str); 2];
}

/// A bill file while it is read: its lines, then its totals.
#[derive(Debug)]
pub struct Bill<R, K> {
    lines: Lines<R>,
    width: usize,
    kind: K,
    totals: [(u64, Money); 2],
    said: [Option<(u64, Money)>; 2],
    is_over: bool,
}

/// A file of trades and refunds.
pub type TradeBill<R> = Bill<R, Trades>;
/// A file of the account's movements.
pub type FlowBill<R> = Bill<R, Flows>;

/// A line as text.
fn text(raw: &[u8], at: u64) -> Result<String, BillError> {
    let decoded = GB18030.decode_without_bom_handling_and_without_replacement(trimmed(raw));
    decoded.map(String::from).ok_or(BillError::Encoding(at))
}

impl<R: BufRead, K: Kind> Bill<R, K> {
    /// Reads up to the header.
    ///
    /// # Errors
    /// [`BillError`].
    pub fn open(reader: R) -> Result<Self, BillError> {
        let mut lines = Lines::new(reader);
        loop {
            let raw = lines.next()?.ok_or(BillError::Truncated)?;
            let line = text(&raw, lines.at())?;
            if line.starts_with('#') {
                continue;
            }
            let columns = Columns::of(&line);
            let kind = K::columns(&columns)?;
            let (totals, said) = ([(0, Money::ZERO); 2], [None; 2]);
            return Ok(Self { lines, width: columns.len(), kind, totals, said, is_over: false });
        }
    }

    /// The next line; none at the totals.
    ///
    /// # Errors
    /// [`BillError`].
    pub fn next_line(&mut self) -> Result<Option<K::Line>, BillError> {
        if self.is_over {
            return Ok(None);
        }
        let raw = self.lines.next()?.ok_or(BillError::Truncated)?;
        let at = self.lines.at();
        let line = text(&raw, at)?;
        if line.starts_with('#') {
            self.is_over = true;
            return Ok(None);
        }
        let values: Vec<&str> = line.split(',').map(clean).collect();
        if values.len() != self.width {
            return Err(BillError::Width(at));
        }
        let line = self.kind.line(&values, at)?;
        for (which, amount) in K::adds(&line) {
            if let Some((count, sum)) = self.totals.get_mut(which) {
                *count += 1;
                *sum = sum.plus(amount).map_err(|_| BillError::Sum("合计"))?;
            }
        }
        Ok(Some(line))
    }

    /// Checks the totals against the lines, all of which must have been read; says how many lines there were in them.
    ///
    /// # Errors
    /// [`BillError::Truncated`], [`BillError::Sum`].
    pub fn finish(mut self) -> Result<u64, BillError> {
        if !self.is_over {
            return Err(BillError::Truncated);
        }
        while let Some(raw) = self.lines.next()? {
            let line = text(&raw, self.lines.at())?;
            for (which, (begins, before)) in K::TOTALS.into_iter().enumerate() {
                let Some(total) = line.strip_prefix(begins) else { continue };
                self.said[which] = Some(total_of(total, before).ok_or(BillError::Sum(begins))?);
            }
        }
        for ((said, have), (name, _)) in self.said.iter().zip(&self.totals).zip(K::TOTALS) {
            if said.ok_or(BillError::Truncated)? != *have {
                return Err(BillError::Sum(name));
            }
        }
        Ok(self.totals.iter().map(|(count, _)| count).sum())
    }
}

/// Count and amount of `2笔，商家实收共418.50元，…`.
fn total_of(text: &str, before: &str) -> Option<(u64, Money)> {
    let (count, rest) = text.split_once('笔')?;
    let amount = rest.split_once(before)?.1.split_once('元')?.0;
    Some((clean(count).parse().ok()?, money(amount)?))
}

/// Columns of a file of trades and refunds.
#[derive(Debug, Clone)]
pub struct Trades {
    trade_no: usize,
    out_trade_no: usize,
    kind: usize,
    at: usize,
    amount: usize,
    refund_no: usize,
    fee: usize,
}

impl Kind for Trades {
    type Line = TradeLine;
    const TOTALS: [(&'static str, &'static str); 2] =
        [("#交易合计：", "商家实收共"), ("#退款合计：", "商家实收退款共")];

    fn columns(columns: &Columns) -> Result<Self, BillError> {
        Ok(Self {
            trade_no: columns.must("支付宝交易号")?,
            out_trade_no: columns.must("商户订单号")?,
            kind: columns.must("业务类型")?,
            at: columns.must("完成时间")?,
            amount: columns.must("商家实收（元）")?,
            refund_no: columns.must("退款批次号/请求号")?,
            fee: columns.must("服务费（元）")?,
        })
    }

    fn line(&self, values: &[&str], line: u64) -> Result<TradeLine, BillError> {
        let text = |column: usize| values.get(column).map(|value| (*value).to_owned()).unwrap_or_default();
        let bad = |column| BillError::Value { line, column };
        let amount = money(&text(self.amount)).ok_or(bad("商家实收（元）"))?;
        let number = Some(text(self.refund_no)).filter(|number| !number.is_empty());
        let refund_no = match text(self.kind).as_str() {
            "交易" if !amount.is_negative() => None,
            "退款" if !amount.is_positive() => Some(number.ok_or(bad("退款批次号/请求号"))?),
            _ => return Err(bad("业务类型")),
        };
        Ok(TradeLine {
            trade_no: Some(text(self.trade_no)).filter(|text| !text.is_empty()).ok_or(bad("支付宝交易号"))?,
            out_trade_no: text(self.out_trade_no),
            at: text(self.at),
            amount,
            refund_no,
            fee: money(&text(self.fee)).ok_or(bad("服务费（元）"))?,
        })
    }

    fn adds(line: &TradeLine) -> Vec<(usize, Money)> {
        vec![(usize::from(line.refund_no.is_some()), line.amount)]
    }
}

/// Columns of a file of the account's movements.
#[derive(Debug, Clone)]
pub struct Flows {
    flow_id: usize,
    trade_no: usize,
    out_trade_no: usize,
    at: usize,
    income: usize,
    expense: usize,
    balance: usize,
    kind: usize,
}

impl Kind for Flows {
    type Line = FlowLine;
    const TOTALS: [(&'static str, &'static str); 2] = [("#收入合计：", "共"), ("#支出合计：", "共")];

    fn columns(columns: &Columns) -> Result<Self, BillError> {
        Ok(Self {
            flow_id: columns.must("账务流水号")?,
            trade_no: columns.must("业务流水号")?,
            out_trade_no: columns.must("商户订单号")?,
            at: columns.must("发生时间")?,
            income: columns.must("收入金额（+元）")?,
            expense: columns.must("支出金额（-元）")?,
            balance: columns.must("账户余额（元）")?,
            kind: columns.must("业务类型")?,
        })
    }

    fn line(&self, values: &[&str], line: u64) -> Result<FlowLine, BillError> {
        let text = |column: usize| values.get(column).map(|value| (*value).to_owned()).unwrap_or_default();
        let bad = |column| BillError::Value { line, column };
        let income = money(&text(self.income)).filter(|income| !income.is_negative());
        let expense = money(&text(self.expense)).filter(|expense| !expense.is_positive());
        let amount = match (income.ok_or(bad("收入金额（+元）"))?, expense.ok_or(bad("支出金额（-元）"))?)
        {
            (income, expense) if expense.is_zero() => income,
            (income, expense) if income.is_zero() => expense,
            _ => return Err(bad("支出金额（-元）")),
        };
        Ok(FlowLine {
            flow_id: text(self.flow_id),
            trade_no: text(self.trade_no),
            out_trade_no: text(self.out_trade_no),
            at: text(self.at),
            amount,
            balance: money(&text(self.balance)).ok_or(bad("账户余额（元）"))?,
            kind: text(self.kind),
        })
    }

    fn adds(line: &FlowLine) -> Vec<(usize, Money)> {
        vec![(usize::from(line.amount.is_negative()), line.amount)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::vectors;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn all<K: Kind>(bytes: &[u8]) -> Result<(Vec<K::Line>, u64), BillError> {
        let mut bill = Bill::<_, K>::open(Cursor::new(bytes))?;
        let mut lines = Vec::new();
        while let Some(line) = bill.next_line()? {
            lines.push(line);
        }
        Ok((lines, bill.finish()?))
    }

    #[test]
    fn published_files_are_read_to_the_fen() {
        let Some(folder) = vectors("alipay") else { return };
        let bytes = std::fs::read(folder.join("bill_trade_detail.gbk.csv")).unwrap();
        let (lines, count) = all::<Trades>(&bytes).unwrap();
        assert_eq!((lines.len(), count), (3, 3));
        let told = |line: &TradeLine| (line.amount.to_string(), line.fee.to_string(), line.refund_no.clone());
        assert_eq!(told(&lines[0]), ("268.50".into(), "-1.61".into(), None));
        assert_eq!(told(&lines[2]), ("-150.00".into(), "0.90".into(), Some("RF20261121000001".into())));
        assert_eq!(lines[1].trade_no, "2026112122001400000000000002", "without its tab");
        let bytes = std::fs::read(folder.join("bill_signcustomer_detail.gbk.csv")).unwrap();
        let (lines, _) = all::<Flows>(&bytes).unwrap();
        assert_eq!(lines.iter().map(|line| line.amount.to_string()).collect::<Vec<_>>(), ["268.50", "-1.61"]);
        assert_eq!(lines[1].kind, "收费");
    }

    #[test]
    fn what_is_cut_off_or_changed_is_refused() {
        let Some(folder) = vectors("alipay") else { return };
        let bytes = std::fs::read(folder.join("bill_trade_detail.gbk.csv")).unwrap();
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        // The last line says when the file was made, and nothing of what is in it.
        for kept in 0..lines.len() - 1 {
            assert!(all::<Trades>(&lines[..kept].concat()).is_err(), "{kept} lines");
        }
        let readable = std::fs::read(folder.join("bill_trade_detail.utf8.csv")).unwrap();
        assert!(all::<Trades>(&readable).is_err(), "the provider sends GBK");
        assert!(matches!(all::<Flows>(&bytes), Err(BillError::Column(_))), "a file of another kind");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = all::<Trades>(&bytes);
            let _ = all::<Flows>(&bytes);
        }
    }
}
