//! A batch from its first record to its posting and back.

use super::*;
use crate::account::fixture::{Post, account, day, item, money, month, owned, party, story as accounts, told};
use crate::account::{AllocateCredit, ApproveRefund, ReduceCharge, WriteOffCharge};
use crate::approval::fixture::{approved, limit, requested, staff};
use crate::approval::{Authority, GrantApproval, Standing};
use crate::book::{Book, Fund};
use crate::calendar::DateRange;
use crate::community::GoLive;
use crate::fee_item::{FeeItemCreated, Vat};
use crate::id::{OpeningId, PersonId};
use crate::ledger::LedgerKind;
use crate::posting::Posting;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::value::Count;

const BATCH: OpeningId = OpeningId(uuid::Uuid::from_u128(0x8000));

fn created(fund: Fund) -> FeeItemCreated {
    let vat = Vat::of(crate::book::VatCategory::NotTaxable, None);
    FeeItemCreated { name: "fee".parse().unwrap(), fund, priority: Count(1), vat }
}

/// Two owned units in a community that goes live on 15 January; item 1 is operating, item 2 a deposit.
fn community() -> Story {
    let story = owned(accounts().in_ledger(LedgerKind::Community));
    let story = story.given(item(1), created(Fund::Operating)).given(item(2), created(Fund::Deposit));
    let mut story = story.on("2026-01-20");
    story.accepted(&GoLive { go_live_on: day("2026-01-15") });
    story
}

fn debt(n: u128, month: &str, amount: &str) -> OpeningRecord {
    let service = DateRange::of_month(month.parse().unwrap());
    let (account, fee_item, obligor, due_on) = (account(n), item(1), party(n), service.from());
    OpeningRecord::Charge { account, fee_item, obligor, service, due_on, amount: money(amount) }
}

fn late_fee(n: u128, month: &str, amount: &str) -> OpeningRecord {
    let service = DateRange::of_month(month.parse().unwrap());
    let (account, fee_item, obligor, due_on) = (account(n), item(1), party(n), service.from());
    OpeningRecord::LateFee { account, fee_item, obligor, service, due_on, amount: money(amount) }
}

fn credit(n: u128, amount: &str) -> OpeningRecord {
    OpeningRecord::Credit { account: account(n), fee_item: Some(item(1)), holder: party(n), amount: money(amount) }
}

fn deposit(n: u128, amount: &str) -> OpeningRecord {
    let (account, payer, old_receipt) = (account(n), party(n), "S00042".parse().unwrap());
    OpeningRecord::Deposit { account, fee_item: item(2), payer, old_receipt, amount: money(amount) }
}

fn billed_until(n: u128, until: &str) -> OpeningRecord {
    OpeningRecord::BilledUntil { account: account(n), fee_item: item(1), until: day(until) }
}

fn total(kind: OpeningKind, n: u128, amount: &str) -> ControlTotal {
    ControlTotal { kind, fee_item: Some(item(n)), amount: money(amount) }
}

fn totals(charge: &str) -> Vec<ControlTotal> {
    vec![
        total(OpeningKind::Charge, 1, charge),
        total(OpeningKind::LateFee, 1, "8.00"),
        total(OpeningKind::Credit, 1, "50.00"),
        total(OpeningKind::Deposit, 2, "500.00"),
    ]
}

fn start(totals: Vec<ControlTotal>) -> StartOpening {
    StartOpening { opening: BATCH, totals, import: None }
}

fn add(chunk: u32, records: Vec<OpeningRecord>) -> AddOpeningRecords {
    AddOpeningRecords { opening: BATCH, chunk: Count(chunk), records }
}

/// Five records with amounts in two chunks: 150.00 owed, 8.00 late fee, 50.00 credit, 500.00 deposit.
fn drafted(story: &mut Story, charge_total: &str) {
    story.accepted(&start(totals(charge_total)));
    story.accepted(&add(1, vec![debt(1, "2025-11", "100.00"), late_fee(1, "2025-11", "8.00"), credit(1, "50.00")]));
    story.accepted(&add(2, vec![debt(2, "2025-12", "50.00"), deposit(2, "500.00"), billed_until(2, "2026-02-01")]));
}

fn post() -> PostOpening {
    PostOpening { opening: BATCH, records: Count(6), amount: money("708.00"), authority: Authority::default() }
}

fn chunk(n: u32) -> PostOpeningChunk {
    PostOpeningChunk { opening: BATCH, chunk: Count(n) }
}

fn posted() -> Story {
    let mut story = community();
    drafted(&mut story, "150.00");
    let authority = approved(&mut story, &post());
    story.accepted(&PostOpening { authority, ..post() });
    story.accepted(&chunk(1));
    story.accepted(&chunk(2));
    story
}

fn reverse() -> ReverseOpening {
    let reason = "wrong books".parse().unwrap();
    ReverseOpening { opening: BATCH, reason, authority: Authority::default() }
}

fn lines(events: &[crate::draft::NewEvent]) -> Vec<Posting> {
    events.iter().flat_map(|event| event.postings.clone().unwrap_or_default()).collect()
}

#[test]
fn a_batch_posts_in_chunks_on_the_day_before_going_live_and_earns_nothing() {
    let mut story = community();
    drafted(&mut story, "150.00");
    let authority = approved(&mut story, &post());
    assert_eq!(
        told(&story.accepted(&PostOpening { authority, ..post() })),
        ["approval_used", "opening_posting_started"]
    );
    let mut events = story.when(&chunk(2)).unwrap();
    events.extend(story.when(&chunk(1)).unwrap());
    let types: Vec<&str> = events.iter().map(|event| event.event.event_type()).collect();
    assert_eq!(
        types,
        [
            "opening_charge_posted",
            "opening_deposit_posted",
            "opening_billed_until_set",
            "opening_chunk_posted",
            "opening_charge_posted",
            "opening_charge_posted",
            "opening_credit_posted",
            "opening_chunk_posted",
            "opening_completed",
        ]
    );
    let days: Vec<String> =
        events.iter().filter(|e| e.postings.is_some()).map(|event| event.effective_on.to_string()).collect();
    assert!(days.iter().all(|day| day == "2026-01-14"), "{days:?}");
    let lines = lines(&events);
    let known = [Book::Receivable, Book::OpeningClearing, Book::Credit, Book::DepositHeld];
    assert!(lines.iter().all(|line| known.contains(&line.book) && line.vat_category.is_none()), "{lines:?}");
    let state = story.draft().account(account(1));
    assert!(state.charges().all(|charge| charge.booking.period.to_string() == "2025-12"));
    assert_eq!(state.lots().next().unwrap().rest, money("50.00"), "nothing is drawn down by an opening");
    assert_eq!(story.refused(&chunk(1)), "opening_chunk_must_be_open");
    assert_eq!(story.draft().opening(BATCH).stage(), Some(OpeningStage::Posted));
}

#[test]
fn nothing_posts_before_the_totals_agree_and_another_has_approved() {
    let mut story = community();
    drafted(&mut story, "150.01");
    assert_eq!(story.refused(&post()), "opening_totals_must_agree");
    assert_eq!(story.refused(&chunk(1)), "opening_chunk_must_be_open");
    let mut story = community();
    drafted(&mut story, "150.00");
    let alone = PostOpening { authority: limit("99999.00"), ..post() };
    assert_eq!(story.refused(&alone), "approval_must_be_given");
    assert_eq!(story.refused(&PostOpening { records: Count(5), ..post() }), "opening_must_be_as_seen");
    assert_eq!(story.refused(&PostOpening { amount: money("707.99"), ..post() }), "opening_must_be_as_seen");
    let authority = approved(&mut story, &post());
    story.accepted(&add(3, vec![billed_until(1, "2026-02-01")]));
    assert_eq!(story.refused(&PostOpening { authority, ..post() }), "opening_must_be_as_seen", "what was added since");
    let more = PostOpening { records: Count(7), authority, ..post() };
    assert_eq!(story.refused(&more), "approval_must_match");
}

#[test]
fn a_total_without_records_and_records_without_a_total_disagree() {
    let mut story = community();
    story.accepted(&start(vec![total(OpeningKind::Charge, 1, "100.00")]));
    story.accepted(&add(1, vec![debt(1, "2025-11", "100.00"), credit(1, "50.00")]));
    let two = PostOpening { records: Count(2), amount: money("150.00"), ..post() };
    assert_eq!(story.refused(&two), "opening_totals_must_agree");
    let mut story = community();
    story.accepted(&start(totals("0.00")));
    assert_eq!(story.refused(&post()), "opening_totals_must_agree");
}

#[test]
fn records_that_cannot_stand_are_refused_one_by_one() {
    let mut story = community();
    assert_eq!(story.refused(&add(1, vec![credit(1, "1.00")])), "opening_must_exist");
    story.accepted(&start(totals("150.00")));
    assert_eq!(story.refused(&start(totals("150.00"))), "opening_must_be_new");
    let refused = |story: &mut Story, record: OpeningRecord| story.refused(&add(1, vec![record]));
    assert_eq!(refused(&mut story, debt(9, "2025-11", "1.00")), "account_must_exist");
    assert_eq!(refused(&mut story, debt(1, "2025-11", "0.00")), "amount_must_be_positive");
    let no_party =
        OpeningRecord::Credit { account: account(1), fee_item: None, holder: party(9), amount: money("1.00") };
    assert_eq!(refused(&mut story, no_party), "party_must_exist");
    let wrong = OpeningRecord::Deposit {
        account: account(1),
        fee_item: item(1),
        payer: party(1),
        old_receipt: "S1".parse().unwrap(),
        amount: money("1.00"),
    };
    assert_eq!(refused(&mut story, wrong), "fund_must_fit_opening");
    let unknown = OpeningRecord::BilledUntil { account: account(1), fee_item: item(9), until: day("2026-02-01") };
    assert_eq!(refused(&mut story, unknown), "fee_item_must_exist");
    let twice = vec![debt(1, "2025-11", "1.00"), debt(1, "2025-11", "1.00")];
    assert_eq!(story.refused(&add(1, twice)), "charge_must_not_overlap_live_charge");
    let twice = vec![billed_until(1, "2026-02-01"), billed_until(1, "2026-03-01")];
    assert_eq!(story.refused(&add(1, twice)), "billed_until_must_be_said_once");
    assert_eq!(story.refused(&add(2, vec![credit(1, "1.00")])), "opening_chunk_must_be_next");
    assert_eq!(story.refused(&add(1, Vec::new())), "opening_must_be_bounded");
    story.accepted(&Post(account(1), vec![month("2025-11", "10.00")]));
    assert_eq!(refused(&mut story, debt(1, "2025-11", "1.00")), "charge_must_not_overlap_live_charge");
    let again = StartOpening { opening: OpeningId(uuid(0x8001)), ..start(Vec::new()) };
    assert_eq!(story.refused(&again), "opening_must_be_bounded");
    let doubled = vec![total(OpeningKind::Charge, 1, "1.00"), total(OpeningKind::Charge, 1, "2.00")];
    assert_eq!(story.refused(&StartOpening { totals: doubled, ..again }), "totals_must_be_distinct");
}

#[test]
fn openings_wait_for_the_day_of_going_live_and_for_its_month_to_be_open() {
    let story = owned(accounts().in_ledger(LedgerKind::Community));
    let mut story = story.given(item(1), created(Fund::Operating)).given(item(2), created(Fund::Deposit));
    drafted(&mut story, "150.00");
    assert_eq!(story.refused(&post()), "go_live_must_be_set");
    story.accepted(&GoLive { go_live_on: day("2026-01-15") });
    let mut story = story.on("2026-02-03");
    story.accepted(&crate::books::fixture::close("2026-01"));
    assert_eq!(story.refused(&post()), "period_must_be_open");
}

#[test]
fn a_charge_here_never_covers_what_the_old_books_billed() {
    let mut story = posted();
    let early = Post(account(1), vec![month("2025-11", "10.00")]);
    assert_eq!(story.refused(&early), "charge_must_not_overlap_live_charge");
    let billed = Post(account(2), vec![month("2026-01", "10.00")]);
    assert_eq!(story.refused(&billed), "charge_must_not_overlap_live_charge");
    story.accepted(&Post(account(2), vec![month("2026-02", "10.00")]));
}

#[test]
fn openings_are_paid_lowered_and_given_up_as_charges_are() {
    let mut story = posted();
    let state = story.draft().account(account(1));
    let of = |part: crate::account::Part| state.charges().find(|c| c.part == part).unwrap().charge;
    let (owed, late) = (of(crate::account::Part::Principal), of(crate::account::Part::LateFee));
    let lot = state.lots().next().unwrap().lot;
    drop(state);
    let account = account(1);
    let spend = AllocateCredit { account, lot, charge: owed, amount: Some(money("20.00")), late_fee: false };
    assert_eq!(told(&story.accepted(&spend)), ["paid 20.00 direct"], "and no receipt");
    let (reason, authority): (crate::value::Label, _) = ("checked again".parse().unwrap(), limit("100.00"));
    let reduce = ReduceCharge { account, charge: owed, amount: money("10.00"), reason: reason.clone(), authority };
    let reduced = lines(&story.when(&reduce).unwrap());
    assert!(reduced.iter().any(|line| line.book == Book::PriorAdjustment && line.amount == money("10.00")));
    let waive = crate::account::fixture::waive(account, late, money("8.00"), reason.clone(), authority);
    let waived = lines(&story.when(&waive).unwrap());
    assert!(waived.iter().all(|line| line.book != Book::Revenue && line.book != Book::VatDue), "{waived:?}");
    let give_up = WriteOffCharge { account, charge: owed, amount: money("5.00"), reason: reason.clone(), authority };
    assert_eq!(told(&story.accepted(&give_up)), ["written off 5.00"]);
    let refund = ApproveRefund { account, lot, amount: money("30.00"), payee: None, evidence: None, reason, authority };
    assert_eq!(told(&story.accepted(&refund)), ["refund 30.00"]);
}

#[test]
fn a_batch_is_taken_back_whole_by_its_mirror() {
    let mut story = posted();
    assert_eq!(story.refused(&reverse()), "approval_must_be_given");
    let authority = approved(&mut story, &reverse());
    story.accepted(&ReverseOpening { authority, ..reverse() });
    let back = |n| ReverseOpeningChunk { opening: BATCH, chunk: Count(n) };
    let mut events = story.when(&back(1)).unwrap();
    events.extend(story.when(&back(2)).unwrap());
    assert_eq!(events.last().unwrap().event.event_type(), "opening_reversed");
    assert!(lines(&events).iter().any(|line| line.book == Book::OpeningClearing));
    assert!(lines(&events).iter().all(|line| line.book != Book::PriorAdjustment));
    for n in 1..=2 {
        let state = story.draft().account(account(n));
        assert!(state.charges().all(|charge| charge.reversed && charge.open().is_zero()));
        assert!(state.lots().all(|lot| lot.rest.is_zero()));
        assert_eq!((state.deposits().count(), state.billed_until(item(1))), (0, None));
    }
    assert_eq!(story.refused(&back(1)), "opening_chunk_must_be_open");
    assert_eq!(story.refused(&reverse()), "opening_must_be_standing");
    // The same can be said again.
    story.accepted(&StartOpening { opening: OpeningId(uuid(0x8001)), ..start(totals("100.00")) });
    let again = AddOpeningRecords {
        opening: OpeningId(uuid(0x8001)),
        chunk: Count(1),
        records: vec![debt(1, "2025-11", "100.00"), billed_until(2, "2026-02-01")],
    };
    story.accepted(&again);
}

#[test]
fn what_was_touched_keeps_its_batch() {
    let mut story = posted();
    let state = story.draft().account(account(1));
    let charge = state.charges().find(|c| c.posted == money("100.00")).unwrap().charge;
    let lot = state.lots().next().unwrap().lot;
    drop(state);
    story.accepted(&AllocateCredit { account: account(1), lot, charge, amount: Some(money("1.00")), late_fee: false });
    assert_eq!(story.refused(&reverse()), "opening_must_be_untouched");
}

#[test]
fn a_posting_that_was_cut_off_is_taken_back_as_far_as_it_went() {
    let mut story = community();
    drafted(&mut story, "150.00");
    let authority = approved(&mut story, &post());
    story.accepted(&PostOpening { authority, ..post() });
    story.accepted(&chunk(2));
    let authority = approved(&mut story, &reverse());
    story.accepted(&ReverseOpening { authority, ..reverse() });
    assert_eq!(story.refused(&chunk(1)), "opening_chunk_must_be_open");
    let events = story.accepted(&ReverseOpeningChunk { opening: BATCH, chunk: Count(2) });
    assert_eq!(told(&events).last().map(String::as_str), Some("opening_reversed"));
}

#[test]
fn a_wrong_draft_is_discarded_and_another_batch_says_the_same_again() {
    let mut story = community();
    let discard = DiscardOpening { opening: BATCH, reason: "typed wrongly".parse().unwrap() };
    assert_eq!(story.refused(&discard), "opening_must_exist");
    drafted(&mut story, "150.01");
    let authority = approved(&mut story, &post());
    let events = story.when(&discard).unwrap();
    assert_eq!((events.len(), events[0].event.event_type(), lines(&events).len()), (1, "opening_discarded", 0));
    // Nothing of it moves any more, whatever was approved before.
    assert_eq!(story.refused(&discard), "opening_must_be_draft");
    assert_eq!(story.refused(&add(3, vec![credit(1, "1.00")])), "opening_must_be_draft");
    assert_eq!(story.refused(&PostOpening { authority, ..post() }), "opening_must_be_draft");
    assert_eq!(story.refused(&chunk(1)), "opening_chunk_must_be_open");
    assert_eq!(story.refused(&reverse()), "opening_must_be_standing");
    assert_eq!(story.refused(&ResumeOpening { opening: BATCH }), "opening_must_be_stopped");
    other_posted(&mut story);
    assert_eq!(story.refused(&DiscardOpening { opening: OTHER, ..discard }), "opening_must_be_draft");
    let state = story.draft().account(account(1));
    assert_eq!((state.charges().count(), state.lots().count()), (1, 0), "the other batch alone counts");
}

/// A second batch with the first debt of the first one, and 8.00 of late fee.
const OTHER: OpeningId = OpeningId(uuid::Uuid::from_u128(0x8002));

fn other_posted(story: &mut Story) {
    let sums = vec![total(OpeningKind::Charge, 1, "100.00")];
    story.accepted(&StartOpening { opening: OTHER, ..start(sums) });
    story.accepted(&AddOpeningRecords { opening: OTHER, ..add(1, vec![debt(1, "2025-11", "100.00")]) });
    let post = PostOpening { opening: OTHER, records: Count(1), amount: money("100.00"), ..post() };
    let authority = approved(story, &post);
    story.accepted(&PostOpening { authority, ..post });
    story.accepted(&PostOpeningChunk { opening: OTHER, ..chunk(1) });
}

fn note(n: u32) -> NoteOpeningRefusal {
    let rule = "charge_must_not_overlap_live_charge".parse().unwrap();
    NoteOpeningRefusal { opening: BATCH, chunk: Count(n), rule, record: Some(Count(1)) }
}

#[test]
fn a_batch_whose_chunk_is_refused_stops_and_goes_on_once_what_was_in_the_way_is_mended() {
    let mut story = community();
    drafted(&mut story, "150.00");
    assert_eq!(story.refused(&note(1)), "opening_chunk_must_be_open");
    let authority = approved(&mut story, &post());
    story.accepted(&PostOpening { authority, ..post() });
    let resume = ResumeOpening { opening: BATCH };
    assert_eq!(story.refused(&resume), "opening_must_be_stopped");
    other_posted(&mut story);
    let refusal = story.when(&chunk(1)).unwrap_err();
    assert_eq!(refusal.code, "charge_must_not_overlap_live_charge");
    assert!(refusal.detail.contains(&("record", "1".to_owned())), "{refusal:?}");
    let events = story.accepted(&note(1));
    let Event::Opening(OpeningEvent::OpeningChunkRefused(refused)) = &events[0] else { panic!("{events:?}") };
    assert_eq!(refused.account, Some(account(1)));
    // Nothing of it moves until somebody says so.
    for n in 1..=2 {
        assert_eq!(story.refused(&chunk(n)), "opening_chunk_must_be_open");
    }
    assert_eq!(story.refused(&note(1)), "opening_chunk_must_be_open");
    let wrong = ReverseOpening { opening: OTHER, ..reverse() };
    let authority = approved(&mut story, &wrong);
    story.accepted(&ReverseOpening { authority, ..wrong });
    story.accepted(&ReverseOpeningChunk { opening: OTHER, chunk: Count(1) });
    story.accepted(&resume);
    story.accepted(&chunk(1));
    let events = story.accepted(&chunk(2));
    assert_eq!(told(&events).last().map(String::as_str), Some("opening_completed"));
}

#[test]
fn a_batch_that_stopped_can_be_taken_back() {
    let mut story = community();
    drafted(&mut story, "150.00");
    let authority = approved(&mut story, &post());
    story.accepted(&PostOpening { authority, ..post() });
    story.accepted(&chunk(2));
    story.accepted(&note(1));
    let authority = approved(&mut story, &reverse());
    story.accepted(&ReverseOpening { authority, ..reverse() });
    let events = story.accepted(&ReverseOpeningChunk { opening: BATCH, chunk: Count(2) });
    assert_eq!(told(&events).last().map(String::as_str), Some("opening_reversed"));
}

#[test]
fn nobody_approves_openings_of_a_unit_of_his_own() {
    let mut story = community();
    drafted(&mut story, "150.00");
    let grant = requested(&mut story, &post());
    let owner = Standing { person: Some(PersonId(uuid(1))), ..grant.standing };
    let first = story.draft().context.actor;
    let mut story = story.by(staff(2));
    story.accepted(&GrantApproval { standing: owner, ..grant.clone() });
    let mut story = story.by(first);
    let authority = Authority { approval: Some(grant.approval), ..Authority::default() };
    assert_eq!(story.refused(&PostOpening { authority, ..post() }), "unit_must_not_be_own");
}
