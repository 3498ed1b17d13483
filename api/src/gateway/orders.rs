//! What the server does with an order at its provider: asks for money, asks what became of it, closes it; and writes down what
//! the provider says, whoever heard it first. Everything may happen twice and in any order; it is recorded once.

use super::{Asked, GatewayError, PaymentGateway, Received, Standing, notify_path};
use crate::app::App;
use crate::directory::ChannelAccount;
use crate::problem::Problem;
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::envelope::{Actor, ActorKind};
use mingzhang_domain::id::{ChannelAccountId, CommandId, LedgerId, PaymentOrderId};
use mingzhang_domain::ledger::LedgerClock;
use mingzhang_domain::payment::{Channel, PaymentRefusal, RecordPayment, Spending};
use mingzhang_domain::payment_order::{
    ClosePaymentOrder, OrderEnd, PaymentOrderCreated, PaymentOrderRefusal, RecordOrderPayment, Stage,
};
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::stream::{StreamRef, StreamState};
use mingzhang_store::lane::{Submission, SubmitError, Urgency};
use mingzhang_store::vault::ItemKind;
use mingzhang_store::{fold, log};
use serde_json::Value;
use std::sync::Arc;

/// Characters of a community's name that a payer reads.
const NAME: usize = 40;

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

/// An order as the log has it.
#[derive(Debug, Clone)]
pub struct Order {
    id: PaymentOrderId,
    /// What was asked.
    pub created: Arc<PaymentOrderCreated>,
    /// Where it stands.
    pub stage: Stage,
}

impl Served {
    /// The channel account, if this server speaks for its merchant number.
    ///
    /// # Errors
    /// 404, or 409 `gateway_must_be_served`.
    pub fn find(app: &App, ledger: LedgerId, id: ChannelAccountId) -> Result<Self, Problem> {
        let company = app.directory.ledger(ledger).and_then(|ledger| ledger.parent);
        let company = company.ok_or_else(Problem::ledger_unknown)?;
        let account = app.directory.channel_account(company, id).ok_or_else(Problem::not_found)?;
        let gateway = account.merchant.as_ref().and_then(|merchant| app.merchants.of(merchant));
        let gateway = gateway.ok_or_else(Problem::gateway_must_be_served)?;
        Ok(Self { ledger, id, account, gateway })
    }

    fn channel(&self) -> Channel {
        let ChannelAccount { kind, purse, seen, .. } = self.account.clone();
        Channel { id: self.id, kind, purse, seen: vec![seen.into()] }
    }

    /// Now in the community, and the instant that its commands carry where its clock is given.
    async fn clock(&self, app: &App) -> Result<(Instant, Option<Instant>), Problem> {
        match app.directory.ledger(self.ledger).map(|ledger| ledger.clock) {
            Some(LedgerClock::Given) => {
                let mut conn = app.writer.acquire().await?;
                let head = log::head(&mut conn, self.ledger).await?.ok_or_else(Problem::ledger_unknown)?;
                Ok((head.recorded_at, Some(head.recorded_at)))
            }
            Some(LedgerClock::System) | None => Ok((app.now(), None)),
        }
    }

    /// Submits what the provider says, under the number that makes it the same.
    async fn submit(&self, app: &App, command: Arc<dyn Decide>, natural: &[&str]) -> Result<(), SubmitError> {
        let (_, given_at) = self.clock(app).await.map_err(|_| SubmitError::Unavailable)?;
        let submission = Submission {
            ledger_id: self.ledger,
            command_id: CommandId::from_natural(self.ledger, command.operation(), natural),
            correlation_id: None,
            causation_id: None,
            actor: Actor { kind: ActorKind::Gateway, id: self.id.uuid() },
            request_digest: [0; 32],
            command,
            vault: Vec::new(),
            given_at,
            urgency: Urgency::Interactive,
        };
        app.lanes.submit(submission).await.map(|_| ())
    }

    /// Records money that the provider took: for its order, or in suspense when there is no such order.
    ///
    /// # Errors
    /// 503; the provider says it again.
    pub async fn record(&self, app: &App, received: &Received) -> Result<(), Problem> {
        let (id, reference) = (self.id.to_string(), received.reference.clone());
        let unknown = Refusal::from(PaymentOrderRefusal::PaymentOrderMustExist).code;
        let recorded = Refusal::from(PaymentRefusal::ReferenceMustBeUnused).code;
        let natural = [id.as_str(), reference.as_str()];
        let outcome = match PaymentOrderId::of_number(&received.number) {
            Some(order) => {
                let channel = self.channel();
                let (amount, value_on) = (received.amount, received.paid_on);
                let command = RecordOrderPayment { order, channel, reference: reference.clone(), amount, value_on };
                self.submit(app, Arc::new(command), &natural).await
            }
            None => Err(SubmitError::Refused {
                refusal: Box::new(PaymentOrderRefusal::PaymentOrderMustExist.into()),
                position: 0,
            }),
        };
        let outcome = match outcome {
            Err(SubmitError::Refused { refusal, .. }) if refusal.code == unknown => {
                tracing::warn!(ledger = %self.ledger, "money of no order of ours waits in suspense");
                let command = RecordPayment {
                    channel: self.channel(),
                    reference: Some(reference.clone()),
                    shift: None,
                    amount: received.amount,
                    value_on: received.paid_on,
                    payer: None,
                    spending: Spending::default(),
                };
                self.submit(app, Arc::new(command), &natural).await
            }
            outcome => outcome,
        };
        match outcome {
            Err(SubmitError::Refused { refusal, .. }) if refusal.code == recorded => Ok(()),
            outcome => Ok(outcome?),
        }
    }

    /// Asks the provider for money for an order: what the payer's device needs.
    ///
    /// # Errors
    /// 409 for an order that is over, 502 and 503 as the provider answers.
    pub async fn prepare(&self, app: &App, order: &Order) -> Result<Value, Problem> {
        let created = &order.created;
        if order.stage != Stage::Live || created.expires_at.instant() <= self.clock(app).await?.0 {
            return Err(Refusal::from(PaymentOrderRefusal::PaymentOrderMustBeLive).into());
        }
        let payer = match created.payer {
            None => None,
            Some(item) => {
                let mut conn = app.writer.acquire().await?;
                let opened = app.vault.open(&mut conn, self.ledger, &[(item, ItemKind::Payer)]).await?;
                opened.get(&item).map(|opened| opened.text.expose().to_owned())
            }
        };
        let name = app.directory.ledger(self.ledger).map(|ledger| ledger.name).ok_or_else(Problem::ledger_unknown)?;
        let name: String = name.as_str().chars().take(NAME).collect();
        let asked = Asked {
            order: order.id,
            method: created.method,
            amount: created.amount,
            expires_at: created.expires_at.instant(),
            description: format!("{name} 物业费用"),
            payer,
            notify_url: app.merchants.address(&notify_path(self.ledger, self.id)),
        };
        Ok(self.gateway.prepare(&asked, app.now()).await?)
    }

    /// Asks the provider what became of an order, and writes it down. With `end`, or when its time is over, an order that is not
    /// paid is closed: at the provider first.
    ///
    /// # Errors
    /// 502 and 503 as the provider answers.
    pub async fn look(&self, app: &App, order: &Order, end: Option<OrderEnd>) -> Result<(), Problem> {
        let closed = match self.gateway.query(order.id, app.now()).await? {
            Standing::Paid(received) => return self.record(app, &received).await,
            Standing::Closed => true,
            Standing::Open | Standing::Unheard => false,
        };
        let over = order.created.expires_at.instant() <= self.clock(app).await?.0;
        let end = end.or(over.then_some(OrderEnd::Expired)).or(closed.then_some(OrderEnd::Failed));
        let Some(end) = end else { return Ok(()) };
        if order.stage != Stage::Live {
            return Ok(());
        }
        if !closed {
            self.close(app, order).await?;
        }
        let command = ClosePaymentOrder { order: order.id, reason: end };
        let over = Refusal::from(PaymentOrderRefusal::PaymentOrderMustBeLive).code;
        match self.submit(app, Arc::new(command), &[&order.id.to_string()]).await {
            Err(SubmitError::Refused { refusal, .. }) if refusal.code == over => Ok(()),
            outcome => Ok(outcome?),
        }
    }

    /// Closes an order at the provider; one that was paid in this very moment is recorded by the next look.
    async fn close(&self, app: &App, order: &Order) -> Result<(), Problem> {
        match self.gateway.close(order.id, app.now()).await {
            // It was never asked for, or it is over already.
            Err(GatewayError::Refused(code)) if code == "ORDER_NOT_EXIST" || code == "ORDER_CLOSED" => Ok(()),
            outcome => Ok(outcome?),
        }
    }
}

impl Order {
    /// Reads an order out of the log.
    ///
    /// # Errors
    /// 404, 503.
    pub async fn read(app: &App, ledger: LedgerId, id: PaymentOrderId) -> Result<Self, Problem> {
        let stream = StreamRef::from(id);
        let mut conn = app.writer.acquire().await?;
        let head = log::head(&mut conn, ledger).await?.ok_or_else(Problem::ledger_unknown)?;
        let state = fold::streams(&mut conn, ledger, &[stream], head.size(), None).await?.remove(&stream);
        let Some(StreamState::PaymentOrder(state)) = state else { return Err(Problem::internal()) };
        let created = state.created().ok_or_else(|| Refusal::from(PaymentOrderRefusal::PaymentOrderMustExist))?.clone();
        Ok(Self { id, created, stage: state.stage() })
    }
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
