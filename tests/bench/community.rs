//! A community to write into: a ledger with units, their parties and a fee item, opened through the lane.

use mingzhang_domain::book::{Fund, Purse, VatCategory};
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::envelope::{Actor, ActorKind};
use mingzhang_domain::fee_item::{CreateFeeItem, Vat};
use mingzhang_domain::id::{AccountId, ChannelAccountId, CommandId, FeeItemId, LedgerId, PartyId, PersonId, UnitId};
use mingzhang_domain::ledger::{LedgerClock, LedgerKind, LedgerPosition, OpenLedger};
use mingzhang_domain::party::{FormParty, Member, PartyKind};
use mingzhang_domain::payment::Channel;
use mingzhang_domain::unit::{RegisterUnit, UnitKind, UnitOwnerSet, UnitStatus, UnitStatusSet};
use mingzhang_domain::value::Count;
use mingzhang_store::lane::{Accepted, Lanes, Submission, SubmitError, Urgency};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use uuid::Uuid;

/// Units that are registered at once.
const AT_ONCE: usize = 512;

/// A ledger with accounts to charge.
#[derive(Clone)]
pub(crate) struct Community {
    pub(crate) ledger: LedgerId,
    pub(crate) accounts: Vec<AccountId>,
    pub(crate) fee_item: FeeItemId,
}

pub(crate) fn id(kind: u128, n: usize) -> Uuid {
    Uuid::from_u128((kind << 64) | u128::try_from(n).unwrap_or_default())
}

/// Where money comes in.
pub(crate) fn bank() -> Channel {
    Channel { id: ChannelAccountId(id(9, 1)), kind: ChannelKind::Bank, purse: Purse::Company, seen: Vec::new() }
}

/// Sends a command with a key of its own; whoever is told to come back comes back.
pub(crate) async fn submit(
    lanes: &Lanes,
    ledger: LedgerId,
    command: impl Decide + 'static,
) -> Result<Accepted, SubmitError> {
    send(lanes, ledger, Urgency::Interactive, Arc::new(command)).await
}

/// The same for a chunk of big work.
pub(crate) async fn submit_bulk(lanes: &Lanes, ledger: LedgerId, command: impl Decide + 'static) -> Accepted {
    send(lanes, ledger, Urgency::Bulk, Arc::new(command)).await.unwrap()
}

async fn send(
    lanes: &Lanes,
    ledger: LedgerId,
    urgency: Urgency,
    command: Arc<dyn Decide>,
) -> Result<Accepted, SubmitError> {
    static KEYS: AtomicU64 = AtomicU64::new(0);
    let actor = Actor { kind: ActorKind::Staff, id: id(1, 1) };
    let key = KEYS.fetch_add(1, Ordering::Relaxed).to_string();
    let submission = Submission {
        ledger_id: ledger,
        command_id: CommandId::from_key(ledger, "staff", actor.id, &key),
        correlation_id: None,
        causation_id: None,
        actor,
        request_digest: [7; 32],
        command,
        vault: Vec::new(),
        given_at: None,
        urgency,
    };
    loop {
        match lanes.submit(submission.clone()).await {
            Err(SubmitError::Busy) => tokio::time::sleep(Duration::from_millis(5)).await,
            answer => return answer,
        }
    }
}

/// Opens the n-th ledger with so many accounts.
pub(crate) async fn open(lanes: &Lanes, n: usize, accounts: usize) -> Community {
    let ledger = LedgerId(id(2, n));
    let parent = LedgerId(id(2, 999_999));
    lanes.create_log(ledger).await.unwrap();
    let opening = OpenLedger {
        kind: LedgerKind::Community,
        parent: Some(parent),
        code: format!("C{n}").parse().unwrap(),
        clock: LedgerClock::System,
        created_by: Some(LedgerPosition { ledger_id: parent, position: 1 }),
    };
    submit(lanes, ledger, opening).await.unwrap();
    furnish(lanes, ledger, n, accounts).await
}

/// Gives the n-th ledger, which is open, a fee item and so many accounts.
pub(crate) async fn furnish(lanes: &Lanes, ledger: LedgerId, n: usize, accounts: usize) -> Community {
    let fee_item = FeeItemId(id(3, n));
    let item = CreateFeeItem {
        fee_item,
        name: "物业服务费".parse().unwrap(),
        fund: Fund::Operating,
        priority: Count(1),
        vat: Vat::of(VatCategory::Rated, Some("0.06".parse().unwrap())),
    };
    submit(lanes, ledger, item).await.unwrap();
    let units: Vec<usize> = (0..accounts).collect();
    let mut opened = Vec::with_capacity(accounts);
    for some in units.chunks(AT_ONCE) {
        let registered = some.iter().map(|unit| {
            let (lanes, unit) = (lanes.clone(), *unit);
            tokio::spawn(async move { register(&lanes, ledger, n, unit).await })
        });
        for unit in registered.collect::<Vec<_>>() {
            opened.push(unit.await.unwrap());
        }
    }
    Community { ledger, accounts: opened, fee_item }
}

async fn register(lanes: &Lanes, ledger: LedgerId, n: usize, unit: usize) -> AccountId {
    let number = n * 1_000_000 + unit;
    let (party, person) = (PartyId(id(4, number)), PersonId(id(5, number)));
    let members = vec![Member { person, share: Some("1".parse().unwrap()) }];
    let group = FormParty { party, kind: PartyKind::OwnerGroup, members, contact: Some(person), name: None };
    submit(lanes, ledger, group).await.unwrap();
    let from = "2020-01-01".parse().unwrap();
    let registered = UnitId(id(6, number));
    let new = RegisterUnit {
        unit: registered,
        code: format!("1-1-{unit:05}").parse().unwrap(),
        kind: UnitKind::Residence,
        building: Some("1".parse().unwrap()),
        entrance: Some("1".parse().unwrap()),
        floor: None,
        developer: None,
        area: None,
        status: Some(UnitStatusSet { from, status: UnitStatus::HandedOver }),
        owner: Some(UnitOwnerSet { from, party }),
    };
    submit(lanes, ledger, new).await.unwrap();
    AccountId::of_unit(registered)
}
