//! Accepts a prepayment offer 预缴优惠: months are charged in advance, some of them free, and paid wholly at once.
//!
//! Granted only when the whole is paid: grant, charges and what pays them are one command, or none of it is. The day of
//! acceptance decides which offers there are; the word the grant stands on is the offer's.

use super::grant_discount::must_be_by_time;
use crate::account::{AccountEvent, ChargePosted, ChargeSpec, DiscountKind, Prepaid, post_prepaid};
use crate::bill_run::plan::Basis;
use crate::bill_run::{billed_around, first_uncharged, plan_prepaid, whole_months};
use crate::calendar::{CivilDate, DateRange};
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, FeeItemState, Offer};
use crate::id::{AccountId, BillLineId, CommunityId, FeeItemId, OfferId, PartyId, UnitId};
use crate::money::Money;
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::{Event, StreamRef};
use crate::unit::refusal::existing;
use crate::unit::{DiscountGranted, UnitRefusal, UnitState};
use crate::value::Label;
use std::sync::Arc;

/// From today, in months: the first of the months begins by then.
const AHEAD_LIMIT: u32 = 12;

/// The months of an offer from a day on are charged and paid out of the unit's free credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptPrepaymentOffer {
    /// The unit.
    pub unit: UnitId,
    /// The item.
    pub fee_item: FeeItemId,
    /// The offer.
    pub offer: OfferId,
    /// First service day: of a month that is not charged, at most twelve months from today.
    pub from: CivilDate,
}

/// What accepting an offer would come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrepaymentQuote {
    /// The service days.
    pub days: DateRange,
    /// Who owes them.
    pub obligor: PartyId,
    /// Each month.
    pub months: Vec<QuotedMonth>,
    /// All of them.
    pub total: QuotedAmounts,
    /// Free credit that may pay them.
    pub credit: Money,
    /// What it lacks.
    pub missing: Money,
}

/// A month of a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotedMonth {
    /// Its days.
    pub service: DateRange,
    /// What it costs.
    pub amounts: QuotedAmounts,
}

/// Gross less discounts is net.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QuotedAmounts {
    /// Before discounts.
    pub gross: Money,
    /// What every discount takes off, this one among them.
    pub discounts: Money,
    /// What this one takes off.
    pub prepayment: Money,
    /// What is to be paid.
    pub net: Money,
}

impl QuotedAmounts {
    fn of(charge: &ChargePosted) -> Self {
        let of = |kind: Option<DiscountKind>| {
            let lines =
                charge.discounts.iter().filter(|line| kind.is_none_or(|kind| line.kind.as_str() == kind.as_str()));
            lines.fold(Money::ZERO, |sum, line| sum.fold(line.amount))
        };
        let (discounts, prepayment) = (of(None), of(Some(DiscountKind::Prepayment)));
        Self { gross: charge.gross, discounts, prepayment, net: charge.amount }
    }

    fn fold(self, other: Self) -> Self {
        Self {
            gross: self.gross.fold(other.gross),
            discounts: self.discounts.fold(other.discounts),
            prepayment: self.prepayment.fold(other.prepayment),
            net: self.net.fold(other.net),
        }
    }
}

impl Decide for AcceptPrepaymentOffer {
    fn operation(&self) -> &'static str {
        "accept_prepayment_offer"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into(), self.fee_item.into(), AccountId::of_unit(self.unit).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (_, prepaid) = self.post(draft)?;
        prepaid.pay(draft, AccountId::of_unit(self.unit))
    }
}

/// What accepting an offer would come to, by the same decision but for what pays it; without a first day from the first month
/// that nothing is charged for.
///
/// # Errors
/// As [`AcceptPrepaymentOffer`], but for credit.
pub fn quote_prepayment(
    draft: &mut Draft<'_>,
    unit: UnitId,
    (fee_item, offer): (FeeItemId, OfferId),
    from: Option<CivilDate>,
) -> Result<PrepaymentQuote, Refusal> {
    let from = match from {
        Some(from) => from,
        None => {
            let (state, item) = (existing(draft, unit)?, item_of(draft, fee_item)?);
            let from = with_basis(draft, (unit, &state), (fee_item, &item), None, |basis| {
                first_uncharged(basis, fee_item, &item)
            });
            from.ok_or(UnitRefusal::PrepaidMonthsMustBeAttached)?
        }
    };
    let (days, prepaid) = AcceptPrepaymentOffer { unit, fee_item, offer, from }.post(draft)?;
    let posted = draft.events().iter().filter_map(|new| match &new.event {
        Event::Account(AccountEvent::ChargePosted(charge)) => Some(charge),
        _ => None,
    });
    let posted: Vec<&ChargePosted> = posted.collect();
    let obligor =
        posted.first().map(|charge| charge.booking.obligor).ok_or(UnitRefusal::PrepaidMonthsMustBeBillable)?;
    let months: Vec<QuotedMonth> = posted
        .into_iter()
        .map(|charge| QuotedMonth { service: charge.service, amounts: QuotedAmounts::of(charge) })
        .collect();
    let total = months.iter().fold(QuotedAmounts::default(), |sum, month| sum.fold(month.amounts));
    Ok(PrepaymentQuote { days, obligor, months, total, credit: prepaid.credit(), missing: prepaid.missing() })
}

impl AcceptPrepaymentOffer {
    /// Grants the discount and posts the charges of its months; what pays them is the caller's.
    fn post(&self, draft: &mut Draft<'_>) -> Result<(DateRange, Prepaid), Refusal> {
        let (unit, item) = (existing(draft, self.unit)?, item_of(draft, self.fee_item)?);
        must_be_by_time(&item)?;
        let offer = self.offer(draft, &item)?;
        if self.from > draft.context.today.plus_months(AHEAD_LIMIT) {
            return Err(UnitRefusal::PrepaidMonthsMustBeginSoon.at("/from"));
        }
        let days = whole_months(&unit, (self.fee_item, &item), self.from, offer.months.0)
            .map_err(|refusal| refusal.at("/from"))?;
        self.must_be_alone(&unit, days)?;
        drop(unit);
        let granted = DiscountGranted {
            discount: draft.mint("discount"),
            fee_item: self.fee_item,
            kind: DiscountKind::Prepayment,
            terms: offer.terms(),
            days,
            vacancy: None,
            offer: Some(offer.offer),
            reason: reason()?,
            approved: offer.approved,
            seen: offer.seen,
        };
        draft.push(self.unit, granted);
        let specs = self.specs(draft, &item, days)?;
        Ok((days, post_prepaid(draft, AccountId::of_unit(self.unit), specs)?))
    }

    fn offer(&self, draft: &Draft<'_>, item: &FeeItemState) -> Result<Offer, Refusal> {
        let offer = item.offers().iter().find(|have| have.offer == self.offer);
        let offer = offer.ok_or_else(|| FeeItemRefusal::PrepaymentOfferMustExist.at("/offer"))?;
        if !offer.covers(draft.context.today) {
            let refusal = FeeItemRefusal::PrepaymentOfferMustHoldThen.with("from", offer.from);
            return Err(refusal.with("until", offer.until).at("/offer"));
        }
        Ok(offer.clone())
    }

    /// One of a kind at a time, as of every discount.
    fn must_be_alone(&self, unit: &UnitState, days: DateRange) -> Result<(), Refusal> {
        let same = unit.discounts().iter().find(|have| {
            let both = DateRange::new(have.from, have.until).is_ok_and(|own| own.overlaps(days));
            have.fee_item == self.fee_item && have.applied.kind == DiscountKind::Prepayment && both
        });
        same.map_or(Ok(()), |have| {
            let refusal = UnitRefusal::DiscountMustNotOverlap.with("discount", have.applied.discount);
            Err(refusal.with("from", have.from).with("until", have.until))
        })
    }

    /// The month charges, all of one party.
    fn specs(
        &self,
        draft: &mut Draft<'_>,
        item: &Arc<FeeItemState>,
        days: DateRange,
    ) -> Result<Vec<ChargeSpec>, Refusal> {
        let unit = draft.unit(self.unit);
        let lines = with_basis(draft, (self.unit, &unit), (self.fee_item, item), Some(days), |basis| {
            plan_prepaid(basis, days)
        })?;
        let mut specs: Vec<ChargeSpec> = Vec::new();
        for line in lines {
            let bill_line: BillLineId = draft.mint("bill_line");
            specs.extend(line.into_specs(bill_line, None));
        }
        let party = |spec: &ChargeSpec| (spec.obligor, spec.agreed_payer);
        match specs.iter().find(|spec| specs.first().map(party) != Some(party(spec))) {
            Some(other) => Err(UnitRefusal::PrepaymentMustBeOfOneParty.with("from", other.service.from())),
            None => Ok(specs),
        }
    }
}

fn item_of(draft: &Draft<'_>, fee_item: FeeItemId) -> Result<Arc<FeeItemState>, Refusal> {
    let item = draft.fee_item(fee_item);
    if item.created().is_some() { Ok(item) } else { Err(FeeItemRefusal::FeeItemMustExist.at("/fee_item")) }
}

fn reason() -> Result<Label, Refusal> {
    "预缴优惠".parse().map_err(|_| CommonRefusal::FactMustFit.into())
}

/// What billing one item of a unit rests on.
fn with_basis<T>(
    draft: &Draft<'_>,
    (id, unit): (UnitId, &UnitState),
    (fee_item, item): (FeeItemId, &Arc<FeeItemState>),
    days: Option<DateRange>,
    rule: impl FnOnce(&Basis<'_>) -> T,
) -> T {
    let today = draft.context.today;
    let months = days.map_or(today.month()..=today.month(), billed_around);
    rule(&Basis {
        unit,
        fee_items: &[(fee_item, Arc::clone(item))],
        community: &draft.community(CommunityId(draft.context.ledger_id.uuid())),
        account: &draft.account(AccountId::of_unit(id)),
        meters: &[],
        months,
        today,
        published_on: today,
    })
}
