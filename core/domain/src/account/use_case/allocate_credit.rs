//! Spends credit on a charge by name, also on one that was written off: that is a recovery; when asked for, on its late fee too.

use super::{live_charge, lot_of};
use crate::account::{AccountRefusal, Charge, Lot, Mode, Part, late_fee_beside, pay, settle_late_fees};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, ChargeId, CommunityId, LotId};
use crate::money::Money;
use crate::payment::{open_charge, settle_receipts};
use crate::refusal::{CommonRefusal, Refusal};
use crate::rule::allocation::{Named, allocate};
use crate::stream::StreamRef;

/// Pays a charge out of a lot, also one that is kept back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AllocateCredit {
    /// The account of both.
    pub account: AccountId,
    /// The lot.
    pub lot: LotId,
    /// The charge.
    pub charge: ChargeId,
    /// How much; absent: as much as there is and is owed.
    pub amount: Option<Money>,
    /// Its late fee is paid with it, as by a payment that names the charge.
    pub late_fee: bool,
}

impl Decide for AllocateCredit {
    fn operation(&self) -> &'static str {
        "allocate_credit"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let lot = lot_of(draft, self.account, self.lot)?;
        let charge = live_charge(draft, self.account, self.charge)?;
        let today = draft.context.today;
        let parts = if self.late_fee {
            self.with_late_fee(draft, &lot, &charge)?
        } else {
            vec![(Part::Principal, self.amount.unwrap_or_else(|| lot.rest.min(charge.debt())))]
        };
        for part in parts {
            pay(draft, self.account, (self.lot, self.charge), part, Mode::Direct, today)?;
        }
        settle_late_fees(draft, self.account)?;
        lot.payment().map_or(Ok(()), |payment| settle_receipts(draft, payment))
    }
}

impl AllocateCredit {
    /// Principal and late fee in the community's order; no fee for days on which this money could have paid.
    fn with_late_fee(&self, draft: &Draft<'_>, lot: &Lot, charge: &Charge) -> Result<Vec<(Part, Money)>, Refusal> {
        let covered = self.amount.unwrap_or(lot.rest).min(lot.rest).min(charge.debt());
        let fee = late_fee_beside(draft, self.account, (lot.lot, charge.charge), covered)?;
        let open = charge.debt().plus(fee)?;
        let amount = self.amount.unwrap_or_else(|| lot.rest.min(open));
        if !amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if amount > open {
            return Err(AccountRefusal::AmountMustNotExceedOpen.with("open", open).at("/amount"));
        }
        if amount > lot.rest {
            return Err(AccountRefusal::AmountMustNotExceedCredit.with("credit", lot.rest).at("/amount"));
        }
        let policy = draft.community(CommunityId(draft.context.ledger_id.uuid())).allocation_policy();
        let named = Named { charges: &[self.charge], only: true };
        let outcome = allocate(amount, policy, &[open_charge(charge, charge.debt(), fee)], named)?;
        // A late fee out of the old books is a charge of its own.
        let part = |part| if charge.part == Part::LateFee { Part::Principal } else { part };
        Ok(outcome.allocations.into_iter().map(|paid| (part(paid.part), paid.amount)).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::CreditReceived;
    use crate::account::fixture::{account, charge, credit, item, lot, month, of_fund, party, story, told};
    use crate::book::Fund;
    use crate::testing::uuid;

    fn allocate(n: u128, charge: ChargeId, amount: Option<&str>) -> AllocateCredit {
        AllocateCredit {
            account: account(1),
            lot: lot(n),
            charge,
            amount: amount.map(|a| a.parse().unwrap()),
            late_fee: false,
        }
    }

    #[test]
    fn as_much_as_there_is_unless_an_amount_is_named() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        let kept = CreditReceived { held_back: true, ..credit(1, "60.00", "2026-01-01") };
        let mut story = story.given(account(1), kept);
        assert_eq!(told(&story.accepted(&allocate(1, charged, Some("10.00")))), ["paid 10.00 by d001"]);
        assert_eq!(told(&story.accepted(&allocate(1, charged, None))), ["paid 50.00 by d001"]);
        assert_eq!(story.refused(&allocate(1, charged, None)), "amount_must_be_positive");
        assert_eq!(story.refused(&allocate(1, charged, Some("0.01"))), "amount_must_not_exceed_credit");
    }

    #[test]
    fn lot_and_charge_must_fit() {
        let mut story = story();
        let charged = charge(&mut story, month("2026-01", "100.00"));
        let deposit = charge(&mut story, of_fund(Fund::Deposit, item(3), month("2026-01", "100.00")));
        let mut story = story
            .given(account(1), credit(1, "200.00", "2026-01-01"))
            .given(account(1), CreditReceived { holder: party(2), ..credit(2, "1.00", "2026-01-01") })
            .given(account(1), CreditReceived { earmark: Some(item(2)), ..credit(3, "1.00", "2026-01-01") });
        assert_eq!(story.refused(&allocate(1, deposit, None)), "funds_must_not_mix");
        assert_eq!(story.refused(&allocate(2, charged, None)), "holder_must_owe_charge");
        assert_eq!(story.refused(&allocate(3, charged, None)), "earmark_must_fit_charge");
        assert_eq!(story.refused(&allocate(1, charged, Some("100.01"))), "amount_must_not_exceed_open");
        assert_eq!(story.refused(&allocate(9, charged, None)), "lot_must_exist");
        assert_eq!(story.refused(&allocate(1, ChargeId(uuid(1)), None)), "charge_must_exist");
    }
}
