//! Closes a month of the books: in order, and only once it is over. What was unearned of it is released before.

use crate::bill_run::BillRunStage;
use crate::books::{AllowanceDecision, BooksRefusal, BooksState, PeriodClosed, PeriodReviewed};
use crate::calendar::Month;
use crate::draft::{Decide, Draft};
use crate::id::{BillRunId, BooksId, CommunityId, PoolId, ShiftId};
use crate::ledger::{LedgerKind, Position, Seen, must_be};
use crate::money::Money;
use crate::pool::PoolStage;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// Bars a month: nothing that posts is dated in it from here on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosePeriod {
    /// The month.
    pub period: Month,
    /// What the person who closes it says.
    pub review: Review,
    /// What is open.
    pub open: StillOpen,
}

/// What whoever closes a month has looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Review {
    /// The suspense as they saw it.
    pub suspense: Money,
    /// The allowance stays as it is.
    pub allowance_declined: bool,
    /// The days of online channel accounts that are not signed off, as they saw it.
    pub channel_days: Count,
    /// The bank accounts that are not reconciled, as they saw it.
    pub bank_accounts: Count,
    /// The meters that are not read, as they saw it.
    pub meters: Count,
}

/// What of a month is open, as listed after it was over: nothing new is dated in it then, so the list is whole. Shifts,
/// runs and pools are looked at again when the close is decided.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StillOpen {
    /// Up to where the log was looked at.
    pub seen_until: Position,
    /// Shifts opened by the end of the month and not closed.
    pub shifts: Vec<ShiftId>,
    /// Bill runs of the month, or of one before, that are not complete.
    pub bill_runs: Vec<BillRunId>,
    /// Pools of a service time that began by the end of the month, and that are not at their end.
    pub pools: Vec<PoolId>,
    /// Money received by the end of the month whose owner is not known.
    pub suspense: Money,
    /// Payments that it is of.
    pub payments: Count,
    /// Refunds approved and neither settled nor failed.
    pub refunds_in_flight: Money,
    /// How many.
    pub refunds: Count,
    /// Days of online channel accounts that are not signed off; absent when nobody serves such an account.
    pub channel_days: Option<OpenChannelDays>,
    /// Bank accounts on which something moved in the month and whose reconciliation statement does not foot, or was never made;
    /// absent when nobody looked.
    pub bank_accounts: Option<Count>,
    /// Meters in use that nobody has read in the month or after it; absent when nobody looked.
    pub meters: Option<Count>,
}

/// Days of online channel accounts, in the month, that are not signed off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenChannelDays {
    /// How many.
    pub open: Count,
    /// Up to where the company's log says so.
    pub seen: Seen,
}

impl Decide for ClosePeriod {
    fn operation(&self) -> &'static str {
        "close_period"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let shifts = self.open.shifts.iter().copied().map(StreamRef::from);
        let pools = self.open.pools.iter().copied().map(StreamRef::from);
        shifts.chain(self.open.bill_runs.iter().copied().map(StreamRef::from)).chain(pools).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let stream = BooksId::of_ledger(draft.context.ledger_id);
        let books = draft.books(stream);
        must_be_closable(draft, &books, self.period)?;
        self.must_be_done(draft)?;
        let allowance = self.allowance(&books)?;
        let (period, open) = (self.period, &self.open);
        let version = Count(books.version(period).saturating_add(1));
        drop(books);
        let reviewed = PeriodReviewed {
            period,
            version,
            seen_until: open.seen_until,
            suspense: open.suspense,
            payments: open.payments,
            refunds_in_flight: open.refunds_in_flight,
            refunds: open.refunds,
            allowance,
            channel_days: open.channel_days.map(|days| days.open),
            bank_accounts: open.bank_accounts,
            meters: open.meters,
            seen: open.channel_days.iter().map(|days| days.seen).collect(),
        };
        draft.push(stream, reviewed);
        draft.push(stream, PeriodClosed { period, version });
        Ok(())
    }
}

impl ClosePeriod {
    fn must_be_done(&self, draft: &Draft<'_>) -> Result<(), Refusal> {
        let shifts = self.open.shifts.iter().filter(|shift| draft.shift(**shift).is_open());
        refuse_any(BooksRefusal::ShiftsMustBeClosed, "shift", shifts)?;
        let is_open = |run: &&BillRunId| draft.bill_run(**run).stage().is_some_and(BillRunStage::is_under_way);
        refuse_any(BooksRefusal::BillRunsMustBePosted, "bill_run", self.open.bill_runs.iter().filter(is_open))?;
        let is_open = |pool: &&PoolId| draft.pool(**pool).stage().is_some_and(PoolStage::is_under_way);
        refuse_any(BooksRefusal::PoolsMustBePosted, "pool", self.open.pools.iter().filter(is_open))?;
        if self.review.suspense != self.open.suspense {
            let rule = BooksRefusal::SuspenseMustBeReviewed.with("suspense", self.open.suspense);
            return Err(rule.with("payments", self.open.payments.0).at("/suspense"));
        }
        match self.unseen() {
            Some((rule, open, field)) => Err(rule.with("open", open.0).at(field)),
            None => Ok(()),
        }
    }

    fn allowance(&self, books: &BooksState) -> Result<AllowanceDecision, Refusal> {
        if self.review.allowance_declined {
            Ok(AllowanceDecision::Declined)
        } else if books.is_provided_for(self.period) {
            Ok(AllowanceDecision::Set)
        } else {
            let rule = BooksRefusal::AllowanceMustBeDecided.with("provided", books.provided());
            Err(rule.at("/allowance_declined"))
        }
    }

    /// The first of what may stay open knowingly, and of which another number was said.
    fn unseen(&self) -> Option<(BooksRefusal, Count, &'static str)> {
        let (said, open) = (&self.review, &self.open);
        let counted = |number: Option<Count>| number.unwrap_or(Count(0));
        [
            (BooksRefusal::ChannelDaysMustBeSignedOff, said.channel_days, open.channel_days(), "/channel_days"),
            (
                BooksRefusal::BankAccountsMustBeReconciled,
                said.bank_accounts,
                counted(open.bank_accounts),
                "/bank_accounts",
            ),
            (BooksRefusal::MetersMustBeRead, said.meters, counted(open.meters), "/meters"),
        ]
        .into_iter()
        .find(|(_, said, open, _)| said != open)
        .map(|(rule, _, open, field)| (rule, open, field))
    }

    /// True when nothing that is listed stands in the way, so that it is worth preparing the month.
    pub fn is_ready(&self) -> bool {
        let open = &self.open;
        let listed = open.shifts.is_empty() && open.bill_runs.is_empty() && open.pools.is_empty();
        listed && self.review.suspense == open.suspense && self.unseen().is_none()
    }
}

impl StillOpen {
    fn channel_days(&self) -> Count {
        self.channel_days.map_or(Count(0), |days| days.open)
    }
}

/// Refuses with how many there are, and the first.
fn refuse_any<T: std::fmt::Display>(
    rule: BooksRefusal,
    name: &'static str,
    mut open: impl Iterator<Item = T>,
) -> Result<(), Refusal> {
    let Some(first) = open.next() else { return Ok(()) };
    Err(rule.with("open", 1 + open.count()).with(name, first))
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
    use crate::approval::fixture::limit;
    use crate::bill_run::BillRunStarted;
    use crate::books::SetAllowance;
    use crate::books::fixture::close;
    use crate::community::{GoLive, SetCommunityRules};
    use crate::payment::fixture::{shift, story_with_shift};
    use crate::shift::CloseShift;
    use crate::testing::Story;

    /// A community that goes live on a day, if it has one.
    fn story(go_live_on: Option<&str>) -> Story {
        let mut story = Story::new().in_ledger(LedgerKind::Community);
        let rules = SetCommunityRules {
            allocation_policy: crate::community::AllocationPolicy::PrincipalFirst,
            notice_days: Count(0),
            late_fee_ceiling: None,
            bill_runs_need_approval: false,
            cash_rounding_limit: None,
        };
        story.accepted(&rules);
        if let Some(day) = go_live_on {
            story.accepted(&GoLive { go_live_on: day.parse().unwrap() });
        }
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

    #[test]
    fn a_shift_that_is_not_closed_stands_in_the_way() {
        let mut story = story_with_shift("50.00").on("2026-02-01");
        let shift = shift(&story);
        let listed = StillOpen { shifts: vec![shift], ..StillOpen::default() };
        let close = ClosePeriod { open: listed, ..close("2026-01") };
        assert_eq!(story.refused(&close), "shifts_must_be_closed");
        story.accepted(&CloseShift { shift, counted: "50.00".parse().unwrap(), handed_over_to: None, remark: None });
        story.accepted(&close);
    }

    #[test]
    fn a_bill_run_that_is_posting_stands_in_the_way() {
        let run = BillRunId(crate::testing::uuid(7));
        let started = BillRunStarted {
            month: "2026-01".parse().unwrap(),
            fee_items: Vec::new(),
            units: Count(1),
            publish_on: None,
        };
        let mut story = story(None).given(run, started).on("2026-02-01");
        let listed = StillOpen { bill_runs: vec![run], ..StillOpen::default() };
        let close = ClosePeriod { open: listed, ..close("2026-01") };
        assert_eq!(story.refused(&close), "bill_runs_must_be_posted");
        let amount = Money::ZERO;
        story.accepted(&crate::bill_run::CompleteBillRun { run, charges: Count(0), amount, skipped: Count(0) });
        story.accepted(&close);
    }

    #[test]
    fn a_pool_that_is_open_stands_in_the_way_until_it_is_given_up() {
        let mut story = crate::pool::fixture::town(&["50", "50"]);
        story.accepted(&crate::pool::fixture::open(2, "10.00"));
        let pool = crate::pool::fixture::POOL;
        let listed = StillOpen { pools: vec![pool], ..StillOpen::default() };
        let close = ClosePeriod { open: listed, ..close("2025-12") };
        assert_eq!(story.refused(&close), "pools_must_be_posted");
        assert!(!close.is_ready());
        story.accepted(&crate::pool::DiscardPool { pool, reason: "金额录错".parse().unwrap() });
        story.accepted(&close);
    }

    #[test]
    fn suspense_is_acknowledged_by_its_amount_and_stands_in_the_review() {
        let mut story = story(None).on("2026-02-01");
        let suspense: Money = "77.07".parse().unwrap();
        let open = StillOpen { suspense, payments: Count(2), ..StillOpen::default() };
        let unseen = ClosePeriod { open, ..close("2026-01") };
        assert_eq!(story.refused(&unseen), "suspense_must_be_reviewed");
        assert!(!unseen.is_ready());
        let seen = ClosePeriod { review: Review { suspense, allowance_declined: true, ..Review::default() }, ..unseen };
        let events = story.when(&seen).unwrap();
        let crate::stream::Event::Books(crate::books::BooksEvent::PeriodReviewed(reviewed)) = &events[0].event else {
            panic!("the review comes first")
        };
        assert_eq!((reviewed.suspense, reviewed.payments), (suspense, Count(2)));
    }

    #[test]
    fn channel_days_that_are_not_signed_off_are_acknowledged_by_their_number_and_stand_in_the_review() {
        let mut story = story(None).on("2026-02-01");
        let seen = Seen { ledger_id: story.ledger_id(), position: Position(23) };
        let open = StillOpen { channel_days: Some(OpenChannelDays { open: Count(2), seen }), ..StillOpen::default() };
        let unseen = ClosePeriod { open, ..close("2026-01") };
        assert_eq!(story.refused(&unseen), "channel_days_must_be_signed_off");
        assert!(!unseen.is_ready());
        let review = Review { channel_days: Count(2), ..unseen.review };
        assert!(ClosePeriod { review, ..unseen.clone() }.is_ready());
        let too_many = Review { channel_days: Count(3), ..unseen.review };
        assert_eq!(
            story.refused(&ClosePeriod { review: too_many, ..unseen.clone() }),
            "channel_days_must_be_signed_off"
        );
        let events = story.when(&ClosePeriod { review, ..unseen }).unwrap();
        let crate::stream::Event::Books(crate::books::BooksEvent::PeriodReviewed(reviewed)) = &events[0].event else {
            panic!("the review comes first")
        };
        assert_eq!((reviewed.channel_days, reviewed.seen.as_slice()), (Some(Count(2)), &[seen][..]));
    }

    #[test]
    fn banks_and_meters_are_acknowledged_by_their_number() {
        let mut story = story(None).on("2026-02-01");
        let open = StillOpen { bank_accounts: Some(Count(1)), meters: Some(Count(4)), ..StillOpen::default() };
        let unseen = ClosePeriod { open, ..close("2026-01") };
        assert_eq!(story.refused(&unseen), "bank_accounts_must_be_reconciled");
        let banks = Review { bank_accounts: Count(1), ..unseen.review };
        assert_eq!(story.refused(&ClosePeriod { review: banks, ..unseen.clone() }), "meters_must_be_read");
        let events = story.when(&ClosePeriod { review: Review { meters: Count(4), ..banks }, ..unseen }).unwrap();
        let crate::stream::Event::Books(crate::books::BooksEvent::PeriodReviewed(reviewed)) = &events[0].event else {
            panic!("the review comes first")
        };
        assert_eq!((reviewed.bank_accounts, reviewed.meters), (Some(Count(1)), Some(Count(4))));
    }

    #[test]
    fn the_allowance_is_set_or_declined() {
        let mut story = story(None).on("2026-02-01");
        let undecided = ClosePeriod { review: Review::default(), ..close("2026-01") };
        assert_eq!(story.refused(&undecided), "allowance_must_be_decided");
        let (reason, authority) = ("ageing".parse().unwrap(), limit("100.00"));
        story.accepted(&SetAllowance { provided: "20.00".parse().unwrap(), reason, authority });
        story.accepted(&undecided);
        let mut story = story.on("2026-04-01");
        story.accepted(&ClosePeriod { review: Review::default(), ..close("2026-02") });
        let later = ClosePeriod { review: Review::default(), ..close("2026-03") };
        assert_eq!(story.refused(&later), "allowance_must_be_decided", "it was set in February");
    }
}
