//! The explanation of a charge: what it rests on, every step, what became of it, and the same in words.
//!
//! It is computed on every read out of the log; the read model only says on which account the charge stands.

use super::late_fee::Now;
use super::taking;
use crate::app::App;
use crate::body::{Field, object_schema};
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use mingzhang_domain::account::{ChargeKind, Sources, explain, rests_on};
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::fee_item::{Price, PricedBy};
use mingzhang_domain::id::{AccountId, ChargeId, FeeItemId};
use mingzhang_domain::money::RoundTo;
use mingzhang_domain::stream::StreamRef;
use mingzhang_domain::value::{Exact, FormulaText, Label};
use mingzhang_store::fold;
use serde_json::{Value, json};
use std::sync::Arc;

/// Explains a charge.
#[derive(Debug)]
pub struct GetChargeExplanation;

impl Query for GetChargeExplanation {
    const OPERATION: &'static str = "get_charge_explanation";
    const SUMMARY: &'static str = "Explains a charge out of the log: its tariff version or the unit's own price, inputs, formula, every step to the fen, tax, what became of it and what paid it, computed again; and the same in plain Chinese.";
    fn answer() -> Value {
        json!({"anyOf": [schema(), taking::explanation()]})
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let charge: ChargeId = ask.ids.get("charge")?;
        let found = app.read_models.charge(ask.ledger, charge).await?;
        let Some(found) = found.value else { return taking::explain(&app, &ask, charge).await };
        let account = AccountId(found.account_id);
        let now = Now::read(&app, &ask).await?;
        let community = now.community(&app).await?;
        let mut conn = app.writer.acquire().await?;
        let account = fold::events(&mut conn, ask.ledger, &[account.into()], now.position).await?;
        let (unit, fee_item) = rests_on(&account, charge).ok_or_else(Problem::halted)?;
        let terms: [StreamRef; 2] = [unit.into(), fee_item.into()];
        let terms = fold::events(&mut conn, ask.ledger, &terms, now.position).await?;
        drop(conn);
        let sources = Sources { account: &account, terms: &terms, community: &community };
        let explanation = explain(&sources, charge).ok_or_else(Problem::halted)?;
        let body = serde_json::to_value(explanation).map_err(|_| Problem::internal())?;
        Ok(Reply { body, position: now.position })
    }
}

fn schema() -> Value {
    object_schema(vec![
        ("charge", true, "", ChargeId::schema()),
        ("kind", true, "What made it.", words(ChargeKind::ALL.iter().map(|kind| kind.as_str()))),
        ("bill_line", false, "Absent for the old books' charges.", id()),
        ("run", false, "The run that billed it.", id()),
        ("opening", false, "The batch of openings that it came with.", id()),
        ("source", false, "What it is charged for besides time.", json!({"type": "object"})),
        (
            "booking",
            true,
            "How it stands on the books: account, fee item, fund, obligor, period.",
            json!({"type": "object"}),
        ),
        ("fee_item_name", true, "", text()),
        ("service", true, "", DateRange::schema()),
        ("due_on", true, "", CivilDate::schema()),
        ("effective_on", true, "Accounting date.", CivilDate::schema()),
        ("written", true, "Who posted it, and when.", written()),
        ("tariff", false, "The version that billed it; absent for what none billed.", tariff()),
        ("own_price", false, "The unit's own price, when that priced it.", own_price()),
        ("inputs", true, "What the computation rests on.", list(input())),
        ("formula", false, "The formula, when one priced it.", formula()),
        ("steps", false, "The computation; absent when what it rests on says no amount.", steps()),
        ("pool", false, "How the share follows from its pool; absent for what is no share.", pool()),
        ("metered", false, "The readings and the usage that it is charged for.", metered()),
        ("gross", true, "Before discounts.", amount()),
        ("discounts", true, "", list(json!({"type": "object"}))),
        ("amount", true, "Owed when it was posted.", amount()),
        ("vat", false, "The tax in it; absent for the old books' charges.", vat()),
        (
            "happened",
            true,
            "What was reduced, waived, reversed, written off, recovered or charged in addition, in order.",
            list(happened()),
        ),
        ("replaces", false, "The charge that it replaces, after who owes its days changed.", id()),
        ("replaced_by", true, "The charges that replace it.", list(id())),
        ("payments", true, "What paid it, and what of that was undone, in order.", list(paid())),
        ("owed", true, "Owed now.", amount()),
        ("paid", true, "Paid of it.", amount()),
        ("open", true, "Unpaid of it and on the books.", amount()),
        (
            "recomputed",
            false,
            "The amount, computed again by the rules that billed; absent for the old books' charges, which were computed there.",
            recomputed(),
        ),
        ("text", true, "All of it in plain Chinese.", text()),
    ])
}

fn tariff() -> Value {
    object_schema(vec![
        ("tariff", true, "", id()),
        ("from", true, "First service day it prices.", CivilDate::schema()),
        ("price", true, "As it was set.", Price::schema()),
        ("cycle_months", true, "Months billed together.", number()),
        ("basis", true, "What a month is.", text()),
        ("timing", true, "Billed before or after the service.", text()),
        ("due", true, "When it is due.", json!({"type": "object"})),
        ("round_to", true, "", RoundTo::schema()),
        ("approved", false, "On whose word.", json!({"type": "object"})),
        ("written", true, "Who set it, and when.", written()),
    ])
}

fn own_price() -> Value {
    object_schema(vec![
        ("from", true, "First service day it prices.", CivilDate::schema()),
        ("price", true, "As it was set.", Price::schema()),
        ("reason", true, "Why.", text()),
        ("approved", false, "On whose word.", json!({"type": "object"})),
        ("written", true, "Who set it, and when.", written()),
    ])
}

fn input() -> Value {
    object_schema(vec![
        ("name", true, "Such as `building_area_sqm`.", Label::schema()),
        ("label", true, "In words.", text()),
        ("value", true, "", Exact::schema()),
        ("since", false, "Since when it holds; absent for what has no day.", CivilDate::schema()),
    ])
}

fn formula() -> Value {
    object_schema(vec![
        ("text", true, "", FormulaText::schema()),
        ("value", false, "Yuan per month that it says of the inputs.", text()),
    ])
}

fn steps() -> Value {
    let share = object_schema(vec![
        ("month", true, "Which month charge of the line, counted from 1.", number()),
        ("of", true, "Month charges of the line.", number()),
        ("line", true, "Service time of the line.", DateRange::schema()),
        ("anchor_day", false, "From which anchored months run; absent for calendar months.", number()),
        ("months_so_far", true, "Months up to this one.", months()),
        ("reached", true, "The whole × months so far ÷ months, in fen.", amount()),
        ("earlier", true, "What the months before got.", amount()),
        ("amount", true, "What is left for this one.", amount()),
    ]);
    object_schema(vec![
        ("price_per_month", true, "Yuan, not rounded, to ten decimals.", text()),
        ("months", true, "Months of the line.", months()),
        ("unrounded", true, "Price per month × months, to ten decimals.", text()),
        ("round_to", true, "Where it is rounded to, once, half away from zero.", RoundTo::schema()),
        ("whole", true, "The whole of the line.", amount()),
        ("share", true, "What of it this charge is.", share),
    ])
}

fn pool() -> Value {
    object_schema(vec![
        ("pool", true, "", id()),
        ("amount", true, "What is shared.", amount()),
        ("weight", true, "What the unit weighs.", Exact::schema()),
        ("weight_label", true, "What that is, in words.", text()),
        ("total_weight", true, "What all units weigh.", Exact::schema()),
        ("whole_fen", true, "The whole fen of amount × weight ÷ total weight.", amount()),
        ("remainder_fen", true, "It got one fen more, out of those that were left over.", bool::schema()),
        ("share", true, "The share.", amount()),
    ])
}

fn months() -> Value {
    object_schema(vec![
        ("text", true, "Month by month, such as `1 + 14/31`.", text()),
        ("numerator", true, "Of all of them as one fraction in lowest terms.", number()),
        ("denominator", true, "", number()),
    ])
}

fn metered() -> Value {
    let point = || {
        object_schema(vec![
            ("on", true, "The day.", CivilDate::schema()),
            ("value", true, "What it shows.", Exact::schema()),
        ])
    };
    let line = object_schema(vec![
        ("quantity", true, "", text()),
        ("unit_price", true, "", text()),
        ("amount", true, "The rounded sum so far less what earlier lines have.", amount()),
    ]);
    let formula = object_schema(vec![
        ("text", true, "Its text.", FormulaText::schema()),
        ("inputs", true, "What it names beside the usage, on the day of the reading.", list(input())),
        (
            "counted_before",
            false,
            "What the reading counted before these days; absent when they are its first.",
            Exact::schema(),
        ),
        ("value_before", true, "Yuan that it says of that; 0 before the first days.", text()),
        ("value", true, "Yuan that it says of what the reading counted up to their end.", text()),
    ]);
    let part = object_schema(vec![
        ("days", true, "", DateRange::schema()),
        ("tariff", true, "The version.", id()),
        ("used_before", true, "Used in the calendar year before.", Exact::schema()),
        ("usage", true, "Used in these days.", Exact::schema()),
        ("cost_before", true, "What the calendar year has cost before, exactly.", Exact::schema()),
        ("lines", true, "By tier; none when a formula says it.", list(line)),
        ("formula", false, "Where one says what the usage costs.", formula),
    ]);
    object_schema(vec![
        ("from", true, "The reading before.", point()),
        ("to", true, "The reading.", point()),
        ("multiplier", true, "What one step of the reading stands for.", Exact::schema()),
        ("usage", true, "Used between the two.", Exact::schema()),
        ("round_to", true, "Where sums are rounded to.", RoundTo::schema()),
        (
            "priced_by",
            true,
            "Which day decides the price and the tier year: the days of use, or that of the reading.",
            PricedBy::schema(),
        ),
        ("parts", true, "Cut at new prices and at the year's end, unless the reading's day decides.", list(part)),
    ])
}

pub(super) fn vat() -> Value {
    object_schema(vec![
        ("category", true, "", text()),
        ("rate", false, "Present exactly for `rated`.", Exact::schema()),
        ("net", true, "", amount()),
        ("tax", true, "", amount()),
        ("how", true, "How they follow from the amount.", text()),
    ])
}

fn happened() -> Value {
    object_schema(vec![
        ("event_type", true, "The kind of fact.", text()),
        ("effective_on", true, "", CivilDate::schema()),
        ("amount", true, "", amount()),
        ("reason", false, "", text()),
        ("charge", false, "The charge that corrects this one.", id()),
        ("approved", false, "On whose word.", json!({"type": "object"})),
        ("written", true, "", written()),
    ])
}

fn paid() -> Value {
    object_schema(vec![
        ("event_type", true, "", words(["charge_paid", "charge_payment_undone"])),
        ("allocation", true, "", id()),
        ("lot", true, "", id()),
        ("payment", false, "Absent when the old books had the money.", id()),
        ("part", true, "", words(["principal", "late_fee"])),
        ("amount", true, "", amount()),
        ("holder", true, "Whose money.", id()),
        ("mode", true, "", words(["direct", "draw_down"])),
        ("value_on", true, "", CivilDate::schema()),
        ("effective_on", true, "", CivilDate::schema()),
    ])
}

pub(super) fn recomputed() -> Value {
    object_schema(vec![
        ("amount", false, "Absent when what it rests on says no amount.", amount()),
        ("posted", true, "What was posted.", amount()),
        ("equal", true, "Both are the same to the fen, and so are the whole and the tax.", bool::schema()),
    ])
}

pub(super) fn written() -> Value {
    let by = json!({"type": "object", "description": "By pseudonymous id."});
    object_schema(vec![
        ("position", true, "", number()),
        ("at", true, "", json!({"type": "string", "format": "date-time"})),
        ("by", true, "", by),
    ])
}

pub(super) fn words(words: impl IntoIterator<Item = &'static str>) -> Value {
    json!({"type": "string", "enum": words.into_iter().collect::<Vec<_>>()})
}

pub(super) fn list(item: Value) -> Value {
    json!({"type": "array", "items": item})
}

pub(super) fn id() -> Value {
    FeeItemId::schema()
}

pub(super) fn text() -> Value {
    json!({"type": "string"})
}

pub(super) fn number() -> Value {
    json!({"type": "integer"})
}

pub(super) fn amount() -> Value {
    json!({"type": "string", "format": "amount"})
}
