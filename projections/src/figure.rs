//! What the figures of a month are answered from: sums by month of the accounting date, so that the last day of any month can
//! be asked without the history. The facts are those of [`mingzhang_domain::figures`], and so is the rule that answers.

use crate::column::{Amount, Text};
use crate::projection::{FoldError, Models};
use crate::reader::{Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::{AccountEvent, Mode};
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::{CalendarError, CivilDate, Month};
use mingzhang_domain::community::LateFeePolicies;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::figures::{
    ChargeFlows, ChargeSum, CreditSum, Cut, Holder, MoneySum, Row, Said, of_sums, said, with_late_fees,
};
use mingzhang_domain::id::{AccountId, ChargeId, FeeItemId, LedgerId, PartyId};
use mingzhang_domain::money::Money;
use mingzhang_domain::rule::figures::{Change, FactKind, Purpose, Query};
use mingzhang_domain::stream::Event;
use mingzhang_domain::taking::TakingEvent;
use mingzhang_domain::unit::UnitKind;
use uuid::Uuid;

table! {
    /// What happened in one month to charges of one account, fee item, period and due date.
    pub struct FigureCharge of "figure_charge" {
        key {
            /// The account.
            account_id: Uuid,
            /// The fee item.
            fee_item_id: Uuid,
            /// Accounting month of the charges.
            period: Text<Month>,
            /// When they are due.
            due_on: NaiveDate,
            /// Month of the accounting date.
            effective_month: Text<Month>,
        }
        /// What the money is for.
        fund: Text<Fund>,
        /// Where the unit stands; empty for units in no building.
        building: String,
        /// A residence or shop.
        household: bool,
        /// Posted.
        charged: Amount,
        /// Reduced.
        reduced: Amount,
        /// Waived, net of undone.
        waived: Amount,
        /// Reversed.
        reversed: Amount,
        /// Written off, net of recovered.
        written_off: Amount,
        /// Allocated directly, net of undone.
        received: Amount,
        /// Drawn down, net of undone.
        drawn: Amount,
        /// Direct allocations undone because the money is refunded.
        refunded: Amount,
        /// Draw-downs undone because the money is refunded.
        refunded_drawn: Amount,
        /// Late fees paid with money of the day, net of undone.
        late_fee: Amount,
        /// What the receivable book says.
        booked: Amount,
    }
}

table! {
    /// Money of one month, by building and fund; suspense has neither.
    pub struct FigureMoney of "figure_money" {
        key {
            /// Where the units of its accounts stand.
            building: String,
            /// What it may be spent on; empty for suspense.
            fund: String,
            /// Month of the accounting date.
            effective_month: Text<Month>,
        }
        /// Became an account's, net.
        identified: Amount,
        /// Left by refunds.
        settled: Amount,
        /// Came into suspense, net.
        suspense: Amount,
    }
}

table! {
    /// Credit of one holder on one account, as it moved in one month.
    pub struct FigureCredit of "figure_credit" {
        key {
            /// The account.
            account_id: Uuid,
            /// The holder.
            party_id: Uuid,
            /// What it may be spent on.
            fund: Text<Fund>,
            /// Month of the accounting date.
            effective_month: Text<Month>,
        }
        /// Where the unit stands.
        building: String,
        /// By the facts.
        credit: Amount,
        /// By the credit book.
        booked: Amount,
    }
}

/// Folds what an event says to the figures; runs after charges and accounts have their rows.
pub(crate) fn fold(event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let month = event.effective_on.month();
    for said in said(event) {
        match said.kind {
            FactKind::Charged { charge, .. } => charge_row(event, charge, month, models)?.charged.add(said.amount),
            FactKind::Changed { charge, change, .. } => {
                changed(charge_row(event, charge, month, models)?, change, said.amount)
            }
            FactKind::Booked { charge, way } => {
                charge_row(event, charge, month, models)?.booked.add(way.signed(said.amount));
            }
            FactKind::Credit(holder, way) => {
                credit_row(holder, month, models)?.credit.add(way.signed(said.amount));
            }
            FactKind::CreditBooked(holder, way) => {
                credit_row(holder, month, models)?.booked.add(way.signed(said.amount));
            }
            FactKind::Suspense(way) => money_row(&said, month, models).suspense.add(way.signed(said.amount)),
            FactKind::Identified(way) => money_row(&said, month, models).identified.add(way.signed(said.amount)),
            FactKind::RefundSettled => money_row(&said, month, models).settled.add(said.amount),
            // Limitation is asked of the charges themselves; late fees are told of their charge by the event.
            FactKind::Interrupted { .. } => {}
            FactKind::Spent(purpose, way) => late_fee(event, purpose, way.signed(said.amount), month, models)?,
        }
    }
    Ok(())
}

fn changed(row: &mut FigureCharge, change: Change, amount: Money) {
    match change {
        Change::Reduced => row.reduced.add(amount),
        Change::Waived => row.waived.add(amount),
        Change::WaiverUndone => row.waived.take(amount),
        Change::Reversed => row.reversed.add(amount),
        Change::WrittenOff => row.written_off.add(amount),
        Change::Recovered => row.written_off.take(amount),
        Change::Allocated(Mode::Direct) => row.received.add(amount),
        Change::AllocationUndone(Mode::Direct) => row.received.take(amount),
        Change::Allocated(Mode::DrawDown) => row.drawn.add(amount),
        Change::AllocationUndone(Mode::DrawDown) => row.drawn.take(amount),
        Change::AllocationRefunded(Mode::Direct) => row.refunded.add(amount),
        Change::AllocationRefunded(Mode::DrawDown) => row.refunded_drawn.add(amount),
    }
}

/// A late fee was paid with money of the day, or was not after all.
fn late_fee(
    event: &Recorded,
    purpose: Purpose,
    amount: Money,
    month: Month,
    models: &mut Models,
) -> Result<(), FoldError> {
    match (purpose, &event.event) {
        (Purpose::LateFee, Event::Account(AccountEvent::ChargePaid(paid))) => {
            charge_row(event, paid.charge, month, models)?.late_fee.add(amount);
        }
        (Purpose::LateFee, Event::Account(AccountEvent::ChargePaymentUndone(undone))) => {
            charge_row(event, undone.charge, month, models)?.late_fee.add(amount);
        }
        // Principal is told as a change of its charge.
        (Purpose::LateFee | Purpose::OtherFund(_), _) => {}
    }
    Ok(())
}

/// What a row of charges is of.
struct ChargeOf {
    account_id: Uuid,
    fee_item_id: Uuid,
    period: Text<Month>,
    due_on: NaiveDate,
    fund: Text<Fund>,
    building: String,
    household: bool,
}

fn charge_row<'m>(
    event: &Recorded,
    charge: ChargeId,
    month: Month,
    models: &'m mut Models,
) -> Result<&'m mut FigureCharge, FoldError> {
    let of = match &event.event {
        Event::Taking(fact) => taking_of(fact, models)?,
        _ => charge_of(charge, models)?,
    };
    let key = (of.account_id, of.fee_item_id, of.period, of.due_on, Text(month));
    Ok(models.figure_charge.get_or(&key, || FigureCharge {
        account_id: of.account_id,
        fee_item_id: of.fee_item_id,
        period: of.period,
        due_on: of.due_on,
        effective_month: Text(month),
        fund: of.fund,
        building: of.building,
        household: of.household,
        charged: Amount::ZERO,
        reduced: Amount::ZERO,
        waived: Amount::ZERO,
        reversed: Amount::ZERO,
        written_off: Amount::ZERO,
        received: Amount::ZERO,
        drawn: Amount::ZERO,
        refunded: Amount::ZERO,
        refunded_drawn: Amount::ZERO,
        late_fee: Amount::ZERO,
        booked: Amount::ZERO,
    }))
}

fn charge_of(charge: ChargeId, models: &mut Models) -> Result<ChargeOf, FoldError> {
    let charge = models.charge.get(&(charge.uuid(),));
    let charge = charge.ok_or(FoldError("a fact about a charge that was never posted"))?;
    let household = match charge.unit_kind {
        Some(Text(UnitKind::Residence | UnitKind::Shop)) => true,
        Some(Text(UnitKind::Parking | UnitKind::Storage)) | None => false,
    };
    Ok(ChargeOf {
        account_id: charge.account_id,
        fee_item_id: charge.fee_item_id,
        period: charge.period,
        due_on: charge.due_on,
        fund: charge.fund,
        building: charge.building.as_ref().map(|building| building.0.to_string()).unwrap_or_default(),
        household,
    })
}

/// A taking is due on the day it counts; the read model of takings stands before this one.
fn taking_of(fact: &TakingEvent, models: &mut Models) -> Result<ChargeOf, FoldError> {
    let of = match fact {
        TakingEvent::TakingRecorded(fact) => &fact.of,
        TakingEvent::TakingReversed(fact) => &fact.of,
    };
    let row = models.taking.get(&(of.charge.uuid(),));
    let due_on = row.ok_or(FoldError("a fact about a taking that was never recorded"))?.effective_on;
    Ok(ChargeOf {
        account_id: of.account.uuid(),
        fee_item_id: of.fee_item.uuid(),
        period: Text(of.period),
        due_on,
        fund: Text(of.fund),
        building: String::new(),
        household: false,
    })
}

fn building(account: AccountId, models: &mut Models) -> String {
    let account = models.account.get(&(account.uuid(),));
    account.and_then(|account| account.building.as_ref()).map(|building| building.0.to_string()).unwrap_or_default()
}

fn money_row<'m>(said: &Said, month: Month, models: &'m mut Models) -> &'m mut FigureMoney {
    let building = said.account.map(|account| building(account, models)).unwrap_or_default();
    let fund = said.fund.map(Fund::as_str).unwrap_or_default().to_owned();
    let key = (building, fund, Text(month));
    models.figure_money.get_or(&key, || FigureMoney {
        building: key.0.clone(),
        fund: key.1.clone(),
        effective_month: key.2,
        identified: Amount::ZERO,
        settled: Amount::ZERO,
        suspense: Amount::ZERO,
    })
}

fn credit_row(holder: Holder, month: Month, models: &mut Models) -> Result<&mut FigureCredit, FoldError> {
    let (Some(account), Some(party), Some(fund)) = holder else {
        return Err(FoldError("credit that is nobody's"));
    };
    let building = building(account, models);
    let key = (account.uuid(), party.uuid(), Text(fund), Text(month));
    Ok(models.figure_credit.get_or(&key, || FigureCredit {
        account_id: key.0,
        party_id: key.1,
        fund: key.2,
        effective_month: key.3,
        building,
        credit: Amount::ZERO,
        booked: Amount::ZERO,
    }))
}

/// Sums of charges as they are read: of one account for the periods asked about, of all together for the others.
#[derive(Debug)]
struct ChargeRow {
    account_id: Option<Uuid>,
    building: String,
    household: bool,
    fee_item_id: Uuid,
    fund: Text<Fund>,
    period: Text<Month>,
    due_on: NaiveDate,
    effective_month: Text<Month>,
    charged: Amount,
    reduced: Amount,
    waived: Amount,
    reversed: Amount,
    written_off: Amount,
    received: Amount,
    drawn: Amount,
    refunded: Amount,
    refunded_drawn: Amount,
    late_fee: Amount,
    booked: Amount,
}

#[derive(Debug)]
struct CreditRow {
    building: String,
    account_id: Uuid,
    party_id: Uuid,
    fund: Text<Fund>,
    credit: Amount,
    booked: Amount,
}

impl ChargeRow {
    fn sum(self) -> Result<ChargeSum, ReadError> {
        Ok(ChargeSum {
            account: self.account_id.map(AccountId),
            building: self.building,
            is_household: self.household,
            fee_item: FeeItemId(self.fee_item_id),
            fund: self.fund.0,
            period: self.period.0,
            due_on: civil(self.due_on)?,
            month: self.effective_month.0,
            flows: ChargeFlows {
                charged: Money::from(self.charged),
                reduced: Money::from(self.reduced),
                waived: Money::from(self.waived),
                reversed: Money::from(self.reversed),
                written_off: Money::from(self.written_off),
                received: Money::from(self.received),
                drawn: Money::from(self.drawn),
                refunded: Money::from(self.refunded),
                refunded_drawn: Money::from(self.refunded_drawn),
                late_fee: Money::from(self.late_fee),
                booked: Money::from(self.booked),
            },
        })
    }
}

fn civil(day: NaiveDate) -> Result<CivilDate, ReadError> {
    day.to_string().parse().map_err(|error: CalendarError| ReadError::Database(sqlx::Error::Decode(Box::new(error))))
}

impl Reader {
    /// The figures of a period as of the last day of a month, as known now, with open late fees when policies are given that
    /// count by then; nothing when the sums cannot say them: nothing was posted by then, a debt is so old that its limitation
    /// must be looked at, or late fees are asked for and something is dated after that day.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn figures(
        &self,
        ledger: LedgerId,
        query: Query,
        cut: Cut,
        late_fees: Option<LateFeePolicies>,
    ) -> Result<Read<Option<Vec<Row>>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation) = (s.ledger, s.generation);
                let (first, last) = (query.first.to_string(), query.last.to_string());
                let until = query.effective_on.month().to_string();
                let late = match late_fees {
                    Some(policies) => {
                        let later = sqlx::query_file_scalar!("sql/figures_after.sql", ledger, generation, until);
                        if later.fetch_one(s.conn()).await? {
                            return Ok(None);
                        }
                        let Some(sums) = crate::late_fee::sums(s, &policies, query.effective_on).await? else {
                            return Ok(None);
                        };
                        Some(sums)
                    }
                    None => None,
                };
                let charges =
                    sqlx::query_file_as!(ChargeRow, "sql/figure_charges.sql", ledger, generation, first, last, until);
                let charges = charges.fetch_all(s.conn()).await?;
                let money = sqlx::query_file_as!(FigureMoney, "sql/figure_money.sql", ledger, generation, until);
                let money = money.fetch_all(s.conn()).await?;
                let credit = sqlx::query_file_as!(CreditRow, "sql/figure_credit.sql", ledger, generation, until);
                let credit = credit.fetch_all(s.conn()).await?;
                if charges.is_empty() && money.is_empty() {
                    return Ok(None);
                }
                let charges = charges.into_iter().map(ChargeRow::sum).collect::<Result<Vec<_>, _>>()?;
                let money: Vec<MoneySum> = money.into_iter().map(money_sum).collect();
                let credit: Vec<CreditSum> = credit.into_iter().map(credit_sum).collect();
                // The question was looked at before; sums have no amount below zero and no charge twice.
                let rows = of_sums(query, cut, &charges, &money, &credit).ok().flatten();
                Ok(rows.map(|rows| match &late {
                    Some(sums) => with_late_fees(rows, sums),
                    None => rows,
                }))
            })
        })
        .await
    }
}

fn money_sum(row: FigureMoney) -> MoneySum {
    let fund = row.fund.parse().ok();
    MoneySum {
        building: fund.map(|_: Fund| row.building),
        fund,
        month: row.effective_month.0,
        identified: Money::from(row.identified),
        settled: Money::from(row.settled),
        suspense: Money::from(row.suspense),
    }
}

fn credit_sum(row: CreditRow) -> CreditSum {
    CreditSum {
        building: row.building,
        account: AccountId(row.account_id),
        holder: PartyId(row.party_id),
        fund: row.fund.0,
        credit: Money::from(row.credit),
        booked: Money::from(row.booked),
    }
}
