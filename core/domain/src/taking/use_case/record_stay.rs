//! Records what was taken for a temporary stay 临时停车: once per stay, and exactly what the tariff says.

use super::price_stay::price_stay;
use super::take::{self, Taken};
use crate::calendar::{CivilDate, Moment};
use crate::draft::{Decide, Draft};
use crate::id::{FeeItemId, ShiftId, TakingId, VaultItemId};
use crate::ledger::{LedgerKind, must_be};
use crate::money::Money;
use crate::payment::Channel;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::taking::{TakenFor, TakingRefusal};
use crate::value::Code;

/// Money for a stay that is over; it happened outside, so it counts on its day, if its month is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordStay {
    /// The taking: its id derives from the stay's number.
    pub taking: TakingId,
    /// The fee item with the price.
    pub fee_item: FeeItemId,
    /// The gate's own number of the stay; never a plate.
    pub number: Code,
    /// When it began.
    pub entered_at: Moment,
    /// When it ended.
    pub left_at: Moment,
    /// What was taken: what the stay costs.
    pub amount: Money,
    /// Where it lies.
    pub channel: Channel,
    /// The channel's own number; for cash it is decided here from shift and slip.
    pub reference: Option<Code>,
    /// The cashier's open shift; exactly for cash.
    pub shift: Option<ShiftId>,
    /// The day the money was really the company's.
    pub value_on: CivilDate,
    /// The plate of the car, in the vault.
    pub plate: Option<VaultItemId>,
}

impl Decide for RecordStay {
    fn operation(&self) -> &'static str {
        "record_stay"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let mut needs: Vec<StreamRef> = vec![self.taking.into(), self.fee_item.into()];
        needs.extend(take::needs(&self.channel, self.reference.as_ref(), self.shift));
        needs
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if let Some(recorded) = draft.taking(self.taking).standing().first() {
            return Err(TakingRefusal::StayMustBeNew.with("charge", recorded.of.charge).at("/number"));
        }
        if self.left_at.instant() > draft.context.now {
            return Err(TakingRefusal::StayMustBeOver.at("/left_at"));
        }
        let item = draft.fee_item(self.fee_item);
        let price = price_stay(&item, self.entered_at, self.left_at)?;
        if price.cost.amount.is_zero() {
            return Err(TakingRefusal::StayMustCostSomething.into());
        }
        let taken = Taken {
            taking: self.taking,
            fee_item: self.fee_item,
            channel: &self.channel,
            reference: self.reference.as_ref(),
            shift: self.shift,
            value_on: self.value_on,
            plate: self.plate,
        };
        let (cost, left_on) = (price.cost.amount, self.left_at.day()?);
        let stay = TakenFor::Stay {
            number: self.number.clone(),
            entered_at: self.entered_at,
            left_at: self.left_at,
            versions: price.versions,
        };
        taken.record(draft, &item, (self.amount, cost), (stay, left_on))
    }
}
