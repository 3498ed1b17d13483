//! Reverses 红冲 a charge that was a mistake: nothing of it is owed, and its service time may be charged again.

use super::{Lowering, booked, live_charge, tax_off};
use crate::account::undo::free;
use crate::account::{
    AccountRefusal, AccountState, Charge, ChargeReversed, LateFeeAwardLifted, Source, settle_late_fees,
};
use crate::approval::{Authority, Stake, Staked, authorise};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChargeId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Reverses a charge; what was paid for it becomes credit again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReverseCharge {
    /// The account.
    pub account: AccountId,
    /// The charge.
    pub charge: ChargeId,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for ReverseCharge {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::of(live_charge(draft, self.account, self.charge)?.owed, self.account))
    }
}

impl Decide for ReverseCharge {
    fn operation(&self) -> &'static str {
        "reverse_charge"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let charge = live_charge(draft, self.account, self.charge)?;
        if let Some(Source::Pool { pool }) = charge.source {
            return Err(AccountRefusal::PoolMustBeReversedWhole.with("pool", pool));
        }
        corrections_must_be_off(&draft.account(self.account), &charge)?;
        let (approved, seen) = authorise(draft, self, self.authority)?.parts();
        let lowering = Lowering { amount: charge.owed, reason: self.reason.clone(), approved, seen };
        reverse_live(draft, self.account, &charge, lowering)
    }
}

/// Reverses a live charge by what it owes.
///
/// # Errors
/// What undoing what pays it refuses.
pub(crate) fn reverse_live(
    draft: &mut Draft<'_>,
    account: AccountId,
    charge: &Charge,
    lowering: Lowering,
) -> Result<(), Refusal> {
    let Lowering { amount, reason, approved, seen } = lowering;
    free(draft, account, charge, charge.paid.plus(charge.written_off)?)?;
    let (vat, booking) = (tax_off(draft, charge, Money::ZERO)?, booked(draft, charge));
    draft.push(account, ChargeReversed { charge: charge.charge, amount, vat, booking, reason, approved, seen });
    if let Some(Source::Award { charge: of }) = charge.source
        && let Some(fee_of) = draft.account(account).charge(of)
    {
        let lifted = LateFeeAwardLifted {
            charge: of,
            amount: charge.posted,
            booking: fee_of.booking.clone(),
            award: charge.charge,
        };
        draft.push(account, lifted);
    }
    settle_late_fees(draft, account)
}

/// Refuses to reverse a charge while a later reading has charged more for its usage: billed again it would come to both.
///
/// # Errors
/// [`AccountRefusal::CorrectionsMustBeReversed`].
pub(crate) fn corrections_must_be_off(account: &AccountState, charge: &Charge) -> Result<(), Refusal> {
    let source = Some(Source::Correction { charge: charge.charge });
    let more =
        account.charges().find(|have| have.source == source && have.metered.is_some() && have.owed.is_positive());
    more.map_or(Ok(()), |more| Err(AccountRefusal::CorrectionsMustBeReversed.with("charge", more.charge)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, month, told};
    use crate::approval::fixture::limit;
    use crate::payment::fixture::{rests, story, to_account, transfer};

    #[test]
    fn everything_is_undone_and_the_month_can_be_charged_again() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        story.accepted(&transfer("T1", "30.00", "2026-01-01", to_account(1)));
        let reverse = ReverseCharge {
            account: account(1),
            charge: charged,
            reason: "wrong unit".parse().unwrap(),
            authority: limit("100.00"),
        };
        let texts = told(&story.accepted(&reverse));
        assert_eq!((&*texts[0], &*texts[4]), ("undone 30.00 charge_corrected", "charge reversed 100.00 tax 5.66"));
        assert_eq!(rests(&story, account(1)), ["30.00"]);
        assert_eq!(story.refused(&reverse), "charge_must_be_live");
        // The same month again draws the freed credit down.
        charge(&mut story, month("2026-01", "90.00"));
        assert_eq!(rests(&story, account(1)), ["0.00"]);
    }
}
