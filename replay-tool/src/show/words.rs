//! Facts of an account in Chinese and English sentences; no names of people, since the log has none.

use mingzhang_domain::account::{
    AccountEvent, ChargePosted, ForfeitureGround, InvoicedCharge, Mode, Part, RecoveryReason, UndoReason,
};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::FeeItemId;
use mingzhang_domain::money::Money;
use mingzhang_projections::sheet::words::fund as fund_zh;
use std::collections::HashMap;

/// In which language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Language {
    /// 中文
    Zh,
    /// English
    En,
}

/// The fee item a fact is about, if any.
pub(super) fn fee_item(fact: &AccountEvent) -> Option<FeeItemId> {
    match fact {
        AccountEvent::ChargePosted(charge) => Some(charge.booking.fee_item),
        AccountEvent::ChargeReduced(fact) => Some(fact.booking.fee_item),
        AccountEvent::ChargeWaived(fact) => Some(fact.booking.fee_item),
        AccountEvent::LateFeeWaived(fact) => Some(fact.booking.fee_item),
        AccountEvent::LateFeeAdjudged(fact) => Some(fact.booking.fee_item),
        AccountEvent::LateFeeAwardLifted(fact) => Some(fact.booking.fee_item),
        AccountEvent::ChargeReversed(fact) => Some(fact.booking.fee_item),
        AccountEvent::ChargeWrittenOff(fact) => Some(fact.booking.fee_item),
        AccountEvent::ChargeRecovered(fact) => Some(fact.booking.fee_item),
        AccountEvent::ChargePaid(fact) => Some(fact.booking.fee_item),
        AccountEvent::ChargePaymentUndone(fact) => Some(fact.booking.fee_item),
        AccountEvent::CreditReceived(fact) => fact.earmark,
        AccountEvent::OpeningChargePosted(fact) => Some(fact.booking.fee_item),
        AccountEvent::OpeningChargeReversed(fact) => Some(fact.booking.fee_item),
        AccountEvent::OpeningCreditPosted(fact) => fact.earmark,
        AccountEvent::OpeningDepositPosted(fact) => Some(fact.fee_item),
        AccountEvent::DepositReturned(fact) => Some(fact.fee_item),
        AccountEvent::DepositReturnFailed(fact) => Some(fact.fee_item),
        AccountEvent::DepositForfeited(fact) => Some(fact.fee_item),
        AccountEvent::ForfeitureReversed(fact) => Some(fact.fee_item),
        AccountEvent::OpeningBilledUntilSet(fact) => Some(fact.fee_item),
        AccountEvent::OpeningBilledUntilReversed(fact) => Some(fact.fee_item),
        AccountEvent::OpeningCreditReversed(_)
        | AccountEvent::OpeningDepositReversed(_)
        | AccountEvent::AccountOpened(_)
        | AccountEvent::ChargesInvoiced(_)
        | AccountEvent::ChargesRedLettered(_)
        | AccountEvent::FundSpent(_)
        | AccountEvent::FundSpendReturned(_)
        | AccountEvent::CreditReleased(_)
        | AccountEvent::CreditWithdrawn(_)
        | AccountEvent::CreditMoved(_)
        | AccountEvent::RefundApproved(_)
        | AccountEvent::RefundSettled(_)
        | AccountEvent::RefundFailed(_) => None,
    }
}

/// One sentence for one fact.
pub(super) fn sentence(fact: &AccountEvent, language: Language, names: &HashMap<FeeItemId, String>) -> String {
    let name = |id| names.get(&id).cloned().unwrap_or_else(|| id.to_string());
    let item = fee_item(fact).map(name).unwrap_or_default();
    match language {
        Language::Zh => zh(fact, &item),
        Language::En => en(fact, &item),
    }
}

/// The sum of what stands on an invoice.
fn invoiced(charges: &[InvoicedCharge]) -> Money {
    charges.iter().fold(Money::ZERO, |sum, of| sum.fold(of.amount))
}

fn zh(fact: &AccountEvent, item: &str) -> String {
    match fact {
        AccountEvent::AccountOpened(_) => "开户".into(),
        AccountEvent::ChargePosted(charge) => {
            let ChargePosted { amount, gross, due_on, service, booking, .. } = charge;
            let discount = if gross == amount { String::new() } else { format!("（原 {gross}）") };
            let (from, last) = (service.from(), service.until().day_before());
            format!("应收 {item} {amount}{discount}，账期 {}，服务期 {from} 至 {last}，{due_on} 到期", booking.period)
        }
        AccountEvent::ChargeReduced(fact) => format!("核减 {item} {}：{}", fact.amount, fact.reason),
        AccountEvent::ChargeWaived(fact) => format!("减免 {item} {}：{}", fact.amount, fact.reason),
        AccountEvent::LateFeeWaived(fact) => format!("减免违约金 {item} {}：{}", fact.amount, fact.reason),
        AccountEvent::LateFeeAdjudged(fact) => {
            format!("裁决违约金 {item} {}，裁决日 {}", fact.amount, fact.adjudged_on)
        }
        AccountEvent::LateFeeAwardLifted(fact) => format!("撤销裁决违约金 {item} {}", fact.amount),
        AccountEvent::ChargeReversed(fact) => format!("红冲应收 {item} {}：{}", fact.amount, fact.reason),
        AccountEvent::ChargeWrittenOff(fact) => {
            format!("坏账核销 {item} {}，仍欠：{}", fact.amount, fact.reason)
        }
        AccountEvent::ChargeRecovered(fact) => {
            let why = match fact.reason {
                RecoveryReason::Paid => "已收款",
                RecoveryReason::ChargeCorrected => "应收已更正",
            };
            format!("已核销坏账转回 {item} {}：{why}", fact.amount)
        }
        AccountEvent::CreditReceived(fact) => {
            let back = if fact.held_back { "，暂不自动冲抵" } else { "" };
            let item = if item.is_empty() { String::new() } else { format!("，限用于 {item}") };
            format!("收到预存 {}（{}），到账日 {}{item}{back}", fact.amount, fund_zh(fact.fund), fact.value_on)
        }
        AccountEvent::CreditReleased(_) => "预存可自动冲抵".into(),
        AccountEvent::CreditWithdrawn(fact) => format!("预存退回待认领 {}", fact.amount),
        AccountEvent::CreditMoved(fact) => format!("预存转给另一责任方 {}", fact.amount),
        AccountEvent::ChargePaid(fact) => {
            let how = match fact.mode {
                Mode::Direct => "核销",
                Mode::DrawDown => "预存冲抵",
            };
            format!("{how} {item} {} {}，账期 {}", part_zh(fact.part), fact.amount, fact.booking.period)
        }
        AccountEvent::ChargePaymentUndone(fact) => {
            let why = match fact.reason {
                UndoReason::Requested => "按申请",
                UndoReason::ChargeCorrected => "应收已更正",
                UndoReason::PaymentReversed => "收款已冲销",
                UndoReason::Refunded => "已退款",
                UndoReason::LateFeeLowered => "违约金应减",
            };
            format!("撤销核销 {item} {} {}：{why}", part_zh(fact.part), fact.amount)
        }
        AccountEvent::ChargesInvoiced(fact) => format!("已开发票 {}", invoiced(&fact.charges)),
        AccountEvent::ChargesRedLettered(fact) => format!("发票已红冲 {}", invoiced(&fact.charges)),
        AccountEvent::RefundApproved(fact) => format!("批准退款 {}：{}", fact.amount, fact.reason),
        AccountEvent::RefundSettled(fact) => format!("退款已付 {}，付款日 {}", fact.amount, fact.value_on),
        AccountEvent::RefundFailed(fact) => format!("退款未成 {}，转回预存：{}", fact.amount, fact.reason),
        AccountEvent::DepositReturned(fact) => format!("退还押金 {item} {}：{}", fact.amount, fact.reason),
        AccountEvent::DepositReturnFailed(fact) => {
            format!("押金 {item} {} 退还未成，仍为押金：{}", fact.amount, fact.reason)
        }
        AccountEvent::DepositForfeited(fact) => {
            let ground = match fact.ground {
                ForfeitureGround::Consent => "缴款人同意",
                ForfeitureGround::Judgment => "判决",
            };
            format!("扣除押金 {item} {}，凭{ground}：{}", fact.amount, fact.reason)
        }
        AccountEvent::FundSpent(fact) => format!("维修资金支用分摊 {}", fact.amount),
        AccountEvent::FundSpendReturned(fact) => format!("红冲维修资金支用，转回 {}", fact.amount),
        AccountEvent::ForfeitureReversed(fact) => format!("红冲押金扣除 {item} {}：{}", fact.amount, fact.reason),
        AccountEvent::OpeningChargePosted(fact) => {
            let (from, last) = (fact.service.from(), fact.service.until().day_before());
            let part = part_zh(fact.part);
            format!("期初欠费 {item} {part} {}，服务期 {from} 至 {last}，{} 到期", fact.amount, fact.due_on)
        }
        AccountEvent::OpeningChargeReversed(fact) => format!("红冲期初欠费 {item} {}", fact.amount),
        AccountEvent::OpeningCreditPosted(fact) => format!("期初预存 {item} {}（{}）", fact.amount, fund_zh(fact.fund)),
        AccountEvent::OpeningCreditReversed(fact) => format!("红冲期初预存 {}", fact.amount),
        AccountEvent::OpeningDepositPosted(fact) => {
            format!("期初押金 {item} {}，原收据 {}", fact.amount, fact.old_receipt)
        }
        AccountEvent::OpeningDepositReversed(fact) => format!("红冲期初押金 {}", fact.amount),
        AccountEvent::OpeningBilledUntilSet(fact) => format!("{item} 原账已计费至 {}", fact.until.day_before()),
        AccountEvent::OpeningBilledUntilReversed(_) => format!("撤销 {item} 原账计费截止日"),
    }
}

fn en(fact: &AccountEvent, item: &str) -> String {
    match fact {
        AccountEvent::AccountOpened(_) => "Account opened".into(),
        AccountEvent::ChargePosted(charge) => {
            let ChargePosted { amount, gross, due_on, service, booking, .. } = charge;
            let discount = if gross == amount { String::new() } else { format!(" (before discounts {gross})") };
            let (from, last) = (service.from(), service.until().day_before());
            format!(
                "Charged {amount}{discount} {item}, period {}, service {from} to {last}, due {due_on}",
                booking.period
            )
        }
        AccountEvent::ChargeReduced(fact) => format!("Charge reduced by {} {item}: {}", fact.amount, fact.reason),
        AccountEvent::ChargeWaived(fact) => format!("Charge waived by {} {item}: {}", fact.amount, fact.reason),
        AccountEvent::LateFeeWaived(fact) => format!("Late fee waived, {} {item}: {}", fact.amount, fact.reason),
        AccountEvent::LateFeeAdjudged(fact) => {
            format!("Late fee adjudged on {}, {} {item}", fact.adjudged_on, fact.amount)
        }
        AccountEvent::LateFeeAwardLifted(fact) => format!("Adjudged late fee lifted, {} {item}", fact.amount),
        AccountEvent::ChargeReversed(fact) => format!("Charge reversed, {} {item}: {}", fact.amount, fact.reason),
        AccountEvent::ChargeWrittenOff(fact) => {
            format!("Charge written off by {} {item}, still owed: {}", fact.amount, fact.reason)
        }
        AccountEvent::ChargeRecovered(fact) => {
            format!("Write-off recovered, {} {item}: {}", fact.amount, fact.reason)
        }
        AccountEvent::CreditReceived(fact) => {
            let back = if fact.held_back { ", kept back until released" } else { "" };
            let item = if item.is_empty() { String::new() } else { format!(", only for {item}") };
            format!("Credit received, {} ({}), value date {}{item}{back}", fact.amount, fact.fund, fact.value_on)
        }
        AccountEvent::CreditReleased(_) => "Credit may be drawn down".into(),
        AccountEvent::CreditWithdrawn(fact) => format!("Credit went back to suspense, {}", fact.amount),
        AccountEvent::CreditMoved(fact) => format!("Credit moved to another holder, {}", fact.amount),
        AccountEvent::ChargePaid(fact) => {
            let how = match fact.mode {
                Mode::Direct => "Paid",
                Mode::DrawDown => "Paid from credit",
            };
            format!("{how} {} {item}, {}, period {}", fact.amount, fact.part, fact.booking.period)
        }
        AccountEvent::ChargePaymentUndone(fact) => {
            format!("Payment of a charge undone, {} {item}, {}: {}", fact.amount, fact.part, fact.reason)
        }
        AccountEvent::ChargesInvoiced(fact) => format!("Invoiced, {}", invoiced(&fact.charges)),
        AccountEvent::ChargesRedLettered(fact) => format!("Invoice red-lettered, {}", invoiced(&fact.charges)),
        AccountEvent::RefundApproved(fact) => format!("Refund approved, {}: {}", fact.amount, fact.reason),
        AccountEvent::RefundSettled(fact) => format!("Refund paid out, {}, on {}", fact.amount, fact.value_on),
        AccountEvent::RefundFailed(fact) => format!("Refund failed, {} is credit again: {}", fact.amount, fact.reason),
        AccountEvent::DepositReturned(fact) => format!("Deposit returned, {}, {item}: {}", fact.amount, fact.reason),
        AccountEvent::DepositReturnFailed(fact) => {
            format!("Return of a deposit failed, {} is held again, {item}: {}", fact.amount, fact.reason)
        }
        AccountEvent::DepositForfeited(fact) => {
            format!("Deposit forfeited by {}, {}, {item}: {}", fact.ground, fact.amount, fact.reason)
        }
        AccountEvent::FundSpent(fact) => format!("Share of a spend of the maintenance fund, {}", fact.amount),
        AccountEvent::FundSpendReturned(fact) => {
            format!("Spend of the maintenance fund taken back, {} is in the fund again", fact.amount)
        }
        AccountEvent::ForfeitureReversed(fact) => {
            format!("Forfeiture reversed, {} is held again, {item}: {}", fact.amount, fact.reason)
        }
        AccountEvent::OpeningChargePosted(fact) => {
            let (from, last) = (fact.service.from(), fact.service.until().day_before());
            format!("Opening {} {}, {item}, service {from} to {last}, due {}", fact.part, fact.amount, fact.due_on)
        }
        AccountEvent::OpeningChargeReversed(fact) => format!("Opening charge reversed, {} {item}", fact.amount),
        AccountEvent::OpeningCreditPosted(fact) => format!("Opening credit {} ({}) {item}", fact.amount, fact.fund),
        AccountEvent::OpeningCreditReversed(fact) => format!("Opening credit reversed, {}", fact.amount),
        AccountEvent::OpeningDepositPosted(fact) => {
            format!("Opening deposit {}, {item}, old receipt {}", fact.amount, fact.old_receipt)
        }
        AccountEvent::OpeningDepositReversed(fact) => format!("Opening deposit reversed, {}", fact.amount),
        AccountEvent::OpeningBilledUntilSet(fact) => format!("{item} billed before, up to {}", fact.until.day_before()),
        AccountEvent::OpeningBilledUntilReversed(_) => format!("{item} no longer said to be billed before"),
    }
}

fn part_zh(part: Part) -> &'static str {
    match part {
        Part::Principal => "本金",
        Part::LateFee => "违约金",
    }
}

/// The lines that an event posts, one per line; a word for none.
pub(super) fn postings(event: &Recorded) -> String {
    let Some(lines) = &event.postings else { return "no money event".into() };
    let line = |line: &mingzhang_domain::posting::Posting| {
        let side = if line.amount.is_negative() { "credit" } else { "debit " };
        let amount = if line.amount.is_negative() { line.amount.negated() } else { line.amount };
        format!("{side} {:<24} {:>16}  {}", line.book.as_str(), amount.to_string(), line.purse)
    };
    lines.iter().map(line).collect::<Vec<_>>().join("\n")
}
