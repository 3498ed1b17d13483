//! The envelope: what every event's body says besides its data, and the canonical bytes of the whole.
//!
//! `docs/LOG_FORMAT.md` says the same for strangers. The field order below is the canonical key order; it is written by
//! hand because it is the hot path, and a test compares it with the general writer.

use crate::book::{Fund, VatCategory};
use crate::calendar::{CivilDate, Instant, two_digits};
use crate::canonical::NotCanonical;
use crate::draft::Fact;
use crate::event::EventError;
use crate::id::{CommandId, EventId, LedgerId};
use crate::posting::Posting;
use crate::stream::{Event, StreamRef, StreamType};
use crate::wire::words;
use chrono::{Datelike, NaiveDate, SubsecRound, Timelike};
use serde_json::value::RawValue;
use std::io::Write as _;
use uuid::Uuid;

/// Version of the envelope itself.
pub const ENVELOPE_VERSION: u32 = 1;
/// The longest body there may be.
pub const MAX_BODY: usize = 16 * 1024;

words! {
    /// Who acted.
    pub enum ActorKind {
        /// A member of staff or an administrator.
        Staff = "staff",
        /// An owner or tenant.
        Person = "person",
        /// One of our own workers.
        Service = "service",
        /// A payment gateway.
        Gateway = "gateway",
    }
}

/// Who acted, by pseudonymous id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Kind of actor.
    pub kind: ActorKind,
    /// Pseudonymous id.
    pub id: Uuid,
}

/// An event with its place in the log, as it is written and as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// 1, 2, 3 … without gaps.
    pub position: u64,
    /// Derived from command and ordinal.
    pub event_id: EventId,
    /// The stream it belongs to.
    pub stream: StreamRef,
    /// The stream's own count.
    pub stream_version: u64,
    /// The accounting date.
    pub effective_on: CivilDate,
    /// When we knew, in microseconds.
    pub recorded_at: Instant,
    /// Who acted.
    pub actor: Actor,
    /// The command that caused it.
    pub command_id: CommandId,
    /// First command of the chain.
    pub correlation_id: CommandId,
    /// The event a reactor answered.
    pub causation_id: Option<EventId>,
    /// 16 random bytes that keep guesses about the body from being confirmed by its hash.
    pub salt: [u8; 16],
    /// The fact.
    pub event: Event,
    /// The sealed lines; absent when it is no money event.
    pub postings: Option<Vec<Posting>>,
}

/// A body that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// Not an envelope of version 1.
    #[error("not an envelope of version 1: {0}")]
    Envelope(String),
    /// Its event is not known or not of its shape.
    #[error(transparent)]
    Event(#[from] EventError),
}

impl Recorded {
    /// As a fold sees it.
    pub fn fact(&self) -> Fact<'_> {
        Fact {
            event_id: self.event_id,
            effective_on: self.effective_on,
            recorded_at: self.recorded_at,
            actor: self.actor,
            event: &self.event,
        }
    }

    /// The canonical body.
    ///
    /// # Errors
    /// [`NotCanonical`] when the data holds what the log does not admit, or the body is too long.
    pub fn body(&self) -> Result<Vec<u8>, NotCanonical> {
        let data = self.event.data_bytes()?;
        let lines = self.postings.as_deref().unwrap_or_default();
        let mut out = Vec::with_capacity(1024 + data.len() + 512 * lines.len());
        id(&mut out, "{\"actor\":{\"id\":\"", self.actor.id);
        word(&mut out, "\",\"kind\":\"", self.actor.kind.as_str());
        text(&mut out, "\"}");
        if let Some(causation) = self.causation_id {
            id(&mut out, ",\"causation_id\":\"", causation.uuid());
            text(&mut out, "\"");
        }
        id(&mut out, ",\"command_id\":\"", self.command_id.uuid());
        id(&mut out, "\",\"correlation_id\":\"", self.correlation_id.uuid());
        text(&mut out, "\",\"data\":");
        out.extend_from_slice(&data);
        shown(&mut out, ",\"effective_on\":\"", self.effective_on);
        id(&mut out, "\",\"event_id\":\"", self.event_id.uuid());
        word(&mut out, "\",\"event_type\":\"", self.event.event_type());
        id(&mut out, "\",\"ledger_id\":\"", self.ledger_id.uuid());
        shown(&mut out, "\",\"position\":", self.position);
        if self.postings.is_some() {
            text(&mut out, ",\"postings\":[");
            for (i, line) in lines.iter().enumerate() {
                text(&mut out, if i > 0 { "," } else { "" });
                write_posting(&mut out, line);
            }
            text(&mut out, "]");
        }
        word(&mut out, ",\"recorded_at\":\"", &instant_text(self.recorded_at));
        // Hyphens aside, a UUID is the hexadecimal text of its sixteen bytes.
        let salt = Uuid::from_bytes(self.salt);
        word(&mut out, "\",\"salt\":\"", salt.simple().encode_lower(&mut Uuid::encode_buffer()));
        shown(&mut out, "\",\"schema_version\":", self.event.schema_version());
        id(&mut out, ",\"stream_id\":\"", self.stream.id);
        word(&mut out, "\",\"stream_type\":\"", self.stream.stream_type.as_str());
        shown(&mut out, "\",\"stream_version\":", self.stream_version);
        shown(&mut out, ",\"v\":", ENVELOPE_VERSION);
        text(&mut out, "}");
        if out.len() > MAX_BODY { Err(NotCanonical::TooLong) } else { Ok(out) }
    }

    /// Reads a body back.
    ///
    /// # Errors
    /// [`BodyError`] when this build does not know what it reads.
    pub fn from_body(body: &[u8]) -> Result<Self, BodyError> {
        let wire: Wire<'_> =
            serde_json::from_slice(body).map_err(|e| BodyError::Envelope(crate::event::shape_of(&e)))?;
        if wire.v != ENVELOPE_VERSION {
            return Err(BodyError::Envelope(format!("v is {}", wire.v)));
        }
        let event = Event::decode(wire.stream_type, wire.event_type, wire.schema_version, wire.data.get())?;
        Ok(Self {
            ledger_id: wire.ledger_id,
            position: wire.position,
            event_id: wire.event_id,
            stream: StreamRef { stream_type: wire.stream_type, id: wire.stream_id },
            stream_version: wire.stream_version,
            effective_on: wire.effective_on,
            recorded_at: instant_parse(wire.recorded_at).ok_or(BodyError::Envelope("recorded_at".into()))?,
            actor: wire.actor,
            command_id: wire.command_id,
            correlation_id: wire.correlation_id,
            causation_id: wire.causation_id,
            salt: salt_parse(wire.salt).ok_or(BodyError::Envelope("salt".into()))?,
            event,
            postings: wire.postings,
        })
    }
}

/// The event type that a body names, without reading the rest of it: in canonical order nothing after it can hold the key.
pub fn event_type_of(body: &[u8]) -> Option<&str> {
    let (_, rest) = std::str::from_utf8(body).ok()?.rsplit_once(",\"event_type\":\"")?;
    rest.split_once('"').map(|(event_type, _)| event_type)
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire<'a> {
    v: u32,
    ledger_id: LedgerId,
    position: u64,
    event_id: EventId,
    stream_type: StreamType,
    stream_id: Uuid,
    stream_version: u64,
    #[serde(borrow)]
    event_type: &'a str,
    schema_version: u32,
    effective_on: CivilDate,
    recorded_at: &'a str,
    actor: Actor,
    command_id: CommandId,
    correlation_id: CommandId,
    causation_id: Option<EventId>,
    salt: &'a str,
    data: &'a RawValue,
    postings: Option<Vec<Posting>>,
}

/// `recorded_at` on the wire: UTC with six fraction digits and `Z`.
pub fn instant_text(at: Instant) -> String {
    let (day, time) = (at.date_naive(), at.time());
    if !(0..=9999).contains(&day.year()) {
        return at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string();
    }
    let mut text = *b"0000-00-00T00:00:00.000000Z";
    let (year, micros) = (day.year().unsigned_abs(), time.nanosecond() / 1_000 % 1_000_000);
    let numbers = [year / 100, year % 100, day.month(), day.day(), time.hour(), time.minute(), time.second()];
    let fraction = [micros / 10_000, micros / 100 % 100, micros % 100];
    for (at, number) in [0, 2, 5, 8, 11, 14, 17, 20, 22, 24].into_iter().zip(numbers.into_iter().chain(fraction)) {
        two_digits(&mut text, at, number);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// An instant cut to the microseconds that the log keeps.
pub fn instant_micros(at: Instant) -> Instant {
    at.trunc_subsecs(6)
}

/// An instant as [`instant_text`] writes it.
pub(crate) fn instant_parse(text: &str) -> Option<Instant> {
    let number = |from: usize, until: usize| text.get(from..until)?.parse::<u32>().ok();
    let day = NaiveDate::from_ymd_opt(i32::try_from(number(0, 4)?).ok()?, number(5, 7)?, number(8, 10)?)?;
    let at = day.and_hms_micro_opt(number(11, 13)?, number(14, 16)?, number(17, 19)?, number(20, 26)?)?.and_utc();
    // What lies between the numbers, and their own form, is right when it reads the same again.
    (instant_text(at) == text).then_some(at)
}

fn salt_parse(text: &str) -> Option<[u8; 16]> {
    let mut salt = [0; 16];
    if text.len() != 32 || !text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b)) {
        return None;
    }
    for (i, byte) in salt.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(salt)
}

fn text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

/// What stands before a word, and the word; neither ever needs escaping.
fn word(out: &mut Vec<u8>, before: &str, word: &str) {
    text(out, before);
    text(out, word);
}

/// What stands before an id, and the id.
fn id(out: &mut Vec<u8>, before: &str, id: Uuid) {
    word(out, before, id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
}

/// What stands before a value, and the value as it is shown.
fn shown(out: &mut Vec<u8>, before: &str, value: impl std::fmt::Display) {
    text(out, before);
    // Writing to a vector cannot fail.
    let _ = write!(out, "{value}");
}

/// The fields of a posting, in the order of their keys.
struct Fields<'a> {
    out: &'a mut Vec<u8>,
    /// What stands before the next key.
    before: &'static str,
}

impl Fields<'_> {
    fn key(&mut self, key: &str) {
        word(self.out, std::mem::replace(&mut self.before, "\",\""), key);
        text(self.out, "\":\"");
    }

    fn id(&mut self, key: &str, value: Option<impl Into<Uuid>>) {
        if let Some(value) = value {
            self.key(key);
            id(self.out, "", value.into());
        }
    }

    fn word(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.key(key);
            text(self.out, value);
        }
    }

    fn shown(&mut self, key: &str, value: Option<impl std::fmt::Display>) {
        if let Some(value) = value {
            self.key(key);
            shown(self.out, "", value);
        }
    }
}

fn write_posting(out: &mut Vec<u8>, line: &Posting) {
    let mut fields = Fields { out, before: "{\"" };
    fields.id("account", line.account);
    fields.shown("amount", Some(line.amount));
    fields.word("book", Some(line.book.as_str()));
    fields.id("channel_account", line.channel_account);
    fields.id("charge", line.charge);
    fields.id("counter_ledger", line.counter_ledger);
    fields.id("deposit", line.deposit);
    fields.id("fee_item", line.fee_item);
    fields.word("fund", line.fund.map(Fund::as_str));
    fields.id("lot", line.lot);
    fields.id("party", line.party);
    fields.shown("period", line.period);
    fields.word("purse", Some(line.purse.as_str()));
    fields.id("supplier", line.supplier);
    fields.word("vat_category", line.vat_category.map(VatCategory::as_str));
    text(out, "\"}");
}

/// The general canonical form of a body, to check a stored one: parses it and writes it again.
///
/// # Errors
/// [`BodyError`] when it cannot be read, [`NotCanonical`] never for what `body` has written.
pub fn is_canonical(body: &[u8]) -> Result<bool, BodyError> {
    let again = Recorded::from_body(body)?.body().map_err(|e| BodyError::Envelope(e.to_string()))?;
    Ok(again == body)
}

impl From<NotCanonical> for BodyError {
    fn from(error: NotCanonical) -> Self {
        Self::Envelope(error.to_string())
    }
}
