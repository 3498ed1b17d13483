//! Records that a formal demand 催告 was delivered, with a commitment to the evidence: that interrupts limitation.

use super::opened;
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::dunning::{DunningRefusal, FormalDemandDelivered};
use crate::id::{AccountId, DunningId, FormalDemandId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Digest;

/// A formal demand was delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordDemandDelivery {
    /// The account.
    pub account: AccountId,
    /// The demand.
    pub demand: FormalDemandId,
    /// The day it reached the party.
    pub delivered_on: CivilDate,
    /// Commitment to the evidence, such as the SHA-256 of the signed advice of delivery.
    pub evidence: Digest,
}

impl Decide for RecordDemandDelivery {
    fn operation(&self) -> &'static str {
        "record_demand_delivery"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into(), DunningId::of_account(self.account).into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        opened(draft, self.account)?;
        let dunning = draft.dunning(DunningId::of_account(self.account));
        let demand = dunning.demand(self.demand).ok_or(DunningRefusal::FormalDemandMustExist)?.clone();
        drop(dunning);
        if demand.delivered_on.is_some() {
            return Err(DunningRefusal::FormalDemandMustNotBeDelivered.into());
        }
        if self.delivered_on < demand.sent_on || self.delivered_on > draft.context.today {
            return Err(DunningRefusal::DeliveryMustFollowSending.with("sent_on", demand.sent_on).at("/delivered_on"));
        }
        let delivered = FormalDemandDelivered {
            account: self.account,
            demand: self.demand,
            party: demand.party,
            charges: demand.charges,
            delivered_on: self.delivered_on,
            evidence: self.evidence,
        };
        draft.push(DunningId::of_account(self.account), delivered);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, month, party, story};
    use crate::dunning::fixture::told;
    use crate::dunning::{DunningEvent, SendFormalDemand};
    use crate::stream::Event;
    use crate::testing::uuid;

    #[test]
    fn a_demand_is_delivered_once_after_it_was_sent() {
        let mut story = story();
        charge(&mut story, month("2026-01", "100.00"));
        let mut story = story.on("2026-03-05");
        let pay_by = "2026-03-20".parse().unwrap();
        let sent = story.accepted(&SendFormalDemand { account: account(1), party: party(1), pay_by });
        let Event::Dunning(DunningEvent::FormalDemandSent(sent)) = &sent[0] else { unreachable!() };
        let deliver = |on: &str| RecordDemandDelivery {
            account: account(1),
            demand: sent.demand,
            delivered_on: on.parse().unwrap(),
            evidence: Digest([7; 32]),
        };
        let mut story = story.on("2026-03-09");
        for on in ["2026-03-04", "2026-03-10"] {
            assert_eq!(story.refused(&deliver(on)), "delivery_must_follow_sending");
        }
        assert_eq!(told(&story.accepted(&deliver("2026-03-07"))), ["delivered of 1 on 2026-03-07"]);
        assert_eq!(story.refused(&deliver("2026-03-07")), "formal_demand_must_not_be_delivered");
        let unknown = RecordDemandDelivery { demand: uuid(9).into(), ..deliver("2026-03-07") };
        assert_eq!(story.refused(&unknown), "formal_demand_must_exist");
    }
}
