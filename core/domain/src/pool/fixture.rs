//! A few units with areas, owners and a fee item, and pools over them, for the tests of pools.

use super::{OpenPool, PoolEvent, PoolScope, PoolWeight, PostPool, PostPoolChunk, ReversePoolChunk};
use crate::account::{AccountOpened, AccountState};
use crate::approval::fixture::limit;
use crate::book::{Fund, VatCategory};
use crate::calendar::DateRange;
use crate::fee_item::{FeeItemCreated, Vat};
use crate::id::{AccountId, FeeItemId, PoolId, UnitId};
use crate::ledger::LedgerKind;
use crate::money::Money;
use crate::party::PartyKind;
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::unit::fixture::{OWNER, party};
use crate::unit::{UnitAreaSet, UnitKind, UnitOwnerSet, UnitRegistered, UnitStatus, UnitStatusSet};
use crate::value::Count;
use std::sync::Arc;
use uuid::Uuid;

pub(crate) const POOL: PoolId = PoolId(Uuid::from_u128(0x9001));
pub(crate) const ITEM: FeeItemId = FeeItemId(Uuid::from_u128(0x9100));

pub(crate) fn unit(n: u128) -> UnitId {
    UnitId(uuid(0x9200 + n))
}

/// A unit of building 1, entrance 1, registered under a code; nobody owns it, nothing of it is known.
pub(crate) fn bare(story: Story, n: u128, code: &str) -> Story {
    let registered = UnitRegistered {
        code: code.parse().unwrap(),
        kind: UnitKind::Residence,
        building: "1".parse().ok(),
        entrance: "1".parse().ok(),
        floor: "1".parse().ok(),
        account: AccountId::of_unit(unit(n)),
        developer: None,
    };
    story.given(unit(n), registered).given(AccountId::of_unit(unit(n)), AccountOpened { unit: unit(n) })
}

/// The same with an area, handed over to one owner since 2020.
pub(crate) fn home(story: Story, n: u128, code: &str, area: &str) -> Story {
    let from = "2020-01-01".parse().unwrap();
    let area = UnitAreaSet { from, building_area_sqm: area.parse().unwrap(), inner_area_sqm: None };
    bare(story, n, code)
        .given(unit(n), area)
        .given(unit(n), UnitOwnerSet { from, party: OWNER })
        .given(unit(n), UnitStatusSet { from, status: UnitStatus::HandedOver })
}

/// An operating item, and units 1, 2, … with these areas and the codes `1-1`, `1-2`, ….
pub(crate) fn town(areas: &[&str]) -> Story {
    let item = FeeItemCreated {
        name: "公共电费".parse().unwrap(),
        fund: Fund::Operating,
        priority: Count(20),
        vat: Vat::of(VatCategory::Rated, "0.06".parse().ok()),
    };
    let story = Story::new().in_ledger(LedgerKind::Community).given(OWNER, party(PartyKind::OwnerGroup));
    let story = story.given(ITEM, item);
    (1..).zip(areas).fold(story, |story, (n, area)| home(story, n, &format!("1-{n}"), area))
}

/// A pool of December 2025 over units 1 to n, by building area.
pub(crate) fn open(n: u128, amount: &str) -> OpenPool {
    OpenPool {
        pool: POOL,
        fee_item: ITEM,
        label: "12 月公共照明".parse().unwrap(),
        service: DateRange::of_month("2025-12".parse().unwrap()),
        scope: PoolScope::Community,
        kinds: Vec::new(),
        weight: PoolWeight::BuildingArea,
        excluded: Vec::new(),
        amount: amount.parse().unwrap(),
        lowers: None,
        units: (1..=n).map(unit).collect(),
    }
}

/// What charges a pool on its actor's own word.
pub(crate) fn post(pool: PoolId, amount: &str) -> PostPool {
    PostPool { pool, amount: amount.parse().unwrap(), due_days: Count(30), authority: limit("1000000.00") }
}

/// Opens a pool, lets it be charged and charges every chunk.
pub(crate) fn posted(story: &mut Story, open: &OpenPool) {
    story.accepted(open);
    let state = story.draft().pool(open.pool);
    let amount = state.opened().map(|opened| opened.amount.minus(opened.uncharged).unwrap()).unwrap();
    let chunks = state.chunks();
    drop(state);
    story.accepted(&post(open.pool, &amount.to_string()));
    for chunk in 1..=chunks {
        story.accepted(&PostPoolChunk { pool: open.pool, chunk: Count(chunk) });
    }
}

/// Reverses every chunk of a pool that is being taken back.
pub(crate) fn taken_back(story: &mut Story, pool: PoolId) {
    for chunk in 1..=story.draft().pool(pool).chunks() {
        story.accepted(&ReversePoolChunk { pool, chunk: Count(chunk) });
    }
}

pub(crate) fn account_of(story: &Story, n: u128) -> Arc<AccountState> {
    story.draft().account(AccountId::of_unit(unit(n)))
}

/// What the live charges of units 1 to n come to.
pub(crate) fn owed(story: &Story, n: u128) -> Vec<String> {
    let of = |n| {
        let state = account_of(story, n);
        state.charges().map(|charge| charge.owed).sum::<Money>().to_string()
    };
    (1..=n).map(of).collect()
}

/// The shares that a pool was opened with, by code.
pub(crate) fn shares(events: &[Event]) -> Vec<(String, String)> {
    let fixed = events.iter().filter_map(|event| match event {
        Event::Pool(PoolEvent::PoolSharesFixed(fixed)) => Some(&fixed.shares),
        _ => None,
    });
    fixed.flatten().map(|share| (share.code.to_string(), share.amount.to_string())).collect()
}
