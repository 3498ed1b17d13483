//! Payments of an old system 历史缴费: a memo beside the books, searched, shown on statements, withdrawn when the file was wrong.

use super::files::OF_PARTY;
use crate::app::App;
use crate::body::{Field, rules};
use crate::command::commands;
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{self, Ask, Query, Reply};
use crate::reads;
use crate::rows::Row;
use chrono::NaiveDate;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{AccountId, HistoryId, LedgerId, PartyId, UnitId, VaultItemId};
use mingzhang_domain::import;
use mingzhang_domain::value::{Code, Label};
use mingzhang_projections::payment_history::{PaidWithin, PaymentHistory, Sought};
use mingzhang_projections::reader;
use mingzhang_projections::statement::StatementLine;
use mingzhang_store::vault::ItemKind;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use uuid::Uuid;

commands! {
    /// Withdraws the payment history of a wrong file: it stays in the log and is shown no more.
    pub WithdrawHistory(WithdrawHistoryBody) = "withdraw_history" |call, body| {
        /// Why.
        reason: Label,
    } => import::WithdrawHistory { import: call.id("import")?, reason: body.reason };
}

fn key(row: &PaymentHistory) -> (NaiveDate, Uuid) {
    (row.paid_on, row.history_id)
}

fn parameter(name: &'static str, description: &'static str, schema: Value) -> Parameter {
    Parameter { name, description, schema }
}

/// Searches the payments of the old system.
#[derive(Debug)]
pub struct ListPaymentHistory;

impl Query for ListPaymentHistory {
    const OPERATION: &'static str = "list_payment_history";
    const SUMMARY: &'static str = "Searches the payments that the old system recorded, the newest first: a memo, which is in no balance and no figure.";
    fn parameters() -> Vec<Parameter> {
        let mut all = vec![
            parameter("unit", "Only of this unit.", UnitId::schema()),
            parameter("reference", "Only with this number of an old receipt or payment.", Code::schema()),
            parameter("from", "Paid on this day or later.", CivilDate::schema()),
            parameter("to", "Paid on this day or earlier.", CivilDate::schema()),
        ];
        all.extend(query::page_parameters());
        all
    }
    fn answer() -> Value {
        query::page_schema(PaymentHistory::schema())
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let unit: Option<UnitId> = ask.parameters.take_id("unit")?;
        let reference: Option<Code> = ask.parameters.take("reference", rules::CODE)?;
        let from: Option<CivilDate> = ask.parameters.take("from", rules::DATE_FORM)?;
        let to: Option<CivilDate> = ask.parameters.take("to", rules::DATE_FORM)?;
        let page = reads::ask(&ask.parameters.take_page()?)?;
        ask.parameters.finish()?;
        let sought = match (unit, reference) {
            (Some(unit), reference) => Sought::OfAccount(AccountId::of_unit(unit), reference),
            (None, Some(reference)) => Sought::WithReference(reference),
            (None, None) => Sought::All,
        };
        let within = PaidWithin { from: from.unwrap_or(CivilDate::MIN), to: to.unwrap_or(CivilDate::MAX) };
        let read = app.read_models.payment_history(ask.ledger, sought, within, page).await?;
        Ok(reads::page(read, key))
    }
}

/// Answers the statement of an account, line by line, with what the old system recorded in a section of its own.
#[derive(Debug)]
pub struct ListStatementLines;

impl Query for ListStatementLines {
    const OPERATION: &'static str = "list_statement_lines";
    const SUMMARY: &'static str = "Answers the statement of an account, line by line. The first page has the payments that the old system recorded (历史) in a section of its own, the newest first: they are in no balance. Of one party, it is what concerns that party, with a balance of its own.";
    fn parameters() -> Vec<Parameter> {
        let party = parameter("party", OF_PARTY, PartyId::schema());
        std::iter::once(party).chain(query::page_parameters()).collect()
    }
    fn answer() -> Value {
        let mut schema = query::page_schema(StatementLine::schema());
        let mut history = query::page_schema(PaymentHistory::schema());
        history["description"] = json!(
            "On the first page: payments of the old system; `next_cursor` goes on in `list_payment_history` of the unit."
        );
        history["required"] = json!(["label", "items"]);
        history["properties"]["label"] = json!({"type": "string", "enum": [LABEL]});
        schema["properties"]["history"] = history;
        schema
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let account: AccountId = ask.ids.get("account")?;
        let party: Option<PartyId> = ask.parameters.take_id("party")?;
        let page = reads::ask::<i64>(&ask.parameters.take_page()?)?;
        ask.parameters.finish()?;
        if let Some(party) = party {
            // What the old system recorded names a unit, and nobody's own.
            let read = app.read_models.statement_of_party(ask.ledger, (account, party), page).await?;
            return Ok(reads::page(read, |line: &StatementLine| line.position));
        }
        let (limit, first) = (page.limit, page.after.is_none());
        let read = app.read_models.statement(ask.ledger, account, page).await?;
        let mut reply = reads::page(read, |line: &StatementLine| line.position);
        if first {
            reply.body["history"] = history(&app, ask.ledger, account, limit).await?;
        }
        Ok(reply)
    }
}

/// What the section is called on paper and screen.
const LABEL: &str = "历史";

async fn history(app: &App, ledger: LedgerId, account: AccountId, limit: u16) -> Result<Value, Problem> {
    let within = PaidWithin { from: CivilDate::MIN, to: CivilDate::MAX };
    let ask = reader::Ask { after: None, limit };
    let read = app.read_models.payment_history(ledger, Sought::OfAccount(account, None), within, ask).await?;
    let mut section = reads::page(read, key).body;
    section["label"] = json!(LABEL);
    Ok(section)
}

/// Answers who paid, who took it and what was noted, as the old system recorded it.
#[derive(Debug)]
pub struct GetHistoryNote;

impl Query for GetHistoryNote {
    const OPERATION: &'static str = "get_history_note";
    const SUMMARY: &'static str =
        "Answers who made a payment of the old system, who took it and what was noted with it.";
    fn answer() -> Value {
        json!({
            "type": "object",
            "required": ["history"],
            "properties": {
                "history": HistoryId::schema(),
                "payer": {"type": "string"},
                "cashier": {"type": "string"},
                "remark": {"type": "string"},
            },
        })
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let history: HistoryId = ask.ids.get("history")?;
        let read = app.read_models.history_row(ask.ledger, ask.ids.get("import")?, history).await?;
        let row = read.value.ok_or_else(Problem::not_found)?;
        let mut shown = Map::new();
        if let Some(item) = row.note_item_id.map(VaultItemId) {
            let mut conn = app.writer.acquire().await?;
            let opened = app.vault.open(&mut conn, ask.ledger, &[(item, ItemKind::Text)]).await?;
            let text = opened.get(&item).map(|note| note.text.expose().to_owned()).unwrap_or_default();
            shown = serde_json::from_str(&text).unwrap_or_default();
        }
        shown.insert("history".into(), json!(history.to_string()));
        Ok(Reply { body: Value::Object(shown), position: read.position })
    }
}
