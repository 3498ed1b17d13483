//! Demands 催告 what a party owes and has not paid, with amounts and a deadline.

use super::{claims, must_not_be_stopped, opened};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::dunning::{DunningRefusal, FormalDemandSent};
use crate::id::{AccountId, DunningId, PartyId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// The longest deadline.
const MAX_DAYS: u32 = 365;

/// Sends a formal demand for everything of a party that is open, overdue and undisputed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SendFormalDemand {
    /// The account.
    pub account: AccountId,
    /// Who owes, or pays by contract.
    pub party: PartyId,
    /// The last day to pay.
    pub pay_by: CivilDate,
}

impl Decide for SendFormalDemand {
    fn operation(&self) -> &'static str {
        "send_formal_demand"
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
        must_not_be_stopped(draft, self.account, self.party)?;
        let (claims, amount) = claims(draft, self.account, self.party)?;
        let demand = draft.mint("formal_demand");
        let sent =
            FormalDemandSent { account: self.account, demand, party: self.party, claims, amount, pay_by: self.pay_by };
        draft.push(DunningId::of_account(self.account), sent);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::ChargeSpec;
    use crate::account::fixture::{account, charge, month, party, story};
    use crate::dunning::fixture::told;
    use crate::dunning::{DisputeCharge, PromisePayment, SettleDispute, StopDunning, StopReason};

    fn demand(pay_by: &str) -> SendFormalDemand {
        SendFormalDemand { account: account(1), party: party(1), pay_by: pay_by.parse().unwrap() }
    }

    #[test]
    fn what_is_overdue_and_undisputed_is_demanded_with_a_deadline() {
        let mut story = story();
        let first = charge(&mut story, month("2026-01", "100.00"));
        charge(&mut story, month("2026-02", "50.00"));
        charge(&mut story, month("2026-03", "25.00"));
        charge(&mut story, ChargeSpec { obligor: party(3), ..month("2026-04", "7.00") });
        let mut story = story.on("2026-03-05");
        assert_eq!(told(&story.accepted(&demand("2026-03-20"))), ["demanded 150.00 of 2 by 2026-03-20"]);
        for late in ["2026-03-05", "2027-03-06"] {
            assert_eq!(story.refused(&demand(late)), "deadline_must_lie_ahead");
        }
        let nobody = SendFormalDemand { party: party(2), ..demand("2026-03-20") };
        assert_eq!(story.refused(&nobody), "party_must_be_in_arrears");
        let elsewhere = SendFormalDemand { account: account(9), ..demand("2026-03-20") };
        assert_eq!(story.refused(&elsewhere), "account_must_exist");
        let dispute = DisputeCharge { account: account(1), charge: first, reason: "no lift".parse().unwrap() };
        story.accepted(&dispute);
        assert_eq!(told(&story.accepted(&demand("2026-03-20"))), ["demanded 50.00 of 1 by 2026-03-20"]);
        story.accepted(&SettleDispute { account: account(1), charge: first, reason: "agreed".parse().unwrap() });
        assert_eq!(told(&story.accepted(&demand("2026-03-20"))), ["demanded 150.00 of 2 by 2026-03-20"]);
    }

    #[test]
    fn whoever_promised_or_died_is_not_pressed() {
        let mut story = story();
        charge(&mut story, month("2026-01", "100.00"));
        let mut story = story.on("2026-03-05");
        let pay_by = "2026-03-10".parse().unwrap();
        story.accepted(&PromisePayment { account: account(1), party: party(1), pay_by });
        assert_eq!(story.refused(&demand("2026-03-20")), "dunning_must_not_be_stopped");
        let mut story = story.on("2026-03-11");
        story.accepted(&demand("2026-03-20"));
        let because = StopReason::Deceased;
        story.accepted(&StopDunning { account: account(1), party: party(1), because: Some(because) });
        assert_eq!(story.refused(&demand("2026-03-20")), "dunning_must_not_be_stopped");
    }
}
