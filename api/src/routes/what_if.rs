//! What-if 测算: what real history would have come to under another price, a discount or another late-fee policy. Nothing is
//! written: the log is walked, and the rules that bill compute what is another.

use super::figures::slot;
use super::late_fee::Now;
use crate::app::App;
use crate::body::{Field, object_schema, rules};
use crate::endpoint::Parameter;
use crate::extract::Parameters;
use crate::problem::{Problem, Rule};
use crate::query::{Ask, Query, Reply, page, page_parameters};
use mingzhang_domain::account::Days;
use mingzhang_domain::book::{Fund, VatCategory};
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::community::LateFeePolicySet;
use mingzhang_domain::fee_item::Vat;
use mingzhang_domain::id::{FeeItemId, UnitId};
use mingzhang_domain::money::RoundTo;
use mingzhang_domain::rule::late_fee::GraceMode;
use mingzhang_domain::value::{Count, Exact};
use mingzhang_domain::what_if::{ASSUMPTION, Change, History, NewPrice, UnitEffect, WhatIf};
use mingzhang_store::walk::walk;
use serde_json::{Value, json};
use std::fmt;
use std::ops::ControlFlow;
use std::str::FromStr;
use std::sync::Arc;
use uuid::Uuid;

/// Answers a what-if.
#[derive(Debug)]
pub struct GetWhatIf;

impl Query for GetWhatIf {
    const OPERATION: &'static str = "get_what_if";
    const SUMMARY: &'static str = "Answers what real history would have come to under another price, a percentage of it, or another late-fee policy: per unit, per fee item and month, in total, and what that does to arrears and collection rates. Nothing is written.";
    const WAITS_BY_ITSELF: bool = true;
    fn parameters() -> Vec<Parameter> {
        let parameter = |name, description, schema| Parameter { name, description, schema };
        let own = vec![
            parameter(
                "period",
                "First accounting month whose charges are looked at; the present one when absent.",
                Month::schema(),
            ),
            parameter("to", "Last month, at most 24 in all; `period` when absent.", Month::schema()),
            parameter(
                "as_of",
                "Payments and arrears as of the end of this day; today when absent.",
                CivilDate::schema(),
            ),
            parameter(
                "fee_item",
                "The fee item; required for a price, of a policy the item that it is for.",
                FeeItemId::schema(),
            ),
            parameter(
                "unit",
                "The price of this unit alone; absent: of every unit without a price of its own.",
                UnitId::schema(),
            ),
            parameter(
                "from",
                "First service day with the other price, or first due date of the policy; the first day of `period` when absent.",
                CivilDate::schema(),
            ),
            parameter("until", "Day after the last with the other price; for ever when absent.", CivilDate::schema()),
            parameter(
                "price",
                "In place of the one number of the item's price, such as yuan per square metre and month. One of `price`, `percent` and `daily_rate` is given.",
                Exact::schema(),
            ),
            parameter(
                "percent",
                "So many percent of the price, whatever its kind, 0–1000: 95 is a discount of five percent.",
                Exact::schema(),
            ),
            parameter(
                "daily_rate",
                "A late-fee policy: of the open principal per day, at most the community's ceiling.",
                Exact::schema(),
            ),
            parameter(
                "grace_days",
                "Of that policy: days without a fee, 0–365; none when absent.",
                json!({"type": "integer"}),
            ),
            parameter(
                "grace_mode",
                "Of that policy: what those days do once they are over; `skip` when absent.",
                GraceMode::schema(),
            ),
            parameter(
                "cap_ratio",
                "Of that policy: the most, of the principal open at the end of the due date, 0–1; no cap when absent.",
                Exact::schema(),
            ),
        ];
        own.into_iter().chain(page_parameters()).collect()
    }
    fn answer() -> Value {
        schema()
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let _slot = slot(&app)?;
        let now = Now::read(&app, &ask).await?;
        let asked = taken(&mut ask.parameters, now.today)?;
        let listed = ask.parameters.take_page()?;
        ask.parameters.finish()?;
        let after: Option<Rank> = listed.after()?;
        let on = asked.on;
        let history = walk(&app.writer, ask.ledger, now.position, History::default(), move |history, _, event| {
            history.see(event, on);
            Ok(ControlFlow::Continue(()))
        });
        let history = history.await?;
        let (first, last) = (asked.first, asked.last);
        let answered = tokio::task::spawn_blocking(move || history.answer(&asked));
        let answer = answered.await.map_err(|_| Problem::internal())??;
        let wanted = usize::try_from(listed.limit).unwrap_or(usize::MAX).saturating_add(1);
        let rest = answer.units.iter().filter(|unit| after.is_none_or(|after| Rank::of(unit) > after)).take(wanted);
        let shown = |unit: &&UnitEffect| serde_json::to_value(unit).unwrap_or_default();
        let list = page(&listed, rest.collect(), |unit| Rank::of(unit).to_string(), shown);
        let mut body = serde_json::to_value(&answer).map_err(|_| Problem::internal())?;
        body["period"] = json!({"from": first.to_string(), "to": last.to_string()});
        body["as_of"] = json!(on.to_string());
        body["assumption"] = json!(ASSUMPTION);
        if let (Value::Object(body), Value::Object(list)) = (&mut body, list) {
            body.extend(list);
        }
        Ok(Reply { body, position: now.position })
    }
}

fn taken(parameters: &mut Parameters, today: CivilDate) -> Result<WhatIf, Problem> {
    let first = parameters.take::<Month>("period", rules::MONTH_FORM)?.unwrap_or(today.month());
    let last = parameters.take::<Month>("to", rules::MONTH_FORM)?.unwrap_or(first);
    let on = parameters.take::<CivilDate>("as_of", rules::DATE_FORM)?.unwrap_or(today);
    if last < first {
        return Err(blamed("to", rules::PERIOD_ORDER));
    }
    let from = parameters.take::<CivilDate>("from", rules::DATE_FORM)?.unwrap_or(first.first_day());
    let fee_item = parameters.take_id::<FeeItemId>("fee_item")?;
    let price = parameters.take::<Exact>("price", rules::DECIMAL)?.map(NewPrice::Yuan);
    let percent = parameters.take::<Exact>("percent", rules::DECIMAL)?.map(NewPrice::Percent);
    let rate = parameters.take::<Exact>("daily_rate", rules::DECIMAL)?;
    let change = match (price.xor(percent), rate) {
        (Some(price), None) => Change::Price {
            fee_item: fee_item.ok_or_else(|| blamed("fee_item", rules::REQUIRED))?,
            unit: parameters.take_id("unit")?,
            days: Days { from, until: parameters.take("until", rules::DATE_FORM)? },
            price,
        },
        (None, Some(daily_rate)) if price.is_none() => Change::LateFee(LateFeePolicySet {
            fee_item,
            from,
            daily_rate,
            grace_days: Count(parameters.take("grace_days", rules::WHOLE)?.unwrap_or_default()),
            grace_mode: parameters.take("grace_mode", rules::WORD)?.unwrap_or(GraceMode::Skip),
            cap_ratio: parameters.take("cap_ratio", rules::DECIMAL)?,
            round_to: RoundTo::Fen,
            vat: Vat::of(VatCategory::NotTaxable, None),
            approved: None,
            seen: Vec::new(),
        }),
        _ => return Err(blamed("price", rules::ONE_CHANGE)),
    };
    Ok(WhatIf { change, first, last, on })
}

fn blamed(name: &str, rule: Rule) -> Problem {
    Problem::bad_parameter().at(name, rule)
}

/// The place of a unit in the list: how much its difference is, below zero, and its id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank(i64, UnitId);

impl Rank {
    fn of(unit: &UnitEffect) -> Self {
        let (difference, unit) = unit.rank();
        Self(difference, unit)
    }
}

impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}|{}", self.0, self.1)
    }
}

impl FromStr for Rank {
    type Err = ();
    fn from_str(text: &str) -> Result<Self, ()> {
        let (difference, unit) = text.split_once('|').ok_or(())?;
        let unit: Uuid = unit.parse().map_err(|_| ())?;
        Ok(Self(difference.parse().map_err(|_| ())?, UnitId(unit)))
    }
}

fn schema() -> Value {
    let amount = || json!({"type": "string", "format": "amount"});
    let number = || json!({"type": "integer"});
    let sides = |more: Vec<(&'static str, bool, &'static str, Value)>| {
        let own = vec![
            ("before", true, "As it is.", amount()),
            ("after", true, "As it would be.", amount()),
            ("difference", true, "How much more.", amount()),
        ];
        object_schema(more.into_iter().chain(own).collect())
    };
    let charges = || ("charges", true, "How many.", number());
    let item = sides(vec![
        ("fee_item", true, "", FeeItemId::schema()),
        ("fee_item_name", true, "", json!({"type": "string"})),
        ("period", true, "", Month::schema()),
        charges(),
    ]);
    let unit = sides(vec![
        ("unit", true, "", UnitId::schema()),
        ("code", true, "The code it has now.", json!({"type": "string"})),
        charges(),
    ]);
    let collected = || {
        object_schema(vec![
            ("net_charges", true, "Less waivers and reductions.", amount()),
            ("collected", true, "Paid of them.", amount()),
            ("rate", true, "当期收缴率; null when there is nothing to divide by.", json!({"type": ["string", "null"]})),
        ])
    };
    let collection = || {
        object_schema(vec![
            ("period", false, "Absent for all of them together.", Month::schema()),
            ("before", true, "As it is.", collected()),
            ("after", true, "As it would be.", collected()),
        ])
    };
    let left_out = object_schema(vec![
        ("own_price", true, "The unit has a price of its own.", number()),
        (
            "not_by_tariff",
            true,
            "No tariff billed them: one-off charges, shares of pools, corrections, the old books'.",
            number(),
        ),
        ("not_computed", true, "What they rest on says no amount at the other price.", number()),
    ]);
    let words = Fund::ALL.iter().map(|fund| fund.as_str()).collect::<Vec<_>>();
    let assumption =
        object_schema(vec![("zh", true, "", json!({"type": "string"})), ("en", true, "", json!({"type": "string"}))]);
    object_schema(vec![
        ("period", true, "", json!({"type": "object", "properties": {"from": Month::schema(), "to": Month::schema()}})),
        ("as_of", true, "", CivilDate::schema()),
        ("assumption", true, "What stays as it is.", assumption),
        ("total", true, "Of the charges that are looked at; of a policy, of their late fees.", sides(vec![charges()])),
        ("fee_items", true, "By fee item and month.", json!({"type": "array", "items": item})),
        ("left_out", true, "Charges of the item and the days that stay as they are.", left_out),
        ("fund", true, "The fund that arrears and rates are about.", json!({"type": "string", "enum": words})),
        ("collection", true, "Of each month.", json!({"type": "array", "items": collection()})),
        ("collection_total", true, "Of all of them together.", collection()),
        ("arrears", true, "Open principal of the fund that was due before the day, of every month.", sides(Vec::new())),
        ("paid_over", true, "Paid of charges that would owe less than that: it would be credit.", amount()),
        ("late_fees", false, "Open late fees of the charges that are looked at; only of a policy.", sides(Vec::new())),
        ("items", true, "Every unit with a difference, the largest first.", json!({"type": "array", "items": unit})),
        ("next_cursor", false, "Absent on the last page.", json!({"type": "string"})),
    ])
}
