//! Facts about a fee item 收费项目 and its tariff versions 标准: what is charged and how much, as data.

use super::tax_code::TaxCode;
use crate::account::DiscountTerms;
use crate::approval::Approved;
use crate::book::{Fund, VatCategory};
use crate::calendar::{CivilDate, DateRange};
use crate::event::{events, facts};
use crate::id::{DiscountId, OfferId, TariffId};
use crate::ledger::Seen;
use crate::money::{Money, RoundTo};
use crate::pool::PoolScope;
use crate::supplier_bill::Utility;
use crate::unit::UnitKind;
use crate::value::{Count, Exact, FormulaText, Label};
use crate::wire::words;

words! {
    /// What a month of a cycle is.
    pub enum MonthBasis {
        /// Calendar months.
        Calendar = "calendar",
        /// From anchor day to anchor day: the day the item was attached.
        Anniversary = "anniversary",
    }
}

words! {
    /// When a cycle is billed.
    pub enum Timing {
        /// 预付费: before or at its start.
        Advance = "advance",
        /// 后付费: after its end.
        Arrears = "arrears",
    }
}

words! {
    /// What an amount per time is for.
    pub enum AmountPer {
        /// Each month of the cycle.
        Month = "month",
        /// 每期: the whole cycle.
        Cycle = "cycle",
    }
}

words! {
    /// Which area prices it.
    pub enum AreaKind {
        /// 建筑面积
        Building = "building",
        /// 套内面积
        Inner = "inner",
    }
}

words! {
    /// Which day decides the price and the tier year of what a meter counts.
    #[derive(Default)]
    pub enum PricedBy {
        /// Usage is spread evenly over its days, each at its own price and in its own year.
        #[default]
        UsageDays = "usage_days",
        /// 抄表日: that of the reading, for all that was used since the one before.
        ReadingDay = "reading_day",
    }
}

impl PricedBy {
    /// True when nothing is said of it: the wire leaves it out.
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// What is charged from a floor on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FloorStep {
    /// First floor; a whole number, below zero underground.
    pub from_floor: Exact,
    /// Yuan per month, and per square metre when an area prices it.
    pub price: Exact,
}

/// A price up to a quantity of the tier year.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceTier {
    /// Last quantity of the calendar year at this price, inclusive; absent exactly in the last tier.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub up_to: Option<Exact>,
    /// Yuan per unit of quantity.
    pub price: Exact,
}

words! {
    /// What a day is for the cap of a stay.
    pub enum ParkingDay {
        /// 24 hours, counted from the entry.
        Rolling = "rolling",
        /// From midnight to midnight.
        Calendar = "calendar",
    }
}

/// A block of a stay: charged whole once it has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParkingBlock {
    /// How long, in minutes.
    pub minutes: Count,
    /// What it costs.
    pub amount: Money,
}

/// Another block from some hours after the entry on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParkingStep {
    /// Hours after the entry.
    pub after_hours: Count,
    /// What each block that begins then is.
    pub block: ParkingBlock,
}

/// The most that blocks cost that begin in one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParkingCap {
    /// What a day is.
    pub day: ParkingDay,
    /// How much.
    pub amount: Money,
}

/// The price of a temporary stay 临时停车.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parking {
    /// A stay of so many minutes costs nothing; a longer one is charged from its entry.
    pub free_minutes: Count,
    /// The first block.
    pub first: ParkingBlock,
    /// Each further block.
    pub further: ParkingBlock,
    /// Other blocks after some hours, ascending.
    #[serde(default)]
    pub steps: Vec<ParkingStep>,
    /// Absent: a day may cost what it comes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cap: Option<ParkingCap>,
}

/// How the whole of a cycle is computed; more kinds are more variants, no redesign.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Price {
    /// Area × unit price × months.
    PerArea {
        /// Which area.
        area: AreaKind,
        /// Yuan per square metre and month.
        unit_price: Exact,
    },
    /// A fixed amount.
    Fixed {
        /// Yuan.
        amount: Exact,
        /// Per month or per cycle.
        per: AmountPer,
    },
    /// An amount for each household 户 of the unit; one unless its attribute `household_count` says otherwise.
    PerHousehold {
        /// Yuan per household and month.
        amount: Exact,
    },
    /// Another price from each floor on 楼层阶梯, such as lift fees.
    FloorSteps {
        /// Which area the price is multiplied with; absent: none.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        area: Option<AreaKind>,
        /// By floor, ascending.
        steps: Vec<FloorStep>,
    },
    /// Area × unit price × the unit's attribute `coefficient` 系数.
    Coefficient {
        /// Which area.
        area: AreaKind,
        /// Yuan per square metre and month.
        unit_price: Exact,
    },
    /// A formula 公式 that says yuan per month.
    Formula {
        /// Its text, over the unit's values.
        formula: FormulaText,
        /// What it calls `unit_price`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit_price: Option<Exact>,
    },
    /// By pools 公摊: a unit owes its shares of what is shared, and nothing by time.
    Shared,
    /// What the unit's meters count, at one price. Cycle, months and timing of the tariff say nothing of it.
    Metered {
        /// Which meters.
        utility: Utility,
        /// Yuan per unit of quantity.
        unit_price: Exact,
        /// Which day decides; absent: `usage_days`.
        #[serde(default, skip_serializing_if = "PricedBy::is_usual")]
        priced_by: PricedBy,
    },
    /// What the unit's meters count, in tiers 阶梯 that are cumulative over the calendar year.
    TieredMetered {
        /// Which meters.
        utility: Utility,
        /// By quantity, ascending.
        tiers: Vec<PriceTier>,
        /// Which day decides; absent: `usage_days`.
        #[serde(default, skip_serializing_if = "PricedBy::is_usual")]
        priced_by: PricedBy,
    },
    /// A formula 公式 that says yuan for what a reading counted. The day of the reading decides.
    MeteredFormula {
        /// Which meters.
        utility: Utility,
        /// Its text, over `usage` and the unit's values on the day of the reading.
        formula: FormulaText,
        /// What it calls `unit_price`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        unit_price: Option<Exact>,
    },
    /// Temporary stays 临时停车, of nobody's unit. Cycle, months, timing and due day of the tariff say nothing of them.
    Parking(Parking),
}

/// When a bill line is due; never earlier than its publication plus the community's notice days.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum DueRule {
    /// On a day of the first service month (advance) or the month after the last (arrears), clamped to its last day.
    DayOfMonth {
        /// 1–31
        day: Count,
    },
    /// Days after publication.
    DaysAfter {
        /// 0–365
        days: Count,
    },
}

words! {
    /// When the tax of a charge is due 纳税义务发生时间. An invoice makes its day the tax point, whatever else would.
    #[derive(Default)]
    pub enum TaxPoint {
        /// The month of the service.
        #[default]
        ServiceMonth = "service_month",
        /// The day the charge is paid.
        Receipt = "receipt",
        /// The day of the invoice alone.
        Invoice = "invoice",
        /// Whichever comes first.
        Earliest = "earliest",
    }
}

impl TaxPoint {
    /// True when the month of the service is a tax point.
    pub fn is_service(self) -> bool {
        matches!(self, Self::ServiceMonth | Self::Earliest)
    }

    /// True when the day of the payment is a tax point.
    pub fn is_receipt(self) -> bool {
        matches!(self, Self::Receipt | Self::Earliest)
    }

    /// True when nothing is said of it: the wire leaves it out.
    pub(crate) fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Tax treatment of a fee item.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vat {
    /// How the tax applies.
    pub category: VatCategory,
    /// Rate such as `0.06`; present exactly for `rated`.
    pub rate: Option<Exact>,
    /// When it is due; absent: `service_month`.
    #[serde(default, skip_serializing_if = "TaxPoint::is_usual")]
    pub tax_point: TaxPoint,
}

impl Vat {
    /// A treatment whose tax is due in the month of the service.
    pub fn of(category: VatCategory, rate: Option<Exact>) -> Self {
        Self { category, rate, tax_point: TaxPoint::ServiceMonth }
    }
}

/// When and how far the maintenance fund 维修资金 of a unit is topped up 续筹.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopUpRule {
    /// The part of its first deposit below which a unit is asked for more, such as `0.3`.
    pub below: Exact,
    /// The part of its first deposit up to which it is asked.
    pub to: Exact,
}

facts! {
    /// The fee item exists; its fund is fixed for ever.
    pub struct FeeItemCreated {
        /// Name on bills.
        pub name: Label,
        /// What the money is for.
        pub fund: Fund,
        /// Lower is paid first.
        pub priority: Count,
        /// Tax treatment until another one is set.
        pub vat: Vat,
    }
    /// Another tax treatment for service months that begin on or after a day.
    pub struct FeeItemVatSet {
        /// First day.
        pub from: CivilDate,
        /// Tax treatment.
        pub vat: Vat,
    }
    /// How the item stands on invoices from a day on.
    pub struct FeeItemTaxCodeSet {
        /// First day; the day on which an invoice is requested decides.
        pub from: CivilDate,
        /// Tax classification 税收分类编码.
        pub code: TaxCode,
        /// Its short name, which stands between asterisks before the item's own name.
        pub short_name: Label,
    }
    /// Which utility the item collects for, so that it stands beside the suppliers' bills; set again it is corrected.
    pub struct FeeItemUtilitySet {
        /// The utility.
        pub utility: Utility,
    }
    /// What a unit that was found vacant 空置 pays less, from a day on.
    pub struct VacancyPolicySet {
        /// First service day; the first day of a vacancy decides.
        pub from: CivilDate,
        /// The part taken off, such as `0.3`; absent: nothing any more.
        pub off: Option<Exact>,
        /// Who approved it; absent for what was set before the community went live.
        pub approved: Option<Approved>,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// When units are asked to top their maintenance fund up, from a day on.
    pub struct TopUpRuleSet {
        /// First day.
        pub from: CivilDate,
        /// The rule; absent: none any more.
        pub rule: Option<TopUpRule>,
        /// Who approved it; absent for what was set before the community went live.
        pub approved: Option<Approved>,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Units pay less of the item for some days, none of them granted by hand.
    pub struct CampaignGranted {
        /// The campaign; charges name it as their discount.
        pub campaign: DiscountId,
        /// What it is called.
        pub name: Label,
        /// Which units it is for; where a unit stands when it is billed counts.
        pub scope: PoolScope,
        /// The kinds of units that it is for; none: every kind.
        #[serde(default)]
        pub kinds: Vec<UnitKind>,
        /// How much it takes off.
        pub terms: DiscountTerms,
        /// The service days it lowers.
        pub days: DateRange,
        /// Who approved it; absent for what was granted before the community went live.
        pub approved: Option<Approved>,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// A campaign no longer holds from a day on; what is charged already stays.
    pub struct CampaignEnded {
        /// The campaign.
        pub campaign: DiscountId,
        /// First service day without it.
        pub on: CivilDate,
        /// Why.
        pub reason: Label,
    }
    /// Who pays some months in advance gets more of them 预缴优惠: 12 for 11.
    pub struct PrepaymentOfferSet {
        /// The offer; discounts that are granted by it name it.
        pub offer: OfferId,
        /// Service months in all, 2–36.
        pub months: Count,
        /// Of them free; fewer than in all.
        pub free_months: Count,
        /// The days on which it may be accepted.
        pub days: DateRange,
        /// Who approved it; absent for what was set before the community went live.
        pub approved: Option<Approved>,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
    /// Nobody accepts an offer from a day on; what was granted by it stays.
    pub struct PrepaymentOfferEnded {
        /// The offer.
        pub offer: OfferId,
        /// First day without it.
        pub on: CivilDate,
        /// Why.
        pub reason: Label,
    }
    /// How much, how often and due when, from a day on.
    pub struct TariffSet {
        /// The version.
        pub tariff: TariffId,
        /// First service day it prices.
        pub from: CivilDate,
        /// How the whole is computed.
        pub price: Price,
        /// Months billed together: 1, 2, 3, 4, 6 or 12.
        pub cycle_months: Count,
        /// What a month is.
        pub basis: MonthBasis,
        /// Whether the cycle is billed before or after the service.
        pub timing: Timing,
        /// When it is due.
        pub due: DueRule,
        /// Where the whole is rounded to.
        pub round_to: RoundTo,
        /// Who approved it; absent for what was set before the community went live.
        pub approved: Option<Approved>,
        /// The company facts that the authority rests on.
        #[serde(default)]
        pub seen: Vec<Seen>,
    }
}

events! {
    /// Facts of a `fee_item` stream.
    pub enum FeeItemEvent of "fee_item" {
        FeeItemCreated = "fee_item_created", 1;
        FeeItemVatSet = "fee_item_vat_set", 1;
        TariffSet = "tariff_set", 1;
        FeeItemTaxCodeSet = "fee_item_tax_code_set", 1;
        FeeItemUtilitySet = "fee_item_utility_set", 1;
        VacancyPolicySet = "vacancy_policy_set", 1;
        TopUpRuleSet = "top_up_rule_set", 1;
        CampaignGranted = "campaign_granted", 1;
        CampaignEnded = "campaign_ended", 1;
        PrepaymentOfferSet = "prepayment_offer_set", 1;
        PrepaymentOfferEnded = "prepayment_offer_ended", 1;
    }
}
