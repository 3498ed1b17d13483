//! Bill files of a day: what the book says, as each provider writes it.

use crate::book::{Book, Entry, Provider, RefundEntry, RefundState};
use crate::instant;
use crate::wechat::sub_mchid;
use encoding_rs::GB18030;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::money::{Money, RoundTo};
use mingzhang_gateway::time::{day_of_plain, plain};
use rust_decimal::Decimal;
use std::fmt::Write as _;

/// What is kept of each payment, and given back of each refund: six in a thousand.
const FEE: Decimal = Decimal::from_parts(6, 0, 0, false, 3);

/// A line of the day: a payment, or a refund of one.
struct Line<'b> {
    order: &'b Entry,
    refund: Option<&'b RefundEntry>,
    at: String,
}

impl Line<'_> {
    fn amount(&self) -> Money {
        self.refund.map_or(self.order.amount, |refund| refund.amount)
    }

    /// What is kept; negative for what is given back.
    fn fee(&self) -> Money {
        let fee = Money::round(self.amount().decimal() * FEE, RoundTo::Fen).unwrap_or(Money::ZERO);
        if self.refund.is_some() { fee.negated() } else { fee }
    }
}

fn lines(book: &Book, provider: Provider, day: CivilDate) -> Vec<Line<'_>> {
    let on = |at: Option<i64>| at.and_then(instant).map(plain).filter(|at| day_of_plain(at) == Some(day));
    let orders = book.entries().filter(|order| order.provider == provider);
    let paid = orders.filter_map(|order| Some(Line { order, refund: None, at: on(order.paid_at)? }));
    let back = book.refunds().filter(|refund| refund.state != RefundState::Closed).filter_map(|refund| {
        let order = book.get(&refund.order).filter(|order| order.provider == provider)?;
        // WeChat Pay lists a refund on the day it was asked for, Alipay once it is paid.
        let at = if provider == Provider::Alipay { refund.paid_at } else { Some(refund.asked_at) };
        Some(Line { order, refund: Some(refund), at: on(at)? })
    });
    let mut lines: Vec<Line<'_>> = paid.chain(back).collect();
    lines.sort_by(|a, b| a.at.cmp(&b.at));
    lines
}

/// Sums of lines: payments, refunds, fees.
fn sums(lines: &[Line<'_>]) -> (Money, Money, Money) {
    let of = |refund: bool| lines.iter().filter(|line| line.refund.is_some() == refund).map(Line::amount).sum();
    (of(false), of(true), lines.iter().map(Line::fee).sum())
}

/// `tradebill` of WeChat Pay, of a service provider that of one of his merchants; none for a day without trades.
pub(crate) fn of_wechat(book: &Book, (mchid, whose): (&str, Option<&str>), day: CivilDate) -> Option<Vec<u8>> {
    const HEADER: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
    const SUMMARY: &str =
        "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";
    let mut lines = lines(book, Provider::WechatPay, day);
    lines.retain(|line| sub_mchid(line.order).as_deref() == whose);
    if lines.is_empty() {
        return None;
    }
    let mut text = format!("\u{feff}{HEADER}\r\n");
    for line in &lines {
        let (order, zero) = (line.order, Money::ZERO);
        let (paid, back) = if line.refund.is_some() { (zero, line.amount()) } else { (line.amount(), zero) };
        let (state, refund_id, refund_no, status) = match line.refund {
            None => ("SUCCESS", "0", "0", ""),
            Some(refund) => {
                let status = match refund.state {
                    RefundState::Paid => "SUCCESS",
                    RefundState::Processing | RefundState::Closed => "PROCESSING",
                    RefundState::Abnormal => "CHANGE",
                };
                ("REFUND", refund.id.as_str(), refund.number.as_str(), status)
            }
        };
        let values = [
            line.at.as_str(),
            "wx0",
            mchid,
            whose.unwrap_or("0"),
            "",
            order.transaction.as_deref().unwrap_or("0"),
            &order.number,
            "o0",
            "JSAPI",
            state,
            "OTHERS",
            "CNY",
            &paid.to_string(),
            "0.00",
            refund_id,
            refund_no,
            &back.to_string(),
            "0.00",
            if line.refund.is_some() { "ORIGINAL" } else { "" },
            status,
            &order.description,
            "",
            &format!("{}000", line.fee()),
            "0.60%",
            &paid.to_string(),
            &back.to_string(),
            "",
        ]
        .join(",`");
        // Writing into a String cannot fail.
        let _ = write!(text, "`{values}\r\n");
    }
    let (paid, back, fee) = sums(&lines);
    let summary = [
        format!("{}.0", lines.len()),
        paid.to_string(),
        back.to_string(),
        "0.00".to_owned(),
        format!("{fee}000"),
        paid.to_string(),
        back.to_string(),
    ];
    let _ = write!(text, "{SUMMARY}\r\n`{}\r\n", summary.join(",`"));
    Some(text.into_bytes())
}

/// The packed `trade` bill of Alipay; none for a day without trades.
pub(crate) fn of_alipay(book: &Book, seller: &str, day: CivilDate) -> Option<Vec<u8>> {
    const HEADER: &str = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,分润（元）,备注";
    let lines = lines(book, Provider::Alipay, day);
    if lines.is_empty() {
        return None;
    }
    let from = format!("{day} 00:00:00");
    let rule = "-".repeat(40);
    let mut text = format!(
        "#支付宝业务明细查询\r\n#账号：[{seller}0156]\r\n#起始日期：[{from}]   终止日期：[{from}]\r\n#{rule}业务明细列表{rule}\r\n{HEADER}\r\n"
    );
    for line in &lines {
        let order = line.order;
        let (kind, number) = line.refund.map_or(("交易", ""), |refund| ("退款", refund.number.as_str()));
        let got = if line.refund.is_some() { line.amount().negated() } else { line.amount() };
        let values = [
            &format!("{}\t", order.transaction.as_deref().unwrap_or_default()),
            &format!("{}\t", order.number),
            kind,
            &order.description.replace(',', "，"),
            &line.at,
            &line.at,
            "",
            "",
            "",
            "",
            "138****0000",
            &got.to_string(),
            &got.to_string(),
            "0.00",
            "0.00",
            "0.00",
            "0.00",
            "0.00",
            "",
            "0.00",
            "0.00",
            number,
            &line.fee().negated().to_string(),
            "0.00",
            "",
        ]
        .join(",");
        let _ = write!(text, "{values}\r\n");
    }
    let (paid, back, fee) = sums(&lines);
    let count = |refund: bool| lines.iter().filter(|line| line.refund.is_some() == refund).count();
    let _ = write!(
        text,
        "#{rule}业务明细列表结束{rule}\r\n#交易合计：{}笔，商家实收共{paid}元，商家优惠共0.00元，服务费共{}元\r\n#退款合计：{}笔，商家实收退款共{}元，商家优惠退款共0.00元\r\n#导出时间：[{from}]\r\n",
        count(false),
        fee.negated(),
        count(true),
        back.negated(),
    );
    let name = |kind: &str| format!("{seller}0156_{}_{kind}.csv", day.to_string().replace('-', ""));
    let parts = [(name("业务明细"), text), (name("业务明细(汇总)"), "#支付宝业务汇总查询\r\n".to_owned())];
    Some(packed(&parts.map(|(name, text)| (gbk(&name), gbk(&text)))))
}

fn gbk(text: &str) -> Vec<u8> {
    GB18030.encode(text).0.into_owned()
}

/// A zip file whose names are in GBK and do not say so, as Alipay packs them; nothing in it is compressed.
fn packed(parts: &[(Vec<u8>, Vec<u8>)]) -> Vec<u8> {
    let short = |number: usize| u16::try_from(number).unwrap_or(u16::MAX).to_le_bytes();
    let long = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, text) in parts {
        let at = file.len();
        // Version, flags, method, time, date; checksum, both lengths; lengths of name and extra.
        let mut head = [short(20), short(0), short(0), short(0), short(0x21)].concat();
        head.extend(crc32fast::hash(text).to_le_bytes());
        head.extend([long(text.len()), long(text.len())].concat());
        head.extend([short(name.len()), short(0)].concat());
        file.extend(b"PK\x03\x04");
        file.extend(&head);
        file.extend(name);
        file.extend(text);
        directory.extend(b"PK\x01\x02");
        directory.extend(short(20));
        directory.extend(&head);
        // Comment, disk, attributes inside and outside; where the part begins.
        directory.extend([short(0), short(0), short(0)].concat());
        directory.extend([long(0), long(at)].concat());
        directory.extend(name);
    }
    let at = file.len();
    file.extend(&directory);
    file.extend(b"PK\x05\x06");
    file.extend([short(0), short(0), short(parts.len()), short(parts.len())].concat());
    file.extend([long(directory.len()), long(at)].concat());
    file.extend(short(0));
    file
}
