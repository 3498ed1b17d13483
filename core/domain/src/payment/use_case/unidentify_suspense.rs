//! Takes unspent credit back into suspense: it was somebody else's money.

use super::live;
use crate::account::{AccountRefusal, CreditWithdrawn, LotOrigin, settle_late_fees};
use crate::approval::{Authority, Stake, Staked, Warrant, authorise};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, LotId, PaymentId};
use crate::money::Money;
use crate::payment::receipts::settle_receipts;
use crate::payment::{PaymentRefusal, PaymentUnidentified};
use crate::refusal::{CommonRefusal, Refusal};
use crate::stream::StreamRef;

/// Withdraws what is left of a lot, or a part of it; what a charge took must be undone first.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct UnidentifySuspense {
    /// The payment.
    pub payment: PaymentId,
    /// The account.
    pub account: AccountId,
    /// The lot.
    pub lot: LotId,
    /// How much; absent: all that is left.
    pub amount: Option<Money>,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for UnidentifySuspense {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::of(self.amount.unwrap_or_else(|| self.rest(draft)), self.account))
    }
}

impl UnidentifySuspense {
    /// What is left of the lot.
    fn rest(&self, draft: &Draft<'_>) -> Money {
        draft.account(self.account).lot(self.lot).map_or(Money::ZERO, |lot| lot.rest)
    }
}

impl Decide for UnidentifySuspense {
    fn operation(&self) -> &'static str {
        "unidentify_suspense"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.payment.into(), self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, _) = live(draft, self.payment)?;
        if !state.lots().contains(&(self.account, self.lot)) {
            return Err(PaymentRefusal::LotMustBeOfPayment.into());
        }
        drop(state);
        let rest = self.rest(draft);
        let amount = self.amount.unwrap_or(rest);
        if !amount.is_positive() {
            return Err(CommonRefusal::AmountMustBePositive.at("/amount"));
        }
        if amount > rest {
            return Err(AccountRefusal::AmountMustNotExceedCredit.with("credit", rest).at("/amount"));
        }
        let warrant = authorise(draft, self, self.authority)?;
        let today = draft.context.today;
        withdraw(draft, self.payment, (self.account, self.lot), amount, (Some(warrant), today))?;
        settle_late_fees(draft, self.account)?;
        settle_receipts(draft, self.payment)
    }
}

/// Credit of a lot becomes suspense of its payment again; the caller amends or reverses the receipts.
///
/// # Errors
/// [`AccountRefusal::LotMustExist`].
pub(super) fn withdraw(
    draft: &mut Draft<'_>,
    payment: PaymentId,
    (account, lot): (AccountId, LotId),
    amount: Money,
    (warrant, on): (Option<Warrant>, CivilDate),
) -> Result<(), Refusal> {
    let from = draft.account(account).lot(lot).ok_or(AccountRefusal::LotMustExist)?.clone();
    let LotOrigin::Payment { channel_account, .. } = from.origin else {
        return Err(PaymentRefusal::LotMustBeOfPayment.into());
    };
    let withdrawn = CreditWithdrawn {
        account,
        lot,
        payment,
        channel_account,
        amount,
        holder: from.holder,
        fund: from.fund,
        value_on: from.value_on,
    };
    draft.push_on(account, on, withdrawn);
    let (approved, seen) = warrant.map(Warrant::parts).unzip();
    let seen = seen.unwrap_or_default();
    draft.push_on(payment, on, PaymentUnidentified { account, lot, amount, approved, seen });
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, month, told};
    use crate::approval::fixture::limit;
    use crate::payment::fixture::{payment, rests, story, to_account, transfer};

    #[test]
    fn only_unspent_credit_goes_back_and_the_receipt_shrinks() {
        let mut story = story();
        charge(&mut story, month("2026-01", "40.00"));
        let paid = payment(&mut story, &transfer("T1", "100.00", "2026-01-01", to_account(1)));
        let lot = story.draft().account(account(1)).lots().next().unwrap().lot;
        let command =
            UnidentifySuspense { payment: paid, account: account(1), lot, amount: None, authority: limit("100.00") };
        let more = UnidentifySuspense { amount: Some("60.01".parse().unwrap()), ..command.clone() };
        assert_eq!(story.refused(&more), "amount_must_not_exceed_credit");
        let elsewhere = UnidentifySuspense { account: account(2), ..command.clone() };
        assert_eq!(story.refused(&elsewhere), "lot_must_be_of_payment");
        assert_eq!(
            told(&story.accepted(&command)),
            [
                "withdrawn 60.00",
                "unidentified 60.00",
                "receipt_reversed",
                "receipt_numbered",
                "receipt TESTF2026-000002 40.00"
            ]
        );
        assert_eq!(story.draft().payment(paid).suspense().to_string(), "60.00");
        assert_eq!(rests(&story, account(1)), ["0.00"]);
        assert_eq!(story.refused(&command), "amount_must_be_positive");
    }
}
