//! Reconciles a day of a channel account: the provider's bill against the logs of all communities that it serves.
//!
//! What a provider has and a log lacks, though the order is that log's, is recorded as it should have been told, and the bill is
//! matched again; everything else that differs waits for a person. May never happen here: a bill whole in memory.

use super::bill_file::BillFile;
use super::served::{gateway_of, stream};
use super::{PaymentGateway, Received, Served};
use crate::app::App;
use crate::problem::Problem;
use crate::query::WAIT;
use crate::workers::chain::changes_nothing;
use crate::workers::rounds::{CATCH_UP, catch_up};
use chrono::NaiveDate;
use mingzhang_domain::calendar::{CivilDate, Instant, Month};
use mingzhang_domain::channel_day::{Difference, DifferenceKind, Matching, Ours, ReconcileChannelDay, Reconciled, Way};
use mingzhang_domain::channel_settlement::DaySignedOff;
use mingzhang_domain::envelope::Actor;
use mingzhang_domain::id::{ChannelAccountId, ChannelDayId, ChannelRefundId, CommandId, LedgerId, PaymentOrderId};
use mingzhang_domain::ledger::{Position, Seen};
use mingzhang_domain::money::Money;
use mingzhang_domain::stream::StreamState;
use mingzhang_domain::value::Digest;
use mingzhang_gateway::bill::BillError;
use mingzhang_store::lane::{Submission, SubmitError, Urgency};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use uuid::Uuid;

/// Orders that are looked for in the logs at a time.
const ORDERS: usize = 200;

/// A channel account of a company whose days are reconciled.
#[derive(Debug, Clone)]
pub struct Reconciler {
    company: LedgerId,
    id: ChannelAccountId,
    gateway: Arc<dyn PaymentGateway>,
}

/// What the logs of the communities have of a day, and up to where they were read.
struct Logs {
    matching: Matching,
    seen: BTreeMap<LedgerId, Seen>,
}

impl Reconciler {
    /// The channel account, if this server speaks for its merchant number.
    ///
    /// # Errors
    /// 404, or 409 `gateway_must_be_served`.
    pub fn find(app: &App, company: LedgerId, id: ChannelAccountId) -> Result<Self, Problem> {
        let (_, gateway) = gateway_of(app, company, id)?;
        Ok(Self { company, id, gateway })
    }

    /// Fetches the bill of a day from the provider; none when nothing was traded.
    ///
    /// # Errors
    /// 502 and 503 as the provider answers.
    pub async fn fetch(&self, app: &App, day: CivilDate) -> Result<Option<BillFile>, Problem> {
        let mut bill = BillFile::new().map_err(|_| Problem::internal())?;
        let there_is_one = self.gateway.fetch_bill(day, &mut bill, app.now()).await?;
        Ok(there_is_one.then_some(bill))
    }

    /// Matches a bill with the logs and writes down what was found; none is the bill of a day without trades.
    ///
    /// # Errors
    /// 422 `bill_unreadable`; 409 as the rules say; 503.
    pub async fn reconcile(
        &self,
        app: &App,
        day: CivilDate,
        bill: Option<BillFile>,
        (actor, given_at): (Actor, Option<Instant>),
    ) -> Result<ChannelDayId, Problem> {
        let bill = Arc::new(bill);
        let (mut reconciled, mut seen) = self.match_with_logs(app, day, &bill).await?;
        if self.record_missing(app, &reconciled, day).await? > 0 {
            (reconciled, seen) = self.match_with_logs(app, day, &bill).await?;
        }
        let digest = bill.as_ref().as_ref().map_or_else(empty, BillFile::digest);
        let command = ReconcileChannelDay { channel_account: self.id, day, bill: digest, reconciled, seen };
        let attempt: CommandId = crate::ids::mint();
        let submission = Submission {
            ledger_id: self.company,
            command_id: attempt,
            correlation_id: None,
            causation_id: None,
            actor,
            request_digest: [0; 32],
            command: Arc::new(command),
            vault: Vec::new(),
            given_at,
            urgency: Urgency::Bulk,
        };
        match app.lanes.submit(submission).await {
            Ok(_) => {}
            Err(SubmitError::Refused { refusal, .. }) if changes_nothing(&refusal) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(ChannelDayId::of_day(self.id, day))
    }

    async fn match_with_logs(
        &self,
        app: &App,
        day: CivilDate,
        bill: &Arc<Option<BillFile>>,
    ) -> Result<(Reconciled, BTreeMap<LedgerId, Seen>), Problem> {
        let Logs { matching, seen } = self.logs(app, day).await?;
        let (gateway, bill) = (Arc::clone(&self.gateway), Arc::clone(bill));
        let work = tokio::task::spawn_blocking(move || matched(&*gateway, day, bill.as_ref().as_ref(), matching));
        let matched = work.await.map_err(|_| Problem::internal())?;
        let reconciled = matched.map_err(|error| {
            app.metrics.bills_refused.inc();
            tracing::warn!(%error, "a provider's bill could not be read");
            Problem::bill_unreadable().with("reason", error.to_string())
        })?;
        Ok((reconciled, seen))
    }

    /// What the logs of all communities have of the day.
    async fn logs(&self, app: &App, day: CivilDate) -> Result<Logs, Problem> {
        let (mut matching, mut seen) = (Matching::default(), BTreeMap::new());
        for community in app.directory.children(self.company) {
            let ledger = community.ledger_id;
            catch_up(app, ledger, CATCH_UP).await?;
            let read = app.read_models.money_of_channel_day(ledger, self.id, day).await?;
            let (came, back) = read.value;
            if came.is_empty() && back.is_empty() {
                continue;
            }
            seen.insert(ledger, Seen { ledger_id: ledger, position: Position(read.position) });
            for payment in came {
                let amount = Money::from(payment.amount);
                let ours = Ours { community: ledger, amount, stands: payment.stands, of_this_day: true };
                matching.expect(Way::Payment, payment.reference.to_string(), ours);
            }
            for refund in back {
                let number = refund.number.or_else(|| refund.reference.map(|reference| reference.to_string()));
                let number = number.unwrap_or_else(|| ChannelRefundId(refund.refund).number(1));
                let amount = Money::from(refund.amount);
                let ours = Ours { community: ledger, amount, stands: true, of_this_day: refund.of_this_day };
                matching.expect(Way::Refund, number, ours);
            }
        }
        Ok(Logs { matching, seen })
    }

    /// Records money of our orders that no log has: nobody told us, and nobody asked. Says how many payments there were.
    async fn record_missing(&self, app: &App, reconciled: &Reconciled, day: CivilDate) -> Result<usize, Problem> {
        let missing: Vec<(PaymentOrderId, &Difference)> = reconciled
            .differences
            .iter()
            .filter(|difference| difference.kind == DifferenceKind::LocalMissing)
            .filter_map(|difference| Some((PaymentOrderId::of_number(difference.number.as_deref()?)?, difference)))
            .collect();
        let mut recorded = 0;
        for chunk in missing.chunks(ORDERS) {
            for community in app.directory.children(self.company) {
                let orders = chunk.iter().map(|(order, _)| *order).collect();
                let here = app.read_models.orders_here(community.ledger_id, orders).await?.value;
                for (order, difference) in chunk.iter().filter(|(order, _)| here.contains(order)) {
                    let Ok(reference) = difference.reference.parse() else { continue };
                    let amount = difference.theirs.unwrap_or(Money::ZERO);
                    let received = Received { number: order.number(), reference, amount, paid_on: day };
                    Served::find(app, community.ledger_id, self.id)?.record(app, &received).await?;
                    recorded += 1;
                }
            }
        }
        Ok(recorded)
    }
}

/// What the reconciliation of a day says of a community, once it is signed off.
///
/// # Errors
/// 404, 503.
pub async fn signed_off(
    app: &App,
    (company, community): (LedgerId, LedgerId),
    day: ChannelDayId,
) -> Result<Option<DaySignedOff>, Problem> {
    let (state, position) = stream(app, company, day.into()).await?;
    let StreamState::ChannelDay(state) = state else { return Err(Problem::internal()) };
    let seen = Seen { ledger_id: company, position: Position(position) };
    let split = state.split(Some(community));
    let (paid, refunded, fee) = split.map(|split| (split.paid, split.refunded, split.fee)).unwrap_or_default();
    Ok(state.is_signed_off().then_some(DaySignedOff { paid, refunded, fee, seen }))
}

/// Whether this server speaks with a provider about a channel account.
pub fn is_served(app: &App, company: LedgerId, account: ChannelAccountId) -> bool {
    gateway_of(app, company, account).is_ok()
}

/// A day of a channel account.
pub type ChannelDate = (Uuid, NaiveDate);

/// The days of a month that finance has not signed off, of the channel accounts that this server speaks for: those on which money
/// of the community came or went, or whose bill differs in something of it; and up to where the company's log says so. The month
/// before is looked at again, because money of it may have come to be known after it was closed. None when no channel account is
/// spoken for.
///
/// # Errors
/// 404, 503.
pub async fn not_signed_off(
    app: &App,
    community: LedgerId,
    period: Month,
) -> Result<Option<(BTreeSet<ChannelDate>, Seen)>, Problem> {
    let company =
        app.directory.ledger(community).and_then(|ledger| ledger.parent).ok_or_else(Problem::ledger_unknown)?;
    let accounts = app.directory.channel_accounts(company).into_iter().map(|(id, _)| id);
    let served: Vec<Uuid> = accounts.filter(|id| is_served(app, company, *id)).map(|id| id.uuid()).collect();
    if served.is_empty() {
        return Ok(None);
    }
    let days = (period.previous().first_day(), period.last_day());
    let mut open = app.read_models.channel_money_days(community, served.clone(), days).await?.value;
    catch_up(app, company, WAIT).await?;
    let read = app.read_models.channel_days_standing(company, community, served, days).await?;
    for day in read.value {
        if day.signed_off {
            open.remove(&(day.channel_account_id, day.day));
        } else if day.differs_here {
            open.insert((day.channel_account_id, day.day));
        }
    }
    Ok(Some((open, Seen { ledger_id: company, position: Position(read.position) })))
}

/// SHA-256 of nothing.
fn empty() -> Digest {
    Digest(Sha256::digest(b"").into())
}

fn matched(
    gateway: &dyn PaymentGateway,
    day: CivilDate,
    bill: Option<&BillFile>,
    mut matching: Matching,
) -> Result<Reconciled, BillError> {
    let beyond = |_| BillError::Sum("合计");
    if let Some(bill) = bill {
        gateway.read_bill(bill, day, &mut |line| matching.take(line).map_err(beyond))?;
    }
    matching.finish().map_err(beyond)
}
