//! Reopens 反结账 the month that was closed last: requested by one, approved by another.

use crate::approval::{Authority, Stake, Staked, authorise};
use crate::books::{BooksRefusal, PeriodReopened};
use crate::calendar::Month;
use crate::draft::{Decide, Draft};
use crate::id::BooksId;
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;
use crate::value::{Count, Label};

/// Opens the month that was closed last; when it is closed again, its figures have a new version.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReopenPeriod {
    /// The month.
    pub period: Month,
    /// Why.
    pub reason: Label,
    /// On whose word; never a limit alone.
    #[serde(skip)]
    pub authority: Authority,
}

impl Staked for ReopenPeriod {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        self.must_be_last_closed(draft)?;
        Ok(Stake { always_approved: true, ..Stake::default() })
    }
}

impl ReopenPeriod {
    /// The version of its figures.
    fn must_be_last_closed(&self, draft: &Draft<'_>) -> Result<Count, Refusal> {
        let books = draft.books(BooksId::of_ledger(draft.context.ledger_id));
        match books.closed_through() {
            Some(last) if last == self.period => Ok(Count(books.version(last))),
            Some(last) => Err(BooksRefusal::PeriodMustBeLastClosed.with("last_closed", last).at("/period")),
            None => Err(BooksRefusal::PeriodMustBeLastClosed.at("/period")),
        }
    }
}

impl Decide for ReopenPeriod {
    fn operation(&self) -> &'static str {
        "reopen_period"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let version = self.must_be_last_closed(draft)?;
        let warrant = authorise(draft, self, self.authority)?;
        let reopened = PeriodReopened {
            period: self.period,
            version,
            reason: self.reason.clone(),
            approved: warrant.approved,
            seen: warrant.seen,
        };
        draft.push(BooksId::of_ledger(draft.context.ledger_id), reopened);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::fixture::{approved, limit};
    use crate::books::BooksEvent;
    use crate::books::fixture::close;
    use crate::stream::Event;
    use crate::testing::Story;

    fn reopen(period: &str) -> ReopenPeriod {
        ReopenPeriod {
            period: period.parse().unwrap(),
            reason: "a bill run was missing".parse().unwrap(),
            authority: Authority::default(),
        }
    }

    #[test]
    fn two_people_reopen_the_month_closed_last_and_its_figures_get_a_new_version() {
        let mut story = Story::new().in_ledger(LedgerKind::Community).on("2026-03-01");
        assert_eq!(story.refused(&reopen("2026-01")), "period_must_be_last_closed");
        story.accepted(&close("2026-01"));
        story.accepted(&close("2026-02"));
        assert_eq!(story.refused(&reopen("2026-01")), "period_must_be_last_closed");
        assert_eq!(story.refused(&reopen("2026-02")), "approval_must_be_given");
        let alone = ReopenPeriod { authority: limit("1000000.00"), ..reopen("2026-02") };
        assert_eq!(story.refused(&alone), "approval_must_be_given");
        let authority = approved(&mut story, &reopen("2026-02"));
        story.accepted(&ReopenPeriod { authority, ..reopen("2026-02") });
        let again = story.accepted(&close("2026-02"));
        let Event::Books(BooksEvent::PeriodClosed(closed)) = &again[1] else { unreachable!() };
        assert_eq!(closed.version, Count(2));
        let used = ReopenPeriod { authority, ..reopen("2026-02") };
        assert_eq!(story.refused(&used), "approval_must_be_granted");
    }
}
