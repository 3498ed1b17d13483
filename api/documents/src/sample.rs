//! Invented documents that fill every field between them: for trying templates before they are served, and for tests.

use crate::certificate::{self, Certificate, Purse};
use crate::demand::{self, Claim, Demand};
use crate::receipt::{self, Layout, Line, Receipt, Standing};
use crate::render::Job;
use crate::stamp::Stamp;
use crate::statement::{self, Fact, Remembered, Statement};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::money::Money;
use mingzhang_domain::payment::Series;

/// An invented stamp.
pub const STAMP: &[u8] = include_bytes!("../samples/stamp.png");

/// One job per template.
pub fn jobs() -> Vec<Job> {
    let stamp = Stamp::new(STAMP.to_vec()).ok();
    let receipts = [receipt(), bare()];
    let mut jobs: Vec<Job> =
        Layout::ALL.into_iter().map(|layout| receipt::job(&receipts, layout, stamp.clone())).collect();
    for statement in [statement(), Statement { unit: None, party: None, history: Vec::new(), ..statement() }] {
        jobs.push(statement::job(&statement, stamp.clone()));
    }
    for delivered_on in [None, Some(day(2026, 3, 20))] {
        jobs.push(demand::job(&Demand { delivered_on, ..demand() }, stamp.clone()));
    }
    jobs.push(certificate::job(&certificate(), stamp));
    jobs
}

/// A closing certificate with everything that one may have.
pub fn certificate() -> Certificate {
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let book = |name: &str, debit, credit| (name.to_owned(), Money::from_fen(debit), Money::from_fen(credit));
    Certificate {
        company: "明珠物业服务有限公司".to_owned(),
        social_credit_code: Some("91350211M000100Y43".to_owned()),
        community: "明珠花园".to_owned(),
        period: "2026-01".to_owned(),
        version: 2,
        closed_at: "2026-02-03 10:15:30".to_owned(),
        closed_on: day(2026, 2, 3),
        closed_by: "员工-0190b0e0".to_owned(),
        checklist: [("待认领款", "77.07（1 笔）"), ("退款在途", "0.00（0 笔）"), ("坏账准备", "已计提")]
            .map(pair)
            .into(),
        figures: [("应收净额", "24,780.00"), ("当期收缴率", "93.21%")].map(pair).into(),
        purses: vec![
            Purse {
                name: "物业公司".to_owned(),
                vouchers: Some(1_204),
                books: vec![book("银行存款", 9_999_999_999, 0), book("物业服务收入", 0, 9_999_999_999)],
            },
            Purse { name: "维修资金".to_owned(), vouchers: None, books: Vec::new() },
        ],
        size: 34_343,
        sealed_at: 34_344,
        root: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d".to_owned(),
        figures_digest: "ab".repeat(32),
        file_digest: "cd".repeat(32),
    }
}

/// A statement with everything that a statement may have.
pub fn statement() -> Statement {
    let fact = |on, what: &str, item: Option<&str>, period: Option<&str>, (amount, effect)| Fact {
        on,
        what: what.to_owned(),
        item: item.map(str::to_owned),
        period: period.map(str::to_owned),
        amount: Money::from_fen(amount),
        effect: Money::from_fen(effect),
    };
    Statement {
        company: "明珠物业服务有限公司".to_owned(),
        community: "明珠花园".to_owned(),
        unit: Some("3-1-1202".to_owned()),
        party: Some("王芳、李雷".to_owned()),
        days: (day(2026, 1, 1), day(2026, 3, 31)),
        opening: Money::from_fen(-10_000),
        facts: vec![
            fact(day(2026, 1, 1), "应收", Some("物业服务费"), Some("2026-01"), (24_780, 24_780)),
            fact(day(2026, 1, 20), "收款", None, None, (124_780, -124_780)),
            fact(day(2026, 1, 20), "核销应收", Some("物业服务费"), Some("2026-01"), (24_780, 0)),
            fact(day(2026, 2, 1), "应收", Some("物业服务费"), Some("2026-02"), (24_780, 24_780)),
        ],
        history: vec![Remembered {
            on: day(2026, 1, 3),
            item: "物业费（旧系统）".to_owned(),
            amount: Money::from_fen(8_800),
        }],
        position: 20_990,
    }
}

/// A formal demand with everything that one may have.
pub fn demand() -> Demand {
    let claim = |from, to, due_on, fen| Claim {
        item: "物业服务费".to_owned(),
        service: (from, to),
        due_on,
        open: Money::from_fen(fen),
    };
    Demand {
        number: "0190B0E0-77".to_owned(),
        company: "明珠物业服务有限公司".to_owned(),
        social_credit_code: Some("91350211M000100Y43".to_owned()),
        community: "明珠花园".to_owned(),
        unit: Some("3-1-1202".to_owned()),
        party: "王芳、李雷".to_owned(),
        sent_on: day(2026, 3, 17),
        pay_by: day(2026, 4, 16),
        claims: vec![
            claim(day(2025, 10, 1), day(2025, 12, 31), day(2025, 10, 31), 74_340),
            claim(day(2026, 1, 1), day(2026, 1, 31), day(2026, 1, 31), 24_780),
        ],
        amount: Money::from_fen(99_120),
        delivered_on: Some(day(2026, 3, 20)),
        position: 20_991,
    }
}

/// A receipt with everything that a receipt may have.
pub fn receipt() -> Receipt {
    Receipt {
        series: Series::Fees,
        number: "MZYF2026-000123".to_owned(),
        issued_on: day(2026, 3, 17),
        company: "明珠物业服务有限公司".to_owned(),
        social_credit_code: Some("91350211M000100Y43".to_owned()),
        community: "明珠花园".to_owned(),
        obligor: "王芳、李雷".to_owned(),
        payer: Some("王小明".to_owned()),
        lines: vec![
            line("物业服务费", Some("3-1-1202"), Some((day(2026, 1, 1), day(2026, 12, 31))), 297_360),
            line("物业服务费 违约金", Some("3-1-1202"), Some((day(2025, 10, 1), day(2025, 12, 31))), 1_235),
            line("电费公摊", Some("3-1-1202"), Some((day(2026, 2, 1), day(2026, 2, 28))), 888),
            line("车位管理费", Some("B1-0087"), Some((day(2026, 3, 1), day(2026, 5, 31))), 24_000),
            line("预存款", Some("3-1-1202"), None, 10_000),
        ],
        amount: Money::from_fen(333_483),
        method: "微信支付".to_owned(),
        reference: "4200002345202603171234567890".to_owned(),
        value_on: day(2026, 3, 17),
        cashier: Some("余清岚".to_owned()),
        balances: vec![
            ("3-1-1202".to_owned(), Money::from_fen(-10_000)),
            ("B1-0087".to_owned(), Money::from_fen(8_000)),
        ],
        standing: Standing::ReplacedBy("MZYF2026-000140".to_owned()),
        replaces: Some("MZYF2026-000119".to_owned()),
        exchanged_for: None,
        prints: 3,
        position: 20_841,
        leaf_hash: "9f2c7be01a64d35580c1e7f2b6a94d03c85511fe7a20b9464e33d0a8b7c6f512".to_owned(),
        verify_url: Some(format!("https://wy.example.com/v/{}", "k".repeat(64))),
    }
}

/// A receipt with no more than a receipt must have.
pub fn bare() -> Receipt {
    Receipt {
        series: Series::Deposits,
        social_credit_code: None,
        payer: None,
        lines: vec![line("装修押金", None, None, 200_000)],
        amount: Money::from_fen(200_000),
        cashier: None,
        balances: Vec::new(),
        standing: Standing::Valid,
        replaces: None,
        prints: 1,
        verify_url: None,
        ..receipt()
    }
}

fn line(item: &str, unit: Option<&str>, service: Option<(CivilDate, CivilDate)>, fen: i64) -> Line {
    Line { item: item.to_owned(), unit: unit.map(str::to_owned), service, amount: Money::from_fen(fen) }
}

fn day(year: i32, month: u32, day: u32) -> CivilDate {
    CivilDate::new(year, month, day).unwrap_or(CivilDate::MIN)
}
