//! Campaigns 活动: dated offers of a fee item over many units.

use crate::column::{Amount, Quantity, Text, day, position};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::DiscountTerms;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::fee_item::{CampaignEnded, CampaignGranted};
use mingzhang_domain::id::LedgerId;
use mingzhang_domain::value::{Exact, Label};
use uuid::Uuid;

table! {
    /// One campaign; it takes all off when it says neither a part nor yuan.
    pub struct Campaign of "campaign" {
        key {
            /// The campaign; charges name it as their discount.
            campaign_id: Uuid,
        }
        /// Where it was granted.
        position: i64,
        /// The fee item.
        fee_item_id: Uuid,
        /// What it is called.
        name: Text<Label>,
        /// Which units it is for, in words.
        scope: String,
        /// The part of the price taken off.
        off: Option<Quantity>,
        /// Yuan per month taken off.
        per_month: Option<Amount>,
        /// First service day.
        days_from: NaiveDate,
        /// Day after the last.
        days_until: NaiveDate,
        /// Why it ended early.
        end_reason: Option<Text<Label>>,
        /// The approval; absent for what was granted before the community went live.
        approval_id: Option<Uuid>,
    }
}

/// Folds a grant.
pub(crate) fn granted(granted: &CampaignGranted, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let (off, per_month): (Option<Exact>, _) = match granted.terms {
        DiscountTerms::Percentage { off } => (Some(off), None),
        DiscountTerms::Amount { per_month } => (None, Some(per_month)),
        DiscountTerms::Free => (None, None),
        DiscountTerms::Months { .. } => return Err(FoldError("a campaign frees months of who pays in advance")),
    };
    models.campaign.insert(Campaign {
        campaign_id: granted.campaign.uuid(),
        position: position(event.position),
        fee_item_id: event.stream.id,
        name: Text(granted.name.clone()),
        scope: granted.scope.told(&granted.kinds),
        off: off.map(Quantity),
        per_month: per_month.map(Amount::from),
        days_from: day(granted.days.from()),
        days_until: day(granted.days.until()),
        end_reason: None,
        approval_id: granted.approved.as_ref().and_then(|approved| approved.approval).map(Into::into),
    });
    Ok(())
}

/// Folds an early end.
pub(crate) fn ended(ended: &CampaignEnded, models: &mut Models) -> Result<(), FoldError> {
    let row = models.campaign.get_mut(&(ended.campaign.uuid(),));
    let row = row.ok_or(FoldError("a campaign ends that was never granted"))?;
    (row.days_until, row.end_reason) = (day(ended.on), Some(Text(ended.reason.clone())));
    Ok(())
}

impl Reader {
    /// Campaigns, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn campaigns(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<Campaign>>, ReadError> {
        newest_first!(self, ledger, ask, Campaign, "sql/campaigns.sql")
    }
}
