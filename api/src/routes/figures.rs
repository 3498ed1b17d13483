//! The figures that finance asks for, for any T and K, and what made two knowledge times differ.
//!
//! Computed from the log itself by the rules that serve the worked cases and the auditor's tool: the log is walked page by
//! page, and memory grows with charges, not with events. As of the last day of a month, as known now, they come by the same
//! rules from sums that are kept current; so do late fees unless that day is over.

use super::figures_schema::{event_schema, moment_schema, question_parameters, question_schema, row_schema};
use crate::app::App;
use crate::body::rules;
use crate::endpoint::Parameter;
use crate::problem::{Problem, Rule};
use crate::query::{Ask, Query, Reply, WAIT, page, page_parameters};
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::{CivilDate, Instant, Month};
use mingzhang_domain::community::LateFeePolicies;
use mingzhang_domain::envelope::{Recorded, instant_text};
use mingzhang_domain::figures::{By, Cut, Register, Row, RowKey};
use mingzhang_domain::id::{CommunityId, LedgerId};
use mingzhang_domain::known::Known;
use mingzhang_domain::money::Money;
use mingzhang_domain::rule::figures::{Figures, FiguresError, Query as Window};
use mingzhang_domain::stream::{StreamRef, StreamState};
use mingzhang_store::error::StoreError;
use mingzhang_store::fold;
use mingzhang_store::log::{self, Head};
use mingzhang_store::walk::walk;
use rust_decimal::Decimal;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::SemaphorePermit;

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
        let log = Log::asked_for(&app, &ask).await?;
        let Answer { rows, known, fits, position } = question.answered(&app, &log, WAIT).await?;
        fits?;
        let mut body = question.document();
        body.insert("known_at".to_owned(), known.shown());
        body.insert("items".to_owned(), rows.iter().map(shown).collect::<Result<_, _>>()?);
        Ok(Reply { body: Value::Object(body), position })
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
        let log = Log::asked_for(&app, &ask).await?;
        let known = log.moment(&app, "known_at", question.known).await?;
        let earlier = log.moment(&app, "before", Some(before)).await?;
        if earlier.position > known.position {
            return Err(refused("before", rules::KNOWN_ORDER));
        }
        let wanted = usize::try_from(asked.limit).unwrap_or(usize::MAX).saturating_add(1);
        let fold = Fold { before: earlier.position, after, wanted, ..Fold::new(question.register()?)? };
        let Fold { register, was, causes, .. } = log.fold(&app, known.position, fold).await?;
        question.fits(&register)?;
        let is = answered(&register)?;
        let events = log.events(&app, causes).await?;
        let mut body = question.document();
        if let Value::Object(list) = page(&asked, events, |event| event.position.to_string(), event_shown) {
            body.extend(list);
        }
        body.insert("difference".to_owned(), difference(&was, &is)?);
        for (side, moment, rows) in [("before", earlier, was), ("after", known, is)] {
            let rows: Vec<Value> = rows.iter().map(shown).collect::<Result<_, _>>()?;
            body.insert(side.to_owned(), json!({"known_at": moment.shown(), "rows": rows}));
        }
        Ok(Reply { body: Value::Object(body), position: log.head.size() })
    }
}

/// P, T and K, and what the rows are.
pub(super) struct Question {
    window: Window,
    known: Option<Known>,
    fund: Fund,
    by: By,
    late_fees: bool,
}

/// What a question is answered with.
pub(super) struct Answer {
    /// The rows, in the order of their keys.
    pub(super) rows: Vec<Row>,
    /// K.
    pub(super) known: Moment,
    fits: Result<(), Problem>,
    /// The position it is as of.
    pub(super) position: u64,
}

impl Question {
    /// What is open at the end of a month, of the operating fund and the whole community, as known now.
    pub(super) fn of_month_end(month: Month) -> Self {
        let window = Window { first: month, last: month, effective_on: month.last_day() };
        Self { window, known: None, fund: Fund::Operating, by: By::Community, late_fees: false }
    }

    fn take(app: &App, ask: &mut Ask) -> Result<Self, Problem> {
        let mut question = Self::take_as_known_now(app, ask)?;
        question.known = ask.parameters.take::<Known>("known_at", rules::KNOWN_FORM)?;
        question.by = ask.parameters.take::<By>("by", rules::WORD)?.unwrap_or(By::Community);
        question.late_fees = ask.parameters.take::<bool>("late_fees", rules::WORD)?.unwrap_or_default();
        Ok(question)
    }

    /// The parameters of a question about whole communities as known now.
    pub(super) fn parameters_as_known_now() -> Vec<Parameter> {
        let not_asked = ["known_at", "by", "late_fees"];
        question_parameters().into_iter().filter(|parameter| !not_asked.contains(&parameter.name)).collect()
    }

    /// Takes a question about whole communities as known now.
    pub(super) fn take_as_known_now(app: &App, ask: &mut Ask) -> Result<Self, Problem> {
        let parameters = &mut ask.parameters;
        let present = || CivilDate::of_instant(app.now()).map(CivilDate::month).map_err(|_| Problem::internal());
        let first = parameters.take::<Month>("period", rules::MONTH_FORM)?.map_or_else(present, Ok)?;
        let last = parameters.take::<Month>("to", rules::MONTH_FORM)?.unwrap_or(first);
        let effective_on = parameters.take::<CivilDate>("as_of", rules::DATE_FORM)?.unwrap_or(last.last_day());
        let fund = parameters.take::<Fund>("fund", rules::WORD)?.unwrap_or(Fund::Operating);
        if last < first {
            return Err(refused("to", rules::PERIOD_ORDER));
        }
        if effective_on < first.first_day() {
            return Err(refused("as_of", rules::AS_OF_PERIOD));
        }
        Ok(Self {
            window: Window { first, last, effective_on },
            known: None,
            fund,
            by: By::Community,
            late_fees: false,
        })
    }

    /// Something must have been known, and T must not lie before everything.
    fn fits(&self, register: &Register) -> Result<(), Problem> {
        match register.began_on() {
            None => Err(refused("known_at", rules::KNOWN_LEDGER)),
            Some(began) if self.window.effective_on < began => {
                Err(refused("as_of", rules::AS_OF_LEDGER).with("began_on", began))
            }
            Some(_) => Ok(()),
        }
    }

    fn register(&self) -> Result<Register, Problem> {
        let cut = Cut { by: self.by, fund: self.fund };
        let register = Register::new(self.window, vec![cut]).map_err(|_| Problem::internal())?;
        Ok(if self.late_fees { register.with_late_fees() } else { register })
    }

    /// The fund whose principal it is about.
    pub(super) fn fund(&self) -> Fund {
        self.fund
    }

    /// Answers out of the sums or out of the log.
    pub(super) async fn answered(&self, app: &App, log: &Log, wait: Duration) -> Result<Answer, Problem> {
        if let Some(answer) = self.answered_by_sums(app, log, wait).await? {
            return Ok(answer);
        }
        let _slot = slot(app)?;
        let known = log.moment(app, "known_at", self.known).await?;
        let register = log.fold(app, known.position, Fold::new(self.register()?)?).await?.register;
        let (rows, fits) = (answered(&register)?, self.fits(&register));
        Ok(Answer { rows, known, fits, position: log.head.size() })
    }

    /// Answers from the sums that are kept current, when it is about the last day of a month as known now.
    async fn answered_by_sums(&self, app: &App, log: &Log, wait: Duration) -> Result<Option<Answer>, Problem> {
        let at = self.window.effective_on;
        // Of late fees the rows know what there is now, which counts by any day that is not over.
        let unsaid = self.late_fees && at < log.today;
        if unsaid || self.known.is_some() || at != at.month().last_day() {
            return Ok(None);
        }
        // As current as the log itself, or out of the log.
        if app.read_models.wait_for(log.ledger, log.head.size(), wait).await.is_err() {
            return Ok(None);
        }
        let cut = Cut { by: self.by, fund: self.fund };
        let size = log.head.size();
        let policies = if self.late_fees { Some(policies(app, log.ledger, size, at).await?) } else { None };
        let read = app.read_models.figures(log.ledger, self.window, cut, policies.clone()).await?;
        let Some(rows) = read.value else { return Ok(None) };
        // Nothing was agreed in between.
        if let Some(policies) = policies.filter(|_| read.position != size)
            && policies != self::policies(app, log.ledger, read.position, at).await?
        {
            return Ok(None);
        }
        let mut conn = app.writer.acquire().await?;
        let last = log::events_between(&mut conn, log.ledger, read.position, read.position).await?.pop();
        let last = last.map(|row| Recorded::from_body(&row.body).map_err(|_| Problem::halted())).transpose()?;
        let known = Moment { position: read.position, recorded_at: last.map(|event| event.recorded_at) };
        Ok(Some(Answer { rows, known, fits: Ok(()), position: read.position }))
    }

    /// The question as it was understood.
    pub(super) fn document(&self) -> Map<String, Value> {
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

/// The late-fee policies that count by a day, as known at a position.
async fn policies(app: &App, ledger: LedgerId, position: u64, by: CivilDate) -> Result<LateFeePolicies, Problem> {
    let id = StreamRef::from(CommunityId(ledger.uuid()));
    let mut conn = app.writer.acquire().await?;
    match fold::streams(&mut conn, ledger, &[id], position, Some(by)).await?.remove(&id) {
        Some(StreamState::Community(state)) => Ok(state.late_fees().clone()),
        _ => Err(Problem::internal()),
    }
}

/// Where the log of a ledger ends.
pub(super) struct Log {
    ledger: LedgerId,
    head: Head,
    today: CivilDate,
    now: Instant,
}

/// A knowledge time as a position.
#[derive(Clone, Copy)]
pub(super) struct Moment {
    position: u64,
    recorded_at: Option<Instant>,
}

impl Moment {
    /// Before everything.
    pub(super) const BEFORE_ALL: Self = Self { position: 0, recorded_at: None };

    /// As JSON.
    pub(super) fn shown(self) -> Value {
        match self.recorded_at {
            Some(at) => json!({"position": self.position, "recorded_at": instant_text(at)}),
            None => json!({"position": self.position}),
        }
    }
}

/// What a walk over the log gathers.
struct Fold {
    register: Register,
    /// The earlier knowledge time, and the rows as they were then.
    before: u64,
    was: Vec<Row>,
    /// Positions after `before` and `after` that count, as many as are wanted.
    after: u64,
    wanted: usize,
    causes: Vec<u64>,
}

impl Fold {
    fn new(register: Register) -> Result<Self, Problem> {
        let was = answered(&register)?;
        Ok(Self { register, before: 0, was, after: 0, wanted: 0, causes: Vec::new() })
    }

    fn see(&mut self, event: &Recorded) -> Result<(), FiguresError> {
        let counts = self.register.see(event)?;
        let position = event.position;
        if position == self.before {
            self.was = self.register.answer()?.pop().unwrap_or_default();
        }
        if counts && position > self.before.max(self.after) && self.causes.len() < self.wanted {
            self.causes.push(position);
        }
        Ok(())
    }
}

impl Log {
    pub(super) async fn asked_for(app: &App, ask: &Ask) -> Result<Self, Problem> {
        let log = Self::read(app, ask.ledger).await?.ok_or_else(Problem::ledger_unknown)?;
        if ask.at_least.is_some_and(|position| position > log.head.size()) {
            return Err(Problem::position_beyond_head().with("head", log.head.size()));
        }
        Ok(log)
    }

    /// The log of a ledger, if it has one yet.
    pub(super) async fn read(app: &App, ledger: LedgerId) -> Result<Option<Self>, Problem> {
        let mut conn = app.writer.acquire().await?;
        let Some(head) = log::head(&mut conn, ledger).await? else { return Ok(None) };
        // A given clock may stand beyond that of the machine.
        let now = app.now().max(head.recorded_at);
        let today = CivilDate::of_instant(now).map_err(|_| Problem::internal())?;
        Ok(Some(Self { ledger, head, today, now }))
    }

    /// Shows a fold every event up to a position, page by page, whatever their number.
    async fn fold(&self, app: &App, until: u64, fold: Fold) -> Result<Fold, Problem> {
        let began = tokio::time::Instant::now();
        let fold = walk(&app.writer, self.ledger, until, fold, |fold, _, event| {
            let seen = fold.see(event).map_err(|error| StoreError::Halted(error.to_string()));
            seen.map(|()| ControlFlow::Continue(()))
        });
        let fold = fold.await?;
        tracing::debug!(ledger = %self.ledger, events = until, took = ?began.elapsed(), "figures out of the log");
        Ok(fold)
    }

    /// The last position that a knowledge time covers, the end of the log when none is named; 0 when it lies before all.
    async fn moment(&self, app: &App, name: &str, known: Option<Known>) -> Result<Moment, Problem> {
        let size = self.head.size();
        let Some(known) = known else {
            return Ok(Moment { position: size, recorded_at: (size > 0).then_some(self.head.recorded_at) });
        };
        let is_future = match known {
            Known::At(position) if position > size => {
                return Err(Problem::position_beyond_head().with("head", size));
            }
            Known::At(_) => false,
            Known::By(at) => at > self.now,
            Known::On(day) => day > self.today,
        };
        if is_future {
            return Err(refused(name, rules::KNOWN_FUTURE));
        }
        let mut conn = app.writer.acquire().await?;
        let last = log::last_known(&mut conn, self.ledger, size, known).await?;
        Ok(Moment {
            position: last.as_ref().map_or(0, |event| event.position),
            recorded_at: last.map(|event| event.recorded_at),
        })
    }

    async fn events(&self, app: &App, positions: Vec<u64>) -> Result<Vec<Recorded>, Problem> {
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

/// Few folds at a time: each holds the charges of a ledger in memory, or reads all its accounts.
///
/// # Errors
/// 503 when so many are under way.
pub(super) fn slot(app: &App) -> Result<SemaphorePermit<'_>, Problem> {
    app.figures.try_acquire().map_err(|_| Problem::busy().retry_after(1))
}

/// A parameter breaks a rule.
pub(super) fn refused(name: &str, rule: Rule) -> Problem {
    Problem::bad_parameter().at(name, rule)
}

/// The rows of the one cut that is asked.
fn answered(register: &Register) -> Result<Vec<Row>, Problem> {
    Ok(register.answer().map_err(|_| Problem::internal())?.pop().unwrap_or_default())
}

/// A row as JSON.
pub(super) fn shown(row: &Row) -> Result<Value, Problem> {
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
    type Side = (Figures, Option<Money>);
    let mut rows: BTreeMap<&RowKey, (Side, Side)> = BTreeMap::new();
    let late_fees = was.iter().chain(is).find_map(|row| row.late_fees).map(|_| Money::ZERO);
    let none = || (Figures::default(), late_fees);
    for row in was {
        rows.entry(&row.key).or_insert_with(|| (none(), none())).0 = (row.figures.clone(), row.late_fees);
    }
    for row in is {
        rows.entry(&row.key).or_insert_with(|| (none(), none())).1 = (row.figures.clone(), row.late_fees);
    }
    let row = |(key, (was, is)): (&RowKey, (Side, Side))| {
        let value = |(figures, late_fees): &Side| {
            let mut value = serde_json::to_value(figures).map_err(|_| Problem::internal())?;
            if let Some(late_fees) = late_fees {
                value["late_fees"] = json!(late_fees.to_string());
            }
            Ok::<Value, Problem>(value)
        };
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
