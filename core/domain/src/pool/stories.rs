//! Stories of pools: shares to the fen, who owes them, what is left out and why, and taking back whole.

use super::fixture::{ITEM, POOL, account_of, bare, home, open, owed, post, posted, shares, taken_back, town, unit};
use super::*;
use crate::account::fixture::{day, explained, money, unexplained};
use crate::account::{ReverseCharge, Source};
use crate::approval::Authority;
use crate::approval::fixture::{approved, limit};
use crate::book::{Fund, VatCategory};
use crate::community::CommunityWentLive;
use crate::fee_item::{FeeItemCreated, Vat};
use crate::id::{AccountId, CommunityId, FeeItemId, MeterId, PoolId, UnitId};
use crate::meter::fixture::{reading, registered_on};
use crate::meter::{NewReading, RecordReadings, RegisterMeter};
use crate::money::Money;
use crate::party::PartyKind;
use crate::supplier_bill::Utility;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{BUYER, OWNER, party};
use crate::unit::{
    PaidAhead, Transfer, TransferUnit, UnitAreaSet, UnitAttributeSet, UnitCodeChanged, UnitKind, UnitOwnerSet,
    UnitStatus, UnitStatusSet,
};
use crate::value::Count;

#[test]
fn a_pool_is_shared_to_the_fen_and_charged_to_whoever_owes() {
    let mut story = town(&["50", "30", "20", "0"]);
    let events = story.accepted(&open(4, "100.01"));
    let pairs = [("1-1", "50.01"), ("1-2", "30.00"), ("1-3", "20.00"), ("1-4", "0.00")];
    assert_eq!(shares(&events), pairs.map(|(code, share)| (code.to_owned(), share.to_owned())));
    assert_eq!(owed(&story, 4), ["0.00"; 4], "nothing is charged yet");
    story.accepted(&post(POOL, "100.01"));
    let chunk = PostPoolChunk { pool: POOL, chunk: Count(1) };
    story.accepted(&chunk);
    assert_eq!(story.refused(&chunk), "pool_chunk_must_be_open");
    assert_eq!(owed(&story, 4), ["50.01", "30.00", "20.00", "0.00"]);
    let account = account_of(&story, 1);
    let charge = account.charges().next().unwrap();
    assert_eq!((charge.booking.obligor, charge.due_on), (OWNER, day("2026-01-31")));
    assert_eq!(story.draft().pool(POOL).stage(), Some(PoolStage::Posted));
    let said = explained(&story, AccountId::of_unit(unit(1)), charge.charge);
    assert!(
        said.text.starts_with(
            "公共电费，2025年12月：公摊总额 100.01 元 × 建筑面积 50 ÷ 参与分摊的合计 100，只取到分为 50.00 元；\
             各户不足一分的部分合并后，按余数从大到小每户补一分，本户补 0.01 元，应摊 50.01 元。"
        ),
        "{}",
        said.text
    );
    assert!((1..=4).all(|n| unexplained(&story, AccountId::of_unit(unit(n))).is_empty()));
}

#[test]
fn later_codes_areas_and_units_change_no_share() {
    let mut story = town(&["10", "10"]);
    story.accepted(&open(2, "0.01"));
    let from = day("2020-01-01");
    let larger = UnitAreaSet { from, building_area_sqm: "990".parse().unwrap(), inner_area_sqm: None };
    let (old_code, code) = ("1-1".parse().unwrap(), "9-9".parse().unwrap());
    let mut story = story.given(unit(2), larger).given(unit(1), UnitCodeChanged { code, old_code });
    story.accepted(&post(POOL, "0.01"));
    story.accepted(&PostPoolChunk { pool: POOL, chunk: Count(1) });
    assert_eq!(owed(&story, 2), ["0.01", "0.00"]);
}

#[test]
fn a_share_that_nobody_owes_is_listed_and_no_others() {
    let story = town(&["50", "30"]);
    let from = day("2020-01-01");
    let area = UnitAreaSet { from, building_area_sqm: "20".parse().unwrap(), inner_area_sqm: None };
    let mut story = bare(story, 3, "1-3").given(unit(3), area);
    story.accepted(&open(3, "100.00"));
    let state = story.draft().pool(POOL);
    assert_eq!(state.opened().unwrap().uncharged, money("20.00"));
    drop(state);
    assert_eq!(story.refused(&post(POOL, "100.00")), "pool_must_be_as_seen");
    story.accepted(&post(POOL, "80.00"));
    let events = story.accepted(&PostPoolChunk { pool: POOL, chunk: Count(1) });
    let told = crate::account::fixture::told(&events);
    assert_eq!(told, ["charged 50.00", "charged 30.00", "pool_chunk_posted", "pool_posted"]);
    let state = story.draft().pool(POOL);
    assert_eq!(state.uncharged(unit(3)).unwrap().reason, Uncharged::HandOverDateMissing);
    assert_eq!(state.uncharged_amount(), money("20.00"));
}

#[test]
fn whoever_becomes_known_meanwhile_owes_his_share() {
    let story = town(&["50"]);
    let from = day("2020-01-01");
    let area = UnitAreaSet { from, building_area_sqm: "50".parse().unwrap(), inner_area_sqm: None };
    let mut story = bare(story, 2, "1-2").given(unit(2), area);
    story.accepted(&open(2, "100.00"));
    let mut story = story
        .given(unit(2), UnitOwnerSet { from, party: OWNER })
        .given(unit(2), UnitStatusSet { from, status: UnitStatus::HandedOver });
    story.accepted(&post(POOL, "50.00"));
    story.accepted(&PostPoolChunk { pool: POOL, chunk: Count(1) });
    assert_eq!(owed(&story, 2), ["50.00", "50.00"]);
    assert_eq!(story.draft().pool(POOL).uncharged_amount(), Money::ZERO);
}

#[test]
fn weights_are_of_the_first_day_and_what_is_not_known_names_its_unit() {
    let mut story = bare(town(&["50", "50"]), 3, "1-3");
    let refusal = story.when(&open(3, "100.00")).unwrap_err();
    assert_eq!(refusal.code, "weights_must_be_known");
    assert!(refusal.detail.contains(&("missing", "1-3: area".to_owned())), "{refusal:?}");
    let excluded = vec![(unit(3), "毛坯未住".parse().unwrap())];
    story.accepted(&OpenPool { excluded, ..open(3, "100.00") });
    let state = story.draft().pool(POOL);
    assert_eq!((state.shares().count(), state.opened().unwrap().excluded.len()), (2, 1));
    drop(state);
    let mut story = town(&["50", "50"]).given(
        unit(1),
        UnitAttributeSet { name: "household_count".parse().unwrap(), from: day("2025-12-01"), value: "3".parse().ok() },
    );
    let households = OpenPool { weight: PoolWeight::Household, ..open(2, "100.00") };
    story.accepted(&households);
    let both: Vec<_> = story.draft().pool(POOL).shares().map(|share| share.amount.to_string()).collect();
    assert_eq!(both, ["75.00", "25.00"]);
    let mut story = town(&["50", "40"]);
    let formula = PoolWeight::Formula { formula: "area / 3".parse().unwrap() };
    story.accepted(&OpenPool { weight: formula, ..open(2, "90.00") });
    let both: Vec<_> = story.draft().pool(POOL).shares().map(|share| share.weight.to_string()).collect();
    assert_eq!(both, ["16.66666667", "13.33333333"]);
}

/// The electricity meter of a unit, at 100 on a day and read later, one reading after another.
fn metered(story: &mut Story, n: u128, on: &str, readings: &[(&str, &str)]) {
    let meter = MeterId(uuid(0x9300 + n));
    story.accepted(&RegisterMeter {
        meter,
        unit: Some(unit(n)),
        utility: Utility::Electricity,
        code: format!("E{n:05}").parse().unwrap(),
        ..registered_on(on, "100")
    });
    for (on, value) in readings {
        story.accepted(&RecordReadings { readings: vec![NewReading { meter, ..reading(on, value) }] });
    }
}

#[test]
fn a_pool_is_shared_by_what_meters_counted_in_its_days() {
    let by_usage = |n| {
        let weight = PoolWeight::Usage { utility: Utility::Electricity };
        OpenPool { weight, ..open(n, "100.00") }
    };
    let mut story = town(&["50", "50", "50"]);
    // Of 62 in November and December a half, read to the day; what another counted since it was installed in mid-month.
    metered(&mut story, 1, "2025-10-31", &[("2026-01-01", "162")]);
    metered(&mut story, 2, "2025-12-22", &[("2026-01-01", "131")]);
    let refusal = story.when(&by_usage(3)).unwrap_err();
    assert!(refusal.detail.contains(&("missing", "1-3: usage".to_owned())), "no meter says no usage: {refusal:?}");
    metered(&mut story, 3, "2025-12-01", &[("2025-12-20", "999")]);
    assert_eq!(story.refused(&by_usage(3)), "weights_must_be_known", "it was not read to the end of the month");
    let excluded = vec![(unit(3), "电表待抄".parse().unwrap())];
    let events = story.accepted(&OpenPool { excluded, ..by_usage(3) });
    let pairs = [("1-1", "50.00"), ("1-2", "50.00")];
    assert_eq!(shares(&events), pairs.map(|(code, share)| (code.to_owned(), share.to_owned())));
    story.accepted(&post(POOL, "100.00"));
    story.accepted(&PostPoolChunk { pool: POOL, chunk: Count(1) });
    let account = account_of(&story, 1);
    let told = explained(&story, AccountId::of_unit(unit(1)), account.charges().next().unwrap().charge);
    let share = told.pool.unwrap();
    assert_eq!((share.weight_label.as_str(), share.weight.to_string().as_str()), ("用量", "31"));
    assert_eq!(share.total_weight.to_string(), "62");
}

#[test]
fn what_cannot_be_shared_is_refused_by_name() {
    let mut story = town(&["0", "0"]);
    let mut refused = |pool: OpenPool| story.refused(&pool);
    assert_eq!(refused(open(2, "1.00")), "weights_must_not_all_be_zero");
    assert_eq!(refused(open(2, "0.00")), "pool_must_have_amount");
    assert_eq!(refused(open(0, "1.00")), "pool_units_must_be_bounded");
    assert_eq!(refused(open(3, "1.00")), "unit_must_exist");
    let twice = OpenPool { units: vec![unit(1), unit(1)], ..open(2, "1.00") };
    assert_eq!(refused(twice), "pool_units_must_be_distinct");
    let other = PoolScope::Building { building: "2".parse().unwrap() };
    assert_eq!(refused(OpenPool { scope: other, ..open(2, "1.00") }), "unit_must_be_in_scope");
    let shops = OpenPool { kinds: vec![UnitKind::Shop], ..open(2, "1.00") };
    assert_eq!(refused(shops), "unit_must_be_in_scope");
    let reason = || "无电梯".parse().unwrap();
    let stranger = OpenPool { excluded: vec![(UnitId(uuid(1)), reason())], ..open(2, "1.00") };
    assert_eq!(refused(stranger), "unit_must_be_in_scope");
    let again = OpenPool { excluded: vec![(unit(1), reason()), (unit(1), reason())], ..open(2, "1.00") };
    assert_eq!(refused(again), "pool_units_must_be_distinct");
    let all = OpenPool { excluded: vec![(unit(1), reason()), (unit(2), reason())], ..open(2, "1.00") };
    assert_eq!(refused(all), "pool_units_must_be_bounded");
    assert_eq!(refused(OpenPool { fee_item: FeeItemId(uuid(1)), ..open(2, "1.00") }), "fee_item_must_exist");
    let below = PoolWeight::Formula { formula: "area - 1".parse().unwrap() };
    assert_eq!(refused(OpenPool { weight: below, ..open(2, "1.00") }), "weights_must_not_be_negative");
    let unknown = PoolWeight::Formula { formula: "heads * 2".parse().unwrap() };
    assert_eq!(refused(OpenPool { weight: unknown, ..open(2, "1.00") }), "formula_must_name_known");
    let none = PoolWeight::Formula { formula: "1 / 0".parse().unwrap() };
    assert_eq!(refused(OpenPool { weight: none, ..open(2, "1.00") }), "weights_must_be_known");
    let huge = PoolWeight::Formula { formula: "999999999999".parse().unwrap() };
    assert_eq!(refused(OpenPool { weight: huge, ..open(2, "1.00") }), "weights_must_be_in_range");
    assert_eq!(refused(open(2, "-1.00")), "lowered_pool_must_be_named");
    assert_eq!(refused(OpenPool { lowers: Some(POOL), ..open(2, "-1.00") }), "pool_must_exist");
    let deposit = FeeItemCreated {
        name: "装修押金".parse().unwrap(),
        fund: Fund::Deposit,
        priority: Count(1),
        vat: Vat::of(VatCategory::NotTaxable, None),
    };
    let item = FeeItemId(uuid(2));
    let mut story = town(&["1"]).given(item, deposit);
    assert_eq!(story.refused(&OpenPool { fee_item: item, ..open(1, "1.00") }), "fund_must_fit_pool");
    story.accepted(&open(1, "1.00"));
    assert_eq!(story.refused(&open(1, "1.00")), "pool_must_be_new");
    let never = PostPool { due_days: Count(366), ..post(POOL, "1.00") };
    assert_eq!(story.refused(&never), "due_rule_must_be_in_range");
    assert_eq!(story.refused(&post(PoolId(uuid(3)), "1.00")), "pool_must_exist");
    assert_eq!(story.refused(&PostPool { authority: limit("0.99"), ..post(POOL, "1.00") }), "approval_must_be_given");
    let asked = PostPool { authority: Authority::default(), ..post(POOL, "1.00") };
    let authority = approved(&mut story, &asked);
    story.accepted(&PostPool { authority, ..asked });
    assert_eq!(story.refused(&post(POOL, "1.00")), "pool_must_be_open");
}

#[test]
fn before_going_live_nothing_is_shared() {
    let live = CommunityWentLive { go_live_on: day("2026-01-01") };
    let story = town(&["1"]);
    let community = CommunityId(story.ledger_id().uuid());
    assert_eq!(story.given(community, live).refused(&open(1, "1.00")), "money_must_not_precede_go_live");
    let later = CommunityWentLive { go_live_on: day("2026-02-01") };
    let mut story = town(&["1"]);
    story.accepted(&open(1, "1.00"));
    assert_eq!(story.given(community, later).refused(&post(POOL, "1.00")), "money_must_not_precede_go_live");
}

#[test]
fn a_pool_is_discarded_before_it_is_charged_and_reversed_whole_after() {
    let mut story = town(&["50", "50"]);
    let discard = DiscardPool { pool: POOL, reason: "金额录错".parse().unwrap() };
    let reverse = ReversePool { pool: POOL, reason: "电表抄错".parse().unwrap(), authority: limit("100.00") };
    assert_eq!(story.refused(&discard), "pool_must_exist");
    story.accepted(&open(2, "90.00"));
    assert_eq!(story.refused(&reverse), "pool_must_stand");
    story.accepted(&discard);
    assert_eq!(story.refused(&discard), "pool_must_be_open");
    let second = PoolId(uuid(0x9002));
    posted(&mut story, &OpenPool { pool: second, ..open(2, "100.00") });
    let account = account_of(&story, 1);
    let charge = account.charges().next().unwrap().charge;
    drop(account);
    let alone = ReverseCharge {
        account: AccountId::of_unit(unit(1)),
        charge,
        reason: "只退一户".parse().unwrap(),
        authority: limit("100.00"),
    };
    assert_eq!(story.refused(&alone), "pool_must_be_reversed_whole");
    let reverse = ReversePool { pool: second, ..reverse };
    assert_eq!(story.refused(&ReversePool { authority: limit("99.99"), ..reverse.clone() }), "approval_must_be_given");
    story.accepted(&reverse);
    assert_eq!(story.refused(&reverse), "pool_must_stand");
    taken_back(&mut story, second);
    assert_eq!(owed(&story, 2), ["0.00", "0.00"]);
    assert_eq!(story.draft().pool(second).stage(), Some(PoolStage::Reversed));
    let third = PoolId(uuid(0x9003));
    posted(&mut story, &OpenPool { pool: third, ..open(2, "110.00") });
    assert_eq!(owed(&story, 2), ["55.00", "55.00"]);
}

#[test]
fn a_posting_that_was_cut_off_goes_on_or_is_taken_back_as_far_as_it_came() {
    let areas = vec!["10"; 61];
    let mut story = town(&areas);
    story.accepted(&open(61, "61.00"));
    assert_eq!(story.draft().pool(POOL).chunks(), 2);
    story.accepted(&post(POOL, "61.00"));
    story.accepted(&PostPoolChunk { pool: POOL, chunk: Count(1) });
    let unfinished = owed(&story, 61).iter().filter(|amount| *amount == "1.00").count();
    assert_eq!((unfinished, story.draft().pool(POOL).stage()), (60, Some(PoolStage::Posting)));
    let reverse = ReversePool { pool: POOL, reason: "停止入账".parse().unwrap(), authority: limit("100.00") };
    story.accepted(&reverse);
    assert_eq!(story.refused(&PostPoolChunk { pool: POOL, chunk: Count(2) }), "pool_chunk_must_be_open");
    assert_eq!(story.refused(&ReversePoolChunk { pool: POOL, chunk: Count(2) }), "pool_chunk_must_be_open");
    story.accepted(&ReversePoolChunk { pool: POOL, chunk: Count(1) });
    assert_eq!(story.draft().pool(POOL).stage(), Some(PoolStage::Reversed));
    assert!(owed(&story, 61).iter().all(|amount| amount == "0.00"));
}

#[test]
fn a_negative_pool_lowers_what_another_charged() {
    let mut story = town(&["2", "1"]);
    posted(&mut story, &open(2, "90.00"));
    let credit = PoolId(uuid(0x9002));
    let lower = |amount: &str| OpenPool { pool: credit, lowers: Some(POOL), ..open(2, amount) };
    assert_eq!(story.refused(&lower("30.00")), "lowered_pool_must_be_named");
    assert_eq!(story.refused(&lower("-90.01")), "share_must_not_exceed_lowered");
    posted(&mut story, &lower("-10.00"));
    assert_eq!(owed(&story, 2), ["53.33", "26.67"]);
    let again = OpenPool { pool: PoolId(uuid(0x9003)), lowers: Some(credit), ..open(2, "-1.00") };
    assert_eq!(story.refused(&again), "lowered_pool_must_stand");
    let reason = || "重摊".parse().unwrap();
    let back = |pool| ReversePool { pool, reason: reason(), authority: limit("100.00") };
    assert_eq!(story.refused(&back(credit)), "lowering_must_stand");
    // What was lowered is taken back whole, whatever lowered it.
    story.accepted(&back(POOL));
    taken_back(&mut story, POOL);
    assert_eq!(owed(&story, 2), ["0.00", "0.00"]);
}

#[test]
fn a_lowering_that_comes_too_late_says_so() {
    let mut story = town(&["1", "1"]);
    posted(&mut story, &open(2, "10.00"));
    let credit = PoolId(uuid(0x9002));
    story.accepted(&OpenPool { pool: credit, lowers: Some(POOL), ..open(2, "-4.00") });
    story.accepted(&ReversePool { pool: POOL, reason: "重摊".parse().unwrap(), authority: limit("100.00") });
    taken_back(&mut story, POOL);
    story.accepted(&post(credit, "-4.00"));
    story.accepted(&PostPoolChunk { pool: credit, chunk: Count(1) });
    let state = story.draft().pool(credit);
    assert_eq!(state.uncharged(unit(1)).unwrap().reason, Uncharged::ChargeReversed);
    assert_eq!(state.uncharged_amount(), money("-4.00"));
}

/// The unit is sold as of the pool's first day, which is known only after the pool was charged.
#[test]
fn a_share_goes_over_with_its_day_and_back_with_its_pool() {
    let mut story = town(&["1", "1"]).given(BUYER, party(PartyKind::OwnerGroup));
    posted(&mut story, &open(2, "10.00"));
    let transfer = TransferUnit {
        transfer: Transfer {
            unit: unit(1),
            from: day("2025-12-01"),
            party: BUYER,
            status: None,
            paid_ahead: PaidAhead::Kept,
        },
        credit: Vec::new(),
        reason: "过户".parse().unwrap(),
        authority: limit("1000.00"),
    };
    story.accepted(&transfer);
    let account = account_of(&story, 1);
    let live = account.charges().find(|charge| !charge.reversed).unwrap().clone();
    drop(account);
    assert_eq!((live.booking.obligor, live.source), (BUYER, Some(Source::Pool { pool: POOL })));
    assert!(unexplained(&story, AccountId::of_unit(unit(1))).is_empty());
    story.accepted(&ReversePool { pool: POOL, reason: "重摊".parse().unwrap(), authority: limit("100.00") });
    taken_back(&mut story, POOL);
    assert_eq!(owed(&story, 2), ["0.00", "0.00"]);
}

#[test]
fn one_building_bears_its_own_pool() {
    let mut story = home(town(&["10"]), 2, "2-1", "10");
    let scope = PoolScope::Entrance { building: "1".parse().unwrap(), entrance: "1".parse().unwrap() };
    posted(&mut story, &OpenPool { scope, ..open(2, "10.00") });
    assert_eq!(owed(&story, 2), ["5.00", "5.00"]);
    let named = PoolScope::Units { units: vec![unit(2)] };
    let only = OpenPool { pool: PoolId(uuid(0x9002)), scope: named, units: vec![unit(2)], ..open(2, "1.00") };
    posted(&mut story, &only);
    assert_eq!(owed(&story, 2), ["5.00", "6.00"]);
    assert_eq!(account_of(&story, 1).charges().next().map(|charge| charge.booking.fee_item), Some(ITEM));
}

#[test]
fn the_explanation_of_a_share_carries_the_pool() {
    let mut story: Story = town(&["1", "2"]);
    posted(&mut story, &open(2, "10.00"));
    let account = account_of(&story, 2);
    let charge = account.charges().next().unwrap().charge;
    drop(account);
    let said = explained(&story, AccountId::of_unit(unit(2)), charge);
    let pool = said.pool.unwrap();
    assert_eq!((pool.pool, pool.weight_label.as_str(), pool.remainder_fen), (POOL, "建筑面积", true));
    assert_eq!((pool.amount, pool.whole_fen, pool.share), (money("10.00"), money("6.66"), money("6.67")));
}

#[test]
fn what_is_published_is_computed_again() {
    let story = bare(town(&["1", "2"]), 3, "1-3");
    let area = UnitAreaSet { from: day("2020-01-01"), building_area_sqm: "3".parse().unwrap(), inner_area_sqm: None };
    let mut story = home(story.given(unit(3), area), 4, "1-4", "4");
    let excluded = vec![(unit(4), "底层不用电梯".parse().unwrap())];
    story.accepted(&OpenPool { excluded, kinds: vec![UnitKind::Residence], ..open(4, "10.00") });
    let published = story.draft().pool(POOL).published().unwrap();
    assert_eq!((published.method.as_str(), published.scope.as_str()), ("按建筑面积", "全小区（住宅）"));
    assert_eq!((published.charged, published.uncharged, published.equal), (money("5.00"), money("5.00"), true));
    let shown: Vec<_> = published.shares.iter().map(|share| (share.code.as_str(), share.amount.to_string())).collect();
    let expected = [("1-1", "1.67"), ("1-2", "3.33"), ("1-3", "5.00")];
    assert_eq!(shown, expected.map(|(code, amount)| (code, amount.to_owned())));
    assert_eq!(published.shares[2].uncharged, Some(Uncharged::HandOverDateMissing));
    assert_eq!(published.excluded[0].code.as_str(), "1-4");
}

#[test]
fn a_bill_run_says_when_a_pool_is_still_open() {
    use crate::bill_run::{BillScope, BillUnit};
    use crate::fee_item::{DueRule, MonthBasis, Price, TariffSet, Timing};
    let tariff = TariffSet {
        tariff: crate::id::TariffId(uuid(1)),
        from: day("2025-01-01"),
        price: Price::Shared,
        cycle_months: Count(1),
        basis: MonthBasis::Calendar,
        timing: Timing::Advance,
        due: DueRule::DaysAfter { days: Count(30) },
        round_to: crate::money::RoundTo::Fen,
        approved: None,
        seen: Vec::new(),
    };
    let attached = crate::unit::FeeItemAttached { fee_item: ITEM, from: day("2025-01-01"), until: None };
    let mut story = town(&["1"]).given(ITEM, tariff).given(unit(1), attached);
    let month = "2025-12".parse().unwrap();
    let bill = BillUnit { unit: unit(1), scope: BillScope::Months { from: month, to: month, fee_items: Vec::new() } };
    let why = |story: &mut Story| story.when(&bill).unwrap_err().detail[0].1.clone();
    assert!(why(&mut story).starts_with("pool_open "));
    posted(&mut story, &open(1, "10.00"));
    assert!(why(&mut story).starts_with("already_charged "));
}
