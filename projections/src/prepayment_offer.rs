//! Prepayment offers 预缴优惠 of fee items.

use crate::column::{Text, count, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::fee_item::{PrepaymentOfferEnded, PrepaymentOfferSet};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::value::Label;
use uuid::Uuid;

table! {
    /// One prepayment offer.
    pub struct PrepaymentOffer of "prepayment_offer" {
        key {
            /// The offer.
            offer_id: Uuid,
        }
        /// Where it was set.
        position: i64,
        /// The fee item.
        fee_item_id: Uuid,
        /// Service months in all.
        months: i32,
        /// Of them free.
        free_months: i32,
        /// First day on which it may be accepted.
        valid_from: NaiveDate,
        /// Day after the last.
        valid_until: NaiveDate,
        /// Why it ended early.
        end_reason: Option<Text<Label>>,
        /// The approval; absent for what was set before the community went live.
        approval_id: Option<Uuid>,
    }
}

/// Folds an offer.
pub(crate) fn set(set: &PrepaymentOfferSet, event: &Recorded, models: &mut Models) {
    models.prepayment_offer.insert(PrepaymentOffer {
        offer_id: set.offer.uuid(),
        position: position(event.position),
        fee_item_id: event.stream.id,
        months: count(set.months),
        free_months: count(set.free_months),
        valid_from: day(set.days.from()),
        valid_until: day(set.days.until()),
        end_reason: None,
        approval_id: set.approved.as_ref().and_then(|approved| approved.approval).map(Into::into),
    });
}

/// Folds an early end.
pub(crate) fn ended(ended: &PrepaymentOfferEnded, models: &mut Models) -> Result<(), FoldError> {
    let row = models.prepayment_offer.get_mut(&(ended.offer.uuid(),));
    let row = row.ok_or(FoldError("a prepayment offer ends that was never set"))?;
    (row.valid_until, row.end_reason) = (day(ended.on), Some(Text(ended.reason.clone())));
    Ok(())
}

impl Reader {
    /// Prepayment offers, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn prepayment_offers(
        &self,
        ledger: LedgerId,
        ask: Ask<i64>,
    ) -> Result<Read<Page<PrepaymentOffer>>, ReadError> {
        newest_first!(self, ledger, ask, PrepaymentOffer, "sql/prepayment_offers.sql")
    }
}
