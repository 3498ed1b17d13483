//! Days of channel accounts: reconciled with the provider's bill, explained, signed off; and settled in the communities.

use super::payment::{channel, open_channel};
use crate::app::App;
use crate::body::{Field, Positive, object_schema, rules};
use crate::command::commands;
use crate::endpoint::{Parameter, Route, Scope, plain};
use crate::extract;
use crate::gateway::bill_file::{BillFile, LONGEST};
use crate::gateway::reconciliation::{Reconciler, signed_off};
use crate::http;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::reads::reads;
use crate::rows::Row;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing;
use chrono::NaiveDate;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::envelope::{Actor, ActorKind};
use mingzhang_domain::id::{ChannelAccountId, ChannelDayId};
use mingzhang_domain::value::Label;
use mingzhang_domain::{channel_day, channel_settlement};
use mingzhang_projections::channel_day::{ChannelDay, ChannelDaySplit, ChannelDifference};
use mingzhang_projections::channel_settlement::ChannelSettlement;
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

commands! {
    /// Says what a difference between bill and log is.
    pub ExplainDifference(ExplainDifferenceBody) = "explain_difference" |call, body| {
        /// What it is.
        note: Label,
    } => channel_day::ExplainDifference {
        channel_day: call.id("channel_day")?,
        difference: call.id("channel_difference")?,
        note: body.note,
    };

    /// Ends the reconciliation of a day: every difference is gone or explained.
    pub SignOffChannelDay(SignOffChannelDayBody) = "sign_off_channel_day" |call, _body| {
    } => channel_day::SignOffChannelDay { channel_day: call.id("channel_day")? };

    /// Records that a signed day's money came to the bank in one sum: each community's part is settled there, the rest is the company's suspense.
    pub RecordLump(RecordLumpBody) = "record_lump" |call, body| {
        /// The bank account that it came to.
        bank_account: ChannelAccountId,
        /// What the bank got.
        amount: Positive,
        /// The bank's day.
        value_on: CivilDate,
    } => channel_day::RecordLump {
        channel_day: call.id("channel_day")?,
        bank: open_channel(call.app, call.ledger, body.bank_account)?,
        amount: body.amount.0,
        value_on: body.value_on,
    };

    /// Says what the rest of a lump was, which is of no community: it leaves the company's suspense.
    pub ClearRest(ClearRestBody) = "clear_rest" |call, body| {
        /// The day on which it left the bank account, or came in.
        value_on: CivilDate,
        /// What it was.
        note: Label,
    } => channel_day::ClearRest { channel_day: call.id("channel_day")?, value_on: body.value_on, note: body.note };

    /// Records that a day's money of a channel account came to the bank, by what its reconciliation says of this community.
    pub SettleChannelDay(SettleChannelDayBody) = "settle_channel_day" |call, body| {
        /// The channel account.
        channel_account: ChannelAccountId,
        /// The day of the trades.
        day: CivilDate,
        /// The bank account that it came to.
        bank_account: ChannelAccountId,
        /// The bank's day.
        value_on: CivilDate,
    } => {
        let day = ChannelDayId::of_day(body.channel_account, body.day);
        let signed_off = signed_off(call.app, (call.company()?, call.ledger), day).await?;
        channel_settlement::SettleChannelDay {
            channel: channel(call, body.channel_account)?,
            bank: channel(call, body.bank_account)?,
            day: body.day,
            signed_off,
            value_on: body.value_on,
        }
    };

    /// Undoes a settlement that was recorded by mistake.
    pub ReverseSettlement(ReverseSettlementBody) = "reverse_settlement" |call, body| {
        /// Why.
        reason: Label,
    } => channel_settlement::ReverseSettlement { settlement: call.id("channel_settlement")?, reason: body.reason };
}

reads! {
    /// Lists reconciled days of the company's channel accounts, the latest first.
    pub ListChannelDays = "list_channel_days",
        page of ChannelDay, by (NaiveDate, Uuid) |day| (day.day, day.channel_day_id),
    takes { channel_account: Uuid = UUID, "Only of this channel account."; }
    |app, ledger, ids, ask| app.read_models.channel_days(ledger, channel_account.map(ChannelAccountId), ask);

    /// Lists what a day's bill and the logs differ in, or did, the newest first.
    pub ListChannelDifferences = "list_channel_differences", page of ChannelDifference, by i64 |row| row.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.channel_differences(ledger, ids.get("channel_day")?, ask);

    /// Lists what bills and logs differ in and nobody explained, over all days: the work list.
    pub ListOpenChannelDifferences = "list_open_channel_differences",
        page of ChannelDifference, by i64 |row| row.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.open_channel_differences(ledger, ask);

    /// Lists settlements of the community, the newest first.
    pub ListChannelSettlements = "list_channel_settlements", page of ChannelSettlement, by i64 |row| row.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.channel_settlements(ledger, ask);
}

/// Answers a reconciled day and whose money its bill is.
#[derive(Debug)]
pub struct GetChannelDay;

impl Query for GetChannelDay {
    const OPERATION: &'static str = "get_channel_day";
    const SUMMARY: &'static str = "Answers a reconciled day of a channel account, and what of its bill is of which community; of none that is known: the company's own part.";
    fn answer() -> Value {
        object_schema(vec![
            ("day", true, "", ChannelDay::schema()),
            ("splits", true, "", json!({"type": "array", "items": ChannelDaySplit::schema()})),
        ])
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let read = app.read_models.channel_day(ask.ledger, ask.ids.get("channel_day")?).await?;
        let (day, splits) = read.value.ok_or_else(Problem::not_found)?;
        let splits: Vec<Value> = splits.iter().map(Row::show).collect();
        Ok(Reply { body: json!({"day": day.show(), "splits": splits}), position: read.position })
    }
}

/// The route that reads a bill.
pub fn route() -> Route {
    let path = "/companies/{company}/channel-accounts/{channel_account}/reconcile";
    let summary = "Reconciles a day of a channel account with the provider's bill: without a body the provider is asked for it, with one (at most 64 MiB) it is the bill as the provider's console gives it. It may be done again until the day is signed off.";
    let answer = object_schema(vec![("channel_day", true, "", json!({"type": "string", "format": "uuid"}))]);
    let day =
        Parameter { name: "day", description: "The day, which is over; must be given.", schema: CivilDate::schema() };
    plain("reconcile_channel_day", Method::POST, path, summary, routing::post(reconcile))
        .taking(vec![day])
        .with(None, answer)
}

/// `POST …/reconcile`
async fn reconcile(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, body) = request.into_parts();
    let (caller, ids, company) = http::signed_in(&app, "reconcile_channel_day", Scope::Company, &mut parts).await?;
    let mut parameters = http::parameters(&parts)?;
    let day = parameters.take::<CivilDate>("day", rules::DATE_FORM)?;
    parameters.finish()?;
    let day = day.ok_or_else(|| Problem::bad_parameter().at("day", rules::DATE_FORM))?;
    let reconciler = Reconciler::find(&app, company, ids.get("channel_account")?)?;
    let given_at = extract::given_time(&parts.headers)?;
    let longest = usize::try_from(LONGEST).unwrap_or(usize::MAX);
    let uploaded = http::bytes(&parts.headers, body, longest).await?;
    let actor = Actor { kind: ActorKind::Staff, id: caller.id };
    // A caller that goes away stops nothing halfway.
    let work = tokio::spawn(async move {
        let bill = if uploaded.is_empty() {
            reconciler.fetch(&app, day).await?
        } else {
            let mut bill = BillFile::new().map_err(|_| Problem::internal())?;
            bill.append(&uploaded).map_err(|_| Problem::internal())?;
            Some(bill)
        };
        reconciler.reconcile(&app, day, bill, (actor, given_at)).await
    });
    let day = work.await.unwrap_or_else(|_| Err(Problem::internal()))?;
    Ok(http::answered(StatusCode::OK, json!({"channel_day": day.uuid()})))
}
