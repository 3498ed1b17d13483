//! Grants a unit a discount 优惠 on a fee item for some days. What is charged already is never re-priced silently: who asks
//! says whether it stays as it is or is reduced.
//!
//! Until the community is live it is set up freely; from that day on another must approve it, whatever it is worth.

use crate::account::{
    Applied, Charge, DiscountError, DiscountKind, DiscountTerms, Lowering, Part, lower_charge, taken_off_charge,
};
use crate::approval::{Authority, Stake, Staked, Warrant, authorise, authorise_once_live};
use crate::bill_run::worth;
use crate::book::Fund;
use crate::calendar::DateRange;
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, FeeItemState, Price};
use crate::id::{AccountId, ChargeId, FeeItemId, UnitId, VacancyId};
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;
use crate::unit::refusal::existing;
use crate::unit::{DiscountGranted, UnitRefusal, UnitState};
use crate::value::Label;
use crate::wire::words;
use rust_decimal::Decimal;
use std::sync::Arc;

/// In fen.
const AMOUNT_LIMIT: i64 = 100_000_000;
/// Decimals of a part that is taken off.
const OFF_DECIMALS: u32 = 4;
const MONTHS_LIMIT: u32 = 120;

words! {
    /// What becomes of charges of a discount's days that are there already.
    pub enum ChargedDays {
        /// They stay as they are.
        Kept = "kept",
        /// Each is reduced by what the discount takes off it.
        Reduced = "reduced",
    }
}

/// Less is owed for a fee item for some days.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct GrantDiscount {
    /// The unit.
    pub unit: UnitId,
    /// The item.
    pub fee_item: FeeItemId,
    /// Why, in a word.
    pub kind: DiscountKind,
    /// How much it takes off.
    pub terms: DiscountTerms,
    /// The service days it lowers, at most ten years.
    pub days: DateRange,
    /// What becomes of charges of these days that are there already; absent when there are none.
    pub charged: Option<ChargedDays>,
    /// Why.
    pub reason: Label,
    /// On whose word; needed once the community is live.
    #[serde(skip)]
    pub authority: Authority,
}

/// What it takes off at the prices that are known: as far the approver's limit must reach.
impl Staked for GrantDiscount {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let (unit, item) = (existing(draft, self.unit)?, draft.fee_item(self.fee_item));
        let amount = worth(&unit, (self.fee_item, &item), self.days, self.terms)?;
        Ok(Stake { always_approved: true, ..Stake::of(amount, AccountId::of_unit(self.unit)) })
    }
}

impl Decide for GrantDiscount {
    fn operation(&self) -> &'static str {
        "grant_discount"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into(), self.fee_item.into(), AccountId::of_unit(self.unit).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        if self.kind == DiscountKind::Vacancy {
            return Err(UnitRefusal::VacancyMustBeAppliedFor.at("/kind"));
        }
        if self.kind == DiscountKind::Campaign {
            return Err(UnitRefusal::CampaignMustBeOfFeeItem.at("/kind"));
        }
        if self.kind == DiscountKind::Prepayment {
            return Err(UnitRefusal::PrepaymentMustBeAccepted.at("/kind"));
        }
        self.carry_out(draft, None, |draft, lowers| match lowers {
            true => Ok(Some(authorise(draft, self, self.authority)?)),
            false => authorise_once_live(draft, self, self.authority),
        })
    }
}

impl GrantDiscount {
    /// Grants it, when there is a word for it; that word knows whether charges are reduced.
    ///
    /// # Errors
    /// As of the command.
    pub(super) fn carry_out(
        &self,
        draft: &mut Draft<'_>,
        vacancy: Option<VacancyId>,
        warranted: impl FnOnce(&mut Draft<'_>, bool) -> Result<Option<Warrant>, Refusal>,
    ) -> Result<(), Refusal> {
        let unit = existing(draft, self.unit)?;
        self.must_hold(&unit, &draft.fee_item(self.fee_item))?;
        let account = AccountId::of_unit(self.unit);
        let charged = charged(draft, account, self.fee_item, self.days);
        if let (Some(first), None) = (charged.first(), self.charged) {
            let refusal = UnitRefusal::ChargedDaysMustBeDecided.at("/charged").with("charges", charged.len());
            return Err(refusal.with("from", first.service.from()).with("charge", first.charge));
        }
        let lowers = self.charged == Some(ChargedDays::Reduced) && !charged.is_empty();
        let warrant = warranted(draft, lowers)?;
        let (approved, seen) = warrant.clone().map(Warrant::parts).unzip();
        let applied = Applied {
            discount: draft.mint("discount"),
            kind: self.kind,
            terms: self.terms,
            approval: self.authority.approval,
        };
        let granted = DiscountGranted {
            discount: applied.discount,
            fee_item: self.fee_item,
            kind: self.kind,
            terms: self.terms,
            days: self.days,
            vacancy,
            offer: None,
            reason: self.reason.clone(),
            approved,
            seen: seen.unwrap_or_default(),
        };
        draft.push(self.unit, granted);
        for (charge, warrant) in charged.iter().zip(warrant.iter().cycle()).filter(|_| lowers) {
            self.lower(draft, account, charge.charge, (&applied, warrant))?;
        }
        Ok(())
    }

    fn must_hold(&self, unit: &UnitState, item: &FeeItemState) -> Result<(), Refusal> {
        discount_must_hold(item, self.terms, self.days)?;
        let same = unit.discounts().iter().find(|have| {
            have.fee_item == self.fee_item
                && have.applied.kind == self.kind
                && have.from < self.days.until()
                && self.days.from() < have.until
        });
        same.map_or(Ok(()), |have| {
            let refusal = UnitRefusal::DiscountMustNotOverlap.with("discount", have.applied.discount);
            Err(refusal.with("from", have.from).with("until", have.until))
        })
    }

    /// Reduces a charge by what the discount takes off it, if that is anything.
    fn lower(
        &self,
        draft: &mut Draft<'_>,
        account: AccountId,
        charge: ChargeId,
        (applied, warrant): (&Applied, &Warrant),
    ) -> Result<(), Refusal> {
        // What was freed by lowering another may have moved since.
        let Some(charge) = draft.account(account).charge(charge).cloned() else { return Ok(()) };
        let amount = taken_off_charge(&charge, self.days, applied)
            .map_err(|DiscountError| CommonRefusal::AmountMustBeInRange)?;
        if !amount.is_positive() {
            return Ok(());
        }
        let (approved, seen) = warrant.clone().parts();
        lower_charge(draft, account, &charge, Lowering { amount, reason: self.reason.clone(), approved, seen })
    }
}

/// Refuses terms and days that no discount of an item has.
///
/// # Errors
/// [`UnitRefusal`], [`FeeItemRefusal::FeeItemMustExist`].
pub(crate) fn discount_must_hold(item: &FeeItemState, terms: DiscountTerms, days: DateRange) -> Result<(), Refusal> {
    let Some(created) = item.created() else { return Err(FeeItemRefusal::FeeItemMustExist.at("/fee_item")) };
    match created.fund {
        Fund::Operating | Fund::PassThrough | Fund::OwnersIncome => {}
        Fund::Deposit | Fund::MaintenanceFund => return Err(UnitRefusal::DiscountMustBeOfAFee.at("/fee_item")),
    }
    must_be_by_time(item)?;
    let in_range = match terms {
        DiscountTerms::Percentage { off } => {
            let off = off.decimal();
            off > Decimal::ZERO && off < Decimal::ONE && off.scale() <= OFF_DECIMALS
        }
        // Granted to whoever pays in advance, and to nobody else.
        DiscountTerms::Months { .. } => false,
        DiscountTerms::Amount { per_month } => per_month.is_positive() && per_month.fen() <= AMOUNT_LIMIT,
        DiscountTerms::Free => true,
    };
    if !in_range || days.until() > days.from().plus_months(MONTHS_LIMIT) {
        return Err(UnitRefusal::DiscountMustBeInRange.at("/terms"));
    }
    Ok(())
}

/// Refuses an item that meters count, pools share or stays are charged by.
///
/// # Errors
/// [`UnitRefusal::DiscountMustBeByTime`].
pub(crate) fn must_be_by_time(item: &FeeItemState) -> Result<(), Refusal> {
    let otherwise = |price: &Price| matches!(price, Price::Shared | Price::Parking(_));
    let last = item.tariffs().last();
    if last.is_some_and(|(_, tariff)| otherwise(&tariff.price)) || item.metered().is_some() {
        return Err(UnitRefusal::DiscountMustBeByTime.at("/fee_item"));
    }
    Ok(())
}

/// Live charges of a fee item that a tariff billed for some days, in order of service.
pub(super) fn charged(draft: &Draft<'_>, account: AccountId, fee_item: FeeItemId, days: DateRange) -> Vec<Arc<Charge>> {
    let state = draft.account(account);
    let of_days = |have: &&Arc<Charge>| {
        !have.reversed
            && have.booking.fee_item == fee_item
            && have.source.is_none()
            && have.part == Part::Principal
            && have.billed.is_some()
            && have.service.overlaps(days)
    };
    let mut charged: Vec<Arc<Charge>> = state.charges().filter(of_days).cloned().collect();
    charged.sort_by_key(|charge| (charge.service.from(), charge.charge));
    charged
}
