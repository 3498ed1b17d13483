//! Refunds 退款 of credit and of deposits: approved, then settled or failed.

use crate::column::{Amount, Text, day, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::account::{AccountEvent, DepositReturned, RefundApproved};
use mingzhang_domain::book::Fund;
use mingzhang_domain::channel_refund::{ChannelRefundEvent, ChannelRefundSent};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, ChannelRefundId, LedgerId, PartyId, RefundId};
use mingzhang_domain::value::{Code, Label};
use uuid::Uuid;

states! {
    /// How a refund stands.
    pub enum RefundStatus {
        /// The money is to leave.
        Approved = "approved",
        /// The money has left.
        Settled = "settled",
        /// The money did not leave and is credit again, or a deposit that is held again.
        Failed = "failed",
    }
}

states! {
    /// How a refund stands with the provider that is to pay it.
    pub enum ChannelRefundStatus {
        /// Given to it, or to be.
        Sent = "sent",
        /// Taken, not yet paid.
        Accepted = "accepted",
        /// The payer's account does not take it: somebody has to tell the provider where else the money goes.
        Abnormal = "abnormal",
        /// To be given to it no more; it ends once the provider does not know it.
        Withdrawn = "withdrawn",
        /// Paid.
        Settled = "settled",
        /// It will not be paid by it.
        Closed = "closed",
    }
}

table! {
    /// One refund.
    pub struct Refund of "refund" {
        key {
            /// The refund.
            refund_id: Uuid,
        }
        /// Where it was approved.
        position: i64,
        /// The account.
        account_id: Uuid,
        /// The lot; absent for a deposit.
        lot_id: Option<Uuid>,
        /// The payment of the lot; absent for a deposit, and for a lot from before the community went live.
        payment_id: Option<Uuid>,
        /// Whose money.
        holder_party_id: Uuid,
        /// Fund of the lot.
        fund: Text<Fund>,
        /// How much.
        amount: Amount,
        /// Why.
        reason: Text<Label>,
        /// How it stands.
        status: Text<RefundStatus>,
        /// Out of which channel account it was paid.
        channel_account_id: Option<Uuid>,
        /// The day the money left.
        value_on: Option<NaiveDate>,
        /// The deposit that is returned.
        deposit_id: Option<Uuid>,
        /// When it was given to its provider last.
        sent_at: Option<DateTime<Utc>>,
        /// The channel account that it goes back by.
        sent_by_channel_account_id: Option<Uuid>,
        /// Our number of it at the provider.
        channel_number: Option<String>,
        /// The provider's number of it, or that of the outgoing payment.
        channel_reference: Option<Text<Code>>,
        /// How it stands with the provider.
        channel_status: Option<Text<ChannelRefundStatus>>,
    }
}

/// Folds a fact of an account.
pub(crate) fn fold(fact: &AccountEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        AccountEvent::RefundApproved(approved) => models.refund.insert(new(approved, event)),
        AccountEvent::RefundSettled(settled) => {
            let refund = refund(settled.refund, models)?;
            refund.status = Text(RefundStatus::Settled);
            refund.channel_account_id = Some(settled.channel_account.uuid());
            refund.value_on = Some(day(settled.value_on));
            if let Some(reference) = &settled.reference {
                refund.channel_reference = Some(Text(reference.clone()));
            }
        }
        AccountEvent::RefundFailed(failed) => refund(failed.refund, models)?.status = Text(RefundStatus::Failed),
        AccountEvent::DepositReturned(returned) => models.refund.insert(of_deposit(returned, event)),
        AccountEvent::DepositReturnFailed(failed) => {
            refund(failed.refund, models)?.status = Text(RefundStatus::Failed);
        }
        AccountEvent::AccountOpened(_)
        | AccountEvent::ChargePosted(_)
        | AccountEvent::ChargeReduced(_)
        | AccountEvent::ChargeWaived(_)
        | AccountEvent::LateFeeWaived(_)
        | AccountEvent::LateFeeAdjudged(_)
        | AccountEvent::LateFeeAwardLifted(_)
        | AccountEvent::ChargeReversed(_)
        | AccountEvent::ChargeWrittenOff(_)
        | AccountEvent::ChargeRecovered(_)
        | AccountEvent::CreditReceived(_)
        | AccountEvent::CreditReleased(_)
        | AccountEvent::CreditWithdrawn(_)
        | AccountEvent::CreditMoved(_)
        | AccountEvent::ChargePaid(_)
        | AccountEvent::ChargePaymentUndone(_)
        | AccountEvent::OpeningChargePosted(_)
        | AccountEvent::OpeningChargeReversed(_)
        | AccountEvent::OpeningCreditPosted(_)
        | AccountEvent::OpeningCreditReversed(_)
        | AccountEvent::OpeningDepositPosted(_)
        | AccountEvent::OpeningDepositReversed(_)
        | AccountEvent::OpeningBilledUntilSet(_)
        | AccountEvent::ChargesInvoiced(_)
        | AccountEvent::ChargesRedLettered(_)
        | AccountEvent::OpeningBilledUntilReversed(_)
        | AccountEvent::DepositForfeited(_)
        | AccountEvent::ForfeitureReversed(_)
        | AccountEvent::FundSpent(_)
        | AccountEvent::FundSpendReturned(_) => {}
    }
    Ok(())
}

/// Folds a fact of a refund that its provider is to pay.
pub(crate) fn fold_channel(fact: &ChannelRefundEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let row = refund(RefundId(event.stream.id), models)?;
    let (status, reference) = match fact {
        ChannelRefundEvent::ChannelRefundSent(sent) => {
            give(row, sent, event);
            (ChannelRefundStatus::Sent, None)
        }
        ChannelRefundEvent::ChannelRefundAccepted(e) => (ChannelRefundStatus::Accepted, e.reference.as_ref()),
        ChannelRefundEvent::ChannelRefundAbnormal(e) => (ChannelRefundStatus::Abnormal, e.reference.as_ref()),
        ChannelRefundEvent::ChannelRefundWithdrawn(_) => (ChannelRefundStatus::Withdrawn, None),
        ChannelRefundEvent::ChannelRefundSettled(e) => (ChannelRefundStatus::Settled, e.reference.as_ref()),
        ChannelRefundEvent::ChannelRefundClosed(_) => (ChannelRefundStatus::Closed, None),
    };
    row.channel_status = Some(Text(status));
    if let Some(reference) = reference {
        row.channel_reference = Some(Text(reference.clone()));
    }
    Ok(())
}

fn give(row: &mut Refund, sent: &ChannelRefundSent, event: &Recorded) {
    row.sent_at = Some(event.recorded_at);
    row.sent_by_channel_account_id = Some(sent.channel_account.uuid());
    row.channel_number = Some(ChannelRefundId(event.stream.id).number(sent.attempt.0));
    row.channel_reference = None;
}

fn new(approved: &RefundApproved, event: &Recorded) -> Refund {
    Refund {
        refund_id: approved.refund.uuid(),
        position: position(event.position),
        account_id: event.stream.id,
        lot_id: Some(approved.lot.uuid()),
        payment_id: approved.payment.map(|payment| payment.uuid()),
        holder_party_id: approved.holder.uuid(),
        fund: Text(approved.fund),
        amount: approved.amount.into(),
        reason: Text(approved.reason.clone()),
        status: Text(RefundStatus::Approved),
        channel_account_id: None,
        value_on: None,
        deposit_id: None,
        sent_at: None,
        sent_by_channel_account_id: None,
        channel_number: None,
        channel_reference: None,
        channel_status: None,
    }
}

fn of_deposit(returned: &DepositReturned, event: &Recorded) -> Refund {
    Refund {
        refund_id: returned.refund.uuid(),
        position: position(event.position),
        account_id: event.stream.id,
        lot_id: None,
        payment_id: None,
        holder_party_id: returned.payer.uuid(),
        fund: Text(Fund::Deposit),
        amount: returned.amount.into(),
        reason: Text(returned.reason.clone()),
        status: Text(RefundStatus::Approved),
        channel_account_id: None,
        value_on: None,
        deposit_id: Some(returned.deposit.uuid()),
        sent_at: None,
        sent_by_channel_account_id: None,
        channel_number: None,
        channel_reference: None,
        channel_status: None,
    }
}

fn refund(refund: RefundId, models: &mut Models) -> Result<&mut Refund, FoldError> {
    models.refund.get_mut(&(refund.uuid(),)).ok_or(FoldError("a fact about a refund that was never approved"))
}

impl Reader {
    /// One refund.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn refund(&self, ledger: LedgerId, refund: RefundId) -> Result<Read<Option<Refund>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Refund, "sql/refund.sql", s.ledger, s.generation, refund.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// Refunds that a provider may still pay, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn refunds_at_providers(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<Refund>>, ReadError> {
        newest_first!(self, ledger, ask, Refund, "sql/refunds_at_providers.sql")
    }

    /// The refunds of an account or of all, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn refunds(
        &self,
        ledger: LedgerId,
        account: Option<AccountId>,
        holder: Option<PartyId>,
        ask: Ask<i64>,
    ) -> Result<Read<Page<Refund>>, ReadError> {
        let (account, holder) = (account.map(|id| id.uuid()), holder.map(|id| id.uuid()));
        newest_first!(self, ledger, ask, Refund, "sql/refunds.sql", account, holder)
    }
}
