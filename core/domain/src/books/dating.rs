//! Which day and which month a money fact counts in, once months are closed.
//!
//! The periods are read only for what is dated before the month of today: a closed month is over.

use super::refusal::BooksRefusal;
use super::state::BooksState;
use crate::calendar::{CivilDate, Month};
use crate::community::live_on;
use crate::draft::Draft;
use crate::id::BooksId;
use crate::refusal::Refusal;
use std::sync::Arc;

/// The day on which counts what happened outside on a day: that day, or the first open one when its month is closed, or the
/// first at all of a community that was not live yet.
pub(crate) fn outside_on(draft: &Draft<'_>, happened_on: CivilDate) -> CivilDate {
    let books = books_of(draft, happened_on.month());
    let first_open = books.and_then(|books| books.first_open_day());
    let happened_on = live_on(draft).map_or(happened_on, |live| happened_on.max(live));
    first_open.map_or(happened_on, |first| happened_on.max(first))
}

/// The period of a charge whose service, reading or event is of a month: that month, or the first open one.
pub(crate) fn open_period(draft: &Draft<'_>, month: Month) -> Month {
    let books = books_of(draft, month);
    let first_open = books.and_then(|books| books.first_open_month());
    first_open.map_or(month, |first| month.max(first))
}

/// Refuses facts that post and are dated in a closed month, whatever command decided them: the guard behind the commands'
/// own dating, asked of every decision before it is written.
///
/// # Errors
/// [`BooksRefusal::PeriodMustBeOpen`].
pub fn must_be_open(draft: &Draft<'_>) -> Result<(), Refusal> {
    for event in draft.events().iter().filter(|event| event.postings.is_some()) {
        let month = event.effective_on.month();
        if books_of(draft, month).is_some_and(|books| books.is_closed(month)) {
            return Err(BooksRefusal::PeriodMustBeOpen.with("period", month));
        }
    }
    Ok(())
}

/// Refuses a month that is closed, as the first of something that books of it would show.
pub(super) fn month_must_be_open(draft: &Draft<'_>, from: Month) -> Result<(), Refusal> {
    let books = draft.books(BooksId::of_ledger(draft.context.ledger_id));
    let closed = books.closed_through().filter(|last| from <= *last);
    closed.map_or(Ok(()), |last| Err(BooksRefusal::PeriodMustBeOpen.with("closed_through", last).at("/from")))
}

/// The periods, if the month can be closed at all.
fn books_of(draft: &Draft<'_>, month: Month) -> Option<Arc<BooksState>> {
    let over = month < draft.context.today.month();
    over.then(|| draft.books(BooksId::of_ledger(draft.context.ledger_id)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{Post, account, charge, month, told};
    use crate::account::{ApproveRefund, SettleRefund};
    use crate::approval::fixture::limit;
    use crate::books::PeriodClosed;
    use crate::draft::{Decide, NewEvent};
    use crate::payment::fixture::{bank, payment, story, to_account, transfer};
    use crate::payment::{ReturnSuspense, Spending};
    use crate::testing::Story;
    use crate::value::Count;

    /// January 2026 is closed, and it is 5 February.
    fn closed() -> Story {
        let mut story = story();
        charge(&mut story, month("2026-01", "100.00"));
        close(story).on("2026-02-05")
    }

    fn close(story: Story) -> Story {
        let books = BooksId::of_ledger(story.ledger_id());
        story.given(books, PeriodClosed { period: "2026-01".parse().unwrap(), version: Count(1) })
    }

    fn days(events: &[NewEvent]) -> Vec<String> {
        let mut days: Vec<String> = events
            .iter()
            .filter(|event| event.postings.is_some())
            .map(|event| event.effective_on.to_string())
            .collect();
        days.dedup();
        days
    }

    #[test]
    fn what_happened_outside_in_a_closed_month_counts_on_the_first_open_day() {
        let mut story = closed();
        let late = story.when(&transfer("T1", "60.00", "2026-01-20", to_account(1))).unwrap();
        assert_eq!(days(&late), ["2026-02-01"], "a bank line");
        let fresh = story.when(&transfer("T2", "10.00", "2026-02-03", to_account(1))).unwrap();
        assert_eq!(days(&fresh), ["2026-02-03"]);
        let credit = story.draft().account(account(1)).lots().map(|lot| lot.value_on.to_string()).collect::<Vec<_>>();
        assert!(credit.contains(&"2026-01-20".to_owned()), "its value date stays");
    }

    #[test]
    fn money_that_left_in_a_closed_month_counts_on_the_first_open_day() {
        let mut story = story();
        let waiting = payment(&mut story, &transfer("T1", "50.00", "2026-01-01", Spending::default()));
        charge(&mut story, month("2026-01", "10.00"));
        story.accepted(&transfer("T2", "80.00", "2026-01-01", to_account(1)));
        let lot = story.draft().account(account(1)).lots().next().unwrap().lot;
        let refund = ApproveRefund {
            account: account(1),
            lot,
            amount: "5.00".parse().unwrap(),
            payee: None,
            evidence: None,
            reason: "moved away".parse().unwrap(),
            authority: limit("5.00"),
        };
        story.accepted(&refund);
        let refund = story.draft().account(account(1)).refunds().next().unwrap().refund;
        let mut story = close(story).on("2026-02-05");
        let value_on = "2026-01-31".parse().unwrap();
        let settle =
            SettleRefund { account: account(1), refund, channel: bank(), shift: None, reference: None, value_on };
        assert_eq!(days(&story.when(&settle).unwrap()), ["2026-02-01"]);
        let back = ReturnSuspense {
            payment: waiting,
            amount: "50.00".parse().unwrap(),
            channel: bank(),
            shift: None,
            reference: None,
            value_on,
            reason: "sent by mistake".parse().unwrap(),
            authority: limit("50.00"),
        };
        assert_eq!(days(&story.when(&back).unwrap()), ["2026-02-01"]);
    }

    #[test]
    fn a_charge_of_a_closed_month_stands_in_the_first_open_one() {
        let mut story = closed();
        story.accepted(&Post(account(2), vec![month("2026-01", "40.00"), month("2026-03", "40.00")]));
        let state = story.draft().account(account(2));
        let periods: Vec<String> = state.charges().map(|charge| charge.booking.period.to_string()).collect();
        let services: Vec<String> = state.charges().map(|charge| charge.service.from().to_string()).collect();
        let sorted = |mut all: Vec<String>| {
            all.sort();
            all
        };
        assert_eq!(sorted(periods), ["2026-02", "2026-03"]);
        assert_eq!(sorted(services), ["2026-01-01", "2026-03-01"], "its service time stays");
    }

    /// Dates a fact as no command does.
    #[derive(Debug)]
    struct Backdate(CivilDate);

    impl Decide for Backdate {
        fn operation(&self) -> &'static str {
            "backdate"
        }
        fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
            draft.push_on(account(1), self.0, crate::account::fixture::credit(9, "1.00", "2026-01-31"));
            draft.push_on(account(1), self.0, crate::account::CreditReleased { lot: crate::account::fixture::lot(9) });
            Ok(())
        }
    }

    #[test]
    fn a_fact_that_posts_into_a_closed_month_is_refused_whatever_decided_it() {
        let mut story = closed();
        assert_eq!(story.refused(&Backdate("2026-01-31".parse().unwrap())), "period_must_be_open");
        assert_eq!(story.refused(&Backdate("2025-12-31".parse().unwrap())), "period_must_be_open");
        let accepted = story.accepted(&Backdate("2026-02-01".parse().unwrap()));
        assert_eq!(told(&accepted).len(), 2);
    }
}
