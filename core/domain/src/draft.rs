//! A decision in the making: the world as loaded, the facts decided so far folded on top, and nothing else.
//!
//! A rule reads streams through the draft. What was not loaded reads as an empty stream **and is noted**: the caller
//! loads it and asks again, until nothing new is wanted; only then does the answer count. So a rule cannot forget to
//! name what it rests on.

use crate::calendar::{CivilDate, Instant};
use crate::envelope::Actor;
use crate::id::{CommandId, EventId, LedgerId, Purpose, derive};
use crate::posting::Posting;
use crate::refusal::Refusal;
use crate::stream::{Event, StreamRef, StreamState};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// A command: a wish, judged by its rule.
pub trait Decide: Send + Sync + std::fmt::Debug {
    /// The command's name in the API and in the request digest, such as `record_payment`.
    fn operation(&self) -> &'static str;

    /// The streams it surely reads, so that they are loaded in one query; the rest is found while deciding.
    fn needs(&self) -> Vec<StreamRef> {
        Vec::new()
    }

    /// Judges the wish: pushes facts, or refuses. Total, pure, deterministic.
    ///
    /// # Errors
    /// The [`Refusal`] of highest precedence.
    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal>;
}

/// What is the same for the whole command.
#[derive(Debug, Clone)]
pub struct Context {
    /// The ledger.
    pub ledger_id: LedgerId,
    /// The command.
    pub command_id: CommandId,
    /// First command of the chain.
    pub correlation_id: CommandId,
    /// The event that a reactor answers.
    pub causation_id: Option<EventId>,
    /// Who acts.
    pub actor: Actor,
    /// When we know: becomes `recorded_at`.
    pub now: Instant,
    /// The civil day of `now` in Shanghai.
    pub today: CivilDate,
}

/// A decided fact that has no position yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// The stream it belongs to.
    pub stream: StreamRef,
    /// The stream's count after it.
    pub stream_version: u64,
    /// Derived from command and ordinal.
    pub event_id: EventId,
    /// The accounting date.
    pub effective_on: CivilDate,
    /// The fact.
    pub event: Event,
    /// Its lines; absent when it is no money event.
    pub postings: Option<Vec<Posting>>,
}

/// A fact as a fold sees it, decided or recorded.
#[derive(Debug, Clone, Copy)]
pub struct Fact<'a> {
    /// Its id.
    pub event_id: EventId,
    /// The accounting date.
    pub effective_on: CivilDate,
    /// When we knew.
    pub recorded_at: Instant,
    /// Who acted.
    pub actor: Actor,
    /// The fact.
    pub event: &'a Event,
}

/// A stream as loaded: how many events it has, and their fold.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// Its count of events.
    pub version: u64,
    /// The fold.
    pub state: StreamState,
}

impl Loaded {
    /// A stream without events.
    pub fn empty(stream: StreamRef) -> Self {
        Self { version: 0, state: StreamState::empty(stream.stream_type) }
    }
}

/// The streams that are loaded, and on top of them what a batch of decisions has folded and not yet appended.
#[derive(Debug, Default)]
pub struct World {
    streams: HashMap<StreamRef, Loaded>,
    pending: HashMap<StreamRef, Loaded>,
    missing: RefCell<BTreeSet<StreamRef>>,
}

impl World {
    /// Puts a stream in, replacing what was there.
    pub fn insert(&mut self, stream: StreamRef, loaded: Loaded) {
        self.streams.insert(stream, loaded);
    }

    /// True when the stream is loaded.
    pub fn has(&self, stream: StreamRef) -> bool {
        self.streams.contains_key(&stream)
    }

    /// A loaded stream as it stands in the log, without the batch in the making.
    pub fn peek(&self, stream: StreamRef) -> Option<&Loaded> {
        self.streams.get(&stream)
    }

    /// How many streams are loaded.
    pub fn len(&self) -> usize {
        self.streams.len()
    }

    /// True when nothing is loaded.
    pub fn is_empty(&self) -> bool {
        self.streams.is_empty()
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.streams.clear();
        self.pending.clear();
        self.missing.get_mut().clear();
    }

    /// What was read without being loaded since the last call.
    pub fn take_missing(&mut self) -> BTreeSet<StreamRef> {
        std::mem::take(self.missing.get_mut())
    }

    /// Folds one more event of a stream, if it is the stream's next; an older one was folded before.
    ///
    /// # Errors
    /// [`FoldGap`] when events between are missing.
    pub fn fold(&mut self, stream: StreamRef, stream_version: u64, fact: &Fact<'_>) -> Result<(), FoldGap> {
        let Some(loaded) = self.streams.get_mut(&stream) else { return Ok(()) };
        if stream_version <= loaded.version {
            return Ok(());
        }
        if stream_version != loaded.version + 1 {
            return Err(FoldGap);
        }
        loaded.state.evolve(fact);
        loaded.version = stream_version;
        Ok(())
    }

    /// Keeps what a decision has folded, until [`Self::keep_pending`] or [`Self::drop_pending`].
    pub fn absorb(&mut self, overlay: HashMap<StreamRef, Loaded>) {
        self.pending.extend(overlay);
    }

    /// The batch is in the log: what it folded holds.
    pub fn keep_pending(&mut self) {
        self.streams.extend(self.pending.drain());
    }

    /// The batch is not in the log: what it folded never was.
    pub fn drop_pending(&mut self) {
        self.pending.clear();
    }

    fn read(&self, stream: StreamRef) -> Loaded {
        self.pending.get(&stream).or_else(|| self.streams.get(&stream)).cloned().unwrap_or_else(|| {
            self.missing.borrow_mut().insert(stream);
            Loaded::empty(stream)
        })
    }
}

/// Events of a stream are missing between what is folded and what came next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("events of a stream are missing in a fold")]
pub struct FoldGap;

/// A decision in the making.
#[derive(Debug)]
pub struct Draft<'w> {
    world: &'w World,
    /// What is the same for the whole command.
    pub context: Context,
    overlay: HashMap<StreamRef, Loaded>,
    events: Vec<NewEvent>,
    minted: HashMap<&'static str, u32>,
    /// Ids of this command alone: streams of that name cannot have begun before it.
    fresh: HashSet<Uuid>,
}

impl<'w> Draft<'w> {
    /// A draft on a world.
    pub fn new(world: &'w World, context: Context) -> Self {
        Self {
            world,
            context,
            overlay: HashMap::new(),
            events: Vec::new(),
            minted: HashMap::new(),
            fresh: HashSet::new(),
        }
    }

    /// The fold of a stream with the facts decided so far on top.
    pub fn state(&self, stream: StreamRef) -> StreamState {
        self.overlay.get(&stream).map_or_else(|| self.read(stream).state, |loaded| loaded.state.clone())
    }

    /// How many events a stream has, with those decided so far.
    pub fn version(&self, stream: StreamRef) -> u64 {
        self.overlay.get(&stream).map_or_else(|| self.read(stream).version, |loaded| loaded.version)
    }

    /// A stream as it was before this draft. What the command has just named is empty without being looked up: the name is
    /// derived from the command, and a command that was applied before is not decided again (its row is the guard, and the
    /// stream's version the second).
    fn read(&self, stream: StreamRef) -> Loaded {
        if self.fresh.contains(&stream.id) { Loaded::empty(stream) } else { self.world.read(stream) }
    }

    /// A fresh id of this command: the same in every re-decision.
    pub fn mint<Id: From<Uuid>>(&mut self, kind: &'static str) -> Id {
        let ordinal = self.minted.entry(kind).or_default();
        let id = derive(Purpose::Entity, &[&self.context.command_id.to_string(), kind, &ordinal.to_string()]);
        *ordinal += 1;
        self.fresh.insert(id);
        Id::from(id)
    }

    /// Decides a fact that counts today.
    pub fn push(&mut self, stream: impl Into<StreamRef>, event: impl Into<Event>) {
        self.push_on(stream, self.context.today, event);
    }

    /// Decides a fact that counts on a given day.
    pub fn push_on(&mut self, stream: impl Into<StreamRef>, effective_on: CivilDate, event: impl Into<Event>) {
        let (stream, event) = (stream.into(), event.into());
        let event_id = EventId::of_command(self.context.command_id, self.events.len());
        let mut loaded = self.overlay.remove(&stream).unwrap_or_else(|| self.read(stream));
        let fact =
            Fact { event_id, effective_on, recorded_at: self.context.now, actor: self.context.actor, event: &event };
        loaded.state.evolve(&fact);
        loaded.version += 1;
        let postings = event.postings(effective_on).map(crate::posting::Postings::finish);
        let stream_version = loaded.version;
        self.overlay.insert(stream, loaded);
        self.events.push(NewEvent { stream, stream_version, event_id, effective_on, event, postings });
    }

    /// The facts decided so far.
    pub fn events(&self) -> &[NewEvent] {
        &self.events
    }

    /// Ends the draft: the facts, and the folds to keep if they are appended.
    pub fn finish(self) -> (Vec<NewEvent>, HashMap<StreamRef, Loaded>) {
        (self.events, self.overlay)
    }
}
