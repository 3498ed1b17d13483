//! The answer of a what-if: per fee item and month, per unit, in total, and what it does to arrears and collection rates.
//!
//! Payments stay what they were, each capped by what its charge would owe; what was waived, reduced or written off stays too.

use super::change::{Change, Repriced, WhatIf, net};
use super::history::History;
use crate::account::{AccountState, Charge, ChargeLateFee};
use crate::book::Fund;
use crate::calendar::Month;
use crate::community::LateFeePolicies;
use crate::id::{FeeItemId, UnitId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::rule::figures::rate;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// An amount as it is, and as it would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Sides {
    /// As it is.
    pub before: Money,
    /// As it would be.
    pub after: Money,
    /// How much more.
    pub difference: Money,
}

impl Sides {
    fn add(&mut self, before: Money, after: Money) {
        self.before = self.before.fold(before);
        self.after = self.after.fold(after);
        self.difference = self.after.fold(self.before.negated());
    }
}

/// What some charges, or their late fees, come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Effect {
    /// How many.
    pub charges: u32,
    /// What they come to.
    #[serde(flatten)]
    pub amount: Sides,
}

impl Effect {
    fn add(&mut self, before: Money, after: Money) {
        self.charges = self.charges.saturating_add(1);
        self.amount.add(before, after);
    }
}

/// Of a fee item in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemEffect {
    /// The fee item.
    pub fee_item: FeeItemId,
    /// Its name.
    pub fee_item_name: String,
    /// The month.
    pub period: Month,
    /// What it comes to.
    #[serde(flatten)]
    pub effect: Effect,
}

/// Of a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnitEffect {
    /// The unit.
    pub unit: UnitId,
    /// The code it has now.
    pub code: String,
    /// What it comes to.
    #[serde(flatten)]
    pub effect: Effect,
}

/// What was collected of the charges of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Collected {
    /// Less waivers and reductions.
    pub net_charges: Money,
    /// Paid of them.
    pub collected: Money,
    /// 当期收缴率
    #[serde(serialize_with = "rate_text")]
    pub rate: Option<Decimal>,
}

impl Collected {
    fn add(&mut self, owed: Money, paid: Money) {
        self.net_charges = self.net_charges.fold(owed);
        self.collected = self.collected.fold(paid);
    }

    fn rated(self) -> Self {
        Self { rate: rate(self.collected, self.net_charges), ..self }
    }
}

/// The collection rate of a month, or of all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Collection {
    /// The month; absent for all of them together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Month>,
    /// As it is.
    pub before: Collected,
    /// As it would be.
    pub after: Collected,
}

impl Collection {
    fn rated(period: Option<Month>, before: Collected, after: Collected) -> Self {
        Self { period, before: before.rated(), after: after.rated() }
    }
}

/// Charges of the item and the days that stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct LeftOut {
    /// The unit has a price of its own.
    pub own_price: u32,
    /// No tariff billed them: one-off charges, shares of pools, corrections, the old books'.
    pub not_by_tariff: u32,
    /// What they rest on says no amount at the other price.
    pub not_computed: u32,
}

/// What it would have come to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Answer {
    /// All charges, or late fees, that are looked at.
    pub total: Effect,
    /// By fee item and month.
    pub fee_items: Vec<ItemEffect>,
    /// Which charges stay as they are, and why.
    pub left_out: LeftOut,
    /// The fund that arrears and rates are about.
    pub fund: Option<Fund>,
    /// 当期收缴率 of each month.
    pub collection: Vec<Collection>,
    /// Of all of them together.
    pub collection_total: Collection,
    /// Open principal of the fund that was due before the day, of every month.
    pub arrears: Sides,
    /// Paid of charges that would owe less than that: it would be credit.
    pub paid_over: Money,
    /// Open late fees 违约金 of the charges that are looked at; absent unless they are what is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late_fees: Option<Sides>,
    /// Every unit with a difference, the largest first.
    #[serde(skip)]
    pub units: Vec<UnitEffect>,
}

/// A charge as it would stand.
struct Stands {
    owed: Money,
    paid: Money,
    open: Money,
}

impl Answer {
    pub(super) fn of(history: &History, asked: &WhatIf) -> Result<Self, Refusal> {
        let fund = history.fund(&asked.change);
        let mut answer = Self { fund: Some(fund), ..Self::default() };
        let mut sums = Sums::default();
        let policies = match &asked.change {
            Change::LateFee(policy) => Some(history.community.late_fees().instead(policy)),
            Change::Price { .. } => None,
        };
        for account in history.accounts.values() {
            let Some(unit) = account.unit() else { continue };
            answer.principal(history, asked, (unit, account), fund, &mut sums);
            if let Some(policies) = &policies {
                answer.late_fees(history, asked, (unit, account), policies, &mut sums)?;
            }
        }
        answer.sorted(history, asked, sums);
        Ok(answer)
    }

    fn principal(
        &mut self,
        history: &History,
        asked: &WhatIf,
        (unit, account): (UnitId, &AccountState),
        fund: Fund,
        sums: &mut Sums,
    ) {
        for charge in account.charges().filter(|charge| !charge.reversed) {
            let covered = asked.covers(charge);
            let more = if covered { self.more(history, asked, unit, charge, sums) } else { Money::ZERO };
            if charge.booking.fund != fund {
                continue;
            }
            let after = stands(charge, more);
            if covered {
                let months = sums.months.entry(charge.booking.period).or_default();
                for (side, owed, paid) in [
                    (&mut months.0, charge.owed, charge.paid),
                    (&mut months.1, after.owed, after.paid),
                    (&mut self.collection_total.before, charge.owed, charge.paid),
                    (&mut self.collection_total.after, after.owed, after.paid),
                ] {
                    side.add(owed, paid);
                }
            }
            if charge.due_on < asked.on {
                self.arrears.add(charge.open(), after.open);
            }
            self.paid_over = self.paid_over.fold(charge.paid).fold(after.paid.negated());
        }
    }

    /// How much more a charge would be.
    fn more(&mut self, history: &History, asked: &WhatIf, unit: UnitId, charge: &Charge, sums: &mut Sums) -> Money {
        let Change::Price { fee_item, unit: only, days, price } = &asked.change else { return Money::ZERO };
        if charge.booking.fee_item != *fee_item || only.is_some_and(|only| only != unit) {
            return Money::ZERO;
        }
        let of_its_own = |day| history.units.get(&unit).is_some_and(|unit| unit.price_on(day, *fee_item).is_some());
        let priced_on = charge.billed.as_ref().map_or(charge.service.from(), |billed| billed.share.line.from());
        let net = match price.gross(charge, *days) {
            Repriced::Untouched => return Money::ZERO,
            Repriced::NotByTariff => {
                self.left_out.not_by_tariff = self.left_out.not_by_tariff.saturating_add(1);
                return Money::ZERO;
            }
            Repriced::Gross(_) | Repriced::NotComputed if only.is_none() && of_its_own(priced_on) => {
                self.left_out.own_price = self.left_out.own_price.saturating_add(1);
                return Money::ZERO;
            }
            Repriced::NotComputed => None,
            Repriced::Gross(gross) => net(charge, gross),
        };
        let Some(net) = net else {
            self.left_out.not_computed = self.left_out.not_computed.saturating_add(1);
            return Money::ZERO;
        };
        self.count(unit, charge, (charge.posted, net), sums);
        net.fold(charge.posted.negated())
    }

    fn late_fees(
        &mut self,
        history: &History,
        asked: &WhatIf,
        (unit, account): (UnitId, &AccountState),
        policies: &LateFeePolicies,
        sums: &mut Sums,
    ) -> Result<(), Refusal> {
        let before = account.late_fees(history.community.late_fees(), asked.on)?;
        let after = account.late_fees(policies, asked.on)?;
        let open = self.late_fees.get_or_insert_default();
        let mut counted = Vec::new();
        for charge in account.charges().filter(|charge| !charge.reversed && asked.covers(charge)) {
            let (before, after) = (before.get(&charge.charge), after.get(&charge.charge));
            if before.is_none() && after.is_none() {
                continue;
            }
            let fee =
                |fee: Option<&ChargeLateFee>| fee.map_or((Money::ZERO, Money::ZERO), |fee| (fee.fee.amount, fee.open));
            let (before, after) = (fee(before), fee(after));
            open.add(before.1, after.1);
            counted.push((charge, (before.0, after.0)));
        }
        counted.into_iter().for_each(|(charge, amounts)| self.count(unit, charge, amounts, sums));
        Ok(())
    }

    fn count(&mut self, unit: UnitId, charge: &Charge, (before, after): (Money, Money), sums: &mut Sums) {
        self.total.add(before, after);
        let item = (charge.booking.fee_item, charge.booking.period);
        sums.items.entry(item).or_default().add(before, after);
        sums.units.entry(unit).or_default().add(before, after);
    }

    fn sorted(&mut self, history: &History, asked: &WhatIf, sums: Sums) {
        let name = |fee_item: FeeItemId| {
            let item = history.fee_items.get(&fee_item).and_then(|item| item.created());
            item.map(|created| created.name.to_string()).unwrap_or_default()
        };
        let item =
            |((fee_item, period), effect)| ItemEffect { fee_item, fee_item_name: name(fee_item), period, effect };
        self.fee_items = sums.items.into_iter().map(item).collect();
        let mut month = asked.first;
        while month <= asked.last {
            let (before, after) = sums.months.get(&month).copied().unwrap_or_default();
            self.collection.push(Collection::rated(Some(month), before, after));
            month = month.next();
        }
        let Collection { before, after, .. } = self.collection_total;
        self.collection_total = Collection::rated(None, before, after);
        let differs = sums.units.into_iter().filter(|(_, effect)| !effect.amount.difference.is_zero());
        let unit = |(unit, effect): (UnitId, Effect)| {
            let code = history.units.get(&unit).and_then(|unit| unit.code());
            UnitEffect { unit, code: code.map(ToString::to_string).unwrap_or_default(), effect }
        };
        self.units = differs.map(unit).collect();
        self.units.sort_by_key(UnitEffect::rank);
    }
}

impl UnitEffect {
    /// Its place among others, the largest difference first.
    pub fn rank(&self) -> (i64, UnitId) {
        (self.effect.amount.difference.fen().saturating_abs().saturating_neg(), self.unit)
    }
}

/// What is summed while accounts are looked at.
#[derive(Default)]
struct Sums {
    items: BTreeMap<(FeeItemId, Month), Effect>,
    units: BTreeMap<UnitId, Effect>,
    months: BTreeMap<Month, (Collected, Collected)>,
}

impl History {
    /// The fund that arrears and rates are about: that of the fee item.
    fn fund(&self, change: &Change) -> Fund {
        let named = match change {
            Change::Price { fee_item, .. } => Some(*fee_item),
            Change::LateFee(policy) => policy.fee_item,
        };
        let item = named.and_then(|id| self.fee_items.get(&id)).and_then(|item| item.created());
        item.map_or(Fund::Operating, |created| created.fund)
    }
}

/// A charge that is so much more: payments are capped by what it would owe, what was waived, reduced and written off stays.
fn stands(charge: &Charge, more: Money) -> Stands {
    let owed = charge.owed.fold(more).max(Money::ZERO);
    let paid = charge.paid.min(owed);
    let open = owed.fold(paid.negated()).fold(charge.written_off.negated()).max(Money::ZERO);
    Stands { owed, paid, open }
}

fn rate_text<S: Serializer>(rate: &Option<Decimal>, serializer: S) -> Result<S::Ok, S::Error> {
    match rate {
        Some(rate) => serializer.collect_str(rate),
        None => serializer.serialize_none(),
    }
}
