//! The publication of a pool 公示: its total, its method, every share by unit code, what is left out and why. No names.

use super::event::{PoolShare, Uncharged};
use super::state::{PoolStage, PoolState};
use crate::calendar::{CivilDate, DateRange};
use crate::id::FeeItemId;
use crate::money::Money;
use crate::rule::apportionment::{Bearer, apportion};
use crate::value::{Code, Exact, Label};
use serde::Serialize;

/// What everybody who bears a pool may see of it; before it is charged, its preview.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PoolPublished {
    /// Where it stands.
    pub status: PoolStage,
    /// What is charged.
    pub fee_item: FeeItemId,
    /// What it is.
    pub label: Label,
    /// What time it is for.
    pub service: DateRange,
    /// Which units bear it, in words.
    pub scope: String,
    /// By what it is shared, in words.
    pub method: String,
    /// How shares are rounded, in words.
    pub rounding: &'static str,
    /// What is shared.
    pub amount: Money,
    /// What all units weigh.
    pub total_weight: Exact,
    /// What is charged.
    pub charged: Money,
    /// What is charged to nobody.
    pub uncharged: Money,
    /// When it is due; absent until it is charged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<CivilDate>,
    /// Units of the scope that bear nothing.
    pub excluded: Vec<PublishedExclusion>,
    /// The shares, in the order of unit codes.
    pub shares: Vec<PublishedShare>,
    /// Amount and weights, shared out again, give these shares.
    pub equal: bool,
}

/// A unit that bears nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedExclusion {
    /// Its code on the pool's day.
    pub code: Code,
    /// Why.
    pub reason: Label,
}

/// A share.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PublishedShare {
    /// The unit's code on the pool's day.
    pub code: Code,
    /// What it weighs.
    pub weight: Exact,
    /// Its share.
    pub amount: Money,
    /// It got one fen more than its whole fen.
    pub remainder_fen: bool,
    /// Why it is charged to nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uncharged: Option<Uncharged>,
}

const ROUNDING: &str = "每户份额 = 公摊总额 × 本户权重 ÷ 权重合计，只取到分；剩余的分按各户舍去部分从大到小每户补一分，相同的先补房号小的，合计恰为公摊总额。";

impl PoolState {
    /// What is published of it; nothing until it is opened.
    pub fn published(&self) -> Option<PoolPublished> {
        let (opened, stage) = (self.opened()?, self.stage()?);
        let known = matches!(stage, PoolStage::Open | PoolStage::Discarded);
        let why = |share: &PoolShare| match known {
            true => share.uncharged,
            false => self.uncharged(share.unit).map(|uncharged| uncharged.reason),
        };
        let uncharged = if known { opened.uncharged } else { self.uncharged_amount() };
        let shares = self.shares().map(|share| PublishedShare {
            code: share.code.clone(),
            weight: share.weight,
            amount: share.amount,
            remainder_fen: share.remainder_fen,
            uncharged: why(share),
        });
        let excluded = opened.excluded.iter();
        Some(PoolPublished {
            status: stage,
            fee_item: opened.fee_item,
            label: opened.label.clone(),
            service: opened.service,
            scope: opened.scope.told(&opened.kinds),
            method: opened.weight.told(),
            rounding: ROUNDING,
            amount: opened.amount,
            total_weight: opened.total_weight,
            charged: opened.amount.fold(uncharged.negated()),
            uncharged,
            due_on: self.posting().map(|posting| posting.due_on),
            excluded: excluded
                .map(|unit| PublishedExclusion { code: unit.code.clone(), reason: unit.reason.clone() })
                .collect(),
            shares: shares.collect(),
            equal: self.is_shared_rightly(opened.amount),
        })
    }

    /// True when the rule, asked again, says these shares.
    fn is_shared_rightly(&self, amount: Money) -> bool {
        let bearers: Vec<Bearer<&Code>> =
            self.shares().map(|share| Bearer { unit: &share.code, weight: share.weight.decimal() }).collect();
        let again = apportion(amount, &bearers);
        again.is_ok_and(|again| again.iter().eq(self.shares().map(|share| &share.amount)))
    }
}
