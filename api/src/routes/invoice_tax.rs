//! The tax of a month in the VAT book and on invoices, and why the two differ.

use crate::app::App;
use crate::body::{Field, object_schema, rules};
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use mingzhang_domain::calendar::Month;
use mingzhang_projections::column::Amount;
use mingzhang_projections::tax_turnover::TaxSums;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use uuid::Uuid;

/// What each part of the difference is.
const PARTS: [(&str, &str); 6] = [
    ("not_invoiced", "Due in the month, and on no invoice by its end."),
    ("invoiced_earlier", "Due in the month, on an invoice of an earlier one."),
    ("booked_earlier", "On an invoice of the month, due in an earlier one; negative."),
    ("invoiced_ahead", "On an invoice of the month, due in no month by its end; negative."),
    ("taken_back", "Taken back in the book in the month; negative."),
    ("red_lettered", "Of invoices that were red-lettered in the month."),
];

/// Answers the tax of a month in the VAT book and on invoices.
#[derive(Debug)]
pub struct GetInvoiceTax;

impl Query for GetInvoiceTax {
    const OPERATION: &'static str = "get_invoice_tax";
    const SUMMARY: &'static str = "Answers the output tax of a month in the VAT book and on invoices less red letters, and why the two differ: the parts of the difference sum to it.";
    fn parameters() -> Vec<Parameter> {
        vec![Parameter { name: "month", description: "The month; required.", schema: Month::schema() }]
    }
    fn answer() -> Value {
        let item = object_schema(
            compared()
                .into_iter()
                .chain([
                    (
                        "fee_item",
                        false,
                        "Absent where no line of the book says it.",
                        json!({"type": "string", "format": "uuid"}),
                    ),
                    ("period", false, "Accounting month of the charges.", Month::schema()),
                ])
                .collect(),
        );
        let whole =
            [("month", true, "", Month::schema()), ("items", true, "", json!({"type": "array", "items": item}))];
        object_schema(compared().into_iter().chain(whole).collect())
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let month: Option<Month> = ask.parameters.take("month", rules::MONTH_FORM)?;
        ask.parameters.finish()?;
        let month = month.ok_or_else(|| Problem::bad_parameter().at("month", rules::REQUIRED))?;
        let read = app.read_models.taxes(ask.ledger, month).await?;
        let says_something = |sums: &&TaxSums| {
            [sums.due, sums.taken_back, sums.invoiced, sums.red].iter().any(|amount| *amount != Amount::ZERO)
        };
        let items: Vec<&TaxSums> = read.value.iter().filter(says_something).collect();
        let mut body = shown(&items);
        body.insert("month".to_owned(), json!(month.to_string()));
        body.insert("items".to_owned(), items.iter().map(|sums| Value::Object(of_item(sums))).collect());
        Ok(Reply { body: Value::Object(body), position: read.position })
    }
}

fn compared() -> Vec<(&'static str, bool, &'static str, Value)> {
    let amount = || json!({"type": "string", "format": "amount"});
    let parts = PARTS.iter().map(|(name, says)| (*name, true, *says, amount())).collect();
    vec![
        ("booked", true, "Tax of the VAT book.", amount()),
        ("invoiced", true, "Tax on invoices, less red letters.", amount()),
        ("difference", true, "Booked less invoiced.", amount()),
        ("because", true, "What the difference is the sum of.", object_schema(parts)),
    ]
}

fn of_item(sums: &TaxSums) -> Map<String, Value> {
    let mut shown = shown(&[sums]);
    if sums.fee_item_id != Uuid::nil() {
        shown.insert("fee_item".to_owned(), json!(sums.fee_item_id.to_string()));
    }
    if sums.period.parse::<Month>().is_ok() {
        shown.insert("period".to_owned(), json!(sums.period));
    }
    shown
}

/// Sums of rows, and why they differ.
fn shown(rows: &[&TaxSums]) -> Map<String, Value> {
    let sum = |of: &dyn Fn(&TaxSums) -> i64| rows.iter().map(|row| of(row)).sum::<i64>();
    let (booked, invoiced) = (sum(&|row| row.booked().fen()), sum(&|row| row.on_invoices().fen()));
    let amount = |fen: i64| json!(Amount::from_fen(fen).to_string());
    let part = |at: usize| sum(&|row| row.gap().parts().get(at).map_or(0, |(_, amount)| amount.fen()));
    let because: Map<String, Value> =
        PARTS.iter().enumerate().map(|(at, (name, _))| ((*name).to_owned(), amount(part(at)))).collect();
    let mut shown = Map::new();
    shown.insert("booked".to_owned(), amount(booked));
    shown.insert("invoiced".to_owned(), amount(invoiced));
    shown.insert("difference".to_owned(), amount(booked - invoiced));
    shown.insert("because".to_owned(), Value::Object(because));
    shown
}
