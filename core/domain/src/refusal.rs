//! Refusals: a rule said no. Not a failure (the database is away) and not a bug.

/// What a refusal means to the caller; the API's one table turns it into an HTTP status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RefusalKind {
    /// What the command names is not there (or not the caller's to see).
    NotFound,
    /// The wish contradicts the state of the ledger.
    Conflict,
    /// The values of the command break a rule.
    Invalid,
    /// The actor may not do this.
    Forbidden,
}

/// A refused command: the rule, in words for people, and the numbers that explain it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {en}")]
pub struct Refusal {
    /// Stable code such as `amount_must_not_exceed_refundable`.
    pub code: &'static str,
    /// What it means to the caller.
    pub kind: RefusalKind,
    /// The rule in Chinese.
    pub zh: &'static str,
    /// The rule in English.
    pub en: &'static str,
    /// JSON pointer of the offending field in the command's body, if one field is to blame.
    pub pointer: Option<String>,
    /// Facts that explain it: amounts, states, ids. Never personal data.
    pub detail: Vec<(&'static str, String)>,
}

impl Refusal {
    /// The same refusal, blaming a field.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// The same refusal with a fact that explains it.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.detail.push((name, value.to_string()));
        self
    }
}

/// A rule that refuses: its code, what it means to the caller, the rule in Chinese and English.
pub type Rule = (&'static str, RefusalKind, &'static str, &'static str);

/// Every rule that refuses, noun by noun. Their codes are unique.
pub const RULES: &[&[Rule]] = &[
    CommonRefusal::RULES,
    crate::account::AccountRefusal::RULES,
    crate::administrator::AdministratorRefusal::RULES,
    crate::approval::ApprovalRefusal::RULES,
    crate::bill_run::BillRunRefusal::RULES,
    crate::books::BooksRefusal::RULES,
    crate::channel_account::ChannelAccountRefusal::RULES,
    crate::channel_day::ChannelDayRefusal::RULES,
    crate::channel_refund::ChannelRefundRefusal::RULES,
    crate::channel_settlement::ChannelSettlementRefusal::RULES,
    crate::day_close::DayCloseRefusal::RULES,
    crate::community::CommunityRefusal::RULES,
    crate::company::CompanyRefusal::RULES,
    crate::dunning::DunningRefusal::RULES,
    crate::fee_item::FeeItemRefusal::RULES,
    crate::import::ImportRefusal::RULES,
    crate::fund_spend::FundSpendRefusal::RULES,
    crate::invoice::InvoiceRefusal::RULES,
    crate::ledger::LedgerRefusal::RULES,
    crate::meter::MeterRefusal::RULES,
    crate::opening::OpeningRefusal::RULES,
    crate::party::PartyRefusal::RULES,
    crate::payment::PaymentRefusal::RULES,
    crate::payment_order::PaymentOrderRefusal::RULES,
    crate::person::PersonRefusal::RULES,
    crate::pool::PoolRefusal::RULES,
    crate::shift::ShiftRefusal::RULES,
    crate::staff::StaffRefusal::RULES,
    crate::supplier_bill::SupplierBillRefusal::RULES,
    crate::taking::TakingRefusal::RULES,
    crate::unit::UnitRefusal::RULES,
    crate::what_if::WhatIfRefusal::RULES,
    crate::work_order::WorkOrderRefusal::RULES,
];

/// Refusals of one noun in order of precedence: code, kind, and the rule in Chinese and English.
///
/// `RULES` lists all of them as `(code, kind, zh, en)`, so that documents and tests can cover the whole set.
macro_rules! refusals {
    ($(#[$meta:meta])* pub enum $name:ident { $($variant:ident = $code:literal, $kind:ident, $zh:literal, $en:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $(#[doc = $en] $variant),+ }

        impl $name {
            /// Every refusal: code, kind, Chinese, English.
            pub const RULES: &'static [$crate::refusal::Rule] =
                &[$(($code, $crate::refusal::RefusalKind::$kind, $zh, $en)),+];
        }

        impl From<$name> for $crate::refusal::Refusal {
            fn from(rule: $name) -> Self {
                let (code, kind, zh, en) = match rule {
                    $($name::$variant => ($code, $crate::refusal::RefusalKind::$kind, $zh, $en)),+
                };
                Self { code, kind, zh, en, pointer: None, detail: Vec::new() }
            }
        }

        impl $name {
            /// Blames a field of the command.
            pub fn at(self, pointer: impl Into<String>) -> $crate::refusal::Refusal {
                $crate::refusal::Refusal::from(self).at(pointer)
            }

            /// Adds a fact that explains it.
            pub fn with(self, name: &'static str, value: impl std::fmt::Display) -> $crate::refusal::Refusal {
                $crate::refusal::Refusal::from(self).with(name, value)
            }
        }
    };
}
pub(crate) use refusals;

refusals! {
    /// Refusals that any noun may give.
    pub enum CommonRefusal {
        AmountMustBePositive = "amount_must_be_positive", Invalid, "金额必须大于零", "the amount must be above zero";
        AmountMustBeInRange = "amount_must_be_in_range", Invalid, "金额超出允许范围", "the amount is out of range";
        LedgerMustBeOpen = "ledger_must_be_open", NotFound, "账套不存在或尚未开立", "the ledger does not exist or is not open yet";
        FactMustFit = "fact_must_fit", Invalid, "内容过多，单个事实超过 16 KiB", "too much for one fact of 16 KiB";
        CommandMustChangeSomething = "command_must_change_something", Conflict, "该操作不会改变任何内容", "the command would change nothing";
        DateMustBeInRange = "date_must_be_in_range", Invalid, "日期超出 1990–2100 年", "the date must lie between 1990 and 2100";
    }
}

impl From<crate::money::MoneyError> for Refusal {
    fn from(_: crate::money::MoneyError) -> Self {
        CommonRefusal::AmountMustBeInRange.into()
    }
}

impl From<crate::calendar::CalendarError> for Refusal {
    fn from(_: crate::calendar::CalendarError) -> Self {
        CommonRefusal::DateMustBeInRange.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique() {
        let codes: Vec<_> = RULES.concat().iter().map(|(code, ..)| *code).collect();
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), codes.len());
    }
}
