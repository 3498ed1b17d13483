//! The envelope: what every event's body says besides its data, and the canonical bytes of the whole.
//!
//! `docs/LOG_FORMAT.md` says the same for strangers. The field order below is the canonical key order; it is written by
//! hand because it is the hot path, and a test compares it with the general writer.

use crate::calendar::{CivilDate, Instant};
use crate::canonical::NotCanonical;
use crate::event::EventError;
use crate::id::{CommandId, EventId, LedgerId};
use crate::posting::Posting;
use crate::stream::{Event, StreamRef, StreamType};
use crate::wire::words;
use chrono::SubsecRound;
use serde_json::value::RawValue;
use std::fmt::Write as _;
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
    /// The canonical body.
    ///
    /// # Errors
    /// [`NotCanonical`] when the data holds what the log does not admit, or the body is too long.
    pub fn body(&self) -> Result<Vec<u8>, NotCanonical> {
        let data = self.event.data_bytes()?;
        let mut out = Vec::with_capacity(1024 + data.len());
        let mut put = |text: &str| out.extend_from_slice(text.as_bytes());
        put(&format!("{{\"actor\":{{\"id\":\"{}\",\"kind\":\"{}\"}}", self.actor.id, self.actor.kind));
        if let Some(causation) = self.causation_id {
            put(&format!(",\"causation_id\":\"{causation}\""));
        }
        put(&format!(
            ",\"command_id\":\"{}\",\"correlation_id\":\"{}\",\"data\":",
            self.command_id, self.correlation_id
        ));
        out.extend_from_slice(&data);
        let mut put = |text: &str| out.extend_from_slice(text.as_bytes());
        put(&format!(
            ",\"effective_on\":\"{}\",\"event_id\":\"{}\",\"event_type\":\"{}\",\"ledger_id\":\"{}\",\"position\":{}",
            self.effective_on,
            self.event_id,
            self.event.event_type(),
            self.ledger_id,
            self.position
        ));
        if let Some(postings) = &self.postings {
            put(",\"postings\":[");
            for (i, line) in postings.iter().enumerate() {
                if i > 0 {
                    out.push(b',');
                }
                write_posting(&mut out, line);
            }
            out.push(b']');
        }
        let salt: String = self.salt.iter().map(|b| format!("{b:02x}")).collect();
        out.extend_from_slice(
            format!(
                ",\"recorded_at\":\"{}\",\"salt\":\"{salt}\",\"schema_version\":{},\"stream_id\":\"{}\",\"stream_type\":\"{}\",\"stream_version\":{},\"v\":{ENVELOPE_VERSION}}}",
                instant_text(self.recorded_at),
                self.event.schema_version(),
                self.stream.id,
                self.stream.stream_type,
                self.stream_version,
            )
            .as_bytes(),
        );
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
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

/// An instant cut to the microseconds that the log keeps.
pub fn instant_micros(at: Instant) -> Instant {
    at.trunc_subsecs(6)
}

fn instant_parse(text: &str) -> Option<Instant> {
    let parsed = chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.6fZ").ok()?.and_utc();
    (instant_text(parsed) == text).then_some(parsed)
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

fn write_posting(out: &mut Vec<u8>, line: &Posting) {
    let mut text = String::with_capacity(256);
    put(&mut text, "account", line.account);
    put(&mut text, "amount", Some(line.amount));
    put(&mut text, "book", Some(line.book));
    put(&mut text, "channel_account", line.channel_account);
    put(&mut text, "charge", line.charge);
    put(&mut text, "counter_ledger", line.counter_ledger);
    put(&mut text, "deposit", line.deposit);
    put(&mut text, "fee_item", line.fee_item);
    put(&mut text, "fund", line.fund);
    put(&mut text, "lot", line.lot);
    put(&mut text, "party", line.party);
    put(&mut text, "period", line.period);
    put(&mut text, "purse", Some(line.purse));
    put(&mut text, "supplier", line.supplier);
    put(&mut text, "vat_category", line.vat_category);
    text.push('}');
    out.extend_from_slice(text.as_bytes());
}

/// Writes one field of a posting; what it holds never needs escaping.
fn put<T: std::fmt::Display>(text: &mut String, key: &str, value: Option<T>) {
    if let Some(value) = value {
        text.push_str(if text.is_empty() { "{\"" } else { ",\"" });
        text.push_str(key);
        // Writing to a String cannot fail.
        let _ = write!(text, "\":\"{value}\"");
    }
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
