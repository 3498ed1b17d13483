//! Lots of credit 预存: whose money lies in an account, and how much of it is unspent.

use crate::column::{Amount, Text, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::{AccountEvent, CreditMoved, CreditReceived, OpeningCreditPosted};
use mingzhang_domain::book::Fund;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, LedgerId, LotId, PartyId};
use uuid::Uuid;

table! {
    /// One lot.
    pub struct CreditLot of "credit_lot" {
        key {
            /// The lot.
            lot_id: Uuid,
        }
        /// Where it came to be: the order of lots.
        position: i64,
        /// The account it lies in.
        account_id: Uuid,
        /// The payment that it came with; absent when the old books had it.
        payment_id: Option<Uuid>,
        /// Whose money it is.
        holder_party_id: Uuid,
        /// What it may be spent on.
        fund: Text<Fund>,
        /// Only for this fee item.
        earmark_fee_item_id: Option<Uuid>,
        /// Kept back until released.
        held_back: bool,
        /// How much it was.
        amount: Amount,
        /// How much of it is there.
        unspent: Amount,
        /// The day the money was really the company's.
        value_on: NaiveDate,
        /// The batch of openings that it came with.
        opening_id: Option<Uuid>,
    }
}

/// Folds a fact of an account.
pub(crate) fn fold(fact: &AccountEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        AccountEvent::CreditReceived(received) => models.credit_lot.insert(new(received, event)),
        AccountEvent::CreditReleased(released) => lot(released.lot, models)?.held_back = false,
        AccountEvent::CreditWithdrawn(fact) => lot(fact.lot, models)?.unspent.take(fact.amount),
        AccountEvent::CreditMoved(moved) => move_to(moved, event, models)?,
        AccountEvent::ChargePaid(fact) => lot(fact.lot, models)?.unspent.take(fact.amount),
        AccountEvent::ChargePaymentUndone(fact) => lot(fact.lot, models)?.unspent.add(fact.amount),
        AccountEvent::RefundApproved(fact) => lot(fact.lot, models)?.unspent.take(fact.amount),
        AccountEvent::OpeningCreditPosted(posted) => models.credit_lot.insert(opening(posted, event)),
        AccountEvent::OpeningCreditReversed(fact) => lot(fact.lot, models)?.unspent.take(fact.amount),
        AccountEvent::RefundFailed(fact) => lot(fact.lot, models)?.unspent.add(fact.amount),
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
        | AccountEvent::RefundSettled(_)
        | AccountEvent::OpeningChargePosted(_)
        | AccountEvent::OpeningChargeReversed(_)
        | AccountEvent::OpeningDepositPosted(_)
        | AccountEvent::OpeningDepositReversed(_)
        | AccountEvent::OpeningBilledUntilSet(_)
        | AccountEvent::ChargesInvoiced(_)
        | AccountEvent::ChargesRedLettered(_)
        | AccountEvent::OpeningBilledUntilReversed(_)
        | AccountEvent::DepositReturned(_)
        | AccountEvent::DepositReturnFailed(_)
        | AccountEvent::DepositForfeited(_)
        | AccountEvent::ForfeitureReversed(_)
        | AccountEvent::FundSpent(_)
        | AccountEvent::FundSpendReturned(_) => {}
    }
    Ok(())
}

fn new(received: &CreditReceived, event: &Recorded) -> CreditLot {
    CreditLot {
        lot_id: received.lot.uuid(),
        position: position(event.position),
        account_id: event.stream.id,
        payment_id: Some(received.payment.uuid()),
        holder_party_id: received.holder.uuid(),
        fund: Text(received.fund),
        earmark_fee_item_id: received.earmark.map(|item| item.uuid()),
        held_back: received.held_back,
        amount: received.amount.into(),
        unspent: received.amount.into(),
        value_on: day(received.value_on),
        opening_id: None,
    }
}

fn opening(posted: &OpeningCreditPosted, event: &Recorded) -> CreditLot {
    CreditLot {
        lot_id: posted.lot.uuid(),
        position: position(event.position),
        account_id: event.stream.id,
        payment_id: None,
        holder_party_id: posted.holder.uuid(),
        fund: Text(posted.fund),
        earmark_fee_item_id: posted.earmark.map(|item| item.uuid()),
        held_back: false,
        amount: posted.amount.into(),
        unspent: posted.amount.into(),
        value_on: day(posted.value_on),
        opening_id: Some(posted.opening.uuid()),
    }
}

/// The new lot keeps payment, earmark and value date of the one it comes from.
fn move_to(moved: &CreditMoved, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let from = lot(moved.lot, models)?;
    from.unspent.take(moved.amount);
    let to = CreditLot {
        lot_id: moved.to_lot.uuid(),
        position: position(event.position),
        holder_party_id: moved.to.uuid(),
        amount: moved.amount.into(),
        unspent: moved.amount.into(),
        ..from.clone()
    };
    models.credit_lot.insert(to);
    Ok(())
}

fn lot(lot: LotId, models: &mut Models) -> Result<&mut CreditLot, FoldError> {
    models.credit_lot.get_mut(&(lot.uuid(),)).ok_or(FoldError("a fact about a lot that was never received"))
}

impl Reader {
    /// The lots of an account, of all or of one holder, the oldest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn credit_lots_of_account(
        &self,
        ledger: LedgerId,
        account: AccountId,
        (unspent_only, holder): (bool, Option<PartyId>),
        ask: Ask<i64>,
    ) -> Result<Read<Page<CreditLot>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    CreditLot,
                    "sql/credit_lots_of_account.sql",
                    s.ledger,
                    s.generation,
                    account.uuid(),
                    ask.after.unwrap_or_default(),
                    unspent_only,
                    holder.map(|id| id.uuid()),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }
}
