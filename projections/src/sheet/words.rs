//! What our words are called in Chinese, as accountants read them.

use crate::column::EventType;
use mingzhang_domain::book::{Book, Fund, Purse};
use mingzhang_domain::envelope::ActorKind;
use uuid::Uuid;

/// 资金主体
pub fn purse(purse: Purse) -> &'static str {
    match purse {
        Purse::Company => "物业公司",
        Purse::OwnersIncome => "公共收益",
        Purse::MaintenanceFund => "维修资金",
    }
}

/// 款项性质
pub fn fund(fund: Fund) -> &'static str {
    match fund {
        Fund::Operating => "经营",
        Fund::PassThrough => "代收代付",
        Fund::Deposit => "押金",
        Fund::OwnersIncome => "公共收益",
        Fund::MaintenanceFund => "维修资金",
    }
}

/// 科目
pub fn book(book: Book) -> &'static str {
    match book {
        Book::Cash => "现金",
        Book::CashDifference => "现金长短款",
        Book::Bank => "银行存款",
        Book::Channel => "支付渠道在途",
        Book::Receivable => "应收账款",
        Book::PassThroughReceivable => "应收代收代付款",
        Book::Allowance => "坏账准备",
        Book::Suspense => "待认领款",
        Book::Credit => "预存款",
        Book::DepositHeld => "存入押金",
        Book::RefundsPayable => "应付退款",
        Book::PassThroughPayable => "应付代收代付款",
        Book::SupplierPayable => "应付供应商款",
        Book::OwnersIncomePayable => "应付业主公共收益",
        Book::Unearned => "预收（未到服务期）",
        Book::VatPending => "待转销项税额",
        Book::VatDue => "应交增值税",
        Book::FundBalance => "维修资金结存",
        Book::Revenue => "物业服务收入",
        Book::LateFeeIncome => "违约金收入",
        Book::OtherRevenue => "其他收入",
        Book::ChannelFee => "渠道手续费",
        Book::Impairment => "信用减值损失",
        Book::BorneExpense => "承担的代收代付成本",
        Book::PriorAdjustment => "以前年度调整",
        Book::OpeningClearing => "期初过渡",
        Book::InterLedger => "账套间往来",
        Book::InterPurse => "资金主体间往来",
    }
}

/// Who did it 制单人, without a name: twelve digits of an id tell the people of a company apart.
pub fn actor(kind: ActorKind, id: Uuid) -> String {
    let short = || id.simple().to_string().chars().skip(20).collect::<String>();
    match kind {
        ActorKind::Staff => format!("员工-{}", short()),
        ActorKind::Person => format!("业主-{}", short()),
        ActorKind::Service => "系统".to_owned(),
        ActorKind::Gateway => "渠道".to_owned(),
    }
}

/// What a line of a statement is about; every fact of an account that makes a line has a word.
pub fn fact(fact: EventType) -> &'static str {
    let word = fact.as_str();
    FACTS.iter().find(|(known, _)| *known == word).map_or(word, |(_, zh)| *zh)
}

/// 摘要: what a voucher is about, by its first fact; also what a line of one is about.
pub fn voucher(fact: EventType) -> &'static str {
    let word = fact.as_str();
    MONEY_FACTS.iter().chain(FACTS).find(|(known, _)| *known == word).map_or(word, |(_, zh)| *zh)
}

/// Money facts that stand in no statement of an account, or are called otherwise in the books.
const MONEY_FACTS: &[(&str, &str)] = &[
    ("payment_received", "收款"),
    ("payment_reversed", "红冲收款"),
    ("payment_bounced", "银行退票退汇"),
    ("bank_line_set_aside", "银行流水另记"),
    ("bank_line_taken_up", "撤销银行流水另记"),
    ("cash_banked", "现金缴存"),
    ("cash_banking_reversed", "红冲现金缴存"),
    ("suspense_returned", "退回待认领款"),
    ("credit_received", "收款转预存"),
    ("shift_counted", "清点现金"),
    ("allowance_set", "计提坏账准备"),
    ("revenue_released", "确认服务收入"),
    ("tax_point_reached", "结转销项税额"),
    ("tax_points_moved", "收款开票结转销项税"),
    ("channel_settled", "渠道结算"),
    ("channel_settlement_reversed", "红冲渠道结算"),
    ("channel_lump_recorded", "渠道结算到账"),
    ("channel_rest_cleared", "处理渠道结算差额"),
    ("taking_recorded", "临时收费"),
    ("taking_reversed", "红冲临时收费"),
    ("supplier_bill_recorded", "供应商账单"),
    ("supplier_bill_reversed", "红冲供应商账单"),
    ("supplier_bill_paid", "支付供应商账单"),
    ("supplier_payment_reversed", "红冲供应商付款"),
    ("own_use_set", "自用代收代付成本"),
    ("difference_carried", "承担代收代付差额"),
    ("fund_spend_paid", "支付维修资金支用"),
    ("fund_spend_payment_reversed", "红冲维修资金付款"),
];

const FACTS: &[(&str, &str)] = &[
    ("charge_posted", "应收"),
    ("charge_reduced", "核减"),
    ("charge_waived", "减免"),
    ("charge_reversed", "红冲应收"),
    ("charge_written_off", "坏账核销"),
    ("charge_recovered", "坏账转回"),
    ("late_fee_waived", "减免违约金"),
    ("late_fee_adjudged", "裁决违约金"),
    ("late_fee_award_lifted", "撤销裁决违约金"),
    ("charge_paid", "核销应收"),
    ("charge_payment_undone", "撤销核销"),
    ("credit_received", "收款"),
    ("credit_withdrawn", "退回待认领"),
    ("credit_moved", "预存转户"),
    ("refund_approved", "批准退款"),
    ("deposit_returned", "退还押金"),
    ("deposit_return_failed", "押金退还未成"),
    ("deposit_forfeited", "扣除押金"),
    ("forfeiture_reversed", "红冲押金扣除"),
    ("refund_settled", "退款付出"),
    ("refund_failed", "退款未成"),
    ("opening_charge_posted", "期初欠费"),
    ("opening_charge_reversed", "红冲期初欠费"),
    ("opening_credit_posted", "期初预存"),
    ("opening_credit_reversed", "红冲期初预存"),
    ("fund_spent", "维修资金支用"),
    ("fund_spend_returned", "维修资金支用退回"),
    ("opening_deposit_posted", "期初押金"),
    ("opening_deposit_reversed", "红冲期初押金"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use mingzhang_domain::stream::{Event, StreamType};

    /// The types of events whose golden bodies post.
    fn posting_types() -> Vec<String> {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/wire");
        let mut types = Vec::new();
        for entry in std::fs::read_dir(folder).unwrap() {
            let name = entry.unwrap().path();
            let Ok(event) = mingzhang_domain::envelope::Recorded::from_body(&std::fs::read(&name).unwrap()) else {
                assert!(name.ends_with("heads.json"), "{name:?}");
                continue;
            };
            types.extend(event.postings.is_some().then(|| event.event.event_type().to_owned()));
        }
        types
    }

    #[test]
    fn every_money_fact_has_a_word_for_its_voucher() {
        let types = posting_types();
        assert!(types.len() > 40);
        for word in types {
            let summary = voucher(word.parse().unwrap());
            assert!(!summary.is_ascii() && summary.chars().count() <= 10, "{word}: {summary}");
        }
    }

    /// Facts of an account that make no line.
    const SILENT: [&str; 6] = [
        "account_opened",
        "credit_released",
        "charges_invoiced",
        "charges_red_lettered",
        "opening_billed_until_set",
        "opening_billed_until_reversed",
    ];

    #[test]
    fn every_fact_of_a_statement_has_a_word() {
        let types = Event::types();
        let of_account = types.iter().filter(|(stream, ..)| *stream == StreamType::Account).map(|(_, word, _)| *word);
        for word in of_account.filter(|word| !SILENT.contains(word)) {
            assert!(FACTS.iter().any(|(known, _)| *known == word), "{word} has no word for accountants");
        }
        assert!(FACTS.iter().all(|(known, _)| types.iter().any(|(_, word, _)| word == known)));
    }
}
