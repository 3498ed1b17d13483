//! Statements 对账单: what happened in an account, line by line, with the running balance. Rows are only added.

use crate::column::{Amount, EventType, Text, day, position};
use crate::projection::Models;
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::{AccountEvent, Booking, Part};
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, ChargeId, FeeItemId, LedgerId, LotId, PartyId, PaymentId, RefundId};
use mingzhang_domain::money::Money;
use uuid::Uuid;

table! {
    /// One fact of an account. `balance` is open charges of every fund less unspent credit, after the fact: positive is
    /// owed, negative is credit; what was written off is owed besides.
    pub struct StatementLine of "statement_line" {
        key {
            /// The account.
            account_id: Uuid,
            /// Position of its event.
            position: i64,
        }
        /// What happened.
        event_type: Text<EventType>,
        /// The accounting date.
        effective_on: NaiveDate,
        /// The day the money was really the company's, or left it.
        value_on: Option<NaiveDate>,
        /// Whose debt or money.
        party_id: Option<Uuid>,
        /// The charge.
        charge_id: Option<Uuid>,
        /// The lot.
        lot_id: Option<Uuid>,
        /// The payment.
        payment_id: Option<Uuid>,
        /// The refund.
        refund_id: Option<Uuid>,
        /// The fee item.
        fee_item_id: Option<Uuid>,
        /// The charge's accounting month.
        period: Option<Text<Month>>,
        /// How much the fact is about.
        amount: Amount,
        /// By how much it changes the balance; paying a charge out of credit changes nothing.
        effect: Amount,
        /// The balance after it.
        balance: Amount,
    }
}

/// What a line says besides where and when.
#[derive(Default)]
struct Line {
    amount: Amount,
    effect: Amount,
    party: Option<PartyId>,
    value_on: Option<CivilDate>,
    charge: Option<ChargeId>,
    lot: Option<LotId>,
    payment: Option<PaymentId>,
    refund: Option<RefundId>,
    /// What a deposit was taken for.
    fee_item: Option<FeeItemId>,
    booking: Option<Booking>,
}

impl Line {
    fn of_deposit(payer: PartyId, fee_item: FeeItemId, amount: Money) -> Self {
        Self { amount: amount.into(), party: Some(payer), fee_item: Some(fee_item), ..Self::default() }
    }

    fn of_charge(charge: ChargeId, booking: &Booking, amount: Money) -> Self {
        let (amount, party) = (amount.into(), Some(booking.obligor));
        Self { amount, party, charge: Some(charge), booking: Some(booking.clone()), ..Self::default() }
    }

    fn of_lot(lot: LotId, holder: PartyId, amount: Money) -> Self {
        Self { amount: amount.into(), party: Some(holder), lot: Some(lot), ..Self::default() }
    }

    fn raises(self) -> Self {
        Self { effect: self.amount, ..self }
    }

    fn lowers(self) -> Self {
        Self { effect: self.amount.negated(), ..self }
    }
}

/// Folds a fact of an account.
pub(crate) fn fold(fact: &AccountEvent, event: &Recorded, models: &mut Models) {
    if let Some(line) = line(fact) {
        append(line, event, models);
    }
}

fn line(fact: &AccountEvent) -> Option<Line> {
    let line = match fact {
        AccountEvent::AccountOpened(_)
        | AccountEvent::CreditReleased(_)
        | AccountEvent::OpeningBilledUntilSet(_)
        | AccountEvent::ChargesInvoiced(_)
        | AccountEvent::ChargesRedLettered(_)
        | AccountEvent::OpeningBilledUntilReversed(_) => return None,
        AccountEvent::OpeningChargePosted(fact) => Line::of_charge(fact.charge, &fact.booking, fact.amount).raises(),
        AccountEvent::OpeningChargeReversed(fact) => Line::of_charge(fact.charge, &fact.booking, fact.amount).lowers(),
        AccountEvent::OpeningCreditPosted(fact) => {
            Line { value_on: Some(fact.value_on), ..Line::of_lot(fact.lot, fact.holder, fact.amount).lowers() }
        }
        AccountEvent::OpeningCreditReversed(fact) => Line::of_lot(fact.lot, fact.holder, fact.amount).raises(),
        // A deposit is neither debt nor credit.
        AccountEvent::OpeningDepositPosted(fact) => {
            Line { amount: fact.amount.into(), party: Some(fact.payer), ..Line::default() }
        }
        AccountEvent::OpeningDepositReversed(fact) => {
            Line { amount: fact.amount.into(), party: Some(fact.payer), ..Line::default() }
        }
        AccountEvent::ChargePosted(fact) => Line::of_charge(fact.charge, &fact.booking, fact.amount).raises(),
        AccountEvent::ChargeReduced(fact) => Line::of_charge(fact.charge, &fact.booking, fact.amount).lowers(),
        AccountEvent::ChargeWaived(fact) => Line::of_charge(fact.charge, &fact.booking, fact.amount).lowers(),
        // A late fee is no part of the balance until it is paid.
        AccountEvent::LateFeeWaived(fact) => Line::of_charge(fact.charge, &fact.booking, fact.amount),
        // The charge that is owed for it raises the balance.
        AccountEvent::LateFeeAdjudged(fact) => Line::of_charge(fact.charge, &fact.booking, fact.amount),
        AccountEvent::LateFeeAwardLifted(fact) => Line::of_charge(fact.charge, &fact.booking, fact.amount),
        AccountEvent::ChargeReversed(fact) => Line::of_charge(fact.charge, &fact.booking, fact.amount).lowers(),
        AccountEvent::ChargeWrittenOff(fact) => Line::of_charge(fact.charge, &fact.booking, fact.amount).lowers(),
        AccountEvent::ChargeRecovered(fact) => Line::of_charge(fact.charge, &fact.booking, fact.amount).raises(),
        AccountEvent::CreditReceived(fact) => Line {
            payment: Some(fact.payment),
            value_on: Some(fact.value_on),
            ..Line::of_lot(fact.lot, fact.holder, fact.amount).lowers()
        },
        AccountEvent::CreditWithdrawn(fact) => Line {
            payment: Some(fact.payment),
            value_on: Some(fact.value_on),
            ..Line::of_lot(fact.lot, fact.holder, fact.amount).raises()
        },
        AccountEvent::CreditMoved(fact) => Line::of_lot(fact.lot, fact.to, fact.amount),
        AccountEvent::ChargePaid(fact) => {
            let line = Line::of_charge(fact.charge, &fact.booking, fact.amount);
            let line = Line { lot: Some(fact.lot), value_on: Some(fact.value_on), ..line };
            // A late fee is no charge: paying it takes credit away and no debt.
            if fact.part == Part::LateFee { line.raises() } else { line }
        }
        AccountEvent::ChargePaymentUndone(fact) => {
            let line = Line::of_charge(fact.charge, &fact.booking, fact.amount);
            let line = Line { lot: Some(fact.lot), value_on: Some(fact.value_on), ..line };
            if fact.part == Part::LateFee { line.lowers() } else { line }
        }
        AccountEvent::RefundApproved(fact) => Line {
            refund: Some(fact.refund),
            payment: fact.payment,
            ..Line::of_lot(fact.lot, fact.holder, fact.amount).raises()
        },
        AccountEvent::RefundSettled(fact) => Line {
            amount: fact.amount.into(),
            party: Some(fact.holder),
            refund: Some(fact.refund),
            value_on: Some(fact.value_on),
            ..Line::default()
        },
        // What goes back or is kept was neither debt nor credit.
        AccountEvent::DepositReturned(fact) => {
            Line { refund: Some(fact.refund), ..Line::of_deposit(fact.payer, fact.fee_item, fact.amount) }
        }
        AccountEvent::DepositReturnFailed(fact) => {
            Line { refund: Some(fact.refund), ..Line::of_deposit(fact.payer, fact.fee_item, fact.amount) }
        }
        AccountEvent::DepositForfeited(fact) => Line::of_deposit(fact.payer, fact.fee_item, fact.amount),
        // The unit's fund is neither debt nor credit of anybody.
        AccountEvent::FundSpent(fact) => Line { amount: fact.amount.into(), ..Line::default() },
        AccountEvent::FundSpendReturned(fact) => Line { amount: fact.amount.into(), ..Line::default() },
        AccountEvent::ForfeitureReversed(fact) => Line::of_deposit(fact.payer, fact.fee_item, fact.amount),
        AccountEvent::RefundFailed(fact) => {
            Line { refund: Some(fact.refund), ..Line::of_lot(fact.lot, fact.holder, fact.amount).lowers() }
        }
    };
    Some(line)
}

fn append(line: Line, event: &Recorded, models: &mut Models) {
    let account = crate::account::row(event.stream.id, models);
    account.balance.add(line.effect);
    let balance = account.balance;
    models.statement_line.push(StatementLine {
        account_id: event.stream.id,
        position: position(event.position),
        event_type: Text(EventType::of(&event.event)),
        effective_on: day(event.effective_on),
        value_on: line.value_on.map(day),
        party_id: line.party.map(|party| party.uuid()),
        charge_id: line.charge.map(|id| id.uuid()),
        lot_id: line.lot.map(|id| id.uuid()),
        payment_id: line.payment.map(|id| id.uuid()),
        refund_id: line.refund.map(|id| id.uuid()),
        fee_item_id: line.booking.as_ref().map(|booking| booking.fee_item).or(line.fee_item).map(|id| id.uuid()),
        period: line.booking.as_ref().map(|booking| Text(booking.period)),
        amount: line.amount,
        effect: line.effect,
        balance,
    });
}

impl Reader {
    /// The statement of an account, the oldest line first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn statement(
        &self,
        ledger: LedgerId,
        account: AccountId,
        ask: Ask<i64>,
    ) -> Result<Read<Page<StatementLine>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    StatementLine,
                    "sql/statement.sql",
                    s.ledger,
                    s.generation,
                    account.uuid(),
                    ask.after.unwrap_or_default(),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// The statement of one party of an account with a balance of its own, the oldest line first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn statement_of_party(
        &self,
        ledger: LedgerId,
        (account, party): (AccountId, PartyId),
        ask: Ask<i64>,
    ) -> Result<Read<Page<StatementLine>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    StatementLine,
                    "sql/statement_of_party.sql",
                    s.ledger,
                    s.generation,
                    account.uuid(),
                    party.uuid(),
                    ask.after.unwrap_or_default(),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }
}
