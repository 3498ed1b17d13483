//! Discounts 优惠 of units: what was granted, on whose word, and until when it holds.

use crate::column::{Amount, Quantity, Text, count, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::{DiscountKind, DiscountTerms};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{LedgerId, UnitId};
use mingzhang_domain::unit::{DiscountEnded, DiscountGranted};
use mingzhang_domain::value::{Exact, Label};
use uuid::Uuid;

table! {
    /// One discount of one unit; it takes all off when it says neither a part nor yuan nor months.
    pub struct Discount of "discount" {
        key {
            /// The discount.
            discount_id: Uuid,
        }
        /// Where it was granted.
        position: i64,
        /// The unit.
        unit_id: Uuid,
        /// The fee item.
        fee_item_id: Uuid,
        /// Why, in a word.
        kind: Text<DiscountKind>,
        /// The part of the price taken off.
        off: Option<Quantity>,
        /// Yuan per month taken off.
        per_month: Option<Amount>,
        /// First service day.
        days_from: NaiveDate,
        /// Day after the last; its first day when it ended before it began.
        days_until: NaiveDate,
        /// It ended early.
        ended: bool,
        /// Why it was granted.
        reason: Text<Label>,
        /// Why it ended early.
        end_reason: Option<Text<Label>>,
        /// The approval; absent for what was granted before the community went live.
        approval_id: Option<Uuid>,
        /// Who asked for it.
        requested_by: Option<Uuid>,
        /// Who approved it.
        approved_by: Option<Uuid>,
        /// Months that are free to who paid the others in advance.
        free_months: Option<i32>,
        /// Of so many.
        of_months: Option<i32>,
        /// The prepayment offer that was accepted.
        offer_id: Option<Uuid>,
    }
}

/// Folds a grant.
pub(crate) fn granted(granted: &DiscountGranted, event: &Recorded, models: &mut Models) {
    let (off, per_month, months): (Option<Exact>, _, _) = match granted.terms {
        DiscountTerms::Percentage { off } => (Some(off), None, None),
        DiscountTerms::Amount { per_month } => (None, Some(per_month), None),
        DiscountTerms::Months { free, of } => (None, None, Some((free, of))),
        DiscountTerms::Free => (None, None, None),
    };
    let approved = granted.approved.as_ref();
    models.discount.insert(Discount {
        discount_id: granted.discount.uuid(),
        position: position(event.position),
        unit_id: event.stream.id,
        fee_item_id: granted.fee_item.uuid(),
        kind: Text(granted.kind),
        off: off.map(Quantity),
        per_month: per_month.map(Amount::from),
        free_months: months.map(|(free, _)| count(free)),
        of_months: months.map(|(_, of)| count(of)),
        offer_id: granted.offer.map(Into::into),
        days_from: day(granted.days.from()),
        days_until: day(granted.days.until()),
        ended: false,
        reason: Text(granted.reason.clone()),
        end_reason: None,
        approval_id: approved.and_then(|approved| approved.approval).map(Into::into),
        requested_by: approved.map(|approved| approved.requested_by),
        approved_by: approved.and_then(|approved| approved.approved_by),
    });
}

/// Folds an early end.
pub(crate) fn ended(ended: &DiscountEnded, models: &mut Models) -> Result<(), FoldError> {
    let row = models.discount.get_mut(&(ended.discount.uuid(),));
    let row = row.ok_or(FoldError("a discount ends that was never granted"))?;
    (row.days_until, row.ended, row.end_reason) = (day(ended.on), true, Some(Text(ended.reason.clone())));
    Ok(())
}

impl Reader {
    /// Discounts, the newest first, of every kind or of one; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn discounts(
        &self,
        ledger: LedgerId,
        kind: Option<DiscountKind>,
        ask: Ask<i64>,
    ) -> Result<Read<Page<Discount>>, ReadError> {
        newest_first!(self, ledger, ask, Discount, "sql/discounts.sql", kind.map(DiscountKind::as_str))
    }

    /// The discounts of a unit, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn discounts_of_unit(
        &self,
        ledger: LedgerId,
        unit: UnitId,
        ask: Ask<i64>,
    ) -> Result<Read<Page<Discount>>, ReadError> {
        newest_first!(self, ledger, ask, Discount, "sql/discounts_of_unit.sql", unit.uuid())
    }
}
