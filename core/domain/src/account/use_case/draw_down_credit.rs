//! Spends an account's free credit on its open charges 冲抵, as posting and closing do by themselves.

use super::must_exist;
use crate::account::AccountRefusal;
use crate::account::draw_down::draw_down;
use crate::draft::{Decide, Draft};
use crate::id::AccountId;
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// Draws free credit down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawDownCredit {
    /// The account.
    pub account: AccountId,
}

impl Decide for DrawDownCredit {
    fn operation(&self) -> &'static str {
        "draw_down_credit"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.account.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_exist(draft, self.account)?;
        let drawn = draw_down(draft, self.account)?;
        if drawn.is_positive() { Ok(()) } else { Err(AccountRefusal::CreditMustPayACharge.into()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, credit, lot, month, story, told};
    use crate::account::{CreditReceived, ReleaseCredit};

    #[test]
    fn credit_that_is_kept_back_is_drawn_down_once_released() {
        let mut story = story();
        charge(&mut story, month("2026-01", "100.00"));
        let kept = CreditReceived { held_back: true, ..credit(1, "60.00", "2026-01-01") };
        let mut story = story.given(account(1), kept);
        let draw = DrawDownCredit { account: account(1) };
        assert_eq!(story.refused(&draw), "credit_must_pay_a_charge");
        let release = ReleaseCredit { account: account(1), lot: lot(1) };
        story.accepted(&release);
        assert_eq!(story.refused(&release), "credit_must_be_held_back");
        assert_eq!(told(&story.accepted(&draw)), ["paid 60.00 by d001"]);
        assert_eq!(story.refused(&DrawDownCredit { account: account(9) }), "account_must_exist");
    }
}
