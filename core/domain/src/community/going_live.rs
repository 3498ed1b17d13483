//! What may count before a community goes live: openings, on the day before, and nothing else.

use super::refusal::CommunityRefusal;
use crate::account::AccountEvent;
use crate::calendar::CivilDate;
use crate::draft::Draft;
use crate::id::CommunityId;
use crate::refusal::Refusal;
use crate::stream::Event;

/// The day on which a community goes live, once it is said.
pub(crate) fn live_on(draft: &Draft<'_>) -> Option<CivilDate> {
    draft.community(CommunityId(draft.context.ledger_id.uuid())).go_live_on()
}

/// The day on which openings count: the one before going live.
///
/// # Errors
/// [`CommunityRefusal::GoLiveMustBeSet`].
pub(crate) fn opening_day(draft: &Draft<'_>) -> Result<CivilDate, Refusal> {
    Ok(live_on(draft).ok_or(CommunityRefusal::GoLiveMustBeSet)?.day_before())
}

/// Refuses money that is not an opening and counts before the community is live, whatever command decided it: asked of
/// every decision before it is written.
///
/// # Errors
/// [`CommunityRefusal::MoneyMustNotPrecedeGoLive`].
pub fn must_be_live(draft: &Draft<'_>) -> Result<(), Refusal> {
    let mut money =
        draft.events().iter().filter(|event| event.postings.is_some() && !is_opening(&event.event)).peekable();
    if money.peek().is_none() {
        return Ok(());
    }
    let Some(live) = live_on(draft) else { return Ok(()) };
    match money.find(|event| event.effective_on < live) {
        Some(_) => Err(CommunityRefusal::MoneyMustNotPrecedeGoLive.with("go_live_on", live)),
        None => Ok(()),
    }
}

/// True for what stands in the books from the old ones, or takes it back.
pub fn is_opening(event: &Event) -> bool {
    matches!(
        event,
        Event::Account(
            AccountEvent::OpeningChargePosted(_)
                | AccountEvent::OpeningChargeReversed(_)
                | AccountEvent::OpeningCreditPosted(_)
                | AccountEvent::OpeningCreditReversed(_)
                | AccountEvent::OpeningDepositPosted(_)
                | AccountEvent::OpeningDepositReversed(_)
        )
    )
}
