//! What one row must fulfil by itself; runs on many threads.

use super::periods::Dated;
use super::seals::Claim;
use super::{Class, Found};
use crate::merkle::{Hash, leaf_hash};
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{CommandId, EventId, LedgerId};
use mingzhang_domain::posting::{Postings, balanced};
use mingzhang_domain::stream::StreamRef;
use uuid::Uuid;

/// The most lines an event may post.
const MAX_POSTINGS: usize = 64;

/// A row exactly as it lies in the table.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) position: i64,
    pub(super) stream_id: Uuid,
    pub(super) stream_version: i64,
    pub(super) body: Vec<u8>,
    pub(super) leaf_hash: Vec<u8>,
}

/// What the checks that tie rows together need of a row; `None` when it cannot be read.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) position: i64,
    pub(super) leaf: Hash,
    pub(super) event: Option<Event>,
}

/// The envelope of a readable row.
#[derive(Debug)]
pub(super) struct Event {
    pub(super) stream: StreamRef,
    pub(super) stream_version: u64,
    pub(super) recorded_at: Instant,
    pub(super) command_id: CommandId,
    pub(super) event_id: EventId,
    pub(super) opens: bool,
    pub(super) dated: Dated,
    pub(super) claim: Option<Claim>,
}

/// Checks rows one by one.
pub(super) fn rows(ledger: LedgerId, rows: Vec<Row>) -> (Vec<Known>, Vec<Found>) {
    let mut found = Vec::new();
    let known = rows.into_iter().map(|row| check(ledger, &row, &mut found)).collect();
    (known, found)
}

fn check(ledger: LedgerId, row: &Row, found: &mut Vec<Found>) -> Known {
    let position = row.position;
    let mut find = |class, message: String| found.push(Found { position, class, message });
    let leaf = leaf_hash(&row.body);
    if row.leaf_hash != leaf {
        find(Class::LeafHash, "the stored leaf hash is not that of the body".into());
    }
    let recorded = match Recorded::from_body(&row.body) {
        Ok(recorded) => recorded,
        Err(error) => {
            find(Class::Unreadable, error.to_string());
            return Known { position, leaf, event: None };
        }
    };
    if recorded.body().ok().as_deref() != Some(&row.body) {
        find(Class::Canonical, "the body is not the canonical form of what it says".into());
    }
    for column in differing_columns(ledger, row, &recorded) {
        find(Class::Column, format!("the column {column} is not what the body says"));
    }
    check_postings(&recorded, &mut find);
    Known { position, leaf, event: Some(Event::of(&recorded)) }
}

fn differing_columns(ledger: LedgerId, row: &Row, recorded: &Recorded) -> Vec<&'static str> {
    let same = [
        ("ledger_id", recorded.ledger_id == ledger),
        ("position", u64::try_from(row.position) == Ok(recorded.position)),
        ("stream_id", recorded.stream.id == row.stream_id),
        ("stream_version", u64::try_from(row.stream_version) == Ok(recorded.stream_version)),
    ];
    same.into_iter().filter(|(_, same)| !same).map(|(column, _)| column).collect()
}

fn check_postings(recorded: &Recorded, find: &mut impl FnMut(Class, String)) {
    if recorded.event.postings(recorded.effective_on).map(Postings::finish) != recorded.postings {
        find(Class::Postings, "the sealed postings are not what the fact posts".into());
    }
    let lines = recorded.postings.as_deref().unwrap_or_default();
    if !balanced(lines) {
        find(Class::Postings, "the postings do not sum to zero in every purse".into());
    }
    if lines.len() > MAX_POSTINGS {
        find(Class::Postings, format!("more than {MAX_POSTINGS} lines"));
    }
}

impl Event {
    fn of(recorded: &Recorded) -> Self {
        Self {
            stream: recorded.stream,
            stream_version: recorded.stream_version,
            recorded_at: recorded.recorded_at,
            command_id: recorded.command_id,
            event_id: recorded.event_id,
            opens: recorded.event.event_type() == "ledger_opened",
            dated: Dated::of(recorded),
            claim: Claim::of(recorded),
        }
    }
}
