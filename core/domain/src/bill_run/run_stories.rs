//! Stories of whole runs: drafted, posted as they were seen, taken back.

use super::stories::{day, home, per_area, tariff};
use super::{
    BillRunEvent, BillRunStage, BillScope, BillUnit, CompleteBillRun, DiscardBillRun, DraftBillRun, DraftBillRunUnits,
    EndBillRunDraft, EndBillRunReversal, PostBillRun, ReverseBillRun, ReverseBillRunUnit, SkipUnit, StartBillRun,
};
use crate::account::{AccountEvent, AccountState};
use crate::approval::Authority;
use crate::approval::fixture::{approved, limit, staff};
use crate::community::{AllocationPolicy, SetCommunityRules};
use crate::id::{AccountId, BillRunId, UnitId};
use crate::money::Money;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::UnitAreaSet;
use crate::unit::fixture::{ITEM, UNIT};
use crate::unit::stories::sold;
use crate::value::{Count, Digest};
use std::sync::Arc;

const RUN: BillRunId = BillRunId(uuid::Uuid::from_u128(90));

/// A unit that pays 200.00 a month.
fn story() -> Story {
    home().given(ITEM, tariff(1, "2025-01-01", per_area("2")))
}

fn run(n: u128) -> StartBillRun {
    let month = "2026-01".parse().unwrap();
    StartBillRun { run: BillRunId(uuid(n)), month, fee_items: Vec::new(), units: Count(1), publish_on: None }
}

fn draft() -> DraftBillRun {
    DraftBillRun { run: RUN, month: "2026-01".parse().unwrap(), fee_items: Vec::new(), units: Count(1) }
}

fn plan() -> DraftBillRunUnits {
    DraftBillRunUnits { run: RUN, units: vec![UNIT] }
}

fn bill() -> BillUnit {
    BillUnit { unit: UNIT, scope: BillScope::Run(RUN) }
}

/// Drafted to its end; answers the command that posts it as it was seen.
fn drafted(story: &mut Story) -> PostBillRun {
    story.accepted(&draft());
    story.accepted(&plan());
    let events = story.accepted(&EndBillRunDraft { run: RUN });
    let Event::BillRun(BillRunEvent::BillRunDrafted(drafted)) = &events[0] else { unreachable!() };
    PostBillRun { run: RUN, digest: drafted.digest, publish_on: None, authority: Authority::default() }
}

fn complete() -> CompleteBillRun {
    CompleteBillRun { run: RUN, charges: Count(1), amount: "200.00".parse().unwrap(), skipped: Count(0) }
}

fn wants_approval(story: &mut Story) {
    let rules = SetCommunityRules {
        allocation_policy: AllocationPolicy::PrincipalFirst,
        notice_days: Count(0),
        late_fee_ceiling: None,
        bill_runs_need_approval: true,
        cash_rounding_limit: None,
    };
    story.accepted(&rules);
}

fn account(story: &Story) -> Arc<AccountState> {
    story.draft().account(AccountId::of_unit(UNIT))
}

fn owed(story: &Story) -> Money {
    account(story).charges().map(|charge| charge.owed).sum()
}

#[test]
fn what_was_seen_is_posted_and_nothing_before() {
    let mut story = story();
    let post = drafted(&mut story);
    assert_eq!(account(&story).charges().count(), 0);
    let run = story.draft().bill_run(RUN);
    let told = run.drafted().map(|drafted| (drafted.units.0, drafted.charges.0, drafted.amount.to_string()));
    assert_eq!((run.stage(), told), (Some(BillRunStage::Drafted), Some((1, 1, "200.00".into()))));
    assert_eq!(story.refused(&bill()), "bill_run_must_be_open");
    assert_eq!(story.refused(&complete()), "bill_run_must_be_open");
    assert_eq!(story.refused(&plan()), "bill_run_must_be_open");
    let other = PostBillRun { digest: Digest([1; 32]), ..post.clone() };
    assert_eq!(story.refused(&other), "bill_run_must_be_as_seen");
    story.accepted(&post);
    assert_eq!(story.refused(&post), "bill_run_must_be_drafted");
    assert_eq!(
        story.refused(&DiscardBillRun { run: RUN, reason: "late".parse().unwrap() }),
        "bill_run_must_be_unposted"
    );
    story.accepted(&bill());
    story.accepted(&complete());
    assert_eq!(owed(&story).to_string(), "200.00");
}

#[test]
fn a_unit_is_drafted_once_and_few_at_a_time() {
    let mut story = story();
    assert_eq!(story.refused(&plan()), "bill_run_must_exist");
    story.accepted(&draft());
    assert_eq!(story.refused(&draft()), "bill_run_must_be_new");
    story.accepted(&plan());
    assert_eq!(story.refused(&plan()), "command_must_change_something");
    let many = DraftBillRunUnits { units: vec![UNIT; 51], ..plan() };
    assert_eq!(story.refused(&many), "units_must_be_few");
    let unknown = DraftBillRunUnits { units: vec![UnitId(uuid(99))], ..plan() };
    assert_eq!(story.refused(&unknown), "unit_must_exist");
}

#[test]
fn what_has_changed_since_it_was_seen_is_left_out() {
    let area = UnitAreaSet { from: day("2025-06-01"), building_area_sqm: "99".parse().unwrap(), inner_area_sqm: None };
    let mut story = story();
    let post = drafted(&mut story);
    story.accepted(&post);
    let mut changed = story.given(UNIT, area);
    assert_eq!(changed.refused(&bill()), "changed_since_approval");
    let skip = SkipUnit { run: RUN, unit: UNIT, rule: "changed_since_approval".parse().unwrap() };
    changed.accepted(&skip);
    assert_eq!(changed.refused(&bill()), "unit_must_not_be_skipped");
    changed.accepted(&complete());
    // Alone it is billed as things are.
    changed.accepted(&super::stories::bill("2026-01", "2026-01"));
    assert_eq!(owed(&changed).to_string(), "198.00");
}

/// When a charge is due follows from the day on which it is posted, and is not what was approved.
#[test]
fn a_draft_that_is_posted_later_is_still_what_was_seen() {
    let mut story = story();
    let post = drafted(&mut story);
    let mut later = story.on("2026-02-20");
    later.accepted(&post);
    later.accepted(&bill());
    let due: Vec<String> = account(&later).charges().map(|charge| charge.due_on.to_string()).collect();
    assert_eq!(due, ["2026-02-20"]);
}

/// Notice is counted from the day on which owners see it; what is earned by then does not wait.
#[test]
fn a_bill_that_is_published_later_is_due_later() {
    let mut story = story();
    wants_approval(&mut story);
    let post = PostBillRun { publish_on: day("2026-01-25").into(), ..drafted(&mut story) };
    let far = PostBillRun { publish_on: day("2026-03-03").into(), ..post.clone() };
    assert_eq!(story.refused(&far), "publication_must_be_near");
    let authority = approved(&mut story, &post);
    let other = PostBillRun { publish_on: day("2026-01-26").into(), authority, ..post.clone() };
    assert_eq!(story.refused(&other), "approval_must_match");
    story.accepted(&PostBillRun { authority, ..post });
    story.accepted(&bill());
    let charges = account(&story);
    let told: Vec<_> = charges.charges().map(|c| (c.due_on.to_string(), c.effective_on.to_string())).collect();
    assert_eq!(told, [("2026-01-25".to_owned(), "2026-01-01".to_owned())]);
}

#[test]
fn a_unit_that_was_billed_alone_meanwhile_is_not_billed_again() {
    let mut story = story();
    let post = drafted(&mut story);
    story.accepted(&super::stories::bill("2026-01", "2026-01"));
    story.accepted(&post);
    assert_eq!(story.refused(&bill()), "changed_since_approval");
    assert_eq!(owed(&story).to_string(), "200.00");
}

#[test]
fn where_the_community_wants_it_another_approves_what_he_saw() {
    let mut story = story();
    wants_approval(&mut story);
    assert_eq!(story.refused(&run(91)), "bill_runs_must_be_approved");
    let post = drafted(&mut story);
    let alone = PostBillRun { authority: limit("1000000.00"), ..post.clone() };
    assert_eq!(story.refused(&alone), "approval_must_be_given");
    let grant = crate::approval::fixture::requested(&mut story, &post);
    assert_eq!(story.refused(&grant), "approval_must_be_by_another");
    let authority = approved(&mut story, &post);
    let other = PostBillRun { digest: Digest([1; 32]), authority, ..post.clone() };
    assert_eq!(story.refused(&other), "bill_run_must_be_as_seen");
    let events = story.accepted(&PostBillRun { authority, ..post });
    let by = events.iter().find_map(|new| match new {
        Event::BillRun(BillRunEvent::BillRunPostingStarted(started)) => started.approved.clone(),
        _ => None,
    });
    assert_eq!(by.and_then(|by| by.approved_by), Some(staff(2).id));
    // One unit alone needs nobody's word.
    story.accepted(&super::stories::bill("2026-02", "2026-02"));
}

#[test]
fn a_draft_that_is_wrong_is_discarded_and_bills_nothing() {
    let mut story = story();
    let post = drafted(&mut story);
    story.accepted(&DiscardBillRun { run: RUN, reason: "wrong month".parse().unwrap() });
    assert_eq!(story.refused(&post), "bill_run_must_be_drafted");
    assert_eq!(story.refused(&bill()), "bill_run_must_be_open");
    let reverse = ReverseBillRun { run: RUN, reason: "late".parse().unwrap(), authority: limit("1000000.00") };
    assert_eq!(story.refused(&reverse), "bill_run_must_stand");
}

#[test]
fn a_run_is_taken_back_whole_and_its_month_billed_again() {
    let mut story = story();
    let post = drafted(&mut story);
    story.accepted(&post);
    story.accepted(&bill());
    let reverse = ReverseBillRun { run: RUN, reason: "wrong price".parse().unwrap(), authority: limit("200.00") };
    let low = ReverseBillRun { authority: limit("199.99"), ..reverse.clone() };
    let back = ReverseBillRunUnit { run: RUN, unit: UNIT };
    assert_eq!(story.refused(&low), "approval_must_be_given");
    assert_eq!(story.refused(&back), "bill_run_must_be_open");
    story.accepted(&complete());
    story.accepted(&reverse);
    assert_eq!(story.refused(&reverse), "bill_run_must_stand");
    assert_eq!(story.refused(&bill()), "bill_run_must_be_open");
    story.accepted(&back);
    assert_eq!(story.refused(&back), "command_must_change_something");
    let end = EndBillRunReversal { run: RUN, charges: Count(1), amount: "200.00".parse().unwrap(), skipped: Count(0) };
    story.accepted(&end);
    assert_eq!(story.refused(&end), "bill_run_must_be_open");
    assert_eq!(owed(&story), Money::ZERO);
    story.accepted(&run(91));
    story.accepted(&BillUnit { unit: UNIT, scope: BillScope::Run(BillRunId(uuid(91))) });
    assert_eq!(owed(&story).to_string(), "200.00");
    assert_eq!(account(&story).charges().count(), 2, "both stay visible");
}

/// What a sale has charged anew in the place of the run's charges goes with it.
#[test]
fn a_run_is_taken_back_after_a_sale_too() {
    let mut story = story();
    story.accepted(&StartBillRun { run: RUN, ..run(90) });
    story.accepted(&bill());
    story.accepted(&complete());
    let live = |story: &Story| account(story).charges().filter(|charge| !charge.reversed).count();
    story.accepted(&sold("2026-01-16"));
    assert_eq!((live(&story), owed(&story).to_string()), (2, "200.00".into()));
    story.accepted(&ReverseBillRun { run: RUN, reason: "wrong price".parse().unwrap(), authority: limit("200.00") });
    let events = story.accepted(&ReverseBillRunUnit { run: RUN, unit: UNIT });
    let reversed = |event: &Event| matches!(event, Event::Account(AccountEvent::ChargeReversed(_)));
    assert_eq!(events.iter().filter(|new| reversed(new)).count(), 2);
    assert_eq!((live(&story), owed(&story)), (0, Money::ZERO));
}
