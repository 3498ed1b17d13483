//! The publication of a spend 公示: what for, the vote, every share by unit code, what was not there. No names of owners.

use super::event::OwnersVote;
use super::state::{FundSpendStage, FundSpendState};
use crate::calendar::CivilDate;
use crate::money::Money;
use crate::rule::apportionment::{Bearer, apportion};
use crate::value::{Code, Digest, Exact, Label};
use serde::Serialize;

/// What every owner may see of a spend; before it is posted, its preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FundSpendPublished {
    /// Where it stands.
    pub status: FundSpendStage,
    /// What for.
    pub purpose: Label,
    /// Name of the supplier.
    pub supplier: Label,
    /// Commitment to the documents.
    pub document: Digest,
    /// What the owners decided.
    pub vote: OwnersVote,
    /// Which units bear it, in words.
    pub scope: String,
    /// The day whose areas count.
    pub on: CivilDate,
    /// How much.
    pub amount: Money,
    /// What all areas come to.
    pub total_area: Exact,
    /// What units bore.
    pub borne: Money,
    /// What units did not have.
    pub short: Money,
    /// What the supplier was paid.
    pub paid: Money,
    /// The shares, in the order of unit codes.
    pub shares: Vec<PublishedFundShare>,
    /// Amount and areas, shared out again, give these shares.
    pub equal: bool,
}

/// A share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedFundShare {
    /// The unit's code on the day.
    pub code: Code,
    /// Its area.
    pub area: Exact,
    /// Its share.
    pub amount: Money,
    /// What of it the unit did not have.
    pub short: Money,
}

impl FundSpendState {
    /// What is published of it; nothing until it is opened.
    pub fn published(&self) -> Option<FundSpendPublished> {
        let (opened, status) = (self.opened()?, self.stage()?);
        let shares = self.shares().map(|share| PublishedFundShare {
            code: share.code.clone(),
            area: share.area,
            amount: share.amount,
            short: self.short(share.unit),
        });
        Some(FundSpendPublished {
            status,
            purpose: opened.purpose.clone(),
            supplier: opened.name.clone(),
            document: opened.document,
            vote: opened.vote.clone(),
            scope: opened.scope.told(&opened.kinds),
            on: opened.on,
            amount: opened.amount,
            total_area: opened.total_area,
            borne: self.borne(),
            short: self.shortfall(),
            paid: self.paid(),
            shares: shares.collect(),
            equal: self.is_shared_rightly(opened.amount),
        })
    }

    /// True when the rule, asked again, says these shares.
    fn is_shared_rightly(&self, amount: Money) -> bool {
        let bearers: Vec<Bearer<&Code>> =
            self.shares().map(|share| Bearer { unit: &share.code, weight: share.area.decimal() }).collect();
        apportion(amount, &bearers).is_ok_and(|again| again.iter().eq(self.shares().map(|share| &share.amount)))
    }
}
