//! The figures that finance asks for, for any T and K, and what made two knowledge times differ.
//!
//! Computed from the log itself by the rules that serve the worked cases and the auditor's tool, within a bound of events:
//! a larger ledger asks `mingzhang-replay as-of`. The rates of whole months as known now are also kept current in a read
//! model (`list_collection_rates`).

use crate::app::App;
use crate::body::{Field, rules};
use crate::endpoint::Parameter;
use crate::problem::{Problem, Rule};
use crate::query::{Ask, Query, Reply, page, page_parameters};
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::{CivilDate, Instant, Month};
use mingzhang_domain::envelope::{Recorded, instant_text};
use mingzhang_domain::figures::{self, By, Register, Row, RowKey};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::known::Known;
use mingzhang_domain::rule::figures::{Figures, Query as Window};
use mingzhang_store::log::{self, Head};
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::SemaphorePermit;

/// Events that are folded at most for one answer.
const MOST_EVENTS: u64 = 250_000;
/// Events read at a time.
const CHUNK: u32 = 2_000;

/// Answers the figures of a period.
#[derive(Debug)]
pub struct GetFigures;

impl Query for GetFigures {
    const OPERATION: &'static str = "get_figures";
    const SUMMARY: &'static str = "Answers the figures of a period as of a day, as known at a moment: for the whole community, or by building, fee item or fund.";
    const WAITS_BY_ITSELF: bool = true;
    fn parameters() -> Vec<Parameter> {
        question_parameters()
    }
    fn answer() -> Value {
        let mut properties = question_schema();
        properties.insert("known_at".to_owned(), moment_schema());
        properties.insert("items".to_owned(), json!({"type": "array", "items": row_schema()}));
        json!({"type": "object", "required": ["period", "as_of", "by", "fund", "known_at", "items"], "properties": properties})
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let question = Question::take(&app, &mut ask)?;
        ask.parameters.finish()?;
        let _slot = slot(&app)?;
        let facts = Facts::read(&app, &ask, question.known).await?;
        question.fits(&facts)?;
        let rows = facts.register.figures(question.ask(facts.known)).map_err(|_| Problem::internal())?;
        let mut body = question.document();
        body.insert("known_at".to_owned(), facts.moment(facts.known));
        body.insert("items".to_owned(), rows.iter().map(shown).collect::<Result<_, _>>()?);
        Ok(Reply { body: Value::Object(body), position: facts.head.size() })
    }
}

/// Answers how the figures of a period differ between two knowledge times, and the events that made it.
#[derive(Debug)]
pub struct GetRestatement;

impl Query for GetRestatement {
    const OPERATION: &'static str = "get_restatement";
    const SUMMARY: &'static str = "Answers the figures of a period as known at two moments, the difference, and page by page the events that made it.";
    const WAITS_BY_ITSELF: bool = true;
    fn parameters() -> Vec<Parameter> {
        let before = Parameter {
            name: "before",
            description: "The earlier knowledge time, written as `known_at`; required.",
            schema: json!({"type": "string"}),
        };
        question_parameters().into_iter().chain([before]).chain(page_parameters()).collect()
    }
    fn answer() -> Value {
        let mut properties = question_schema();
        for side in ["before", "after"] {
            let rows =
                json!({"type": "array", "items": {"type": "object", "description": "As `get_figures` answers it."}});
            let side_schema = json!({"type": "object", "properties": {"known_at": moment_schema(), "rows": rows}});
            properties.insert(side.to_owned(), side_schema);
        }
        let of_row =
            json!({"type": "object", "description": "A row as `get_figures` answers it, each value less what it was."});
        properties.insert("difference".to_owned(), json!({"type": "array", "items": of_row}));
        properties.insert("items".to_owned(), json!({"type": "array", "items": event_schema()}));
        properties
            .insert("next_cursor".to_owned(), json!({"type": "string", "description": "Absent on the last page."}));
        let required = ["period", "as_of", "by", "fund", "before", "after", "difference", "items"];
        json!({"type": "object", "required": required, "properties": properties})
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let question = Question::take(&app, &mut ask)?;
        let before = ask.parameters.take::<Known>("before", rules::KNOWN_FORM)?;
        let before = before.ok_or_else(|| refused("before", rules::REQUIRED))?;
        let asked = ask.parameters.take_page()?;
        ask.parameters.finish()?;
        let after: u64 = asked.after()?.unwrap_or_default();
        let _slot = slot(&app)?;
        let facts = Facts::read(&app, &ask, question.known).await?;
        question.fits(&facts)?;
        let earlier = facts.position_of("before", before)?;
        if earlier > facts.known {
            return Err(refused("before", rules::KNOWN_ORDER));
        }
        let rows = |known| facts.register.figures(question.ask(known)).map_err(|_| Problem::internal());
        let (was, is) = (rows(earlier)?, rows(facts.known)?);
        let causes = facts.register.causes(question.ask(facts.known), earlier);
        let positions: Vec<u64> = causes.range(after.saturating_add(1)..).copied().collect();
        let wanted = usize::try_from(asked.limit).unwrap_or(usize::MAX).saturating_add(1);
        let events = facts.events(&app, positions.into_iter().take(wanted).collect()).await?;
        let mut body = question.document();
        if let Value::Object(list) = page(&asked, events, |event| event.position.to_string(), event_shown) {
            body.extend(list);
        }
        body.insert("difference".to_owned(), difference(&was, &is)?);
        for (side, known, rows) in [("before", earlier, was), ("after", facts.known, is)] {
            let rows: Vec<Value> = rows.iter().map(shown).collect::<Result<_, _>>()?;
            body.insert(side.to_owned(), json!({"known_at": facts.moment(known), "rows": rows}));
        }
        Ok(Reply { body: Value::Object(body), position: facts.head.size() })
    }
}

/// P, T and K, and what the rows are.
struct Question {
    window: Window,
    known: Option<Known>,
    fund: Fund,
    by: By,
}

impl Question {
    fn take(app: &App, ask: &mut Ask) -> Result<Self, Problem> {
        let parameters = &mut ask.parameters;
        let present = || CivilDate::of_instant(app.now()).map(CivilDate::month).map_err(|_| Problem::internal());
        let first = parameters.take::<Month>("period", rules::MONTH_FORM)?.map_or_else(present, Ok)?;
        let last = parameters.take::<Month>("to", rules::MONTH_FORM)?.unwrap_or(first);
        let effective_on = parameters.take::<CivilDate>("as_of", rules::DATE_FORM)?.unwrap_or(last.last_day());
        let known = parameters.take::<Known>("known_at", rules::KNOWN_FORM)?;
        let fund = parameters.take::<Fund>("fund", rules::WORD)?.unwrap_or(Fund::Operating);
        let by = parameters.take::<By>("by", rules::WORD)?.unwrap_or(By::Community);
        if last < first {
            return Err(refused("to", rules::PERIOD_ORDER));
        }
        if effective_on < first.first_day() {
            return Err(refused("as_of", rules::AS_OF_PERIOD));
        }
        Ok(Self { window: Window { first, last, effective_on }, known, fund, by })
    }

    /// Something must have been known, and T must not lie before everything.
    fn fits(&self, facts: &Facts) -> Result<(), Problem> {
        match facts.register.began_on() {
            None => Err(refused("known_at", rules::KNOWN_LEDGER)),
            Some(began) if self.window.effective_on < began => {
                Err(refused("as_of", rules::AS_OF_LEDGER).with("began_on", began))
            }
            Some(_) => Ok(()),
        }
    }

    fn ask(&self, known: u64) -> figures::Ask {
        figures::Ask { query: self.window, known, fund: self.fund, by: self.by }
    }

    fn document(&self) -> Map<String, Value> {
        let Window { first, last, effective_on } = self.window;
        let fields = [
            ("period", json!({"from": first.to_string(), "to": last.to_string()})),
            ("as_of", json!(effective_on.to_string())),
            ("fund", json!(self.fund.as_str())),
            ("by", json!(self.by.as_str())),
        ];
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}

/// What was folded of the log, and where it ends.
struct Facts {
    ledger: LedgerId,
    head: Head,
    register: Register,
    /// The last position that was known.
    known: u64,
    /// When each position was recorded.
    recorded: Vec<Instant>,
    today: CivilDate,
    now: Instant,
}

impl Facts {
    /// Folds what was known; the log is read page by page and no connection is kept in between.
    async fn read(app: &App, ask: &Ask, known: Option<Known>) -> Result<Self, Problem> {
        let mut conn = app.writer.acquire().await?;
        let head = log::head(&mut conn, ask.ledger).await?.ok_or_else(Problem::ledger_unknown)?;
        drop(conn);
        if ask.at_least.is_some_and(|position| position > head.size()) {
            return Err(Problem::position_beyond_head().with("head", head.size()));
        }
        // A given clock may stand beyond that of the machine.
        let now = app.now().max(head.recorded_at);
        let today = CivilDate::of_instant(now).map_err(|_| Problem::internal())?;
        let (register, recorded) = (Register::default(), Vec::new());
        let mut facts = Self { ledger: ask.ledger, head, register, known: 0, recorded, today, now };
        if let Some(known) = known {
            facts.must_not_be_future("known_at", known)?;
        }
        facts.fold(app, known).await?;
        facts.known = facts.register.position();
        Ok(facts)
    }

    async fn fold(&mut self, app: &App, known: Option<Known>) -> Result<(), Problem> {
        while self.register.position() < self.head.size() {
            let mut conn = app.writer.acquire().await?;
            let rows = log::read_after(&mut conn, self.ledger, self.register.position(), CHUNK).await?;
            drop(conn);
            if rows.is_empty() {
                return Err(Problem::halted());
            }
            for row in rows {
                let event = Recorded::from_body(&row.body).map_err(|_| Problem::halted())?;
                if event.position > self.head.size() || known.is_some_and(|known| !known.covers(&event)) {
                    return Ok(());
                }
                if event.position > MOST_EVENTS {
                    return Err(Problem::events_must_be_few().with("most", MOST_EVENTS));
                }
                self.recorded.push(event.recorded_at);
                self.register.see(&event);
            }
        }
        Ok(())
    }

    /// The last position that a moment covers; 0 when it lies before the ledger.
    fn position_of(&self, name: &str, known: Known) -> Result<u64, Problem> {
        self.must_not_be_future(name, known)?;
        let covered = match known {
            Known::At(position) => return Ok(position),
            Known::By(at) => self.recorded.partition_point(|recorded| *recorded <= at),
            Known::On(day) => self.recorded.partition_point(|recorded| {
                CivilDate::of_instant(*recorded).is_ok_and(|recorded_on| recorded_on <= day)
            }),
        };
        u64::try_from(covered).map_err(|_| Problem::internal())
    }

    fn must_not_be_future(&self, name: &str, known: Known) -> Result<(), Problem> {
        let is_future = match known {
            Known::At(position) if position > self.head.size() => {
                return Err(Problem::position_beyond_head().with("head", self.head.size()));
            }
            Known::At(_) => false,
            Known::By(at) => at > self.now,
            Known::On(day) => day > self.today,
        };
        if is_future { Err(refused(name, rules::KNOWN_FUTURE)) } else { Ok(()) }
    }

    fn moment(&self, position: u64) -> Value {
        let at = usize::try_from(position).ok().and_then(|at| self.recorded.get(at.checked_sub(1)?));
        match at {
            Some(at) => json!({"position": position, "recorded_at": instant_text(*at)}),
            None => json!({"position": position}),
        }
    }

    async fn events(&self, app: &App, positions: BTreeSet<u64>) -> Result<Vec<Recorded>, Problem> {
        let mut events = Vec::with_capacity(positions.len());
        let mut conn = app.writer.acquire().await?;
        for position in positions {
            for row in log::events_between(&mut conn, self.ledger, position, position).await? {
                events.push(Recorded::from_body(&row.body).map_err(|_| Problem::halted())?);
            }
        }
        Ok(events)
    }
}

/// Few folds at a time: each holds the facts of a ledger in memory.
fn slot(app: &App) -> Result<SemaphorePermit<'_>, Problem> {
    app.figures.try_acquire().map_err(|_| Problem::busy().retry_after(1))
}

fn refused(name: &str, rule: Rule) -> Problem {
    Problem::bad_parameter().at(name, rule)
}

fn shown(row: &Row) -> Result<Value, Problem> {
    serde_json::to_value(row).map_err(|_| Problem::internal())
}

fn event_shown(event: &Recorded) -> Value {
    json!({
        "position": event.position,
        "event_type": event.event.event_type(),
        "stream_type": event.stream.stream_type.as_str(),
        "stream_id": event.stream.id.to_string(),
        "effective_on": event.effective_on.to_string(),
        "recorded_at": instant_text(event.recorded_at),
    })
}

/// What is less what was, row by row; a row that stands on one side only is compared with an empty one.
fn difference(was: &[Row], is: &[Row]) -> Result<Value, Problem> {
    let mut rows: BTreeMap<&RowKey, (Figures, Figures)> = BTreeMap::new();
    for row in was {
        rows.entry(&row.key).or_default().0 = row.figures.clone();
    }
    for row in is {
        rows.entry(&row.key).or_default().1 = row.figures.clone();
    }
    let row = |(key, (was, is)): (&RowKey, (Figures, Figures))| {
        let value = |figures: &Figures| serde_json::to_value(figures).map_err(|_| Problem::internal());
        let mut row = serde_json::to_value(key).map_err(|_| Problem::internal())?;
        if let (Value::Object(row), Some(Value::Object(differences))) = (&mut row, less(&value(&is)?, &value(&was)?)) {
            row.extend(differences);
        }
        Ok(row)
    };
    rows.into_iter().map(row).collect()
}

/// Every amount, rate and count less another; a rate that one side has not differs by nothing that can be said.
fn less(is: &Value, was: &Value) -> Option<Value> {
    match (is, was) {
        (Value::Object(is), Value::Object(was)) => {
            let field = |(name, is): (&String, &Value)| Some((name.clone(), less(is, was.get(name)?)?));
            Some(Value::Object(is.iter().filter_map(field).collect()))
        }
        (Value::String(is), Value::String(was)) => {
            let (is, was) = (Decimal::from_str_exact(is).ok()?, Decimal::from_str_exact(was).ok()?);
            let difference = is.checked_sub(was)?;
            Some(json!(if difference.is_zero() { difference.abs() } else { difference }.to_string()))
        }
        (Value::Number(is), Value::Number(was)) => Some(json!(is.as_i64()?.checked_sub(was.as_i64()?)?)),
        (Value::Null, _) | (_, Value::Null) => Some(Value::Null),
        _ => None,
    }
}

fn question_parameters() -> Vec<Parameter> {
    let text = |name, description, schema| Parameter { name, description, schema };
    vec![
        text("period", "First accounting month; the present one when absent.", Month::schema()),
        text("to", "Last accounting month; `period` when absent.", Month::schema()),
        text(
            "as_of",
            "Effective date: only facts effective by this day count; the last day of the period when absent.",
            CivilDate::schema(),
        ),
        text(
            "known_at",
            "Only what was known then counts: a position, a day (its end in Shanghai) or an instant; everything when absent.",
            json!({"type": "string", "maxLength": 40}),
        ),
        text("by", "What the rows are; `community` when absent.", words(By::ALL.iter().map(|by| by.as_str()))),
        text(
            "fund",
            "The fund whose principal it is about, for communities and buildings; `operating` when absent.",
            words(Fund::ALL.iter().map(|fund| fund.as_str())),
        ),
    ]
}

fn words(words: impl Iterator<Item = &'static str>) -> Value {
    json!({"type": "string", "enum": words.collect::<Vec<_>>()})
}

fn question_schema() -> Map<String, Value> {
    let period = json!({"type": "object", "properties": {"from": Month::schema(), "to": Month::schema()}});
    let fields = [
        ("period", period),
        ("as_of", CivilDate::schema()),
        ("fund", words(Fund::ALL.iter().map(|fund| fund.as_str()))),
        ("by", words(By::ALL.iter().map(|by| by.as_str()))),
    ];
    fields.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn moment_schema() -> Value {
    json!({"type": "object", "required": ["position"], "properties": {
        "position": {"type": "integer"},
        "recorded_at": {"type": "string", "format": "date-time"},
    }})
}

fn event_schema() -> Value {
    let text = json!({"type": "string"});
    json!({"type": "object", "properties": {
        "position": {"type": "integer"}, "event_type": text, "stream_type": text,
        "stream_id": {"type": "string", "format": "uuid"}, "effective_on": CivilDate::schema(),
        "recorded_at": {"type": "string", "format": "date-time"},
    }})
}

/// The schema of a row, read off an empty one: amounts with two decimals, rates with four or null.
fn row_schema() -> Value {
    let mut schema =
        serde_json::to_value(Figures::default()).map_or_else(|_| json!({"type": "object"}), |row| schema_of(&row));
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties
            .insert("building".to_owned(), json!({"type": "string", "description": "Empty for units in no building."}));
        properties.insert("fee_item".to_owned(), json!({"type": "string", "format": "uuid"}));
        properties.insert("fund".to_owned(), words(Fund::ALL.iter().map(|fund| fund.as_str())));
    }
    schema
}

fn schema_of(value: &Value) -> Value {
    match value {
        Value::Object(fields) => {
            let properties: Map<String, Value> =
                fields.iter().map(|(name, value)| (name.clone(), schema_of(value))).collect();
            json!({"type": "object", "properties": properties})
        }
        Value::Null => {
            json!({"type": ["string", "null"], "description": "Four decimals; null when there is nothing to divide by."})
        }
        Value::Bool(_) => json!({"type": "boolean"}),
        Value::Number(_) => json!({"type": "integer"}),
        Value::String(_) | Value::Array(_) => json!({"type": "string"}),
    }
}
