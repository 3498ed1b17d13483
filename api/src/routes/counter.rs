//! What ends a day at the counter: cash goes to the bank, and days of channel accounts are closed 日结.

use super::payment::channel;
use crate::app::App;
use crate::body::{Field, Positive, object_schema, rules};
use crate::command::{Call, commands};
use crate::endpoint::Parameter;
use crate::gateway::reconciliation::{self, is_served};
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply, WAIT};
use crate::reads::reads;
use crate::rows::Row;
use crate::workers::rounds::catch_up;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::day_close::{self, DayMovement, SignOff};
use mingzhang_domain::id::{ChannelAccountId, ChannelDayId};
use mingzhang_domain::ledger::Position;
use mingzhang_domain::shift;
use mingzhang_domain::value::{Code, Count, Label};
use mingzhang_projections::money_day::MoneyDay;
use mingzhang_projections::shift::CashBanking;
use serde_json::{Value, json};
use std::sync::Arc;

commands! {
    /// Records that cash of a shift was paid into a bank account: out of the open box, or of what was counted at its end.
    pub BankCash(BankCashBody) = "bank_cash" |call, body| {
        /// The bank account.
        bank_account: ChannelAccountId,
        /// How much.
        amount: Positive,
        /// The bank's day.
        value_on: CivilDate,
        /// Number of the bank's slip.
        slip: Option<Code>,
    } => shift::BankCash {
        shift: call.id("shift")?,
        bank: channel(call, body.bank_account)?,
        amount: body.amount.0,
        value_on: body.value_on,
        slip: body.slip,
    };

    /// Undoes a record of banked cash that was a mistake.
    pub ReverseCashBanking(ReverseCashBankingBody) = "reverse_cash_banking" |call, body| {
        /// The n-th time that cash of the shift went to a bank.
        number: Count,
        /// Why.
        reason: Label,
    } => shift::ReverseCashBanking { shift: call.id("shift")?, number: body.number, reason: body.reason };

    /// Closes a day of a channel account with what moved on it, as far as is known; again when more of it became known.
    pub CloseDay(CloseDayBody) = "close_day" |call, body| {
        /// The day.
        day: CivilDate,
    } => {
        let channel = channel(call, call.id("channel_account")?)?;
        let movement = movement(call, channel.id, body.day).await?;
        let sign_off = match channel.kind {
            ChannelKind::Online => sign_off(call, channel.id, body.day).await?,
            ChannelKind::Cash | ChannelKind::Bank | ChannelKind::Pos => SignOff::NotAsked,
        };
        day_close::CloseDay { channel, day: body.day, movement, sign_off }
    };
}

/// What the read models say of a day.
async fn movement(call: &Call<'_>, account: ChannelAccountId, on: CivilDate) -> Result<DayMovement, Problem> {
    catch_up(call.app, call.ledger, WAIT).await?;
    let read = call.app.read_models.money_days(call.ledger, account, on.month()).await?;
    let (opening, received, paid) = read.value.movement_of(on);
    let known_at = Position(read.position);
    Ok(DayMovement { opening: opening.into(), received: received.into(), paid: paid.into(), known_at })
}

async fn sign_off(call: &Call<'_>, account: ChannelAccountId, on: CivilDate) -> Result<SignOff, Problem> {
    let company = call.company()?;
    if !is_served(call.app, company, account) {
        return Ok(SignOff::NotAsked);
    }
    let day = ChannelDayId::of_day(account, on);
    let signed = reconciliation::signed_off(call.app, (company, call.ledger), day).await?;
    Ok(signed.map_or(SignOff::Missing, |signed| SignOff::Given(signed.seen)))
}

reads! {
    /// Lists cash that went to the bank, the newest first.
    pub ListCashBankings = "list_cash_bankings", page of CashBanking, by i64 |row| row.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.cash_bankings(ledger, ask);
}

/// Answers the days of a month of a channel account.
#[derive(Debug)]
pub struct ListMoneyDays;

impl Query for ListMoneyDays {
    const OPERATION: &'static str = "list_money_days";
    const SUMMARY: &'static str = "Answers the days of a month of a channel account on which something moved, or that were closed: what stood on it, came in and went out by the books, and what was said when the day was closed. A day whose closed balance is another one than its balance has changed since.";
    fn parameters() -> Vec<Parameter> {
        let description = "The month; must be given.";
        vec![Parameter { name: "period", description, schema: Month::schema() }]
    }
    fn answer() -> Value {
        let amount = || json!({"type": "string", "examples": ["12000.00"]});
        let day = object_schema(vec![
            ("opening", true, "What stood on it when the day began.", amount()),
            ("balance", true, "What stood on it when the day ended.", amount()),
            ("moved", true, "What moved, and what was said when the day was closed.", MoneyDay::schema()),
        ]);
        object_schema(vec![
            ("period", true, "", Month::schema()),
            ("opening", true, "What stood on the account when the month began.", amount()),
            ("days", true, "The days, in order.", json!({"type": "array", "items": day})),
        ])
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let period = ask.parameters.take::<Month>("period", rules::MONTH_FORM)?;
        ask.parameters.finish()?;
        let period = period.ok_or_else(|| Problem::bad_parameter().at("period", rules::MONTH_FORM))?;
        let read = app.read_models.money_days(ask.ledger, ask.ids.get("channel_account")?, period).await?;
        let mut balance = read.value.opening;
        let mut days = Vec::new();
        for day in &read.value.days {
            let opening = balance;
            balance.add(day.received);
            balance.take(day.paid);
            days.push(json!({"opening": opening.to_string(), "balance": balance.to_string(), "moved": day.show()}));
        }
        let body = json!({"period": period.to_string(), "opening": read.value.opening.to_string(), "days": days});
        Ok(Reply { body, position: read.position })
    }
}
