//! What the server does with a refund at its provider: asks for it to be paid, asks where it stands, and writes down what the
//! provider says. Everything may happen twice and in any order; it is recorded once.

use super::served::stream;
use super::{RefundAsked, Served, notify_path};
use crate::app::App;
use crate::problem::Problem;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::channel_refund::{
    ChannelRefundRefusal, ChannelRefundSent, ChannelRefundStage, RecordChannelRefund, RefundStanding,
};
use mingzhang_domain::id::{ChannelRefundId, LedgerId};
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::stream::StreamState;
use mingzhang_store::lane::SubmitError;
use std::sync::Arc;

/// How long after a refund was withdrawn the provider is asked whether it knows it: longer than any request that was on its
/// way then.
const SETTLED_AFTER: chrono::Duration = chrono::Duration::seconds(60);

/// A refund that was given to its provider, as the log has it.
#[derive(Debug, Clone)]
pub struct SentRefund {
    id: ChannelRefundId,
    /// The newest try.
    pub sent: Arc<ChannelRefundSent>,
    /// Where it stands.
    pub stage: ChannelRefundStage,
    changed_at: Instant,
}

impl SentRefund {
    /// Reads a refund out of the log.
    ///
    /// # Errors
    /// 404 when it was never given to a provider, 503.
    pub async fn read(app: &App, ledger: LedgerId, id: ChannelRefundId) -> Result<Self, Problem> {
        let (StreamState::ChannelRefund(state), _) = stream(app, ledger, id.into()).await? else {
            return Err(Problem::internal());
        };
        let known = || Some((state.sent()?.clone(), state.stage()?, state.changed_at()?));
        let (sent, stage, changed_at) =
            known().ok_or_else(|| Refusal::from(ChannelRefundRefusal::ChannelRefundMustExist))?;
        Ok(Self { id, sent, stage, changed_at })
    }
}

impl Served {
    /// Has a refund paid, or asks where it stands, and writes down what the provider says.
    ///
    /// # Errors
    /// 502 and 503 as the provider answers; it is asked again.
    pub async fn look_at_refund(&self, app: &App, refund: &SentRefund) -> Result<(), Problem> {
        let SentRefund { id, sent, stage, changed_at } = refund;
        let attempt = sent.attempt.0;
        let asked = RefundAsked {
            number: id.number(attempt),
            reference: sent.reference.clone(),
            amount: sent.amount,
            total: sent.total,
            notify_url: app.merchants.address(&notify_path(self.ledger, self.id)),
        };
        let standing = match stage {
            ChannelRefundStage::Sent => Some(self.gateway.refund(&asked, app.now()).await?),
            ChannelRefundStage::Accepted | ChannelRefundStage::Abnormal => {
                self.gateway.query_refund(&asked, app.now()).await?
            }
            ChannelRefundStage::Withdrawn if !self.is_quiet(app, *changed_at).await? => None,
            ChannelRefundStage::Withdrawn => {
                let known = self.gateway.query_refund(&asked, app.now()).await?;
                Some(known.unwrap_or(RefundStanding::Closed))
            }
            ChannelRefundStage::Settled | ChannelRefundStage::Closed => None,
        };
        match standing {
            Some(standing) => self.record_refund(app, (*id, attempt), standing).await,
            None => Ok(()),
        }
    }

    /// True when no request of before an instant can still be on its way. A given clock stands still between commands, and is
    /// one process's.
    async fn is_quiet(&self, app: &App, since: Instant) -> Result<bool, Problem> {
        let (now, given_at) = self.clock(app).await?;
        Ok(given_at.is_some() || since + SETTLED_AFTER <= now)
    }

    /// Writes down where a refund stands; what is known already changes nothing.
    ///
    /// # Errors
    /// 503; the provider says it again.
    pub async fn record_refund(
        &self,
        app: &App,
        (refund, attempt): (ChannelRefundId, u32),
        standing: RefundStanding,
    ) -> Result<(), Problem> {
        let word = match standing {
            RefundStanding::Accepted { .. } => "accepted",
            RefundStanding::Abnormal { .. } => "abnormal",
            RefundStanding::Settled { .. } => "settled",
            RefundStanding::Closed => "closed",
        };
        let natural = [refund.number(attempt), word.to_owned()];
        let command = RecordChannelRefund { refund, attempt, channel: self.channel(), standing };
        let known = Refusal::from(ChannelRefundRefusal::ChannelRefundMustBeOngoing).code;
        match self.submit(app, Arc::new(command), &[&natural[0], &natural[1]]).await {
            Err(SubmitError::Refused { refusal, .. }) if refusal.code == known => Ok(()),
            outcome => Ok(outcome?),
        }
    }

    /// What a notification says of a refund: it is written down, or the provider is asked. One that is none of ours, such as one
    /// of the merchant's console, is found when the day's bill is reconciled.
    ///
    /// # Errors
    /// 502, 503; the provider says it again.
    pub async fn told_of_refund(
        &self,
        app: &App,
        number: &str,
        standing: Option<RefundStanding>,
    ) -> Result<(), Problem> {
        let unknown = Refusal::from(ChannelRefundRefusal::ChannelRefundMustExist).code;
        let Some((id, attempt)) = ChannelRefundId::of_number(number) else { return Ok(()) };
        let outcome = match standing {
            Some(standing) => self.record_refund(app, (id, attempt), standing).await,
            None => match SentRefund::read(app, self.ledger, id).await {
                Ok(refund) if refund.sent.channel_account == self.id => self.look_at_refund(app, &refund).await,
                Ok(_) => Ok(()),
                Err(problem) => Err(problem),
            },
        };
        match outcome {
            Err(problem) if problem.rule.code == unknown => {
                tracing::warn!(ledger = %self.ledger, "a provider tells of a refund that was never asked for here");
                Ok(())
            }
            outcome => outcome,
        }
    }
}
