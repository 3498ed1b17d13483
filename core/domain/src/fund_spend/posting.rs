//! What the facts of a `fund_spend` stream post: payments of the supplier; what units bear, their accounts' facts post.

use super::event::FundSpendEvent;
use crate::account::fund_owed_line;
use crate::book::Fund;
use crate::calendar::CivilDate;
use crate::payment::money_line;
use crate::posting::Postings;

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(event: &FundSpendEvent, _effective_on: CivilDate) -> Option<Postings> {
    let (none, purse) = (Postings::new(), Fund::MaintenanceFund.purse());
    match event {
        FundSpendEvent::FundSpendPaid(e) => Some(
            none.debit(fund_owed_line(e.supplier), e.amount)
                .credit(money_line(e.channel, purse, e.channel_account), e.amount),
        ),
        FundSpendEvent::FundSpendPaymentReversed(e) => Some(
            none.debit(money_line(e.channel, purse, e.channel_account), e.amount)
                .credit(fund_owed_line(e.supplier), e.amount),
        ),
        FundSpendEvent::FundSpendOpened(_)
        | FundSpendEvent::FundSpendSharesFixed(_)
        | FundSpendEvent::FundSpendDiscarded(_)
        | FundSpendEvent::FundSpendPostingStarted(_)
        | FundSpendEvent::FundSpendChunkPosted(_)
        | FundSpendEvent::FundSpendPosted(_)
        | FundSpendEvent::FundShortfallBorne(_)
        | FundSpendEvent::FundSpendReversalStarted(_)
        | FundSpendEvent::FundSpendChunkReversed(_)
        | FundSpendEvent::FundSpendReversed(_) => None,
    }
}
