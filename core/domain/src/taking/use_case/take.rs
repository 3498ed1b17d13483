//! What every taking has: the money, the shift or reference it is known by, the tax, the fact.

use crate::account::vat_split;
use crate::books::{open_period, outside_on};
use crate::calendar::CivilDate;
use crate::draft::Draft;
use crate::fee_item::{FeeItemRefusal, FeeItemState};
use crate::id::{AccountId, FeeItemId, ShiftId, TakingId, VaultItemId};
use crate::money::Money;
use crate::payment::{Channel, PaymentRefusal, claim_reference, identity};
use crate::refusal::Refusal;
use crate::shift;
use crate::taking::{TakenFor, TakingOf, TakingRecorded, TakingRefusal};
use crate::value::Code;

/// Money for something whose price is known.
pub(super) struct Taken<'a> {
    pub(super) taking: TakingId,
    pub(super) fee_item: FeeItemId,
    pub(super) channel: &'a Channel,
    pub(super) reference: Option<&'a Code>,
    pub(super) shift: Option<ShiftId>,
    pub(super) value_on: CivilDate,
    pub(super) plate: Option<VaultItemId>,
}

impl Taken<'_> {
    /// Records an amount that must be the price of what it is for, which counts and is taxed as of a day.
    ///
    /// # Errors
    /// [`TakingRefusal`], [`PaymentRefusal`], as the shift's own rules.
    pub(super) fn record(
        self,
        draft: &mut Draft<'_>,
        item: &FeeItemState,
        (amount, price): (Money, Money),
        (taken_for, day): (TakenFor, CivilDate),
    ) -> Result<(), Refusal> {
        if amount != price {
            return Err(TakingRefusal::AmountMustBePrice.with("price", price).at("/amount"));
        }
        if self.value_on > draft.context.today {
            return Err(PaymentRefusal::ValueDateMustNotBeInFuture.at("/value_on"));
        }
        let fund = item.created().ok_or(FeeItemRefusal::FeeItemMustExist)?.fund;
        if self.channel.purse != fund.purse() {
            return Err(PaymentRefusal::PursesMustNotMix.at("/channel_account"));
        }
        let vat = item.vat_on(day).ok_or(FeeItemRefusal::FeeItemMustExist)?;
        let vat = vat_split(vat.category, vat.rate, amount)?;
        let (slip, reference) = identity(draft, self.channel, self.reference, self.shift)?;
        let (payment, charge) = (draft.mint("payment"), draft.mint("charge"));
        let of = TakingOf {
            account: AccountId::walk_in(draft.context.ledger_id),
            charge,
            payment,
            fee_item: self.fee_item,
            fund,
            period: open_period(draft, day.month()),
            channel_account: self.channel.id,
            channel: self.channel.kind,
            amount,
            vat,
        };
        let recorded = TakingRecorded {
            of,
            taken_for,
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
            shift::take(draft, shift, payment, slip, amount);
        }
        Ok(())
    }
}

/// The streams that money is surely known by.
pub(super) fn needs(
    channel: &Channel,
    reference: Option<&Code>,
    shift: Option<ShiftId>,
) -> impl Iterator<Item = crate::stream::StreamRef> {
    let claim = reference.map(|reference| crate::id::ReferenceId::of_reference(channel.id, reference.as_str()));
    claim.map(Into::into).into_iter().chain(shift.map(Into::into))
}
