//! Fee items, their tariff versions and tax treatment.

use super::payment::authority;
use crate::body::{Errors, Field, bodies, member, object, object_schema, rules};
use crate::command::{Asks, Call, Command, commands};
use crate::ids::mint;
use crate::problem::Problem;
use crate::workers::rounds::catch_up;
use mingzhang_domain::book::{Fund, VatCategory};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::fee_item::{
    self, AmountPer, AreaKind, DueRule, FloorStep, MonthBasis, Parking, ParkingBlock, ParkingCap, ParkingDay,
    ParkingStep, Price, PriceTier, PricedBy, TaxCode, TaxPoint, Timing, Vat,
};
use mingzhang_domain::id::{ApprovalId, FeeItemId, UnitId};
use mingzhang_domain::money::{Money, RoundTo};
use mingzhang_domain::supplier_bill::Utility;
use mingzhang_domain::value::{Count, Exact, FormulaText, Label};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

/// How long a formula waits for units that were attached just before.
const CATCH_UP: Duration = Duration::from_secs(5);
/// What decides for usage, in words.
const PRICED_BY: &str = "Which day decides the price and the tier year: the days of use (`usage_days`, when absent), or for all of a \
     reading's usage the day of the reading (`reading_day`); for ever.";
/// Units that one command computes a formula for.
const CHECKED_UNITS: u32 = 5_000;

bodies! {
    /// Tax treatment.
    pub struct VatBody {
        /// How the tax applies.
        pub category: VatCategory,
        /// Rate such as `0.06`; exactly for `rated`.
        pub rate: Option<Exact>,
        /// When it is due; `service_month` when absent. An invoice makes its day the tax point in any case.
        pub tax_point: Option<TaxPoint>,
    }
}

bodies! {
    /// What is charged from a floor on.
    pub struct FloorStepBody {
        /// First floor; a whole number, below zero underground.
        pub from_floor: Exact,
        /// Yuan per month, and per square metre when an area prices it.
        pub price: Exact,
    }
}

bodies! {
    /// A price up to a quantity of the calendar year.
    pub struct PriceTierBody {
        /// Last quantity at this price; absent exactly in the last tier.
        pub up_to: Option<Exact>,
        /// Yuan per unit of quantity, with at most four decimals.
        pub price: Exact,
    }
}

bodies! {
    /// A block of a stay: charged whole once it has begun.
    pub struct ParkingBlockBody {
        /// How long, 1–1440 minutes.
        pub minutes: Count,
        /// What it costs.
        pub amount: Money,
    }
}

bodies! {
    /// Another block from some hours after the entry on.
    pub struct ParkingStepBody {
        /// Hours after the entry, 1–720.
        pub after_hours: Count,
        /// What each block that begins then is.
        pub block: ParkingBlockBody,
    }
}

bodies! {
    /// The most that blocks cost that begin in one day.
    pub struct ParkingCapBody {
        /// 24 hours from the entry, or from midnight to midnight.
        pub day: ParkingDay,
        /// How much.
        pub amount: Money,
    }
}

impl From<ParkingBlockBody> for ParkingBlock {
    fn from(body: ParkingBlockBody) -> Self {
        Self { minutes: body.minutes, amount: body.amount }
    }
}

impl From<ParkingStepBody> for ParkingStep {
    fn from(body: ParkingStepBody) -> Self {
        Self { after_hours: body.after_hours, block: body.block.into() }
    }
}

impl From<ParkingCapBody> for ParkingCap {
    fn from(body: ParkingCapBody) -> Self {
        Self { day: body.day, amount: body.amount }
    }
}

impl From<VatBody> for Vat {
    fn from(body: VatBody) -> Self {
        Self { category: body.category, rate: body.rate, tax_point: body.tax_point.unwrap_or_default() }
    }
}

/// The word that says which variant an object is.
pub(super) fn kind<'v>(value: &'v Value, pointer: &str, errors: &mut Errors) -> Option<&'v str> {
    let Some(fields) = value.as_object() else {
        errors.push(pointer, rules::OBJECT);
        return None;
    };
    let kind = fields.get("kind").and_then(Value::as_str);
    if kind.is_none() {
        errors.push(&format!("{pointer}/kind"), rules::REQUIRED);
    }
    kind
}

pub(super) fn constant(word: &str) -> Value {
    json!({"const": word})
}

impl Field for Price {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        match kind(value, pointer, errors)? {
            "per_area" => {
                let fields = object(value, &["kind", "area", "unit_price"], pointer, errors)?;
                let area = member(fields, "area", pointer, errors);
                let unit_price = member(fields, "unit_price", pointer, errors);
                Some(Self::PerArea { area: area?, unit_price: unit_price? })
            }
            "fixed" => {
                let fields = object(value, &["kind", "amount", "per"], pointer, errors)?;
                let amount = member(fields, "amount", pointer, errors);
                let per = member(fields, "per", pointer, errors);
                Some(Self::Fixed { amount: amount?, per: per? })
            }
            "shared" => {
                object(value, &["kind"], pointer, errors)?;
                Some(Self::Shared)
            }
            "per_household" => {
                let fields = object(value, &["kind", "amount"], pointer, errors)?;
                Some(Self::PerHousehold { amount: member(fields, "amount", pointer, errors)? })
            }
            "floor_steps" => {
                let fields = object(value, &["kind", "area", "steps"], pointer, errors)?;
                let area = member::<Option<AreaKind>>(fields, "area", pointer, errors);
                let steps = member::<Vec<FloorStepBody>>(fields, "steps", pointer, errors);
                let step = |step: FloorStepBody| FloorStep { from_floor: step.from_floor, price: step.price };
                Some(Self::FloorSteps { area: area?, steps: steps?.into_iter().map(step).collect() })
            }
            "coefficient" => {
                let fields = object(value, &["kind", "area", "unit_price"], pointer, errors)?;
                let area = member(fields, "area", pointer, errors);
                let unit_price = member(fields, "unit_price", pointer, errors);
                Some(Self::Coefficient { area: area?, unit_price: unit_price? })
            }
            "formula" => {
                let fields = object(value, &["kind", "formula", "unit_price"], pointer, errors)?;
                let formula = member(fields, "formula", pointer, errors);
                let unit_price = member::<Option<Exact>>(fields, "unit_price", pointer, errors);
                Some(Self::Formula { formula: formula?, unit_price: unit_price? })
            }
            "metered" => {
                let fields = object(value, &["kind", "utility", "unit_price", "priced_by"], pointer, errors)?;
                let utility = member(fields, "utility", pointer, errors);
                let unit_price = member(fields, "unit_price", pointer, errors);
                let priced_by = member::<Option<PricedBy>>(fields, "priced_by", pointer, errors);
                let priced_by = priced_by?.unwrap_or_default();
                Some(Self::Metered { utility: utility?, unit_price: unit_price?, priced_by })
            }
            "tiered_metered" => {
                let fields = object(value, &["kind", "utility", "tiers", "priced_by"], pointer, errors)?;
                let utility = member(fields, "utility", pointer, errors);
                let priced_by = member::<Option<PricedBy>>(fields, "priced_by", pointer, errors);
                let tiers = member::<Vec<PriceTierBody>>(fields, "tiers", pointer, errors);
                let tier = |tier: PriceTierBody| PriceTier { up_to: tier.up_to, price: tier.price };
                let (tiers, priced_by) = (tiers?.into_iter().map(tier).collect(), priced_by?.unwrap_or_default());
                Some(Self::TieredMetered { utility: utility?, tiers, priced_by })
            }
            "metered_formula" => {
                let fields = object(value, &["kind", "utility", "formula", "unit_price"], pointer, errors)?;
                let utility = member(fields, "utility", pointer, errors);
                let formula = member(fields, "formula", pointer, errors);
                let unit_price = member::<Option<Exact>>(fields, "unit_price", pointer, errors);
                Some(Self::MeteredFormula { utility: utility?, formula: formula?, unit_price: unit_price? })
            }
            "parking" => {
                let known = &["kind", "free_minutes", "first", "further", "steps", "cap"];
                let fields = object(value, known, pointer, errors)?;
                let free_minutes = member(fields, "free_minutes", pointer, errors);
                let first = member::<ParkingBlockBody>(fields, "first", pointer, errors);
                let further = member::<ParkingBlockBody>(fields, "further", pointer, errors);
                let steps = member::<Option<Vec<ParkingStepBody>>>(fields, "steps", pointer, errors);
                let cap = member::<Option<ParkingCapBody>>(fields, "cap", pointer, errors);
                Some(Self::Parking(Parking {
                    free_minutes: free_minutes?,
                    first: first?.into(),
                    further: further?.into(),
                    steps: steps?.unwrap_or_default().into_iter().map(ParkingStep::from).collect(),
                    cap: cap?.map(ParkingCap::from),
                }))
            }
            _ => {
                errors.push(&format!("{pointer}/kind"), rules::WORD);
                None
            }
        }
    }
    fn schema() -> Value {
        let per_area = object_schema(vec![
            ("kind", true, "", constant("per_area")),
            ("area", true, "Which area.", AreaKind::schema()),
            ("unit_price", true, "Yuan per square metre and month.", Exact::schema()),
        ]);
        let fixed = object_schema(vec![
            ("kind", true, "", constant("fixed")),
            ("amount", true, "Yuan.", Exact::schema()),
            ("per", true, "Per month or per cycle.", AmountPer::schema()),
        ]);
        let per_household = object_schema(vec![
            ("kind", true, "", constant("per_household")),
            (
                "amount",
                true,
                "Yuan per household and month; a unit is one unless `household_count` says otherwise.",
                Exact::schema(),
            ),
        ]);
        let floor_steps = object_schema(vec![
            ("kind", true, "", constant("floor_steps")),
            ("area", false, "Which area the price is multiplied with; absent: none.", AreaKind::schema()),
            ("steps", true, "1–50, ascending.", Vec::<FloorStepBody>::schema()),
        ]);
        let coefficient = object_schema(vec![
            ("kind", true, "", constant("coefficient")),
            ("area", true, "Which area.", AreaKind::schema()),
            ("unit_price", true, "Yuan per square metre and month, times the unit's `coefficient`.", Exact::schema()),
        ]);
        let formula = object_schema(vec![
            ("kind", true, "", constant("formula")),
            (
                "formula",
                true,
                "Yuan per month: numbers, `+ - * /`, comparisons, `if … { … } else { … }`, `min`, `max`, `round`, and the variables \
                 `area`, `inner_area`, `floor`, `household_count`, `coefficient`, `unit_price` and what the community defined.",
                FormulaText::schema(),
            ),
            ("unit_price", false, "What the formula calls `unit_price`.", Exact::schema()),
        ]);
        let shared =
            object_schema(vec![("kind", true, "Charged by pools; a bill run leaves it out.", constant("shared"))]);
        let metered = object_schema(vec![
            (
                "kind",
                true,
                "What the unit's meters count; cycle, months and timing say nothing of it.",
                constant("metered"),
            ),
            ("utility", true, "Which meters.", Utility::schema()),
            ("unit_price", true, "Yuan per unit of quantity, with at most four decimals.", Exact::schema()),
            ("priced_by", false, PRICED_BY, PricedBy::schema()),
        ]);
        let tiered_metered = object_schema(vec![
            ("kind", true, "The same in tiers that are cumulative over the calendar year.", constant("tiered_metered")),
            ("utility", true, "Which meters.", Utility::schema()),
            ("tiers", true, "1–10, ascending.", Vec::<PriceTierBody>::schema()),
            ("priced_by", false, PRICED_BY, PricedBy::schema()),
        ]);
        let metered_formula = object_schema(vec![
            (
                "kind",
                true,
                "What a reading counted, by a formula; the day of the reading decides.",
                constant("metered_formula"),
            ),
            ("utility", true, "Which meters.", Utility::schema()),
            (
                "formula",
                true,
                "Yuan for what a reading counted: as the formulas of `formula`, with `usage` for it; it must name `usage`.",
                FormulaText::schema(),
            ),
            ("unit_price", false, "What the formula calls `unit_price`.", Exact::schema()),
        ]);
        let parking = object_schema(vec![
            (
                "kind",
                true,
                "Temporary stays, of nobody's unit; cycle, months, timing and due day say nothing of them.",
                constant("parking"),
            ),
            ("free_minutes", true, "0–1440; a longer stay is charged from its entry.", Count::schema()),
            ("first", true, "The first block.", ParkingBlockBody::schema()),
            ("further", true, "Each further block.", ParkingBlockBody::schema()),
            ("steps", false, "At most 10, ascending.", Vec::<ParkingStepBody>::schema()),
            ("cap", false, "Absent: a day may cost what it comes to.", ParkingCapBody::schema()),
        ]);
        let by_time = [per_area, fixed, per_household, floor_steps, coefficient, formula];
        let others = [metered, tiered_metered, metered_formula, shared, parking];
        let kinds: Vec<Value> = by_time.into_iter().chain(others).collect();
        json!({"oneOf": kinds})
    }
}

impl Field for DueRule {
    fn read(value: &Value, pointer: &str, errors: &mut Errors) -> Option<Self> {
        match kind(value, pointer, errors)? {
            "day_of_month" => {
                let fields = object(value, &["kind", "day"], pointer, errors)?;
                Some(Self::DayOfMonth { day: member(fields, "day", pointer, errors)? })
            }
            "days_after" => {
                let fields = object(value, &["kind", "days"], pointer, errors)?;
                Some(Self::DaysAfter { days: member(fields, "days", pointer, errors)? })
            }
            _ => {
                errors.push(&format!("{pointer}/kind"), rules::WORD);
                None
            }
        }
    }
    fn schema() -> Value {
        let day =
            object_schema(vec![("kind", true, "", constant("day_of_month")), ("day", true, "1–31.", Count::schema())]);
        let days = object_schema(vec![
            ("kind", true, "", constant("days_after")),
            ("days", true, "0–365 after publication.", Count::schema()),
        ]);
        json!({"oneOf": [day, days]})
    }
}

commands! {
    /// Creates a fee item; its fund is fixed for ever.
    pub CreateFeeItem(CreateFeeItemBody) = "create_fee_item" |call, body| {
        /// Name on bills.
        name: Label,
        /// What the money is for.
        fund: Fund,
        /// Lower is paid first, 0–9999.
        priority: Count,
        /// Tax treatment until another one is set.
        vat: VatBody,
    } => fee_item::CreateFeeItem {
        fee_item: mint(),
        name: body.name,
        fund: body.fund,
        priority: body.priority,
        vat: body.vat.into(),
    };

    /// Sets another tax treatment for service months that begin on or after a day.
    pub SetVat(SetVatBody) = "set_vat" |call, body| {
        /// First day.
        from: CivilDate,
        /// Tax treatment.
        vat: VatBody,
    } => fee_item::SetVat { fee_item: call.id("fee_item")?, from: body.from, vat: body.vat.into() };

    /// Says how a fee item of the company's own income stands on invoices that are requested on or after a day.
    pub SetTaxCode(SetTaxCodeBody) = "set_tax_code" |call, body| {
        /// First day.
        from: CivilDate,
        /// Tax classification 税收分类编码.
        code: TaxCode,
        /// Its short name, without asterisks, such as 企业管理服务.
        short_name: Label,
    } => fee_item::SetTaxCode { fee_item: call.id("fee_item")?, from: body.from, code: body.code, short_name: body.short_name };
}

bodies! {
    /// Begins a tariff version: how much, how often and due when, from a day on.
    pub struct SetTariffBody {
        /// First service day it prices; not before that of the latest version.
        pub from: CivilDate,
        /// How the whole of a cycle is computed.
        pub price: Price,
        /// Months billed together: 1, 2, 3, 4, 6 or 12.
        pub cycle_months: Count,
        /// Calendar months, or months from the day the item was attached.
        pub basis: MonthBasis,
        /// Billed before or after the service.
        pub timing: Timing,
        /// When it is due.
        pub due: DueRule,
        /// Where the whole is rounded to; fen when absent.
        pub round_to: Option<RoundTo>,
        /// The approval; needed once the community is live.
        pub approval: Option<ApprovalId>,
    }
}

/// Begins a tariff version; a formula must say an amount for the units that it prices.
#[derive(Debug)]
pub struct SetTariff;

impl Command for SetTariff {
    const OPERATION: &'static str = "set_tariff";
    const SUMMARY: &'static str = "Begins a tariff version: how much, how often and due when, from a day on. A formula must say an amount for the units that the item is attached to.";
    type Body = SetTariffBody;
    async fn wish(call: &mut Call<'_>, body: SetTariffBody) -> Result<Arc<dyn Decide>, Problem> {
        let wish = Self::build(call, body)?;
        let units = match wish.price {
            Price::Formula { .. } | Price::MeteredFormula { .. } => charged_to(call, wish.fee_item, wish.from).await?,
            _ => Vec::new(),
        };
        Ok(Arc::new(fee_item::SetTariff { units, ..wish }))
    }
}

impl Asks for SetTariff {
    type Wish = fee_item::SetTariff;
    fn build(call: &mut Call<'_>, body: SetTariffBody) -> Result<fee_item::SetTariff, Problem> {
        Ok(fee_item::SetTariff {
            fee_item: call.id("fee_item")?,
            from: body.from,
            price: body.price,
            cycle_months: body.cycle_months,
            basis: body.basis,
            timing: body.timing,
            due: body.due,
            round_to: body.round_to.unwrap_or_default(),
            units: Vec::new(),
            authority: authority(call, body.approval)?,
        })
    }
}

/// The units that a fee item is charged to on or after a day, at most so many as one command looks at.
async fn charged_to(call: &Call<'_>, fee_item: FeeItemId, from: CivilDate) -> Result<Vec<UnitId>, Problem> {
    catch_up(call.app, call.ledger, CATCH_UP).await?;
    let units = call.app.read_models.units_of_fee_item(call.ledger, fee_item, from, CHECKED_UNITS).await?.value;
    Ok(units.into_iter().map(UnitId::from).collect())
}
