//! Bill files 对账单: trades and refunds of a day (`tradebill`), and the flow of the merchant's money (`fundflowbill`).
//!
//! UTF-8, a header, values that begin with a backtick, and a summary in the last two lines. What is between two values is
//! a comma and a backtick, because a product's name may hold a comma.

use super::message::Payee;
use crate::bill::{BillError, Columns, Lines, clean, decimal, money, trimmed};
use mingzhang_domain::money::Money;
use rust_decimal::Decimal;
use sha1::{Digest, Sha1};
use std::io::BufRead;

/// A trade or a refund.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TradeLine {
    /// When, `YYYY-MM-DD HH:MM:SS` in Shanghai.
    pub at: String,
    /// The merchant, or the service provider.
    pub mchid: String,
    /// His merchant.
    pub sub_mchid: Option<String>,
    /// The provider's number of the payment.
    pub transaction_id: String,
    /// Our number of the order.
    pub out_trade_no: String,
    /// `SUCCESS`, `REFUND`, `REVOKED`.
    pub state: String,
    /// What was paid; zero on a refund's line.
    pub amount: Money,
    /// What went back, on a refund's line.
    pub refund: Option<RefundPart>,
    /// What the provider kept, exactly, to five decimals; negative when it gave some back.
    pub fee: Decimal,
}

impl TradeLine {
    /// True when its money is this payee's.
    pub fn is_of(&self, payee: &Payee) -> bool {
        match payee {
            Payee::Direct { mchid, .. } => self.mchid == *mchid,
            Payee::Partner { sp_mchid, sub_mchid, .. } => {
                self.mchid == *sp_mchid && self.sub_mchid.as_ref() == Some(sub_mchid)
            }
        }
    }
}

/// What went back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundPart {
    /// The provider's number.
    pub refund_id: String,
    /// Our number.
    pub out_refund_no: String,
    /// What was asked for.
    pub amount: Money,
    /// `SUCCESS`, `PROCESSING`, `FAIL`, `CHANGE`.
    pub status: String,
}

/// A movement of the merchant's money.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FlowLine {
    /// When, `YYYY-MM-DD HH:MM:SS` in Shanghai.
    pub at: String,
    /// The provider's number of what it is for.
    pub business_id: String,
    /// The number of the movement.
    pub flow_id: String,
    /// Such as 交易, 退款, 扣除交易手续费, 提现.
    pub kind: String,
    /// In when positive, out when negative.
    pub amount: Money,
    /// What was left.
    pub balance: Money,
    /// Our number, or the receipt's.
    pub voucher: String,
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
    /// The columns of the summary, and what this line adds to each.
    fn sums(line: &Self::Line) -> Vec<(&'static str, Decimal)>;
}

/// A bill file while it is read: its lines, then its summary.
#[derive(Debug)]
pub struct Bill<R, K> {
    lines: Lines<R>,
    width: usize,
    kind: K,
    sums: Vec<(&'static str, Decimal)>,
    count: u64,
    hash: Sha1,
    summary: Option<String>,
}

/// A file of trades and refunds.
pub type TradeBill<R> = Bill<R, Trades>;
/// A file of the money's flow.
pub type FlowBill<R> = Bill<R, Flows>;

impl<R: BufRead, K: Kind> Bill<R, K> {
    /// Reads the header.
    ///
    /// # Errors
    /// [`BillError`].
    pub fn open(reader: R) -> Result<Self, BillError> {
        let mut lines = Lines::new(reader);
        let mut hash = Sha1::new();
        let first = lines.next()?.ok_or(BillError::Truncated)?;
        hash.update(&first);
        let header = text(trimmed(&first), 1)?;
        let columns = Columns::of(header);
        let kind = K::columns(&columns)?;
        Ok(Self { lines, width: columns.len(), kind, sums: Vec::new(), count: 0, hash, summary: None })
    }

    /// The next line; none at the summary.
    ///
    /// # Errors
    /// [`BillError`].
    pub fn next_line(&mut self) -> Result<Option<K::Line>, BillError> {
        if self.summary.is_some() {
            return Ok(None);
        }
        let raw = self.lines.next()?.ok_or(BillError::Truncated)?;
        self.hash.update(&raw);
        let at = self.lines.at();
        let line = text(trimmed(&raw), at)?;
        let Some(values) = line.strip_prefix('`') else {
            self.summary = Some(line.to_owned());
            return Ok(None);
        };
        let values: Vec<&str> = values.split(",`").map(clean).collect();
        if values.len() != self.width {
            return Err(BillError::Width(at));
        }
        let line = self.kind.line(&values, at)?;
        for (name, amount) in K::sums(&line) {
            let beyond = BillError::Sum(name);
            match self.sums.iter_mut().find(|(have, _)| *have == name) {
                Some((_, sum)) => *sum = sum.checked_add(amount).ok_or(beyond)?,
                None => self.sums.push((name, amount)),
            }
        }
        self.count += 1;
        Ok(Some(line))
    }

    /// Checks the summary against the lines, all of which must have been read, and the bytes against what the provider announced
    /// of them: SHA-1 in hex. Says how many lines there were.
    ///
    /// # Errors
    /// [`BillError::Truncated`], [`BillError::Sum`], [`BillError::Hash`].
    pub fn finish(mut self, announced: Option<&str>) -> Result<u64, BillError> {
        let names = self.summary.take().ok_or(BillError::Truncated)?;
        let raw = self.lines.next()?.ok_or(BillError::Truncated)?;
        self.hash.update(&raw);
        let at = self.lines.at();
        let values = text(trimmed(&raw), at)?.strip_prefix('`').ok_or(BillError::Truncated)?;
        let (names, values) = (Columns::of(&names), values.split(",`").collect::<Vec<_>>());
        let said = |name| names.find(name).and_then(|column| decimal(values.get(column)?));
        let counted = said("总交易单数").or_else(|| said("资金流水总笔数"));
        if counted != Some(Decimal::from(self.count)) {
            return Err(BillError::Sum("笔数"));
        }
        // A summary without a total of that name says nothing of it.
        if let Some((name, _)) = self.sums.iter().find(|(name, sum)| said(name).is_some_and(|said| said != *sum)) {
            return Err(BillError::Sum(name));
        }
        while let Some(rest) = self.lines.next()? {
            self.hash.update(&rest);
        }
        let hash: String = self.hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let same = announced.is_none_or(|announced| announced.eq_ignore_ascii_case(&hash));
        if same { Ok(self.count) } else { Err(BillError::Hash) }
    }
}

fn text(line: &[u8], at: u64) -> Result<&str, BillError> {
    std::str::from_utf8(line).map_err(|_| BillError::Encoding(at))
}

/// Columns of a file of trades and refunds; those of refunds are missing in a file of trades alone.
#[derive(Debug, Clone)]
pub struct Trades {
    at: usize,
    mchid: usize,
    sub_mchid: usize,
    transaction_id: usize,
    out_trade_no: usize,
    state: usize,
    amount: usize,
    fee: usize,
    settled: usize,
    refund: Option<[usize; 4]>,
}

impl Kind for Trades {
    type Line = TradeLine;

    fn columns(columns: &Columns) -> Result<Self, BillError> {
        let refund = match columns.find("微信退款单号") {
            None => None,
            Some(id) => {
                Some([id, columns.must("商户退款单号")?, columns.must("申请退款金额")?, columns.must("退款状态")?])
            }
        };
        Ok(Self {
            at: columns.must("交易时间")?,
            mchid: columns.must("商户号")?,
            sub_mchid: columns.must("特约商户号")?,
            transaction_id: columns.must("微信订单号")?,
            out_trade_no: columns.must("商户订单号")?,
            state: columns.must("交易状态")?,
            amount: columns.must("订单金额")?,
            fee: columns.must("手续费")?,
            settled: columns.must("应结订单金额")?,
            refund,
        })
    }

    fn line(&self, values: &[&str], line: u64) -> Result<TradeLine, BillError> {
        let text = |column: usize| values.get(column).map(|value| (*value).to_owned()).unwrap_or_default();
        let bad = |column| BillError::Value { line, column };
        // "No such number" is written 0.
        let number = |column: usize| Some(text(column)).filter(|text| !text.is_empty() && text != "0");
        let refund = match self.refund {
            Some([id, out, amount, status]) => match number(id) {
                Some(refund_id) => Some(RefundPart {
                    refund_id,
                    out_refund_no: text(out),
                    amount: money(&text(amount)).ok_or(bad("申请退款金额"))?,
                    status: text(status),
                }),
                None => None,
            },
            None => None,
        };
        let amount = money(&text(self.amount)).ok_or(bad("订单金额"))?;
        let state = text(self.state);
        if money(&text(self.settled)).is_none() {
            return Err(bad("应结订单金额"));
        }
        if (state == "REFUND") != refund.is_some() {
            return Err(bad("交易状态"));
        }
        Ok(TradeLine {
            at: text(self.at),
            mchid: text(self.mchid),
            sub_mchid: number(self.sub_mchid),
            transaction_id: number(self.transaction_id).ok_or(bad("微信订单号"))?,
            out_trade_no: number(self.out_trade_no).ok_or(bad("商户订单号"))?,
            state,
            amount,
            refund,
            fee: decimal(&text(self.fee)).ok_or(bad("手续费"))?,
        })
    }

    fn sums(line: &TradeLine) -> Vec<(&'static str, Decimal)> {
        let refunded = line.refund.as_ref().map_or(Decimal::ZERO, |refund| refund.amount.decimal());
        vec![("订单总金额", line.amount.decimal()), ("申请退款总金额", refunded), ("手续费总金额", line.fee)]
    }
}

/// Columns of a file of the money's flow.
#[derive(Debug, Clone)]
pub struct Flows {
    at: usize,
    business_id: usize,
    flow_id: usize,
    kind: usize,
    direction: usize,
    amount: usize,
    balance: usize,
    voucher: usize,
}

impl Kind for Flows {
    type Line = FlowLine;

    fn columns(columns: &Columns) -> Result<Self, BillError> {
        Ok(Self {
            at: columns.must("记账时间")?,
            business_id: columns.must("微信支付业务单号")?,
            flow_id: columns.must("资金流水单号")?,
            kind: columns.must("业务名称")?,
            direction: columns.must("收支类型")?,
            amount: columns.must("收支金额(元)")?,
            balance: columns.must("账户结余(元)")?,
            voucher: columns.must("业务凭证号")?,
        })
    }

    fn line(&self, values: &[&str], line: u64) -> Result<FlowLine, BillError> {
        let text = |column: usize| values.get(column).map(|value| (*value).to_owned()).unwrap_or_default();
        let bad = |column| BillError::Value { line, column };
        let amount = money(&text(self.amount)).filter(|amount| !amount.is_negative()).ok_or(bad("收支金额(元)"))?;
        let amount = match text(self.direction).as_str() {
            "收入" => amount,
            "支出" => amount.negated(),
            _ => return Err(bad("收支类型")),
        };
        Ok(FlowLine {
            at: text(self.at),
            business_id: text(self.business_id),
            flow_id: text(self.flow_id),
            kind: text(self.kind),
            amount,
            balance: money(&text(self.balance)).ok_or(bad("账户结余(元)"))?,
            voucher: text(self.voucher),
        })
    }

    fn sums(line: &FlowLine) -> Vec<(&'static str, Decimal)> {
        let amount = line.amount.decimal();
        let (income, expense) = (amount.max(Decimal::ZERO), -amount.min(Decimal::ZERO));
        let one = |amount: Decimal| if amount.is_zero() { Decimal::ZERO } else { Decimal::ONE };
        let incoming = if line.amount.is_negative() { Decimal::ZERO } else { Decimal::ONE };
        vec![("收入金额", income), ("支出金额", expense), ("收入笔数", incoming), ("支出笔数", one(expense))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{json, text as said, vectors};
    use proptest::prelude::*;
    use std::io::Cursor;

    fn trades(bytes: &[u8], announced: Option<&str>) -> Result<(Vec<TradeLine>, u64), BillError> {
        let mut bill = TradeBill::open(Cursor::new(bytes))?;
        let mut lines = Vec::new();
        while let Some(line) = bill.next_line()? {
            lines.push(line);
        }
        Ok((lines, bill.finish(announced)?))
    }

    #[test]
    fn published_files_are_read_to_the_fen() {
        let Some(folder) = vectors("wechat") else { return };
        let hashes = json(&folder.join("bill_sha1.json"));
        let read = |name: &str| (std::fs::read(folder.join(name)).unwrap(), said(&hashes["files"], name).to_owned());
        let (bytes, hash) = read("bill.ALL.csv");
        let (lines, count) = trades(&bytes, Some(&hash)).unwrap();
        assert_eq!((lines.len(), count), (45, 45));
        let refunds: Vec<_> = lines.iter().filter_map(|line| line.refund.as_ref()).collect();
        assert_eq!(refunds.len(), 14);
        assert_eq!(refunds[0].out_refund_no, "REF4200000263201902167700963919");
        assert_eq!(lines.iter().map(|line| line.amount).sum::<Money>().to_string(), "0.47");
        assert_eq!(lines[0].transaction_id.len(), 28);
        assert_eq!(trades(&bytes, Some(&"0".repeat(40))), Err(BillError::Hash));
        let (bytes, hash) = read("bill.SUCCESS.synthetic.csv");
        let (lines, _) = trades(&bytes, Some(&hash)).unwrap();
        assert_eq!((lines[0].amount.to_string(), lines[0].fee.to_string()), ("358.00".into(), "2.15000".into()));
        let (bytes, hash) = read("bill.REFUND.synthetic.csv");
        let (lines, _) = trades(&bytes, Some(&hash)).unwrap();
        assert_eq!(lines[0].refund.as_ref().unwrap().amount.to_string(), "358.00");
        // A page of documentation: one line, under a summary of twenty.
        let (bytes, _) = read("bill.FUNDFLOW.doc_sample.csv");
        let mut flows = FlowBill::open(Cursor::new(bytes)).unwrap();
        assert_eq!(flows.next_line().unwrap().unwrap().amount.to_string(), "-0.02");
        assert_eq!(flows.next_line().unwrap(), None);
        assert_eq!(flows.finish(None), Err(BillError::Sum("笔数")));
    }

    #[test]
    fn what_is_cut_off_or_changed_is_refused() {
        let Some(folder) = vectors("wechat") else { return };
        let bytes = std::fs::read(folder.join("bill.SUCCESS.synthetic.csv")).unwrap();
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        for kept in 0..lines.len() {
            assert!(trades(&lines[..kept].concat(), None).is_err(), "{kept} lines");
        }
        let text = String::from_utf8(bytes.clone()).unwrap();
        let changed = |from: &str, to: &str| trades(text.replacen(from, to, 1).as_bytes(), None).unwrap_err();
        assert_eq!(changed("`358.00,`0.00", "`358.0x,`0.00"), BillError::Value { line: 2, column: "应结订单金额" });
        assert_eq!(changed("`358.00,`\r", "`358.01,`\r"), BillError::Sum("订单总金额"));
        assert_eq!(changed("微信订单号", "单号"), BillError::Column("微信订单号"));
        assert_eq!(changed(",`JSAPI", ""), BillError::Width(2));
        assert_eq!(changed("`2.0,", "`3.0,"), BillError::Sum("笔数"));
        let mut gbk = bytes;
        gbk[10] = 0xff;
        assert_eq!(trades(&gbk, None), Err(BillError::Encoding(1)));
        assert_eq!(trades(&vec![b'a'; 100_000], None), Err(BillError::TooLong(1)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..300), text in "[`,0-9.\\n-]{0,200}") {
            let _ = trades(&bytes, None);
            let header = "交易时间,商户号,特约商户号,微信订单号,商户订单号,交易状态,订单金额,手续费,应结订单金额\n";
            let _ = trades(format!("{header}{text}").as_bytes(), None);
        }
    }
}
