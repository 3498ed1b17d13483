//! Settlements: once a day, by what the reconciliation says, to the bank.

use super::{DaySignedOff, ReverseSettlement, SettleChannelDay};
use crate::account::fixture::{day, money, told};
use crate::book::{Book, Purse};
use crate::channel_account::ChannelKind;
use crate::id::{ChannelSettlementId, LedgerId};
use crate::ledger::{Position, Seen};
use crate::payment::fixture::{bank, cash_box, channel, fund_bank, story};
use crate::testing::{Story, uuid};

fn settle() -> SettleChannelDay {
    let signed_off = DaySignedOff {
        paid: money("300.00"),
        refunded: money("20.00"),
        fee: money("1.68"),
        seen: Seen { ledger_id: LedgerId(uuid(5)), position: Position(9) },
    };
    SettleChannelDay {
        channel: channel(7, ChannelKind::Online, Purse::Company),
        bank: bank(),
        day: day("2026-01-01"),
        signed_off: Some(signed_off),
        value_on: day("2026-01-02"),
    }
}

fn books(story: &Story) -> Vec<(Book, String)> {
    let stream = ChannelSettlementId::of_day(settle().channel.id, settle().day);
    let events = story.events_of(stream);
    let lines = events.last().unwrap().postings.clone().unwrap();
    lines.iter().map(|line| (line.book, line.amount.to_string())).collect()
}

#[test]
fn a_day_is_settled_once_less_what_the_provider_kept() {
    let mut story = story().on("2026-01-02");
    assert_eq!(story.refused(&SettleChannelDay { signed_off: None, ..settle() }), "settlement_must_be_signed_off");
    for other in [cash_box(), fund_bank()] {
        assert_eq!(story.refused(&SettleChannelDay { bank: other, ..settle() }), "settlement_must_go_to_bank");
    }
    for value_on in ["2025-12-31", "2026-01-03"] {
        let wrong = SettleChannelDay { value_on: day(value_on), ..settle() };
        assert_eq!(story.refused(&wrong), "settlement_must_follow_its_day");
    }
    let nothing = DaySignedOff {
        paid: money("0.00"),
        refunded: money("0.00"),
        fee: money("0.00"),
        ..settle().signed_off.unwrap()
    };
    let nothing = SettleChannelDay { signed_off: Some(nothing), ..settle() };
    assert_eq!(story.refused(&nothing), "settlement_must_have_trades");
    story.accepted(&settle());
    let lines = |sign: &str| {
        let of = |amount: &str| {
            if sign == amount.get(..1).unwrap() { amount[1..].to_owned() } else { format!("{sign}{amount}") }
        };
        [(Book::Bank, of("278.32")), (Book::ChannelFee, of("1.68")), (Book::Channel, of("-280.00"))]
    };
    assert_eq!(books(&story), lines(""));
    assert_eq!(story.refused(&settle()), "settlement_must_be_once");
    let settlement = ChannelSettlementId::of_day(settle().channel.id, settle().day);
    let reverse = ReverseSettlement { settlement, reason: "wrong day".parse().unwrap() };
    assert_eq!(told(&story.accepted(&reverse)), ["channel_settlement_reversed"]);
    assert_eq!(books(&story), lines("-"));
    assert_eq!(story.refused(&reverse), "settlement_must_exist");
    story.accepted(&settle());
}
