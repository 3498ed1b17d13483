//! Readable charges, lots and accounts for the tests of money rules.

use super::charging::{ChargeSpec, post_charges};
use super::event::{AccountOpened, CreditReceived};
use super::explanation::{Explanation, Sources, explain, rests_on};
use super::use_case::{WaiveCharges, Waiver};
use crate::approval::Authority;
use crate::book::{Fund, VatCategory};
use crate::calendar::{CivilDate, DateRange, Month};
use crate::draft::{Decide, Draft};
use crate::id::{
    AccountId, BillLineId, ChannelAccountId, ChargeId, CommunityId, FeeItemId, LotId, PartyId, PaymentId, UnitId,
};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::{UnitKind, UnitOwnerSet, UnitRegistered, UnitStatus, UnitStatusSet};
use crate::value::{Count, Label};

pub(crate) fn account(n: u128) -> AccountId {
    AccountId(uuid(0xa000 + n))
}

pub(crate) fn party(n: u128) -> PartyId {
    PartyId(uuid(0xb000 + n))
}

pub(crate) fn item(n: u128) -> FeeItemId {
    FeeItemId(uuid(0xc000 + n))
}

pub(crate) fn lot(n: u128) -> LotId {
    LotId(uuid(0xd000 + n))
}

pub(crate) fn money(text: &str) -> Money {
    text.parse().unwrap()
}

pub(crate) fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

/// A month charge of item 1 owed by party 1, due on the month's last day.
pub(crate) fn month(month: &str, amount: &str) -> ChargeSpec {
    let month: Month = month.parse().unwrap();
    ChargeSpec {
        bill_line: BillLineId(uuid(0xe000)),
        run: None,
        fee_item: item(1),
        fund: Fund::Operating,
        obligor: party(1),
        agreed_payer: None,
        period: month,
        recognised: true,
        tax_due: false,
        source: None,
        service: DateRange::of_month(month),
        due_on: month.last_day(),
        priority: Count(1),
        tariff: None,
        inputs: Vec::new(),
        formula: None,
        whole: None,
        share: None,
        round_to: None,
        metered: None,
        gross: money(amount),
        discounts: Vec::new(),
        vat_category: VatCategory::Rated,
        vat_rate: Some("0.06".parse().unwrap()),
    }
}

/// A charge of another item and fund.
pub(crate) fn of_fund(fund: Fund, fee_item: FeeItemId, spec: ChargeSpec) -> ChargeSpec {
    let untaxed = ChargeSpec { vat_category: VatCategory::NotTaxable, vat_rate: None, ..spec };
    ChargeSpec { fund, fee_item, ..untaxed }
}

pub(crate) fn opened(n: u128) -> AccountOpened {
    AccountOpened { unit: UnitId(uuid(0xf000 + n)) }
}

/// A free lot of operating credit of party 1 on account 1.
pub(crate) fn credit(n: u128, amount: &str, value_on: &str) -> CreditReceived {
    CreditReceived {
        account: account(1),
        lot: lot(n),
        payment: PaymentId(uuid(0x9000)),
        channel_account: ChannelAccountId(uuid(0x9001)),
        amount: money(amount),
        holder: party(1),
        fund: Fund::Operating,
        earmark: None,
        held_back: false,
        value_on: day(value_on),
    }
}

/// A charge that is waived by itself.
pub(crate) fn waive(
    account: AccountId,
    charge: ChargeId,
    amount: Money,
    reason: Label,
    authority: Authority,
) -> WaiveCharges {
    WaiveCharges { account, charges: vec![Waiver { charge, amount: Some(amount) }], reason, authority }
}

/// Posts charges as any billing command does.
#[derive(Debug)]
pub(crate) struct Post(pub(crate) AccountId, pub(crate) Vec<ChargeSpec>);

impl Decide for Post {
    fn operation(&self) -> &'static str {
        "post_for_test"
    }
    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        post_charges(draft, self.0, self.1.clone()).map(|_| ())
    }
}

/// A story with the accounts 1 and 2 open.
pub(crate) fn story() -> Story {
    Story::new().given(account(1), opened(1)).given(account(2), opened(2))
}

/// The units of the accounts 1 and 2 are handed over to the parties 1 and 2; party 3 exists.
pub(crate) fn owned(mut story: Story) -> Story {
    for n in 1..=2 {
        let unit = opened(n).unit;
        let registered = UnitRegistered {
            code: format!("1-{n}").parse().unwrap(),
            kind: UnitKind::Residence,
            building: None,
            entrance: None,
            floor: None,
            account: account(n),
            developer: None,
        };
        let from = day("2025-01-01");
        story = story
            .given(unit, registered)
            .given(unit, UnitOwnerSet { from, party: party(n) })
            .given(unit, UnitStatusSet { from, status: UnitStatus::HandedOver });
    }
    let formed = || crate::unit::fixture::party(crate::party::PartyKind::OwnerGroup);
    (1..=3).fold(story, |story, n| story.given(party(n), formed()))
}

/// Posts one charge on account 1 and names it.
pub(crate) fn charge(story: &mut Story, spec: ChargeSpec) -> ChargeId {
    charge_on(story, account(1), spec)
}

/// Posts one charge and names it.
pub(crate) fn charge_on(story: &mut Story, account: AccountId, spec: ChargeSpec) -> ChargeId {
    let events = story.accepted(&Post(account, vec![spec]));
    match events.first() {
        Some(Event::Account(super::AccountEvent::ChargePosted(e))) => e.charge,
        _ => ChargeId(uuid(0)),
    }
}

/// What happened to money, short enough for a table: `charged 100.00`, `paid 30.00 of d001`.
pub(crate) fn told(events: &[Event]) -> Vec<String> {
    use super::AccountEvent as A;
    use crate::payment::PaymentEvent as P;
    let short = |id: uuid::Uuid| format!("{:x}", id.as_u128());
    events
        .iter()
        .map(|event| match event {
            Event::Account(A::ChargePosted(e)) => format!("charged {}", e.amount),
            Event::Account(A::ChargePaid(e)) if e.lot.uuid().as_u128() < 0x1_0000 => {
                format!("paid {} by {}", e.amount, short(e.lot.uuid()))
            }
            Event::Account(A::ChargePaid(e)) => format!("paid {} {}", e.amount, e.mode),
            Event::Account(A::ChargePaymentUndone(e)) => format!("undone {} {}", e.amount, e.reason),
            Event::Account(A::ChargeReduced(e)) => format!("reduced {} tax {}", e.amount, e.vat.tax),
            Event::Account(A::ChargeWaived(e)) => format!("waived {} tax {}", e.amount, e.vat.tax),
            Event::Account(A::ChargeReversed(e)) => format!("charge reversed {} tax {}", e.amount, e.vat.tax),
            Event::Account(A::ChargeWrittenOff(e)) => format!("written off {}", e.amount),
            Event::Account(A::ChargeRecovered(e)) => format!("recovered {} {}", e.amount, e.reason),
            Event::Account(A::CreditReceived(e)) => format!("credit {} {}", e.amount, e.fund),
            Event::Account(A::CreditWithdrawn(e)) => format!("withdrawn {}", e.amount),
            Event::Account(A::RefundApproved(e)) => format!("refund {}", e.amount),
            Event::Payment(P::PaymentReceived(e)) => format!("received {}", e.amount),
            Event::Payment(P::PaymentIdentified(e)) => format!("identified {}", e.amount),
            Event::Payment(P::PaymentUnidentified(e)) => format!("unidentified {}", e.amount),
            Event::Payment(P::PaymentReversed(e)) => format!("payment reversed {}", e.amount),
            Event::Payment(P::PaymentBounced(e)) => format!("bounced {}", e.amount),
            Event::Payment(P::BankLineSetAside(e)) => format!("set aside {}", e.amount),
            Event::Payment(P::ReceiptIssued(e)) => format!("receipt {} {}", e.number, e.amount),
            other => other.event_type().to_owned(),
        })
        .collect()
}

/// A charge of an account, explained.
pub(crate) fn explained(story: &Story, account: AccountId, charge: ChargeId) -> Explanation {
    let events = story.events_of(account);
    let (unit, fee_item) = rests_on(&events, charge).unwrap();
    let terms = [story.events_of(unit), story.events_of(fee_item)].concat();
    let community = story.draft().community(CommunityId(story.ledger_id().uuid()));
    let sources = Sources { account: &events, terms: &terms, community: &community };
    explain(&sources, charge).unwrap()
}

/// The charges of an account that no explanation computes again to the fen.
pub(crate) fn unexplained(story: &Story, account: AccountId) -> Vec<String> {
    let state = story.draft().account(account);
    let explained = state.charges().map(|charge| explained(story, account, charge.charge));
    let equal = |explanation: &Explanation| explanation.recomputed.as_ref().is_some_and(|recomputed| recomputed.equal);
    explained.filter(|explanation| !equal(explanation)).map(|explanation| explanation.text).collect()
}
