//! The presets: a code and a name for every book, out of 企业会计准则 (财会〔2006〕18号 and later notices) and 小企业会计准则
//! (财会〔2011〕17号). The first four digits are the standards'; what is behind them, and what the standards do not number
//! (90xx), is a proposal that a customer's codes replace.

use super::{ChartPreset, Coded};
use crate::book::{Book, Purse};
use crate::value::{AccountCode, Label};

/// The code and name of a book.
pub fn coded(preset: ChartPreset, purse: Purse, book: Book) -> Coded {
    let (code, name) = match (purse, preset) {
        (Purse::MaintenanceFund, _) => of_the_fund(book),
        (Purse::Company | Purse::OwnersIncome, ChartPreset::Enterprise) => enterprise(book),
        (Purse::Company | Purse::OwnersIncome, ChartPreset::SmallEnterprise) => small_enterprise(book),
    };
    Coded { code: AccountCode::fixed(code), name: Label::fixed(name) }
}

fn enterprise(book: Book) -> (&'static str, &'static str) {
    match book {
        Book::Cash => ("1001", "库存现金"),
        Book::Bank => ("1002", "银行存款"),
        Book::Channel => ("1012", "其他货币资金"),
        Book::Receivable | Book::PassThroughReceivable => ("1122", "应收账款"),
        Book::InterLedger => ("122101", "其他应收款-账套间往来"),
        Book::InterPurse => ("122102", "其他应收款-资金主体间往来"),
        Book::Allowance => ("1231", "坏账准备"),
        Book::CashDifference => ("1901", "待处理财产损溢"),
        Book::SupplierPayable => ("2202", "应付账款"),
        Book::Credit => ("2203", "预收账款"),
        Book::Unearned => ("2204", "合同负债"),
        Book::VatDue => ("22210107", "应交税费-应交增值税-销项税额"),
        Book::VatPending => ("222106", "应交税费-待转销项税额"),
        Book::DepositHeld => ("224101", "其他应付款-押金保证金"),
        Book::PassThroughPayable => ("224102", "其他应付款-代收代付"),
        Book::OwnersIncomePayable => ("224104", "其他应付款-公共收益"),
        Book::Suspense => ("224105", "其他应付款-待认领款"),
        Book::RefundsPayable => ("224106", "其他应付款-应付退款"),
        Book::FundBalance => ("224107", "其他应付款-维修资金"),
        Book::Revenue => ("6001", "主营业务收入"),
        Book::OtherRevenue => ("6051", "其他业务收入"),
        Book::LateFeeIncome => ("6301", "营业外收入"),
        Book::BorneExpense => ("6401", "主营业务成本"),
        Book::ChannelFee => ("660304", "财务费用-手续费"),
        Book::Impairment => ("6702", "信用减值损失"),
        Book::PriorAdjustment => ("6901", "以前年度损益调整"),
        Book::OpeningClearing => ("9001", "期初过渡"),
    }
}

fn small_enterprise(book: Book) -> (&'static str, &'static str) {
    match book {
        Book::Credit => ("220301", "预收账款-预存款"),
        Book::Unearned => ("220302", "预收账款-未到服务期"),
        Book::Revenue => ("5001", "主营业务收入"),
        Book::OtherRevenue => ("5051", "其他业务收入"),
        Book::LateFeeIncome => ("5301", "营业外收入"),
        Book::BorneExpense => ("5401", "主营业务成本"),
        Book::ChannelFee => ("560304", "财务费用-手续费"),
        Book::Impairment => ("571101", "营业外支出-坏账损失"),
        Book::PriorAdjustment => ("310401", "利润分配-以前年度调整"),
        Book::Cash
        | Book::CashDifference
        | Book::Bank
        | Book::Channel
        | Book::Receivable
        | Book::PassThroughReceivable
        | Book::Allowance
        | Book::Suspense
        | Book::DepositHeld
        | Book::RefundsPayable
        | Book::PassThroughPayable
        | Book::SupplierPayable
        | Book::OwnersIncomePayable
        | Book::VatPending
        | Book::VatDue
        | Book::FundBalance
        | Book::OpeningClearing
        | Book::InterLedger
        | Book::InterPurse => enterprise(book),
    }
}

/// The fund's own books: what it holds is the owners', not a debt of the company.
fn of_the_fund(book: Book) -> (&'static str, &'static str) {
    match book {
        Book::FundBalance => ("3001", "商品住宅维修资金"),
        _ => enterprise(book),
    }
}
