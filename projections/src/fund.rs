//! The maintenance fund 维修资金: what each unit was asked, paid in and has, and what moved it; when units are topped up.

use crate::column::{Amount, EventType, Quantity, Text, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::{AccountEvent, ChargePosted, FundDemand, Part, Source};
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::fee_item::TopUpRuleSet;
use mingzhang_domain::id::{AccountId, ChargeId, FeeItemId, FundSpendId, LedgerId};
use mingzhang_domain::money::Money;
use uuid::Uuid;

table! {
    /// The maintenance fund of one unit. `balance` = `contributed` − `spent`.
    pub struct UnitFund of "unit_fund" {
        key {
            /// The unit's account.
            account_id: Uuid,
        }
        /// Where it was first asked for.
        position: i64,
        /// The unit.
        unit_id: Option<Uuid>,
        /// What was asked besides top-ups, less what was taken off.
        first_deposit: Amount,
        /// Everything that was asked, less what was taken off.
        demanded: Amount,
        /// What was paid in, less what was undone.
        contributed: Amount,
        /// What it bore of spends.
        spent: Amount,
        /// What the unit has 分户账余额.
        balance: Amount,
    }
}

table! {
    /// A charge of the maintenance fund: what its corrections lower.
    pub struct FundCharge of "fund_charge" {
        key {
            /// The charge.
            charge_id: Uuid,
        }
        /// It tops a fund up; anything else is counted as its first deposit.
        is_top_up: bool,
    }
}

table! {
    /// One movement of a unit's fund.
    pub struct FundLine of "fund_line" {
        key {
            /// The unit's account.
            account_id: Uuid,
            /// Position of its event.
            position: i64,
        }
        /// What happened.
        event_type: Text<EventType>,
        /// The accounting date.
        effective_on: NaiveDate,
        /// By how much it changes what the unit has.
        effect: Amount,
        /// What the unit has after it.
        balance: Amount,
        /// The demand that was paid.
        charge_id: Option<Uuid>,
        /// The spend that was borne.
        fund_spend_id: Option<Uuid>,
    }
}

table! {
    /// When units are topped up, from a day on.
    pub struct TopUpRule of "top_up_rule" {
        key {
            /// The fee item.
            fee_item_id: Uuid,
            /// First day.
            valid_from: NaiveDate,
        }
        /// Where it was set.
        position: i64,
        /// The part of its first deposit below which a unit is asked; absent: no rule any more.
        below: Option<Quantity>,
        /// The part up to which it is asked.
        top_up_to: Option<Quantity>,
    }
}

/// What all units have together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FundTotal {
    /// Units that were ever asked.
    pub units: i64,
    /// First deposits that were asked.
    pub first_deposit: Amount,
    /// Everything that was asked.
    pub demanded: Amount,
    /// What was paid in.
    pub contributed: Amount,
    /// What was borne of spends.
    pub spent: Amount,
    /// What all of them have.
    pub balance: Amount,
}

/// Folds a rule; one of the same day replaces it.
pub(crate) fn rule(set: &TopUpRuleSet, event: &Recorded, models: &mut Models) {
    models.top_up_rule.insert(TopUpRule {
        fee_item_id: event.stream.id,
        valid_from: day(set.from),
        position: position(event.position),
        below: set.rule.map(|rule| Quantity(rule.below)),
        top_up_to: set.rule.map(|rule| Quantity(rule.to)),
    });
}

/// Folds a fact of an account.
pub(crate) fn fold(fact: &AccountEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        AccountEvent::ChargePosted(e) => asked(e, event, models)?,
        AccountEvent::ChargeReduced(e) => lowered(e.booking.fund, e.charge, e.amount, event, models)?,
        AccountEvent::ChargeWaived(e) => lowered(e.booking.fund, e.charge, e.amount, event, models)?,
        AccountEvent::ChargeReversed(e) => lowered(e.booking.fund, e.charge, e.amount, event, models)?,
        AccountEvent::ChargePaid(e) if (e.booking.fund, e.part) == (Fund::MaintenanceFund, Part::Principal) => {
            moved(e.charge, e.amount, event, models)?;
        }
        AccountEvent::ChargePaymentUndone(e)
            if (e.booking.fund, e.part) == (Fund::MaintenanceFund, Part::Principal) =>
        {
            moved(e.charge, e.amount.negated(), event, models)?;
        }
        AccountEvent::FundSpent(e) => borne(e.spend, e.amount, event, models)?,
        AccountEvent::FundSpendReturned(e) => borne(e.spend, e.amount.negated(), event, models)?,
        AccountEvent::AccountOpened(_)
        | AccountEvent::LateFeeWaived(_)
        | AccountEvent::LateFeeAdjudged(_)
        | AccountEvent::LateFeeAwardLifted(_)
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
        | AccountEvent::DepositReturned(_)
        | AccountEvent::DepositReturnFailed(_)
        | AccountEvent::DepositForfeited(_)
        | AccountEvent::ForfeitureReversed(_)
        | AccountEvent::OpeningChargePosted(_)
        | AccountEvent::OpeningChargeReversed(_)
        | AccountEvent::OpeningCreditPosted(_)
        | AccountEvent::OpeningCreditReversed(_)
        | AccountEvent::OpeningDepositPosted(_)
        | AccountEvent::OpeningDepositReversed(_)
        | AccountEvent::OpeningBilledUntilSet(_)
        | AccountEvent::ChargesInvoiced(_)
        | AccountEvent::ChargesRedLettered(_)
        | AccountEvent::OpeningBilledUntilReversed(_) => {}
    }
    Ok(())
}

fn asked(e: &ChargePosted, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    if e.booking.fund != Fund::MaintenanceFund {
        return Ok(());
    }
    let is_top_up = matches!(e.source, Some(Source::FundDemand { demand: FundDemand::TopUp, .. }));
    models.fund_charge.insert(FundCharge { charge_id: e.charge.uuid(), is_top_up });
    let unit_id = crate::account::row(event.stream.id, models).unit_id;
    let new = UnitFund {
        account_id: event.stream.id,
        position: position(event.position),
        unit_id,
        first_deposit: Amount::ZERO,
        demanded: Amount::ZERO,
        contributed: Amount::ZERO,
        spent: Amount::ZERO,
        balance: Amount::ZERO,
    };
    models.unit_fund.get_or(&(event.stream.id,), || new);
    demand(e.charge, e.amount, event, models)
}

fn lowered(
    fund: Fund,
    charge: ChargeId,
    amount: Money,
    event: &Recorded,
    models: &mut Models,
) -> Result<(), FoldError> {
    if fund == Fund::MaintenanceFund { demand(charge, amount.negated(), event, models) } else { Ok(()) }
}

/// More or less is asked.
fn demand(charge: ChargeId, amount: Money, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let charge = models.fund_charge.get(&(charge.uuid(),));
    let is_top_up = charge.ok_or(FoldError("a fact about a demand that was never posted"))?.is_top_up;
    let row = row(event.stream.id, models)?;
    row.demanded.add(amount);
    if !is_top_up {
        row.first_deposit.add(amount);
    }
    Ok(())
}

/// Money came in, or did not after all.
fn moved(charge: ChargeId, amount: Money, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    row(event.stream.id, models)?.contributed.add(amount);
    line(amount, (Some(charge.uuid()), None), event, models)
}

/// A spend was borne, or is taken back.
fn borne(spend: FundSpendId, amount: Money, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    row(event.stream.id, models)?.spent.add(amount);
    line(amount.negated(), (None, Some(spend.uuid())), event, models)
}

fn line(
    effect: Money,
    (charge_id, fund_spend_id): (Option<Uuid>, Option<Uuid>),
    event: &Recorded,
    models: &mut Models,
) -> Result<(), FoldError> {
    let row = row(event.stream.id, models)?;
    row.balance.add(effect);
    let balance = row.balance;
    if balance < Amount::ZERO {
        return Err(FoldError("a unit has less than nothing in its maintenance fund"));
    }
    models.fund_line.push(FundLine {
        account_id: event.stream.id,
        position: position(event.position),
        event_type: Text(EventType::of(&event.event)),
        effective_on: day(event.effective_on),
        effect: effect.into(),
        balance,
        charge_id,
        fund_spend_id,
    });
    Ok(())
}

fn row(account: Uuid, models: &mut Models) -> Result<&mut UnitFund, FoldError> {
    models.unit_fund.get_mut(&(account,)).ok_or(FoldError("money of a fund that was never asked for"))
}

impl Reader {
    /// The maintenance funds of units, in the order they were first asked; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn unit_funds(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<UnitFund>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let after = ask.after.unwrap_or_default();
                let rows =
                    sqlx::query_file_as!(UnitFund, "sql/unit_funds.sql", s.ledger, s.generation, after, ask.fetch());
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// Units that the rule of a fee item asks to top up on a day; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn units_below(
        &self,
        ledger: LedgerId,
        fee_item: FeeItemId,
        on: CivilDate,
        ask: Ask<i64>,
    ) -> Result<Read<Page<UnitFund>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    UnitFund,
                    "sql/units_below.sql",
                    s.ledger,
                    s.generation,
                    fee_item.uuid(),
                    day(on),
                    ask.after.unwrap_or_default(),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// What moved the fund of a unit, the oldest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn fund_lines(
        &self,
        ledger: LedgerId,
        account: AccountId,
        ask: Ask<i64>,
    ) -> Result<Read<Page<FundLine>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    FundLine,
                    "sql/fund_lines.sql",
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

    /// What all units have together.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn fund_total(&self, ledger: LedgerId) -> Result<Read<Option<FundTotal>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(FundTotal, "sql/fund_total.sql", s.ledger, s.generation);
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// When units are topped up, by fee item and first day.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn top_up_rules(&self, ledger: LedgerId) -> Result<Read<Vec<TopUpRule>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(TopUpRule, "sql/top_up_rules.sql", s.ledger, s.generation);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
