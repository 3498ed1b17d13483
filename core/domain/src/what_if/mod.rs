//! What-if 测算: what real history would have come to under another price, a discount or another late-fee policy, per unit and
//! in total, with the effect on arrears and collection rates.
//!
//! A [`History`] sees a log from its first event on and answers any number of wishes; no wish becomes a fact. May never
//! happen here: a difference where nothing is another.

mod answer;
mod change;
mod history;
mod refusal;
#[cfg(test)]
mod stories;

pub use answer::{Answer, Collected, Collection, Effect, ItemEffect, LeftOut, Sides, UnitEffect};
pub use change::{Change, NewPrice, WhatIf};
pub use history::History;
pub use refusal::WhatIfRefusal;

/// What an answer takes for granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Assumption {
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

/// What stays as it happened.
pub const ASSUMPTION: Assumption = Assumption {
    zh: "仅作测算，不写入账套。假定缴费不变：每笔应收的已缴以改后应收为限，多出部分列为多收转预存，不再冲抵其他应收；减免、调减、核销照旧，折扣按原比例。",
    en: "Nothing is written. Payments stay what they were: what was paid of a charge is capped by what it would owe, and the rest is shown as paid over and pays nothing else; waivers, reductions and write-offs stay, discounts keep their share.",
};
