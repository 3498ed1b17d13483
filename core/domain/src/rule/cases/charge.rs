//! Cases of what is charged: charges, month_parts, vat, tiered_usage, apportionment.

use super::read::{Fields, Refused};
use crate::fee_item::MonthBasis;
use crate::money::RoundTo;
use crate::rule::apportionment::{Bearer, apportion};
use crate::rule::charges::{self, Line, Price};
use crate::rule::month_parts;
use crate::rule::months::{AnchorDay, Cycle};
use crate::rule::tiered_usage::{self, Tier};
use crate::rule::vat::{self, VatRate};
use rust_decimal::Decimal;
use serde_json::{Value, json};

pub(super) fn charges(input: &Value) -> Result<Value, Refused> {
    let line = Fields::of(
        input,
        &[
            "kind",
            "unit_price",
            "area",
            "amount_per_month",
            "from",
            "until",
            "cycle",
            "anchor_day",
            "discount_factor",
            "round_to",
        ],
    )?;
    let price = match line.text("kind")? {
        "per_area" => Price::PerArea { unit_price: line.decimal("unit_price")?, area: line.decimal("area")? },
        "fixed" => Price::Fixed { amount_per_month: line.decimal("amount_per_month")? },
        _ => return Err(Refused::new("word_unknown")),
    };
    let cycle = match line.word("cycle")? {
        MonthBasis::Calendar => Cycle::Calendar,
        MonthBasis::Anniversary => {
            let anchor = AnchorDay::new(line.count("anchor_day")?);
            Cycle::Anniversary(anchor.ok_or(Refused::new("anchor_day_out_of_range"))?)
        }
    };
    let discount_factor = match line.optional("discount_factor") {
        Some(_) => line.decimal("discount_factor")?,
        None => Decimal::ONE,
    };
    let round_to = match line.optional("round_to") {
        Some(_) => round_to(line.text("round_to")?)?,
        None => RoundTo::Fen,
    };
    let whole = charges::whole(&Line { price, service: line.range()?, cycle, discount_factor, round_to })?;
    Ok(json!({ "amount": whole.amount }))
}

fn round_to(word: &str) -> Result<RoundTo, Refused> {
    match word {
        "fen" => Ok(RoundTo::Fen),
        "jiao" => Ok(RoundTo::Jiao),
        "yuan" => Ok(RoundTo::Yuan),
        _ => Err(Refused::new("word_unknown")),
    }
}

pub(super) fn month_parts(input: &Value) -> Result<Value, Refused> {
    let fields = Fields::of(input, &["whole", "months"])?;
    let parts = month_parts::cut_evenly(fields.money("whole")?, fields.count("months")?)?;
    Ok(json!({ "parts": parts }))
}

pub(super) fn vat(input: &Value) -> Result<Value, Refused> {
    let fields = Fields::of(input, &["gross", "rate"])?;
    let split = vat::split(fields.money("gross")?, VatRate::new(fields.decimal("rate")?)?)?;
    Ok(json!({ "net": split.net, "tax": split.tax }))
}

pub(super) fn tiered_usage(input: &Value) -> Result<Value, Refused> {
    let fields = Fields::of(input, &["tiers", "used_before", "usage"])?;
    let tier = |value| {
        let tier = Fields::of(value, &["up_to", "price"])?;
        let up_to = tier.optional("up_to").map(|_| tier.decimal("up_to")).transpose()?;
        Ok(Tier { up_to, price: tier.decimal("price")? })
    };
    let tiers: Vec<Tier> = fields.list("tiers")?.iter().map(tier).collect::<Result<_, Refused>>()?;
    let priced = tiered_usage::price(&tiers, fields.decimal("used_before")?, fields.decimal("usage")?)?;
    let lines: Vec<Value> = priced
        .lines
        .iter()
        .map(|line| json!({ "quantity": line.quantity.to_string(), "unit_price": line.unit_price.to_string() }))
        .collect();
    Ok(json!({ "lines": lines, "amount": priced.amount }))
}

pub(super) fn apportionment(input: &Value) -> Result<Value, Refused> {
    let fields = Fields::of(input, &["pool", "units"])?;
    let bearer = |value| {
        let unit = Fields::of(value, &["unit", "weight"])?;
        Ok(Bearer { unit: unit.id("unit")?, weight: unit.decimal("weight")? })
    };
    let bearers: Vec<Bearer<&str>> = fields.list("units")?.iter().map(bearer).collect::<Result<_, Refused>>()?;
    let shares = apportion(fields.money("pool")?, &bearers)?;
    let shares: Vec<Value> =
        bearers.iter().zip(shares).map(|(bearer, share)| json!({ "unit": bearer.unit, "amount": share })).collect();
    Ok(json!({ "shares": shares }))
}
