//! Stories of explanations: what an owner reads, and what does not foot and says so.

use super::super::fixture::{explained, unexplained};
use super::{ChargeKind, Explanation};
use crate::account::{AccountEvent, ChargeFor, ChargePosted, ChargeReduced, PostCharge, VatSplit};
use crate::approval::Approved;
use crate::bill_run::{BillScope, BillUnit};
use crate::calendar::{CivilDate, DateRange};
use crate::community::UnitAttributeDefined;
use crate::fee_item::{AmountPer, AreaKind, DueRule, MonthBasis, Price, TariffSet, Timing};
use crate::id::{AccountId, ChargeId, CommunityId, TariffId};
use crate::money::RoundTo;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{BUYER, ITEM, OWNER, UNIT, registered};
use crate::unit::{
    FeeItemAttached, PaidAhead, Transfer, TransferUnit, UnitAreaSet, UnitAttributeSet, UnitOwnerSet, UnitPriceSet,
    UnitStatus, UnitStatusSet,
};
use crate::value::Count;

fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

fn account() -> AccountId {
    AccountId::of_unit(UNIT)
}

fn per_area(unit_price: &str) -> Price {
    Price::PerArea { area: AreaKind::Building, unit_price: unit_price.parse().unwrap() }
}

fn tariff(n: u128, from: &str, price: Price, cycle: u32) -> TariffSet {
    TariffSet {
        tariff: TariffId(uuid(n)),
        from: day(from),
        price,
        cycle_months: Count(cycle),
        basis: MonthBasis::Calendar,
        timing: Timing::Advance,
        due: DueRule::DayOfMonth { day: Count(10) },
        round_to: RoundTo::Fen,
        approved: None,
        seen: Vec::new(),
    }
}

/// 89.76 square metres of the owner's, billed so many months at once.
fn home(price: Price, cycle: u32) -> Story {
    let from = day("2025-01-01");
    let tariff = tariff(1, "2025-01-01", price, cycle);
    let area = UnitAreaSet { from, building_area_sqm: "89.76".parse().unwrap(), inner_area_sqm: None };
    registered()
        .given(UNIT, area)
        .given(UNIT, UnitStatusSet { from, status: UnitStatus::HandedOver })
        .given(UNIT, UnitOwnerSet { from, party: OWNER })
        .given(ITEM, tariff)
}

fn attached(from: &str) -> FeeItemAttached {
    FeeItemAttached { fee_item: ITEM, from: day(from), until: None }
}

fn bill(story: &mut Story, from: &str, to: &str) -> Vec<ChargePosted> {
    let scope = BillScope::Months { from: from.parse().unwrap(), to: to.parse().unwrap(), fee_items: Vec::new() };
    posted(story.accepted(&BillUnit { unit: UNIT, scope }))
}

fn posted(events: Vec<Event>) -> Vec<ChargePosted> {
    let charge = |event| match event {
        Event::Account(AccountEvent::ChargePosted(charge)) => Some(charge),
        _ => None,
    };
    events.into_iter().filter_map(charge).collect()
}

fn of(story: &Story, charge: ChargeId) -> Explanation {
    explained(story, account(), charge)
}

#[test]
fn a_month_is_explained_as_an_owner_would_check_it() {
    let mut story = home(per_area("2.38"), 1).given(UNIT, attached("2025-01-01"));
    let charge = bill(&mut story, "2026-01", "2026-01").remove(0);
    let explanation = of(&story, charge.charge);
    assert_eq!(
        explanation.text,
        "物业服务费，2026年1月：建筑面积 89.76 平方米 × 单价 2.38 元/平方米·月 × 1 个月 = 213.6288 元，四舍五入到分为 213.63 元。\
         其中不含税 201.54 元（213.63 ÷ (1 + 6%)，四舍五入到分），增值税（6%）12.09 元。标准自2025年1月1日起执行。\
         缴费截止日：2026年1月10日。现应缴 213.63 元，已缴 0.00 元，未缴 213.63 元。"
    );
    let steps = explanation.steps.unwrap();
    assert_eq!((steps.price_per_month.as_str(), steps.unrounded.as_str()), ("213.6288", "213.6288"));
    let tariff = explanation.tariff.unwrap();
    assert_eq!((tariff.tariff, tariff.from, tariff.price), (TariffId(uuid(1)), day("2025-01-01"), per_area("2.38")));
    assert_eq!(explanation.kind, ChargeKind::Tariff);
    assert!(explanation.own_price.is_none());
    let inputs: Vec<_> = explanation.inputs.iter().map(|input| (input.label.as_str(), input.since)).collect();
    assert_eq!(inputs, [("建筑面积", Some(day("2025-01-01"))), ("单价", Some(day("2025-01-01")))]);
}

#[test]
fn a_broken_quarter_says_how_its_months_share_it() {
    let fixed = Price::Fixed { amount: "100".parse().unwrap(), per: AmountPer::Cycle };
    let mut story = home(fixed, 3).given(UNIT, attached("2026-01-18"));
    let charges = bill(&mut story, "2026-01", "2026-03");
    let explanation = of(&story, charges[1].charge);
    let expected = "物业服务费，2026年2月：2026年1月18日至2026年3月31日一并计算，每期 100 元 ÷ 3 个月 × (14/31 + 2) 个月 = \
                    81.7204301075 元，四舍五入到分为 81.72 元。合计按月累计分摊，本笔是 3 个月中的第 2 个月：到本月累计 48.39 元，\
                    减去以前各月 15.05 元，为 33.34 元。";
    assert!(explanation.text.starts_with(expected), "{}", explanation.text);
    let steps = explanation.steps.unwrap();
    assert_eq!((steps.months.numerator, steps.months.denominator), (76, 31));
    assert_eq!(steps.share.months_so_far.text, "14/31 + 1");
    assert_eq!(unexplained(&story, account()), [""; 0]);
}

#[test]
fn a_card_of_a_space_runs_from_any_day_to_the_same_day_of_the_next_month() {
    let card = |n, from, amount: &str| {
        let price = Price::Fixed { amount: amount.parse().unwrap(), per: AmountPer::Month };
        TariffSet { basis: MonthBasis::Anniversary, ..tariff(n, from, price, 1) }
    };
    let mut story = home(per_area("1"), 1)
        .given(ITEM, card(2, "2025-01-01", "300"))
        .given(ITEM, card(3, "2026-03-17", "330"))
        .given(UNIT, attached("2026-01-17"));
    let charges = bill(&mut story, "2026-01", "2026-03");
    let told =
        charges.iter().map(|charge| format!("{} {} {}", charge.service.from(), charge.service.until(), charge.amount));
    let expected = ["2026-01-17 2026-02-17 300.00", "2026-02-17 2026-03-17 300.00", "2026-03-17 2026-04-17 330.00"];
    assert_eq!(told.collect::<Vec<_>>(), expected);
    let text = of(&story, charges[0].charge).text;
    let first = "物业服务费，2026年1月17日至2026年2月16日：每月 300 元 × 1 个月 = 300.00 元。";
    assert!(text.starts_with(first) && text.contains("标准自2025年1月1日起执行。"), "{text}");
    assert_eq!(unexplained(&story, account()), [""; 0]);
}

#[test]
fn a_formula_over_the_words_of_the_community_and_a_price_of_its_own() {
    let formula =
        Price::Formula { formula: "area * unit_price * lift".parse().unwrap(), unit_price: "0.35".parse().ok() };
    let own = UnitPriceSet {
        fee_item: ITEM,
        from: day("2025-06-01"),
        price: Some(formula),
        reason: "首层不用电梯".parse().unwrap(),
        approved: None,
        seen: Vec::new(),
    };
    let community = CommunityId(Story::new().ledger_id().uuid());
    let lift = "lift".parse().unwrap();
    let value = UnitAttributeSet { name: "lift".parse().unwrap(), from: day("2025-03-01"), value: "0.5".parse().ok() };
    let mut story = home(per_area("2.38"), 1)
        .given(UNIT, attached("2025-01-01"))
        .given(community, UnitAttributeDefined { name: lift, label: "电梯系数".parse().unwrap() })
        .given(UNIT, value)
        .given(UNIT, own);
    let charge = bill(&mut story, "2026-01", "2026-01").remove(0);
    // What is said of its price afterwards explains nothing of it.
    let later = UnitPriceSet {
        fee_item: ITEM,
        from: day("2025-07-01"),
        price: Some(per_area("9")),
        reason: "后来的约定".parse().unwrap(),
        approved: None,
        seen: Vec::new(),
    };
    let story = story.given(UNIT, later);
    let explanation = of(&story, charge.charge);
    assert_eq!(explanation.formula.unwrap().value.as_deref(), Some("15.708"));
    assert_eq!(explanation.own_price.unwrap().from, day("2025-06-01"));
    let expected = "物业服务费，2026年1月：按公式 area * unit_price * lift（建筑面积 89.76、电梯系数 0.5、单价 0.35）得每月 15.708 元 × \
                    1 个月 = 15.708 元，四舍五入到分为 15.71 元。";
    assert!(explanation.text.starts_with(expected), "{}", explanation.text);
    assert!(
        explanation.text.contains("单价按本房屋自2025年6月1日起的约定执行（首层不用电梯）。"),
        "{}",
        explanation.text
    );
}

#[test]
fn a_charge_that_went_over_says_what_it_replaces() {
    let mut story = home(per_area("3.1"), 3).given(UNIT, attached("2025-01-01"));
    let billed = bill(&mut story, "2026-01", "2026-03");
    let transfer =
        Transfer { unit: UNIT, from: day("2026-02-15"), party: BUYER, status: None, paid_ahead: PaidAhead::Kept };
    let sold = TransferUnit {
        transfer,
        credit: Vec::new(),
        reason: "过户".parse().unwrap(),
        authority: crate::approval::Authority::default(),
    };
    let followers = posted(story.accepted(&sold));
    assert_eq!(unexplained(&story, account()), [""; 0]);
    let february = of(&story, billed[1].charge);
    let ids = |all: &[ChargePosted]| all.iter().map(|charge| charge.charge).collect::<Vec<_>>();
    assert_eq!(february.replaced_by, ids(&followers)[..2]);
    assert_eq!((february.owed.to_string(), february.happened[0].event_type), ("0.00".into(), "charge_reversed"));
    let sellers = of(&story, followers[0].charge);
    assert_eq!(sellers.replaces, Some(billed[1].charge));
    let share = sellers.steps.unwrap().share;
    assert_eq!((share.month, share.of, share.earlier), (2, 2, billed[0].amount), "January stands with him");
    let tariff = of(&story, followers[1].charge).tariff.unwrap();
    assert_eq!(tariff.from, day("2025-01-01"));
}

#[test]
fn what_no_tariff_billed_says_what_it_is() {
    let mut story = home(per_area("2.38"), 1).given(UNIT, attached("2025-01-01"));
    let month = bill(&mut story, "2026-01", "2026-01").remove(0);
    let post = |purpose| PostCharge {
        account: account(),
        fee_item: ITEM,
        purpose,
        service: DateRange::new(day("2026-01-05"), day("2026-01-06")).unwrap(),
        due_on: day("2026-02-10"),
        amount: "50.00".parse().unwrap(),
    };
    let once = posted(story.accepted(&post(ChargeFor::Once))).remove(0);
    let more = posted(story.accepted(&post(ChargeFor::Correction(month.charge)))).remove(0);
    let reduced = ChargeReduced {
        charge: once.charge,
        amount: "20.00".parse().unwrap(),
        vat: VatSplit { net: "18.87".parse().unwrap(), tax: "1.13".parse().unwrap(), ..once.vat.clone() },
        booking: once.booking.clone(),
        reason: "多收".parse().unwrap(),
        approved: Approved {
            requested_by: uuid(1),
            approved_by: Some(uuid(2)),
            approval: None,
            approved_by_limit: None,
        },
        seen: Vec::new(),
    };
    let story = story.given(account(), reduced);
    let explanation = of(&story, once.charge);
    assert_eq!(explanation.kind, ChargeKind::OneOff);
    let expected = "物业服务费，2026年1月5日至2026年1月5日：单笔收费 50.00 元，金额由工作人员登记，不按标准计算。";
    assert!(explanation.text.starts_with(expected), "{}", explanation.text);
    let end = "2026年1月1日调减 20.00 元（多收）。现应缴 30.00 元，已缴 0.00 元，未缴 30.00 元。";
    assert!(explanation.text.ends_with(end), "{}", explanation.text);
    assert!(of(&story, more.charge).text.contains("对原应收的补收，50.00 元"));
    let corrected = of(&story, month.charge);
    assert_eq!(corrected.happened[0].charge, Some(more.charge));
    assert_eq!(unexplained(&story, account()), [""; 0]);
}

#[test]
fn what_cannot_be_computed_again_says_so() {
    let mut story = home(per_area("2.38"), 1).given(UNIT, attached("2025-01-01"));
    let charge = bill(&mut story, "2026-01", "2026-01").remove(0);
    let forged = |change: &dyn Fn(&mut ChargePosted)| {
        let mut charge = ChargePosted { charge: ChargeId(uuid(7)), bill_line: uuid(8).into(), ..charge.clone() };
        change(&mut charge);
        let story = home(per_area("2.38"), 1).given(account(), charge);
        let explanation = of(&story, ChargeId(uuid(7)));
        (explanation.recomputed.unwrap(), explanation.text)
    };
    let (right, _) = forged(&|_| {});
    assert!(right.equal);
    let (dear, text) = forged(&|charge| charge.amount = "213.64".parse().unwrap());
    assert_eq!((dear.equal, dear.amount, dear.posted), (false, "213.63".parse().ok(), "213.64".parse().unwrap()));
    assert!(text.ends_with("注意：重新计算为 213.63 元，与入账的 213.64 元或其税额不一致，请与物业核对。"), "{text}");
    let (whole, _) = forged(&|charge| charge.whole = "213.64".parse().ok());
    let (taxed, _) = forged(&|charge| charge.vat.tax = "12.10".parse().unwrap());
    assert!(!whole.equal && !taxed.equal);
    let (bare, text) = forged(&|charge| charge.inputs.clear());
    assert_eq!((bare.equal, bare.amount), (false, None));
    assert!(text.contains("无法按记录重新计算"), "{text}");
}
