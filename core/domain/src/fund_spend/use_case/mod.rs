//! Commands of a spend of the maintenance fund, one file each.

mod bear_fund_shortfall;
mod discard_fund_spend;
mod open_fund_spend;
mod pay_fund_spend;
mod post_fund_spend;
mod post_fund_spend_chunk;
mod reverse_fund_spend;
mod reverse_fund_spend_chunk;
mod reverse_fund_spend_payment;

pub use bear_fund_shortfall::BearFundShortfall;
pub use discard_fund_spend::DiscardFundSpend;
pub use open_fund_spend::OpenFundSpend;
pub use pay_fund_spend::PayFundSpend;
pub use post_fund_spend::PostFundSpend;
pub use post_fund_spend_chunk::PostFundSpendChunk;
pub use reverse_fund_spend::ReverseFundSpend;
pub use reverse_fund_spend_chunk::ReverseFundSpendChunk;
pub use reverse_fund_spend_payment::ReverseFundSpendPayment;

use super::event::FundSpendOpened;
use super::refusal::FundSpendRefusal;
use super::state::{FundSpendStage, FundSpendState};
use crate::account::FundSpent;
use crate::draft::Draft;
use crate::id::{FundSpendId, UnitId};
use crate::money::Money;
use crate::refusal::Refusal;
use std::sync::Arc;

/// A spend that was opened: its fold, what was said then, and where it stands.
type Opened = (Arc<FundSpendState>, Arc<FundSpendOpened>, FundSpendStage);

fn opened(draft: &Draft<'_>, spend: FundSpendId) -> Result<Opened, Refusal> {
    let state = draft.fund_spend(spend);
    let (Some(opened), Some(stage)) = (state.opened().cloned(), state.stage()) else {
        return Err(FundSpendRefusal::FundSpendMustExist.into());
    };
    Ok((state, opened, stage))
}

/// A spend of which every share is borne or listed.
fn posted(draft: &Draft<'_>, spend: FundSpendId) -> Result<(Arc<FundSpendState>, Arc<FundSpendOpened>), Refusal> {
    let (state, opened, stage) = opened(draft, spend)?;
    match stage {
        FundSpendStage::Posted => Ok((state, opened)),
        FundSpendStage::Open
        | FundSpendStage::Posting
        | FundSpendStage::Reversing
        | FundSpendStage::Reversed
        | FundSpendStage::Discarded => Err(FundSpendRefusal::FundSpendMustStand.with("stage", stage)),
    }
}

/// Takes so much of a unit's fund as there is of it, and answers how much.
fn bear(draft: &mut Draft<'_>, (spend, opened): (FundSpendId, &FundSpendOpened), unit: UnitId, wanted: Money) -> Money {
    let Some(account) = draft.unit(unit).registered().map(|registered| registered.account) else { return Money::ZERO };
    let amount = wanted.min(draft.account(account).fund().balance());
    if amount.is_positive() {
        draft.push(account, FundSpent { account, spend, supplier: opened.supplier, amount });
    }
    amount
}
