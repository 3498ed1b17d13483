//! Refunds that go back by their provider, from end to end: one number at a time, paid once, never settled twice.

use super::{ChannelRefundEvent, RecordChannelRefund, RefundStanding, SendRefund, WithdrawRefund};
use crate::account::fixture::{account, day, owned, party, told};
use crate::account::{ApproveRefund, FailRefund, RefundStage, SettleRefund};
use crate::approval::fixture::{approved as granted, limit};
use crate::book::Purse;
use crate::channel_account::ChannelKind;
use crate::id::{ChannelRefundId, RefundId};
use crate::payment::fixture::{bank, channel, rests, to_account, transfer};
use crate::payment::{Channel, RecordPayment};
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::value::Digest;

fn online() -> Channel {
    channel(7, ChannelKind::Online, Purse::Company)
}

/// A community where 100.00 came by the provider and is credit of account 1.
fn story() -> Story {
    let mut story = owned(crate::payment::fixture::story());
    let paid = transfer("4200000001", "100.00", "2026-01-01", to_account(1));
    story.accepted(&RecordPayment { channel: online(), ..paid });
    story
}

fn approved(story: &mut Story, amount: &str) -> RefundId {
    let lot = story.draft().account(account(1)).lots().next().unwrap().lot;
    story.accepted(&ApproveRefund {
        account: account(1),
        lot,
        amount: amount.parse().unwrap(),
        payee: None,
        evidence: None,
        reason: "moved away".parse().unwrap(),
        authority: limit("100.00"),
    });
    newest(story)
}

fn newest(story: &Story) -> RefundId {
    let state = story.draft().account(account(1));
    state.refunds().find(|refund| refund.stage == RefundStage::InFlight).unwrap().refund
}

fn send(refund: RefundId) -> SendRefund {
    SendRefund { account: account(1), refund, channel: online() }
}

fn says(refund: RefundId, attempt: u32, standing: RefundStanding) -> RecordChannelRefund {
    RecordChannelRefund { refund: ChannelRefundId::of_refund(refund), attempt, channel: online(), standing }
}

fn settled() -> RefundStanding {
    RefundStanding::Settled { reference: Some("5030000001".parse().unwrap()), value_on: day("2026-01-02") }
}

fn accepted() -> RefundStanding {
    RefundStanding::Accepted { reference: Some("5030000001".parse().unwrap()) }
}

fn settle(refund: RefundId) -> SettleRefund {
    let value_on = day("2026-01-01");
    SettleRefund { account: account(1), refund, channel: bank(), shift: None, reference: None, value_on }
}

fn fail(refund: RefundId) -> FailRefund {
    FailRefund { account: account(1), refund, reason: "withdrawn".parse().unwrap() }
}

fn withdraw(refund: RefundId) -> WithdrawRefund {
    WithdrawRefund { account: account(1), refund, reason: "the account is empty".parse().unwrap() }
}

#[test]
fn a_refund_goes_back_the_way_its_money_came_and_is_settled_once() {
    let mut story = story();
    let refund = approved(&mut story, "40.00");
    let sent = story.accepted(&send(refund));
    let [Event::ChannelRefund(ChannelRefundEvent::ChannelRefundSent(sent))] = &sent[..] else { panic!() };
    assert_eq!((sent.reference.as_str(), sent.attempt.0), ("4200000001", 1));
    assert_eq!((sent.total.to_string(), sent.amount.to_string()), ("100.00".to_owned(), "40.00".to_owned()));
    story.accepted(&says(refund, 1, accepted()));
    assert_eq!(story.refused(&says(refund, 1, accepted())), "channel_refund_must_be_ongoing");
    // A provider's clock that runs ahead counts as today.
    assert_eq!(told(&story.accepted(&says(refund, 1, settled()))), ["refund_settled", "channel_refund_settled"]);
    for again in [accepted(), settled(), RefundStanding::Closed] {
        assert_eq!(story.refused(&says(refund, 1, again)), "channel_refund_must_be_ongoing");
    }
    assert_eq!(story.refused(&send(refund)), "refund_must_be_in_flight");
    assert_eq!(rests(&story, account(1)), ["60.00"]);
}

#[test]
fn nobody_settles_or_fails_what_the_provider_may_still_pay() {
    let mut story = story();
    let refund = approved(&mut story, "40.00");
    story.accepted(&send(refund));
    let is_blocked = |story: &mut Story| {
        assert_eq!(story.refused(&settle(refund)), "refund_must_not_be_sent");
        assert_eq!(story.refused(&fail(refund)), "refund_must_not_be_sent");
        assert_eq!(story.refused(&send(refund)), "refund_must_not_be_sent");
    };
    is_blocked(&mut story);
    story.accepted(&withdraw(refund));
    assert_eq!(story.refused(&withdraw(refund)), "channel_refund_must_be_ongoing");
    is_blocked(&mut story);
    // It was taken after all, and then abandoned.
    story.accepted(&says(refund, 1, accepted()));
    assert_eq!(story.refused(&withdraw(refund)), "channel_refund_must_not_be_accepted");
    is_blocked(&mut story);
    story.accepted(&says(refund, 1, RefundStanding::Abnormal { reference: None }));
    is_blocked(&mut story);
    story.accepted(&says(refund, 1, RefundStanding::Closed));
    // The next try has another number; what is said of the first one is old.
    story.accepted(&send(refund));
    assert_eq!(story.refused(&says(refund, 1, settled())), "channel_refund_must_be_ongoing");
    is_blocked(&mut story);
    story.accepted(&withdraw(refund));
    story.accepted(&says(refund, 2, RefundStanding::Closed));
    story.accepted(&fail(refund));
    assert_eq!(rests(&story, account(1)), ["100.00"]);
}

#[test]
fn only_to_the_source_and_only_by_the_account_that_it_came_by() {
    let mut story = story();
    let refund = approved(&mut story, "40.00");
    let by = |channel| SendRefund { channel, ..send(refund) };
    assert_eq!(story.refused(&by(bank())), "refund_must_be_online");
    let other = channel(8, ChannelKind::Online, Purse::Company);
    assert_eq!(story.refused(&by(other)), "refund_must_have_come_by_channel");
    assert_eq!(story.refused(&SendRefund { refund: RefundId(uuid(9)), ..send(refund) }), "refund_must_exist");
    assert_eq!(story.refused(&withdraw(refund)), "channel_refund_must_exist");
    assert_eq!(story.refused(&says(refund, 1, settled())), "channel_refund_must_exist");
    story.accepted(&fail(refund));
    let lot = story.draft().account(account(1)).lots().next().unwrap().lot;
    let to_another = ApproveRefund {
        account: account(1),
        lot,
        amount: "10.00".parse().unwrap(),
        payee: Some(party(2)),
        evidence: Some(Digest([7; 32])),
        reason: "his wish".parse().unwrap(),
        authority: limit("100.00"),
    };
    let authority = granted(&mut story, &to_another);
    story.accepted(&ApproveRefund { authority, ..to_another });
    let refund = newest(&story);
    assert_eq!(story.refused(&send(refund)), "refund_must_go_to_source");
}

#[test]
fn numbers_are_those_of_refund_and_try() {
    let id = ChannelRefundId(uuid(0xabc));
    for attempt in [1, 2, 17] {
        assert_eq!(ChannelRefundId::of_number(&id.number(attempt)), Some((id, attempt)));
        assert!(id.number(attempt).len() <= 64);
    }
    let first = id.number(1);
    for wrong in [format!("{first}-1"), format!("{first}-02"), format!("{first}-"), first.to_uppercase(), String::new()]
    {
        assert_eq!(ChannelRefundId::of_number(&wrong), None, "{wrong}");
    }
}
