//! A stay and a taking in words that a driver understands.

use super::explanation::{BlocksSaid, CardSaid, DaySaid, StaySaid, TakingExplanation};
use crate::account::{day_told, rounded_told};
use crate::calendar::Moment;
use crate::fee_item::Parking;
use crate::money::Money;
use chrono::FixedOffset;

/// What a stay costs and why, in sentences.
pub(super) fn stay(stay: &StaySaid) -> String {
    let free = stay.versions.first().and_then(|version| version.price.parking()).map(free).unwrap_or_default();
    let head = format!("{}入场，{}离场，停车{}。", at(stay.entered_at), at(stay.left_at), long(stay));
    if stay.free {
        return format!("{head}未超过免费时长{free}，不收费。");
    }
    let free = if free.is_empty() { free } else { format!("已超过免费时长{free}，自入场起计费。") };
    let days: String = stay.days.iter().map(day).collect();
    format!("{head}{free}{days}停车费合计 {} 元。", stay.amount)
}

/// A taking, in sentences.
pub(super) fn taking(e: &TakingExplanation) -> String {
    let mut said = vec![format!("{}：", e.fee_item_name)];
    said.push(match (&e.stay, &e.card) {
        (Some(stay), _) => stay.text.clone(),
        (None, Some(card)) => month(card, e.amount),
        (None, None) => format!("收款 {} 元。", e.amount),
    });
    said.push(format!("{}。", e.vat.how));
    let versions = e.stay.iter().flat_map(|stay| stay.versions.iter().map(|version| version.from));
    let since: Vec<String> = versions.chain(e.card.iter().map(|card| card.from)).map(day_told).collect();
    if !since.is_empty() {
        said.push(format!("标准自{}起执行。", since.join("、")));
    }
    said.push(match &e.reversed {
        Some(reversed) => {
            format!("{}已红冲（{}）。", day_told(reversed.effective_on), reversed.reason)
        }
        None => format!("已当场缴清 {} 元。", e.amount),
    });
    if !e.recomputed.equal {
        said.push(format!("注意：入账的 {} 元或其税额与按记录重新计算的不一致，请与物业核对。", e.amount));
    }
    said.concat()
}

/// A month of a card and its price.
fn month(card: &CardSaid, amount: Money) -> String {
    let (first, last) = (day_told(card.service.from()), day_told(card.service.until().day_before()));
    let price = card.price.decimal().normalize().to_string();
    format!("月卡，{first}至{last}，每月 {}。", rounded_told(&price, card.round_to, amount))
}

fn free(parking: &Parking) -> String {
    if parking.free_minutes.0 == 0 { String::new() } else { format!(" {} 分钟", parking.free_minutes) }
}

fn day(day: &DaySaid) -> String {
    let lines: Vec<String> = day.lines.iter().map(blocks).collect();
    let sum = format!("{}起的一天：{}，共 {} 元", at(day.from), lines.join("，"), day.sum);
    match day.cap {
        Some(cap) if cap < day.sum => format!("{sum}，超过每日封顶 {cap} 元，收 {} 元。", day.amount),
        Some(_) | None => format!("{sum}。"),
    }
}

fn blocks(line: &BlocksSaid) -> String {
    format!("{}起 {} 个 {} 分钟，每个 {} 元", at(line.from), line.blocks, line.minutes, line.price)
}

fn long(stay: &StaySaid) -> String {
    let seconds = stay.left_at.instant().signed_duration_since(stay.entered_at.instant()).num_seconds();
    let parts = [(86_400, "天"), (3_600, "小时"), (60, "分"), (1, "秒")];
    let mut rest = seconds;
    let mut said = String::new();
    for (unit, word) in parts {
        if rest >= unit {
            said.push_str(&format!(" {} {word}", rest / unit));
        }
        rest %= unit;
    }
    if said.is_empty() { " 不到 1 秒".to_owned() } else { said }
}

/// An instant on the clock of Shanghai.
fn at(at: Moment) -> String {
    let local = FixedOffset::east_opt(8 * 3600).map(|shanghai| at.instant().with_timezone(&shanghai).naive_local());
    local.map(|local| local.format("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}
