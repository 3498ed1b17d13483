//! Supplier bills 供应商账单, and per utility and period what they come to beside what units were charged.
//!
//! A bill's difference is no row: it is what is left of the sums when it is asked for.

use crate::column::{Amount, Text, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::{AccountEvent, Booking, Part, Source};
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{ChargeId, LedgerId, SupplierBillId};
use mingzhang_domain::money::Money;
use mingzhang_domain::supplier_bill::{BillOf, SupplierBillEvent, Utility};
use mingzhang_domain::value::{Code, Label};
use uuid::Uuid;

table! {
    /// One bill of a supplier.
    pub struct SupplierBill of "supplier_bill" {
        key {
            /// The bill.
            supplier_bill_id: Uuid,
        }
        /// Where it was recorded.
        position: i64,
        /// The supplier.
        supplier_id: Uuid,
        /// Name of the supplier.
        name: Text<Label>,
        /// The bill's number.
        number: Text<Code>,
        /// What he supplies.
        utility: Text<Utility>,
        /// The month that it is for.
        period: Text<Month>,
        /// How much.
        amount: Amount,
        /// What of it is paid.
        paid: Amount,
        /// What of it the company used itself.
        own_use: Amount,
        /// The day it came.
        received_on: NaiveDate,
        /// It was recorded by mistake.
        reversed: bool,
    }
}

table! {
    /// The utility that a fee item collects for.
    pub struct UtilityItem of "utility_item" {
        key {
            /// The fee item.
            fee_item_id: Uuid,
        }
        /// The utility.
        utility: Text<Utility>,
    }
}

table! {
    /// What suppliers want of one utility and period.
    pub struct UtilitySum of "utility_sum" {
        key {
            /// The utility.
            utility: Text<Utility>,
            /// The period.
            period: Text<Month>,
        }
        /// Their bills.
        billed: Amount,
        /// What of them is paid.
        paid: Amount,
        /// What of them the company used itself.
        own_use: Amount,
        /// Differences of other periods that were carried here, less those of this one that were carried on.
        carried: Amount,
    }
}

table! {
    /// What units were charged for one pass-through item and period, without what was reduced or reversed.
    pub struct PassThroughSum of "pass_through_sum" {
        key {
            /// The fee item.
            fee_item_id: Uuid,
            /// The period.
            period: Text<Month>,
        }
        /// By themselves.
        charged: Amount,
        /// As shares of pools.
        pooled: Amount,
    }
}

table! {
    /// The pool that a charge is a share of.
    pub struct PoolCharge of "pool_charge" {
        key {
            /// The charge.
            charge_id: Uuid,
        }
        /// The pool.
        pool_id: Uuid,
    }
}

/// Supplier bill = unit charges + pools + own use + difference, for one utility and period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UtilityPeriod {
    /// The utility.
    pub utility: Text<Utility>,
    /// The period.
    pub period: Text<Month>,
    /// What suppliers want.
    pub billed: Amount,
    /// What of it is paid.
    pub paid: Amount,
    /// What units were charged by themselves.
    pub charged: Amount,
    /// What they were charged as shares of pools.
    pub pooled: Amount,
    /// What the company used itself.
    pub own_use: Amount,
    /// Differences of other periods that were carried here, less those of this one that were carried on.
    pub carried: Amount,
    /// What is left: bills and what was carried here, less all the others. Never revenue.
    pub difference: Amount,
}

/// Folds a fact of a supplier's bill.
pub(crate) fn fold(fact: &SupplierBillEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let bill = event.stream.id;
    match fact {
        SupplierBillEvent::SupplierBillRecorded(e) => {
            models.supplier_bill.insert(SupplierBill {
                supplier_bill_id: bill,
                position: position(event.position),
                supplier_id: e.of.supplier.uuid(),
                name: Text(e.name.clone()),
                number: Text(e.number.clone()),
                utility: Text(e.of.utility),
                period: Text(e.of.period),
                amount: e.amount.into(),
                paid: Amount::ZERO,
                own_use: Amount::ZERO,
                received_on: day(e.received_on),
                reversed: false,
            });
            sum(&e.of, e.of.period, models).billed.add(e.amount);
        }
        SupplierBillEvent::SupplierBillReversed(e) => {
            row(bill, models)?.reversed = true;
            sum(&e.of, e.of.period, models).billed.take(e.amount);
        }
        SupplierBillEvent::SupplierBillPaid(e) => {
            row(bill, models)?.paid.add(e.amount);
            sum(&e.of, e.of.period, models).paid.add(e.amount);
        }
        SupplierBillEvent::SupplierPaymentReversed(e) => {
            row(bill, models)?.paid.take(e.amount);
            sum(&e.of, e.of.period, models).paid.take(e.amount);
        }
        SupplierBillEvent::OwnUseSet(e) => {
            row(bill, models)?.own_use.add(e.change);
            sum(&e.of, e.of.period, models).own_use.add(e.change);
        }
        SupplierBillEvent::DifferenceCarried(e) => {
            sum(&e.of, e.of.period, models).carried.take(e.amount);
            sum(&e.of, e.to, models).carried.add(e.amount);
        }
    }
    Ok(())
}

/// Folds the utility that an item collects for.
pub(crate) fn fold_item(fee_item: Uuid, utility: Utility, models: &mut Models) {
    models.utility_item.insert(UtilityItem { fee_item_id: fee_item, utility: Text(utility) });
}

/// Folds what units are charged for suppliers; what is forgiven stays owed to them, and is not taken off.
pub(crate) fn fold_charge(fact: &AccountEvent, models: &mut Models) {
    match fact {
        AccountEvent::ChargePosted(e) => {
            let pool = match e.source {
                Some(Source::Pool { pool }) => Some(pool),
                _ => None,
            };
            if let Some(pool) = pool {
                models.pool_charge.insert(PoolCharge { charge_id: e.charge.uuid(), pool_id: pool.uuid() });
            }
            if let Some(sums) = charged_of(&e.booking, models) {
                let column = if pool.is_some() { &mut sums.pooled } else { &mut sums.charged };
                column.add(e.amount);
            }
        }
        AccountEvent::ChargeReduced(e) => lowered(&e.booking, e.charge, e.amount, models),
        AccountEvent::ChargeReversed(e) => lowered(&e.booking, e.charge, e.amount, models),
        // The other facts of an account change nothing of what units were charged.
        _ => {}
    }
}

fn lowered(booking: &Booking, charge: ChargeId, amount: Money, models: &mut Models) {
    let pooled = models.pool_charge.get(&(charge.uuid(),)).is_some();
    if let Some(sums) = charged_of(booking, models) {
        let column = if pooled { &mut sums.pooled } else { &mut sums.charged };
        column.take(amount);
    }
}

/// The sums that a charge counts in; none for what is no supplier's, such as a late fee, or was posted by the old books.
fn charged_of<'m>(booking: &Booking, models: &'m mut Models) -> Option<&'m mut PassThroughSum> {
    if booking.fund != Fund::PassThrough || booking.opening || booking.part == Some(Part::LateFee) {
        return None;
    }
    let key = (booking.fee_item.uuid(), Text(booking.period));
    Some(models.pass_through_sum.get_or(&key, || PassThroughSum {
        fee_item_id: key.0,
        period: key.1,
        charged: Amount::ZERO,
        pooled: Amount::ZERO,
    }))
}

fn row(bill: Uuid, models: &mut Models) -> Result<&mut SupplierBill, FoldError> {
    models.supplier_bill.get_mut(&(bill,)).ok_or(FoldError("a fact about a supplier bill that was never recorded"))
}

fn sum<'m>(of: &BillOf, period: Month, models: &'m mut Models) -> &'m mut UtilitySum {
    let key = (Text(of.utility), Text(period));
    models.utility_sum.get_or(&key, || UtilitySum {
        utility: key.0,
        period: key.1,
        billed: Amount::ZERO,
        paid: Amount::ZERO,
        own_use: Amount::ZERO,
        carried: Amount::ZERO,
    })
}

impl Reader {
    /// One supplier bill.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn supplier_bill(
        &self,
        ledger: LedgerId,
        bill: SupplierBillId,
    ) -> Result<Read<Option<SupplierBill>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row =
                    sqlx::query_file_as!(SupplierBill, "sql/supplier_bill.sql", s.ledger, s.generation, bill.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// Supplier bills, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn supplier_bills(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<SupplierBill>>, ReadError> {
        newest_first!(self, ledger, ask, SupplierBill, "sql/supplier_bills.sql")
    }

    /// What suppliers want and units were charged of some periods, by utility and period.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn utilities(
        &self,
        ledger: LedgerId,
        (from, to): (Month, Month),
    ) -> Result<Read<Vec<UtilityPeriod>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    UtilityPeriod,
                    "sql/utilities.sql",
                    s.ledger,
                    s.generation,
                    from.to_string(),
                    to.to_string()
                );
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }
}
