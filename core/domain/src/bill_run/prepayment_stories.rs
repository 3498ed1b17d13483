//! Stories of prepayment offers 预缴优惠: twelve months for eleven, granted only when the whole is paid.

use super::stories::{bill, charges, day, home, per_area, tariff};
use crate::account::fixture::{credit, explained, lot, money, unexplained, waive};
use crate::account::{AccountEvent, ChargePosted, CreditReceived, DiscountKind, DiscountTerms, ReverseCharge};
use crate::approval::Authority;
use crate::approval::fixture::{approved, limit};
use crate::calendar::DateRange;
use crate::community::GoLive;
use crate::fee_item::{EndPrepaymentOffer, FeeItemEvent, MonthBasis, Price, SetPrepaymentOffer, TariffSet, Timing};
use crate::id::{AccountId, FeeItemId, OfferId};
use crate::money::Money;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{BUYER, ITEM, OWNER, TENANT, UNIT};
use crate::unit::{
    AcceptPrepaymentOffer, EndDiscount, FeeItemDetached, GrantDiscount, PaidAhead, PrepaymentQuote, Transfer,
    TransferUnit, UnitEvent, UnitOwnerSet, quote_prepayment,
};
use crate::value::Count;
use proptest::prelude::*;

fn account() -> AccountId {
    AccountId::of_unit(UNIT)
}

fn set(months: u32, free: u32) -> SetPrepaymentOffer {
    SetPrepaymentOffer {
        fee_item: ITEM,
        months: Count(months),
        free_months: Count(free),
        days: DateRange::new(day("2026-01-01"), day("2026-04-01")).unwrap(),
        authority: Authority::default(),
    }
}

fn offered(story: &mut Story, months: u32, free: u32) -> OfferId {
    let events = story.accepted(&set(months, free));
    let Event::FeeItem(FeeItemEvent::PrepaymentOfferSet(set)) = &events[0] else { unreachable!() };
    set.offer
}

fn accept(offer: OfferId, from: &str) -> AcceptPrepaymentOffer {
    AcceptPrepaymentOffer { unit: UNIT, fee_item: ITEM, offer, from: day(from) }
}

fn lots(n: u128, amount: &str) -> CreditReceived {
    CreditReceived { account: account(), holder: OWNER, ..credit(n, amount, "2026-01-01") }
}

/// 238.05 a month: eleven of twelve are no round sum per month.
fn priced() -> Story {
    home().given(ITEM, tariff(1, "2025-01-01", per_area("2.3805")))
}

fn posted(events: &[Event]) -> Vec<ChargePosted> {
    let charge = |event: &Event| match event {
        Event::Account(AccountEvent::ChargePosted(charge)) => Some(charge.clone()),
        _ => None,
    };
    events.iter().filter_map(charge).collect()
}

/// `from gross - kind amount … = net`
fn told(charge: &ChargePosted) -> String {
    let lines = charge.discounts.iter().map(|line| format!(" - {} {}", line.kind, line.amount)).collect::<String>();
    format!("{} {}{lines} = {}", charge.service.from(), charge.gross, charge.amount)
}

fn quote(story: &Story, offer: OfferId, from: Option<&str>) -> PrepaymentQuote {
    quote_prepayment(&mut story.draft(), UNIT, (ITEM, offer), from.map(day)).unwrap()
}

#[test]
fn a_year_for_eleven_months_is_charged_and_paid_at_once() {
    let mut story = priced().given(account(), lots(1, "1000.00")).given(account(), lots(2, "2000.00"));
    let offer = offered(&mut story, 12, 1);
    let seen = quote(&story, offer, Some("2026-01-01"));
    assert_eq!((seen.days.from(), seen.days.until()), (day("2026-01-01"), day("2027-01-01")));
    let told_total = (seen.total.gross, seen.total.prepayment, seen.total.net);
    assert_eq!(told_total, (money("2856.60"), money("238.05"), money("2618.55")));
    assert_eq!((seen.credit, seen.missing, seen.obligor), (money("3000.00"), Money::ZERO, OWNER));

    let events = story.accepted(&accept(offer, "2026-01-01"));
    let charges = posted(&events);
    assert_eq!(
        charges[..3].iter().map(told).collect::<Vec<_>>(),
        [
            "2026-01-01 238.05 - prepayment 19.84 = 218.21",
            "2026-02-01 238.05 - prepayment 19.84 = 218.21",
            "2026-03-01 238.05 - prepayment 19.83 = 218.22"
        ]
    );
    assert_eq!(charges.iter().map(|charge| charge.amount).sum::<Money>(), money("2618.55"));
    assert_eq!(charges.len(), seen.months.len());
    assert!(charges.windows(2).all(|two| two[0].bill_line == two[1].bill_line), "one line");
    let state = story.draft().account(account());
    assert!(state.charges().all(|charge| charge.open().is_zero()));
    assert_eq!((state.lot(lot(1)).unwrap().rest, state.lot(lot(2)).unwrap().rest), (Money::ZERO, money("381.45")));
    let text = explained(&story, account(), charges[1].charge).text;
    let said = "预缴优惠缴 11 个月享 12 个月，合计减 238.05 元，按月累计分摊，本笔减 19.84 元，应收 218.21 元。";
    assert!(text.contains(said), "{text}");
    assert_eq!(unexplained(&story, account()), [""; 0]);
    // Its months are charged: no run charges them again, and nobody accepts it again.
    assert_eq!(story.refused(&bill("2026-01", "2026-12")), "nothing_to_bill");
    assert_eq!(story.refused(&accept(offer, "2026-01-01")), "discount_must_not_overlap");
    assert_eq!(quote(&story, offer, None).days.from(), day("2027-01-01"));
}

#[test]
fn a_month_that_is_reversed_is_free_money_and_billed_again_comes_to_the_same() {
    let mut story = priced().given(account(), lots(1, "3000.00"));
    let offer = offered(&mut story, 12, 1);
    let year = posted(&story.accepted(&accept(offer, "2026-01-01")));
    for month in [1, 2] {
        let charge = year[month].charge;
        let reason = "重新出账".parse().unwrap();
        story.accepted(&ReverseCharge { account: account(), charge, reason, authority: limit("1000.00") });
    }
    assert_eq!(story.draft().account(account()).lot(lot(1)).unwrap().rest, money("817.88"));
    let again = charges(&mut story, &bill("2026-02", "2026-03"));
    assert_eq!(again.iter().map(told).collect::<Vec<_>>(), year[1..3].iter().map(told).collect::<Vec<_>>());
    let share = |charge: &ChargePosted| charge.share.clone().map(|share| (share.month, share.of, share.line));
    assert_eq!(share(&again[0]), share(&year[1]));
    assert_eq!(unexplained(&story, account()), [""; 0]);
    // What is charged keeps it; ended on a day that is not, it lowers nothing any more.
    let Some(Event::Unit(UnitEvent::DiscountGranted(granted))) = story
        .events_of(UNIT)
        .into_iter()
        .map(|recorded| recorded.event)
        .find(|event| matches!(event, Event::Unit(UnitEvent::DiscountGranted(_))))
    else {
        unreachable!()
    };
    let reason = "业主退出预缴".parse().unwrap();
    let end = EndDiscount { unit: UNIT, discount: granted.discount, on: day("2026-12-01"), reason };
    assert_eq!(story.refused(&end), "discounted_days_must_not_be_charged");
    let last = ReverseCharge {
        account: account(),
        charge: year[11].charge,
        reason: "退出".parse().unwrap(),
        authority: limit("1000.00"),
    };
    story.accepted(&last);
    story.accepted(&end);
    let billed = charges(&mut story, &bill("2026-12", "2026-12"));
    assert_eq!(billed.iter().map(told).collect::<Vec<_>>(), ["2026-12-01 238.05 = 238.05"]);
}

#[test]
fn it_stands_beside_other_discounts_and_prices_each_stretch_for_itself() {
    let mut story = priced().given(ITEM, tariff(2, "2026-07-01", per_area("2.5"))).given(account(), lots(1, "3000.00"));
    let offer = offered(&mut story, 12, 1);
    let grant = GrantDiscount {
        unit: UNIT,
        fee_item: ITEM,
        kind: DiscountKind::Hardship,
        terms: DiscountTerms::Percentage { off: "0.1".parse().unwrap() },
        days: DateRange::new(day("2026-01-01"), day("2026-04-01")).unwrap(),
        charged: None,
        reason: "低保家庭".parse().unwrap(),
        authority: Authority::default(),
    };
    story.accepted(&grant);
    for kind in [DiscountKind::Prepayment, DiscountKind::Staff] {
        let terms = DiscountTerms::Months { free: Count(1), of: Count(12) };
        let by_hand = GrantDiscount { kind, terms, ..grant.clone() };
        let refused = story.refused(&by_hand);
        assert!(["prepayment_must_be_accepted", "discount_must_be_in_range"].contains(&refused), "{refused}");
    }
    let charges = posted(&story.accepted(&accept(offer, "2026-01-01")));
    assert_eq!(
        [0, 3, 6].map(|month| told(&charges[month])),
        [
            "2026-01-01 238.05 - hardship 23.80 - prepayment 17.86 = 196.39",
            "2026-04-01 238.05 - prepayment 19.84 = 218.21",
            "2026-07-01 250.00 - prepayment 20.83 = 229.17"
        ]
    );
    assert_eq!(unexplained(&story, account()), [""; 0]);
}

#[test]
fn it_is_granted_only_when_the_whole_is_paid_by_who_owes() {
    let mut story = priced()
        .given(account(), CreditReceived { earmark: Some(ITEM), ..lots(1, "2618.54") })
        .given(account(), CreditReceived { earmark: Some(FeeItemId(uuid(7))), ..lots(2, "9999.00") })
        .given(account(), CreditReceived { holder: TENANT, ..lots(3, "9999.00") })
        .given(account(), CreditReceived { held_back: true, ..lots(4, "9999.00") });
    let offer = offered(&mut story, 12, 1);
    let seen = quote(&story, offer, Some("2026-01-01"));
    assert_eq!((seen.credit, seen.missing), (money("2618.54"), money("0.01")));
    let refusal = story.when(&accept(offer, "2026-01-01")).unwrap_err();
    assert_eq!(refusal.code, "credit_must_pay_all_months");
    assert!(refusal.detail.iter().any(|(name, amount)| *name == "missing" && amount == "0.01"));
    assert!(story.draft().unit(UNIT).discounts().is_empty() && story.draft().account(account()).charges().count() == 0);
    let mut story = story.given(account(), lots(5, "0.01"));
    story.accepted(&accept(offer, "2026-01-01"));
}

#[test]
fn months_that_cannot_be_charged_are_refused_by_name() {
    let mut story = priced().given(account(), lots(1, "9999.00"));
    let offer = offered(&mut story, 12, 1);
    assert_eq!(story.refused(&accept(OfferId(uuid(1)), "2026-01-01")), "prepayment_offer_must_exist");
    assert_eq!(story.refused(&accept(offer, "2026-01-02")), "prepaid_months_must_be_whole");
    assert_eq!(story.refused(&accept(offer, "2027-02-01")), "prepaid_months_must_begin_soon");
    assert_eq!(story.refused(&accept(offer, "2024-12-01")), "prepaid_months_must_be_attached");
    assert_eq!(
        story.refused(&AcceptPrepaymentOffer { fee_item: FeeItemId(uuid(9)), ..accept(offer, "2026-01-01") }),
        "fee_item_must_exist"
    );
    let refused = |story: Story| {
        let mut story = story;
        let offer = offered(&mut story, 12, 1);
        story.refused(&accept(offer, "2026-01-01"))
    };
    let detached = priced().given(UNIT, FeeItemDetached { fee_item: ITEM, on: day("2026-12-31") });
    assert_eq!(refused(detached), "prepaid_months_must_be_attached");
    let sold = priced().given(UNIT, UnitOwnerSet { from: day("2026-06-15"), party: BUYER });
    assert_eq!(refused(sold), "prepayment_must_be_of_one_party");
    let unpriced = home().given(ITEM, tariff(1, "2026-02-01", per_area("2")));
    assert_eq!(refused(unpriced), "prepaid_months_must_be_billable");
    let mut charged = priced();
    charged.accepted(&bill("2026-03", "2026-03"));
    assert_eq!(refused(charged), "prepaid_months_must_be_billable");
    let mut live = priced();
    live.accepted(&GoLive { go_live_on: day("2026-01-15") });
    assert_eq!(refused(live), "prepaid_months_must_be_billable");
}

#[test]
fn an_offer_is_of_an_item_by_time_and_one_of_as_many_months_holds_on_a_day() {
    let mut story = priced();
    for (months, free) in [(1, 1), (12, 0), (12, 12), (37, 1)] {
        assert_eq!(story.refused(&set(months, free)), "prepayment_months_must_be_in_range");
    }
    let offer = offered(&mut story, 12, 1);
    assert_eq!(story.refused(&set(12, 2)), "prepayment_offer_must_not_overlap");
    offered(&mut story, 6, 1);
    let end =
        |on: &str| EndPrepaymentOffer {
            fee_item: ITEM, offer, on: day(on), reason: "活动提前结束".parse().unwrap()
        };
    assert_eq!(story.refused(&end("2026-04-01")), "prepayment_offer_must_hold_then");
    assert_eq!(
        story.refused(&EndPrepaymentOffer { offer: OfferId(uuid(1)), ..end("2026-01-01") }),
        "prepayment_offer_must_exist"
    );
    story.accepted(&end("2026-01-01"));
    assert_eq!(story.refused(&accept(offer, "2026-01-01")), "prepayment_offer_must_hold_then");
    offered(&mut story, 12, 2);
    let mut shared = priced().given(ITEM, tariff(2, "2026-01-01", Price::Shared));
    assert_eq!(shared.refused(&set(12, 1)), "discount_must_be_by_time");
    let unknown = SetPrepaymentOffer { fee_item: FeeItemId(uuid(9)), ..set(12, 1) };
    assert_eq!(shared.refused(&unknown), "fee_item_must_exist");
    story.accepted(&GoLive { go_live_on: day("2026-01-01") });
    let wish = set(24, 3);
    assert_eq!(story.refused(&wish), "approval_must_be_given");
    let authority = approved(&mut story, &wish);
    story.accepted(&SetPrepaymentOffer { authority, ..wish });
}

#[test]
fn who_buys_the_unit_is_charged_its_share_of_what_was_free() {
    let mut story = priced().given(account(), lots(1, "3000.00"));
    let offer = offered(&mut story, 12, 1);
    story.accepted(&accept(offer, "2026-01-01"));
    let transfer =
        Transfer { unit: UNIT, from: day("2026-07-01"), party: BUYER, status: None, paid_ahead: PaidAhead::Freed };
    let left =
        |lot| crate::unit::CreditChoice { lot, fate: crate::unit::CreditFate::Left, amount: None, evidence: None };
    let sale = TransferUnit {
        transfer,
        credit: vec![left(lot(1))],
        reason: "过户".parse().unwrap(),
        authority: limit("9999.00"),
    };
    let charged = posted(&story.accepted(&sale));
    assert_eq!(told(&charged[0]), "2026-07-01 238.05 - prepayment 19.83 = 218.22");
    assert!(charged.iter().all(|charge| charge.booking.obligor == BUYER));
    assert_eq!(unexplained(&story, account()), [""; 0]);
    let charge = charged[0].charge;
    let reason = "协商减免".parse().unwrap();
    story.accepted(&waive(account(), charge, money("18.22"), reason, limit("99.00")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn net_is_the_price_of_the_months_paid_however_the_item_is_billed(
        unit_price in 1_i64..60_000,
        (months, share_free) in (2_u32..=36, 0_u32..36),
        (cycle, anniversary, arrears) in (0_usize..6, any::<bool>(), any::<bool>()),
        (start, again) in (0_u32..12, 0_usize..36),
    ) {
        let free = 1 + share_free % (months - 1);
        let price = rust_decimal::Decimal::new(unit_price, 4).normalize().to_string();
        let tariff = TariffSet {
            cycle_months: Count([1, 2, 3, 4, 6, 12][cycle]),
            basis: if anniversary { MonthBasis::Anniversary } else { MonthBasis::Calendar },
            timing: if arrears { Timing::Arrears } else { Timing::Advance },
            ..tariff(1, "2025-01-01", per_area(&price))
        };
        let mut story = home().given(ITEM, tariff).given(account(), lots(1, "99999999.00"));
        let offer = offered(&mut story, months, free);
        let from = day("2026-01-01").plus_months(start);
        let wish = AcceptPrepaymentOffer { unit: UNIT, fee_item: ITEM, offer, from };
        let charges = posted(&story.accepted(&wish));
        prop_assert_eq!(charges.len(), usize::try_from(months).unwrap());
        let exact = rust_decimal::Decimal::new(unit_price, 2) * rust_decimal::Decimal::from(months - free);
        let rounded = exact.round_dp_with_strategy(2, rust_decimal::RoundingStrategy::MidpointAwayFromZero);
        let net = charges.iter().map(|charge| charge.amount).sum::<Money>();
        prop_assert_eq!(net, Money::from_decimal(rounded).unwrap());
        for charge in &charges {
            let off = charge.discounts.iter().fold(Money::ZERO, |sum, line| sum.fold(line.amount));
            prop_assert_eq!(charge.amount.fold(off), charge.gross);
            prop_assert!(!charge.amount.is_negative() && !off.is_negative());
        }
        prop_assert_eq!(unexplained(&story, account()), Vec::<String>::new());
        // One of them reversed and billed by a run comes to the same.
        let was = &charges[again % charges.len()];
        let reason = "重新出账".parse().unwrap();
        let authority = limit("99999999.00");
        story.accepted(&ReverseCharge { account: account(), charge: was.charge, reason, authority });
        let mut month = was.service.from().month();
        for _ in 0..12 {
            month = month.previous();
        }
        let mut found = Vec::new();
        for _ in 0..24 {
            let (from, to) = (month.to_string(), month.to_string());
            if let Ok(events) = story.when(&bill(&from, &to)) {
                found.extend(posted(&events.into_iter().map(|new| new.event).collect::<Vec<_>>()));
                found.retain(|charge| charge.service.overlaps(was.service));
            }
            month = month.next();
        }
        prop_assert_eq!(found.iter().map(told).collect::<Vec<_>>(), vec![told(was)]);
        prop_assert_eq!(unexplained(&story, account()), Vec::<String>::new());
    }
}
