//! What a bill run would do, before it is started: totals over every unit, and unit by unit. Nothing is written.

use super::figures::slot;
use crate::app::App;
use crate::body::{Field, rules};
use crate::endpoint::Parameter;
use crate::extract::{Parameters, cursor};
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply, page_parameters, page_schema};
use crate::reads;
use crate::workers::bill_run::units;
use crate::workers::rounds::catch_up;
use mingzhang_domain::account::ChargePosted;
use mingzhang_domain::bill_run::plan::Skip;
use mingzhang_domain::bill_run::{Change, ItemTotal, PreviewRun, RunPreview, Skipped, UnitChange, UnitPreview};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::draft::Draft;
use mingzhang_domain::envelope::{Actor, ActorKind};
use mingzhang_domain::id::{FeeItemId, LedgerId, UnitId};
use mingzhang_domain::refusal::Refusal;
use mingzhang_store::lane::Rehearsal;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How long a preview waits for units that were registered just before.
const CATCH_UP: Duration = Duration::from_secs(5);
/// Fee items at most.
const FEE_ITEMS: usize = 50;

/// Answers what a bill run over every unit would come to.
#[derive(Debug)]
pub struct GetBillRunPreview;

impl Query for GetBillRunPreview {
    const OPERATION: &'static str = "get_bill_run_preview";
    const SUMMARY: &'static str = "Answers what a bill run over every unit would come to: totals per fee item and in all, what would be left out and why, and the units whose charges change most against the last period. Nothing happens.";

    fn parameters() -> Vec<Parameter> {
        run_parameters()
    }

    fn answer() -> Value {
        let item = with(
            change_properties(),
            json!({"fee_item": id(), "units": integer("Units charged for it."), "charges": integer("Month charges.")}),
        );
        let skipped = json!({
            "type": "object",
            "required": ["reason", "count"],
            "properties": {
                "fee_item": {"type": "string", "format": "uuid", "description": "Absent when the rule refuses the whole unit."},
                "reason": {"type": "string"},
                "missing": {"type": "string", "description": "The value that is not known."},
                "count": integer("Units, or service times of units."),
            },
        });
        let unit = with(change_properties(), json!({"unit": id(), "code": {"type": "string"}}));
        let whole = json!({
            "month": Month::schema(),
            "units": integer("Units looked at."),
            "billed": integer("Units charged for something."),
            "charges": integer("Month charges."),
            "drawn_down": amount("Free credit that is drawn down at once."),
            "fee_items": {"type": "array", "items": all_required(item)},
            "skipped": {"type": "array", "items": skipped},
            "largest_changes": {
                "type": "array",
                "items": all_required(unit),
                "description": "At most 50 units whose charges change, the largest change first.",
            },
        });
        all_required(with(change_properties(), whole))
    }

    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let run = asked_run(&mut ask.parameters)?;
        ask.parameters.finish()?;
        let _slot = slot(&app)?;
        catch_up(&app, ask.ledger, CATCH_UP).await?;
        let units = units(&app, ask.ledger).await?;
        let mut total = RunPreview::default();
        let position = rehearse(&app, &ask, &run, &units, |unit, said| total.add(unit, &said)).await?;
        let codes = codes(&app, ask.ledger, &total).await?;
        Ok(Reply { body: shown_total(&run, &total, &codes), position })
    }
}

/// Lists what a bill run would do with each unit, by its code.
#[derive(Debug)]
pub struct ListBillRunPreview;

impl Query for ListBillRunPreview {
    const OPERATION: &'static str = "list_bill_run_preview";
    const SUMMARY: &'static str = "Lists what a bill run would do with each unit, by code: the month charges it would post, what it would leave out and why, and how that differs from the last period. Nothing happens.";

    fn parameters() -> Vec<Parameter> {
        let mut all = run_parameters();
        all.extend(page_parameters());
        all
    }

    fn answer() -> Value {
        let day = || json!({"type": "string", "format": "date"});
        let charge = json!({
            "type": "object",
            "required": ["fee_item", "service_from", "service_until", "period", "due_on", "obligor_party", "amount"],
            "properties": {
                "fee_item": id(), "service_from": day(), "service_until": day(), "period": Month::schema(),
                "due_on": day(), "obligor_party": id(), "agreed_payer_party": id(), "tariff": id(),
                "amount": amount("Inclusive of tax."),
            },
        });
        let skipped = json!({
            "type": "object",
            "required": ["reason"],
            "properties": {
                "fee_item": {"type": "string", "format": "uuid", "description": "Absent when the rule refuses the whole unit."},
                "service_from": day(), "service_until": day(), "reason": {"type": "string"},
                "missing": {"type": "string", "description": "The value that is not known."},
            },
        });
        let unit = json!({
            "unit": id(), "code": {"type": "string"},
            "drawn_down": amount("Free credit that is drawn down at once."),
            "charges": {"type": "array", "items": charge},
            "skipped": {"type": "array", "items": skipped},
        });
        page_schema(all_required(with(change_properties(), unit)))
    }

    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let run = asked_run(&mut ask.parameters)?;
        let page = reads::ask::<String>(&ask.parameters.take_page()?)?;
        ask.parameters.finish()?;
        let rows = app.read_models.units(ask.ledger, None, page).await?.value;
        let units: Vec<UnitId> = rows.items.iter().map(|row| UnitId(row.unit_id)).collect();
        let mut said = Vec::with_capacity(units.len());
        let position = rehearse(&app, &ask, &run, &units, |_, preview| said.push(preview)).await?;
        let items: Vec<Value> =
            rows.items.iter().zip(&said).map(|(row, said)| shown_unit(row.unit_id, &row.code.0, said)).collect();
        let mut body = json!({"items": items});
        if let (true, Some(last)) = (rows.more, rows.items.last()) {
            body["next_cursor"] = json!(cursor(&last.code.0.to_string()));
        }
        Ok(Reply { body, position })
    }
}

/// What the run says of each unit, in their order; answers the position that it was judged at.
async fn rehearse(
    app: &App,
    ask: &Ask,
    run: &PreviewRun,
    units: &[UnitId],
    mut said: impl FnMut(UnitId, Result<UnitPreview, Refusal>) + Send,
) -> Result<u64, Problem> {
    let caller = ask.caller.ok_or_else(Problem::unauthenticated)?;
    let actor = Actor { kind: ActorKind::Staff, id: caller.id };
    app.lanes.rehearse(ask.ledger, actor, |draft: &mut Draft<'_>| run.must_be_possible(draft)).await?;
    let rehearsal = Rehearsal {
        needs: |unit: &UnitId| run.needs(*unit),
        rule: |draft: &mut Draft<'_>, unit: &UnitId| run.of_unit(draft, *unit),
        said: |unit: &UnitId, preview| said(*unit, preview),
    };
    Ok(app.lanes.rehearse_each(ask.ledger, actor, units, rehearsal).await?)
}

/// The codes of the units that are named.
async fn codes(app: &App, ledger: LedgerId, total: &RunPreview) -> Result<HashMap<UnitId, String>, Problem> {
    let mut codes = HashMap::new();
    for change in total.largest() {
        if let Some(row) = app.read_models.unit(ledger, change.unit).await?.value {
            codes.insert(change.unit, row.code.0.to_string());
        }
    }
    Ok(codes)
}

fn run_parameters() -> Vec<Parameter> {
    vec![
        Parameter {
            name: "month",
            description: "Cycles that begin (advance) or end (arrears) in this month.",
            schema: Month::schema(),
        },
        Parameter {
            name: "fee_items",
            description: "The items to bill, at most 50, with commas between them; absent: every attached item.",
            schema: json!({"type": "string", "maxLength": 2048}),
        },
    ]
}

fn asked_run(parameters: &mut Parameters) -> Result<PreviewRun, Problem> {
    let month = parameters.take("month", rules::MONTH_FORM)?;
    let month = month.ok_or_else(|| Problem::bad_parameter().at("month", rules::REQUIRED))?;
    Ok(PreviewRun { month, fee_items: parameters.take_ids("fee_items", FEE_ITEMS)?.unwrap_or_default() })
}

fn shown_total(run: &PreviewRun, total: &RunPreview, codes: &HashMap<UnitId, String>) -> Value {
    let item = |(fee_item, item): (FeeItemId, &ItemTotal)| {
        let named = json!({"fee_item": fee_item.to_string(), "units": item.units, "charges": item.charges});
        with(shown_change(&item.change), named)
    };
    let skipped = |(skipped, count): (&Skipped, u32)| {
        let mut shown = json!({"reason": skipped.reason, "count": count});
        if let Some(fee_item) = skipped.fee_item {
            shown["fee_item"] = json!(fee_item.to_string());
        }
        if let Some(missing) = &skipped.missing {
            shown["missing"] = json!(missing.as_str());
        }
        shown
    };
    let unit = |unit: UnitChange| {
        let code = codes.get(&unit.unit).cloned().unwrap_or_default();
        with(shown_change(&unit.change), json!({"unit": unit.unit.to_string(), "code": code}))
    };
    let whole = json!({
        "month": run.month.to_string(),
        "units": total.units(),
        "billed": total.billed(),
        "charges": total.charges(),
        "drawn_down": total.drawn_down().to_string(),
        "fee_items": total.items().map(item).collect::<Vec<_>>(),
        "skipped": total.skipped().map(skipped).collect::<Vec<_>>(),
        "largest_changes": total.largest().map(unit).collect::<Vec<_>>(),
    });
    with(shown_change(&total.change()), whole)
}

fn shown_unit(unit: uuid::Uuid, code: &impl std::fmt::Display, said: &Result<UnitPreview, Refusal>) -> Value {
    let named = json!({"unit": unit.to_string(), "code": code.to_string()});
    let (change, more) = match said {
        Ok(preview) => {
            let more = json!({
                "drawn_down": preview.drawn_down.to_string(),
                "charges": preview.charges.iter().map(shown_charge).collect::<Vec<_>>(),
                "skipped": preview.skips.iter().map(shown_skip).collect::<Vec<_>>(),
            });
            (preview.change(), more)
        }
        Err(refusal) => {
            let skipped = json!([{"reason": refusal.code}]);
            (Change::NONE, json!({"drawn_down": "0.00", "charges": [], "skipped": skipped}))
        }
    };
    with(with(named, shown_change(&change)), more)
}

fn shown_charge(charge: &ChargePosted) -> Value {
    let mut shown = json!({
        "fee_item": charge.booking.fee_item.to_string(),
        "service_from": charge.service.from().to_string(),
        "service_until": charge.service.until().to_string(),
        "period": charge.booking.period.to_string(),
        "due_on": charge.due_on.to_string(),
        "obligor_party": charge.booking.obligor.to_string(),
        "amount": charge.amount.to_string(),
    });
    if let Some(payer) = charge.agreed_payer {
        shown["agreed_payer_party"] = json!(payer.to_string());
    }
    if let Some(tariff) = charge.tariff {
        shown["tariff"] = json!(tariff.to_string());
    }
    shown
}

fn shown_skip(skip: &Skip) -> Value {
    let mut shown = json!({"fee_item": skip.fee_item.to_string(), "reason": skip.reason.as_str()});
    if let Some(days) = skip.service {
        shown["service_from"] = json!(days.from().to_string());
        shown["service_until"] = json!(days.until().to_string());
    }
    if let Some(missing) = &skip.missing {
        shown["missing"] = json!(missing.as_str());
    }
    shown
}

fn shown_change(change: &Change) -> Value {
    json!({
        "amount": change.amount.to_string(),
        "charged_already": change.charged_already.to_string(),
        "last_period": change.last_period.to_string(),
        "difference": change.difference().to_string(),
    })
}

fn change_properties() -> Value {
    json!({
        "amount": amount("What would be posted."),
        "charged_already": amount("Live charges of the same months that are there already."),
        "last_period": amount("Live charges of as many months just before."),
        "difference": amount("How much more than in the last period is charged in this one."),
    })
}

fn id() -> Value {
    json!({"type": "string", "format": "uuid"})
}

fn amount(description: &str) -> Value {
    json!({"type": "string", "format": "amount", "description": description})
}

fn integer(description: &str) -> Value {
    json!({"type": "integer", "description": description})
}

/// An object with the fields of both.
fn with(mut object: Value, more: Value) -> Value {
    if let (Value::Object(fields), Value::Object(more)) = (&mut object, more) {
        fields.extend(more);
    }
    object
}

/// The schema of an object that has all of these.
fn all_required(properties: Value) -> Value {
    let names: Vec<String> = properties.as_object().into_iter().flat_map(|fields| fields.keys().cloned()).collect();
    json!({"type": "object", "required": names, "properties": properties})
}
