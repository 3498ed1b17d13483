//! Lines of bank statements, and the worklist of money in suspense 待认领款.

use crate::app::App;
use crate::bank_line::{Line, TAG};
use crate::body::{Field, Personal, Positive, Text, rules};
use crate::command::{Call, commands};
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply, page_parameters, page_schema};
use crate::reads;
use crate::rows::Row;
use chrono::NaiveDate;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::id::{ApprovalId, ChannelAccountId, PaymentId, PaymentOrderId, UnitId, VaultItemId};
use mingzhang_domain::payment::{self, KnownAs, RecordBankLine as Wish};
use mingzhang_domain::value::{Code, Count, Label};
use mingzhang_projections::payment::Payment;
use mingzhang_projections::suspense::{Because, Suggestion, Waiting};
use mingzhang_store::vault::ItemKind;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The first line of a day that says what it says.
const FIRST: Count = Count(1);

commands! {
    /// Records a line of a bank statement: its money waits in suspense, on its bank day or the first open one.
    pub RecordBankLine(RecordBankLineBody) = "record_bank_line" |call, body| {
        /// The bank account.
        channel_account: ChannelAccountId,
        /// The bank day.
        booked_on: CivilDate,
        /// How much came in.
        amount: Positive,
        /// The bank's serial; absent: the line is known by what it says.
        serial: Option<Code>,
        /// Without a serial: the how-manieth line of the day that says just this; 1 when absent.
        occurrence: Option<Count>,
        /// Who sent it; goes to the vault.
        payer: Option<Personal>,
        /// From which account; goes to the vault.
        payer_account: Option<Personal>,
        /// What the payer wrote; goes to the vault.
        remark: Option<Text>,
    } => {
        let line = Line {
            booked_on: body.booked_on,
            amount: body.amount.0,
            serial: body.serial,
            occurrence: body.occurrence.unwrap_or(FIRST),
            payer: body.payer.map(|text| text.as_str().to_owned()),
            payer_account: body.payer_account.map(|text| text.as_str().to_owned()),
            remark: body.remark.map(|text| text.as_str().to_owned()),
        };
        wish(call, body.channel_account, &line).await?
    };
}

commands! {
    /// Undoes what the system found of a line: its money waits in suspense until a person says whose it is.
    pub UndoBankMatch(UndoBankMatchBody) = "undo_bank_match" |call, body| {
        /// Why.
        reason: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks payment::UndoBankMatch => payment::UndoBankMatch {
        payment: call.id("payment")?,
        reason: body.reason,
        authority: super::payment::authority(call, body.approval)?,
    };

    /// Says that a line of a bank statement is of money that other facts have already 已另记; its reference stays taken.
    pub SetAsideBankLine(SetAsideBankLineBody) = "set_aside_bank_line" |call, body| {
        /// What it is.
        known_as: KnownAs,
        /// Where it stands.
        note: Label,
        /// The approval.
        approval: Option<ApprovalId>,
    } asks payment::SetAsideBankLine => payment::SetAsideBankLine {
        payment: call.id("payment")?,
        known_as: body.known_as,
        note: body.note,
        authority: super::payment::authority(call, body.approval)?,
    };

    /// Takes a line up again that was set aside by mistake: its money waits in suspense.
    pub TakeUpBankLine(TakeUpBankLineBody) = "take_up_bank_line" |call, body| {
        /// Why.
        reason: Label,
    } => payment::TakeUpBankLine { payment: call.id("payment")?, reason: body.reason };

    /// Records that the bank took money back 退汇/退票: all that it did is undone, as of the bank's day or the first open one.
    pub RecordBounce(RecordBounceBody) = "record_bounce" |call, body| {
        /// The bank's serial of taking it back.
        reference: Code,
        /// The bank day on which it went.
        booked_on: CivilDate,
        /// Why, as the bank says.
        reason: Label,
    } => payment::RecordBounce {
        payment: call.id("payment")?,
        reference: body.reference,
        booked_on: body.booked_on,
        reason: body.reason,
    };
}

async fn wish(call: &mut Call<'_>, channel_account: ChannelAccountId, line: &Line) -> Result<Wish, Problem> {
    if line.occurrence.0 == 0 {
        return Err(Problem::invalid_body().at("/occurrence", rules::WHOLE));
    }
    let channel = super::payment::channel(call, channel_account)?;
    let key = call.app.vault.index_key(call.company()?).await?;
    let reference = line.reference(|said| key.mac(TAG, said), channel_account).ok_or_else(Problem::internal)?;
    let named = call.app.read_models.units_of_codes(call.ledger, line.codes()).await?.value;
    let units: Vec<UnitId> = named.iter().map(|unit| UnitId(unit.unit_id)).collect();
    let orders = line.orders().into_iter().map(|order| order.uuid()).collect();
    let orders = call.app.read_models.orders_of_ids(call.ledger, orders).await?.value;
    let orders = orders.into_iter().map(PaymentOrderId).collect();
    let (wish, mut personal) = line.wish(channel, reference, (units, orders));
    call.personal.append(&mut personal);
    Ok(wish)
}

/// Lists money in suspense, the oldest first, with its age and whose it may be.
#[derive(Debug)]
pub struct ListSuspense;

impl Query for ListSuspense {
    const OPERATION: &'static str = "list_suspense";
    const SUMMARY: &'static str = "Lists money in suspense, the oldest first, with its age in days and whose it may be: a unit whose code the remark names, or the one unit whose open total it equals. Suggestions decide nothing.";
    fn parameters() -> Vec<Parameter> {
        let on = Parameter {
            name: "on",
            description: "As old as on this day; today when absent.",
            schema: CivilDate::schema(),
        };
        std::iter::once(on).chain(page_parameters()).collect()
    }
    fn answer() -> Value {
        let id = || json!({"type": "string", "format": "uuid"});
        let suggestion = json!({
            "type": "object",
            "required": ["unit", "account", "code", "because"],
            "properties": {
                "unit": id(), "account": id(), "code": {"type": "string"},
                "because": {"type": "string", "enum": [word(Because::CodeInRemark), word(Because::AmountEqualsOpen)]},
            },
        });
        let mut item = Payment::schema();
        if let Some(Value::Object(properties)) = item.get_mut("properties") {
            properties.insert("age_days".to_owned(), json!({"type": "integer", "minimum": 0}));
            properties.insert("suggestions".to_owned(), json!({"type": "array", "items": suggestion}));
        }
        page_schema(item)
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let today = CivilDate::of_instant(app.now()).map_err(|_| Problem::internal())?;
        let on: CivilDate = ask.parameters.take("on", rules::DATE_FORM)?.unwrap_or(today);
        let page = reads::ask::<(NaiveDate, i64)>(&ask.parameters.take_page()?)?;
        ask.parameters.finish()?;
        let read = app.read_models.suspense(ask.ledger, page).await?;
        Ok(reads::shown(
            read,
            |waiting| (waiting.payment.value_on, waiting.payment.position),
            |waiting| shown(waiting, on.naive()),
        ))
    }
}

fn shown(waiting: &Waiting, on: NaiveDate) -> Value {
    let mut item = waiting.payment.show();
    let age = on.signed_duration_since(waiting.payment.value_on).num_days().max(0);
    if let Value::Object(fields) = &mut item {
        fields.insert("age_days".to_owned(), json!(age));
        fields.insert("suggestions".to_owned(), waiting.suggestions.iter().map(suggested).collect());
    }
    item
}

fn suggested(suggestion: &Suggestion) -> Value {
    json!({
        "unit": suggestion.unit_id.to_string(),
        "account": suggestion.account_id.to_string(),
        "code": suggestion.code.0.as_str(),
        "because": word(suggestion.because),
    })
}

fn word(because: Because) -> &'static str {
    match because {
        Because::CodeInRemark => "code_in_remark",
        Because::AmountEqualsOpen => "amount_equals_open",
    }
}

/// Answers what a channel or bank said about a payer.
#[derive(Debug)]
pub struct GetPayer;

impl Query for GetPayer {
    const OPERATION: &'static str = "get_payer";
    const SUMMARY: &'static str =
        "Answers what is known of who sent a payment: the name, the account masked, and what was written with it.";
    fn answer() -> Value {
        json!({
            "type": "object",
            "required": ["payment"],
            "properties": {
                "payment": PaymentId::schema(),
                "name": {"type": "string"},
                "account": {"type": "string", "examples": ["6222***********0017"]},
                "remark": {"type": "string"},
            },
        })
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let id: PaymentId = ask.ids.get("payment")?;
        let read = app.read_models.payment(ask.ledger, id).await?;
        let payment = read.value.ok_or_else(Problem::not_found)?;
        let items = [
            ("name", payment.payer_item_id, ItemKind::Payer),
            ("account", payment.payer_account_item_id, ItemKind::Payer),
            ("remark", payment.remark_item_id, ItemKind::Text),
        ];
        let wanted: Vec<_> =
            items.iter().filter_map(|(_, item, kind)| item.map(|item| (VaultItemId(item), *kind))).collect();
        let mut conn = app.writer.acquire().await?;
        let opened = app.vault.open(&mut conn, ask.ledger, &wanted).await?;
        let mut shown = Map::new();
        shown.insert("payment".into(), json!(id.to_string()));
        for (name, item, _) in items {
            if let Some(opened) = item.and_then(|item| opened.get(&VaultItemId(item))) {
                let text = opened.text.expose();
                shown.insert(name.into(), if name == "account" { json!(masked(text)) } else { json!(text) });
            }
        }
        Ok(Reply { body: Value::Object(shown), position: read.position })
    }
}

/// The ends of an account number.
fn masked(text: &str) -> String {
    let count = text.chars().count();
    let hidden = |at: usize| count < 12 || (4..count.saturating_sub(4)).contains(&at);
    text.chars().enumerate().map(|(at, letter)| if hidden(at) { '*' } else { letter }).collect()
}
