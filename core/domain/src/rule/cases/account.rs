//! Cases of what is paid: allocation, late_fees.

use super::read::{Fields, Refused, id};
use crate::money::RoundTo;
use crate::rule::allocation::{Named, OpenCharge, allocate};
use crate::rule::late_fee::{Debt, Decrease, GraceMode, LateFeePolicy, late_fee};
use serde_json::{Value, json};

pub(super) fn allocation(input: &Value) -> Result<Value, Refused> {
    let fields = Fields::of(input, &["amount", "policy", "charges", "designated", "designated_only"])?;
    let charges: Vec<_> = fields.list("charges")?.iter().map(open_charge).collect::<Result<_, _>>()?;
    let named: Vec<&str> = fields.optional_list("designated")?.iter().map(id).collect::<Result<_, _>>()?;
    let named = Named { charges: &named, only: fields.flag("designated_only")? };
    let outcome = allocate(fields.money("amount")?, fields.word("policy")?, &charges, named)?;
    let allocations: Vec<Value> = outcome
        .allocations
        .iter()
        .map(|line| json!({ "charge": line.charge, "part": line.part, "amount": line.amount }))
        .collect();
    Ok(json!({ "allocations": allocations, "credit": outcome.credit }))
}

fn open_charge(value: &Value) -> Result<OpenCharge<&str>, Refused> {
    let fields = Fields::of(
        value,
        &["charge", "due_on", "service_from", "fee_priority", "fund", "principal_open", "late_fee_open"],
    )?;
    Ok(OpenCharge {
        charge: fields.id("charge")?,
        due_on: fields.date("due_on")?,
        service_from: fields.date("service_from")?,
        fee_priority: fields.count("fee_priority")?,
        fund: fields.word("fund")?,
        principal_open: fields.money("principal_open")?,
        late_fee_open: fields.money("late_fee_open")?,
    })
}

pub(super) fn late_fees(input: &Value) -> Result<Value, Refused> {
    let fields = Fields::of(input, &["principal", "due_on", "as_of", "policy", "payments"])?;
    let decrease = |value| {
        let payment = Fields::of(value, &["on", "amount"])?;
        Ok(Decrease { on: payment.date("on")?, until: None, amount: payment.money("amount")? })
    };
    let payments: Vec<Decrease> =
        fields.optional_list("payments")?.iter().map(decrease).collect::<Result<_, Refused>>()?;
    let policy = policy(fields.required("policy")?)?;
    let (principal, due_on) = (fields.money("principal")?, fields.date("due_on")?);
    let debt = Debt { principal, due_on, counts_from: None, decreases: &payments };
    let fee = late_fee(debt, fields.date("as_of")?, &policy)?;
    Ok(json!({ "late_fee": fee.amount, "days": fee.days }))
}

fn policy(value: &Value) -> Result<LateFeePolicy, Refused> {
    let fields = Fields::of(value, &["daily_rate", "grace_days", "grace_mode", "cap_ratio"])?;
    Ok(LateFeePolicy {
        daily_rate: fields.decimal("daily_rate")?,
        grace_days: fields.optional("grace_days").map_or(Ok(0), |_| fields.count("grace_days"))?,
        grace_mode: fields.optional("grace_mode").map_or(Ok(GraceMode::Skip), |_| fields.word("grace_mode"))?,
        cap_ratio: fields.optional("cap_ratio").map(|_| fields.decimal("cap_ratio")).transpose()?,
        round_to: RoundTo::Fen,
    })
}
