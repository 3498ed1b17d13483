//! Closes a month of the books: in order, and only once it is over. What was unearned of it is released before.

use crate::books::{BooksRefusal, BooksState, PeriodClosed};
use crate::calendar::Month;
use crate::draft::{Decide, Draft};
use crate::id::{BooksId, CommunityId};
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;
use crate::value::Count;

/// Bars a month: nothing that posts is dated in it from here on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosePeriod {
    /// The month.
    pub period: Month,
}

impl Decide for ClosePeriod {
    fn operation(&self) -> &'static str {
        "close_period"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let stream = BooksId::of_ledger(draft.context.ledger_id);
        let books = draft.books(stream);
        must_be_closable(draft, &books, self.period)?;
        let version = Count(books.version(self.period).saturating_add(1));
        draft.push(stream, PeriodClosed { period: self.period, version });
        Ok(())
    }
}

/// Refuses a month that is closed, not over or not the next.
pub(super) fn must_be_closable(draft: &Draft<'_>, books: &BooksState, period: Month) -> Result<(), Refusal> {
    if books.is_closed(period) {
        return Err(BooksRefusal::PeriodMustBeOpen.at("/period"));
    }
    if period >= draft.context.today.month() {
        return Err(BooksRefusal::PeriodMustBeOver.at("/period"));
    }
    match books.first_open_month().or_else(|| first_month(draft)) {
        Some(next) if next != period => Err(BooksRefusal::PeriodMustBeNext.with("next", next).at("/period")),
        Some(_) | None => Ok(()),
    }
}

/// The month that is closed first: that of the openings, which are dated the day before going live. Without such a day it is
/// any month, and those before are closed with it.
fn first_month(draft: &Draft<'_>) -> Option<Month> {
    let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
    community.go_live_on().map(|day| day.day_before().month())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::community::SetCommunityRules;
    use crate::testing::Story;

    fn close(period: &str) -> ClosePeriod {
        ClosePeriod { period: period.parse().unwrap() }
    }

    /// A community that goes live on a day, if it has one.
    fn story(go_live_on: Option<&str>) -> Story {
        let mut story = Story::new().in_ledger(LedgerKind::Community);
        let rules = SetCommunityRules {
            allocation_policy: crate::community::AllocationPolicy::PrincipalFirst,
            notice_days: Count(0),
            go_live_on: go_live_on.and_then(|day| day.parse().ok()),
        };
        story.accepted(&rules);
        story
    }

    #[test]
    fn months_are_closed_in_order_once_they_are_over() {
        let mut story = story(Some("2026-01-15"));
        assert_eq!(story.refused(&close("2026-01")), "period_must_be_over");
        let mut story = story.on("2026-03-01");
        assert_eq!(story.refused(&close("2026-02")), "period_must_be_next");
        assert_eq!(story.refused(&close("2025-12")), "period_must_be_next");
        story.accepted(&close("2026-01"));
        assert_eq!(story.refused(&close("2026-01")), "period_must_be_open");
        assert_eq!(story.refused(&close("2025-12")), "period_must_be_open");
        assert_eq!(story.refused(&close("2026-03")), "period_must_be_over");
        story.accepted(&close("2026-02"));
        assert_eq!(story.draft().books(BooksId::of_ledger(story.ledger_id())).closed_through(), "2026-02".parse().ok());
    }

    #[test]
    fn the_first_month_is_that_of_the_openings_or_any_without_a_day_of_going_live() {
        let mut live = story(Some("2026-02-01")).on("2026-04-01");
        assert_eq!(live.refused(&close("2026-02")), "period_must_be_next");
        live.accepted(&close("2026-01"));
        live.accepted(&close("2026-02"));
        let mut without = story(None).on("2026-04-01");
        without.accepted(&close("2026-02"));
        assert_eq!(without.refused(&close("2026-01")), "period_must_be_open", "closed with the first");
        without.accepted(&close("2026-03"));
    }

    #[test]
    fn only_a_community_has_periods() {
        let mut story = Story::new().in_ledger(LedgerKind::Company).on("2026-03-01");
        assert_eq!(story.refused(&close("2026-01")), "ledger_must_be_of_kind");
    }
}
