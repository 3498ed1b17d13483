//! An explanation in words that an owner understands.

use super::super::terms::{Input, VatSplit};
use super::{ChargeKind, Explanation, Happened};
use crate::bill_run::price_told;
use crate::book::VatCategory;
use crate::calendar::{CivilDate, DateRange, Month};
use crate::money::{Money, RoundTo};
use crate::pool::PoolShareSaid;
use rust_decimal::Decimal;

/// The explanation, in sentences.
pub(super) fn told(explanation: &Explanation) -> String {
    let mut said = vec![amount(explanation)];
    said.extend(share(explanation));
    said.extend(discounts(explanation));
    said.extend(explanation.vat.as_ref().map(|vat| format!("{}。", vat.how)));
    said.extend(price(explanation));
    said.push(format!("缴费截止日：{}。", day(explanation.due_on)));
    if explanation.replaces.is_some() {
        said.push("这些天的缴费义务人变更后，本笔由原应收改记而来，标准不变。".to_owned());
    }
    said.extend(explanation.happened.iter().map(became));
    if !explanation.replaced_by.is_empty() {
        said.push("缴费义务人变更后，这些天已另行记给应缴的人。".to_owned());
    }
    said.push(standing(explanation));
    said.extend(mismatch(explanation));
    said.concat()
}

/// How tax follows from an amount.
pub(crate) fn tax(amount: Money, vat: &VatSplit) -> String {
    match (vat.category, vat.rate) {
        (VatCategory::Rated, Some(rate)) => {
            let percent = (rate.decimal() * Decimal::ONE_HUNDRED).normalize();
            format!(
                "其中不含税 {} 元（{amount} ÷ (1 + {percent}%)，四舍五入到分），增值税（{percent}%）{} 元",
                vat.net, vat.tax
            )
        }
        (VatCategory::Exempt, _) => "免征增值税".to_owned(),
        (VatCategory::NotTaxable, _) => "不征增值税".to_owned(),
        (VatCategory::ZeroRated | VatCategory::Rated, _) => "增值税率为零".to_owned(),
    }
}

fn amount(e: &Explanation) -> String {
    let head = format!("{}，{}：", e.fee_item_name, days(e.service));
    match (e.kind, &e.steps) {
        (ChargeKind::Tariff, Some(steps)) => {
            let basis = match &e.formula {
                Some(formula) => {
                    let of =
                        e.inputs.iter().map(|input| format!("{} {}", input.label, input.value.decimal().normalize()));
                    let of = of.collect::<Vec<_>>().join("、");
                    let of = if of.is_empty() { of } else { format!("（{of}）") };
                    format!("按公式 {}{of}得每月 {} 元", formula.text, steps.price_per_month)
                }
                None => price_told(&inputs(e)).unwrap_or_else(|| format!("每月 {} 元", steps.price_per_month)),
            };
            let months = &steps.months.text;
            let months = if months.contains([' ', '/']) { format!("({months})") } else { months.clone() };
            let line =
                if steps.share.of > 1 { format!("{}一并计算，", days(steps.share.line)) } else { String::new() };
            format!(
                "{head}{line}{basis} × {months} 个月 = {}。",
                rounded(&steps.unrounded, steps.round_to, steps.whole)
            )
        }
        (ChargeKind::Tariff, None) => format!("{head}应收 {} 元。", e.gross),
        (ChargeKind::Award, _) => format!("{head}经法院判决或仲裁裁决的违约金 {} 元，作为一笔应收缴纳。", e.gross),
        (ChargeKind::OneOff, _) => format!("{head}单笔收费 {} 元，金额由工作人员登记，不按标准计算。", e.gross),
        (ChargeKind::Metered, _) => {
            let metered = e.metered.as_ref().map(|metered| metered.told(e.gross));
            format!("{head}{}", metered.unwrap_or_else(|| format!("应收 {} 元。", e.gross)))
        }
        (ChargeKind::Correction, _) if e.metered.is_some() => {
            format!("{head}读数更正后按新读数重新计算，比原应收多 {} 元，补收差额。", e.gross)
        }
        (ChargeKind::Correction, _) => format!("{head}对原应收的补收，{} 元，金额由工作人员登记。", e.gross),
        (ChargeKind::WorkOrder, _) => format!("{head}工单有偿服务，{} 元，按已接受的报价收取。", e.gross),
        (ChargeKind::Pool, _) => match &e.pool {
            Some(pool) => format!("{head}{}", shared(pool)),
            None => format!("{head}公摊应收 {} 元。", e.gross),
        },
        (ChargeKind::FirstDeposit, _) => {
            let basis = match &e.formula {
                Some(formula) => format!("按公式 {}", formula.text),
                None => price_told(&inputs(e)).unwrap_or_default(),
            };
            format!("{head}维修资金首期，按一个月的标准一次计算：{basis}，应交存 {} 元。", e.gross)
        }
        (ChargeKind::TopUp, _) => {
            let told = super::super::fund::told(&inputs(e)).unwrap_or_default();
            format!("{head}维修资金续筹：{told}，应续交 {} 元。", e.gross)
        }
        (ChargeKind::Opening, _) => format!("{head}上线前旧账结转的未缴款 {} 元，由旧账计算。", e.gross),
    }
}

/// How a share follows from its pool.
fn shared(pool: &PoolShareSaid) -> String {
    let PoolShareSaid { amount, weight_label, whole_fen, share, .. } = pool;
    let (weight, total) = (pool.weight.decimal().normalize(), pool.total_weight.decimal().normalize());
    let rest = if pool.remainder_fen {
        format!("各户不足一分的部分合并后，按余数从大到小每户补一分，本户补 0.01 元，应摊 {share} 元。")
    } else {
        format!("应摊 {share} 元。")
    };
    format!(
        "公摊总额 {amount} 元 × {weight_label} {weight} ÷ 参与分摊的合计 {total}，只取到分为 {whole_fen} 元；{rest}"
    )
}

/// An amount that is shown before its rounding only when that changed it.
pub(crate) fn rounded(unrounded: &str, round_to: RoundTo, whole: Money) -> String {
    if unrounded.parse() == Ok(whole.decimal()) {
        return format!("{whole} 元");
    }
    let to = match round_to {
        RoundTo::Fen => "分",
        RoundTo::Jiao => "角",
        RoundTo::Yuan => "元",
    };
    format!("{unrounded} 元，四舍五入到{to}为 {whole} 元")
}

fn share(e: &Explanation) -> Option<String> {
    let share = e.steps.as_ref().map(|steps| &steps.share).filter(|share| share.of > 1)?;
    Some(format!(
        "合计按月累计分摊，本笔是 {} 个月中的第 {} 个月：到本月累计 {} 元，减去以前各月 {} 元，为 {} 元。",
        share.of, share.month, share.reached, share.earlier, share.amount
    ))
}

fn discounts(e: &Explanation) -> Option<String> {
    let months = e.steps.as_ref().map_or(1, |steps| steps.share.of);
    let lines: Vec<String> = e.discounts.iter().map(|discount| super::discounts::told(discount, months)).collect();
    (!lines.is_empty()).then(|| format!("原价 {} 元，{}，应收 {} 元。", e.gross, lines.join("，"), e.amount))
}

fn price(e: &Explanation) -> Option<String> {
    if let Some(own) = &e.own_price {
        return Some(format!("单价按本房屋自{}起的约定执行（{}）。", day(own.from), own.reason));
    }
    e.tariff.as_ref().map(|tariff| format!("标准自{}起执行。", day(tariff.from)))
}

fn became(happened: &Happened) -> String {
    let what = match happened.event_type {
        "charge_reduced" => "调减",
        "charge_waived" => "减免",
        "late_fee_waived" => "减免违约金",
        "late_fee_adjudged" => "裁决违约金（另立应收）",
        "late_fee_award_lifted" => "撤销裁决违约金",
        "charge_reversed" | "opening_charge_reversed" => "红冲",
        "charge_written_off" => "坏账核销（仍应缴纳）",
        "charge_recovered" => "核销后转回",
        _ => "另行补收",
    };
    // The reason of a recovery is a word of the log, not a person's.
    let reason = happened.reason.as_ref().filter(|_| happened.approved.is_some());
    let reason = reason.map(|reason| format!("（{reason}）")).unwrap_or_default();
    format!("{}{what} {} 元{reason}。", day(happened.effective_on), happened.amount)
}

fn standing(e: &Explanation) -> String {
    format!("现应缴 {} 元，已缴 {} 元，未缴 {} 元。", e.owed, e.paid, e.open)
}

fn mismatch(e: &Explanation) -> Option<String> {
    let recomputed = e.recomputed.as_ref().filter(|recomputed| !recomputed.equal)?;
    Some(match recomputed.amount {
        Some(amount) => {
            format!("注意：重新计算为 {amount} 元，与入账的 {} 元或其税额不一致，请与物业核对。", recomputed.posted)
        }
        None => format!("注意：入账的 {} 元无法按记录重新计算，请与物业核对。", recomputed.posted),
    })
}

fn inputs(e: &Explanation) -> Vec<Input> {
    let input = |said: &super::InputSaid| Input { name: said.name.clone(), value: said.value, since: said.since };
    e.inputs.iter().map(input).collect()
}

pub(crate) fn day(day: CivilDate) -> String {
    format!("{}{}日", month(day.month()), day.day())
}

fn month(month: Month) -> String {
    let text = month.to_string();
    let number = text.rsplit('-').next().unwrap_or_default().trim_start_matches('0');
    format!("{}年{number}月", month.year())
}

/// A whole month by its name, other days from the first to the last.
pub(super) fn days(service: DateRange) -> String {
    let first = service.from().month();
    if service == DateRange::of_month(first) {
        return month(first);
    }
    format!("{}至{}", day(service.from()), day(service.until().day_before()))
}
