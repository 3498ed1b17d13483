//! What a what-if rests on: the community's fee items, units and accounts as they are at the end of a day.
//!
//! Memory grows with charges and allocations.

use super::answer::Answer;
use super::change::{Change, NewPrice, WhatIf};
use super::refusal::WhatIfRefusal;
use crate::account::AccountState;
use crate::calendar::CivilDate;
use crate::community::{CommunityState, late_fee_must_fit};
use crate::envelope::Recorded;
use crate::fee_item::{FeeItemRefusal, FeeItemState, price_must_hold};
use crate::id::{AccountId, FeeItemId, UnitId};
use crate::refusal::Refusal;
use crate::stream::Event;
use crate::unit::{UnitRefusal, UnitState};
use crate::value::Exact;
use std::collections::{BTreeMap, HashMap};

/// Real history so far.
#[derive(Debug, Default)]
pub struct History {
    pub(super) community: CommunityState,
    pub(super) fee_items: BTreeMap<FeeItemId, FeeItemState>,
    pub(super) units: HashMap<UnitId, UnitState>,
    pub(super) accounts: BTreeMap<AccountId, AccountState>,
    began_on: Option<CivilDate>,
    position: u64,
}

impl History {
    /// Takes in the next event of the log; of money, what counts by a day.
    pub fn see(&mut self, event: &Recorded, on: CivilDate) {
        self.position = event.position;
        let fact = event.fact();
        let counts = event.effective_on <= on;
        match &event.event {
            Event::FeeItem(said) => {
                self.fee_items.entry(FeeItemId(event.stream.id)).or_default().evolve(said, &fact);
            }
            Event::Unit(said) => self.units.entry(UnitId(event.stream.id)).or_default().evolve(said, &fact),
            Event::Community(said) if counts => self.community.evolve(said, &fact),
            Event::Account(said) => {
                self.began_on = Some(self.began_on.map_or(event.effective_on, |day| day.min(event.effective_on)));
                if counts {
                    self.accounts.entry(AccountId(event.stream.id)).or_default().evolve(said, &fact);
                }
            }
            // Charges rest on nothing else.
            _ => {}
        }
    }

    /// The last position seen.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// What it would have come to.
    ///
    /// # Errors
    /// What names nobody, lies outside the ledger or is out of range, by name.
    pub fn answer(&self, asked: &WhatIf) -> Result<Answer, Refusal> {
        asked.check()?;
        self.must_be_possible(asked)?;
        Answer::of(self, asked)
    }

    fn must_be_possible(&self, asked: &WhatIf) -> Result<(), Refusal> {
        if let Some(fee_item) = self.named(&asked.change) {
            let item = self.fee_items.get(&fee_item).filter(|item| item.created().is_some());
            let item = item.ok_or(FeeItemRefusal::FeeItemMustExist.at("/fee_item"))?;
            if let Change::Price { price: NewPrice::Yuan(price), .. } = asked.change {
                self.price_must_be_possible(item, price)?;
            }
        }
        if let Change::Price { unit: Some(unit), .. } = asked.change
            && !self.units.contains_key(&unit)
        {
            return Err(UnitRefusal::UnitMustExist.at("/unit"));
        }
        if let Change::LateFee(policy) = &asked.change {
            let terms = (policy.daily_rate, policy.grace_days, policy.cap_ratio);
            late_fee_must_fit(terms, self.community.late_fee_ceiling())?;
        }
        let began = self.began_on.is_some_and(|began| began <= asked.on);
        if !began || asked.on < asked.from() {
            return Err(WhatIfRefusal::DayMustLieInLedger.at("/as_of"));
        }
        Ok(())
    }

    fn named(&self, change: &Change) -> Option<FeeItemId> {
        match change {
            Change::Price { fee_item, .. } => Some(*fee_item),
            Change::LateFee(policy) => policy.fee_item,
        }
    }

    /// Every price of a tariff that is one number may be that number.
    fn price_must_be_possible(&self, item: &FeeItemState, price: Exact) -> Result<(), Refusal> {
        let prices: Vec<_> = item.tariffs().iter().filter_map(|(_, tariff)| tariff.price.with_number(price)).collect();
        if prices.is_empty() {
            return Err(WhatIfRefusal::PriceMustBeOneNumber.at("/price"));
        }
        prices.iter().try_for_each(|price| price_must_hold(price, &self.community))
    }
}
