//! Periods of the books: months are closed in order, and the last closed one is reopened by two people.

use super::late_fee::Now;
use super::payment::authority;
use crate::app::App;
use crate::body::{Count32, Field, bodies, rules};
use crate::command::{Call, Command, commands};
use crate::endpoint::Parameter;
use crate::gateway::reconciliation::{ChannelDate, not_signed_off};
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply, WAIT};
use crate::workers::closing::Progress;
use crate::workers::rounds::catch_up;
use mingzhang_domain::books;
use mingzhang_domain::calendar::{CivilDate, Instant, Month};
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::{ApprovalId, BillRunId, ChannelAccountId, LedgerId, PoolId, ShiftId};
use mingzhang_domain::ledger::Position;
use mingzhang_domain::money::Money;
use mingzhang_domain::value::{Count, Label};
use mingzhang_projections::closing::OpenItems;
use mingzhang_projections::column::Amount;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;

bodies! {
    /// Which month is closed, and what was looked at.
    pub struct ClosePeriodBody {
        /// The month after the last closed one; it must be over. The first is that of the openings, the day before going live.
        pub period: Month,
        /// How much money received by the end of the month has no known owner, as it was looked through; nothing when absent.
        pub suspense: Option<Money>,
        /// The allowance stays as it is; needed unless it was set in the month or after it.
        pub allowance_declined: Option<bool>,
        /// How many days of online channel accounts are known not to be signed off; none when absent.
        pub channel_days: Option<Count32>,
        /// How many bank accounts are known not to be reconciled; none when absent.
        pub bank_accounts: Option<Count32>,
        /// How many meters in use are known not to be read in the month; none when absent.
        pub meters: Option<Count32>,
    }
}

/// Closes a month: what was charged ahead of it becomes revenue, and nothing that posts is dated in it any more.
#[derive(Debug)]
pub struct ClosePeriod;

impl Command for ClosePeriod {
    const OPERATION: &'static str = "close_period";
    const SUMMARY: &'static str =
        "Closes a month: what was charged ahead of it becomes revenue, and nothing that posts is dated in it any more.";
    type Body = ClosePeriodBody;
    async fn wish(call: &mut Call<'_>, body: ClosePeriodBody) -> Result<Arc<dyn Decide>, Problem> {
        let said = |number: Option<Count32>| Count(number.map_or(0, |number| number.0));
        let review = books::Review {
            suspense: body.suspense.unwrap_or_default(),
            allowance_declined: body.allowance_declined.unwrap_or_default(),
            channel_days: said(body.channel_days),
            bank_accounts: said(body.bank_accounts),
            meters: said(body.meters),
        };
        let period = body.period;
        let wish = books::ClosePeriod { period, review, open: still_open(call.app, call.ledger, period).await? };
        if !wish.is_ready() {
            return Ok(Arc::new(wish));
        }
        call.app.closings.prepare(call.ledger, period, call.given_at).await?;
        Ok(Arc::new(books::ClosePeriod { open: still_open(call.app, call.ledger, period).await?, ..wish }))
    }
}

/// What of a month is open, as the read models list it once they are at the end of the log.
async fn still_open(app: &App, ledger: LedgerId, period: Month) -> Result<books::StillOpen, Problem> {
    catch_up(app, ledger, WAIT).await?;
    let read = app.read_models.open_items(ledger, period, over_at(period)?).await?;
    let open = read.value;
    let count = |count: i64| u32::try_from(count).map(Count).map_err(|_| Problem::internal());
    Ok(books::StillOpen {
        seen_until: Position(read.position),
        shifts: open.shifts.into_iter().map(ShiftId::from).collect(),
        bill_runs: open.bill_runs.into_iter().map(BillRunId::from).collect(),
        pools: open.pools.into_iter().map(PoolId::from).collect(),
        suspense: open.suspense.into(),
        payments: count(open.payments)?,
        refunds_in_flight: open.refunds_in_flight.into(),
        refunds: count(open.refunds)?,
        bank_accounts: Some(Count(u32::try_from(open.bank_accounts.len()).map_err(|_| Problem::internal())?)),
        meters: Some(count(open.unread_meters)?),
        channel_days: not_signed_off(app, ledger, period)
            .await?
            .map(|(days, seen)| {
                let open = u32::try_from(days.len()).map(Count).map_err(|_| Problem::internal())?;
                Ok::<_, Problem>(books::OpenChannelDays { open, seen })
            })
            .transpose()?,
    })
}

/// The instant at which a month is over in Shanghai.
fn over_at(period: Month) -> Result<Instant, Problem> {
    format!("{}T00:00:00+08:00", period.next().first_day()).parse().map_err(|_| Problem::internal())
}

/// Answers the checklist of a close.
#[derive(Debug)]
pub struct GetClosingChecklist;

impl Query for GetClosingChecklist {
    const OPERATION: &'static str = "get_closing_checklist";
    const SUMMARY: &'static str = "Answers what stands between a month and its close: what must be done, what must be looked at, and how far the preparation is.";
    fn parameters() -> Vec<Parameter> {
        let description = "The month; required.";
        vec![Parameter { name: "period", description, schema: Month::schema() }]
    }
    fn answer() -> Value {
        let (text, count) = (json!({"type": "string"}), json!({"type": "integer"}));
        let ids = json!({"type": "array", "items": {"type": "string", "format": "uuid"}, "description": "The first hundred."});
        let item = json!({"type": "object", "required": ["check", "done"], "properties": {
            "check": {"type": "string", "enum": CHECKS},
            "done": {"type": "boolean", "description": "False: it stands in the way, or happens with the close."},
            "open": ids, "amount": {"type": "string", "format": "amount"}, "count": count, "since": CivilDate::schema(),
            "channel_days": {"type": "array", "description": "The first hundred.", "items": {
                "type": "object", "required": ["channel_account", "day"],
                "properties": {"channel_account": ChannelAccountId::schema(), "day": CivilDate::schema()},
            }},
            "prepared": {"type": "object", "description": "How far this process is with it.",
                "properties": {"done": count, "total": count}},
        }});
        json!({"type": "object", "required": ["period", "items"], "properties": {
            "period": text, "items": {"type": "array", "items": item},
        }})
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let period = ask.parameters.take::<Month>("period", rules::MONTH_FORM)?;
        let period = period.ok_or_else(|| Problem::bad_parameter().at("period", rules::REQUIRED))?;
        ask.parameters.finish()?;
        let read = app.read_models.open_items(ask.ledger, period, over_at(period)?).await?;
        let agreed = !Now::read(&app, &ask).await?.community(&app).await?.late_fees().is_empty();
        let channels = not_signed_off(&app, ask.ledger, period).await?.map(|(days, _)| days);
        let items = checklist(&read.value, channels.as_ref(), app.closings.progress(ask.ledger, period), agreed);
        Ok(Reply { body: json!({"period": period.to_string(), "items": items}), position: read.position })
    }
}

/// Days shown of a list that may be long.
const SHOWN: usize = 100;

/// What is checked, in order.
const CHECKS: [&str; 14] = [
    "shifts_closed",
    "cash_banked",
    "meters_read",
    "pools_posted",
    "bill_runs_posted",
    "channels_signed_off",
    "banks_reconciled",
    "suspense_reviewed",
    "refunds_in_flight",
    "credit_drawn",
    "revenue_released",
    "tax_points_moved",
    "allowance_decided",
    "late_fees_frozen",
];

/// In the order of [`CHECKS`].
fn checklist(
    open: &OpenItems,
    channel_days: Option<&BTreeSet<ChannelDate>>,
    progress: Option<Progress>,
    late_fees: bool,
) -> Vec<Value> {
    let ids = |ids: &[Uuid]| json!({"done": ids.is_empty(), "open": ids});
    let amount = |amount: &Amount| json!({"done": amount.fen() == 0, "amount": amount.to_string()});
    let counted = |sum: &Amount, count: i64| json!({"done": count == 0, "amount": sum.to_string(), "count": count});
    let mut suspense = counted(&open.suspense, open.payments);
    if let Some(since) = open.suspense_since {
        suspense["since"] = json!(since.to_string());
    }
    let mut revenue = amount(&open.unearned);
    if let Some(progress) = progress {
        revenue["prepared"] = json!({"done": progress.done, "total": progress.total});
    }
    let mut meters = ids(&open.meters);
    meters["count"] = json!(open.unread_meters);
    let draw = json!({"done": open.accounts_to_draw.is_empty(), "count": open.accounts_to_draw.len()});
    let items = [
        ids(&open.shifts),
        amount(&open.cash),
        meters,
        ids(&open.pools),
        ids(&open.bill_runs),
        channels(channel_days),
        ids(&open.bank_accounts),
        suspense,
        counted(&open.refunds_in_flight, open.refunds),
        draw,
        revenue,
        amount(&open.vat_pending),
        json!({"done": open.allowance_set}),
        // The seal that follows the close has them.
        json!({"done": !late_fees}),
    ];
    let named = |(check, mut item): (&str, Value)| {
        item["check"] = json!(check);
        item
    };
    CHECKS.into_iter().zip(items).map(named).collect()
}

/// Days that are not signed off: the first hundred, and how many there are.
fn channels(days: Option<&BTreeSet<ChannelDate>>) -> Value {
    let Some(days) = days else { return json!({"done": true}) };
    let shown = |(channel, day): &ChannelDate| json!({"channel_account": channel, "day": day.to_string()});
    let first: Vec<Value> = days.iter().take(SHOWN).map(shown).collect();
    json!({"done": days.is_empty(), "count": days.len(), "channel_days": first})
}

commands! {
    /// Reopens the month that was closed last; when it is closed again, its figures have a new version.
    pub ReopenPeriod(ReopenPeriodBody) = "reopen_period" |call, body| {
        /// The month.
        period: Month,
        /// Why.
        reason: Label,
        /// The approval of another; needed whatever the limit.
        approval: Option<ApprovalId>,
    } asks books::ReopenPeriod => books::ReopenPeriod {
        period: body.period,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };
}
