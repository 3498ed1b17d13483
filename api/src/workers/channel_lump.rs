//! Settles in the communities what came to the bank in one sum: each part once, whoever is cut off.

use super::rounds::{CATCH_UP, catch_up};
use crate::app::App;
use crate::gateway::reconciliation::signed_off;
use crate::gateway::{clock, stream, submit};
use crate::problem::Problem;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::channel_day::ChannelLumpRecorded;
use mingzhang_domain::channel_settlement::{ChannelSettlementRefusal, SettleChannelDay};
use mingzhang_domain::id::{ChannelAccountId, ChannelDayId, LedgerId};
use mingzhang_domain::ledger::LedgerKind;
use mingzhang_domain::payment::Channel;
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::stream::StreamState;
use mingzhang_store::lane::SubmitError;
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

/// How often work is looked for that another process has left.
const LOOK_EVERY: Duration = Duration::from_secs(600);
/// Days before now whose lumps are looked at.
const DAYS: i64 = 31;

/// Works for ever.
pub async fn work(app: Arc<App>) {
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let mut done = HashSet::new();
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = app.lump_recorded.notified() => {}
        }
        for company in app.directory.children(app.directory.installation()) {
            if company.kind == LedgerKind::Company
                && let Err(problem) = of_company(&app, company.ledger_id, &mut done).await
            {
                let code = problem.rule.code;
                tracing::warn!(company = %company.ledger_id, code, "what came to the bank could not be settled");
            }
        }
    }
}

async fn of_company(app: &App, company: LedgerId, done: &mut HashSet<ChannelDayId>) -> Result<(), Problem> {
    catch_up(app, company, CATCH_UP).await?;
    let since = clock(app, company).await?.0 - chrono::Duration::days(DAYS);
    let since = CivilDate::of_instant(since).map_err(|_| Problem::internal())?;
    for day in app.read_models.channel_lumps(company, since).await?.value {
        let day = ChannelDayId(day);
        if done.contains(&day) {
            continue;
        }
        let StreamState::ChannelDay(state) = stream(app, company, day.into()).await?.0 else {
            return Err(Problem::internal());
        };
        let Some((lump, _)) = state.lump() else { continue };
        for part in &lump.parts {
            settle(app, company, (day, lump), part.community).await?;
        }
        done.insert(day);
    }
    Ok(())
}

/// Settles the part of one community, unless that was done.
async fn settle(
    app: &App,
    company: LedgerId,
    (day, lump): (ChannelDayId, &ChannelLumpRecorded),
    community: LedgerId,
) -> Result<(), Problem> {
    let channel = |id: ChannelAccountId| -> Result<Channel, Problem> {
        let account = app.directory.channel_account(company, id);
        account.map(|account| account.channel(id)).ok_or_else(Problem::not_found)
    };
    let command = SettleChannelDay {
        channel: channel(lump.channel_account)?,
        bank: channel(lump.bank_account)?,
        day: lump.day,
        signed_off: signed_off(app, (company, community), day).await?,
        value_on: lump.value_on,
    };
    let told_by = (community, lump.channel_account.uuid());
    let known = [ChannelSettlementRefusal::SettlementMustBeOnce, ChannelSettlementRefusal::SettlementMustHaveTrades];
    match submit(app, told_by, Arc::new(command), &["lump", &day.to_string()]).await {
        Err(SubmitError::Refused { refusal, .. })
            if known.iter().any(|rule| Refusal::from(*rule).code == refusal.code) =>
        {
            Ok(())
        }
        outcome => Ok(outcome?),
    }
}
