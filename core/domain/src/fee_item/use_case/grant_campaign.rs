//! Grants a campaign 活动: units of a scope pay less of a fee item for some days. It lowers what is billed from now on;
//! what is charged already stays as it is.
//!
//! Until the community is live it is set up freely; from that day on another must approve it.

use crate::account::DiscountTerms;
use crate::approval::{Authority, Stake, Staked, Warrant, authorise_once_live};
use crate::calendar::DateRange;
use crate::draft::{Decide, Draft};
use crate::fee_item::{Campaign, CampaignGranted};
use crate::id::FeeItemId;
use crate::pool::{PoolRefusal, PoolScope};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::unit::{UnitKind, UnitRefusal, discount_must_hold};
use crate::value::Label;
use std::collections::BTreeSet;

/// The most units that are named one by one: so many fit one fact.
const NAMED_LIMIT: usize = 200;

/// Less is owed for a fee item for some days, by many units.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct GrantCampaign {
    /// The item.
    pub fee_item: FeeItemId,
    /// What it is called.
    pub name: Label,
    /// Which units it is for.
    pub scope: PoolScope,
    /// The kinds of units that it is for; none: every kind.
    pub kinds: Vec<UnitKind>,
    /// How much it takes off.
    pub terms: DiscountTerms,
    /// The service days it lowers, at most ten years.
    pub days: DateRange,
    /// On whose word; needed once the community is live.
    #[serde(skip)]
    pub authority: Authority,
}

/// Like a price, a campaign has no amount that a limit could reach.
impl Staked for GrantCampaign {
    fn stake(&self, _draft: &Draft<'_>) -> Result<Stake, Refusal> {
        Ok(Stake::default())
    }
}

impl Decide for GrantCampaign {
    fn operation(&self) -> &'static str {
        "grant_campaign"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.fee_item.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let item = draft.fee_item(self.fee_item);
        discount_must_hold(&item, self.terms, self.days)?;
        self.units_must_fit(draft)?;
        let mut granted = CampaignGranted {
            campaign: draft.mint("discount"),
            name: self.name.clone(),
            scope: self.scope.clone(),
            kinds: self.kinds.clone(),
            terms: self.terms,
            days: self.days,
            approved: None,
            seen: Vec::new(),
        };
        let new = Campaign::of(&granted);
        if let Some(have) = item.campaigns().iter().find(|have| have.meets(self.days, &new)) {
            let refusal = UnitRefusal::DiscountMustNotOverlap.with("discount", have.applied.discount);
            return Err(refusal.with("from", have.from).with("until", have.until).at("/days"));
        }
        let (approved, seen) = authorise_once_live(draft, self, self.authority)?.map(Warrant::parts).unzip();
        (granted.approved, granted.seen) = (approved, seen.unwrap_or_default());
        draft.push(self.fee_item, granted);
        Ok(())
    }
}

impl GrantCampaign {
    /// Units that are named are there, each once.
    fn units_must_fit(&self, draft: &Draft<'_>) -> Result<(), Refusal> {
        let PoolScope::Units { units } = &self.scope else { return Ok(()) };
        let distinct: BTreeSet<_> = units.iter().collect();
        if distinct.len() != units.len() || !(1..=NAMED_LIMIT).contains(&units.len()) {
            return Err(PoolRefusal::PoolUnitsMustBeBounded.with("units", units.len()).at("/scope/units"));
        }
        match units.iter().find(|unit| draft.unit(**unit).registered().is_none()) {
            Some(unknown) => Err(UnitRefusal::UnitMustExist.with("unit", unknown).at("/scope/units")),
            None => Ok(()),
        }
    }
}
