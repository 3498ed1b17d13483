//! The demo mix: charges, payments with one to three allocations, refunds, work orders; every rule on.

use super::community::{Community, bank, submit};
use mingzhang_domain::account::{AccountEvent, ApproveRefund, ChargeFor, PostCharge, SettleRefund};
use mingzhang_domain::approval::{Authority, Standing};
use mingzhang_domain::calendar::{CivilDate, DateRange};
use mingzhang_domain::id::{AccountId, LotId, RefundId};
use mingzhang_domain::money::Money;
use mingzhang_domain::payment::{Pays, RecordPayment, Spending};
use mingzhang_domain::stream::Event;
use mingzhang_store::clock::{Clock, SystemClock};
use mingzhang_store::lane::{Accepted, Lanes};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// What is charged each time.
const FEE: i64 = 23_800;

/// One submitter: works on accounts of its own until told to stop, one command at a time.
pub(crate) async fn work(
    lanes: Lanes,
    community: Community,
    own: Vec<AccountId>,
    stop: Arc<AtomicBool>,
    events: Arc<AtomicU64>,
) {
    let today = CivilDate::of_instant(SystemClock.now()).unwrap();
    let mut turn = 0_usize;
    while !stop.load(Ordering::Relaxed) {
        let account = own[turn % own.len()];
        let allocations = 1 + turn % 3;
        for _ in 0..allocations {
            count(&events, &submit(&lanes, community.ledger, charge(&community, account, today)).await.unwrap());
        }
        let refunds = turn.is_multiple_of(8);
        let extra = if refunds { 100 } else { 0 };
        let amount = Money::from_fen(FEE * i64::try_from(allocations).unwrap() + extra);
        let paid = submit(&lanes, community.ledger, payment(account, amount, today)).await.unwrap();
        count(&events, &paid);
        if refunds {
            let lot = lot_of(&paid);
            let approved = submit(&lanes, community.ledger, refund(account, lot)).await.unwrap();
            count(&events, &approved);
            let settled = submit(&lanes, community.ledger, settle(account, refund_of(&approved), today)).await.unwrap();
            count(&events, &settled);
        }
        turn += 1;
    }
}

fn count(events: &AtomicU64, accepted: &Accepted) {
    events.fetch_add(accepted.last_position + 1 - accepted.first_position, Ordering::Relaxed);
}

pub(crate) fn charge(community: &Community, account: AccountId, today: CivilDate) -> PostCharge {
    PostCharge {
        account,
        fee_item: community.fee_item,
        purpose: ChargeFor::Once,
        service: DateRange::of_month(today.month()),
        due_on: today,
        amount: Money::from_fen(FEE),
    }
}

pub(crate) fn payment(account: AccountId, amount: Money, today: CivilDate) -> RecordPayment {
    static REFERENCES: AtomicU64 = AtomicU64::new(0);
    let reference = format!("B{:012}", REFERENCES.fetch_add(1, Ordering::Relaxed));
    RecordPayment {
        channel: bank(),
        reference: Some(reference.parse().unwrap()),
        shift: None,
        amount,
        value_on: today,
        payer: None,
        method: None,
        tendered: None,
        rounding: None,
        spending: Spending {
            pays: vec![Pays { account, charges: Vec::new(), amount: None }],
            rest_to: Some(account),
            ..Spending::default()
        },
    }
}

fn refund(account: AccountId, lot: LotId) -> ApproveRefund {
    let authority = Authority {
        standing: Standing { alone: Some(Money::from_fen(10_000)), ..Standing::default() },
        ..Authority::default()
    };
    ApproveRefund {
        account,
        lot,
        amount: Money::from_fen(100),
        payee: None,
        evidence: None,
        reason: "多收".parse().unwrap(),
        authority,
    }
}

fn settle(account: AccountId, refund: RefundId, today: CivilDate) -> SettleRefund {
    SettleRefund { account, refund, channel: bank(), shift: None, reference: None, value_on: today }
}

fn lot_of(accepted: &Accepted) -> LotId {
    let found = accepted.events.iter().find_map(|recorded| match &recorded.event {
        Event::Account(AccountEvent::CreditReceived(e)) => Some(e.lot),
        _ => None,
    });
    found.unwrap()
}

fn refund_of(accepted: &Accepted) -> RefundId {
    let found = accepted.events.iter().find_map(|recorded| match &recorded.event {
        Event::Account(AccountEvent::RefundApproved(e)) => Some(e.refund),
        _ => None,
    });
    found.unwrap()
}
