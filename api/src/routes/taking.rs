//! Walk-in takings: temporary stays 临时停车 and cards 月卡 that are priced, taken for, and taken back.

use super::explanation::{amount, id, list, number, recomputed, text, vat, words, written};
use super::late_fee::Now;
use super::payment::{authority, channel};
use crate::app::App;
use crate::body::{Field, Personal, Positive, object_schema, rules};
use crate::command::{Call, commands};
use crate::endpoint::Parameter;
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::reads::reads;
use chrono::{DateTime, FixedOffset};
use mingzhang_domain::calendar::{CivilDate, DateRange, Moment, Month};
use mingzhang_domain::fee_item::Price;
use mingzhang_domain::id::{ApprovalId, ChannelAccountId, ChargeId, FeeItemId, ShiftId, TakingId, VaultItemId};
use mingzhang_domain::money::RoundTo;
use mingzhang_domain::stream::{StreamRef, StreamState};
use mingzhang_domain::taking::{self, StaySaid, explain_taking, price_stay, taken_of};
use mingzhang_domain::value::{Code, Exact, Label};
use mingzhang_projections::taking::Taking;
use mingzhang_store::fold;
use mingzhang_store::vault::ItemKind;
use serde_json::{Value, json};
use std::sync::Arc;

/// Puts a plate into the vault. Whose car it is nobody knows: it is sealed under a subject of its own.
fn sealed(call: &mut Call<'_>, number: &Code, plate: Option<Personal>) -> Result<Option<VaultItemId>, Problem> {
    let Some(plate) = plate else { return Ok(None) };
    let letters: String = plate.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
    if letters.len() > 4 && number.as_str().contains(&letters.to_ascii_uppercase()) {
        return Err(Problem::invalid_body().at("/number", rules::NUMBER_PLATE));
    }
    Ok(Some(call.seal(crate::ids::mint::<uuid::Uuid>(), ItemKind::Text, plate.as_str())))
}

commands! {
    /// Records what was taken for a temporary stay: charge, payment and allocation at once, exactly what the tariff says.
    pub RecordStay(RecordStayBody) = "record_stay" |call, body| {
        /// The fee item with the price.
        fee_item: FeeItemId,
        /// The gate's own number of the stay, charged once; never a plate.
        number: Code,
        /// When it began.
        entered_at: Moment,
        /// When it ended.
        left_at: Moment,
        /// What was taken: what the stay costs.
        amount: Positive,
        /// Where it lies.
        channel_account: ChannelAccountId,
        /// The channel's own number; not for cash, whose number is shift and slip.
        reference: Option<Code>,
        /// The cashier's open shift; exactly for cash.
        shift: Option<ShiftId>,
        /// The day it was really the company's.
        value_on: CivilDate,
        /// The plate; goes to the vault.
        plate: Option<Personal>,
    } => {
        let plate = sealed(call, &body.number, body.plate)?;
        taking::RecordStay {
            taking: TakingId::of_stay(call.ledger, body.number.as_str()),
            fee_item: body.fee_item,
            number: body.number,
            entered_at: body.entered_at,
            left_at: body.left_at,
            amount: body.amount.0,
            channel: channel(call, body.channel_account)?,
            reference: body.reference,
            shift: body.shift,
            value_on: body.value_on,
            plate,
        }
    };

    /// Records what was taken for a month of a card without a unit: from any day, at the price per month of its first day.
    pub RecordCard(RecordCardBody) = "record_card" |call, body| {
        /// The fee item: a fixed amount per month.
        fee_item: FeeItemId,
        /// Of the card or of its space, whose cards never overlap; never a plate.
        number: Code,
        /// Its first day; that on which the card before it ends, if it goes on.
        from: CivilDate,
        /// What was taken: the price.
        amount: Positive,
        /// Where it lies.
        channel_account: ChannelAccountId,
        /// The channel's own number; not for cash, whose number is shift and slip.
        reference: Option<Code>,
        /// The cashier's open shift; exactly for cash.
        shift: Option<ShiftId>,
        /// The day it was really the company's, in the month of the first day or later.
        value_on: CivilDate,
        /// The plate; goes to the vault.
        plate: Option<Personal>,
    } => {
        let plate = sealed(call, &body.number, body.plate)?;
        taking::RecordCard {
            taking: TakingId::of_card(call.ledger, body.number.as_str()),
            fee_item: body.fee_item,
            number: body.number,
            from: body.from,
            amount: body.amount.0,
            channel: channel(call, body.channel_account)?,
            reference: body.reference,
            shift: body.shift,
            value_on: body.value_on,
            plate,
        }
    };

    /// Reverses a taking that was recorded by mistake; its stay or card may be recorded again.
    pub ReverseTaking(ReverseTakingBody) = "reverse_taking" |call, body| {
        /// Why.
        reason: Label,
        /// The approval; needed for what is no cash of a shift that is still open, above the limit of the caller's role.
        approval: Option<ApprovalId>,
    } asks taking::ReverseTaking => taking::ReverseTaking {
        taking: call.id("taking")?,
        charge: call.id("charge")?,
        reason: body.reason,
        authority: authority(call, body.approval)?,
    };
}

reads! {
    /// Lists takings of nobody's unit, the newest first.
    pub ListTakings = "list_takings", page of Taking, by i64 |taking| taking.position,
    takes {}
    |app, ledger, ids, ask| app.read_models.takings(ledger, ask);

    /// Answers the taking that a charge is in.
    pub GetTaking = "get_taking", one of Taking,
    takes {}
    |app, ledger, ids| app.read_models.taking(ledger, ids.get("charge")?);
}

/// Answers the plate of a stay.
#[derive(Debug)]
pub struct GetPlate;

impl Query for GetPlate {
    const OPERATION: &'static str = "get_plate";
    const SUMMARY: &'static str = "Answers the plate of the car whose stay was charged, when it was given.";
    fn answer() -> Value {
        object_schema(vec![("charge", true, "", ChargeId::schema()), ("plate", false, "", text())])
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let charge: ChargeId = ask.ids.get("charge")?;
        let read = app.read_models.taking(ask.ledger, charge).await?;
        let taking = read.value.ok_or_else(Problem::not_found)?;
        let item = taking.plate_item_id.map(VaultItemId);
        let wanted: Vec<_> = item.iter().map(|item| (*item, ItemKind::Text)).collect();
        let mut conn = app.writer.acquire().await?;
        let opened = app.vault.open(&mut conn, ask.ledger, &wanted).await?;
        let mut body = json!({"charge": charge.to_string()});
        if let Some(opened) = item.and_then(|item| opened.get(&item)) {
            body["plate"] = json!(opened.text.expose());
        }
        Ok(Reply { body, position: read.position })
    }
}

/// Says what a stay costs.
#[derive(Debug)]
pub struct GetStayPrice;

impl Query for GetStayPrice {
    const OPERATION: &'static str = "get_stay_price";
    const SUMMARY: &'static str =
        "Says what a temporary stay costs by a fee item, step by step and in plain Chinese; nothing is written.";
    fn parameters() -> Vec<Parameter> {
        vec![
            Parameter { name: "entered_at", description: "When it began.", schema: Moment::schema() },
            Parameter { name: "left_at", description: "When it ended.", schema: Moment::schema() },
        ]
    }
    fn answer() -> Value {
        stay()
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        let (entered_at, left_at) = (moment(&mut ask, "entered_at")?, moment(&mut ask, "left_at")?);
        ask.parameters.finish()?;
        let now = Now::read(&app, &ask).await?;
        let stream: StreamRef = ask.ids.get::<FeeItemId>("fee_item")?.into();
        let mut conn = app.writer.acquire().await?;
        let state = fold::streams(&mut conn, ask.ledger, &[stream], now.position, None).await?.remove(&stream);
        drop(conn);
        let Some(StreamState::FeeItem(item)) = state else { return Err(Problem::internal()) };
        let said = StaySaid::of(entered_at, left_at, &price_stay(&item, entered_at, left_at)?);
        let body = serde_json::to_value(said).map_err(|_| Problem::internal())?;
        Ok(Reply { body, position: now.position })
    }
}

fn moment(ask: &mut Ask, name: &'static str) -> Result<Moment, Problem> {
    let at: Option<DateTime<FixedOffset>> = ask.parameters.take(name, rules::INSTANT)?;
    let at = at.ok_or_else(|| Problem::bad_parameter().at(name, rules::REQUIRED))?;
    Ok(at.to_utc().into())
}

/// Explains the charge of a taking out of the log.
pub(super) async fn explain(app: &App, ask: &Ask, charge: ChargeId) -> Result<Reply, Problem> {
    let found = app.read_models.taking(ask.ledger, charge).await?;
    let taking = TakingId(found.value.ok_or_else(Problem::not_found)?.taking_id);
    let now = Now::read(app, ask).await?;
    let mut conn = app.writer.acquire().await?;
    let taking = fold::events(&mut conn, ask.ledger, &[taking.into()], now.position).await?;
    let fee_item = taken_of(&taking, charge).ok_or_else(Problem::halted)?;
    let fee_item = fold::events(&mut conn, ask.ledger, &[fee_item.into()], now.position).await?;
    drop(conn);
    let explanation = explain_taking(&taking, &fee_item, charge).ok_or_else(Problem::halted)?;
    let body = serde_json::to_value(explanation).map_err(|_| Problem::internal())?;
    Ok(Reply { body, position: now.position })
}

/// The explanation of a charge in a taking.
pub(super) fn explanation() -> Value {
    let reversed = object_schema(vec![
        ("effective_on", true, "", CivilDate::schema()),
        ("reason", true, "", text()),
        ("approved", false, "On whose word; absent for cash in its open shift.", json!({"type": "object"})),
        ("written", true, "", written()),
    ]);
    object_schema(vec![
        ("charge", true, "", ChargeId::schema()),
        ("kind", true, "What made it.", words(["stay", "card"])),
        ("taking", true, "", TakingId::schema()),
        ("booking", true, "How it stands on the books.", booking()),
        ("fee_item_name", true, "", text()),
        ("effective_on", true, "Accounting date.", CivilDate::schema()),
        ("written", true, "Who recorded it, and when.", written()),
        ("number", true, "The gate's own number of the stay, or that of the card.", Code::schema()),
        ("stay", false, "The computation of a stay; absent when the fact says no price.", stay()),
        ("card", false, "The month of a card.", card()),
        ("amount", true, "What was taken.", amount()),
        ("vat", true, "The tax in it.", vat()),
        ("value_on", true, "The day the money was really the company's.", CivilDate::schema()),
        ("reversed", false, "How it was reversed, if it was.", reversed),
        ("recomputed", true, "The amount, computed again out of the fact.", recomputed()),
        ("text", true, "All of it in plain Chinese.", text()),
    ])
}

fn booking() -> Value {
    object_schema(vec![
        ("account", true, "The community's account for takings without a unit.", id()),
        ("charge", true, "", id()),
        ("payment", true, "", id()),
        ("fee_item", true, "", id()),
        ("fund", true, "", text()),
        ("period", true, "", Month::schema()),
        ("channel_account", true, "", id()),
        ("channel", true, "", text()),
        ("amount", true, "", amount()),
        ("vat", true, "", json!({"type": "object"})),
    ])
}

fn card() -> Value {
    object_schema(vec![
        ("service", true, "Its days.", DateRange::schema()),
        ("anchor_day", true, "The day that its months run from.", number()),
        ("tariff", true, "The version of its first day.", id()),
        ("from", true, "First day that the version prices.", CivilDate::schema()),
        ("price", true, "Yuan per month.", Exact::schema()),
        ("round_to", true, "Where that is rounded to.", RoundTo::schema()),
    ])
}

fn stay() -> Value {
    let version = object_schema(vec![
        ("tariff", true, "", id()),
        ("from", true, "First day it prices.", CivilDate::schema()),
        ("price", true, "As it was set.", Price::schema()),
    ]);
    let line = object_schema(vec![
        ("tariff", true, "The version that prices them.", id()),
        ("from", true, "Where the first of them begins.", Moment::schema()),
        ("minutes", true, "How long one is.", number()),
        ("price", true, "What one costs.", amount()),
        ("blocks", true, "How many.", number()),
        ("amount", true, "", amount()),
    ]);
    let day = object_schema(vec![
        ("from", true, "Where the day begins.", Moment::schema()),
        ("lines", true, "What begins in it.", list(line)),
        ("sum", true, "What that comes to.", amount()),
        ("cap", false, "The most that it may.", amount()),
        ("amount", true, "The lower of the two.", amount()),
    ]);
    object_schema(vec![
        ("entered_at", true, "", Moment::schema()),
        ("left_at", true, "", Moment::schema()),
        ("versions", true, "The tariff versions that hold in it, in order.", list(version)),
        ("free", true, "No longer than the free minutes.", bool::schema()),
        ("days", true, "", list(day)),
        ("amount", true, "What it costs.", amount()),
        ("text", true, "The same in plain Chinese.", text()),
    ])
}
