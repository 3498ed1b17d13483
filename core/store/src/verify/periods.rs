//! Which months are closed while the rows are followed in order: nothing that posts is dated in one, and nothing waited
//! for a month, unearned or with its tax pending, when it was closed. And since when a community is live: before that day
//! stand openings, on the one before, and nothing else.

use mingzhang_domain::book::Book;
use mingzhang_domain::books::BooksEvent;
use mingzhang_domain::calendar::{CivilDate, Month};
use mingzhang_domain::community::{CommunityEvent, is_opening};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::fee_item::FeeItemEvent;
use mingzhang_domain::id::FeeItemId;
use mingzhang_domain::money::Money;
use mingzhang_domain::stream::Event;
use mingzhang_domain::value::Count;
use std::collections::{BTreeMap, BTreeSet};

/// What charges: their accounting month, and their fee item.
type Of = (Month, Option<FeeItemId>);

/// What a row has to do with periods.
#[derive(Debug, Clone)]
pub(super) enum Dated {
    /// It posts on a day; with what of it waits for which month.
    Posts(CivilDate, Vec<(Of, Book, Money)>),
    /// It closes a version of a month.
    Closes(Month, Count),
    /// It seals a version of a month.
    Seals(Month, Count),
    /// It is an opening, or takes one back, and posts on a day.
    Opens(CivilDate),
    /// The community goes live on a day.
    GoesLive(CivilDate),
    /// It opens a month again.
    Reopens(Month),
    /// Says that tax of a fee item waits for no month, but for what is received or invoiced.
    WaitsElsewhere(FeeItemId),
    /// Nothing.
    Otherwise,
}

impl Dated {
    pub(super) fn of(recorded: &Recorded) -> Self {
        if let Event::Books(fact) = &recorded.event {
            match fact {
                BooksEvent::PeriodClosed(closed) => return Self::Closes(closed.period, closed.version),
                BooksEvent::PeriodSealed(sealed) => return Self::Seals(sealed.period, sealed.version),
                BooksEvent::PeriodReopened(reopened) => return Self::Reopens(reopened.period),
                BooksEvent::AllowanceSet(_)
                | BooksEvent::BankBalanceStated(_)
                | BooksEvent::BankItemStated(_)
                | BooksEvent::BankItemCleared(_)
                | BooksEvent::AllowanceRatesSet(_)
                | BooksEvent::BookCodeSet(_)
                | BooksEvent::ChartPresetSet(_)
                | BooksEvent::PeriodReviewed(_)
                | BooksEvent::RevenueReleased(_)
                | BooksEvent::TaxPointsMoved(_)
                | BooksEvent::TaxPointReached(_) => {}
            }
        }
        if let Event::Community(CommunityEvent::CommunityWentLive(live)) = &recorded.event {
            return Self::GoesLive(live.go_live_on);
        }
        if let Some(fee_item) = waits_elsewhere(recorded) {
            return Self::WaitsElsewhere(fee_item);
        }
        let Some(lines) = &recorded.postings else { return Self::Otherwise };
        if is_opening(&recorded.event) {
            return Self::Opens(recorded.effective_on);
        }
        let waits = lines.iter().filter(|line| matches!(line.book, Book::Unearned | Book::VatPending));
        let waits = waits.filter_map(|line| line.period.map(|month| ((month, line.fee_item), line.book, line.amount)));
        Self::Posts(recorded.effective_on, waits.collect())
    }
}

/// The fee item whose tax waits for what is received or invoiced from here on.
fn waits_elsewhere(recorded: &Recorded) -> Option<FeeItemId> {
    let vat = match &recorded.event {
        Event::FeeItem(FeeItemEvent::FeeItemCreated(created)) => &created.vat,
        Event::FeeItem(FeeItemEvent::FeeItemVatSet(set)) => &set.vat,
        _ => return None,
    };
    (!vat.tax_point.is_service()).then_some(FeeItemId(recorded.stream.id))
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wrong {
    /// With its day, or with what it closes.
    Period(String),
    /// With what it seals.
    Seal(String),
}

/// The months closed in the prefix read so far, and what waits for which.
#[derive(Debug, Default)]
pub(super) struct Periods {
    /// With the version, and whether it was sealed.
    closed: BTreeMap<Month, (Count, bool)>,
    live: Option<CivilDate>,
    /// By month and fee item.
    waiting: BTreeMap<Of, Waiting>,
    /// Fee items whose tax waits for no month.
    elsewhere: BTreeSet<FeeItemId>,
}

/// Unearned and pending tax of a fee item's charges of a month.
#[derive(Debug, Default)]
struct Waiting {
    unearned: Money,
    vat_pending: Money,
}

impl Periods {
    /// Takes the next row; says what is wrong with it.
    pub(super) fn follow(&mut self, dated: &Dated) -> Option<Wrong> {
        match dated {
            Dated::Closes(month, version) => {
                self.closed.insert(*month, (*version, false));
                let of_month = self.waiting.iter().filter(|((of, _), _)| of == month);
                let elsewhere = |item: &Option<FeeItemId>| item.is_some_and(|item| self.elsewhere.contains(&item));
                let waits = of_month.fold(Waiting::default(), |sum, ((_, item), left)| Waiting {
                    unearned: sum.unearned.fold(left.unearned),
                    vat_pending: if elsewhere(item) { sum.vat_pending } else { sum.vat_pending.fold(left.vat_pending) },
                });
                let waits = !waits.unearned.is_zero() || !waits.vat_pending.is_zero();
                waits.then(|| Wrong::Period(format!("it closes {month}, for which revenue or tax still waits")))
            }
            Dated::Seals(month, version) => match self.closed.get_mut(month) {
                Some((closed, sealed)) if closed == version && !*sealed => {
                    *sealed = true;
                    None
                }
                Some((closed, true)) if closed == version => {
                    Some(Wrong::Seal(format!("it seals version {} of {month} again", version.0)))
                }
                _ => Some(Wrong::Seal(format!("it seals version {} of {month}, which is not closed", version.0))),
            },
            Dated::Reopens(month) => {
                self.closed.remove(month);
                None
            }
            Dated::Posts(day, waits) => {
                for (of, book, amount) in waits {
                    let sums = self.waiting.entry(*of).or_default();
                    let sum = if *book == Book::Unearned { &mut sums.unearned } else { &mut sums.vat_pending };
                    *sum = sum.fold(*amount);
                }
                let early = self.live.is_some_and(|live| *day < live);
                self.barred(*day)
                    .or_else(|| early.then(|| Wrong::Period("it posts before the community went live".to_owned())))
            }
            Dated::Opens(day) => {
                let off = self.live.is_none_or(|live| *day < live.day_before());
                let wrong = || Wrong::Period("an opening is not of the day before going live".to_owned());
                self.barred(*day).or_else(|| off.then(wrong))
            }
            Dated::GoesLive(day) => {
                let twice = self.live.replace(*day).is_some();
                twice.then(|| Wrong::Period("the community goes live a second time".to_owned()))
            }
            Dated::WaitsElsewhere(fee_item) => {
                self.elsewhere.insert(*fee_item);
                None
            }
            Dated::Otherwise => None,
        }
    }

    fn barred(&self, day: CivilDate) -> Option<Wrong> {
        let month = day.month();
        let barred = self.closed.last_key_value().is_some_and(|(last, _)| month <= *last);
        barred.then(|| Wrong::Period(format!("it posts into {month}, which was closed before")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posts(periods: &mut Periods, day: &str) -> bool {
        periods.follow(&Dated::Posts(day.parse().unwrap(), Vec::new())).is_some()
    }

    #[test]
    fn what_posts_before_going_live_and_is_no_opening_is_found() {
        let mut periods = Periods::default();
        assert!(periods.follow(&Dated::Opens("2026-01-14".parse().unwrap())).is_some(), "nobody said the day");
        assert_eq!(periods.follow(&Dated::GoesLive("2026-01-15".parse().unwrap())), None);
        assert_eq!(periods.follow(&Dated::Opens("2026-01-14".parse().unwrap())), None);
        assert!(periods.follow(&Dated::Opens("2026-01-13".parse().unwrap())).is_some());
        assert!(posts(&mut periods, "2026-01-14"));
        assert!(!posts(&mut periods, "2026-01-15"));
        assert!(periods.follow(&Dated::GoesLive("2026-02-01".parse().unwrap())).is_some());
    }

    #[test]
    fn what_posts_into_a_closed_month_is_found() {
        let mut periods = Periods::default();
        assert!(!posts(&mut periods, "2026-01-31"));
        let (january, february) = ("2026-01".parse().unwrap(), "2026-02".parse().unwrap());
        assert_eq!(periods.follow(&Dated::Closes(january, Count(1))), None);
        assert_eq!(periods.follow(&Dated::Closes(february, Count(1))), None);
        assert!(posts(&mut periods, "2026-01-31"));
        assert!(posts(&mut periods, "2025-06-01"), "what lies before is closed with it");
        assert!(!posts(&mut periods, "2026-03-01"));
        periods.follow(&Dated::Reopens(february));
        assert!(!posts(&mut periods, "2026-02-28"));
        assert!(posts(&mut periods, "2026-01-31"));
    }

    #[test]
    fn a_seal_is_of_the_version_that_is_closed_and_there_is_one() {
        let mut periods = Periods::default();
        let january: Month = "2026-01".parse().unwrap();
        let is_wrong = |wrong: Option<Wrong>| matches!(wrong, Some(Wrong::Seal(_)));
        assert!(is_wrong(periods.follow(&Dated::Seals(january, Count(1)))));
        periods.follow(&Dated::Closes(january, Count(1)));
        assert!(is_wrong(periods.follow(&Dated::Seals(january, Count(2)))));
        assert_eq!(periods.follow(&Dated::Seals(january, Count(1))), None);
        assert!(is_wrong(periods.follow(&Dated::Seals(january, Count(1)))));
        periods.follow(&Dated::Reopens(january));
        assert!(is_wrong(periods.follow(&Dated::Seals(january, Count(1)))));
        periods.follow(&Dated::Closes(january, Count(2)));
        assert_eq!(periods.follow(&Dated::Seals(january, Count(2))), None);
    }

    #[test]
    fn tax_that_waits_for_its_receipt_or_invoice_bars_no_month() {
        let january: Month = "2026-01".parse().unwrap();
        let item = FeeItemId(uuid::Uuid::nil());
        for (book, bars) in [(Book::VatPending, false), (Book::Unearned, true)] {
            let mut periods = Periods::default();
            periods.follow(&Dated::WaitsElsewhere(item));
            let waits = vec![((january, Some(item)), book, "-1.00".parse().unwrap())];
            periods.follow(&Dated::Posts("2026-01-05".parse().unwrap(), waits));
            assert_eq!(periods.follow(&Dated::Closes(january, Count(1))).is_some(), bars, "{book}");
        }
    }

    #[test]
    fn a_month_closed_while_revenue_or_tax_waits_for_it_is_found() {
        let january: Month = "2026-01".parse().unwrap();
        for book in [Book::Unearned, Book::VatPending] {
            let mut periods = Periods::default();
            let amount: Money = "-1.00".parse().unwrap();
            let day = "2026-01-05".parse().unwrap();
            periods.follow(&Dated::Posts(day, vec![((january, None), book, amount)]));
            assert!(periods.follow(&Dated::Closes(january, Count(1))).is_some(), "{book}");
            periods.follow(&Dated::Reopens(january));
            periods.follow(&Dated::Posts(day, vec![((january, None), book, amount.negated())]));
            assert_eq!(periods.follow(&Dated::Closes(january, Count(1))), None);
        }
    }
}
