//! Deposits 押金: returned to whoever paid them, or kept by consent or judgment; asked for and paid like any charge.

use super::payment::authority;
use crate::app::App;
use crate::body::{Field, Positive, rules};
use crate::command::commands;
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply, page_parameters, page_schema};
use crate::reads::{self, reads};
use crate::rows::Row;
use chrono::NaiveDate;
use mingzhang_domain::account::{self, ForfeitureGround};
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{AccountId, ApprovalId, DepositId, PartyId};
use mingzhang_domain::value::{Digest, Label};
use mingzhang_projections::deposit::{Deposit, DepositLine};
use serde_json::{Value, json};
use std::sync::Arc;
use uuid::Uuid;

commands! {
    /// Makes a deposit or a part of it payable to whoever paid it; it is settled or fails like any refund.
    pub ReturnDeposit(ReturnDepositBody) = "return_deposit" |call, body| {
        /// Who paid it.
        payer: PartyId,
        /// How much, never more than is held.
        amount: Positive,
        /// Another party that it is paid to, always with an approval; absent: to the source of the money.
        payee: Option<PartyId>,
        /// Commitment to the evidence that the payee may have it; exactly with a payee.
        evidence: Option<Digest>,
        /// Why.
        reason: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks account::ReturnDeposit => account::ReturnDeposit {
        account: call.id("account")?,
        deposit: call.id("deposit")?,
        payer: body.payer,
        amount: body.amount.0,
        payee: body.payee,
        evidence: body.evidence,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Keeps a deposit or a part of it, which its payer agreed to or a court decided; it is income, and taxed as its item says.
    pub ForfeitDeposit(ForfeitDepositBody) = "forfeit_deposit" |call, body| {
        /// Who paid it.
        payer: PartyId,
        /// How much, never more than is held.
        amount: Positive,
        /// What allows it.
        ground: ForfeitureGround,
        /// Commitment to the signed consent or the judgment, such as the SHA-256 of the paper.
        evidence: Digest,
        /// Why.
        reason: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks account::ForfeitDeposit => account::ForfeitDeposit {
        account: call.id("account")?,
        deposit: call.id("deposit")?,
        payer: body.payer,
        amount: body.amount.0,
        ground: body.ground,
        evidence: body.evidence,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };

    /// Takes back that a deposit was kept: it was a mistake, and the deposit is held again.
    pub ReverseForfeiture(ReverseForfeitureBody) = "reverse_forfeiture" |call, body| {
        /// Why.
        reason: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks account::ReverseForfeiture => account::ReverseForfeiture {
        account: call.id("account")?,
        forfeiture: call.id("forfeiture")?,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };
}

reads! {
    /// Lists the deposits of an account, by payer.
    pub ListDeposits = "list_deposits", page of Deposit, by i64 |deposit| deposit.position,
    takes { party: Uuid = UUID, "Only of this payer."; }
    |app, ledger, ids, ask|
        app.read_models.deposits_of_account(ledger, ids.get::<AccountId>("account")?, party.map(Into::into), ask);

    /// Lists what happened to a deposit, the oldest first.
    pub ListDepositLines = "list_deposit_lines", page of DepositLine, by i64 |line| line.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.deposit_lines(ledger, ids.get::<DepositId>("deposit")?, ask);
}

/// Lists the deposits that are held, those taken first before the others, with their age.
#[derive(Debug)]
pub struct ListHeldDeposits;

impl Query for ListHeldDeposits {
    const OPERATION: &'static str = "list_held_deposits";
    const SUMMARY: &'static str =
        "Lists the deposits that are held, those taken first before the others, with their age in days.";
    fn parameters() -> Vec<Parameter> {
        let on = Parameter {
            name: "on",
            description: "As old as on this day; today when absent.",
            schema: CivilDate::schema(),
        };
        std::iter::once(on).chain(page_parameters()).collect()
    }
    fn answer() -> Value {
        let mut item = Deposit::schema();
        if let Some(Value::Object(properties)) = item.get_mut("properties") {
            properties.insert("age_days".to_owned(), json!({"type": "integer", "minimum": 0}));
        }
        page_schema(item)
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let today = CivilDate::of_instant(app.now()).map_err(|_| Problem::internal())?;
        let on: CivilDate = ask.parameters.take("on", rules::DATE_FORM)?.unwrap_or(today);
        let page = reads::ask::<(NaiveDate, i64)>(&ask.parameters.take_page()?)?;
        ask.parameters.finish()?;
        let read = app.read_models.held_deposits(ask.ledger, page).await?;
        Ok(reads::shown(read, |deposit| (deposit.taken_on, deposit.position), |deposit| shown(deposit, on.naive())))
    }
}

fn shown(deposit: &Deposit, on: NaiveDate) -> Value {
    let mut item = deposit.show();
    let age = on.signed_duration_since(deposit.taken_on).num_days().max(0);
    if let Value::Object(fields) = &mut item {
        fields.insert("age_days".to_owned(), json!(age));
    }
    item
}
