//! Records what was taken for a temporary stay 临时停车: once per stay, and exactly what the tariff says.

use super::price_stay::price_stay;
use crate::account::vat_split;
use crate::books::{open_period, outside_on};
use crate::calendar::{CivilDate, Moment};
use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{AccountId, FeeItemId, ReferenceId, ShiftId, TakingId, VaultItemId};
use crate::ledger::{LedgerKind, must_be};
use crate::money::Money;
use crate::payment::{Channel, PaymentRefusal, claim_reference, identity};
use crate::refusal::Refusal;
use crate::shift;
use crate::stream::StreamRef;
use crate::taking::{TakenFor, TakingOf, TakingRecorded, TakingRefusal};
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
        needs.extend(self.shift.map(StreamRef::from));
        let reference = self.reference.as_ref().map(|r| ReferenceId::of_reference(self.channel.id, r.as_str()));
        needs.extend(reference.map(StreamRef::from));
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
        if self.amount != price.cost.amount {
            return Err(TakingRefusal::AmountMustBeWhatStayCosts.with("costs", price.cost.amount).at("/amount"));
        }
        if self.value_on > draft.context.today {
            return Err(PaymentRefusal::ValueDateMustNotBeInFuture.at("/value_on"));
        }
        let fund = item.created().ok_or(FeeItemRefusal::FeeItemMustExist)?.fund;
        if self.channel.purse != fund.purse() {
            return Err(PaymentRefusal::PursesMustNotMix.at("/channel_account"));
        }
        let left_on = self.left_at.day()?;
        let vat = item.vat_on(left_on).ok_or(FeeItemRefusal::FeeItemMustExist)?;
        let vat = vat_split(vat.category, vat.rate, self.amount)?;
        let (slip, reference) = identity(draft, &self.channel, self.reference.as_ref(), self.shift)?;
        let (payment, charge) = (draft.mint("payment"), draft.mint("charge"));
        let of = TakingOf {
            account: AccountId::walk_in(draft.context.ledger_id),
            charge,
            payment,
            fee_item: self.fee_item,
            fund,
            period: open_period(draft, left_on.month()),
            channel_account: self.channel.id,
            channel: self.channel.kind,
            amount: self.amount,
            vat,
        };
        let recorded = TakingRecorded {
            of,
            taken_for: TakenFor::Stay {
                number: self.number.clone(),
                entered_at: self.entered_at,
                left_at: self.left_at,
                versions: price.versions,
            },
            purse: self.channel.purse,
            seen: self.channel.seen.clone(),
            reference: reference.clone(),
            shift: self.shift,
            slip,
            value_on: self.value_on,
            plate: self.plate,
        };
        let on = outside_on(draft, self.value_on);
        draft.push_on(self.taking, on, recorded);
        claim_reference(draft, self.channel.id, reference, payment)?;
        if let Some((shift, slip)) = self.shift.zip(slip) {
            shift::take(draft, shift, payment, slip, self.amount);
        }
        Ok(())
    }
}
