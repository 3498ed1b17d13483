//! What the collection rate 收缴率 is computed from: charged, lowered and collected principal by period, building, fee item
//! and month of the accounting date, so that a rate can be asked as of the end of any month.

use crate::column::{Amount, Text};
use crate::projection::{FoldError, Models};
use crate::reader::{Read, ReadError, Reader};
use crate::table::table;
use mingzhang_domain::account::{AccountEvent, Part};
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{ChargeId, LedgerId};
use mingzhang_domain::money::Money;
use mingzhang_domain::taking::TakingEvent;
use mingzhang_domain::value::Label;
use uuid::Uuid;

table! {
    /// What happened in one month to the principal of the charges of one period, building and fee item.
    pub struct Collection of "collection" {
        key {
            /// Accounting month of the charges.
            period: Text<Month>,
            /// Where their units stand; empty for units in no building.
            building: String,
            /// The fee item.
            fee_item_id: Uuid,
            /// Month of the accounting date of what happened.
            effective_month: Text<Month>,
        }
        /// What the money is for.
        fund: Text<Fund>,
        /// Posted.
        charged: Amount,
        /// Reduced, waived and reversed.
        lowered: Amount,
        /// Written off, less what was recovered: lowers no rate's denominator, and is not open.
        written_off: Amount,
        /// Allocated, net of undone, direct and drawn down.
        collected: Amount,
    }
}

/// What was charged and collected of one period, building and fee item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Collected {
    /// Accounting month of the charges.
    pub period: Text<Month>,
    /// Where their units stand; empty for units in no building.
    pub building: String,
    /// The fee item.
    pub fee_item_id: Uuid,
    /// What the money is for.
    pub fund: Text<Fund>,
    /// Charged, less what was reduced, waived and reversed.
    pub net: Amount,
    /// Allocated to it.
    pub collected: Amount,
}

/// 历欠清收: what earlier periods had open, and what came in for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArrearsRecovery {
    /// Open at the start of the period, without what was written off before, less what was lowered since.
    pub to_recover: Amount,
    /// Allocated since the start of the period.
    pub recovered: Amount,
}

/// 户收缴: households, which are accounts of residence and shop kind with net charges above zero in a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Households {
    /// Where their units stand.
    pub building: Option<Text<Label>>,
    /// Households charged.
    pub charged: i64,
    /// Of them, those that owe nothing more of the period; a write-off is not a payment.
    pub settled: i64,
}

/// Folds a fact of an account; runs after the charge's own fold.
pub(crate) fn fold(fact: &AccountEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        AccountEvent::ChargePosted(fact) => row(fact.charge, event, models)?.charged.add(fact.amount),
        AccountEvent::OpeningChargePosted(fact) => row(fact.charge, event, models)?.charged.add(fact.amount),
        AccountEvent::OpeningChargeReversed(fact) => row(fact.charge, event, models)?.lowered.add(fact.amount),
        AccountEvent::ChargeReduced(fact) => row(fact.charge, event, models)?.lowered.add(fact.amount),
        AccountEvent::ChargeWaived(fact) => row(fact.charge, event, models)?.lowered.add(fact.amount),
        AccountEvent::ChargeReversed(fact) => row(fact.charge, event, models)?.lowered.add(fact.amount),
        AccountEvent::ChargeWrittenOff(fact) => row(fact.charge, event, models)?.written_off.add(fact.amount),
        AccountEvent::ChargeRecovered(fact) => row(fact.charge, event, models)?.written_off.take(fact.amount),
        AccountEvent::ChargePaid(fact) => collect(fact.charge, fact.part, fact.amount, event, models)?,
        AccountEvent::ChargePaymentUndone(fact) => {
            collect(fact.charge, fact.part, fact.amount.negated(), event, models)?;
        }
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

/// Folds a walk-in taking: charged and collected at once, in no building.
pub(crate) fn fold_taking(fact: &TakingEvent, event: &Recorded, models: &mut Models) {
    let (of, recorded) = match fact {
        TakingEvent::TakingRecorded(fact) => (&fact.of, true),
        TakingEvent::TakingReversed(fact) => (&fact.of, false),
    };
    let key = (Text(of.period), String::new(), of.fee_item.uuid(), Text(event.effective_on.month()));
    let row = keyed(key, Text(of.fund), models);
    if recorded {
        row.charged.add(of.amount);
        row.collected.add(of.amount);
    } else {
        row.lowered.add(of.amount);
        row.collected.take(of.amount);
    }
}

fn collect(
    charge: ChargeId,
    part: Part,
    amount: Money,
    event: &Recorded,
    models: &mut Models,
) -> Result<(), FoldError> {
    match part {
        Part::Principal => row(charge, event, models)?.collected.add(amount),
        // A late fee stands in no rate.
        Part::LateFee => {}
    }
    Ok(())
}

fn row<'m>(charge: ChargeId, event: &Recorded, models: &'m mut Models) -> Result<&'m mut Collection, FoldError> {
    let charge = models.charge.get(&(charge.uuid(),));
    let charge = charge.ok_or(FoldError("a fact about a charge that was never posted"))?;
    let building = charge.building.as_ref().map(|building| building.0.as_str()).unwrap_or_default().to_owned();
    let fund = charge.fund;
    let key = (charge.period, building, charge.fee_item_id, Text(event.effective_on.month()));
    Ok(keyed(key, fund, models))
}

type Key = (Text<Month>, String, Uuid, Text<Month>);

fn keyed(key: Key, fund: Text<Fund>, models: &mut Models) -> &mut Collection {
    models.collection.get_or(&key, || Collection {
        period: key.0,
        building: key.1.clone(),
        fee_item_id: key.2,
        effective_month: key.3,
        fund,
        charged: Amount::ZERO,
        lowered: Amount::ZERO,
        written_off: Amount::ZERO,
        collected: Amount::ZERO,
    })
}

impl Reader {
    /// Households of a period by building, as they stand at the position of the answer.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn households(
        &self,
        ledger: LedgerId,
        period: Month,
        fund: Fund,
    ) -> Result<Read<Vec<Households>>, ReadError> {
        let period = period.to_string();
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation, fund) = (s.ledger, s.generation, fund.as_str());
                let rows = sqlx::query_file_as!(Households, "sql/households.sql", ledger, generation, period, fund);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// What was charged for the periods from one month to another, and collected of it by the end of `until`.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn collection(
        &self,
        ledger: LedgerId,
        periods: (Month, Month),
        until: Month,
    ) -> Result<Read<Vec<Collected>>, ReadError> {
        let (first, last, until) = (periods.0.to_string(), periods.1.to_string(), until.to_string());
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation) = (s.ledger, s.generation);
                let rows =
                    sqlx::query_file_as!(Collected, "sql/collection.sql", ledger, generation, first, last, until);
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// What the periods before `period` had open at its start, and what came in for them by the end of `until`.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn arrears_recovery(
        &self,
        ledger: LedgerId,
        period: Month,
        until: Month,
        fund: Fund,
    ) -> Result<Read<ArrearsRecovery>, ReadError> {
        let (period, until) = (period.to_string(), until.to_string());
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation, fund) = (s.ledger, s.generation, fund.as_str());
                let row = sqlx::query_file_as!(
                    ArrearsRecovery,
                    "sql/arrears_recovery.sql",
                    ledger,
                    generation,
                    period,
                    until,
                    fund
                );
                Ok(row.fetch_one(s.conn()).await?)
            })
        })
        .await
    }
}
