//! Sets a price of a unit's own for a fee item, instead of the tariff's. What is charged already is never re-priced.
//!
//! Until the community is live it is set up freely; from that day on another must approve it.

use crate::approval::{Authority, Stake, Staked, Warrant, authorise_once_live};
use crate::calendar::CivilDate;
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, Price, formula_must_fit_units, price_must_hold, utility_must_stay};
use crate::id::{AccountId, CommunityId, FeeItemId, UnitId};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::UnitPriceSet;
use crate::unit::refusal::existing;
use crate::value::Label;

/// The unit has a price of its own from a day on, or the tariff's again.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SetUnitPrice {
    /// The unit.
    pub unit: UnitId,
    /// The item.
    pub fee_item: FeeItemId,
    /// First service day it prices; not before that of the latest one.
    pub from: CivilDate,
    /// How the whole of a cycle is computed; absent: as the tariff says again.
    pub price: Option<Price>,
    /// Why.
    pub reason: Label,
    /// On whose word; needed once the community is live.
    #[serde(skip)]
    pub authority: Authority,
}

/// A price has no amount that a limit could reach.
impl Staked for SetUnitPrice {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake { accounts: vec![AccountId::of_unit(self.unit)], ..Stake::default() })
    }
}

impl Decide for SetUnitPrice {
    fn operation(&self) -> &'static str {
        "set_unit_price"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.unit.into(), self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let unit = existing(draft, self.unit)?;
        let item = draft.fee_item(self.fee_item);
        if item.created().is_none() {
            return Err(FeeItemRefusal::FeeItemMustExist.at("/fee_item"));
        }
        let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
        let tariff = item.tariffs().last().map(|(_, tariff)| &tariff.price);
        if tariff.into_iter().chain(&self.price).any(|price| price.parking().is_some()) {
            return Err(FeeItemRefusal::ParkingMustNotBeOfUnits.at("/fee_item"));
        }
        if let Some(price) = &self.price {
            price_must_hold(price, &community)?;
            utility_must_stay(price, tariff)?;
            formula_must_fit_units(price, std::iter::once((&*unit, self.from)))?;
        }
        if unit.last_price(self.fee_item).is_some_and(|latest| self.from < latest) {
            return Err(FeeItemRefusal::VersionMustNotBeEarlier.at("/from"));
        }
        let (approved, seen) = authorise_once_live(draft, self, self.authority)?.map(Warrant::parts).unzip();
        draft.push(
            self.unit,
            UnitPriceSet {
                fee_item: self.fee_item,
                from: self.from,
                price: self.price.clone(),
                reason: self.reason.clone(),
                approved,
                seen: seen.unwrap_or_default(),
            },
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::fixture::approved;
    use crate::community::GoLive;
    use crate::fee_item::AmountPer;
    use crate::testing::uuid;
    use crate::unit::fixture::{ITEM, UNIT, registered};

    fn fixed(from: &str, amount: Option<&str>) -> SetUnitPrice {
        let price = amount.map(|amount| Price::Fixed { amount: amount.parse().unwrap(), per: AmountPer::Month });
        SetUnitPrice {
            unit: UNIT,
            fee_item: ITEM,
            from: from.parse().unwrap(),
            price,
            reason: "开发商协议价".parse().unwrap(),
            authority: Authority::default(),
        }
    }

    #[test]
    fn a_price_of_its_own_holds_until_it_ends() {
        let mut story = registered();
        story.accepted(&fixed("2026-01-01", Some("100")));
        story.accepted(&fixed("2026-07-01", None));
        assert_eq!(story.refused(&fixed("2026-06-30", Some("90"))), "version_must_not_be_earlier");
        let state = story.draft().unit(UNIT);
        let own = |day: &str| state.price_on(day.parse().unwrap(), ITEM).is_some();
        assert!(!own("2025-12-31") && own("2026-06-30") && !own("2026-07-01"));
        assert_eq!(story.refused(&fixed("2026-08-01", Some("-1"))), "price_must_be_in_range");
        let stranger = SetUnitPrice { fee_item: FeeItemId(uuid(99)), ..fixed("2026-08-01", None) };
        assert_eq!(story.refused(&stranger), "fee_item_must_exist");
    }

    #[test]
    fn once_the_community_is_live_another_must_approve() {
        let mut story = registered();
        story.accepted(&GoLive { go_live_on: "2026-01-01".parse().unwrap() });
        let wish = fixed("2026-03-01", Some("100"));
        assert_eq!(story.refused(&wish), "approval_must_be_given");
        let authority = approved(&mut story, &wish);
        assert_eq!(story.accepted(&SetUnitPrice { authority, ..wish }).len(), 2);
    }
}
