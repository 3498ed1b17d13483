//! What ties rows together: positions, streams, time, commands, periods, and the tree over all of them; in order, on one
//! thread.

use super::check::{Event, Known};
use super::head::ExportedHead;
use super::periods::{Periods, Wrong};
use super::seals::Claim;
use super::{Class, Found};
use crate::merkle::{Frontier, Hash};
use mingzhang_domain::calendar::Instant;
use mingzhang_domain::id::{CommandId, EventId};
use mingzhang_domain::stream::StreamType;
use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use uuid::Uuid;

/// A row of the command table exactly as it lies there.
#[derive(Debug)]
pub(super) struct CommandRow {
    pub(super) command_id: Uuid,
    pub(super) first_position: i64,
    pub(super) last_position: i64,
}

/// The prefix read so far.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) frontier: Frontier,
    pub(super) recorded_at: Option<Instant>,
    next: i64,
    streams: HashMap<Uuid, (u64, StreamType)>,
    command: Option<(CommandId, usize)>,
    periods: Periods,
    claims: Vec<Claim>,
    /// First and last position of each command whose row has not been seen.
    commands: HashMap<CommandId, (i64, i64)>,
    /// Events whose command is not known: they are findings themselves, and blame no row of the command table.
    unreadable: BTreeSet<i64>,
    watched: Option<ExportedHead>,
    /// Root and time at the size of the exported head.
    at_watched: Option<(Hash, Option<Instant>)>,
}

impl Chain {
    pub(super) fn new(watched: Option<ExportedHead>) -> Self {
        let frontier = Frontier::default();
        let at_watched = watched.filter(|head| head.size == 0).map(|_| (frontier.root(), None));
        Self {
            frontier,
            recorded_at: None,
            next: 1,
            streams: HashMap::new(),
            command: None,
            periods: Periods::default(),
            claims: Vec::new(),
            commands: HashMap::new(),
            unreadable: BTreeSet::new(),
            watched,
            at_watched,
        }
    }

    /// The seals of months that were read.
    pub(super) fn claims(&self) -> &[Claim] {
        &self.claims
    }

    /// The accounts that were read, by id.
    pub(super) fn accounts(&self) -> Vec<Uuid> {
        let accounts = self.streams.iter().filter(|(_, (_, kind))| *kind == StreamType::Account);
        let mut accounts: Vec<Uuid> = accounts.map(|(id, _)| *id).collect();
        accounts.sort_unstable();
        accounts
    }

    /// Takes the next row in order of position.
    pub(super) fn follow(&mut self, known: &Known, found: &mut Vec<Found>) {
        let position = known.position;
        let mut find = |class, message: String| found.push(Found { position, class, message });
        if position != self.next {
            let (first, last) = (self.next, position.saturating_sub(1));
            find(
                Class::Gap,
                if first == last { format!("{first} is missing") } else { format!("{first}–{last} are missing") },
            );
        }
        self.next = position.saturating_add(1);
        self.frontier.push(known.leaf);
        if let Some(event) = &known.event {
            if self.frontier.size() == 1 && !event.opens {
                find(Class::Order, "the first event is not ledger_opened".into());
            }
            if self.recorded_at.is_some_and(|before| event.recorded_at < before) {
                find(Class::Order, "recorded before the event in front of it".into());
            }
            self.recorded_at = self.recorded_at.max(Some(event.recorded_at));
            self.follow_stream(event, &mut find);
            self.follow_command(position, event, &mut find);
            match self.periods.follow(&event.dated) {
                Some(Wrong::Period(wrong)) => find(Class::Period, wrong),
                Some(Wrong::Seal(wrong)) => find(Class::Seal, wrong),
                None => {}
            }
            self.claims.extend(event.claim.clone());
        } else {
            self.unreadable.insert(position);
        }
        if self.watched.is_some_and(|head| head.size == self.frontier.size()) {
            self.at_watched = Some((self.frontier.root(), known.event.as_ref().map(|event| event.recorded_at)));
        }
    }

    fn follow_stream(&mut self, event: &Event, find: &mut impl FnMut(Class, String)) {
        let (version, kind) = self.streams.entry(event.stream.id).or_insert((0, event.stream.stream_type));
        if *kind != event.stream.stream_type {
            find(Class::Stream, format!("its stream was a {kind} before"));
        }
        if event.stream_version != *version + 1 {
            find(Class::Stream, format!("its stream has {version} events before it"));
        }
        *version += 1;
    }

    fn follow_command(&mut self, position: i64, event: &Event, find: &mut impl FnMut(Class, String)) {
        let ordinal = match self.command {
            Some((command, ordinal)) if command == event.command_id => ordinal + 1,
            _ => 0,
        };
        match self.commands.entry(event.command_id) {
            Entry::Vacant(place) => drop(place.insert((position, position))),
            Entry::Occupied(mut place) if ordinal > 0 => place.get_mut().1 = position,
            Entry::Occupied(_) => find(Class::Command, "the events of its command do not stand together".into()),
        }
        self.command = Some((event.command_id, ordinal));
        if event.event_id != EventId::of_command(event.command_id, ordinal) {
            find(Class::Command, "its event id does not derive from its command".into());
        }
    }

    /// Compares rows of the command table with the events, once all of those are read.
    pub(super) fn match_commands(&mut self, rows: &[CommandRow], found: &mut Vec<Found>) {
        for row in rows {
            let (first, last) = (row.first_position, row.last_position);
            let message = match self.commands.remove(&CommandId(row.command_id)) {
                Some(span) if span == (first, last) => continue,
                _ if first <= last && self.unreadable.range(first..=last).next().is_some() => continue,
                Some((first, last)) => format!("the command of {first}–{last} stands with other positions"),
                None => "a command stands here that has no event".to_owned(),
            };
            found.push(Found { position: row.first_position, class: Class::CommandRow, message });
        }
    }

    /// Compares with the exported head, if there is one, and finds the commands that have no row.
    pub(super) fn finish(&self, found: &mut Vec<Found>) {
        found.extend(self.commands.values().map(|(first, last)| Found {
            position: *first,
            class: Class::CommandRow,
            message: format!("the command of {first}–{last} is not in the command table"),
        }));
        let Some(head) = self.watched else { return };
        let position = i64::try_from(head.size).unwrap_or(i64::MAX);
        let mut find = |message: String| found.push(Found { position, class: Class::ExportedHead, message });
        match self.at_watched {
            None => find(format!("the exported head knows {} events, the log has {}", head.size, self.frontier.size())),
            Some((root, _)) if root != head.root => find("the log up to here is not what was exported".into()),
            Some((_, at)) if head.size > 0 && at != Some(head.recorded_at) => {
                find("the event here was recorded at another time than the exported head says".into());
            }
            Some(_) => {}
        }
    }
}
