//! Cards of nobody's unit, told from the outside: their months, their price by version, mistakes.

use super::*;
use crate::account::fixture::{day, money};
use crate::approval::fixture::limit;
use crate::book::{Fund, VatCategory};
use crate::fee_item::{AmountPer, DueRule, FeeItemCreated, MonthBasis, Price, TariffSet, Timing, Vat};
use crate::id::{FeeItemId, TakingId, TariffId};
use crate::money::RoundTo;
use crate::payment::fixture::{bank, story};
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::value::Count;

const ITEM: FeeItemId = FeeItemId(uuid::Uuid::from_u128(0x9b));

fn tariff(n: u128, from: &str, amount: &str) -> TariffSet {
    TariffSet {
        tariff: TariffId(uuid(0x7b0 + n)),
        from: day(from),
        price: Price::Fixed { amount: amount.parse().unwrap(), per: AmountPer::Month },
        cycle_months: Count(1),
        basis: MonthBasis::Anniversary,
        timing: Timing::Advance,
        due: DueRule::DaysAfter { days: Count(0) },
        round_to: RoundTo::Fen,
        approved: None,
        seen: vec![],
    }
}

/// 300 yuan a month, from March 2026 on 330.
fn priced(on: &str) -> Story {
    let vat = Vat::of(VatCategory::Exempt, None);
    let item = FeeItemCreated { name: "月卡".parse().unwrap(), fund: Fund::Operating, priority: Count(9), vat };
    story()
        .on(on)
        .given(ITEM, item)
        .given(ITEM, tariff(1, "2025-01-01", "300"))
        .given(ITEM, tariff(2, "2026-03-01", "330"))
}

/// Paid on its first day.
fn card(story: &Story, from: &str, amount: &str) -> RecordCard {
    RecordCard {
        taking: TakingId::of_card(story.ledger_id(), "b1-017"),
        fee_item: ITEM,
        number: "B1-017".parse().unwrap(),
        from: day(from),
        amount: money(amount),
        channel: bank(),
        reference: format!("C{from}").parse().ok(),
        shift: None,
        value_on: day(from),
        plate: None,
    }
}

fn recorded(events: Vec<Event>) -> TakingRecorded {
    let found = events.into_iter().find_map(|event| match event {
        Event::Taking(TakingEvent::TakingRecorded(e)) => Some(e),
        _ => None,
    });
    found.unwrap()
}

fn service(recorded: &TakingRecorded) -> String {
    let (service, anchor_day) = recorded.taken_for.card().unwrap();
    format!("{}..{} from the {anchor_day}", service.from(), service.until())
}

#[test]
fn a_card_runs_from_any_day_and_goes_on_from_its_first_anchor() {
    let mut story = priced("2026-04-20");
    let mut month = |from: &str, amount: &str| service(&recorded(story.accepted(&card(&story, from, amount))));
    assert_eq!(month("2026-01-31", "300.00"), "2026-01-31..2026-02-28 from the 31");
    assert_eq!(month("2026-02-28", "300.00"), "2026-02-28..2026-03-31 from the 31", "the price of its first day");
    assert_eq!(month("2026-03-31", "330.00"), "2026-03-31..2026-04-30 from the 31");
    // Not renewed at once, it begins anew.
    assert_eq!(month("2025-11-17", "300.00"), "2025-11-17..2025-12-17 from the 17");
}

#[test]
fn cards_of_one_number_never_overlap_and_what_is_no_card_is_refused_by_name() {
    let mut story = priced("2026-02-20");
    story.accepted(&card(&story, "2026-01-17", "300.00"));
    let other = |command: RecordCard| RecordCard { taking: TakingId::of_card(story.ledger_id(), "B1-018"), ..command };
    let cases = [
        (card(&story, "2026-02-16", "300.00"), "card_must_not_overlap"),
        (card(&story, "2025-12-18", "300.00"), "card_must_not_overlap"),
        (card(&story, "2026-02-17", "300.01"), "amount_must_be_price"),
        (RecordCard { value_on: day("2026-01-31"), ..card(&story, "2026-02-17", "300.00") }, "card_must_have_begun"),
        (card(&story, "2024-12-31", "300.00"), "card_must_have_tariff"),
        (RecordCard { fee_item: FeeItemId(uuid(9)), ..card(&story, "2026-02-17", "300.00") }, "fee_item_must_exist"),
        (other(card(&story, "2026-01-17", "300.00")), "reference_must_be_unused"),
    ];
    for (command, code) in cases {
        assert_eq!(story.refused(&command), code, "{command:?}");
    }
    story.accepted(&card(&story, "2026-02-17", "300.00"));
}

#[test]
fn a_card_is_explained_taken_back_and_sold_again() {
    let mut story = priced("2026-01-17");
    let sold = card(&story, "2026-01-17", "300.00");
    let charge = recorded(story.accepted(&sold)).of.charge;
    let said = explain_taking(&story.events_of(sold.taking), &story.events_of(ITEM), charge).unwrap();
    assert_eq!(
        said.text,
        "月卡：月卡，2026年1月17日至2026年2月16日，每月 300.00 元。免征增值税。标准自2025年1月1日起执行。已当场缴清 300.00 元。"
    );
    assert!(said.recomputed.equal && said.kind == "card");
    let reason = "退卡".parse().unwrap();
    story.accepted(&ReverseTaking { taking: sold.taking, charge, reason, authority: limit("300.00") });
    story.accepted(&sold);
}
