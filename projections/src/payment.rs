//! Payments 收款: money in, how much of it is identified, and what lies in suspense.

use crate::column::{Amount, Text, day, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::book::Purse;
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, LedgerId, PartyId, PaymentId};
use mingzhang_domain::payment::{PaymentEvent, PaymentMethod, PaymentReceived};
use mingzhang_domain::value::Code;
use uuid::Uuid;

states! {
    /// How a payment stands.
    pub enum PaymentStatus {
        /// The money is there.
        Received = "received",
        /// The record was a mistake 红冲.
        Reversed = "reversed",
        /// The bank took the money back 退汇/退票.
        Bounced = "bounced",
        /// A line of a statement whose money other facts have already 已另记.
        SetAside = "set_aside",
    }
}

states! {
    /// What became of a match by the system.
    pub enum MatchStatus {
        /// It stands.
        Matched = "matched",
        /// A person said that it was wrong.
        Undone = "undone",
    }
}

table! {
    /// One payment. `suspense` = `amount` − `identified` − `returned`, and 0.00 once reversed or bounced.
    pub struct Payment of "payment" {
        key {
            /// The payment.
            payment_id: Uuid,
        }
        /// Where it was received.
        position: i64,
        /// Where the money lies.
        channel_account_id: Uuid,
        /// Kind of the channel account.
        channel: Text<ChannelKind>,
        /// Purse of the channel account.
        purse: Text<Purse>,
        /// The channel's own number.
        reference: Text<Code>,
        /// How much.
        amount: Amount,
        /// Of it, what belongs to accounts.
        identified: Amount,
        /// Of it, what went back.
        returned: Amount,
        /// Of it, what is nobody's yet.
        suspense: Amount,
        /// The day it was really the company's.
        value_on: NaiveDate,
        /// The accounting date.
        effective_on: NaiveDate,
        /// When we knew.
        recorded_at: DateTime<Utc>,
        /// The cashier's shift.
        shift_id: Option<Uuid>,
        /// The payer's name in the vault.
        payer_item_id: Option<Uuid>,
        /// How it stands.
        status: Text<PaymentStatus>,
        /// The account it came from, in the vault.
        payer_account_item_id: Option<Uuid>,
        /// What the payer wrote, in the vault.
        remark_item_id: Option<Uuid>,
        /// By what it was paid; absent: what is usual for the channel account.
        method: Option<Text<PaymentMethod>>,
        /// What became of the system's match; absent when there was none.
        match_status: Option<Text<MatchStatus>>,
        /// The bank day on which the bank took it back.
        bounced_on: Option<NaiveDate>,
        /// The accounting date of that.
        bounce_effective_on: Option<NaiveDate>,
        /// What the payer put on the counter, for cash.
        tendered: Option<Amount>,
        /// What he got back of it.
        change: Option<Amount>,
        /// What of the amount he did not have to put down.
        rounding: Option<Amount>,
        /// The one payment order whose number the remark of its line names.
        named_order_id: Option<Uuid>,
    }
}

/// A line that the system may match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineToMatch {
    /// The payment.
    pub payment_id: Uuid,
    /// Where it was received.
    pub position: i64,
}

/// Folds a fact of a payment.
pub(crate) fn fold(fact: &PaymentEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        PaymentEvent::PaymentReceived(received) => {
            models.payment.insert(new(received, event));
            crate::suspense::hint(event.stream.id, &received.named_units, models);
        }
        PaymentEvent::PaymentIdentified(fact) => change(event, models, |row| row.identified.add(fact.amount))?,
        PaymentEvent::PaymentUnidentified(fact) => change(event, models, |row| row.identified.take(fact.amount))?,
        PaymentEvent::SuspenseReturned(fact) => change(event, models, |row| row.returned.add(fact.amount))?,
        PaymentEvent::PaymentReversed(_) => {
            change(event, models, |row| row.status = Text(PaymentStatus::Reversed))?;
        }
        PaymentEvent::PaymentBounced(fact) => change(event, models, |row| {
            row.status = Text(PaymentStatus::Bounced);
            row.bounced_on = Some(day(fact.value_on));
            row.bounce_effective_on = Some(day(event.effective_on));
        })?,
        PaymentEvent::BankLineSetAside(_) => {
            change(event, models, |row| row.status = Text(PaymentStatus::SetAside))?;
        }
        PaymentEvent::BankLineTakenUp(_) => {
            change(event, models, |row| row.status = Text(PaymentStatus::Received))?;
        }
        PaymentEvent::BankLineMatched(_) | PaymentEvent::BankLineOrderMatched(_) => {
            change(event, models, |row| row.match_status = Some(Text(MatchStatus::Matched)))?;
        }
        PaymentEvent::BankMatchUndone(_) => {
            change(event, models, |row| row.match_status = Some(Text(MatchStatus::Undone)))?;
        }
        PaymentEvent::ReceiptIssued(_) | PaymentEvent::ReceiptPrinted(_) | PaymentEvent::ReceiptReversed(_) => {}
    }
    Ok(())
}

fn new(received: &PaymentReceived, event: &Recorded) -> Payment {
    Payment {
        payment_id: event.stream.id,
        position: position(event.position),
        channel_account_id: received.channel_account.uuid(),
        channel: Text(received.channel),
        purse: Text(received.purse),
        reference: Text(received.reference.clone()),
        amount: received.amount.into(),
        identified: Amount::ZERO,
        returned: Amount::ZERO,
        suspense: received.amount.into(),
        value_on: day(received.value_on),
        effective_on: day(event.effective_on),
        recorded_at: event.recorded_at,
        shift_id: received.shift.map(|shift| shift.uuid()),
        payer_item_id: received.payer.map(|item| item.uuid()),
        status: Text(PaymentStatus::Received),
        payer_account_item_id: received.payer_account.map(|item| item.uuid()),
        remark_item_id: received.remark.map(|item| item.uuid()),
        method: received.method.map(Text),
        match_status: None,
        bounced_on: None,
        bounce_effective_on: None,
        tendered: received.tendered.map(Amount::from),
        change: received.change.map(Amount::from),
        rounding: received.rounding.map(Amount::from),
        named_order_id: match received.named_orders[..] {
            [order] => Some(order.uuid()),
            _ => None,
        },
    }
}

fn change(event: &Recorded, models: &mut Models, change: impl FnOnce(&mut Payment)) -> Result<(), FoldError> {
    let row = models.payment.get_mut(&(event.stream.id,));
    let row = row.ok_or(FoldError("a fact about a payment that was never received"))?;
    change(row);
    row.suspense = match row.status.0 {
        PaymentStatus::Reversed | PaymentStatus::Bounced | PaymentStatus::SetAside => Amount::ZERO,
        PaymentStatus::Received => {
            let mut rest = row.amount;
            rest.take(row.identified);
            rest.take(row.returned);
            rest
        }
    };
    Ok(())
}

impl Reader {
    /// One payment.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn payment(&self, ledger: LedgerId, payment: PaymentId) -> Result<Read<Option<Payment>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Payment, "sql/payment.sql", s.ledger, s.generation, payment.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// Lines that name one unit which owes no more than the money, and that nobody had in hand yet: what the system may match,
    /// the newest first; `after` is a position. Whether it does is decided where they are matched.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn lines_to_match(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<LineToMatch>>, ReadError> {
        newest_first!(self, ledger, ask, LineToMatch, "sql/lines_to_match.sql")
    }

    /// Payments, the newest first; all, or only those with money in suspense. `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn payments(
        &self,
        ledger: LedgerId,
        suspense_only: bool,
        ask: Ask<i64>,
    ) -> Result<Read<Page<Payment>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Payment,
                    "sql/payments.sql",
                    s.ledger,
                    s.generation,
                    ask.after.unwrap_or(i64::MAX),
                    suspense_only,
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// The payments that became credit of an account, or of one party on it and then with no more than its part, the newest
    /// first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn payments_of_account(
        &self,
        ledger: LedgerId,
        account: AccountId,
        party: Option<PartyId>,
        ask: Ask<i64>,
    ) -> Result<Read<Page<Payment>>, ReadError> {
        let party = party.map(|id| id.uuid());
        newest_first!(self, ledger, ask, Payment, "sql/payments_of_account.sql", account.uuid(), party)
    }
}
