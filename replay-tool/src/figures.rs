//! `as-of --figures`: the figures of a period out of the log alone, by the rules that serve the API.

use crate::{Outcome, ToolError};
use mingzhang_domain::book::Fund;
use mingzhang_domain::envelope::instant_text;
use mingzhang_domain::figures::{By, Cut, Register, Row};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::known::Known;
use mingzhang_domain::rule::figures::Query;
use mingzhang_store::error::StoreError;
use mingzhang_store::walk::walk;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::ops::ControlFlow;
use std::time::Instant;

/// What is asked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question {
    /// The ledger.
    pub(crate) ledger: LedgerId,
    /// Where its log ends.
    pub(crate) size: u64,
    /// P and T.
    pub(crate) query: Query,
    /// K; everything when absent.
    pub(crate) known: Option<Known>,
    /// What the rows are.
    pub(crate) by: By,
    /// The fund whose principal it is about.
    pub(crate) fund: Fund,
    /// With the open late fees of each row.
    pub(crate) late_fees: bool,
}

/// Folds the log and prints the figures; an identity that does not hold is a finding.
///
/// # Errors
/// [`ToolError::Usage`] for a period or a day that makes no sense.
pub(crate) async fn answer(pool: &PgPool, asked: Question, as_json: bool) -> Result<Outcome, ToolError> {
    let began = Instant::now();
    let cut = Cut { by: asked.by, fund: asked.fund };
    let register = Register::new(asked.query, vec![cut]).map_err(|error| ToolError::Usage(error.to_string()))?;
    let register = if asked.late_fees { register.with_late_fees() } else { register };
    let register = walk(pool, asked.ledger, asked.size, register, move |register, _, event| {
        if asked.known.is_some_and(|known| !known.covers(event)) {
            return Ok(ControlFlow::Break(()));
        }
        let seen = register.see(event).map_err(|error| StoreError::Halted(error.to_string()));
        seen.map(|_| ControlFlow::Continue(()))
    })
    .await?;
    let day = asked.query.effective_on;
    match register.began_on() {
        None => return Err(ToolError::Usage("nothing was known then".to_owned())),
        Some(began) if day < began => {
            return Err(ToolError::Usage(format!("the ledger began on {began}, after {day}")));
        }
        Some(_) => {}
    }
    let rows = register.answer().map_err(ToolError::environment)?.pop().unwrap_or_default();
    let mut document = document(&asked, &register, &rows)?;
    document["milliseconds"] = json!(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
    if as_json {
        println!("{document:#}");
    } else {
        print!("{}", words(&document));
    }
    Ok(if rows.iter().all(|row| row.figures.identity.holds) { Outcome::Well } else { Outcome::Findings })
}

fn document(asked: &Question, register: &Register, rows: &[Row]) -> Result<Value, ToolError> {
    let Query { first, last, effective_on } = asked.query;
    let row = |row: &Row| {
        let mut shown = serde_json::to_value(row).map_err(ToolError::environment)?;
        if let Some(name) = row.key.fee_item.and_then(|id| register.fee_item(id)) {
            shown["fee_item_name"] = json!(name.to_string());
        }
        Ok(shown)
    };
    let rows = rows.iter().map(row).collect::<Result<Vec<Value>, ToolError>>()?;
    Ok(json!({
        "ledger_id": asked.ledger.to_string(),
        "known_at": { "position": register.position(), "recorded_at": register.recorded_at().map(instant_text) },
        "effective_on": effective_on.to_string(),
        "period": { "from": first.to_string(), "to": last.to_string() },
        "rows": rows,
    }))
}

/// One line per value, named by its way through the document.
fn words(value: &Value) -> String {
    let mut lines = Vec::new();
    flatten("", value, &mut lines);
    let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    lines.into_iter().map(|(name, value)| format!("{name:width$}  {value}\n")).collect()
}

fn flatten(name: &str, value: &Value, lines: &mut Vec<(String, String)>) {
    let below = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
    match value {
        Value::Object(fields) => fields.iter().for_each(|(part, value)| flatten(&below(part), value, lines)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| flatten(&below(&at.to_string()), value, lines));
        }
        Value::String(text) => lines.push((name.to_owned(), text.clone())),
        Value::Null => lines.push((name.to_owned(), "-".to_owned())),
        Value::Bool(_) | Value::Number(_) => lines.push((name.to_owned(), value.to_string())),
    }
}
