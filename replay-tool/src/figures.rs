//! `as-of --figures`: the figures of a period out of the log alone, by the rules that serve the API.

use crate::{Outcome, ToolError};
use mingzhang_domain::book::Fund;
use mingzhang_domain::community::{CommunityCreated, CommunityEvent};
use mingzhang_domain::envelope::instant_text;
use mingzhang_domain::figures::{By, Cut, Register, Row};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::known::Known;
use mingzhang_domain::ledger::{LedgerEvent, LedgerKind};
use mingzhang_domain::rule::figures::{Figures, Query};
use mingzhang_domain::stream::Event;
use mingzhang_store::error::StoreError;
use mingzhang_store::log;
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

/// Folds the log and prints the figures, of a company those of its communities and of all of them together; an identity
/// that does not hold is a finding.
///
/// # Errors
/// [`ToolError::Usage`] for a period or a day that makes no sense.
pub(crate) async fn answer(pool: &PgPool, asked: Question, as_json: bool) -> Result<Outcome, ToolError> {
    let began = Instant::now();
    let (mut document, holds) = match communities(pool, asked).await? {
        None => of_ledger(pool, asked).await?,
        Some(communities) => of_company(pool, asked, communities).await?,
    };
    document["milliseconds"] = json!(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
    if as_json {
        println!("{document:#}");
    } else {
        print!("{}", words(&document));
    }
    Ok(if holds { Outcome::Well } else { Outcome::Findings })
}

/// What a ledger says, and whether every identity holds.
async fn of_ledger(pool: &PgPool, asked: Question) -> Result<(Value, bool), ToolError> {
    let register = fold(pool, asked).await?;
    let day = asked.query.effective_on;
    match register.began_on() {
        None => return Err(ToolError::Usage("nothing was known then".to_owned())),
        Some(began) if day < began => {
            return Err(ToolError::Usage(format!("the ledger began on {began}, after {day}")));
        }
        Some(_) => {}
    }
    let rows = register.answer().map_err(ToolError::environment)?.pop().unwrap_or_default();
    let holds = rows.iter().all(|row| row.figures.identity.holds);
    let row = |row: &Row| {
        let mut shown = serde_json::to_value(row).map_err(ToolError::environment)?;
        if let Some(name) = row.key.fee_item.and_then(|id| register.fee_item(id)) {
            shown["fee_item_name"] = json!(name.to_string());
        }
        Ok(shown)
    };
    let mut document = question(asked);
    document["known_at"] = known_at(&register);
    document["rows"] = rows.iter().map(row).collect::<Result<Value, ToolError>>()?;
    Ok((document, holds))
}

/// What the communities of a company say, and all of them together by their sums.
async fn of_company(
    pool: &PgPool,
    asked: Question,
    communities: Vec<CommunityCreated>,
) -> Result<(Value, bool), ToolError> {
    if matches!(asked.known, Some(Known::At(_))) || asked.by != By::Community {
        let message =
            "of a company: by community, and --known-at a date or an instant, since each ledger has its own positions";
        return Err(ToolError::Usage(message.to_owned()));
    }
    let (mut parts, mut lines) = (Vec::new(), Vec::new());
    for CommunityCreated { community, code, name, .. } in communities {
        let head = log::head(&mut *pool.acquire().await?, community).await?;
        let size = head.map(|head| head.size()).unwrap_or_default();
        let register = fold(pool, Question { ledger: community, size, ..asked }).await?;
        let rows = register.answer().map_err(ToolError::environment)?.pop();
        let figures = rows.and_then(|mut rows| rows.pop()).map(|row| row.figures);
        let figures = figures.unwrap_or_else(|| Figures::total([]));
        let mut line = serde_json::to_value(&figures).map_err(ToolError::environment)?;
        line["ledger_id"] = json!(community.to_string());
        line["code"] = json!(code.to_string());
        line["name"] = json!(name.to_string());
        line["known_at"] = known_at(&register);
        parts.push(figures);
        lines.push(line);
    }
    let total = Figures::total(&parts);
    let mut document = question(asked);
    document["fund"] = json!(asked.fund.as_str());
    document["total"] = serde_json::to_value(&total).map_err(ToolError::environment)?;
    document["communities"] = Value::Array(lines);
    Ok((document, total.identity.holds))
}

/// The communities that a company had created by then; nothing when the ledger is no company's.
async fn communities(pool: &PgPool, asked: Question) -> Result<Option<Vec<CommunityCreated>>, ToolError> {
    let created = walk(pool, asked.ledger, asked.size, None, move |created, _, event| {
        if asked.known.is_some_and(|known| !known.covers(event)) {
            return Ok(ControlFlow::Break(()));
        }
        match &event.event {
            Event::Ledger(LedgerEvent::LedgerOpened(opened)) if opened.kind == LedgerKind::Company => {
                *created = Some(Vec::new());
            }
            Event::Community(CommunityEvent::CommunityCreated(fact)) => {
                created.iter_mut().for_each(|created: &mut Vec<CommunityCreated>| created.push(fact.clone()));
            }
            _ => {}
        }
        // What is no company's says so first.
        Ok(if created.is_some() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    });
    Ok(created.await?)
}

async fn fold(pool: &PgPool, asked: Question) -> Result<Register, ToolError> {
    let cut = Cut { by: asked.by, fund: asked.fund };
    let register = Register::new(asked.query, vec![cut]).map_err(|error| ToolError::Usage(error.to_string()))?;
    let register = if asked.late_fees { register.with_late_fees() } else { register };
    let register = walk(pool, asked.ledger, asked.size, register, move |register, _, event| {
        if asked.known.is_some_and(|known| !known.covers(event)) {
            return Ok(ControlFlow::Break(()));
        }
        let seen = register.see(event).map_err(|error| StoreError::Halted(error.to_string()));
        seen.map(|_| ControlFlow::Continue(()))
    });
    Ok(register.await?)
}

fn question(asked: Question) -> Value {
    let Query { first, last, effective_on } = asked.query;
    json!({
        "ledger_id": asked.ledger.to_string(),
        "effective_on": effective_on.to_string(),
        "period": { "from": first.to_string(), "to": last.to_string() },
    })
}

fn known_at(register: &Register) -> Value {
    json!({ "position": register.position(), "recorded_at": register.recorded_at().map(instant_text) })
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
