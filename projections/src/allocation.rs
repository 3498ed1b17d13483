//! Allocations 核销: which part of which lot paid which charge.

use crate::column::{Amount, Text, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::{AccountEvent, Mode, Part};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, ChargeId, LedgerId, PartyId};
use uuid::Uuid;

table! {
    /// One allocation.
    pub struct Allocation of "allocation" {
        key {
            /// The allocation.
            allocation_id: Uuid,
        }
        /// Where it was made.
        position: i64,
        /// The account.
        account_id: Uuid,
        /// The charge.
        charge_id: Uuid,
        /// The lot.
        lot_id: Uuid,
        /// Principal or late fee.
        part: Text<Part>,
        /// With its payment, or later from credit.
        mode: Text<Mode>,
        /// How much.
        amount: Amount,
        /// Value date of the lot.
        value_on: NaiveDate,
        /// The accounting date.
        effective_on: NaiveDate,
        /// How much of it was undone.
        undone: Amount,
    }
}

/// Folds a fact of an account.
pub(crate) fn fold(fact: &AccountEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        AccountEvent::ChargePaid(paid) => models.allocation.insert(Allocation {
            allocation_id: paid.allocation.uuid(),
            position: position(event.position),
            account_id: event.stream.id,
            charge_id: paid.charge.uuid(),
            lot_id: paid.lot.uuid(),
            part: Text(paid.part),
            mode: Text(paid.mode),
            amount: paid.amount.into(),
            value_on: day(paid.value_on),
            effective_on: day(event.effective_on),
            undone: Amount::ZERO,
        }),
        AccountEvent::ChargePaymentUndone(undone) => {
            let row = models.allocation.get_mut(&(undone.allocation.uuid(),));
            row.ok_or(FoldError("an allocation is undone that was never made"))?.undone.add(undone.amount);
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
        | AccountEvent::RefundApproved(_)
        | AccountEvent::RefundSettled(_)
        | AccountEvent::RefundFailed(_)
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
        | AccountEvent::DepositReturned(_)
        | AccountEvent::DepositReturnFailed(_)
        | AccountEvent::DepositForfeited(_)
        | AccountEvent::ForfeitureReversed(_)
        | AccountEvent::FundSpent(_)
        | AccountEvent::FundSpendReturned(_) => {}
    }
    Ok(())
}

impl Reader {
    /// The allocations of an account, or of one of its charges, in order; of all, or those out of a party's credit or on its
    /// charges; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn allocations_of_account(
        &self,
        ledger: LedgerId,
        account: AccountId,
        (charge, party): (Option<ChargeId>, Option<PartyId>),
        ask: Ask<i64>,
    ) -> Result<Read<Page<Allocation>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Allocation,
                    "sql/allocations_of_account.sql",
                    s.ledger,
                    s.generation,
                    account.uuid(),
                    charge.map(|id| id.uuid()),
                    ask.after.unwrap_or_default(),
                    party.map(|id| id.uuid()),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }
}
