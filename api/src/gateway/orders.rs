//! What the server does with an order at its provider: asks for money, asks what became of it, closes it; and writes down what
//! the provider says, whoever heard it first. Everything may happen twice and in any order; it is recorded once.

use super::served::stream;
use super::{Asked, GatewayError, Received, Served, Standing, notify_path};
use crate::app::App;
use crate::problem::Problem;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::{LedgerId, PaymentOrderId};
use mingzhang_domain::payment::{PaymentRefusal, RecordPayment, Spending};
use mingzhang_domain::payment_order::{
    ClosePaymentOrder, OrderEnd, PaymentOrderCreated, PaymentOrderRefusal, RecordOrderPayment, Stage,
};
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::stream::StreamState;
use mingzhang_store::lane::SubmitError;
use mingzhang_store::vault::ItemKind;
use serde_json::Value;
use std::sync::Arc;

/// Characters of a community's name that a payer reads.
const NAME: usize = 40;

/// An order as the log has it.
#[derive(Debug, Clone)]
pub struct Order {
    /// Its id.
    pub id: PaymentOrderId,
    /// What was asked.
    pub created: Arc<PaymentOrderCreated>,
    /// Where it stands.
    pub stage: Stage,
}

impl Served {
    /// Records money that the provider took: for its order, or in suspense when there is no such order.
    ///
    /// # Errors
    /// 503; the provider says it again.
    pub async fn record(&self, app: &App, received: &Received) -> Result<(), Problem> {
        let unknown = Refusal::from(PaymentOrderRefusal::PaymentOrderMustExist).code;
        if let Some(order) = PaymentOrderId::of_number(&received.number) {
            let command = RecordOrderPayment {
                order,
                channel: self.channel(),
                reference: received.reference.clone(),
                amount: received.amount,
                value_on: received.paid_on,
            };
            match self.take(app, Arc::new(command), received).await {
                Err(SubmitError::Refused { refusal, .. }) if refusal.code == unknown => {}
                outcome => return Ok(outcome?),
            }
        }
        tracing::warn!(ledger = %self.ledger, "money of no order of ours waits in suspense");
        let command = RecordPayment {
            channel: self.channel(),
            reference: Some(received.reference.clone()),
            shift: None,
            amount: received.amount,
            value_on: received.paid_on,
            payer: None,
            method: None,
            tendered: None,
            rounding: None,
            spending: Spending::default(),
        };
        Ok(self.take(app, Arc::new(command), received).await?)
    }

    /// Submits what records money; that it is recorded already is fine.
    async fn take(&self, app: &App, command: Arc<dyn Decide>, received: &Received) -> Result<(), SubmitError> {
        let recorded = Refusal::from(PaymentRefusal::ReferenceMustBeUnused).code;
        let id = self.id.to_string();
        match self.submit(app, command, &[&id, received.reference.as_str()]).await {
            Err(SubmitError::Refused { refusal, .. }) if refusal.code == recorded => Ok(()),
            outcome => outcome,
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
    ///
    /// # Errors
    /// 502 and 503 as the provider answers.
    pub async fn close(&self, app: &App, order: &Order) -> Result<(), Problem> {
        match self.gateway.close(order.id, app.now()).await {
            // It was never asked for, or it is over already.
            Err(GatewayError::Refused(code)) if code == "ORDER_NOT_EXIST" || code == "ORDER_CLOSED" => Ok(()),
            outcome => Ok(outcome?),
        }
    }
}

impl Order {
    /// True while it can be paid.
    pub fn is_live(&self) -> bool {
        self.stage == Stage::Live
    }

    /// Reads an order out of the log.
    ///
    /// # Errors
    /// 404, 503.
    pub async fn read(app: &App, ledger: LedgerId, id: PaymentOrderId) -> Result<Self, Problem> {
        let (StreamState::PaymentOrder(state), _) = stream(app, ledger, id.into()).await? else {
            return Err(Problem::internal());
        };
        let created = state.created().ok_or_else(|| Refusal::from(PaymentOrderRefusal::PaymentOrderMustExist))?.clone();
        Ok(Self { id, created, stage: state.stage() })
    }
}
