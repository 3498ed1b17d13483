//! Payment orders 支付订单: what payers ask providers to take, and how it ended.

use crate::column::{Amount, Text, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, Utc};
use mingzhang_domain::book::Purse;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{LedgerId, PaymentOrderId};
use mingzhang_domain::money::Money;
use mingzhang_domain::payment_order::{OrderEnd, OrderMethod, OrderSpent, PaymentOrderCreated, PaymentOrderEvent};
use uuid::Uuid;

states! {
    /// How an order stands.
    pub enum PaymentOrderStatus {
        /// It can be paid.
        Live = "live",
        /// Money came for it.
        Paid = "paid",
        /// It ended without.
        Closed = "closed",
    }
}

table! {
    /// One order.
    pub struct PaymentOrder of "payment_order" {
        key {
            /// The order; its number at the provider without hyphens.
            payment_order_id: Uuid,
        }
        /// Where it was created.
        position: i64,
        /// By which of the provider's doors.
        method: Text<OrderMethod>,
        /// Where the money lies.
        channel_account_id: Uuid,
        /// Its purse.
        purse: Text<Purse>,
        /// How much is asked for.
        amount: Amount,
        /// When it was asked.
        created_at: DateTime<Utc>,
        /// Until when it can be paid.
        expires_at: DateTime<Utc>,
        /// The provider's id of the payer in the vault.
        payer_item_id: Option<Uuid>,
        /// How it stands.
        status: Text<PaymentOrderStatus>,
        /// Why it ended without money.
        closed_for: Option<Text<OrderEnd>>,
        /// The newest payment for it.
        payment_id: Option<Uuid>,
        /// Everything that came for it.
        received: Amount,
        /// What became of the newest payment.
        spent: Option<Text<OrderSpent>>,
    }
}

table! {
    /// What an order asks for: a charge, or credit of an account.
    pub struct OrderedPart of "ordered_part" {
        key {
            /// The order.
            payment_order_id: Uuid,
            /// From 1.
            ordinal: i32,
        }
        /// The account.
        account_id: Uuid,
        /// The charge; absent for credit.
        charge_id: Option<Uuid>,
        /// How much.
        amount: Amount,
    }
}

/// Folds a fact of a payment order.
pub(crate) fn fold(fact: &PaymentOrderEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let unknown = FoldError("a fact about a payment order that was never created");
    match fact {
        PaymentOrderEvent::PaymentOrderCreated(created) => {
            models.payment_order.insert(new(created, event));
            parts(event.stream.id, created, models)?;
        }
        PaymentOrderEvent::PaymentOrderPaid(paid) => {
            let row = models.payment_order.get_mut(&(event.stream.id,)).ok_or(unknown)?;
            row.status = Text(PaymentOrderStatus::Paid);
            row.payment_id = Some(paid.payment.uuid());
            row.received.add(paid.amount);
            row.spent = Some(Text(paid.spent));
        }
        PaymentOrderEvent::PaymentOrderClosed(closed) => {
            let row = models.payment_order.get_mut(&(event.stream.id,)).ok_or(unknown)?;
            row.status = Text(PaymentOrderStatus::Closed);
            row.closed_for = Some(Text(closed.reason));
        }
    }
    Ok(())
}

fn new(created: &PaymentOrderCreated, event: &Recorded) -> PaymentOrder {
    PaymentOrder {
        payment_order_id: event.stream.id,
        position: position(event.position),
        method: Text(created.method),
        channel_account_id: created.channel_account.uuid(),
        purse: Text(created.purse),
        amount: created.amount.into(),
        created_at: event.recorded_at,
        expires_at: created.expires_at.instant(),
        payer_item_id: created.payer.map(|item| item.uuid()),
        status: Text(PaymentOrderStatus::Live),
        closed_for: None,
        payment_id: None,
        received: Money::ZERO.into(),
        spent: None,
    }
}

/// Charges in their order, account by account, each account's credit after them.
fn parts(order: Uuid, created: &PaymentOrderCreated, models: &mut Models) -> Result<(), FoldError> {
    let mut ordinal = 0;
    for account in &created.accounts {
        let mut credit = account.amount;
        let mut put = |charge_id: Option<Uuid>, amount: Money| {
            ordinal += 1;
            let account_id = account.account.uuid();
            let amount = amount.into();
            models.ordered_part.insert(OrderedPart { payment_order_id: order, ordinal, account_id, charge_id, amount });
        };
        for ordered in &account.charges {
            put(Some(ordered.charge.uuid()), ordered.amount);
            credit = credit.minus(ordered.amount).map_err(|_| FoldError("an order of less than its charges"))?;
        }
        if credit.is_positive() {
            put(None, credit);
        }
    }
    Ok(())
}

impl Reader {
    /// Which of some ids are those of payment orders.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn orders_of_ids(&self, ledger: LedgerId, ids: Vec<Uuid>) -> Result<Read<Vec<Uuid>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_scalar!("sql/orders_of_ids.sql", s.ledger, s.generation, &ids[..]);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// One order with what it asks for.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn payment_order(
        &self,
        ledger: LedgerId,
        order: PaymentOrderId,
    ) -> Result<Read<Option<(PaymentOrder, Vec<OrderedPart>)>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation) = (s.ledger, s.generation);
                let row = sqlx::query_file_as!(PaymentOrder, "sql/payment_order.sql", ledger, generation, order.uuid());
                let Some(row) = row.fetch_optional(s.conn()).await? else { return Ok(None) };
                let parts =
                    sqlx::query_file_as!(OrderedPart, "sql/ordered_parts.sql", ledger, generation, order.uuid());
                Ok(Some((row, parts.fetch_all(s.conn()).await?)))
            })
        })
        .await
    }

    /// Orders, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn payment_orders(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<PaymentOrder>>, ReadError> {
        newest_first!(self, ledger, ask, PaymentOrder, "sql/payment_orders.sql")
    }

    /// Orders that can be paid, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn live_payment_orders(
        &self,
        ledger: LedgerId,
        ask: Ask<i64>,
    ) -> Result<Read<Page<PaymentOrder>>, ReadError> {
        newest_first!(self, ledger, ask, PaymentOrder, "sql/live_payment_orders.sql")
    }
}
