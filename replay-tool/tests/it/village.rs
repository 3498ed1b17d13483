//! Two flats over four months, written by the lane on a given clock: late bookings, all funds, a waiver, a refund,
//! money that nobody claims, a debt that is given up and recovered in part.

mod billed;
mod old_books;
mod years;

use mingzhang_domain::account::{
    AccountEvent, ApproveRefund, ChargeFor, PostCharge, SettleRefund, WaiveCharges, Waiver, WriteOffCharge,
};
use mingzhang_domain::approval::{Authority, Standing};
use mingzhang_domain::book::{Fund, Purse, VatCategory};
use mingzhang_domain::books::{ClosePeriod, Review, SealPeriod, SetAllowance, StillOpen};
use mingzhang_domain::calendar::{DateRange, Month};
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::envelope::{Actor, ActorKind, Recorded};
use mingzhang_domain::fee_item::{CreateFeeItem, Vat};
use mingzhang_domain::figures::{FIRST_FORM, Sealing};
use mingzhang_domain::id::{
    AccountId, ChannelAccountId, ChargeId, CommandId, FeeItemId, LedgerId, LotId, PartyId, PersonId, RefundId, UnitId,
};
use mingzhang_domain::ledger::{LedgerClock, LedgerKind, LedgerPosition, OpenLedger};
use mingzhang_domain::money::Money;
use mingzhang_domain::party::{FormParty, Member, PartyKind};
use mingzhang_domain::payment::{Channel, Pays, RecordPayment, Spending};
use mingzhang_domain::stream::Event;
use mingzhang_domain::unit::{ChangeUnitCode, RegisterUnit, UnitKind, UnitOwnerSet, UnitStatus, UnitStatusSet};
use mingzhang_domain::value::{Count, Digest};
use mingzhang_store::clock::SystemClock;
use mingzhang_store::lane::{LaneOptions, Lanes, Submission, Urgency};
use mingzhang_store::merkle::{Frontier, leaf_hash};
use mingzhang_store::postgres::Role;
use mingzhang_store::postgres::testing::TestDatabase;
use mingzhang_store::walk::walk;
use std::ops::ControlFlow;
use std::sync::Arc;
use uuid::Uuid;

pub(crate) const LEDGER: LedgerId = LedgerId(Uuid::from_u128(0x1ed6e7));
/// 物业服务费, 水费, 装修押金, 维修资金
const ITEMS: [FeeItemId; 4] = [item(1), item(2), item(3), item(4)];
const UNIT_101: UnitId = UnitId(Uuid::from_u128(0x101));
const UNIT_102: UnitId = UnitId(Uuid::from_u128(0x102));

const fn item(n: u128) -> FeeItemId {
    FeeItemId(Uuid::from_u128(0xf00 + n))
}

pub(crate) fn account_101() -> AccountId {
    AccountId::of_unit(UNIT_101)
}

/// The community and a way to go on.
pub(crate) struct Village {
    pub(crate) database: TestDatabase,
    lanes: Lanes,
    commands: u32,
    day: &'static str,
    /// The form of seals.
    form: Count,
}

impl Village {
    /// Nothing but the two flats.
    pub(crate) async fn founded() -> Self {
        let database =
            TestDatabase::create(&mingzhang_migrations::fingerprint(), mingzhang_migrations::prepare).await.unwrap();
        let writer = database.pool(Role::Writer).await.unwrap();
        let lanes = Lanes::start(writer, Arc::new(SystemClock), LaneOptions::default());
        lanes.create_log(LEDGER).await.unwrap();
        let mut village = Self { database, lanes, commands: 0, day: "2026-01-01", form: FIRST_FORM };
        village.settle().await;
        village
    }

    /// Four months of life.
    pub(crate) async fn lived() -> Self {
        let mut village = Self::founded().await;
        village.january().await;
        village.february().await;
        village.march().await;
        village.april().await;
        village
    }

    /// January is closed and sealed, as the server would seal it.
    pub(crate) async fn sealed() -> Self {
        let mut village = Self::founded().await;
        village.january().await;
        village.day = "2026-02-01";
        village.seal("2026-01", 1).await;
        village.february().await;
        village.day = "2026-03-01";
        village.seal("2026-02", 1).await;
        village
    }

    async fn seal(&mut self, period: &str, version: u32) {
        let closed = self.close(period).await;
        self.seal_closed(period, version, closed).await;
    }

    async fn close(&mut self, period: &str) -> u64 {
        let review = Review { allowance_declined: true, ..Review::default() };
        let period = period.parse().unwrap();
        let closed = self.submit(ClosePeriod { period, review, open: StillOpen::default() }).await;
        closed.last().unwrap().position
    }

    async fn seal_closed(&mut self, period: &str, version: u32, closed: u64) {
        let auditor = self.database.pool(Role::Auditor).await.unwrap();
        let state = (Frontier::default(), Sealing::new(period.parse().unwrap(), self.form).unwrap());
        let (frontier, sealing) = walk(&auditor, LEDGER, closed, state, |(frontier, sealing), stored, event| {
            frontier.push(leaf_hash(&stored.body));
            sealing.see(event).unwrap();
            Ok(ControlFlow::Continue(()))
        })
        .await
        .unwrap();
        let sealed = sealing.seal(Count(version), Digest(frontier.root())).unwrap();
        self.submit(SealPeriod { sealed }).await;
    }

    async fn submit(&mut self, command: impl Decide + 'static) -> Vec<Recorded> {
        self.submit_by(1, command).await
    }

    async fn submit_by(&mut self, staff: u128, command: impl Decide + 'static) -> Vec<Recorded> {
        self.commands += 1;
        let command_id = CommandId::from_natural(LEDGER, "village", &[&self.commands.to_string()]);
        let submission = Submission {
            ledger_id: LEDGER,
            command_id,
            correlation_id: None,
            causation_id: None,
            actor: Actor { kind: ActorKind::Staff, id: Uuid::from_u128(staff) },
            request_digest: [7; 32],
            command: Arc::new(command),
            vault: Vec::new(),
            given_at: Some(format!("{}T04:00:00Z", self.day).parse().unwrap()),
            urgency: Urgency::Interactive,
        };
        self.lanes.submit(submission).await.unwrap().events.to_vec()
    }

    async fn settle(&mut self) {
        let parent = LedgerId(Uuid::from_u128(0xc0));
        self.submit(OpenLedger {
            kind: LedgerKind::Community,
            parent: Some(parent),
            code: "V1".parse().unwrap(),
            clock: LedgerClock::Given,
            created_by: Some(LedgerPosition { ledger_id: parent, position: 1 }),
        })
        .await;
        let rated = Vat::of(VatCategory::Rated, Some("0.06".parse().unwrap()));
        let untaxed = Vat::of(VatCategory::NotTaxable, None);
        let items = [
            ("物业服务费", Fund::Operating, rated),
            ("水费", Fund::PassThrough, untaxed.clone()),
            ("装修押金", Fund::Deposit, untaxed.clone()),
            ("维修资金", Fund::MaintenanceFund, untaxed),
        ];
        for ((fee_item, (name, fund, vat)), priority) in ITEMS.into_iter().zip(items).zip(1..) {
            let name = name.parse().unwrap();
            self.submit(CreateFeeItem { fee_item, name, fund, priority: Count(priority), vat }).await;
        }
        for (n, unit, code) in [(1, UNIT_101, "1-101"), (2, UNIT_102, "1-102")] {
            self.register(n, unit, code).await;
        }
    }

    async fn register(&mut self, n: u128, unit: UnitId, code: &str) {
        let (party, person) = (PartyId(Uuid::from_u128(0xa00 + n)), PersonId(Uuid::from_u128(0xb00 + n)));
        let members = vec![Member { person, share: Some("1".parse().unwrap()) }];
        self.submit(FormParty { party, kind: PartyKind::OwnerGroup, members, contact: Some(person), name: None }).await;
        let from = "2020-01-01".parse().unwrap();
        self.submit(RegisterUnit {
            unit,
            code: code.parse().unwrap(),
            kind: UnitKind::Residence,
            building: Some("1".parse().unwrap()),
            entrance: None,
            floor: None,
            developer: None,
            area: None,
            status: Some(UnitStatusSet { from, status: UnitStatus::HandedOver }),
            owner: Some(UnitOwnerSet { from, party }),
        })
        .await;
    }

    /// Both flats are charged; 101 pays a part.
    pub(crate) async fn january(&mut self) {
        self.day = "2026-01-05";
        self.charge(UNIT_101, 0, "2026-01", "200.00").await;
        self.charge(UNIT_101, 1, "2026-01", "35.50").await;
        let owed = self.charge(UNIT_102, 0, "2026-01", "200.00").await;
        self.day = "2026-01-20";
        self.pay("B1", Purse::Company, "150.00", "2026-01-20", Some((UNIT_101, vec![]))).await;
        self.waive(owed, "50.00").await;
    }

    /// What the bank tells late counts on the day it came; a deposit, the maintenance fund, money nobody claims.
    async fn february(&mut self) {
        self.day = "2026-02-03";
        let paid = self.pay("B2", Purse::Company, "300.00", "2026-01-31", Some((UNIT_101, vec![]))).await;
        self.day = "2026-02-10";
        let deposit = self.charge(UNIT_102, 2, "2026-02", "500.00").await;
        let fund = self.charge(UNIT_102, 3, "2026-02", "1234.56").await;
        self.pay("B3", Purse::Company, "500.00", "2026-02-10", Some((UNIT_102, vec![deposit]))).await;
        self.pay("B4", Purse::MaintenanceFund, "1234.56", "2026-02-10", Some((UNIT_102, vec![fund]))).await;
        self.day = "2026-02-11";
        self.pay("B5", Purse::Company, "77.07", "2026-02-11", None).await;
        self.refund(&paid, "14.50").await;
    }

    /// A new charge spends the credit that is left; the flat gets another number.
    async fn march(&mut self) {
        self.day = "2026-03-01";
        self.charge(UNIT_101, 0, "2026-03", "250.00").await;
        self.submit(ChangeUnitCode { unit: UNIT_101, code: "1-199".parse().unwrap() }).await;
    }

    /// 102's newest debt is given up against an allowance; a part of it comes after all.
    async fn april(&mut self) {
        self.day = "2026-04-01";
        let charge = self.charge(UNIT_102, 0, "2026-04", "80.00").await;
        let (account, amount) = (AccountId::of_unit(UNIT_102), "60.00".parse().unwrap());
        let (reason, authority): (mingzhang_domain::value::Label, _) = ("无法联系".parse().unwrap(), alone());
        let provided = "100.00".parse().unwrap();
        self.submit(SetAllowance { provided, reason: reason.clone(), authority }).await;
        self.submit(WriteOffCharge { account, charge, amount, reason, authority }).await;
        self.day = "2026-04-09";
        self.pay("B6", Purse::Company, "45.00", "2026-04-09", Some((UNIT_102, vec![charge]))).await;
    }

    async fn charge(&mut self, unit: UnitId, item: usize, month: &str, amount: &str) -> ChargeId {
        let month: Month = month.parse().unwrap();
        let command = PostCharge {
            account: AccountId::of_unit(unit),
            fee_item: ITEMS[item],
            purpose: ChargeFor::Once,
            service: DateRange::of_month(month),
            due_on: month.last_day(),
            amount: amount.parse().unwrap(),
        };
        found(&self.submit(command).await, |fact| match fact {
            AccountEvent::ChargePosted(posted) => Some(posted.charge),
            _ => None,
        })
    }

    async fn pay(
        &mut self,
        reference: &str,
        purse: Purse,
        amount: &str,
        value_on: &str,
        pays: Option<(UnitId, Vec<ChargeId>)>,
    ) -> Vec<Recorded> {
        let spending = pays.map(|(unit, charges)| {
            let account = AccountId::of_unit(unit);
            let pays = vec![Pays { account, charges, amount: None }];
            Spending { pays, rest_to: Some(account), ..Spending::default() }
        });
        self.submit(RecordPayment {
            channel: bank(purse),
            reference: Some(reference.parse().unwrap()),
            shift: None,
            amount: amount.parse().unwrap(),
            value_on: value_on.parse().unwrap(),
            payer: None,
            method: None,
            tendered: None,
            rounding: None,
            spending: spending.unwrap_or_default(),
        })
        .await
    }

    async fn waive(&mut self, charge: ChargeId, amount: &str) {
        self.submit(WaiveCharges {
            account: AccountId::of_unit(UNIT_102),
            charges: vec![Waiver { charge, amount: Some(amount.parse().unwrap()) }],
            reason: "漏水补偿".parse().unwrap(),
            authority: alone(),
        })
        .await;
    }

    async fn refund(&mut self, paid: &[Recorded], amount: &str) {
        let lot: LotId = found(paid, |fact| match fact {
            AccountEvent::CreditReceived(received) => Some(received.lot),
            _ => None,
        });
        let (account, amount) = (account_101(), amount.parse().unwrap());
        let reason = "多交".parse().unwrap();
        let approved = self
            .submit(ApproveRefund { account, lot, amount, payee: None, evidence: None, reason, authority: alone() })
            .await;
        let refund: RefundId = found(&approved, |fact| match fact {
            AccountEvent::RefundApproved(approved) => Some(approved.refund),
            _ => None,
        });
        let (channel, value_on) = (bank(Purse::Company), "2026-02-15".parse().unwrap());
        self.day = "2026-02-15";
        self.submit(SettleRefund { account, refund, channel, shift: None, reference: None, value_on }).await;
    }
}

fn bank(purse: Purse) -> Channel {
    let n = if purse == Purse::Company { 1 } else { 2 };
    Channel { id: ChannelAccountId(Uuid::from_u128(0xba0 + n)), kind: ChannelKind::Bank, purse, seen: Vec::new() }
}

fn alone() -> Authority {
    let standing = Standing { alone: Some(Money::from_fen(1_000_000)), ..Standing::default() };
    Authority { standing, ..Authority::default() }
}

fn found<T>(events: &[Recorded], pick: impl Fn(&AccountEvent) -> Option<T>) -> T {
    let facts = events.iter().filter_map(|event| match &event.event {
        Event::Account(fact) => Some(fact),
        _ => None,
    });
    facts.filter_map(pick).next().unwrap()
}
