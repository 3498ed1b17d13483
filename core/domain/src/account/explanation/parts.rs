//! What an explanation is made of: the tariff, prices, values, tax, what became of the charge and what paid it.

use super::super::terms::{Mode, Part};
use crate::approval::Approved;
use crate::book::VatCategory;
use crate::calendar::CivilDate;
use crate::envelope::Actor;
use crate::fee_item::{DueRule, MonthBasis, Price, Timing};
use crate::id::{AllocationId, ChargeId, LotId, PartyId, PaymentId, TariffId};
use crate::money::{Money, RoundTo};
use crate::value::{Exact, FormulaText, Label};
use serde::Serialize;

/// Who wrote a fact down, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Written {
    /// Position in the log.
    pub position: u64,
    /// When we knew.
    pub at: String,
    /// By pseudonymous id.
    pub by: Actor,
}

/// The tariff version that billed it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TariffSaid {
    /// The version.
    pub tariff: TariffId,
    /// First service day it prices.
    pub from: CivilDate,
    /// As it was set.
    pub price: Price,
    /// Months billed together.
    pub cycle_months: u32,
    /// What a month is.
    pub basis: MonthBasis,
    /// Before or after the service.
    pub timing: Timing,
    /// When it is due.
    pub due: DueRule,
    /// Where the whole is rounded to.
    pub round_to: RoundTo,
    /// On whose word; absent for what was set before the community went live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<Approved>,
    /// Who set it.
    pub written: Written,
}

/// The unit's own price, which went before the tariff's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnPrice {
    /// First service day it prices.
    pub from: CivilDate,
    /// As it was set.
    pub price: Price,
    /// Why.
    pub reason: Label,
    /// On whose word; absent for what was set before the community went live.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<Approved>,
    /// Who set it.
    pub written: Written,
}

/// A value it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct InputSaid {
    /// Variable, such as `building_area_sqm`.
    pub name: Label,
    /// In words.
    pub label: String,
    /// Its value.
    pub value: Exact,
    /// Since when it holds; absent for what has no day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<CivilDate>,
}

/// The formula that priced it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FormulaSaid {
    /// Its text.
    pub text: FormulaText,
    /// Yuan per month that it says of the inputs; absent when it says none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// The tax in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VatSaid {
    /// How tax applies.
    pub category: VatCategory,
    /// The rate; present exactly for `rated`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Exact>,
    /// Without tax.
    pub net: Money,
    /// The tax.
    pub tax: Money,
    /// How they follow from the amount.
    pub how: String,
}

/// What became of it later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Happened {
    /// The kind of fact.
    pub event_type: &'static str,
    /// Accounting date.
    pub effective_on: CivilDate,
    /// How much.
    pub amount: Money,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The charge that corrects this one, or is owed for its adjudged late fee.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub charge: Option<ChargeId>,
    /// On whose word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approved: Option<Approved>,
    /// Who wrote it down.
    pub written: Written,
}

/// Money for it, or money that went back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paid {
    /// `charge_paid` or `charge_payment_undone`.
    pub event_type: &'static str,
    /// The allocation.
    pub allocation: AllocationId,
    /// The lot.
    pub lot: LotId,
    /// The payment of the lot; absent when the old books had it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<PaymentId>,
    /// Principal or late fee.
    pub part: Part,
    /// How much.
    pub amount: Money,
    /// Whose money.
    pub holder: PartyId,
    /// With its payment, or later from credit.
    pub mode: Mode,
    /// The day the money was really the company's.
    pub value_on: CivilDate,
    /// Accounting date.
    pub effective_on: CivilDate,
}

/// The amount, computed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recomputed {
    /// What it comes to; absent when what it rests on says no amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// What was posted.
    pub posted: Money,
    /// True when both are the same to the fen, and so are the whole and the tax.
    pub equal: bool,
}
