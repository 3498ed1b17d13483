//! The samples as one ledger: envelope, order, leaf hashes; and the files that hold them.
//!
//! The order is that of `tests/wire/heads.json`; what is new comes last. So a body that was published keeps its
//! position, its bytes and its leaf for ever.

use crate::ids::{CHANNEL_ACCOUNT, COMMUNITY, INVOICE, LEDGER, PARENT, PAYMENT, PERSON, REFUND, STAFF, UNIT};
use crate::tree;
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::envelope::{Actor, ActorKind, Recorded, instant_text};
use mingzhang_domain::id::{
    AccountId, BooksId, ChannelDayId, ChannelRefundId, ChannelSettlementId, CommandId, CommunityId, CompanyId,
    DayCloseId, DunningId, EventId, InvoiceClaimId, InvoiceId, LedgerId, LedgerStreamId, MeterCodeId, OrderClaimId,
    Purpose, ReceiptSeriesId, ReferenceId, ShiftClaimId, UnitCodeId, derive,
};
use mingzhang_domain::stream::{Event, StreamRef, StreamType};
use serde_json::Value;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// One body under its file name.
pub(crate) struct Golden {
    /// File name without `.json`: `<event>.v<version>`, or `<event>.v<version>.<what is special>`.
    pub(crate) name: String,
    /// Its bytes.
    pub(crate) body: Vec<u8>,
}

/// `tests/wire` at the top of the repository.
pub(crate) fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/wire")
}

/// Every sample: kind of stream, name, data.
pub(crate) fn samples() -> Vec<(StreamType, &'static str, Value)> {
    let of = |stream: StreamType| match stream {
        StreamType::Ledger => crate::ledger::samples(),
        StreamType::Administrator => crate::administrator::samples(),
        StreamType::Company => crate::company::samples(),
        StreamType::ChannelAccount => crate::channel_account::samples(),
        StreamType::Staff => crate::staff::samples(),
        StreamType::Person => crate::person::samples(),
        StreamType::Community => crate::community::samples(),
        StreamType::Unit => crate::unit::samples(),
        StreamType::UnitCode => crate::unit_code::samples(),
        StreamType::Party => crate::party::samples(),
        StreamType::FeeItem => crate::fee_item::samples(),
        StreamType::Account => crate::account::samples(),
        StreamType::Payment => crate::payment::samples(),
        StreamType::Reference => crate::reference::samples(),
        StreamType::ReceiptSeries => crate::receipt_series::samples(),
        StreamType::Shift => crate::shift::samples(),
        StreamType::ShiftClaim => crate::shift_claim::samples(),
        StreamType::PaymentOrder => crate::payment_order::samples(),
        StreamType::OrderClaim => crate::order_claim::samples(),
        StreamType::Invoice => crate::invoice::samples(),
        StreamType::InvoiceClaim => crate::invoice_claim::samples(),
        StreamType::ChannelRefund => crate::channel_refund::samples(),
        StreamType::ChannelDay => crate::channel_day::samples(),
        StreamType::ChannelSettlement => crate::channel_settlement::samples(),
        StreamType::DayClose => crate::day_close::samples(),
        StreamType::BillRun => crate::bill_run::samples(),
        StreamType::Approval => crate::approval::samples(),
        StreamType::Opening => crate::opening::samples(),
        StreamType::Import => crate::import::samples(),
        StreamType::Pool => crate::pool::samples(),
        StreamType::FundSpend => crate::fund_spend::samples(),
        StreamType::SupplierBill => crate::supplier_bill::samples(),
        StreamType::Taking => crate::taking::samples(),
        StreamType::WorkOrder => crate::work_order::samples(),
        StreamType::Dunning => crate::dunning::samples(),
        StreamType::Meter => crate::meter::samples(),
        StreamType::MeterCode => crate::meter_code::samples(),
        StreamType::Books => crate::books::samples(),
    };
    StreamType::ALL
        .iter()
        .flat_map(|stream| of(*stream).into_iter().map(|(name, data)| (*stream, name, data)))
        .collect()
}

/// The event type and version that a name begins with.
pub(crate) fn type_and_version(name: &str) -> (&str, u32) {
    let (event_type, rest) = name.split_once(".v").expect("a name is <event>.v<version>");
    let version = rest.split('.').next().unwrap_or_default();
    (event_type, version.parse().expect("a version is a number"))
}

/// The fact of a sample, read as it would be read from the wire.
pub(crate) fn event(stream: StreamType, name: &str, data: &Value) -> Event {
    let (event_type, version) = type_and_version(name);
    Event::decode(stream, event_type, version, &data.to_string()).unwrap_or_else(|error| {
        panic!("the sample {name} no longer fits its event ({error}): correct it in core/domain/tests/wire/{stream}.rs")
    })
}

/// Up to where the company's ledger was read.
pub(crate) fn seen() -> Value {
    serde_json::json!([{"ledger_id": PARENT, "position": "23"}])
}

/// The account that the samples speak of.
pub(crate) fn account() -> String {
    AccountId::of_unit(parsed::<Uuid>(UNIT).into()).to_string()
}

/// The receipt series that the samples speak of.
pub(crate) fn receipt_series() -> String {
    ReceiptSeriesId::of_year(ledger(), "fees", 2026).to_string()
}

/// All bodies in their fixed order.
pub(crate) fn all() -> Vec<Golden> {
    let samples = samples();
    let listed = listed();
    let mut names: Vec<String> = listed
        .into_iter()
        .filter(|name| samples.iter().any(|(_, have, _)| have == name) || kept(name).is_some())
        .collect();
    for (_, name, _) in &samples {
        if !names.iter().any(|have| have == name) {
            names.push((*name).to_owned());
        }
    }
    let mut versions = HashMap::new();
    let mut all = Vec::new();
    for (name, position) in names.into_iter().zip(1..) {
        let body = match samples.iter().find(|(_, have, _)| *have == name) {
            Some((stream, _, data)) => {
                let stream = stream_of(*stream);
                let version = versions.entry(stream).and_modify(|v| *v += 1).or_insert(1_u64);
                recorded(&name, position, stream, *version, event(stream.stream_type, &name, data)).body().unwrap()
            }
            None => {
                let body = kept(&name).unwrap();
                let old = Recorded::from_body(&body).unwrap();
                versions.insert(old.stream, old.stream_version);
                body
            }
        };
        all.push(Golden { name, body });
    }
    all
}

/// `heads.json` of a list of bodies.
pub(crate) fn heads(all: &[Golden]) -> Value {
    let leaves: Vec<[u8; 32]> = all.iter().map(|golden| tree::leaf(&golden.body)).collect();
    let events: Vec<Value> = all
        .iter()
        .zip(&leaves)
        .enumerate()
        .map(|(i, (golden, leaf))| {
            let root = tree::root(&leaves[..=i]);
            serde_json::json!({"name": golden.name, "leaf_hash": tree::hex(leaf), "root": tree::hex(&root)})
        })
        .collect();
    let last = Recorded::from_body(&all.last().unwrap().body).unwrap();
    let head = serde_json::json!({
        "format": "mingzhang-head/1", "ledger_id": LEDGER, "size": all.len(),
        "root": tree::hex(&tree::root(&leaves)), "recorded_at": instant_text(last.recorded_at)
    });
    let frontier: Vec<String> = tree::frontier(&leaves).iter().map(|hash| tree::hex(hash)).collect();
    let mut heads = serde_json::json!({"head": head, "frontier": frontier, "events": events});
    // An exported head is canonical: its keys in order.
    heads.sort_all_objects();
    heads
}

/// A body of an older version that this build can still read but no longer writes.
fn kept(name: &str) -> Option<Vec<u8>> {
    let body = std::fs::read(folder().join(format!("{name}.json"))).ok()?;
    Recorded::from_body(&body).is_ok().then_some(body)
}

fn listed() -> Vec<String> {
    let Ok(text) = std::fs::read(folder().join("heads.json")) else { return Vec::new() };
    let heads: Value = serde_json::from_slice(&text).unwrap();
    let events = heads["events"].as_array().unwrap();
    events.iter().map(|event| event["name"].as_str().unwrap().to_owned()).collect()
}

fn recorded(name: &str, position: u64, stream: StreamRef, stream_version: u64, event: Event) -> Recorded {
    let effective_on = CivilDate::new(2026, 1, 31).unwrap();
    let actor = actor(stream.stream_type);
    let command_id = CommandId::from_key(ledger(), actor.kind.as_str(), actor.id, name);
    let first: Instant = parsed("2026-01-31T02:00:00.000001Z");
    let postings = event.postings(effective_on).map(mingzhang_domain::posting::Postings::finish);
    let mut salt = [0; 16];
    salt.copy_from_slice(&tree::leaf(name.as_bytes())[..16]);
    let reacted = matches!(actor.kind, ActorKind::Service);
    Recorded {
        ledger_id: ledger(),
        position,
        event_id: EventId::of_command(command_id, 0),
        stream,
        stream_version,
        effective_on,
        recorded_at: first + chrono::TimeDelta::seconds(i64::try_from(position).unwrap()),
        actor,
        command_id,
        correlation_id: if reacted { CommandId::from_natural(ledger(), "sample", &[name]) } else { command_id },
        causation_id: reacted.then(|| EventId::of_command(CommandId::from_natural(ledger(), "sample", &[name]), 0)),
        salt,
        event,
        postings,
    }
}

fn actor(stream: StreamType) -> Actor {
    let (kind, id) = match stream {
        StreamType::Ledger | StreamType::Dunning | StreamType::BillRun => (ActorKind::Service, PARENT),
        StreamType::WorkOrder => (ActorKind::Person, PERSON),
        StreamType::Reference => (ActorKind::Gateway, CHANNEL_ACCOUNT),
        _ => (ActorKind::Staff, STAFF),
    };
    Actor { kind, id: parsed(id) }
}

/// Derived where the log derives it, otherwise as a command would mint it.
fn stream_of(stream: StreamType) -> StreamRef {
    let account = AccountId::of_unit(parsed::<Uuid>(UNIT).into());
    match stream {
        StreamType::Ledger => LedgerStreamId::of_ledger(ledger()).into(),
        StreamType::Company => CompanyId(parsed(PARENT)).into(),
        StreamType::Community => CommunityId(parsed(COMMUNITY)).into(),
        StreamType::Account => account.into(),
        StreamType::Dunning => DunningId::of_account(account).into(),
        StreamType::Books => BooksId::of_ledger(ledger()).into(),
        StreamType::MeterCode => MeterCodeId::of_code(ledger(), "W00001").into(),
        StreamType::UnitCode => UnitCodeId::of_code(ledger(), "1-1-0101").into(),
        StreamType::Reference => ReferenceId::of_reference(parsed::<Uuid>(CHANNEL_ACCOUNT).into(), "S1-0001").into(),
        StreamType::ReceiptSeries => ReceiptSeriesId::of_year(ledger(), "fees", 2026).into(),
        StreamType::ShiftClaim => ShiftClaimId::of_cash_box(ledger(), parsed::<Uuid>(CHANNEL_ACCOUNT).into()).into(),
        StreamType::OrderClaim => OrderClaimId::of_account(account).into(),
        StreamType::Invoice => InvoiceId(parsed(INVOICE)).into(),
        StreamType::InvoiceClaim => InvoiceClaimId::of_payment(parsed::<Uuid>(PAYMENT).into()).into(),
        StreamType::ChannelRefund => ChannelRefundId(parsed(REFUND)).into(),
        StreamType::ChannelDay => {
            ChannelDayId::of_day(parsed::<Uuid>(CHANNEL_ACCOUNT).into(), parsed("2026-01-20")).into()
        }
        StreamType::ChannelSettlement => {
            ChannelSettlementId::of_day(parsed::<Uuid>(CHANNEL_ACCOUNT).into(), parsed("2026-01-19")).into()
        }
        StreamType::DayClose => DayCloseId::of_day(parsed::<Uuid>(CHANNEL_ACCOUNT).into(), parsed("2026-01-20")).into(),
        other => StreamRef { stream_type: other, id: derive(Purpose::Entity, &[LEDGER, other.as_str(), "0"]) },
    }
}

fn ledger() -> LedgerId {
    LedgerId(parsed(LEDGER))
}

fn parsed<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}
