//! A provider's bill of a busy day: read and matched line by line with what the log has, against reading and hashing its bytes.

use super::report::Figure;
use super::{ROUNDS, median};
use mingzhang_domain::channel_day::{BillLine, Matching, Ours, Way};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::money::Money;
use mingzhang_gateway::wechat::TradeBill;
use sha2::{Digest, Sha256};
use std::io::{BufReader, Read, Seek, Write};
use std::time::Instant;
use uuid::Uuid;

const LINES: u32 = 100_000;
/// Communities behind one merchant number.
const COMMUNITIES: u32 = 20;

/// Lines per second.
pub(crate) fn reconcile_bill() -> Vec<Figure> {
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bill().as_bytes()).unwrap();
    let (mut values, mut limits) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let matching = expected();
        file.rewind().unwrap();
        let began = Instant::now();
        matched(BufReader::new(&file), matching);
        values.push(f64::from(LINES) / began.elapsed().as_secs_f64());
        file.rewind().unwrap();
        let began = Instant::now();
        let (mut hash, mut bytes) = (Sha256::new(), Vec::new());
        (&file).read_to_end(&mut bytes).unwrap();
        hash.update(&bytes);
        assert_ne!(hash.finalize().as_slice(), [0; 32]);
        limits.push(f64::from(LINES) / began.elapsed().as_secs_f64());
    }
    let (value, limit) = (median(values), median(limits));
    vec![Figure {
        case: "reconcile_bill".into(),
        value,
        unit: "lines/s",
        limit: Some(limit),
        ratio: Some(value / limit),
        remark: format!("{LINES} lines of {COMMUNITIES} communities, against reading and SHA-256 alone"),
    }]
}

fn matched(bill: impl std::io::BufRead, mut matching: Matching) {
    let mut bill = TradeBill::open(bill).unwrap();
    while let Some(line) = bill.next_line().unwrap() {
        let taken = BillLine {
            way: Way::Payment,
            reference: line.transaction_id,
            number: line.out_trade_no,
            amount: line.amount,
            fee: line.fee,
            stands: line.state == "SUCCESS",
        };
        matching.take(taken).unwrap();
    }
    assert_eq!(bill.finish(None).unwrap(), u64::from(LINES));
    let reconciled = matching.finish().unwrap();
    assert_eq!((reconciled.matched, reconciled.differences.len()), (LINES, 0));
}

/// What the logs have: every line.
fn expected() -> Matching {
    let mut matching = Matching::default();
    for n in 0..LINES {
        let community = LedgerId(Uuid::from_u128((n % COMMUNITIES).into()));
        let ours = Ours { community, amount: Money::from_fen(1_200), stands: true, of_this_day: true };
        matching.expect(Way::Payment, format!("4200{n:06}"), ours);
    }
    matching
}

fn bill() -> String {
    let mut bill = String::from(
        "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r\n",
    );
    for n in 0..LINES {
        bill.push_str(&format!(
            "`2026-01-20 10:00:00,`wx0,`1900000001,`0,`,`4200{n:06},`PF{n},`o,`JSAPI,`SUCCESS,`OTHERS,`CNY,`12.00,`0.00,`0,`0,`0.00,`0.00,`,`,`物业费,`,`0.07000,`0.60%,`12.00,`0.00,`\r\n"
        ));
    }
    let (paid, fee) = (LINES * 12, LINES * 7);
    bill.push_str("总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n");
    bill.push_str(&format!(
        "`{LINES}.0,`{paid}.00,`0.00,`0.00,`{}.{:02}000,`{paid}.00,`0.00\r\n",
        fee / 100,
        fee % 100
    ));
    bill
}
