//! Late fees 违约金: what was agreed, what they are as of any day with the days they come from, what is waived or adjudged.
//!
//! They are computed on every read out of the account's own stream, by the rule that payments and waivers go by.

use super::fee_item::VatBody;
use super::payment::authority;
use crate::app::App;
use crate::body::{Field, Positive, rules};
use crate::command::commands;
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply, page_parameters, page_schema};
use crate::reads;
use crate::rows::Row;
use mingzhang_domain::account::{self, AccountRefusal, AccountState, Charge, ChargeLateFee};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::community::{self, CommunityState, LateFeePolicySet};
use mingzhang_domain::id::{AccountId, ApprovalId, ChargeId, CommunityId, FeeItemId, LedgerId, PartyId};
use mingzhang_domain::money::{Money, RoundTo};
use mingzhang_domain::refusal::{CommonRefusal, Refusal};
use mingzhang_domain::rule::late_fee::{GraceMode, LateFeeError, Span};
use mingzhang_domain::stream::{StreamRef, StreamState};
use mingzhang_domain::value::{Count, Digest, Exact, Label};
use mingzhang_projections::charge::Arrears;
use mingzhang_projections::reader::Read;
use mingzhang_store::{fold, log};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;

commands! {
    /// Begins a late-fee policy version: what paying late costs, for charges due from a day on.
    pub SetLateFeePolicy(SetLateFeePolicyBody) = "set_late_fee_policy" |call, body| {
        /// The fee item; absent: every operating one that has none of its own.
        fee_item: Option<FeeItemId>,
        /// First due date; not before that of the latest version.
        from: CivilDate,
        /// Of the open principal per day, at most the community's ceiling; 0 ends late fees.
        daily_rate: Exact,
        /// Days after the due date without a fee, 0–365; none when absent.
        grace_days: Option<Count>,
        /// What they do once they are over; `skip` when absent.
        grace_mode: Option<GraceMode>,
        /// At most so much of the principal open at the end of the due date, 0–1; absent: no cap.
        cap_ratio: Option<Exact>,
        /// Where the total is rounded to; fen when absent.
        round_to: Option<RoundTo>,
        /// Tax in a late fee that is paid.
        vat: VatBody,
        /// The approval; needed once the community is live.
        approval: Option<ApprovalId>,
    } asks community::SetLateFeePolicy => community::SetLateFeePolicy {
        fee_item: body.fee_item,
        from: body.from,
        daily_rate: body.daily_rate,
        grace_days: body.grace_days.unwrap_or(Count(0)),
        grace_mode: body.grace_mode.unwrap_or(GraceMode::Skip),
        cap_ratio: body.cap_ratio,
        round_to: body.round_to.unwrap_or_default(),
        vat: body.vat.into(),
        authority: authority(call, body.approval)?,
    };

    /// Waives a part of the late fee of a charge, of what it is by today.
    pub WaiveLateFee(WaiveLateFeeBody) = "waive_late_fee" |call, body| {
        /// How much, at most what is open of it.
        amount: Positive,
        /// Why.
        reason: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks account::WaiveLateFee => account::WaiveLateFee {
        account: call.id("account")?,
        charge: call.id("charge")?,
        amount: body.amount.0,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };
}

commands! {
    /// Takes in what a court or an arbitrator adjudged of the late fee of a charge: it is owed as a charge of its own.
    pub AdjudgeLateFee(AdjudgeLateFeeBody) = "adjudge_late_fee" |call, body| {
        /// How much, at most what is open of it.
        amount: Positive,
        /// The day of the judgment or the award, not in the future.
        adjudged_on: CivilDate,
        /// Until when it is to be paid, not before that day.
        due_on: CivilDate,
        /// SHA-256 of the document, in lower-case hexadecimal.
        evidence: Digest,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks account::AdjudgeLateFee => account::AdjudgeLateFee {
        account: call.id("account")?,
        charge: call.id("charge")?,
        amount: body.amount.0,
        adjudged_on: body.adjudged_on,
        due_on: body.due_on,
        evidence: body.evidence,
        authority: authority(call, body.approval)?,
    };
}

/// Lists the late-fee policies of a community.
#[derive(Debug)]
pub struct ListLateFeePolicies;

impl Query for ListLateFeePolicies {
    const OPERATION: &'static str = "list_late_fee_policies";
    const SUMMARY: &'static str =
        "Lists the late-fee policy versions of a community, and the highest daily rate that one may have.";
    const WAITS_BY_ITSELF: bool = true;
    fn answer() -> Value {
        json!({"type": "object", "required": ["ceiling", "items"], "properties": {
            "ceiling": Exact::schema(), "items": {"type": "array", "items": policy_schema()},
        }})
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let now = Now::read(&app, &ask).await?;
        let community = now.community(&app).await?;
        let items: Vec<Value> = community.late_fees().iter().map(|policy| policy_shown(policy)).collect();
        let body = json!({"ceiling": community.late_fee_ceiling().normalize().to_string(), "items": items});
        Ok(Reply { body, position: now.position })
    }
}

/// Answers the late fees of an account.
#[derive(Debug)]
pub struct GetLateFees;

impl Query for GetLateFees {
    const OPERATION: &'static str = "get_late_fees";
    const SUMMARY: &'static str = "Answers the late fees of an account as of the end of a day: of each charge that bears one, the total, what was paid and waived of it and what is open.";
    const WAITS_BY_ITSELF: bool = true;
    fn parameters() -> Vec<Parameter> {
        let description = "Only of charges that this party owes, or pays by contract.";
        vec![on_parameter(), Parameter { name: "party", description, schema: PartyId::schema() }]
    }
    fn answer() -> Value {
        json!({"type": "object", "required": ["on", "open", "items"], "properties": {
            "on": CivilDate::schema(), "open": amount_schema(), "items": {"type": "array", "items": fee_schema()},
        }})
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let on = ask.parameters.take::<CivilDate>("on", rules::DATE_FORM)?;
        let party: Option<PartyId> = ask.parameters.take_id("party")?;
        ask.parameters.finish()?;
        let now = Now::read(&app, &ask).await?;
        let on = on.unwrap_or(now.today);
        let (state, mut fees) = now.fees(&app, ask.ids.get("account")?, on).await?;
        if let Some(party) = party {
            let concerns = |charge: &Arc<Charge>| charge.booking.obligor == party || charge.agreed_payer == Some(party);
            fees.retain(|charge, _| state.charge(*charge).is_some_and(concerns));
        }
        let open: Money = fees.values().map(|fee| fee.open).sum();
        let shown = |(charge, fee): (&ChargeId, &ChargeLateFee)| fee_shown(*charge, &state, fee);
        let items: Vec<Value> = fees.iter().filter(|(_, fee)| fee.fee.days > 0).map(shown).collect();
        let body = json!({"on": on.to_string(), "open": open.to_string(), "items": items});
        Ok(Reply { body, position: now.position })
    }
}

/// Explains the late fee of a charge.
#[derive(Debug)]
pub struct GetLateFee;

impl Query for GetLateFee {
    const OPERATION: &'static str = "get_late_fee";
    const SUMMARY: &'static str = "Explains the late fee of a charge as of the end of a day: the policy of its due date, the days with their open principal, the rounding, the cap, and what became facts.";
    const WAITS_BY_ITSELF: bool = true;
    fn parameters() -> Vec<Parameter> {
        vec![on_parameter()]
    }
    fn answer() -> Value {
        let span = json!({"type": "object", "required": ["from", "to", "days", "principal", "amount"], "properties": {
            "from": CivilDate::schema(), "to": CivilDate::schema(), "days": {"type": "integer"},
            "principal": amount_schema(),
            "amount": {"type": "string", "description": "principal × days × daily rate, not rounded."},
        }});
        let mut schema = fee_schema();
        schema["properties"]["on"] = CivilDate::schema();
        schema["properties"]["policy"] = policy_schema();
        schema["properties"]["spans"] = json!({"type": "array", "items": span});
        schema["properties"]["unrounded"] = json!({"type": "string", "description": "Sum of the spans."});
        schema["properties"]["cap"] = json!({"type": "string", "description": "Absent when it is not capped."});
        schema
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let on = ask.parameters.take::<CivilDate>("on", rules::DATE_FORM)?;
        ask.parameters.finish()?;
        let now = Now::read(&app, &ask).await?;
        let on = on.unwrap_or(now.today);
        let charge: ChargeId = ask.ids.get("charge")?;
        let (state, fees) = now.fees(&app, ask.ids.get("account")?, on).await?;
        if state.charge(charge).is_none() {
            return Err(Refusal::from(AccountRefusal::ChargeMustExist).into());
        }
        let fee = fees.get(&charge).cloned();
        let mut body = fee.as_ref().map_or_else(|| nothing_shown(charge, &state), |fee| fee_shown(charge, &state, fee));
        body["on"] = json!(on.to_string());
        if let Some(fee) = fee {
            let rate = fee.policy.daily_rate.decimal();
            let exact = |span: &Span| {
                let days = span.principal.decimal().checked_mul(Decimal::from(span.days));
                days.and_then(|days| days.checked_mul(rate)).ok_or_else(out_of_range)
            };
            let mut unrounded = Decimal::ZERO;
            let mut spans = Vec::with_capacity(fee.fee.spans.len());
            for span in &fee.fee.spans {
                let amount = exact(span)?;
                unrounded = unrounded.checked_add(amount).ok_or_else(out_of_range)?;
                spans.push(json!({
                    "from": span.from.to_string(), "to": span.to.to_string(), "days": span.days,
                    "principal": span.principal.to_string(), "amount": amount.normalize().to_string(),
                }));
            }
            body["policy"] = policy_shown(&fee.policy);
            body["spans"] = json!(spans);
            body["unrounded"] = json!(unrounded.normalize().to_string());
            if let Some(cap) = fee.fee.cap {
                body["cap"] = json!(cap.to_string());
            }
        }
        Ok(Reply { body, position: now.position })
    }
}

/// Lists what accounts owe that was due before a day.
#[derive(Debug)]
pub struct ListArrears;

impl Query for ListArrears {
    const OPERATION: &'static str = "list_arrears";
    const SUMMARY: &'static str =
        "Lists accounts that owe what was due before a day, or late fees at its end, and what all of them owe.";
    fn parameters() -> Vec<Parameter> {
        let description = "Due before this day; today when absent.";
        let before = Parameter { name: "before", description, schema: CivilDate::schema() };
        [before].into_iter().chain(page_parameters()).collect()
    }
    fn answer() -> Value {
        let mut item = Arrears::schema();
        let late_fee = json!({"type": "string", "format": "amount", "description": "Open late fees, as `get_late_fees` answers them."});
        item["properties"]["late_fee"] = late_fee;
        let mut schema = page_schema(item);
        let total = json!({
            "type": "object", "required": ["accounts", "open", "late_fee"], "description": "Of all pages.",
            "properties": {"accounts": {"type": "integer"}, "open": amount_schema(), "late_fee": amount_schema()},
        });
        schema["properties"]["total"] = total;
        schema["required"] = json!(["items", "total"]);
        schema
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let before = ask.parameters.take::<CivilDate>("before", rules::DATE_FORM)?;
        let page = ask.parameters.take_page()?;
        ask.parameters.finish()?;
        let now = Now::read(&app, &ask).await?;
        let policies = now.community(&app).await?.late_fees().clone();
        let before = before.unwrap_or(now.today);
        let read = app.read_models.arrears(ask.ledger, before, policies, reads::ask(&page)?).await?;
        let list = read.value.ok_or_else(out_of_range)?;
        let total = json!({
            "accounts": list.accounts, "open": list.open.to_string(), "late_fee": list.late_fee.to_string(),
        });
        let read = Read { ledger_id: read.ledger_id, position: read.position, value: list.page };
        let mut reply = reads::shown(
            read,
            |(arrears, _)| arrears.account_id,
            |(arrears, late_fee)| {
                let mut item = arrears.show();
                item["late_fee"] = json!(late_fee.to_string());
                item
            },
        );
        reply.body["total"] = total;
        Ok(reply)
    }
}

/// Where the log of a community ends, and the day there.
pub(super) struct Now {
    ledger: LedgerId,
    pub(super) position: u64,
    pub(super) today: CivilDate,
}

impl Now {
    pub(super) async fn read(app: &App, ask: &Ask) -> Result<Self, Problem> {
        let mut conn = app.writer.acquire().await?;
        let head = log::head(&mut conn, ask.ledger).await?.ok_or_else(Problem::ledger_unknown)?;
        if ask.at_least.is_some_and(|position| position > head.size()) {
            return Err(Problem::position_beyond_head().with("head", head.size()));
        }
        // A given clock may stand beyond that of the machine.
        let today = CivilDate::of_instant(app.now().max(head.recorded_at)).map_err(|_| Problem::internal())?;
        Ok(Self { ledger: ask.ledger, position: head.size(), today })
    }

    /// The community's rules and policies.
    pub(super) async fn community(&self, app: &App) -> Result<Arc<CommunityState>, Problem> {
        let id = StreamRef::from(CommunityId(self.ledger.uuid()));
        let mut conn = app.writer.acquire().await?;
        let state = fold::streams(&mut conn, self.ledger, &[id], self.position, None).await?.remove(&id);
        match state {
            Some(StreamState::Community(state)) => Ok(state),
            _ => Err(Problem::internal()),
        }
    }

    /// An account with its late fees as of a day.
    async fn fees(
        &self,
        app: &App,
        account: AccountId,
        on: CivilDate,
    ) -> Result<(Arc<AccountState>, BTreeMap<ChargeId, ChargeLateFee>), Problem> {
        let community = self.community(app).await?;
        let mut conn = app.writer.acquire().await?;
        let id = StreamRef::from(account);
        let state = fold::streams(&mut conn, self.ledger, &[id], self.position, None).await?.remove(&id);
        let Some(StreamState::Account(state)) = state else { return Err(Problem::internal()) };
        if state.unit().is_none() {
            return Err(Refusal::from(AccountRefusal::AccountMustExist).into());
        }
        let fees = state.late_fees(community.late_fees(), on).map_err(|_: LateFeeError| out_of_range())?;
        Ok((state, fees))
    }
}

fn out_of_range() -> Problem {
    Refusal::from(CommonRefusal::AmountMustBeInRange).into()
}

fn on_parameter() -> Parameter {
    let description = "The day at whose end it is asked; today when absent.";
    Parameter { name: "on", description, schema: CivilDate::schema() }
}

fn amount_schema() -> Value {
    json!({"type": "string", "format": "amount"})
}

fn fee_schema() -> Value {
    let id = || json!({"type": "string", "format": "uuid"});
    json!({
        "type": "object",
        "required": ["charge", "fee_item", "due_on", "days", "total", "paid", "waived", "adjudged", "open"],
        "properties": {
            "charge": id(), "fee_item": id(), "due_on": CivilDate::schema(),
            "days": {"type": "integer", "description": "Days that count."},
            "total": {"type": "string", "format": "amount", "description": "To that day, rounded once, capped."},
            "paid": amount_schema(), "waived": amount_schema(), "open": amount_schema(),
            "adjudged": {"type": "string", "format": "amount", "description": "Owed as charges of their own."},
        },
    })
}

fn fee_shown(charge: ChargeId, state: &AccountState, fee: &ChargeLateFee) -> Value {
    let mut shown = nothing_shown(charge, state);
    shown["days"] = json!(fee.fee.days);
    let of_facts = [("paid", fee.paid), ("waived", fee.waived), ("adjudged", fee.adjudged)];
    let amounts = of_facts.into_iter().chain([("total", fee.fee.amount), ("open", fee.open)]);
    amounts.for_each(|(name, amount)| shown[name] = json!(amount.to_string()));
    shown
}

/// A charge that bears none.
fn nothing_shown(charge: ChargeId, state: &AccountState) -> Value {
    let zero = Money::ZERO.to_string();
    let mut shown = json!({
        "charge": charge, "days": 0, "total": zero, "paid": zero, "waived": zero, "adjudged": zero, "open": zero,
    });
    if let Some(charge) = state.charge(charge) {
        shown["fee_item"] = json!(charge.booking.fee_item);
        shown["due_on"] = json!(charge.due_on.to_string());
    }
    shown
}

fn policy_schema() -> Value {
    json!({
        "type": "object",
        "required": ["from", "daily_rate", "grace_days", "grace_mode", "round_to"],
        "properties": {
            "fee_item": {"type": "string", "format": "uuid", "description": "Absent: every operating one that has none of its own."},
            "from": CivilDate::schema(), "daily_rate": Exact::schema(), "grace_days": {"type": "integer"},
            "grace_mode": GraceMode::schema(), "cap_ratio": Exact::schema(), "round_to": RoundTo::schema(),
        },
    })
}

fn policy_shown(policy: &LateFeePolicySet) -> Value {
    let mut shown = json!({
        "from": policy.from.to_string(), "daily_rate": policy.daily_rate.to_string(),
        "grace_days": policy.grace_days.0, "grace_mode": policy.grace_mode.as_str(),
        "round_to": policy.round_to,
    });
    if let Some(item) = policy.fee_item {
        shown["fee_item"] = json!(item);
    }
    if let Some(ratio) = policy.cap_ratio {
        shown["cap_ratio"] = json!(ratio.to_string());
    }
    shown
}
