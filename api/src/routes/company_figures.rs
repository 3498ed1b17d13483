//! The figures of a company: of each of its communities that the caller may see, and of all of them together, whose rates
//! are recomputed from the sums. As known now; every line says the position of its own ledger.

use super::company::directory_at;
use super::figures::{Answer, Log, Moment, Question, refused, shown};
use super::figures_schema::{moment_schema, period_schema, row_schema};
use crate::app::App;
use crate::authorise::may;
use crate::body::{Field, rules};
use crate::directory::Ledger;
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply, WAIT};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::figures::{Row, RowKey};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::rule::figures::Figures;
use mingzhang_domain::value::{Code, Label};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::time::Instant;

/// Communities of one answer at most.
const MOST: usize = 500;

/// Answers the figures of a company's communities and of all of them together.
#[derive(Debug)]
pub struct GetCompanyFigures;

impl Query for GetCompanyFigures {
    const OPERATION: &'static str = "get_company_figures";
    const SUMMARY: &'static str = "Answers the figures of a period as of a day, as known now, of each community of a company that the caller may see and of all of them together; the rates of the total are recomputed from the sums.";
    const WAITS_BY_ITSELF: bool = true;
    fn parameters() -> Vec<Parameter> {
        Question::parameters_as_known_now()
    }
    fn answer() -> Value {
        let mut item = figures_schema();
        for (name, schema) in [
            ("community", json!({"type": "string", "format": "uuid"})),
            ("code", Code::schema()),
            ("name", Label::schema()),
            ("known_at", moment_schema()),
        ] {
            item["properties"][name] = schema;
        }
        let properties = json!({
            "period": period_schema(), "as_of": CivilDate::schema(), "fund": {"type": "string"},
            "total": figures_schema(), "items": {"type": "array", "items": item},
        });
        json!({"type": "object", "required": ["period", "as_of", "fund", "total", "items"], "properties": properties})
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let question = Question::take_as_known_now(&app, &mut ask)?;
        ask.parameters.finish()?;
        let position = directory_at(&app, ask.ledger, ask.at_least).await?;
        let sees = |community: LedgerId| may(&app.directory, "get_figures", ask.caller, community);
        let communities = seen(app.directory.children(ask.ledger), sees)?;
        // All of them together wait no longer for their read models than one would.
        let give_up = Instant::now() + WAIT;
        let (mut figures, mut items) = (Vec::new(), Vec::new());
        for community in &communities {
            let (part, item) = of_community(&app, &question, community, give_up).await?;
            figures.push(part);
            items.push(item);
        }
        let mut body = question.document();
        body.remove("by");
        body.insert("total".to_owned(), shown(&whole(&question, Figures::total(&figures)))?);
        body.insert("items".to_owned(), Value::Array(items));
        Ok(Reply { body: Value::Object(body), position })
    }
}

/// Those communities that the caller may see, by code; what others there are bounds nobody.
fn seen(mut communities: Vec<Ledger>, may: impl Fn(LedgerId) -> bool) -> Result<Vec<Ledger>, Problem> {
    communities.retain(|community| may(community.ledger_id));
    if communities.len() > MOST {
        return Err(refused("company", rules::COMMUNITIES_BOUNDED));
    }
    communities.sort_unstable_by(|one, other| one.code.cmp(&other.code));
    Ok(communities)
}

/// A row of everything has no key but the fund, and no late fees.
fn figures_schema() -> Value {
    let mut schema = row_schema();
    if let Some(Value::Object(properties)) = schema.get_mut("properties") {
        properties.retain(|name, _| !["building", "fee_item", "late_fees"].contains(&name.as_str()));
    }
    schema
}

/// A row of everything.
fn whole(question: &Question, figures: Figures) -> Row {
    Row { key: RowKey { building: None, fee_item: None, fund: question.fund() }, figures, late_fees: None }
}

/// A line of the answer; a community in which nothing has happened yet has nothing in every figure.
async fn of_community(
    app: &App,
    question: &Question,
    community: &Ledger,
    give_up: Instant,
) -> Result<(Figures, Value), Problem> {
    let wait = give_up.saturating_duration_since(Instant::now());
    let (row, known) = match Log::read(app, community.ledger_id).await? {
        Some(log) => {
            let Answer { mut rows, known, .. } = question.answered(app, &log, wait).await?;
            (rows.pop(), known)
        }
        None => (None, Moment::BEFORE_ALL),
    };
    let row = row.unwrap_or_else(|| whole(question, Figures::total([])));
    let mut item = shown(&row)?;
    item["community"] = json!(community.ledger_id.to_string());
    item["code"] = json!(community.code.to_string());
    item["name"] = json!(community.name.to_string());
    item["known_at"] = known.shown();
    Ok((row.figures, item))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mingzhang_domain::ledger::{LedgerClock, LedgerKind};
    use uuid::Uuid;

    /// So many communities, the last one first.
    fn communities(count: u128) -> Vec<Ledger> {
        let community = |n: u128| Ledger {
            ledger_id: LedgerId(Uuid::from_u128(n)),
            kind: LedgerKind::Community,
            parent: None,
            code: format!("C{n:04}").parse().unwrap(),
            name: "小区".parse().unwrap(),
            clock: LedgerClock::System,
            created_by: None,
        };
        (1..=count).rev().map(community).collect()
    }

    #[test]
    fn five_hundred_communities_are_answered_and_one_more_is_refused_by_name() {
        let all = seen(communities(500), |_| true).unwrap();
        assert_eq!((all.len(), all[0].code.as_str(), all[499].code.as_str()), (500, "C0001", "C0500"));
        let problem = seen(communities(501), |_| true).unwrap_err();
        assert_eq!(problem.status, 400);
        assert!(problem.errors.iter().any(|error| error.rule.code == "communities_must_be_bounded"), "{problem:?}");
    }

    #[test]
    fn whoever_may_see_some_of_many_is_answered_these() {
        let even = |community: LedgerId| community.uuid().as_u128().is_multiple_of(2);
        assert_eq!(seen(communities(1_000), even).unwrap().len(), 500);
        assert!(seen(communities(1_002), even).is_err());
        assert!(seen(communities(1_002), |_| false).unwrap().is_empty());
    }
}
