//! What is handed out as a file: the statement of an account and the trial balance.

use super::receipt_document::civil;
use crate::app::App;
use crate::body::{Field, rules};
use crate::document::{Document, Paper};
use crate::download::{Download, Table};
use crate::endpoint::Parameter;
use crate::names::Asker;
use crate::problem::Problem;
use crate::query::Ask;
use crate::stamp;
use mingzhang_documents::statement;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::id::{AccountId, PartyId};
use mingzhang_domain::money::Money;
use mingzhang_projections::sheet::statement::Statement;
use mingzhang_projections::sheet::{MAX_ROWS, trial_balance, words};
use std::sync::Arc;

/// Days of a statement at most: ten years.
const LONGEST: i64 = 3_660;

/// What a statement is when it is asked for one party.
pub(super) const OF_PARTY: &str = "Only what concerns this party, with a balance of its own.";

/// Hands out the statement of an account.
#[derive(Debug)]
pub struct DownloadStatement;

impl Download for DownloadStatement {
    const OPERATION: &'static str = "download_statement";
    const SUMMARY: &'static str = "Hands out the statement of an account from a day to a day as a file, in the order of the accounting dates; below it, marked 历史, what an old system recorded of payments.";
    fn parameters() -> Vec<Parameter> {
        statement_parameters()
    }
    async fn read(app: Arc<App>, ask: Ask) -> Result<Table, Problem> {
        let Asked { statement, days: (from, to), position, .. } = asked(&app, ask).await?;
        let name = name(&statement, (from, to));
        Ok(Table { sheet: statement.sheet(), name, plain_name: "statement", position })
    }
}

/// A statement that was asked for.
struct Asked {
    statement: Statement,
    days: (CivilDate, CivilDate),
    party: Option<PartyId>,
    position: u64,
}

async fn asked(app: &App, mut ask: Ask) -> Result<Asked, Problem> {
    let mut day = |name: &str| {
        let day = ask.parameters.take::<CivilDate>(name, rules::DATE_FORM)?;
        day.ok_or_else(|| Problem::bad_parameter().at(name, rules::REQUIRED))
    };
    let (from, to) = (day("from")?, day("to")?);
    let party: Option<PartyId> = ask.parameters.take_id("party")?;
    ask.parameters.finish()?;
    let days = from.days_until(to);
    if days < 0 {
        return Err(Problem::bad_parameter().at("to", rules::RANGE_ORDER));
    }
    let too_long = || Problem::bad_parameter().at("to", rules::STATEMENT_RANGE);
    if days > LONGEST {
        return Err(too_long());
    }
    let of: (AccountId, _) = (ask.ids.get("account")?, party);
    let read = app.read_models.statement_between(ask.ledger, of, (from, to)).await?;
    let statement = read.value.ok_or_else(Problem::not_found)?;
    if statement.facts.len().saturating_add(statement.history.len()) > usize::from(MAX_ROWS) {
        return Err(too_long());
    }
    Ok(Asked { statement, days: (from, to), party, position: read.position })
}

fn name(statement: &Statement, (from, to): (CivilDate, CivilDate)) -> String {
    let code = statement.code.as_ref().map(|code| format!("-{code}")).unwrap_or_default();
    format!("对账单{code}-{from}-{to}")
}

fn statement_parameters() -> Vec<Parameter> {
    let day = |name, description| Parameter { name, description, schema: CivilDate::schema() };
    vec![
        day("from", "First accounting date; required."),
        day("to", "Last accounting date; required, at most ten years later."),
        Parameter { name: "party", description: OF_PARTY, schema: PartyId::schema() },
    ]
}

/// Hands out the statement of an account on paper.
#[derive(Debug)]
pub struct GetStatementDocument;

impl Document for GetStatementDocument {
    const OPERATION: &'static str = "get_statement_document";
    const SUMMARY: &'static str = "Hands out the statement of an account, or of one party of it, from a day to a day as PDF, in the order of the accounting dates; below it, marked 历史, what an old system recorded of payments.";
    fn parameters() -> Vec<Parameter> {
        statement_parameters()
    }
    async fn read(app: Arc<App>, ask: Ask) -> Result<Paper, Problem> {
        let asker = Asker::new(&app, ask.ledger, ask.caller)?;
        let Asked { statement, days, party, position } = asked(&app, ask).await?;
        let named = asker.parties(&app, party.iter().map(|party| party.uuid()).collect()).await?;
        let name = name(&statement, days);
        let facts = statement.facts.iter().map(|fact| {
            Ok(statement::Fact {
                on: civil(fact.effective_on)?,
                what: words::fact(fact.event_type.0).to_owned(),
                item: fact.fee_item.as_ref().map(ToString::to_string),
                period: fact.period.as_ref().map(ToString::to_string),
                amount: Money::from(fact.amount),
                effect: Money::from(fact.effect),
            })
        });
        let history = statement.history.iter().map(|old| {
            Ok(statement::Remembered {
                on: civil(old.paid_on)?,
                item: old.item.to_string(),
                amount: Money::from(old.paid),
            })
        });
        let printed = statement::Statement {
            company: asker.name(&app, asker.company),
            community: asker.name(&app, asker.community),
            unit: statement.code.as_ref().map(ToString::to_string),
            party: party.and_then(|party| named.get(&party.uuid()).cloned()),
            days,
            opening: Money::from(statement.opening),
            facts: facts.collect::<Result<_, Problem>>()?,
            history: history.collect::<Result<_, Problem>>()?,
            position,
        };
        let job = statement::job(&printed, stamp::of(&app, asker.company).await?);
        Ok(Paper { job, name, plain_name: "statement", position })
    }
}

/// Hands out the trial balance.
#[derive(Debug)]
pub struct DownloadTrialBalance;

impl Download for DownloadTrialBalance {
    const OPERATION: &'static str = "download_trial_balance";
    const SUMMARY: &'static str = "Hands out the trial balance as a file: purse by purse what was before, what was posted from a month to a month, and what is after.";
    fn parameters() -> Vec<Parameter> {
        let month = |name, description| Parameter { name, description, schema: Month::schema() };
        vec![
            month("from", "First month of what was posted; `until` when absent."),
            month("until", "Up to and with this month; the present one when absent."),
        ]
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Table, Problem> {
        let until = ask.parameters.take::<Month>("until", rules::MONTH_FORM)?;
        let until = until.map_or_else(|| super::book_reads::present(&app), Ok)?;
        let from = ask.parameters.take::<Month>("from", rules::MONTH_FORM)?.unwrap_or(until);
        ask.parameters.finish()?;
        if from > until {
            return Err(Problem::bad_parameter().at("until", rules::RANGE_ORDER));
        }
        let read = app.read_models.trial_balance(ask.ledger, until).await?;
        let (sheet, name) = (trial_balance::sheet(&read.value, from), format!("科目余额表-{from}-{until}"));
        Ok(Table { sheet, name, plain_name: "trial-balance", position: read.position })
    }
}
