//! Charges 应收: each with what became of it. Arrears are a query over them.

use crate::column::{Amount, Text, count, day, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::{AccountEvent, ChargePosted, OpeningChargePosted, Part};
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, ChargeId, LedgerId, PartyId};
use mingzhang_domain::money::Money;
use mingzhang_domain::unit::UnitKind;
use mingzhang_domain::value::{Code, Label};
use uuid::Uuid;

states! {
    /// How a charge stands.
    pub enum ChargeStatus {
        /// Something of it is unpaid.
        Open = "open",
        /// Nothing of it is unpaid.
        Settled = "settled",
        /// Nothing of it is open on the books; what was written off 坏账核销 is still owed.
        WrittenOff = "written_off",
        /// It was a mistake 红冲.
        Reversed = "reversed",
    }
}

table! {
    /// One charge. `open` = `amount` − `reduced` − `waived` − `reversed` − `written_off` − `paid`.
    pub struct Charge of "charge" {
        key {
            /// The charge.
            charge_id: Uuid,
        }
        /// Where it was posted.
        position: i64,
        /// The account that owes it.
        account_id: Uuid,
        /// The account's unit.
        unit_id: Option<Uuid>,
        /// What the unit is.
        unit_kind: Option<Text<UnitKind>>,
        /// Where the unit stands.
        building: Option<Text<Label>>,
        /// What is charged.
        fee_item_id: Uuid,
        /// What the money is for.
        fund: Text<Fund>,
        /// Who owes it.
        obligor_party_id: Uuid,
        /// Who pays it by contract.
        agreed_payer_party_id: Option<Uuid>,
        /// The line it was billed with.
        bill_line_id: Uuid,
        /// The run that billed it.
        run_id: Option<Uuid>,
        /// The tariff version.
        tariff_id: Option<Uuid>,
        /// Accounting month.
        period: Text<Month>,
        /// First day of the service.
        service_from: NaiveDate,
        /// Day after the last.
        service_until: NaiveDate,
        /// When it is due.
        due_on: NaiveDate,
        /// The accounting date it was posted on.
        effective_on: NaiveDate,
        /// When a delivered demand or a promise last began its limitation anew.
        interrupted_on: Option<NaiveDate>,
        /// It is in dispute.
        disputed: bool,
        /// Lower is paid first.
        priority: i32,
        /// Before discounts.
        gross: Amount,
        /// Owed when it was posted.
        amount: Amount,
        /// Tax in the amount.
        tax: Amount,
        /// Taken off because too much was charged.
        reduced: Amount,
        /// Forgiven.
        waived: Amount,
        /// Taken off because it was a mistake.
        reversed: Amount,
        /// Given up on the books and still owed, less what was recovered.
        written_off: Amount,
        /// Allocated to its principal, net of what was undone.
        paid: Amount,
        /// Allocated to its late fee, net of what was undone.
        late_fee_paid: Amount,
        /// Unpaid principal.
        open: Amount,
        /// How it stands.
        status: Text<ChargeStatus>,
        /// A late fee that the old books had agreed or a court adjudged; no debt that late fees grow on.
        is_late_fee: bool,
        /// The batch of openings that it came with.
        opening_id: Option<Uuid>,
        /// Of its principal, on invoices that were issued.
        invoiced: Amount,
        /// Of that, red-lettered.
        red_lettered: Amount,
    }
}

/// What an account owes that was due before a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Arrears {
    /// The account.
    pub account_id: Uuid,
    /// Its unit.
    pub unit_id: Option<Uuid>,
    /// The unit's code.
    pub unit_code: Option<Text<Code>>,
    /// Where the unit stands.
    pub building: Option<Text<Label>>,
    /// Open principal.
    pub open: Amount,
    /// Due date of the oldest open charge; none where only late fees are owed.
    pub oldest_due_on: Option<NaiveDate>,
    /// Open charges.
    pub charges: i64,
    /// The last day on which none of these claims is time-barred; an interruption moves it.
    pub limitation_on: Option<NaiveDate>,
    /// Open principal whose limitation ran out before that day.
    pub time_barred: Amount,
}

/// Folds a fact of an account.
pub(crate) fn fold(fact: &AccountEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        AccountEvent::ChargePosted(posted) => {
            let standing = standing(event, models);
            models.charge.insert(new(posted, event, standing));
        }
        AccountEvent::OpeningChargePosted(posted) => {
            let standing = standing(event, models);
            models.charge.insert(opening(posted, event, standing));
        }
        AccountEvent::OpeningChargeReversed(fact) => change(fact.charge, models, |charge| {
            charge.reversed.add(fact.amount);
            charge.status = Text(ChargeStatus::Reversed);
        })?,
        AccountEvent::ChargeReduced(fact) => change(fact.charge, models, |charge| charge.reduced.add(fact.amount))?,
        AccountEvent::ChargeWaived(fact) => change(fact.charge, models, |charge| charge.waived.add(fact.amount))?,
        AccountEvent::ChargeReversed(fact) => change(fact.charge, models, |charge| {
            charge.reversed.add(fact.amount);
            charge.status = Text(ChargeStatus::Reversed);
        })?,
        AccountEvent::ChargeWrittenOff(fact) => {
            change(fact.charge, models, |charge| charge.written_off.add(fact.amount))?;
        }
        AccountEvent::ChargeRecovered(fact) => {
            change(fact.charge, models, |charge| charge.written_off.take(fact.amount))?;
        }
        AccountEvent::ChargesInvoiced(fact) => {
            fact.charges.iter().try_for_each(|of| change(of.charge, models, |charge| charge.invoiced.add(of.amount)))?
        }
        AccountEvent::ChargesRedLettered(fact) => fact
            .charges
            .iter()
            .try_for_each(|of| change(of.charge, models, |charge| charge.red_lettered.add(of.amount)))?,
        AccountEvent::ChargePaid(fact) => paid(fact.charge, fact.part, fact.amount, models)?,
        AccountEvent::ChargePaymentUndone(fact) => paid(fact.charge, fact.part, fact.amount.negated(), models)?,
        AccountEvent::AccountOpened(_)
        | AccountEvent::CreditReceived(_)
        | AccountEvent::LateFeeWaived(_)
        | AccountEvent::LateFeeAdjudged(_)
        | AccountEvent::LateFeeAwardLifted(_)
        | AccountEvent::CreditReleased(_)
        | AccountEvent::CreditWithdrawn(_)
        | AccountEvent::CreditMoved(_)
        | AccountEvent::RefundApproved(_)
        | AccountEvent::RefundSettled(_)
        | AccountEvent::RefundFailed(_)
        | AccountEvent::OpeningCreditPosted(_)
        | AccountEvent::OpeningCreditReversed(_)
        | AccountEvent::OpeningDepositPosted(_)
        | AccountEvent::OpeningDepositReversed(_)
        | AccountEvent::OpeningBilledUntilSet(_)
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

/// Unit, its kind and its building, as the account has them.
type Standing = (Option<Uuid>, Option<Text<UnitKind>>, Option<Text<Label>>);

fn standing(event: &Recorded, models: &mut Models) -> Standing {
    let account = crate::account::row(event.stream.id, models);
    (account.unit_id, account.unit_kind, account.building.clone())
}

fn new(posted: &ChargePosted, event: &Recorded, (unit_id, unit_kind, building): Standing) -> Charge {
    let mut charge = Charge {
        charge_id: posted.charge.uuid(),
        position: position(event.position),
        account_id: event.stream.id,
        unit_id,
        unit_kind,
        building,
        fee_item_id: posted.booking.fee_item.uuid(),
        fund: Text(posted.booking.fund),
        obligor_party_id: posted.booking.obligor.uuid(),
        agreed_payer_party_id: posted.agreed_payer.map(|party| party.uuid()),
        bill_line_id: posted.bill_line.uuid(),
        run_id: posted.run.map(|run| run.uuid()),
        tariff_id: posted.tariff.map(|tariff| tariff.uuid()),
        period: Text(posted.booking.period),
        service_from: day(posted.service.from()),
        service_until: day(posted.service.until()),
        due_on: day(posted.due_on),
        effective_on: day(event.effective_on),
        interrupted_on: None,
        disputed: false,
        priority: count(posted.priority),
        gross: posted.gross.into(),
        amount: posted.amount.into(),
        tax: posted.vat.tax.into(),
        reduced: Amount::ZERO,
        waived: Amount::ZERO,
        reversed: Amount::ZERO,
        written_off: Amount::ZERO,
        paid: Amount::ZERO,
        late_fee_paid: Amount::ZERO,
        open: Amount::ZERO,
        status: Text(ChargeStatus::Open),
        is_late_fee: posted.booking.part == Some(Part::LateFee),
        opening_id: None,
        invoiced: Amount::ZERO,
        red_lettered: Amount::ZERO,
    };
    settle(&mut charge);
    charge
}

/// What the old books had open; it was billed there, so that it is a line of its own.
fn opening(posted: &OpeningChargePosted, event: &Recorded, (unit_id, unit_kind, building): Standing) -> Charge {
    let mut charge = Charge {
        charge_id: posted.charge.uuid(),
        position: position(event.position),
        account_id: event.stream.id,
        unit_id,
        unit_kind,
        building,
        fee_item_id: posted.booking.fee_item.uuid(),
        fund: Text(posted.booking.fund),
        obligor_party_id: posted.booking.obligor.uuid(),
        agreed_payer_party_id: posted.agreed_payer.map(|party| party.uuid()),
        bill_line_id: posted.charge.uuid(),
        run_id: None,
        tariff_id: None,
        period: Text(posted.booking.period),
        service_from: day(posted.service.from()),
        service_until: day(posted.service.until()),
        due_on: day(posted.due_on),
        effective_on: day(event.effective_on),
        interrupted_on: None,
        disputed: false,
        priority: count(posted.priority),
        gross: posted.amount.into(),
        amount: posted.amount.into(),
        tax: Amount::ZERO,
        reduced: Amount::ZERO,
        waived: Amount::ZERO,
        reversed: Amount::ZERO,
        written_off: Amount::ZERO,
        paid: Amount::ZERO,
        late_fee_paid: Amount::ZERO,
        open: Amount::ZERO,
        status: Text(ChargeStatus::Open),
        is_late_fee: posted.part == Part::LateFee,
        opening_id: Some(posted.opening.uuid()),
        invoiced: Amount::ZERO,
        red_lettered: Amount::ZERO,
    };
    settle(&mut charge);
    charge
}

fn paid(charge: ChargeId, part: Part, amount: Money, models: &mut Models) -> Result<(), FoldError> {
    change(charge, models, |charge| match part {
        Part::Principal => charge.paid.add(amount),
        Part::LateFee => charge.late_fee_paid.add(amount),
    })
}

fn change(charge: ChargeId, models: &mut Models, change: impl FnOnce(&mut Charge)) -> Result<(), FoldError> {
    let row = row(charge, models)?;
    change(row);
    settle(row);
    Ok(())
}

/// The row of a charge, for what another noun's facts leave on it.
pub(crate) fn row(charge: ChargeId, models: &mut Models) -> Result<&mut Charge, FoldError> {
    models.charge.get_mut(&(charge.uuid(),)).ok_or(FoldError("a fact about a charge that was never posted"))
}

fn settle(charge: &mut Charge) {
    let mut open = charge.amount;
    [charge.reduced, charge.waived, charge.reversed, charge.written_off, charge.paid]
        .into_iter()
        .for_each(|part| open.take(part));
    charge.open = open;
    charge.status =
        Text(match charge.status.0 {
            ChargeStatus::Reversed => ChargeStatus::Reversed,
            ChargeStatus::Open | ChargeStatus::Settled | ChargeStatus::WrittenOff if open != Amount::ZERO => {
                ChargeStatus::Open
            }
            ChargeStatus::Open | ChargeStatus::Settled | ChargeStatus::WrittenOff => {
                if charge.written_off == Amount::ZERO { ChargeStatus::Settled } else { ChargeStatus::WrittenOff }
            }
        });
}

impl Reader {
    /// One charge.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn charge(&self, ledger: LedgerId, charge: ChargeId) -> Result<Read<Option<Charge>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Charge, "sql/charge.sql", s.ledger, s.generation, charge.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// The charges of an account in the order they were posted, of all or of one party that owes or pays them; `after` is
    /// a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn charges_of_account(
        &self,
        ledger: LedgerId,
        account: AccountId,
        (open_only, party): (bool, Option<PartyId>),
        ask: Ask<i64>,
    ) -> Result<Read<Page<Charge>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Charge,
                    "sql/charges_of_account.sql",
                    s.ledger,
                    s.generation,
                    account.uuid(),
                    ask.after.unwrap_or_default(),
                    open_only,
                    party.map(|id| id.uuid()),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }
}
