//! Cases of figures.

use super::read::{Fields, Refused};
use crate::calendar::CivilDate;
use crate::rule::figures::{Ageing, Change, Fact, FactKind, Figures, Query, compute};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

type TextFact<'a> = Fact<&'a str, &'a str>;

pub(super) fn figures(input: &Value) -> Result<Value, Refused> {
    let fields = Fields::of(input, &["accounts", "facts", "query"])?;
    let asked = Fields::of(fields.required("query")?, &["period", "t", "k"])?;
    let period = asked.month("period")?;
    let effective_on = asked.optional("t").map_or(Ok(period.last_day()), |_| asked.date("t"))?;
    let known_by = asked.optional("k").map(|_| asked.date("k")).transpose()?;
    let households = accounts(fields.list("accounts")?)?;
    let facts: Vec<_> = fields.list("facts")?.iter().map(fact).collect::<Result<_, _>>()?;
    refer(&facts, &households)?;
    let known: Vec<TextFact<'_>> = facts
        .iter()
        .filter(|fact| known_by.is_none_or(|known_by| fact.known_on <= known_by))
        .map(|fact| fact.fact)
        .collect();
    let is_household = |account: &str| households.get(account).copied().unwrap_or(false);
    Ok(answer(&compute(&known, Query { period, effective_on }, is_household)?))
}

/// Account → whether it is a household.
fn accounts(list: &[Value]) -> Result<BTreeMap<&str, bool>, Refused> {
    let mut households = BTreeMap::new();
    for value in list {
        let account = Fields::of(value, &["account", "kind"])?;
        let is_household = matches!(account.text("kind")?, "residence" | "shop");
        if households.insert(account.id("account")?, is_household).is_some() {
            return Err(Refused::new("account_duplicate"));
        }
    }
    Ok(households)
}

struct KnownFact<'a> {
    known_on: CivilDate,
    account: Option<&'a str>,
    fact: TextFact<'a>,
}

fn fact(value: &Value) -> Result<KnownFact<'_>, Refused> {
    let fields = Fields::of(
        value,
        &["type", "amount", "effective_on", "known_on", "charge", "account", "period", "due_on", "mode"],
    )?;
    let changed = |change| Ok::<_, Refused>(FactKind::Changed { charge: fields.id("charge")?, change });
    let kind = match fields.text("type")? {
        "charge" => FactKind::Charged {
            charge: fields.id("charge")?,
            account: fields.id("account")?,
            period: fields.month("period")?,
            due_on: fields.date("due_on")?,
        },
        "payment" => FactKind::Paid,
        "payment_reversed" => FactKind::PaymentReversed,
        "refund" => FactKind::Refunded,
        "allocation" => {
            let _: crate::account::Mode = fields.word("mode")?;
            changed(Change::Allocated)?
        }
        "allocation_undone" => changed(Change::AllocationUndone)?,
        "waiver" => changed(Change::Waived)?,
        "waiver_undone" => changed(Change::WaiverUndone)?,
        "reduction" => changed(Change::Reduced)?,
        "reversal" => changed(Change::Reversed)?,
        "write_off" => changed(Change::WrittenOff)?,
        "recovery" => changed(Change::Recovered)?,
        _ => return Err(Refused::new("word_unknown")),
    };
    let account = fields.optional("account").map(|_| fields.id("account")).transpose()?;
    let fact = Fact { effective_on: fields.date("effective_on")?, amount: fields.money("amount")?, kind };
    Ok(KnownFact { known_on: fields.date("known_on")?, account, fact })
}

/// Every charge and account that a fact names must be among the input.
fn refer<'a>(facts: &[KnownFact<'a>], households: &BTreeMap<&str, bool>) -> Result<(), Refused> {
    let charge = |fact: &KnownFact<'a>| match fact.fact.kind {
        FactKind::Charged { charge, .. } => Some(charge),
        FactKind::Changed { .. } | FactKind::Paid | FactKind::PaymentReversed | FactKind::Refunded => None,
    };
    let charges: BTreeSet<&str> = facts.iter().filter_map(charge).collect();
    for known in facts {
        if known.account.is_some_and(|account| !households.contains_key(account)) {
            return Err(Refused::new("account_unknown"));
        }
        if matches!(known.fact.kind, FactKind::Changed { charge, .. } if !charges.contains(charge)) {
            return Err(Refused::new("charge_unknown"));
        }
    }
    Ok(())
}

fn answer(figures: &Figures) -> Value {
    let rate = |rate: Option<Decimal>| rate.map(|rate| rate.to_string());
    json!({
        "net_charges": figures.net_charges,
        "collected_of_period": figures.collected_of_period,
        "current_rate": rate(figures.current_rate),
        "opening_open": figures.opening_open,
        "arrears_recovered": figures.arrears_recovered,
        "arrears_recovery_rate": rate(figures.arrears_recovery_rate),
        "overall_rate": rate(figures.overall_rate),
        "households_charged": figures.households_charged,
        "households_paid": figures.households_paid,
        "household_rate": rate(figures.household_rate),
        "received": figures.received,
        "closing_open": figures.closing_open,
        "arrears": figures.arrears,
        "credit": figures.credit,
        "ageing": ageing(&figures.ageing),
    })
}

fn ageing(ageing: &Ageing) -> Value {
    json!({
        "not_due": ageing.not_due,
        "d1_30": ageing.d1_30,
        "d31_60": ageing.d31_60,
        "d61_90": ageing.d61_90,
        "d91_180": ageing.d91_180,
        "d181_365": ageing.d181_365,
        "d366_730": ageing.d366_730,
        "d731_1095": ageing.d731_1095,
        "over": ageing.over,
    })
}
