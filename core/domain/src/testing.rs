//! Given / when / then for rules: facts are folded, a command is judged, the facts it decides are compared.
//!
//! What was not given is an empty stream, exactly as in a ledger where nothing has happened yet.

use crate::calendar::{CivilDate, Instant};
use crate::draft::{Context, Decide, Draft, Fact, Loaded, NewEvent, World};
use crate::envelope::{Actor, ActorKind, Recorded};
use crate::id::{CommandId, EventId, LedgerId, LedgerStreamId};
use crate::ledger::{LedgerClock, LedgerKind, LedgerOpened, LedgerPosition};
use crate::refusal::Refusal;
use crate::stream::{Event, StreamRef};
use uuid::Uuid;

/// A story about one ledger.
#[derive(Debug)]
pub struct Story {
    world: World,
    context: Context,
    commands: u128,
    log: Vec<Recorded>,
}

impl Default for Story {
    fn default() -> Self {
        Self::new()
    }
}

impl Story {
    /// An empty ledger on 2026-01-01, noon in Shanghai; the actor is the staff member `uuid(1)`.
    pub fn new() -> Self {
        let now: Instant = "2026-01-01T04:00:00Z".parse().unwrap_or_default();
        Self {
            world: World::default(),
            context: Context {
                ledger_id: LedgerId(uuid(0xcafe)),
                command_id: CommandId(Uuid::nil()),
                correlation_id: CommandId(Uuid::nil()),
                causation_id: None,
                actor: Actor { kind: ActorKind::Staff, id: uuid(1) },
                now,
                today: CivilDate::of_instant(now).unwrap_or(CivilDate::MAX),
            },
            commands: 0,
            log: Vec::new(),
        }
    }

    /// The ledger the story plays in.
    pub fn ledger_id(&self) -> LedgerId {
        self.context.ledger_id
    }

    /// Moves the clock to noon of a day.
    #[must_use]
    pub fn on(mut self, day: &str) -> Self {
        self.context.now = format!("{day}T04:00:00Z").parse().unwrap_or_default();
        self.context.today = CivilDate::of_instant(self.context.now).unwrap_or(CivilDate::MAX);
        self
    }

    /// The ledger the story plays in is open and of a kind.
    #[must_use]
    pub fn in_ledger(self, kind: LedgerKind) -> Self {
        let Ok(code) = "TEST".parse() else { return self };
        let parent = (kind != LedgerKind::Installation).then(|| LedgerId(uuid(0xfafa)));
        let opened = LedgerOpened {
            kind,
            parent,
            code,
            clock: LedgerClock::Given,
            created_by: parent.map(|ledger_id| LedgerPosition { ledger_id, position: 1 }),
        };
        let stream = LedgerStreamId::of_ledger(self.ledger_id());
        self.given(stream, opened)
    }

    /// Somebody else acts from now on.
    #[must_use]
    pub fn by(mut self, actor: Actor) -> Self {
        self.context.actor = actor;
        self
    }

    /// A fact that happened before (on the story's day).
    #[must_use]
    pub fn given(mut self, stream: impl Into<StreamRef>, event: impl Into<Event>) -> Self {
        let (stream, event) = (stream.into(), event.into());
        if !self.world.has(stream) {
            self.world.insert(stream, Loaded::empty(stream));
        }
        let version = Draft::new(&self.world, self.context.clone()).version(stream) + 1;
        let fact = Fact {
            event_id: EventId(Uuid::nil()),
            effective_on: self.context.today,
            recorded_at: self.context.now,
            actor: self.context.actor,
            event: &event,
        };
        assert!(self.world.fold(stream, version, &fact).is_ok(), "a given fact follows the one before");
        let effective_on = self.context.today;
        let given = NewEvent {
            stream,
            stream_version: version,
            event_id: EventId(Uuid::nil()),
            effective_on,
            event,
            postings: None,
        };
        // Each fact that is given stands for a command of its own, which mints nothing.
        let position = self.log.last().map_or(1, |last| u128::from(last.position) + 1);
        self.record(CommandId(uuid(0xfac7_0000 + position)), &given);
        self
    }

    fn record(&mut self, command_id: CommandId, event: &NewEvent) {
        self.log.push(Recorded {
            ledger_id: self.context.ledger_id,
            position: self.log.last().map_or(1, |last| last.position + 1),
            event_id: event.event_id,
            stream: event.stream,
            stream_version: event.stream_version,
            effective_on: event.effective_on,
            recorded_at: self.context.now,
            actor: self.context.actor,
            command_id,
            correlation_id: command_id,
            causation_id: None,
            salt: [0; 16],
            event: event.event.clone(),
            postings: event.postings.clone(),
        });
    }

    /// Every event so far, as the log would have them.
    pub fn log(&self) -> &[Recorded] {
        &self.log
    }

    /// The events of a stream, as the log would have them.
    pub fn events_of(&self, stream: impl Into<StreamRef>) -> Vec<Recorded> {
        let stream = stream.into();
        self.log.iter().filter(|event| event.stream == stream).cloned().collect()
    }

    /// Judges a command and keeps what it decided.
    ///
    /// # Errors
    /// Its [`Refusal`].
    pub fn when(&mut self, command: &dyn Decide) -> Result<Vec<NewEvent>, Refusal> {
        self.commands += 1;
        let command_id = CommandId(uuid(0xc0de_0000 + self.commands));
        let context = Context { command_id, correlation_id: command_id, ..self.context.clone() };
        let mut draft = Draft::new(&self.world, context);
        command.decide(&mut draft)?;
        crate::books::must_be_open(&draft)?;
        crate::community::must_be_live(&draft)?;
        let (events, overlay) = draft.finish();
        for event in &events {
            let lines = event.postings.as_deref().unwrap_or_default();
            assert!(crate::posting::balanced(lines), "postings of {} balance", event.event.event_type());
            assert!(event.event.data_bytes().is_ok(), "{} has a canonical form", event.event.event_type());
        }
        self.world.absorb(overlay);
        self.world.keep_pending();
        events.iter().for_each(|event| self.record(command_id, event));
        Ok(events)
    }

    /// Judges a command that must be accepted; the facts alone.
    pub fn accepted(&mut self, command: &dyn Decide) -> Vec<Event> {
        match self.when(command) {
            Ok(events) => events.into_iter().map(|e| e.event).collect(),
            Err(refusal) => {
                assert_eq!(refusal.code, "", "refused: {refusal:?}");
                Vec::new()
            }
        }
    }

    /// Judges a command that must be refused; the code of its rule.
    pub fn refused(&mut self, command: &dyn Decide) -> &'static str {
        match self.when(command) {
            Ok(events) => {
                assert!(events.is_empty(), "accepted: {events:?}");
                "accepted without a fact"
            }
            Err(refusal) => refusal.code,
        }
    }

    /// The fold of everything so far, to look into a state.
    pub fn draft(&self) -> Draft<'_> {
        Draft::new(&self.world, self.context.clone())
    }
}

/// A readable id for tests.
pub fn uuid(n: u128) -> Uuid {
    Uuid::from_u128(n)
}
