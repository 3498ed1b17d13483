//! Deciding a lane's batch: each command on the state the one before it left, then numbered, made canonical and hashed.

use super::batch::EventRow;
use super::queue::{Lane, Pending};
use super::state::{LaneState, always};
use super::{Accepted, SubmitError};
use crate::log::Head;
use crate::merkle::leaf_hash;
use crate::sabotage::Sabotage;
use mingzhang_domain::books::must_be_open;
use mingzhang_domain::calendar::{CivilDate, Instant};
use mingzhang_domain::canonical::NotCanonical;
use mingzhang_domain::community::must_be_live;
use mingzhang_domain::draft::{Context, Draft, NewEvent};
use mingzhang_domain::envelope::{Recorded, instant_micros};
use mingzhang_domain::id::CommandId;
use mingzhang_domain::ledger::LedgerClock;
use mingzhang_domain::posting::{MAX_LINES, balanced};
use mingzhang_domain::refusal::{CommonRefusal, Refusal};
use mingzhang_domain::stream::StreamRef;
use rand::RngExt;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;
use tokio::sync::OwnedMutexGuard;

/// Bodies of one lane in one commit, about; what is beyond waits for the next.
const MAX_BYTES: usize = 2 << 20;

/// A writer's turn with one lane.
pub(super) struct Turn {
    pub(super) lane: Arc<Lane>,
    pub(super) state: OwnedMutexGuard<LaneState>,
    pub(super) items: Vec<Item>,
    /// Where the log will end when the batch is in it; none when nothing was decided.
    pub(super) new_head: Option<Head>,
    pub(super) rows: Vec<EventRow>,
    pub(super) by_system_clock: bool,
    /// The head as known may be old: read it before deciding again.
    pub(super) stale: bool,
    /// Some of the commands may have been applied: look them up before deciding again.
    pub(super) perhaps_applied: bool,
    /// The commands were looked up after the database had refused their rows.
    pub(super) looked_up: bool,
    /// An append was sent whose outcome is not known.
    pub(super) unknown: bool,
}

/// A command and what was decided of it.
pub(super) struct Item {
    pub(super) pending: Pending,
    pub(super) verdict: Verdict,
}

pub(super) enum Verdict {
    /// Not decided yet.
    Open,
    /// Will be in the log if the batch is.
    Applied { first: u64, last: u64, events: Arc<[Recorded]> },
    /// Refused on the state at this position.
    Refused(Box<Refusal>, u64),
    /// Cannot be decided.
    Failed(SubmitError),
    /// The same command stands earlier in the batch.
    Repeated,
}

impl Turn {
    pub(super) fn new(lane: Arc<Lane>, state: OwnedMutexGuard<LaneState>, waiting: Vec<Pending>) -> Self {
        let items = waiting.into_iter().map(|pending| Item { pending, verdict: Verdict::Open }).collect();
        let stale = state.stale || state.head.is_none();
        let perhaps_applied = state.stale;
        Self {
            lane,
            state,
            items,
            new_head: None,
            rows: Vec::new(),
            by_system_clock: true,
            stale,
            perhaps_applied,
            looked_up: false,
            unknown: false,
        }
    }

    /// The streams that the commands surely read and that are not loaded.
    pub(super) fn wanted(&self) -> BTreeSet<StreamRef> {
        let needs = self.items.iter().flat_map(|item| item.pending.submission.command.needs());
        needs.chain([always(self.lane.ledger_id)]).filter(|s| !self.state.world.has(*s)).collect()
    }

    /// What an earlier try decided never was.
    pub(super) fn forget_decisions(&mut self) {
        self.state.world.drop_pending();
        self.rows.clear();
        self.new_head = None;
    }

    /// Decides the whole batch; what comes back is to be loaded before it counts.
    pub(super) fn decide(&mut self, clock_now: Instant) -> BTreeSet<StreamRef> {
        self.forget_decisions();
        let Some(mut head) = self.state.head.clone() else { return BTreeSet::new() };
        let mut seen = HashSet::new();
        let mut missing = BTreeSet::new();
        let mut bytes = 0;
        for index in 0..self.items.len() {
            let Some(item) = self.items.get(index) else { break };
            if bytes > MAX_BYTES {
                // The rest is decided when this much is in the log.
                self.items.iter_mut().skip(index).for_each(|item| item.verdict = Verdict::Open);
                break;
            }
            let written = self.rows.len();
            let id = item.pending.submission.command_id;
            let verdict = if seen.insert(id) { self.judge(index, &mut head, clock_now) } else { Verdict::Repeated };
            missing.extend(self.state.world.take_missing());
            bytes += self.rows.iter().skip(written).map(|row| row.body.len()).sum::<usize>();
            if let Some(item) = self.items.get_mut(index) {
                item.verdict = verdict;
            }
        }
        if !self.rows.is_empty() {
            head.root = head.frontier.root();
            self.new_head = Some(head);
        }
        missing
    }

    /// Judges one command; an accepted one extends the head and the rows of the batch.
    fn judge(&mut self, index: usize, head: &mut Head, clock_now: Instant) -> Verdict {
        let Some(item) = self.items.get(index) else { return Verdict::Open };
        let submission = &item.pending.submission;
        let at = head.size();
        let refused = |refusal: Refusal| Verdict::Refused(Box::new(refusal), at);
        let clock = self.state.clock(self.lane.ledger_id);
        let given = submission.given_at;
        if clock.is_some_and(|clock| (clock == LedgerClock::Given) != given.is_some()) {
            return Verdict::Failed(SubmitError::GivenClock);
        }
        let clock_says = instant_micros(given.unwrap_or(clock_now));
        let now = if Sabotage::TrustClock.is_armed() { clock_says } else { clock_says.max(head.recorded_at) };
        let Ok(today) = CivilDate::of_instant(now) else { return refused(CommonRefusal::DateMustBeInRange.into()) };
        let context = Context {
            ledger_id: self.lane.ledger_id,
            command_id: submission.command_id,
            correlation_id: submission.correlation_id.unwrap_or(submission.command_id),
            causation_id: submission.causation_id,
            actor: submission.actor,
            now,
            today,
        };
        let mut draft = Draft::new(&self.state.world, context.clone());
        // The second guards behind the commands' own dating: nothing posts into a closed month or before going live.
        let decided = submission.command.decide(&mut draft).and_then(|()| must_be_open(&draft));
        if let Err(refusal) = decided.and_then(|()| must_be_live(&draft)) {
            return refused(refusal);
        }
        let (events, overlay) = draft.finish();
        if events.is_empty() {
            return refused(CommonRefusal::CommandMustChangeSomething.into());
        }
        if at == 0 && events.first().is_none_or(|e| e.event.event_type() != "ledger_opened") {
            return refused(CommonRefusal::LedgerMustBeOpen.into());
        }
        let mut extended = head.clone();
        let mut rows = Vec::with_capacity(events.len());
        let recorded: Result<Vec<Recorded>, Verdict> =
            events.into_iter().map(|event| number(&context, event, &mut extended, &mut rows)).collect();
        let recorded = match recorded {
            Ok(recorded) => recorded,
            Err(Verdict::Refused(refusal, _)) => return Verdict::Refused(refusal, at),
            Err(verdict) => return verdict,
        };
        *head = extended;
        head.recorded_at = now;
        self.by_system_clock = given.is_none();
        self.rows.append(&mut rows);
        self.state.world.absorb(overlay);
        Verdict::Applied { first: at + 1, last: head.size(), events: recorded.into() }
    }

    /// Answers every command whose verdict stands, now that the fence has confirmed it; the others stay.
    pub(super) fn answer(&mut self) {
        let items = std::mem::take(&mut self.items);
        let answers: Vec<Option<Result<Accepted, SubmitError>>> =
            (0..items.len()).map(|index| self.outcome(&items, index)).collect();
        for (item, answer) in items.into_iter().zip(answers) {
            match answer {
                // Nobody listens any more when the caller has gone; the fact stands all the same.
                Some(answer) => drop(item.pending.answer.send(answer)),
                None => self.items.push(item),
            }
        }
    }

    fn outcome(&self, items: &[Item], index: usize) -> Option<Result<Accepted, SubmitError>> {
        let item = items.get(index)?;
        match &item.verdict {
            Verdict::Open => None,
            Verdict::Applied { first, last, events } => Some(Ok(Accepted {
                ledger_id: self.lane.ledger_id,
                command_id: item.pending.submission.command_id,
                first_position: *first,
                last_position: *last,
                events: Arc::clone(events),
                replayed: false,
            })),
            Verdict::Refused(refusal, position) => {
                Some(Err(SubmitError::Refused { refusal: refusal.clone(), position: *position }))
            }
            Verdict::Failed(error) => Some(Err(error.clone())),
            Verdict::Repeated => {
                let submission = &item.pending.submission;
                let first = items.iter().position(|i| i.pending.submission.command_id == submission.command_id)?;
                let original = items.get(first).filter(|_| first < index)?;
                let same = original.pending.submission.request_digest == submission.request_digest;
                match self.outcome(items, first)? {
                    Ok(_) if !same => Some(Err(SubmitError::KeyReused)),
                    Ok(accepted) => Some(Ok(Accepted { replayed: true, ..accepted })),
                    Err(error) => Some(Err(error)),
                }
            }
        }
    }

    /// Answers all that is left with the same failure.
    pub(super) fn fail(&mut self, error: &SubmitError) {
        for item in self.items.drain(..) {
            drop(item.pending.answer.send(Err(error.clone())));
        }
    }

    /// Commands that were refused on the state as known: they may have been applied before.
    pub(super) fn refused_ids(&self) -> impl Iterator<Item = CommandId> {
        self.items
            .iter()
            .filter(|item| matches!(item.verdict, Verdict::Refused(..) | Verdict::Failed(_)))
            .map(|item| item.pending.submission.command_id)
    }
}

/// Gives an event its place: numbers it, writes its canonical body, hashes it.
fn number(context: &Context, event: NewEvent, head: &mut Head, rows: &mut Vec<EventRow>) -> Result<Recorded, Verdict> {
    // The second guard behind the posting functions: nothing unbalanced reaches the log.
    if event.postings.as_deref().is_some_and(|lines| !balanced(lines)) {
        tracing::error!(event_type = event.event.event_type(), "postings do not balance");
        return Err(Verdict::Failed(SubmitError::Failed("postings do not balance".into())));
    }
    if event.postings.as_deref().is_some_and(|lines| lines.len() > MAX_LINES) {
        return Err(Verdict::Refused(Box::new(CommonRefusal::FactMustFit.into()), 0));
    }
    let position = head.size() + 1;
    let recorded = Recorded {
        ledger_id: context.ledger_id,
        position,
        event_id: event.event_id,
        stream: event.stream,
        stream_version: event.stream_version,
        effective_on: event.effective_on,
        recorded_at: context.now,
        actor: context.actor,
        command_id: context.command_id,
        correlation_id: context.correlation_id,
        causation_id: context.causation_id,
        salt: rand::rng().random(),
        event: event.event,
        postings: event.postings,
    };
    let body = recorded.body().map_err(|error| match error {
        NotCanonical::TooLong => Verdict::Refused(Box::new(CommonRefusal::FactMustFit.into()), 0),
        other => {
            tracing::error!(event_type = recorded.event.event_type(), %other, "no canonical form");
            Verdict::Failed(SubmitError::Failed("no canonical form".into()))
        }
    })?;
    let leaf = leaf_hash(&body);
    head.frontier.push(leaf);
    rows.push(EventRow {
        position,
        stream_id: recorded.stream.id,
        stream_version: recorded.stream_version,
        body,
        leaf_hash: leaf,
    });
    Ok(recorded)
}
