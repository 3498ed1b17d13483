//! The fold of a `fee_item` stream: what it is, and its dated versions of price and tax.

use super::campaign::Campaign;
use super::event::{FeeItemCreated, FeeItemEvent, FeeItemTaxCodeSet, PricedBy, TariffSet, TopUpRule, Vat};
use super::prepayment::Offer;
use crate::account::Applied;
use crate::calendar::{CivilDate, DateRange};
use crate::dated::Dated;
use crate::draft::Fact;
use crate::id::FeeItemId;
use crate::supplier_bill::Utility;
use crate::unit::UnitState;
use crate::value::Exact;

/// The fold of a `fee_item` stream.
#[derive(Debug, Clone, Default)]
pub struct FeeItemState {
    created: Option<FeeItemCreated>,
    vat: Dated<Vat>,
    tax_codes: Dated<FeeItemTaxCodeSet>,
    tariffs: Dated<TariffSet>,
    utility: Option<Utility>,
    vacancy_off: Dated<Option<Exact>>,
    top_up_rules: Dated<Option<TopUpRule>>,
    campaigns: Vec<Campaign>,
    offers: Vec<Offer>,
}

impl FeeItemState {
    /// Folds one fact.
    pub(crate) fn evolve(&mut self, event: &FeeItemEvent, _fact: &Fact<'_>) {
        match event {
            FeeItemEvent::FeeItemCreated(created) => self.created = Some(created.clone()),
            FeeItemEvent::FeeItemVatSet(set) => self.vat.set(set.from, set.vat.clone()),
            FeeItemEvent::FeeItemTaxCodeSet(set) => self.tax_codes.set(set.from, set.clone()),
            FeeItemEvent::FeeItemUtilitySet(set) => self.utility = Some(set.utility),
            FeeItemEvent::VacancyPolicySet(set) => self.vacancy_off.set(set.from, set.off),
            FeeItemEvent::TopUpRuleSet(set) => self.top_up_rules.set(set.from, set.rule),
            FeeItemEvent::CampaignGranted(granted) => self.campaigns.push(Campaign::of(granted)),
            FeeItemEvent::CampaignEnded(ended) => {
                let campaign = self.campaigns.iter_mut().find(|have| have.applied.discount == ended.campaign);
                if let Some(campaign) = campaign {
                    campaign.until = ended.on;
                }
            }
            FeeItemEvent::PrepaymentOfferSet(set) => self.offers.push(Offer::of(set)),
            FeeItemEvent::PrepaymentOfferEnded(ended) => {
                for offer in self.offers.iter_mut().filter(|have| have.offer == ended.offer) {
                    offer.until = ended.on;
                }
            }
            FeeItemEvent::TariffSet(tariff) => self.tariffs.set(tariff.from, tariff.clone()),
        }
    }

    /// What was said when it was created: name, fund, priority; nothing until then.
    pub fn created(&self) -> Option<&FeeItemCreated> {
        self.created.as_ref()
    }

    /// The tax treatment of a day; nothing until it is created.
    pub fn vat_on(&self, day: CivilDate) -> Option<&Vat> {
        self.vat.on(day).or(self.created.as_ref().map(|created| &created.vat))
    }

    /// The tax treatment with the latest first day that was set after the creation.
    pub fn last_vat(&self) -> Option<(CivilDate, &Vat)> {
        self.vat.last()
    }

    /// How it stands on an invoice that is requested on a day.
    pub fn tax_code_on(&self, day: CivilDate) -> Option<&FeeItemTaxCodeSet> {
        self.tax_codes.on(day)
    }

    /// The tax classification with the latest first day.
    pub fn last_tax_code(&self) -> Option<&FeeItemTaxCodeSet> {
        self.tax_codes.last().map(|(_, set)| set)
    }

    /// The tariff version that prices a service day.
    pub fn tariff_on(&self, day: CivilDate) -> Option<&TariffSet> {
        self.tariffs.on(day)
    }

    /// The utility that it collects for.
    pub fn utility(&self) -> Option<Utility> {
        self.utility
    }

    /// What a unit that is vacant from a day on pays less.
    pub fn vacancy_off_on(&self, day: CivilDate) -> Option<Exact> {
        self.vacancy_off.on(day).copied().flatten()
    }

    /// When units are asked to top their maintenance fund up, on a day.
    pub fn top_up_rule_on(&self, day: CivilDate) -> Option<TopUpRule> {
        self.top_up_rules.on(day).copied().flatten()
    }

    /// Every campaign, in the order in which they were granted.
    pub fn campaigns(&self) -> &[Campaign] {
        &self.campaigns
    }

    /// Every prepayment offer, in the order in which they were set.
    pub fn offers(&self) -> &[Offer] {
        &self.offers
    }

    /// The discounts that lower a unit's price on a day, its own and campaigns, in the order in which they do.
    pub fn discounts_on(&self, unit: &UnitState, fee_item: FeeItemId, day: CivilDate) -> Vec<Applied> {
        let campaigns = self.campaigns.iter().filter(|campaign| campaign.lowers(unit, day));
        let all = unit.discounts_on(day, fee_item).into_iter().chain(campaigns.map(|have| have.applied.clone()));
        Applied::in_order(all.collect())
    }

    /// The days of a range on which its price or a campaign changes.
    pub fn changes_within(&self, range: DateRange) -> impl Iterator<Item = CivilDate> {
        let inside = move |day: &CivilDate| range.from() < *day && *day < range.until();
        let campaigns = self.campaigns.iter().flat_map(|campaign| [campaign.from, campaign.until]).filter(inside);
        self.tariffs.changes_within(range).chain(campaigns)
    }

    /// Which meters it is charged by; none when it is charged by time or by pools.
    pub fn metered(&self) -> Option<Utility> {
        self.tariffs.last().and_then(|(_, tariff)| tariff.price.utility())
    }

    /// Which day decides for what its meters count.
    pub fn priced_by(&self) -> PricedBy {
        self.tariffs.last().and_then(|(_, tariff)| tariff.price.priced_by()).unwrap_or_default()
    }

    /// Every tariff version with its first day, in order.
    pub fn tariffs(&self) -> &Dated<TariffSet> {
        &self.tariffs
    }
}
