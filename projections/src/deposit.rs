//! Deposits 押金: what each payer has in each, since when, and what became of it.

use crate::column::{Amount, EventType, Text, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::{AccountEvent, Part};
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, DepositId, FeeItemId, ForfeitureId, LedgerId, PartyId, RefundId};
use mingzhang_domain::money::Money;
use mingzhang_domain::value::Code;
use uuid::Uuid;

table! {
    /// What one payer has in one deposit.
    pub struct Deposit of "deposit" {
        key {
            /// The deposit; it has the id of the charge that asked for it, unless it came out of old books.
            deposit_id: Uuid,
            /// Who paid it, and gets it back.
            payer_party_id: Uuid,
        }
        /// Where it was first paid or posted.
        position: i64,
        /// The account.
        account_id: Uuid,
        /// What it was taken for.
        fee_item_id: Uuid,
        /// The batch of openings that it came with; absent for what was paid here.
        opening_id: Option<Uuid>,
        /// Number of the receipt that the payer holds of the old system.
        old_receipt: Option<Text<Code>>,
        /// The day the first of it was really the company's; of old books the day before the community went live.
        taken_on: NaiveDate,
        /// How much was paid, less what was undone.
        taken: Amount,
        /// Returned, or to be paid out.
        returned: Amount,
        /// Kept by the company.
        forfeited: Amount,
        /// How much of it is held.
        held: Amount,
    }
}

table! {
    /// One fact about a deposit.
    pub struct DepositLine of "deposit_line" {
        key {
            /// The deposit.
            deposit_id: Uuid,
            /// Position of its event.
            position: i64,
        }
        /// Who paid it.
        payer_party_id: Uuid,
        /// What happened.
        event_type: Text<EventType>,
        /// The accounting date.
        effective_on: NaiveDate,
        /// By how much it changes what is held.
        effect: Amount,
        /// What this payer has in it after the fact.
        held: Amount,
        /// The refund that pays it out.
        refund_id: Option<Uuid>,
        /// The forfeiture.
        forfeiture_id: Option<Uuid>,
    }
}

/// Which sum of a deposit a fact changes.
#[derive(Clone, Copy)]
enum Sum {
    Taken,
    Returned,
    Forfeited,
}

/// What a fact says of a deposit.
struct Change<'e> {
    deposit: DepositId,
    payer: PartyId,
    fee_item: Option<FeeItemId>,
    sum: Sum,
    /// What the sum gets more of.
    amount: Money,
    value_on: Option<CivilDate>,
    opening: Option<(Uuid, &'e Code)>,
    refund: Option<RefundId>,
    forfeiture: Option<ForfeitureId>,
}

impl Change<'_> {
    fn of(deposit: DepositId, payer: PartyId, sum: Sum, amount: Money) -> Self {
        let (fee_item, value_on, opening, refund, forfeiture) = (None, None, None, None, None);
        Self { deposit, payer, fee_item, sum, amount, value_on, opening, refund, forfeiture }
    }
}

/// Folds a fact of an account.
pub(crate) fn fold(fact: &AccountEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let Some(change) = change(fact) else { return Ok(()) };
    let key = (change.deposit.uuid(), change.payer.uuid());
    if let Some(fee_item) = change.fee_item {
        let new = Deposit {
            deposit_id: key.0,
            payer_party_id: key.1,
            position: position(event.position),
            account_id: event.stream.id,
            fee_item_id: fee_item.uuid(),
            opening_id: change.opening.map(|(opening, _)| opening),
            old_receipt: change.opening.map(|(_, receipt)| Text(receipt.clone())),
            taken_on: day(change.value_on.unwrap_or(event.effective_on)),
            taken: Amount::ZERO,
            returned: Amount::ZERO,
            forfeited: Amount::ZERO,
            held: Amount::ZERO,
        };
        models.deposit.get_or(&key, || new);
    }
    let row = models.deposit.get_mut(&key).ok_or(FoldError("a fact about a deposit that nobody paid"))?;
    let effect = match change.sum {
        Sum::Taken => {
            row.taken.add(change.amount);
            change.amount
        }
        Sum::Returned => {
            row.returned.add(change.amount);
            change.amount.negated()
        }
        Sum::Forfeited => {
            row.forfeited.add(change.amount);
            change.amount.negated()
        }
    };
    row.held.add(effect);
    let held = row.held;
    models.deposit_line.push(DepositLine {
        deposit_id: key.0,
        position: position(event.position),
        payer_party_id: key.1,
        event_type: Text(EventType::of(&event.event)),
        effective_on: day(event.effective_on),
        effect: effect.into(),
        held,
        refund_id: change.refund.map(|refund| refund.uuid()),
        forfeiture_id: change.forfeiture.map(|forfeiture| forfeiture.uuid()),
    });
    Ok(())
}

fn change(fact: &AccountEvent) -> Option<Change<'_>> {
    Some(match fact {
        AccountEvent::ChargePaid(e) if (e.booking.fund, e.part) == (Fund::Deposit, Part::Principal) => Change {
            fee_item: Some(e.booking.fee_item),
            value_on: Some(e.value_on),
            ..Change::of(DepositId(e.charge.uuid()), e.holder, Sum::Taken, e.amount)
        },
        AccountEvent::ChargePaymentUndone(e) if (e.booking.fund, e.part) == (Fund::Deposit, Part::Principal) => {
            Change::of(DepositId(e.charge.uuid()), e.holder, Sum::Taken, e.amount.negated())
        }
        AccountEvent::OpeningDepositPosted(e) => Change {
            fee_item: Some(e.fee_item),
            opening: Some((e.opening.uuid(), &e.old_receipt)),
            ..Change::of(e.deposit, e.payer, Sum::Taken, e.amount)
        },
        AccountEvent::OpeningDepositReversed(e) => Change::of(e.deposit, e.payer, Sum::Taken, e.amount.negated()),
        AccountEvent::DepositReturned(e) => {
            Change { refund: Some(e.refund), ..Change::of(e.deposit, e.payer, Sum::Returned, e.amount) }
        }
        AccountEvent::DepositReturnFailed(e) => {
            Change { refund: Some(e.refund), ..Change::of(e.deposit, e.payer, Sum::Returned, e.amount.negated()) }
        }
        AccountEvent::DepositForfeited(e) => {
            Change { forfeiture: Some(e.forfeiture), ..Change::of(e.deposit, e.payer, Sum::Forfeited, e.amount) }
        }
        AccountEvent::ForfeitureReversed(e) => Change {
            forfeiture: Some(e.forfeiture),
            ..Change::of(e.deposit, e.payer, Sum::Forfeited, e.amount.negated())
        },
        AccountEvent::AccountOpened(_)
        | AccountEvent::FundSpent(_)
        | AccountEvent::FundSpendReturned(_)
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
        | AccountEvent::RefundApproved(_)
        | AccountEvent::RefundSettled(_)
        | AccountEvent::RefundFailed(_)
        | AccountEvent::OpeningChargePosted(_)
        | AccountEvent::OpeningChargeReversed(_)
        | AccountEvent::OpeningCreditPosted(_)
        | AccountEvent::OpeningCreditReversed(_)
        | AccountEvent::OpeningBilledUntilSet(_)
        | AccountEvent::ChargesInvoiced(_)
        | AccountEvent::ChargesRedLettered(_)
        | AccountEvent::OpeningBilledUntilReversed(_) => return None,
    })
}

impl Reader {
    /// The deposits of an account in the order they were taken, of all or of one payer; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn deposits_of_account(
        &self,
        ledger: LedgerId,
        account: AccountId,
        payer: Option<PartyId>,
        ask: Ask<i64>,
    ) -> Result<Read<Page<Deposit>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Deposit,
                    "sql/deposits_of_account.sql",
                    s.ledger,
                    s.generation,
                    account.uuid(),
                    ask.after.unwrap_or_default(),
                    payer.map(|id| id.uuid()),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// The deposits that are held, those taken first before the others; `after` is the day and a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn held_deposits(
        &self,
        ledger: LedgerId,
        ask: Ask<(NaiveDate, i64)>,
    ) -> Result<Read<Page<Deposit>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (on, position) = ask.after.unwrap_or((day(CivilDate::MIN), 0));
                let rows = sqlx::query_file_as!(
                    Deposit,
                    "sql/held_deposits.sql",
                    s.ledger,
                    s.generation,
                    on,
                    position,
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// What happened to a deposit, the oldest fact first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn deposit_lines(
        &self,
        ledger: LedgerId,
        deposit: DepositId,
        ask: Ask<i64>,
    ) -> Result<Read<Page<DepositLine>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    DepositLine,
                    "sql/deposit_lines.sql",
                    s.ledger,
                    s.generation,
                    deposit.uuid(),
                    ask.after.unwrap_or_default(),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }
}
