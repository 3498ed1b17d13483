//! Campaigns 活动: dated offers of a fee item over many units, which no unit is granted by hand.
//!
//! May never happen here: two campaigns of an item that lower one unit's price on one day.

use super::event::CampaignGranted;
use crate::account::{Applied, DiscountKind};
use crate::calendar::{CivilDate, DateRange};
use crate::id::AccountId;
use crate::pool::PoolScope;
use crate::unit::{UnitKind, UnitState};
use crate::value::Label;
use std::collections::BTreeSet;

/// A campaign that was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// What lowers charges.
    pub applied: Applied,
    /// First service day.
    pub from: CivilDate,
    /// Day after the last.
    pub until: CivilDate,
    scope: PoolScope,
    kinds: Vec<UnitKind>,
    /// Of the units that are named one by one.
    accounts: BTreeSet<AccountId>,
}

impl Campaign {
    pub(super) fn of(granted: &CampaignGranted) -> Self {
        let accounts = match &granted.scope {
            PoolScope::Units { units } => units.iter().copied().map(AccountId::of_unit).collect(),
            PoolScope::Community | PoolScope::Building { .. } | PoolScope::Entrance { .. } => BTreeSet::new(),
        };
        Self {
            applied: Applied {
                discount: granted.campaign,
                kind: DiscountKind::Campaign,
                terms: granted.terms,
                approval: granted.approved.as_ref().and_then(|approved| approved.approval),
            },
            from: granted.days.from(),
            until: granted.days.until(),
            scope: granted.scope.clone(),
            kinds: granted.kinds.clone(),
            accounts,
        }
    }

    /// True when it holds on a day.
    pub fn covers(&self, day: CivilDate) -> bool {
        self.from <= day && day < self.until
    }

    /// True when it lowers the price of a unit on a day.
    pub(super) fn lowers(&self, unit: &UnitState, day: CivilDate) -> bool {
        let Some(registered) = unit.registered() else { return false };
        let place = (registered.building.as_ref(), registered.entrance.as_ref());
        let named = self.accounts.is_empty() || self.accounts.contains(&registered.account);
        self.covers(day) && named && self.scope.has(&self.kinds, registered.kind, place)
    }

    /// True when a unit may be lowered by both on some of these days.
    pub(super) fn meets(&self, days: DateRange, other: &Self) -> bool {
        let kinds =
            self.kinds.is_empty() || other.kinds.is_empty() || self.kinds.iter().any(|kind| other.kinds.contains(kind));
        let named =
            self.accounts.is_empty() || other.accounts.is_empty() || !self.accounts.is_disjoint(&other.accounts);
        let places = match (self.place(), other.place()) {
            (Some((one, entrance)), Some((another, other))) => {
                one == another && (entrance.is_none() || other.is_none() || entrance == other)
            }
            _ => true,
        };
        let both = DateRange::new(self.from, self.until).is_ok_and(|own| own.overlaps(days));
        both && kinds && named && places
    }

    fn place(&self) -> Option<(&Label, Option<&Label>)> {
        match &self.scope {
            PoolScope::Building { building } => Some((building, None)),
            PoolScope::Entrance { building, entrance } => Some((building, Some(entrance))),
            PoolScope::Community | PoolScope::Units { .. } => None,
        }
    }
}
