//! Lets credit that was kept back be drawn down.

use super::lot_of;
use crate::account::{AccountRefusal, CreditReleased, settle_late_fees};
use crate::draft::{Decide, Draft};
use crate::id::{AccountId, LotId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Releases a lot that its payer kept back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleaseCredit {
    /// The account.
    pub account: AccountId,
    /// The lot.
    pub lot: LotId,
}

impl Decide for ReleaseCredit {
    fn operation(&self) -> &'static str {
        "release_credit"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        if !lot_of(draft, self.account, self.lot)?.held_back {
            return Err(AccountRefusal::CreditMustBeHeldBack.into());
        }
        draft.push(self.account, CreditReleased { lot: self.lot });
        settle_late_fees(draft, self.account)
    }
}
