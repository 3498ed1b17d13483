//! A channel account that this server speaks for: the way of what a provider says into the log.

use super::{GatewayError, PaymentGateway};
use crate::app::App;
use crate::directory::ChannelAccount;
use crate::problem::Problem;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::envelope::{Actor, ActorKind};
use mingzhang_domain::id::{ChannelAccountId, CommandId, LedgerId, LedgerStreamId};
use mingzhang_domain::ledger::LedgerClock;
use mingzhang_domain::payment::Channel;
use mingzhang_domain::stream::{StreamRef, StreamState};
use mingzhang_store::lane::{Submission, SubmitError, Urgency};
use mingzhang_store::{fold, log};
use std::sync::Arc;
use uuid::Uuid;

/// A channel account of a community's company, and who serves it.
#[derive(Debug, Clone)]
pub struct Served {
    /// The community.
    pub ledger: LedgerId,
    /// The channel account.
    pub id: ChannelAccountId,
    account: ChannelAccount,
    /// The provider.
    pub gateway: Arc<dyn PaymentGateway>,
}

impl Served {
    /// The channel account, if this server speaks for its merchant number.
    ///
    /// # Errors
    /// 404, or 409 `gateway_must_be_served`.
    pub fn find(app: &App, ledger: LedgerId, id: ChannelAccountId) -> Result<Self, Problem> {
        let company = app.directory.ledger(ledger).and_then(|ledger| ledger.parent);
        let company = company.ok_or_else(Problem::ledger_unknown)?;
        let (account, gateway) = gateway_of(app, company, id)?;
        Ok(Self { ledger, id, account, gateway })
    }

    pub(super) fn channel(&self) -> Channel {
        let ChannelAccount { kind, purse, seen, .. } = self.account.clone();
        Channel { id: self.id, kind, purse, seen: vec![seen.into()] }
    }

    /// Now in the community, and the instant that its commands carry where its clock is given.
    pub(super) async fn clock(&self, app: &App) -> Result<(Instant, Option<Instant>), Problem> {
        clock(app, self.ledger).await
    }

    /// Submits what the provider says, under the number that makes it the same.
    pub(super) async fn submit(
        &self,
        app: &App,
        command: Arc<dyn Decide>,
        natural: &[&str],
    ) -> Result<(), SubmitError> {
        submit(app, (self.ledger, self.id.uuid()), command, natural).await
    }
}

/// Submits what a provider says about a community, under the number that makes it the same; told by a channel account, or for a
/// company.
pub async fn submit(
    app: &App,
    (ledger, told_by): (LedgerId, Uuid),
    command: Arc<dyn Decide>,
    natural: &[&str],
) -> Result<(), SubmitError> {
    let (_, given_at) = clock(app, ledger).await.map_err(|_| SubmitError::Unavailable)?;
    let submission = Submission {
        ledger_id: ledger,
        command_id: CommandId::from_natural(ledger, command.operation(), natural),
        correlation_id: None,
        causation_id: None,
        actor: Actor { kind: ActorKind::Gateway, id: told_by },
        request_digest: [0; 32],
        command,
        vault: Vec::new(),
        given_at,
        urgency: Urgency::Interactive,
    };
    app.lanes.submit(submission).await.map(|_| ())
}

/// Now in a community, and the instant that its commands carry where its clock is given.
///
/// # Errors
/// 404, 503.
pub async fn clock(app: &App, ledger: LedgerId) -> Result<(Instant, Option<Instant>), Problem> {
    match app.directory.ledger(ledger).map(|ledger| ledger.clock) {
        // It may have been handed over since.
        Some(LedgerClock::Given) if lives_by(app, ledger).await? == LedgerClock::Given => {
            let mut conn = app.writer.acquire().await?;
            let head = log::head(&mut conn, ledger).await?.ok_or_else(Problem::ledger_unknown)?;
            Ok((head.recorded_at, Some(head.recorded_at)))
        }
        Some(_) | None => Ok((app.now(), None)),
    }
}

/// The clock that a ledger lives by now.
async fn lives_by(app: &App, ledger: LedgerId) -> Result<LedgerClock, Problem> {
    match stream(app, ledger, LedgerStreamId::of_ledger(ledger).into()).await?.0 {
        StreamState::Ledger(state) => state.clock().ok_or_else(Problem::ledger_unknown),
        _ => Err(Problem::internal()),
    }
}

/// A channel account of a company and who serves its merchant number.
///
/// # Errors
/// 404, or 409 `gateway_must_be_served`.
pub(super) fn gateway_of(
    app: &App,
    company: LedgerId,
    id: ChannelAccountId,
) -> Result<(ChannelAccount, Arc<dyn PaymentGateway>), Problem> {
    let account = app.directory.channel_account(company, id).ok_or_else(Problem::not_found)?;
    let gateway = account.merchant.as_ref().and_then(|merchant| app.merchants.of(merchant));
    Ok((account, gateway.ok_or_else(Problem::gateway_must_be_served)?))
}

/// The fold of one stream as the log has it now, and where the log ends.
///
/// # Errors
/// 404, 503.
pub async fn stream(app: &App, ledger: LedgerId, stream: StreamRef) -> Result<(StreamState, u64), Problem> {
    let mut conn = app.writer.acquire().await?;
    let head = log::head(&mut conn, ledger).await?.ok_or_else(Problem::ledger_unknown)?;
    let state = fold::streams(&mut conn, ledger, &[stream], head.size(), None).await?.remove(&stream);
    state.map(|state| (state, head.size())).ok_or_else(Problem::internal)
}

impl From<GatewayError> for Problem {
    fn from(error: GatewayError) -> Self {
        match error {
            GatewayError::Unknown => Self::gateway_unavailable().retry_after(5),
            GatewayError::Refused(code) => Self::gateway_refused().with("provider_code", code),
            GatewayError::Unsigned => Self::internal(),
        }
    }
}
