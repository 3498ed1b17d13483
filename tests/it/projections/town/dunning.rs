//! What is demanded, promised and disputed in the town.

use super::Town;
use mingzhang_domain::dunning::{
    Claim, DisputeRaised, DisputeSettled, FormalDemandDelivered, FormalDemandSent, PaymentPromised,
};
use mingzhang_domain::id::{DunningId, FormalDemandId};
use mingzhang_domain::value::Digest;

impl Town {
    /// An open charge is demanded and perhaps the demand delivered, or it is promised, or disputed for a while.
    pub(super) fn press(&mut self) {
        let Some(index) = self.open_charge() else { return };
        let (charge, booking, open) = {
            let have = &self.charges[index];
            (have.charge, have.booking.clone(), have.open)
        };
        let (account, party, claims) = (booking.account, booking.obligor, vec![Claim { charge, open }]);
        let (stream, pay_by) = (DunningId::of_account(account).into(), self.today.plus_days(14));
        match self.below(4) {
            0 | 1 => {
                let demand = FormalDemandId(self.id());
                let sent = FormalDemandSent { account, demand, party, claims, amount: open, pay_by };
                self.push(stream, sent.into());
                if self.below(2) == 0 {
                    let (delivered_on, evidence, charges) = (self.today, Digest([5; 32]), vec![charge]);
                    let delivered = FormalDemandDelivered { account, demand, party, charges, delivered_on, evidence };
                    self.push(stream, delivered.into());
                }
            }
            2 => self.push(stream, PaymentPromised { account, party, claims, amount: open, pay_by }.into()),
            _ => {
                let reason: mingzhang_domain::value::Label = "电梯停运".parse().unwrap();
                self.push(stream, DisputeRaised { account, charge, party, reason: reason.clone() }.into());
                if self.below(2) == 0 {
                    self.push(stream, DisputeSettled { account, charge, reason }.into());
                }
            }
        }
    }
}
