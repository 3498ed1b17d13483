//! Stories of campaigns: units pay less without being granted anything by hand, as long as it holds and where it holds.

use super::stories::{bill, charges, day, home, per_area, tariff};
use crate::account::fixture::{explained, unexplained};
use crate::account::{ChargePosted, DiscountKind, DiscountTerms};
use crate::approval::Authority;
use crate::approval::fixture::approved;
use crate::calendar::DateRange;
use crate::community::GoLive;
use crate::fee_item::{EndCampaign, FeeItemEvent, GrantCampaign};
use crate::id::{AccountId, DiscountId, FeeItemId, UnitId};
use crate::pool::PoolScope;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{ITEM, UNIT};
use crate::unit::{GrantDiscount, UnitKind};

fn offer(terms: DiscountTerms, from: &str, until: &str) -> GrantCampaign {
    GrantCampaign {
        fee_item: ITEM,
        name: "春节优惠".parse().unwrap(),
        scope: PoolScope::Community,
        kinds: Vec::new(),
        terms,
        days: DateRange::new(day(from), day(until)).unwrap(),
        authority: Authority::default(),
    }
}

fn part(off: &str) -> DiscountTerms {
    DiscountTerms::Percentage { off: off.parse().unwrap() }
}

fn billed() -> Story {
    home().given(ITEM, tariff(1, "2025-01-01", per_area("2")))
}

fn campaign(events: &[Event]) -> DiscountId {
    let Event::FeeItem(FeeItemEvent::CampaignGranted(granted)) = &events[0] else { unreachable!() };
    granted.campaign
}

/// `from gross - kind amount … = net`
fn told(charge: &ChargePosted) -> String {
    let lines = charge.discounts.iter().map(|line| format!(" - {} {}", line.kind, line.amount)).collect::<String>();
    format!("{} {}{lines} = {}", charge.service.from(), charge.gross, charge.amount)
}

fn rows(story: &mut Story, from: &str, to: &str) -> Vec<String> {
    charges(story, &bill(from, to)).iter().map(told).collect()
}

#[test]
fn a_campaign_is_a_line_of_every_charge_of_its_days_and_gross_stays() {
    let mut story = billed();
    story.accepted(&offer(DiscountTerms::Free, "2026-02-01", "2026-03-01"));
    story.accepted(&offer(part("0.1"), "2026-03-16", "2026-04-01"));
    let rows = rows(&mut story, "2026-01", "2026-03");
    assert_eq!(
        rows,
        [
            "2026-01-01 200.00 = 200.00",
            "2026-02-01 200.00 - campaign 200.00 = 0.00",
            "2026-03-01 96.77 = 96.77",
            "2026-03-16 103.23 - campaign 10.33 = 92.90",
        ]
    );
    let account = AccountId::of_unit(UNIT);
    assert!(unexplained(&story, account).is_empty());
    let state = story.draft().account(account);
    let free = state.charges().find(|charge| charge.owed.is_zero()).unwrap().charge;
    drop(state);
    let text = explained(&story, account, free).text;
    assert!(text.contains("活动优惠免收，减 200.00 元"), "{text}");
}

#[test]
fn a_campaign_stands_beside_a_units_own_discounts_and_what_is_charged_stays() {
    let mut story = billed();
    let own = GrantDiscount {
        unit: UNIT,
        fee_item: ITEM,
        kind: DiscountKind::Hardship,
        terms: part("0.2"),
        days: DateRange::new(day("2026-01-01"), day("2026-03-01")).unwrap(),
        charged: None,
        reason: "低保家庭".parse().unwrap(),
        authority: Authority::default(),
    };
    story.accepted(&own);
    assert_eq!(rows(&mut story, "2026-01", "2026-01"), ["2026-01-01 200.00 - hardship 40.00 = 160.00"]);
    let events = story.accepted(&offer(part("0.5"), "2026-01-01", "2026-04-01"));
    assert_eq!(
        rows(&mut story, "2026-01", "2026-02"),
        ["2026-02-01 200.00 - campaign 100.00 - hardship 20.00 = 80.00"]
    );
    let (campaign, reason) = (campaign(&events), "提前结束".parse().unwrap());
    let end = EndCampaign { fee_item: ITEM, campaign, on: day("2026-03-01"), reason };
    story.accepted(&end);
    assert_eq!(story.refused(&end), "discount_must_hold_then");
    assert_eq!(story.refused(&EndCampaign { campaign: DiscountId(uuid(1)), ..end }), "discount_must_exist");
    assert_eq!(rows(&mut story, "2026-03", "2026-03"), ["2026-03-01 200.00 = 200.00"]);
    let by_hand = GrantDiscount { kind: DiscountKind::Campaign, ..own };
    assert_eq!(story.refused(&by_hand), "campaign_must_be_of_fee_item");
}

#[test]
fn a_campaign_is_for_the_units_of_its_scope_and_no_two_meet() {
    let building = |building: &str| PoolScope::Building { building: building.parse().unwrap() };
    let elsewhere = GrantCampaign { scope: building("不在这里"), ..offer(part("0.1"), "2026-01-01", "2026-02-01") };
    let mut story = billed();
    story.accepted(&elsewhere);
    assert_eq!(story.refused(&elsewhere), "discount_must_not_overlap");
    let everywhere = GrantCampaign { scope: PoolScope::Community, ..elsewhere.clone() };
    assert_eq!(story.refused(&everywhere), "discount_must_not_overlap");
    story.accepted(&GrantCampaign { scope: building("也不在这里"), ..elsewhere.clone() });
    assert_eq!(rows(&mut story, "2026-01", "2026-01"), ["2026-01-01 200.00 = 200.00"]);
    let shops = GrantCampaign { kinds: vec![UnitKind::Shop], ..offer(part("0.1"), "2026-02-01", "2026-03-01") };
    story.accepted(&shops);
    let units = |units: Vec<UnitId>| GrantCampaign {
        scope: PoolScope::Units { units },
        kinds: vec![UnitKind::Residence],
        ..shops.clone()
    };
    story.accepted(&units(vec![UNIT]));
    assert_eq!(rows(&mut story, "2026-02", "2026-02"), ["2026-02-01 200.00 - campaign 20.00 = 180.00"]);
    assert_eq!(story.refused(&units(vec![UNIT, UNIT])), "pool_units_must_be_bounded");
    assert_eq!(story.refused(&units(vec![UnitId(uuid(1))])), "unit_must_exist");
}

#[test]
fn once_live_another_approves_it_and_terms_are_in_range() {
    let mut story = billed();
    assert_eq!(story.refused(&offer(part("1"), "2026-01-01", "2026-02-01")), "discount_must_be_in_range");
    let unknown = GrantCampaign { fee_item: FeeItemId(uuid(1)), ..offer(part("0.1"), "2026-01-01", "2026-02-01") };
    assert_eq!(story.refused(&unknown), "fee_item_must_exist");
    story.accepted(&GoLive { go_live_on: day("2026-01-01") });
    let wish = offer(part("0.1"), "2026-02-01", "2026-03-01");
    assert_eq!(story.refused(&wish), "approval_must_be_given");
    let authority = approved(&mut story, &wish);
    story.accepted(&GrantCampaign { authority, ..wish });
}
