//! Opens a pool: fixes its units, their codes, weights and shares, so that nothing that comes later changes them.

use super::{live_charge, opened, size};
use crate::bill_run::input_named;
use crate::book::Fund;
use crate::calendar::{CivilDate, DateRange};
use crate::community::{CommunityRefusal, live_on};
use crate::draft::{Decide, Draft};
use crate::fee_item::{FeeItemRefusal, formula_must_hold};
use crate::id::{CommunityId, FeeItemId, PartyId, PoolId, UnitId};
use crate::ledger::{LedgerKind, must_be};
use crate::meter::MeterState;
use crate::money::Money;
use crate::pool::{
    ExcludedUnit, PoolOpened, PoolRefusal, PoolScope, PoolShare, PoolSharesFixed, PoolStage, PoolWeight, Uncharged,
};
use crate::refusal::Refusal;
use crate::rule::apportionment::{ApportionmentError, Bearer, apportion, whole_fen};
use crate::stream::StreamRef;
use crate::unit::{UnitKind, UnitRefusal, UnitState};
use crate::value::{Code, Count, Exact, Label, Variable};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most units of a pool.
pub const MAX_POOL_UNITS: usize = 5_000;
/// The most units that are named one by one: so many fit one fact.
const NAMED_LIMIT: usize = 200;
/// The most units that are excluded.
const EXCLUDED_LIMIT: usize = 50;
/// Shares of one fact.
const CHUNK: usize = 60;
/// The most units that a refusal lists.
const SHOWN: usize = 20;

/// A pool begins; nothing of it is charged yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenPool {
    /// The new pool.
    pub pool: PoolId,
    /// What is charged.
    pub fee_item: FeeItemId,
    /// What it is.
    pub label: Label,
    /// What time it is for.
    pub service: DateRange,
    /// Which units bear it.
    pub scope: PoolScope,
    /// The kinds of units that bear it; none: every kind.
    pub kinds: Vec<UnitKind>,
    /// By what it is shared.
    pub weight: PoolWeight,
    /// Units of the scope that bear nothing, and why.
    pub excluded: Vec<(UnitId, Label)>,
    /// What is shared; negative when it lowers what another pool charged.
    pub amount: Money,
    /// The pool that it lowers.
    pub lowers: Option<PoolId>,
    /// Every unit of the scope, as the read models list them: no rule can list streams.
    pub units: Vec<UnitId>,
}

/// A unit that bears its part.
struct Weighed {
    unit: UnitId,
    weight: Exact,
    uncharged: Option<Uncharged>,
}

impl Decide for OpenPool {
    fn operation(&self) -> &'static str {
        "open_pool"
    }

    fn needs(&self) -> Vec<StreamRef> {
        let fixed: [StreamRef; 2] = [self.pool.into(), self.fee_item.into()];
        fixed.into_iter().chain(self.units.iter().copied().map(StreamRef::from)).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.pool(self.pool).stage().is_some() {
            return Err(PoolRefusal::PoolMustBeNew.into());
        }
        self.check(draft)?;
        let (excluded, weighed) = self.weigh(draft)?;
        let shares = self.shares(&weighed)?;
        if let Some(lowered) = self.lowers {
            lowered_must_bear(draft, lowered, &shares)?;
        }
        let total = weighed.values().map(|unit| unit.weight.decimal()).sum::<Decimal>();
        let total_weight = Exact::new(total).map_err(|_| PoolRefusal::WeightsMustBeInRange)?;
        let opened = PoolOpened {
            fee_item: self.fee_item,
            label: self.label.clone(),
            service: self.service,
            scope: self.scope.clone(),
            kinds: self.kinds.clone(),
            weight: self.weight.clone(),
            excluded,
            amount: self.amount,
            lowers: self.lowers,
            units: Count(u32::try_from(shares.len()).unwrap_or(u32::MAX)),
            total_weight,
            uncharged: shares.iter().filter(|share| share.uncharged.is_some()).map(|share| share.amount).sum(),
        };
        draft.push(self.pool, opened);
        for (chunk, shares) in (1..).zip(shares.chunks(CHUNK)) {
            draft.push(self.pool, PoolSharesFixed { chunk: Count(chunk), shares: shares.to_vec() });
        }
        Ok(())
    }
}

impl OpenPool {
    fn check(&self, draft: &Draft<'_>) -> Result<(), Refusal> {
        let item = draft.fee_item(self.fee_item);
        let created = item.created().ok_or_else(|| FeeItemRefusal::FeeItemMustExist.at("/fee_item"))?;
        match created.fund {
            Fund::Operating | Fund::PassThrough | Fund::OwnersIncome => {}
            Fund::Deposit | Fund::MaintenanceFund => {
                return Err(PoolRefusal::FundMustFitPool.with("fund", created.fund).at("/fee_item"));
            }
        }
        if self.amount.is_zero() {
            return Err(PoolRefusal::PoolMustHaveAmount.at("/amount"));
        }
        if live_on(draft).is_some_and(|live| self.service.from() < live) {
            return Err(CommunityRefusal::MoneyMustNotPrecedeGoLive.at("/service"));
        }
        if let PoolWeight::Formula { formula } = &self.weight {
            let community = draft.community(CommunityId(draft.context.ledger_id.uuid()));
            formula_must_hold(formula, &[], &community).map_err(|refusal| refusal.at("/weight/formula"))?;
        }
        if self.excluded.len() > EXCLUDED_LIMIT {
            return Err(PoolRefusal::PoolUnitsMustBeBounded.with("excluded", self.excluded.len()).at("/excluded"));
        }
        must_be_bounded(&self.scope, &self.units)?;
        self.lowered_must_stand(draft)
    }

    /// A negative pool lowers one that was charged for the same.
    fn lowered_must_stand(&self, draft: &Draft<'_>) -> Result<(), Refusal> {
        if self.amount.is_negative() != self.lowers.is_some() {
            return Err(PoolRefusal::LoweredPoolMustBeNamed.at("/lowers"));
        }
        let Some(lowered) = self.lowers else { return Ok(()) };
        let (_, lowered, stage) = opened(draft, lowered).map_err(|refusal| refusal.at("/lowers"))?;
        let fits = stage == PoolStage::Posted && lowered.fee_item == self.fee_item && lowered.amount.is_positive();
        if fits { Ok(()) } else { Err(PoolRefusal::LoweredPoolMustStand.with("stage", stage).at("/lowers")) }
    }

    /// Units by code: those that bear nothing, and what the others weigh.
    fn weigh(&self, draft: &Draft<'_>) -> Result<(Vec<ExcludedUnit>, BTreeMap<Code, Weighed>), Refusal> {
        let mut left_out: BTreeMap<UnitId, &Label> = BTreeMap::new();
        for (index, (unit, reason)) in self.excluded.iter().enumerate() {
            if left_out.insert(*unit, reason).is_some() {
                return Err(PoolRefusal::PoolUnitsMustBeDistinct.with("unit", unit).at(format!("/excluded/{index}")));
            }
        }
        // Asked for at once, so that they are loaded in one round.
        for unit in &self.units {
            let _ = self.meters(draft, &draft.unit(*unit));
        }
        let mut excluded = Vec::new();
        let mut weighed: BTreeMap<Code, Weighed> = BTreeMap::new();
        let mut missing: Vec<(Code, Option<Variable>)> = Vec::new();
        for unit in &self.units {
            let (state, code) = unit_of_scope(draft, (&self.scope, &self.kinds), *unit)?;
            if let Some(reason) = left_out.remove(unit) {
                excluded.push(ExcludedUnit { unit: *unit, code, reason: reason.clone() });
                continue;
            }
            let weight = match self.weight.of(&state, &self.meters(draft, &state), self.service) {
                Ok(weight) => weight,
                Err(name) => {
                    missing.push((code, name));
                    continue;
                }
            };
            if weight.decimal().is_sign_negative() && !weight.decimal().is_zero() {
                return Err(PoolRefusal::WeightsMustNotBeNegative.with("unit", code).with("weight", weight));
            }
            let uncharged = who_owes(&state, self.service).err();
            if weighed.insert(code, Weighed { unit: *unit, weight, uncharged }).is_some() {
                return Err(PoolRefusal::PoolUnitsMustBeDistinct.with("unit", unit).at("/scope"));
            }
        }
        if let Some(unit) = left_out.into_keys().next() {
            return Err(PoolRefusal::UnitMustBeInScope.with("unit", unit).at("/excluded"));
        }
        if missing.is_empty() { Ok((excluded, weighed)) } else { Err(unknown(&missing)) }
    }

    /// The meters that weigh a unit.
    fn meters(&self, draft: &Draft<'_>, unit: &UnitState) -> Vec<Arc<MeterState>> {
        self.weight.meters(unit).into_iter().map(|meter| draft.meter(meter)).collect()
    }

    /// The share of each unit, in the order of codes.
    fn shares(&self, weighed: &BTreeMap<Code, Weighed>) -> Result<Vec<PoolShare>, Refusal> {
        let bearers: Vec<Bearer<&Code>> =
            weighed.iter().map(|(unit, of)| Bearer { unit, weight: of.weight.decimal() }).collect();
        let total = bearers.iter().map(|bearer| bearer.weight).sum::<Decimal>();
        let amounts = apportion(self.amount, &bearers)?;
        let share = |((code, of), amount): ((&Code, &Weighed), Money)| -> Result<PoolShare, Refusal> {
            let whole = whole_fen(self.amount, of.weight.decimal(), total)?;
            Ok(PoolShare {
                unit: of.unit,
                code: code.clone(),
                weight: of.weight,
                amount,
                remainder_fen: amount != whole,
                uncharged: of.uncharged,
            })
        };
        weighed.iter().zip(amounts).map(share).collect()
    }
}

/// Every unit of a scope by its code, with its building area on a day.
///
/// # Errors
/// [`PoolRefusal`] for too many or none, one that stands twice or outside, and areas that are not known.
pub(crate) fn areas(
    draft: &Draft<'_>,
    scope: (&PoolScope, &[UnitKind]),
    units: &[UnitId],
    on: CivilDate,
) -> Result<BTreeMap<Code, (UnitId, Exact)>, Refusal> {
    must_be_bounded(scope.0, units)?;
    let (mut areas, mut missing) = (BTreeMap::new(), Vec::new());
    for unit in units {
        let (state, code) = unit_of_scope(draft, scope, *unit)?;
        match input_named(&state, on, "area") {
            Ok(area) => {
                if areas.insert(code, (*unit, area.value)).is_some() {
                    return Err(PoolRefusal::PoolUnitsMustBeDistinct.with("unit", unit).at("/scope"));
                }
            }
            Err(unpriced) => missing.push((code, unpriced.missing)),
        }
    }
    if missing.is_empty() { Ok(areas) } else { Err(unknown(&missing)) }
}

fn must_be_bounded(scope: &PoolScope, units: &[UnitId]) -> Result<(), Refusal> {
    let named = match scope {
        PoolScope::Units { units } => units.len(),
        PoolScope::Community | PoolScope::Building { .. } | PoolScope::Entrance { .. } => 1,
    };
    if (1..=NAMED_LIMIT).contains(&named) && (1..=MAX_POOL_UNITS).contains(&units.len()) {
        return Ok(());
    }
    Err(PoolRefusal::PoolUnitsMustBeBounded.with("units", units.len()).at("/scope"))
}

fn unit_of_scope(
    draft: &Draft<'_>,
    (scope, kinds): (&PoolScope, &[UnitKind]),
    unit: UnitId,
) -> Result<(Arc<UnitState>, Code), Refusal> {
    let state = draft.unit(unit);
    let (Some(registered), Some(code)) = (state.registered(), state.code().cloned()) else {
        return Err(UnitRefusal::UnitMustExist.with("unit", unit).at("/scope"));
    };
    let place = (registered.building.as_ref(), registered.entrance.as_ref());
    let inside = scope.has(kinds, registered.kind, place);
    if inside { Ok((state, code)) } else { Err(PoolRefusal::UnitMustBeInScope.with("unit", code).at("/scope")) }
}

/// Whether somebody owes the first day of the service time, or why nobody does.
///
/// # Errors
/// [`Uncharged`].
pub(super) fn who_owes(unit: &UnitState, service: DateRange) -> Result<PartyId, Uncharged> {
    let day = service.from();
    let without =
        if unit.status_on(day).is_none() { Uncharged::HandOverDateMissing } else { Uncharged::ObligorMissing };
    unit.obligor_on(day).ok_or(without)
}

/// Every unit still owes at least its share of what it was charged.
fn lowered_must_bear(draft: &Draft<'_>, lowered: PoolId, shares: &[PoolShare]) -> Result<(), Refusal> {
    for share in shares.iter().filter(|share| share.amount.is_negative()) {
        let unit = draft.unit(share.unit);
        let Some(account) = unit.registered().map(|registered| draft.account(registered.account)) else { continue };
        let owed = live_charge(&account, lowered).map_or(Money::ZERO, |charge| charge.owed);
        if size(share.amount) > owed {
            let refusal = PoolRefusal::ShareMustNotExceedLowered.with("unit", &share.code);
            return Err(refusal.with("share", share.amount).with("owed", owed).at("/amount"));
        }
    }
    Ok(())
}

fn unknown(missing: &[(Code, Option<Variable>)]) -> Refusal {
    let refusal = Refusal::from(PoolRefusal::WeightsMustBeKnown).with("units", missing.len());
    missing.iter().take(SHOWN).fold(refusal, |refusal, (code, name)| match name {
        Some(name) => refusal.with("missing", format!("{code}: {name}")),
        None => refusal.with("missing", code),
    })
}

impl From<ApportionmentError> for Refusal {
    fn from(error: ApportionmentError) -> Self {
        match error {
            ApportionmentError::UnitsMissing | ApportionmentError::UnitsOutOfRange => {
                PoolRefusal::PoolUnitsMustBeBounded.at("/scope")
            }
            ApportionmentError::UnitDuplicate => PoolRefusal::PoolUnitsMustBeDistinct.at("/scope"),
            ApportionmentError::WeightNegative => PoolRefusal::WeightsMustNotBeNegative.into(),
            ApportionmentError::WeightsAllZero => PoolRefusal::WeightsMustNotAllBeZero.at("/weight"),
            ApportionmentError::WeightOutOfRange => PoolRefusal::WeightsMustBeInRange.at("/weight"),
        }
    }
}
