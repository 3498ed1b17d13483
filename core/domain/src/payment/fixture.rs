//! Readable payments for the tests of money rules.

use super::{Channel, Pays, RecordPayment, Spending};
use crate::account::fixture::{account, day, money};
use crate::book::Purse;
use crate::channel_account::ChannelKind;
use crate::id::{AccountId, ChannelAccountId, ChargeId, PaymentId, ShiftId};
use crate::ledger::LedgerKind;
use crate::shift::OpenShift;
use crate::stream::{Event, StreamType};
use crate::testing::{Story, uuid};

pub(crate) fn bank() -> Channel {
    channel(1, ChannelKind::Bank, Purse::Company)
}

pub(crate) fn cash_box() -> Channel {
    channel(2, ChannelKind::Cash, Purse::Company)
}

pub(crate) fn fund_bank() -> Channel {
    channel(3, ChannelKind::Bank, Purse::MaintenanceFund)
}

pub(crate) fn channel(n: u128, kind: ChannelKind, purse: Purse) -> Channel {
    Channel { id: ChannelAccountId(uuid(0x1000 + n)), kind, purse, seen: Vec::new() }
}

/// A community with the accounts 1 and 2 open.
pub(crate) fn story() -> Story {
    crate::account::fixture::story().in_ledger(LedgerKind::Community)
}

/// On account 1, whatever is open, the rest as its credit.
pub(crate) fn to_account(n: u128) -> Spending {
    Spending { pays: vec![pays(n, &[])], rest_to: Some(account(n)), ..Spending::default() }
}

pub(crate) fn pays(n: u128, charges: &[ChargeId]) -> Pays {
    Pays { account: account(n), charges: charges.to_vec(), amount: None }
}

/// A bank transfer of the day that a reference names.
pub(crate) fn transfer(reference: &str, amount: &str, value_on: &str, spending: Spending) -> RecordPayment {
    RecordPayment {
        channel: bank(),
        reference: Some(reference.parse().unwrap()),
        shift: None,
        amount: money(amount),
        value_on: day(value_on),
        payer: None,
        method: None,
        tendered: None,
        rounding: None,
        spending,
    }
}

/// Cash for account 1 on the story's first day, in the shift that [`story_with_shift`] opened.
pub(crate) fn cash_payment(amount: &str) -> RecordPayment {
    RecordPayment {
        channel: cash_box(),
        reference: None,
        shift: Some(shift(&story_with_shift("0.00"))),
        amount: money(amount),
        value_on: day("2026-01-01"),
        payer: None,
        method: None,
        tendered: None,
        rounding: None,
        spending: Spending::default(),
    }
}

/// The first command of the story opened a shift.
pub(crate) fn story_with_shift(float: &str) -> Story {
    let mut story = story();
    story.accepted(&OpenShift { channel: cash_box(), float: money(float) });
    story
}

/// The shift that [`story_with_shift`] opened; its id is derived from the story's first command.
pub(crate) fn shift(story: &Story) -> ShiftId {
    let mut draft = story.draft();
    draft.context.command_id = crate::id::CommandId(uuid(0xc0de_0001));
    draft.mint("shift")
}

/// The payment that a command recorded.
pub(crate) fn payment(story: &mut Story, command: &RecordPayment) -> PaymentId {
    let events = story.when(command).unwrap();
    PaymentId(events.iter().find(|e| e.stream.stream_type == StreamType::Payment).unwrap().stream.id)
}

/// The lots of an account with their rest, oldest first.
pub(crate) fn rests(story: &Story, account: AccountId) -> Vec<String> {
    let state = story.draft().account(account);
    let mut lots: Vec<_> = state.lots().cloned().collect();
    lots.sort_by_key(|lot| lot.order);
    lots.iter().map(|lot| lot.rest.to_string()).collect()
}

/// The lines of the receipts issued: `item service amount`.
pub(crate) fn receipt_lines(events: &[Event]) -> Vec<String> {
    let mut lines = Vec::new();
    for event in events {
        if let Event::Payment(super::PaymentEvent::ReceiptIssued(e)) = event {
            for line in &e.lines {
                let service = line.service.map_or("credit".to_owned(), |s| format!("{}..{}", s.from(), s.until()));
                lines.push(format!("{service} {}", line.amount));
            }
        }
    }
    lines
}
