//! Which months are closed while the rows are followed in order: nothing that posts is dated in one, and nothing waited
//! for a month, unearned or with its tax pending, when it was closed.

use mingzhang_domain::book::Book;
use mingzhang_domain::books::BooksEvent;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::money::Money;
use mingzhang_domain::stream::Event;
use std::collections::{BTreeMap, BTreeSet};

/// What a row has to do with periods.
#[derive(Debug, Clone)]
pub(super) enum Dated {
    /// It posts on a day; with what of it waits for which month.
    Posts(CivilDate, Vec<(Month, Book, Money)>),
    /// It closes a month.
    Closes(Month),
    /// It opens a month again.
    Reopens(Month),
    /// Nothing.
    Otherwise,
}

impl Dated {
    pub(super) fn of(recorded: &Recorded) -> Self {
        if let Event::Books(fact) = &recorded.event {
            match fact {
                BooksEvent::PeriodClosed(closed) => return Self::Closes(closed.period),
                BooksEvent::PeriodReopened(reopened) => return Self::Reopens(reopened.period),
                BooksEvent::AllowanceSet(_) | BooksEvent::RevenueReleased(_) | BooksEvent::TaxPointReached(_) => {}
            }
        }
        let Some(lines) = &recorded.postings else { return Self::Otherwise };
        let waits = lines.iter().filter(|line| matches!(line.book, Book::Unearned | Book::VatPending));
        let waits = waits.filter_map(|line| line.period.map(|month| (month, line.book, line.amount)));
        Self::Posts(recorded.effective_on, waits.collect())
    }
}

/// The months closed in the prefix read so far, and what waits for which.
#[derive(Debug, Default)]
pub(super) struct Periods {
    closed: BTreeSet<Month>,
    waiting: BTreeMap<Month, Waiting>,
}

/// Unearned and pending tax of a month.
#[derive(Debug, Default)]
struct Waiting {
    unearned: Money,
    vat_pending: Money,
}

impl Periods {
    /// Takes the next row; says what is wrong with it.
    pub(super) fn follow(&mut self, dated: &Dated) -> Option<String> {
        match dated {
            Dated::Closes(month) => {
                self.closed.insert(*month);
                let left = self.waiting.get(month)?;
                let waits = !left.unearned.is_zero() || !left.vat_pending.is_zero();
                waits.then(|| format!("it closes {month}, for which revenue or tax still waits"))
            }
            Dated::Reopens(month) => {
                self.closed.remove(month);
                None
            }
            Dated::Posts(day, waits) => {
                for (month, book, amount) in waits {
                    let sums = self.waiting.entry(*month).or_default();
                    let sum = if *book == Book::Unearned { &mut sums.unearned } else { &mut sums.vat_pending };
                    *sum = sum.fold(*amount);
                }
                let month = day.month();
                let barred = self.closed.last().is_some_and(|last| month <= *last);
                barred.then(|| format!("it posts into {month}, which was closed before"))
            }
            Dated::Otherwise => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts(periods: &mut Periods, day: &str) -> bool {
        periods.follow(&Dated::Posts(day.parse().unwrap(), Vec::new())).is_some()
    }

    #[test]
    fn what_posts_into_a_closed_month_is_found() {
        let mut periods = Periods::default();
        assert!(!posts(&mut periods, "2026-01-31"));
        let (january, february) = ("2026-01".parse().unwrap(), "2026-02".parse().unwrap());
        assert_eq!(periods.follow(&Dated::Closes(january)), None);
        assert_eq!(periods.follow(&Dated::Closes(february)), None);
        assert!(posts(&mut periods, "2026-01-31"));
        assert!(posts(&mut periods, "2025-06-01"), "what lies before is closed with it");
        assert!(!posts(&mut periods, "2026-03-01"));
        periods.follow(&Dated::Reopens(february));
        assert!(!posts(&mut periods, "2026-02-28"));
        assert!(posts(&mut periods, "2026-01-31"));
    }

    #[test]
    fn a_month_closed_while_revenue_or_tax_waits_for_it_is_found() {
        let january: Month = "2026-01".parse().unwrap();
        for book in [Book::Unearned, Book::VatPending] {
            let mut periods = Periods::default();
            let amount: Money = "-1.00".parse().unwrap();
            let day = "2026-01-05".parse().unwrap();
            periods.follow(&Dated::Posts(day, vec![(january, book, amount)]));
            assert!(periods.follow(&Dated::Closes(january)).is_some(), "{book}");
            periods.follow(&Dated::Reopens(january));
            periods.follow(&Dated::Posts(day, vec![(january, book, amount.negated())]));
            assert_eq!(periods.follow(&Dated::Closes(january)), None);
        }
    }
}
