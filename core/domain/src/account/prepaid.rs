//! Charges that are posted only when free credit pays them wholly in the same command 预缴.
//!
//! May never happen here: a charge of a prepayment that is left open.

use super::charging::{ChargeSpec, post_charge};
use super::draw_down::{free_lots, must_fit, pay};
use super::late_fee::settle_late_fees;
use super::refusal::AccountRefusal;
use super::terms::{Mode, Part};
use crate::draft::Draft;
use crate::id::{AccountId, ChargeId, LotId};
use crate::money::Money;
use crate::refusal::Refusal;

/// Charges of one party and fee item, and what could pay them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Prepaid {
    /// The charges in order, with their amounts.
    charges: Vec<(ChargeId, Money)>,
    /// Free credit that may pay them, in the order in which it is spent.
    lots: Vec<(LotId, Money)>,
}

/// Posts charges of one party and fee item; whoever decides them pays them with [`Prepaid::pay`].
///
/// # Errors
/// As [`super::post_charges`].
pub(crate) fn post_prepaid(
    draft: &mut Draft<'_>,
    account: AccountId,
    specs: Vec<ChargeSpec>,
) -> Result<Prepaid, Refusal> {
    let charges: Vec<(ChargeId, Money)> =
        specs.into_iter().map(|spec| post_charge(draft, account, spec)).collect::<Result<_, _>>()?;
    let state = draft.account(account);
    let first = charges.first().and_then(|(charge, _)| state.charge(*charge));
    let fits = free_lots(&state).into_iter().filter(|lot| first.is_some_and(|charge| must_fit(lot, charge).is_ok()));
    let lots = fits.map(|lot| (lot.lot, lot.rest)).collect();
    Ok(Prepaid { charges, lots })
}

impl Prepaid {
    /// What is owed in all.
    pub(crate) fn owed(&self) -> Money {
        self.charges.iter().fold(Money::ZERO, |sum, (_, amount)| sum.fold(*amount))
    }

    /// Free credit that may pay it.
    pub(crate) fn credit(&self) -> Money {
        self.lots.iter().fold(Money::ZERO, |sum, (_, rest)| sum.fold(*rest))
    }

    /// What credit lacks.
    pub(crate) fn missing(&self) -> Money {
        self.owed().fold(self.credit().negated()).max(Money::ZERO)
    }

    /// Pays all of it as a draw-down.
    ///
    /// # Errors
    /// [`AccountRefusal::CreditMustPayAllMonths`] with the amount that is missing.
    pub(crate) fn pay(self, draft: &mut Draft<'_>, account: AccountId) -> Result<(), Refusal> {
        if self.missing().is_positive() {
            let refusal = AccountRefusal::CreditMustPayAllMonths.with("missing", self.missing());
            return Err(refusal.with("owed", self.owed()).with("credit", self.credit()));
        }
        let today = draft.context.today;
        let mut lots = self.lots.into_iter();
        let mut lot = lots.next();
        for (charge, mut left) in self.charges {
            while left.is_positive() {
                let Some((id, rest)) = lot else { return Err(AccountRefusal::CreditMustPayAllMonths.into()) };
                let part = rest.min(left);
                if part.is_positive() {
                    pay(draft, account, (id, charge), (Part::Principal, part), Mode::DrawDown, today)?;
                }
                left = left.minus(part)?;
                let rest = rest.minus(part)?;
                lot = if rest.is_positive() { Some((id, rest)) } else { lots.next() };
            }
        }
        settle_late_fees(draft, account)
    }
}
