//! Stays that are taken for, told from the outside: money, books, figures, explanation, mistakes.

use super::*;
use crate::account::fixture::{day, money};
use crate::approval::Authority;
use crate::approval::fixture::{approved, limit};
use crate::book::{Fund, Purse, VatCategory};
use crate::channel_account::ChannelKind;
use crate::fee_item::{
    DueRule, FeeItemCreated, MonthBasis, Parking, ParkingBlock, ParkingCap, ParkingDay, ParkingStep, Price, SetTariff,
    TariffSet, Timing, Vat,
};
use crate::figures::{By, Cut, Register};
use crate::id::{ChargeId, FeeItemId, ReferenceId, TakingId, TariffId};
use crate::money::RoundTo;
use crate::payment::Channel;
use crate::payment::fixture::{bank, cash_box, channel, shift, story, story_with_shift, to_account, transfer};
use crate::rule::figures::Query;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::value::Count;

const ITEM: FeeItemId = FeeItemId(uuid::Uuid::from_u128(0x9a));

fn block(minutes: u32, amount: &str) -> ParkingBlock {
    ParkingBlock { minutes: Count(minutes), amount: money(amount) }
}

/// 15 minutes free, the first hour so much, each half hour 1 yuan, 20 yuan in 24 hours.
fn parking(first: &str) -> Parking {
    Parking {
        free_minutes: Count(15),
        first: block(60, first),
        further: block(30, "1.00"),
        steps: vec![ParkingStep { after_hours: Count(10), block: block(60, "1.00") }],
        cap: Some(ParkingCap { day: ParkingDay::Rolling, amount: money("20.00") }),
    }
}

fn tariff(n: u128, from: &str, price: Price) -> TariffSet {
    TariffSet {
        tariff: TariffId(uuid(0x7a0 + n)),
        from: day(from),
        price,
        cycle_months: Count(1),
        basis: MonthBasis::Calendar,
        timing: Timing::Advance,
        due: DueRule::DaysAfter { days: Count(0) },
        round_to: RoundTo::Fen,
        approved: None,
        seen: vec![],
    }
}

fn item(fund: Fund) -> FeeItemCreated {
    let vat = Vat::of(VatCategory::Rated, Some("0.09".parse().unwrap()));
    FeeItemCreated { name: "临时停车费".parse().unwrap(), fund, priority: Count(9), vat }
}

fn priced(story: Story) -> Story {
    story.given(ITEM, item(Fund::Operating)).given(ITEM, tariff(1, "2025-01-01", Price::Parking(parking("5.00"))))
}

fn at(text: &str) -> crate::calendar::Moment {
    text.parse::<crate::calendar::Instant>().unwrap().into()
}

/// Two hours and a half of the morning of the story's first day: 5 + 3 × 1.
fn stay(story: &Story, number: &str) -> RecordStay {
    RecordStay {
        taking: TakingId::of_stay(story.ledger_id(), number),
        fee_item: ITEM,
        number: number.parse().unwrap(),
        entered_at: at("2026-01-01T01:00:00Z"),
        left_at: at("2026-01-01T03:30:00Z"),
        amount: money("8.00"),
        channel: bank(),
        reference: Some("Q1".parse().unwrap()),
        shift: None,
        value_on: day("2026-01-01"),
        plate: None,
    }
}

/// What takes back the newest record.
fn reverse(story: &Story) -> ReverseTaking {
    let recorded = story.log().iter().rev().find_map(|event| match &event.event {
        Event::Taking(TakingEvent::TakingRecorded(e)) => Some((TakingId(event.stream.id), e.of.charge)),
        _ => None,
    });
    let (taking, charge) = recorded.unwrap();
    ReverseTaking { taking, charge, reason: "录错".parse().unwrap(), authority: Authority::default() }
}

fn lines(event: &crate::draft::NewEvent) -> Vec<String> {
    let lines = event.postings.as_deref().unwrap_or_default();
    lines.iter().map(|line| format!("{} {}", line.book, line.amount)).collect()
}

fn charge(events: &[Event]) -> ChargeId {
    let found = events.iter().find_map(|event| match event {
        Event::Taking(TakingEvent::TakingRecorded(e)) => Some(e.of.charge),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn one_fact_is_charge_payment_and_allocation() {
    let mut story = priced(story());
    let events = story.when(&stay(&story, "g-1")).unwrap();
    assert_eq!(lines(&events[0]), ["bank 8.00", "revenue -7.34", "vat_due -0.66"]);
    let walk_in = crate::id::AccountId::walk_in(story.ledger_id());
    assert!(events[0].postings.as_ref().unwrap()[1..].iter().all(|line| line.account == Some(walk_in)));
    let names: Vec<_> = events.iter().map(|event| event.event.event_type()).collect();
    assert_eq!(names, ["taking_recorded", "reference_claimed"]);
}

#[test]
fn owners_income_is_owed_to_the_owners() {
    let mut story = story()
        .given(ITEM, item(Fund::OwnersIncome))
        .given(ITEM, tariff(1, "2025-01-01", Price::Parking(parking("5.00"))));
    let events = story.when(&stay(&story, "G-1")).unwrap();
    assert_eq!(lines(&events[0]), ["bank 8.00", "owners_income_payable -7.34", "vat_due -0.66"]);
}

#[test]
fn a_stay_is_charged_once_while_its_record_stands() {
    let mut story = priced(story());
    story.accepted(&stay(&story, "G-1"));
    let again = RecordStay { reference: Some("Q2".parse().unwrap()), ..stay(&story, "g-1") };
    assert_eq!(story.refused(&again), "stay_must_be_new");
    let same_money = stay(&story, "G-2");
    assert_eq!(story.refused(&same_money), "reference_must_be_unused");
    assert_eq!(story.refused(&transfer("q1", "8.00", "2026-01-01", to_account(1))), "reference_must_be_unused");
    assert_eq!(story.refused(&reverse(&story)), "approval_must_be_given");
    story.accepted(&ReverseTaking { authority: limit("8.00"), ..reverse(&story) });
    assert_eq!(story.refused(&ReverseTaking { authority: limit("8.00"), ..reverse(&story) }), "taking_must_exist");
    // Recorded anew it is another charge.
    let anew = story.accepted(&again);
    let first = story.log().iter().find(|event| event.event.event_type() == "taking_recorded").unwrap();
    assert_ne!(charge(std::slice::from_ref(&first.event)), charge(&anew));
}

#[test]
fn cash_goes_into_the_shift_and_comes_out_again() {
    let mut story = priced(story_with_shift("0.00"));
    let shift = shift(&story);
    let cash = RecordStay { channel: cash_box(), reference: None, shift: Some(shift), ..stay(&story, "G-1") };
    let names: Vec<_> = story.accepted(&cash).iter().map(Event::event_type).collect();
    assert_eq!(names, ["taking_recorded", "reference_claimed", "cash_taken"]);
    assert_eq!(story.draft().shift(shift).expected(), money("8.00"));
    let names: Vec<_> = story.accepted(&reverse(&story)).iter().map(Event::event_type).collect();
    assert_eq!(names, ["taking_reversed", "reference_released", "cash_returned"]);
    assert_eq!(story.draft().shift(shift).expected(), money("0.00"));
    assert_eq!(story.refused(&RecordStay { shift: None, ..cash }), "shift_must_be_given");
}

#[test]
fn an_approval_names_the_reversal() {
    let mut story = priced(story());
    let command = stay(&story, "G-1");
    story.accepted(&command);
    let back = reverse(&story);
    let authority = approved(&mut story, &back);
    let events = story.when(&ReverseTaking { authority, ..back }).unwrap();
    let reversed = events.iter().find(|event| event.event.event_type() == "taking_reversed").unwrap();
    assert_eq!(lines(reversed), ["bank -8.00", "revenue 7.34", "vat_due 0.66"]);
    let reference = ReferenceId::of_reference(command.channel.id, "Q1");
    assert_eq!(story.draft().reference(reference).payment(), None);
}

#[test]
fn what_is_no_stay_or_not_its_price_is_refused_by_name() {
    let mut story = priced(story());
    let good = stay(&story, "G-1");
    let until =
        |left_at: &str, amount: &str| RecordStay { left_at: at(left_at), amount: money(amount), ..good.clone() };
    let purse = |channel: Channel| RecordStay { channel, ..good.clone() };
    for (command, code) in [
        (until("2026-01-01T01:00:00Z", "8.00"), "stay_must_be_over"),
        (until("2026-01-01T04:00:01Z", "8.00"), "stay_must_be_over"),
        (RecordStay { entered_at: at("2024-12-31T01:00:00Z"), ..good.clone() }, "stay_must_be_over"),
        (
            RecordStay { entered_at: at("2024-12-31T01:00:00Z"), left_at: at("2025-01-01T01:00:00Z"), ..good.clone() },
            "stay_must_have_tariff",
        ),
        (until("2026-01-01T01:15:00Z", "5.00"), "stay_must_cost_something"),
        (until("2026-01-01T03:30:00Z", "8.01"), "amount_must_be_price"),
        (RecordStay { fee_item: FeeItemId(uuid(9)), ..good.clone() }, "fee_item_must_exist"),
        (RecordStay { value_on: day("2026-01-02"), ..good.clone() }, "value_date_must_not_be_in_future"),
        (purse(channel(4, ChannelKind::Bank, Purse::OwnersIncome)), "purses_must_not_mix"),
    ] {
        assert_eq!(story.refused(&command), code, "{command:?}");
    }
    story.accepted(&good);
}

#[test]
fn it_explains_itself_out_of_its_own_fact_across_a_new_version() {
    let mut story = priced(story()).given(ITEM, tariff(2, "2026-01-01", Price::Parking(parking("50.00"))));
    // From 23:30 on: the first hour at the old price, then two half hours at the new one.
    let over = RecordStay {
        entered_at: at("2025-12-31T15:30:00Z"),
        left_at: at("2025-12-31T17:30:00Z"),
        amount: money("7.00"),
        ..stay(&story, "G-1")
    };
    let events = story.accepted(&over);
    let (charge, taking) = (charge(&events), story.events_of(over.taking));
    let said = explain_taking(&taking, &story.events_of(ITEM), charge).unwrap();
    assert!(said.recomputed.equal && said.stay.as_ref().unwrap().versions.len() == 2);
    assert_eq!(
        said.text,
        "临时停车费：2025-12-31 23:30:00入场，2026-01-01 01:30:00离场，停车 2 小时。已超过免费时长 15 分钟，自入场起计费。\
         2025-12-31 23:30:00起的一天：2025-12-31 23:30:00起 1 个 60 分钟，每个 5.00 元，2026-01-01 00:30:00起 2 个 30 分钟，\
         每个 1.00 元，共 7.00 元。停车费合计 7.00 元。其中不含税 6.42 元（7.00 ÷ (1 + 9%)，四舍五入到分），增值税（9%）0.58 元。\
         标准自2025年1月1日、2026年1月1日起执行。已当场缴清 7.00 元。"
    );
    assert_eq!(taken_of(&taking, charge), Some(ITEM));
    story.accepted(&ReverseTaking { authority: limit("7.00"), ..reverse(&story) });
    let said = explain_taking(&story.events_of(over.taking), &story.events_of(ITEM), charge).unwrap();
    assert!(said.text.contains("已红冲（录错）") && said.reversed.is_some());
    // A forged amount does not go unsaid.
    let mut forged = taking;
    if let Event::Taking(TakingEvent::TakingRecorded(fact)) = &mut forged[0].event {
        fact.of.amount = money("9.00");
    }
    let said = explain_taking(&forged, &[], charge).unwrap();
    assert!(!said.recomputed.equal && said.text.contains("不一致"));
}

#[test]
fn it_is_received_charged_and_paid_in_the_figures_and_nothing_after_its_reversal() {
    let mut story = priced(story());
    let command = stay(&story, "G-1");
    story.accepted(&command);
    let figures = |story: &Story| {
        let month = "2026-01".parse().unwrap();
        let query = Query { first: month, last: month, effective_on: day("2026-01-31") };
        let mut register = Register::new(query, vec![Cut { by: By::Community, fund: Fund::Operating }]).unwrap();
        for event in story.log() {
            register.see(event).unwrap();
        }
        register.answer().unwrap()[0][0].figures.clone()
    };
    let had = figures(&story);
    assert_eq!((had.received, had.net_charges, had.collected_of_period), (money("8.00"), money("8.00"), money("8.00")));
    assert_eq!((had.received_splits.this_period, had.received_splits.credit), (money("8.00"), money("0.00")));
    assert_eq!(had.households_charged, 0);
    story.accepted(&ReverseTaking { authority: limit("8.00"), ..reverse(&story) });
    let had = figures(&story);
    assert_eq!((had.received, had.net_charges, had.collected_of_period), (money("0.00"), money("0.00"), money("0.00")));
}

#[test]
fn tariffs_for_stays_have_bounds_by_name() {
    let set = |price: Price| SetTariff {
        fee_item: ITEM,
        from: day("2026-01-01"),
        price,
        cycle_months: Count(1),
        basis: MonthBasis::Calendar,
        timing: Timing::Advance,
        due: DueRule::DaysAfter { days: Count(0) },
        round_to: RoundTo::Fen,
        units: Vec::new(),
        authority: Authority::default(),
    };
    let good = parking("5.00");
    let parking = |parking| set(Price::Parking(parking));
    let step = |after_hours, minutes| ParkingStep { after_hours: Count(after_hours), block: block(minutes, "1.00") };
    let cap = |amount: &str| Some(ParkingCap { day: ParkingDay::Calendar, amount: money(amount) });
    let of = |fund| story().given(ITEM, item(fund));
    for (command, code) in [
        (parking(Parking { free_minutes: Count(1441), ..good.clone() }), "free_minutes_must_be_in_range"),
        (parking(Parking { first: block(0, "5.00"), ..good.clone() }), "parking_blocks_must_be_in_range"),
        (parking(Parking { first: block(60, "0.00"), ..good.clone() }), "parking_blocks_must_be_in_range"),
        (parking(Parking { further: block(1441, "1.00"), ..good.clone() }), "parking_blocks_must_be_in_range"),
        (parking(Parking { further: block(30, "10000.01"), ..good.clone() }), "parking_blocks_must_be_in_range"),
        (parking(Parking { steps: vec![step(2, 0)], ..good.clone() }), "parking_blocks_must_be_in_range"),
        (parking(Parking { steps: vec![step(3, 1), step(3, 1)], ..good.clone() }), "parking_steps_must_ascend"),
        (parking(Parking { steps: vec![step(721, 1)], ..good.clone() }), "parking_steps_must_ascend"),
        (
            parking(Parking { first: block(90, "5.00"), steps: vec![step(1, 1)], ..good.clone() }),
            "parking_steps_must_ascend",
        ),
        (
            parking(Parking { steps: (1..12).map(|n| step(n, 1)).collect(), ..good.clone() }),
            "parking_steps_must_ascend",
        ),
        (parking(Parking { cap: cap("4.99"), ..good.clone() }), "parking_cap_must_cover_blocks"),
        (parking(Parking { cap: cap("100000.01"), ..good.clone() }), "parking_cap_must_cover_blocks"),
        (SetTariff { round_to: RoundTo::Yuan, ..parking(good.clone()) }, "parking_must_be_to_the_fen"),
    ] {
        assert_eq!(of(Fund::Operating).refused(&command), code, "{command:?}");
    }
    assert_eq!(of(Fund::PassThrough).refused(&parking(good.clone())), "parking_must_be_income");
    let mut story = of(Fund::OwnersIncome);
    story.accepted(&parking(good));
    assert_eq!(story.refused(&set(Price::Shared)), "parking_must_stay");
}
