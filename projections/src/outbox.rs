//! The outbox: what has to be said outside of a fact, once for each. Fed by a reactor and never rebuilt.
//!
//! A row's ledger and position are the number that whoever delivers it gives the provider, so that trying again says nothing
//! twice. May never happen here: a call to the outside, personal data.

use crate::column::{Amount, Text, position};
use crate::inbox::{Notice, NoticeKind, members, stream_before};
use crate::reactor::{ReactError, Reactor};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, LedgerId, PartyId};
use mingzhang_domain::money::Money;
use mingzhang_domain::payment_order::{OrderMethod, PaymentOrderEvent};
use mingzhang_domain::stream::Event;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

/// Its name beside its checkpoints.
pub const NAME: &str = "outbox";

/// Something to be said outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxItem {
    /// Position of the fact.
    pub position: i64,
    /// What is to be said.
    pub kind: Text<NoticeKind>,
    /// Whose members are told; absent when a provider is.
    pub party_id: Option<Uuid>,
    /// The account; absent when it is of several.
    pub account_id: Option<Uuid>,
    /// The receipt, the refund or the payment order.
    pub subject_id: Uuid,
    /// How much.
    pub amount: Amount,
    /// When the fact was recorded.
    pub recorded_at: DateTime<Utc>,
}

/// The reactor that feeds it.
#[derive(Debug)]
pub struct Outbox;

#[async_trait]
impl Reactor for Outbox {
    fn name(&self) -> &'static str {
        NAME
    }

    fn event_types(&self) -> &'static [&'static str] {
        &["receipt_issued", "refund_settled", "payment_order_paid"]
    }

    async fn react(&self, event: &Recorded, conn: &mut PgConnection) -> Result<(), ReactError> {
        if let Event::PaymentOrder(PaymentOrderEvent::PaymentOrderPaid(paid)) = &event.event {
            if is_of_mini_program(conn, event).await? {
                let about = (NoticeKind::ShippingInfo, event.stream.id, paid.amount);
                put(conn, event, about, (None, None)).await?;
            }
        } else if let Some(notice) = Notice::of(&event.event)
            && let Some(subject) = notice.subject
            && !members(conn, event, notice.party).await?.is_empty()
        {
            put(conn, event, (notice.kind, subject, notice.amount), (Some(notice.party), notice.account)).await?;
        }
        Ok(())
    }
}

/// Whether the order was paid in a mini-program: its provider may hold the money until it hears of the delivery.
async fn is_of_mini_program(conn: &mut PgConnection, paid: &Recorded) -> Result<bool, ReactError> {
    let before = stream_before(conn, paid, paid.stream.id).await?;
    Ok(before.iter().any(|fact| match fact {
        Event::PaymentOrder(PaymentOrderEvent::PaymentOrderCreated(order)) => order.method == OrderMethod::WechatJsapi,
        _ => false,
    }))
}

async fn put(
    conn: &mut PgConnection,
    event: &Recorded,
    (kind, subject, amount): (NoticeKind, Uuid, Money),
    (party, account): (Option<PartyId>, Option<AccountId>),
) -> Result<(), ReactError> {
    sqlx::query_file!(
        "sql/outbox_put.sql",
        event.ledger_id.uuid(),
        position(event.position),
        kind.as_str(),
        party.map(PartyId::uuid),
        account.map(AccountId::uuid),
        subject,
        Amount::from(amount).decimal(),
        event.recorded_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

impl Reader {
    /// What has to be said outside, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn outbox(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<OutboxItem>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let after = ask.after.unwrap_or(i64::MAX);
                let rows = sqlx::query_file_as!(OutboxItem, "sql/outbox.sql", s.ledger, after, ask.fetch());
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }
}
