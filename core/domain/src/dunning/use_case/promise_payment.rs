//! Records that a party promised 承诺 to pay by a day: reminders stop until then, and limitation is interrupted.

use super::{claims, opened};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::dunning::{DunningRefusal, PaymentPromised};
use crate::id::{AccountId, DunningId, PartyId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// The longest that a promise stops reminders.
const MAX_DAYS: u32 = 365;

/// A promise to pay everything of a party that is open, overdue and undisputed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromisePayment {
    /// The account.
    pub account: AccountId,
    /// Who promised.
    pub party: PartyId,
    /// The last day of the promise.
    pub pay_by: CivilDate,
}

impl Decide for PromisePayment {
    fn operation(&self) -> &'static str {
        "promise_payment"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into(), DunningId::of_account(self.account).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        opened(draft, self.account)?;
        let today = draft.context.today;
        if self.pay_by <= today || self.pay_by > today.plus_days(MAX_DAYS) {
            return Err(DunningRefusal::DeadlineMustLieAhead.at("/pay_by"));
        }
        let (claims, amount) = claims(draft, self.account, self.party)?;
        let promised =
            PaymentPromised { account: self.account, party: self.party, claims, amount, pay_by: self.pay_by };
        draft.push(DunningId::of_account(self.account), promised);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, month, party, story};
    use crate::dunning::fixture::told;

    #[test]
    fn what_is_overdue_is_promised_by_a_day_ahead() {
        let mut story = story();
        charge(&mut story, month("2026-01", "100.00"));
        let promise =
            |pay_by: &str| PromisePayment { account: account(1), party: party(1), pay_by: pay_by.parse().unwrap() };
        assert_eq!(story.refused(&promise("2026-01-10")), "party_must_be_in_arrears");
        let mut story = story.on("2026-03-05");
        assert_eq!(story.refused(&promise("2026-03-05")), "deadline_must_lie_ahead");
        assert_eq!(told(&story.accepted(&promise("2026-03-31"))), ["promised 100.00 of 1 by 2026-03-31"]);
    }
}
