//! Late fees 违约金: what the fee of each charge grows on, so that those of a whole community are computed without its history.
//!
//! What a fee is on a day is no row: it is computed when it is asked for, by the rule that payments and waivers go by. Read
//! for that is what is open, and what was once open past its due date. May never happen here: another fee than the account's
//! own stream has.

use crate::charge::Arrears;
use crate::column::{Amount, Text, day};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, Snapshot};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::{AccountEvent, AccountState, Booking, Charge, Lateness, Lot, LotOrigin, Part};
use mingzhang_domain::book::{Fund, VatCategory};
use mingzhang_domain::calendar::{CalendarError, CivilDate, DateRange, Month};
use mingzhang_domain::community::LateFeePolicies;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::figures::LateFeeSum;
use mingzhang_domain::id::{AccountId, BillLineId, ChargeId, FeeItemId, LedgerId, LotId, OpeningId, PartyId};
use mingzhang_domain::money::Money;
use mingzhang_domain::rule::late_fee::LateFeeError;
use mingzhang_domain::value::Label;
use std::collections::BTreeMap;
use std::ops::Bound;
use uuid::Uuid;

table! {
    /// What lowered a charge and when, of every charge that anything lowered.
    pub struct ChargeLateness of "charge_lateness" {
        key {
            /// The charge.
            charge_id: Uuid,
        }
        /// Something of it was open past its due date.
        late: bool,
        /// The days and amounts, as JSON.
        lateness: String,
    }
}

table! {
    /// The charges that a lot once paid and that were open again.
    pub struct LotTakenBack of "lot_taken_back" {
        key {
            /// The lot.
            lot_id: Uuid,
        }
        /// The charges, with spaces between.
        charges: String,
    }
}

/// Folds a fact of an account; runs after charges have their rows.
pub(crate) fn fold(fact: &AccountEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let on = event.effective_on;
    match fact {
        AccountEvent::ChargePaid(e) => change(e.charge, models, |lateness| lateness.take(fact, on)),
        AccountEvent::ChargePaymentUndone(e) => {
            change(e.charge, models, |lateness| lateness.take(fact, on))?;
            taken_back(e.lot, e.charge, models);
            Ok(())
        }
        AccountEvent::ChargeWaived(e) => change(e.charge, models, |lateness| lateness.take(fact, on)),
        AccountEvent::LateFeeWaived(e) => change(e.charge, models, |lateness| lateness.take(fact, on)),
        AccountEvent::LateFeeAdjudged(e) => change(e.charge, models, |lateness| lateness.take(fact, on)),
        AccountEvent::LateFeeAwardLifted(e) => change(e.charge, models, |lateness| lateness.take(fact, on)),
        AccountEvent::ChargeWrittenOff(e) => change(e.charge, models, |lateness| lateness.take(fact, on)),
        AccountEvent::ChargeRecovered(e) => change(e.charge, models, |lateness| lateness.take(fact, on)),
        AccountEvent::CreditWithdrawn(e) => forget(e.lot, models),
        // What is charged too much lowers the principal, which stands in the row of the charge.
        AccountEvent::AccountOpened(_)
        | AccountEvent::ChargePosted(_)
        | AccountEvent::ChargeReduced(_)
        | AccountEvent::ChargeReversed(_)
        | AccountEvent::CreditReceived(_)
        | AccountEvent::CreditReleased(_)
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
        | AccountEvent::FundSpendReturned(_) => Ok(()),
    }
}

fn change(charge: ChargeId, models: &mut Models, change: impl FnOnce(&mut Lateness)) -> Result<(), FoldError> {
    let posted = crate::charge::row(charge, models)?;
    let mut principal = posted.amount;
    principal.take(posted.reduced);
    let due_on = civil(posted.due_on).map_err(|_| FoldError("a due date that is none"))?;
    let key = (charge.uuid(),);
    let row =
        models.charge_lateness.get_or(&key, || ChargeLateness { charge_id: key.0, late: false, lateness: "{}".into() });
    let lateness = serde_json::from_str(&row.lateness);
    let mut lateness: Lateness = lateness.map_err(|_| FoldError("what a late fee grows on cannot be read"))?;
    change(&mut lateness);
    row.late = lateness.was_late(Money::from(principal), due_on);
    row.lateness = serde_json::to_string(&lateness).map_err(|_| FoldError("what a late fee grows on has no text"))?;
    Ok(())
}

fn taken_back(lot: LotId, charge: ChargeId, models: &mut Models) {
    let key = (lot.uuid(),);
    let row = models.lot_taken_back.get_or(&key, || LotTakenBack { lot_id: key.0, charges: String::new() });
    let charge = charge.to_string();
    if !row.charges.split(' ').any(|known| known == charge) {
        row.charges = format!("{} {charge}", row.charges).trim_start().to_owned();
    }
}

/// The money of a lot was none.
fn forget(lot: LotId, models: &mut Models) -> Result<(), FoldError> {
    let Some(row) = models.lot_taken_back.get(&(lot.uuid(),)) else { return Ok(()) };
    let charges: Vec<ChargeId> =
        row.charges.split(' ').filter_map(|charge| charge.parse().ok().map(ChargeId)).collect();
    charges.into_iter().try_for_each(|charge| {
        change(charge, models, |lateness| {
            if lateness.knew(lot) {
                lateness.forget(lot);
            }
        })
    })
}

fn civil(day: NaiveDate) -> Result<CivilDate, CalendarError> {
    day.to_string().parse()
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> ReadError {
    ReadError::Database(sqlx::Error::Decode(Box::new(error)))
}

/// A charge as late fees are computed from it.
#[derive(Debug)]
struct LateCharge {
    charge_id: Uuid,
    account_id: Uuid,
    building: Option<Text<Label>>,
    fee_item_id: Uuid,
    fund: Text<Fund>,
    obligor_party_id: Uuid,
    agreed_payer_party_id: Option<Uuid>,
    bill_line_id: Uuid,
    period: Text<Month>,
    service_from: NaiveDate,
    service_until: NaiveDate,
    due_on: NaiveDate,
    effective_on: NaiveDate,
    priority: i32,
    amount: Amount,
    reduced: Amount,
    waived: Amount,
    written_off: Amount,
    paid: Amount,
    is_late_fee: bool,
    lateness: Option<String>,
}

impl LateCharge {
    fn charge(self) -> Result<Charge, ReadError> {
        let (posted, waived) = (Money::from(self.amount), Money::from(self.waived));
        let lateness = self.lateness.as_deref().map_or(Ok(Lateness::default()), serde_json::from_str);
        let service = DateRange::new(
            civil(self.service_from).map_err(unreadable)?,
            civil(self.service_until).map_err(unreadable)?,
        );
        Ok(Charge {
            charge: ChargeId(self.charge_id),
            bill_line: BillLineId(self.bill_line_id),
            run: None,
            booking: Booking {
                account: AccountId(self.account_id),
                fee_item: FeeItemId(self.fee_item_id),
                fund: self.fund.0,
                obligor: PartyId(self.obligor_party_id),
                period: self.period.0,
                recognised: false,
                tax_due: false,
                opening: false,
                part: None,
            },
            part: if self.is_late_fee { Part::LateFee } else { Part::Principal },
            opening: None,
            source: None,
            service: service.map_err(unreadable)?,
            due_on: civil(self.due_on).map_err(unreadable)?,
            agreed_payer: self.agreed_payer_party_id.map(PartyId),
            priority: u32::try_from(self.priority).unwrap_or_default(),
            vat_category: VatCategory::NotTaxable,
            vat_rate: None,
            effective_on: civil(self.effective_on).map_err(unreadable)?,
            billed: None,
            metered: None,
            gross: posted,
            posted,
            owed: posted.fold(Money::from(self.reduced).negated()).fold(waived.negated()),
            waived,
            paid: Money::from(self.paid),
            written_off: Money::from(self.written_off),
            written_off_on: None,
            reversed: false,
            lateness: lateness.map_err(unreadable)?,
            invoiced: Vec::new(),
        })
    }
}

/// Free credit, the oldest first.
#[derive(Debug)]
struct FreeLot {
    lot_id: Uuid,
    account_id: Uuid,
    holder_party_id: Uuid,
    earmark_fee_item_id: Option<Uuid>,
    unspent: Amount,
    value_on: NaiveDate,
}

impl FreeLot {
    fn lot(self, order: u32) -> Result<Lot, ReadError> {
        let (value_on, rest) = (civil(self.value_on).map_err(unreadable)?, Money::from(self.unspent));
        Ok(Lot {
            lot: LotId(self.lot_id),
            // No late fee asks where money came from.
            origin: LotOrigin::Opening { opening: OpeningId(Uuid::nil()), record: 0 },
            holder: PartyId(self.holder_party_id),
            fund: Fund::Operating,
            earmark: self.earmark_fee_item_id.map(FeeItemId),
            held_back: false,
            value_on,
            effective_on: value_on,
            received: rest,
            rest,
            moved: Money::ZERO,
            order,
        })
    }
}

/// What of an account late fees are computed from.
pub(crate) struct LateAccount {
    pub(crate) account: AccountId,
    building: String,
    state: AccountState,
}

impl LateAccount {
    /// Open principal that was due before a day.
    fn arrears(&self, before: CivilDate) -> Money {
        let due = self.state.charges().filter(|charge| charge.due_on < before).map(|charge| charge.open());
        due.filter(|open| open.is_positive()).sum()
    }

    /// All of its open late fees.
    fn late_fee(&self, policies: &LateFeePolicies, on: CivilDate) -> Result<Money, LateFeeError> {
        Ok(self.state.open_late_fees(policies, on)?.into_iter().map(|(_, _, open)| open).sum())
    }
}

/// The accounts with something open, or with a charge that was open past its due date since the first policy.
async fn accounts(s: &mut Snapshot, policies: &LateFeePolicies) -> Result<Vec<LateAccount>, ReadError> {
    let (ledger, generation, since) = (s.ledger, s.generation, policies.since().map(day));
    let charges = sqlx::query_file_as!(LateCharge, "sql/late_charges.sql", ledger, generation, since);
    let charges = charges.fetch_all(s.conn()).await?;
    let lots = sqlx::query_file_as!(FreeLot, "sql/late_lots.sql", ledger, generation).fetch_all(s.conn()).await?;
    let mut parts: BTreeMap<Uuid, (String, Vec<Charge>, Vec<Lot>)> = BTreeMap::new();
    for charge in charges {
        let building = charge.building.as_ref().map(ToString::to_string).unwrap_or_default();
        let (_, charges, _) = parts.entry(charge.account_id).or_insert_with(|| (building, Vec::new(), Vec::new()));
        charges.push(charge.charge()?);
    }
    for (lot, order) in lots.into_iter().zip(1..) {
        if let Some((_, _, lots)) = parts.get_mut(&lot.account_id) {
            lots.push(lot.lot(order)?);
        }
    }
    let account = |(account, (building, charges, lots))| LateAccount {
        account: AccountId(account),
        building,
        state: AccountState::of_parts(charges, lots),
    };
    Ok(parts.into_iter().map(account).collect())
}

/// Open late fees as of a day, after which nothing is dated; nothing when one is out of range.
///
/// # Errors
/// [`ReadError`].
pub(crate) async fn sums(
    s: &mut Snapshot,
    policies: &LateFeePolicies,
    on: CivilDate,
) -> Result<Option<Vec<LateFeeSum>>, ReadError> {
    if policies.since().is_none() {
        return Ok(Some(Vec::new()));
    }
    let mut sums = Vec::new();
    for account in accounts(s, policies).await? {
        let Ok(open) = account.state.open_late_fees(policies, on) else { return Ok(None) };
        let sum = |(fee_item, fund, open)| LateFeeSum { building: account.building.clone(), fee_item, fund, open };
        sums.extend(open.into_iter().map(sum));
    }
    Ok(Some(sums))
}

/// Accounts that owe, page by page, with their late fees, and what it comes to on all pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrearsList {
    /// The page, each account with its open late fees.
    pub page: Page<(Arrears, Money)>,
    /// Accounts in arrears.
    pub accounts: usize,
    /// What they owe of principal that was due before the day.
    pub open: Money,
    /// What they owe of late fees at the end of that day.
    pub late_fee: Money,
}

impl Reader {
    /// Accounts with open charges due before a day or with late fees at its end, by account; `after` is an account.
    /// Nothing when a late fee is out of range.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn arrears(
        &self,
        ledger: LedgerId,
        before: CivilDate,
        policies: LateFeePolicies,
        ask: Ask<Uuid>,
    ) -> Result<Read<Option<ArrearsList>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let mut owing: BTreeMap<Uuid, Money> = BTreeMap::new();
                let (mut open, mut late_fee) = (Money::ZERO, Money::ZERO);
                for account in accounts(s, &policies).await? {
                    let arrears = account.arrears(before);
                    let Ok(fee) = account.late_fee(&policies, before) else { return Ok(None) };
                    if arrears.is_positive() || fee.is_positive() {
                        (open, late_fee) = (open.fold(arrears), late_fee.fold(fee));
                        owing.insert(account.account.uuid(), fee);
                    }
                }
                let next = ask.after.map_or(Bound::Unbounded, Bound::Excluded);
                let fetch = usize::try_from(ask.fetch()).unwrap_or_default();
                let asked: Vec<Uuid> =
                    owing.range((next, Bound::Unbounded)).map(|(account, _)| *account).take(fetch).collect();
                let rows =
                    sqlx::query_file_as!(Arrears, "sql/arrears.sql", s.ledger, s.generation, day(before), &asked);
                let Page { items, more } = ask.page(rows.fetch_all(s.conn()).await?);
                let with = |row: Arrears| {
                    let fee = owing.get(&row.account_id).copied().unwrap_or_default();
                    (row, fee)
                };
                let page = Page { items: items.into_iter().map(with).collect(), more };
                Ok(Some(ArrearsList { page, accounts: owing.len(), open, late_fee }))
            })
        })
        .await
    }
}
