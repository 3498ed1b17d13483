//! Refunds 退款 of credit and of deposits: approved, then settled or failed.

use crate::column::{Amount, Text, day, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::{AccountEvent, DepositReturned, RefundApproved};
use mingzhang_domain::book::Fund;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, LedgerId, PartyId, RefundId};
use mingzhang_domain::value::Label;
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
        | AccountEvent::OpeningBilledUntilReversed(_)
        | AccountEvent::DepositForfeited(_)
        | AccountEvent::ForfeitureReversed(_)
        | AccountEvent::FundSpent(_)
        | AccountEvent::FundSpendReturned(_) => {}
    }
    Ok(())
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
