//! Cases of figures.

use super::read::{Fields, Refused};
use crate::account::Mode;
use crate::calendar::CivilDate;
use crate::rule::figures::{Ageing, Change, Fact, FactKind, Figures, Query, Way, compute};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A case says of no credit whose it is.
type TextFact<'a> = Fact<&'a str, &'a str, ()>;

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
        .flat_map(|fact| fact.facts.iter().copied())
        .collect();
    let is_household = |account: &str| households.get(account).copied().unwrap_or(false);
    Ok(answer(&compute(&known, Query { first: period, last: period, effective_on }, is_household)?))
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
    facts: Vec<TextFact<'a>>,
}

fn fact(value: &Value) -> Result<KnownFact<'_>, Refused> {
    let fields = Fields::of(
        value,
        &["type", "amount", "effective_on", "known_on", "charge", "account", "period", "due_on", "mode"],
    )?;
    let account = fields.optional("account").map(|_| fields.id("account")).transpose()?;
    let (effective_on, amount) = (fields.date("effective_on")?, fields.money("amount")?);
    let facts = kinds(&fields, effective_on)?;
    let facts = facts.into_iter().map(|kind| Fact { effective_on, amount, kind }).collect();
    Ok(KnownFact { known_on: fields.date("known_on")?, account, facts })
}

/// Money of a case is credit at once, and an allocation takes it from there.
fn kinds<'a>(fields: &Fields<'a>, value_on: CivilDate) -> Result<Vec<FactKind<&'a str, &'a str, ()>>, Refused> {
    let changed = |change| Ok::<_, Refused>(FactKind::Changed { charge: fields.id("charge")?, change, value_on });
    let mode = || fields.optional("mode").map_or(Ok(Mode::Direct), |_| fields.word("mode"));
    Ok(match fields.text("type")? {
        "charge" => vec![FactKind::Charged {
            charge: fields.id("charge")?,
            account: fields.id("account")?,
            period: fields.month("period")?,
            due_on: fields.date("due_on")?,
            receivable: true,
        }],
        "payment" => vec![FactKind::Identified(Way::Adds), FactKind::Credit((), Way::Adds)],
        "payment_reversed" => vec![FactKind::Identified(Way::Takes), FactKind::Credit((), Way::Takes)],
        "refund" => vec![FactKind::RefundSettled, FactKind::Credit((), Way::Takes)],
        "allocation" => vec![changed(Change::Allocated(fields.word("mode")?))?, FactKind::Credit((), Way::Takes)],
        "allocation_undone" => vec![changed(Change::AllocationUndone(mode()?))?, FactKind::Credit((), Way::Adds)],
        "waiver" => vec![changed(Change::Waived)?],
        "waiver_undone" => vec![changed(Change::WaiverUndone)?],
        "reduction" => vec![changed(Change::Reduced)?],
        "reversal" => vec![changed(Change::Reversed)?],
        "write_off" => vec![changed(Change::WrittenOff)?],
        "recovery" => vec![changed(Change::Recovered)?],
        _ => return Err(Refused::new("word_unknown")),
    })
}

/// Every charge and account that a fact names must be among the input.
fn refer<'a>(known: &[KnownFact<'a>], households: &BTreeMap<&str, bool>) -> Result<(), Refused> {
    let posted =
        |fact: &TextFact<'a>| if let FactKind::Charged { charge, .. } = fact.kind { Some(charge) } else { None };
    let charges: BTreeSet<&str> = known.iter().flat_map(|known| known.facts.iter().filter_map(posted)).collect();
    for known in known {
        if known.account.is_some_and(|account| !households.contains_key(account)) {
            return Err(Refused::new("account_unknown"));
        }
        let unknown =
            |fact: &TextFact<'a>| matches!(fact.kind, FactKind::Changed { charge, .. } if !charges.contains(charge));
        if known.facts.iter().any(unknown) {
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
