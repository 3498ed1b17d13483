//! The allowance for losses 坏账准备: shares by age, and what follows from them at the end of a month.

use super::figures::{Log, Question};
use crate::app::App;
use crate::body::{Field, rules};
use crate::command::commands;
use crate::endpoint::Parameter;
use crate::gateway::stream;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply, WAIT};
use mingzhang_domain::book::{Book, Purse};
use mingzhang_domain::books;
use mingzhang_domain::books::allowance::{AgeingRates, Provision};
use mingzhang_domain::calendar::Month;
use mingzhang_domain::id::BooksId;
use mingzhang_domain::money::{Money, MoneyError};
use mingzhang_domain::stream::StreamState;
use mingzhang_domain::value::Exact;
use serde_json::{Value, json};
use std::sync::Arc;

commands! {
    /// Sets the shares of open principal that are expected to be lost, by age, from an open month on; each from 0 to 1.
    pub SetAllowanceRates(SetAllowanceRatesBody) = "set_allowance_rates" |call, body| {
        /// First month; not a closed one.
        from: Month,
        /// Not due yet.
        not_due: Exact,
        /// 1 to 30 days past the due date.
        d1_30: Exact,
        /// 31 to 60 days.
        d31_60: Exact,
        /// 61 to 90 days.
        d61_90: Exact,
        /// 91 to 180 days.
        d91_180: Exact,
        /// 181 to 365 days.
        d181_365: Exact,
        /// 366 to 730 days.
        d366_730: Exact,
        /// 731 to 1,095 days.
        d731_1095: Exact,
        /// More than 1,095 days.
        over: Exact,
    } => books::SetAllowanceRates {
        from: body.from,
        rates: AgeingRates {
            not_due: body.not_due,
            d1_30: body.d1_30,
            d31_60: body.d31_60,
            d61_90: body.d61_90,
            d91_180: body.d91_180,
            d181_365: body.d181_365,
            d366_730: body.d366_730,
            d731_1095: body.d731_1095,
            over: body.over,
        },
    };
}

/// Answers what the allowance is to be at the end of a month by the shares that hold in it.
#[derive(Debug)]
pub struct GetAllowanceProposal;

impl Query for GetAllowanceProposal {
    const OPERATION: &'static str = "get_allowance_proposal";
    const SUMMARY: &'static str = "Answers what the allowance is to be at the end of a month by the shares of each age, what it is, and what `set_allowance` is to be given so that it becomes that. Nothing is posted.";
    const WAITS_BY_ITSELF: bool = true;
    fn parameters() -> Vec<Parameter> {
        vec![Parameter { name: "period", description: "The month; required.", schema: Month::schema() }]
    }
    fn answer() -> Value {
        let amount = json!({"type": "string", "format": "amount"});
        let item = json!({"type": "object", "required": ["age", "open", "rate", "amount"], "properties": {
            "age": {"type": "string", "description": "Days past the due date, as ageing has them."},
            "open": amount, "rate": Exact::schema(), "amount": amount,
        }});
        json!({"type": "object", "required": ["period", "items", "needed", "balance", "change", "provided"], "properties": {
            "period": Month::schema(), "items": {"type": "array", "items": item},
            "needed": {"type": "string", "format": "amount", "description": "The sum of the items."},
            "balance": {"type": "string", "format": "amount", "description": "The allowance on the books at the end of the month."},
            "change": {"type": "string", "format": "amount", "description": "What is missing; negative when it is too much."},
            "provided": {"type": "string", "format": "amount", "description": "What `set_allowance` is to be given."},
        }})
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let period = ask.parameters.take::<Month>("period", rules::MONTH_FORM)?;
        let period = period.ok_or_else(|| Problem::bad_parameter().at("period", rules::REQUIRED))?;
        ask.parameters.finish()?;
        let log = Log::asked_for(&app, &ask).await?;
        let (state, _) = stream(&app, ask.ledger, BooksId::of_ledger(ask.ledger).into()).await?;
        let StreamState::Books(books) = state else { return Err(Problem::internal()) };
        let rates = books.allowance_rates(period).ok_or_else(Problem::not_found)?;
        let answer = Question::of_month_end(period).answered(&app, &log, WAIT).await?;
        let ageing = answer.rows.first().map(|row| row.figures.ageing).unwrap_or_default();
        let read = app.read_models.trial_balance(ask.ledger, period).await?;
        let of_allowance =
            read.value.iter().filter(|row| row.purse.0 == Purse::Company && row.book.0 == Book::Allowance);
        let balance = Money::from_fen(of_allowance.map(|row| row.credit.fen() - row.debit.fen()).sum());
        let overflow = |_: MoneyError| Problem::internal();
        let provisions = rates.provisions(&ageing).map_err(overflow)?;
        let needed = provisions.iter().try_fold(Money::ZERO, |sum, of| sum.plus(of.amount)).map_err(overflow)?;
        let change = needed.minus(balance).map_err(overflow)?;
        let provided = books.provided().plus(change).map_err(overflow)?;
        let shown = |of: &Provision| json!({"age": of.age, "open": of.open.to_string(), "rate": of.rate.to_string(), "amount": of.amount.to_string()});
        let items: Vec<Value> = provisions.iter().map(shown).collect();
        let body = json!({
            "period": period.to_string(), "items": items, "needed": needed.to_string(), "balance": balance.to_string(),
            "change": change.to_string(), "provided": provided.to_string(),
        });
        Ok(Reply { body, position: read.position.min(answer.position) })
    }
}
