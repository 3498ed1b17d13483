//! What waits: one bounded queue per ledger, and the list of lanes that have something to do.

use super::state::LaneState;
use super::{Accepted, LaneOptions, Submission, SubmitError, Urgency};
use crate::clock::Clock;
use mingzhang_domain::id::LedgerId;
use sqlx::PgPool;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, OwnedMutexGuard, broadcast, oneshot};
use tokio::time::Instant as Tick;
use tokio_util::task::TaskTracker;

/// Where people wait too, big work gets this part of what it gets alone: it goes on, and nobody waits for much of it.
const BULK_BESIDE_PEOPLE: usize = 4;

/// Rounds of people after which big work has one.
const PATIENT_ROUNDS: u32 = 8;

/// Times the bound that the first of the people may have waited: longer than that, the lane does not move at all.
const STANDSTILL: u32 = 4;

/// People served together from whom the pace is learnt; fewer only show that it is better than was thought.
const TELLING: usize = 32;

/// A command that waits for its answer.
#[derive(Debug)]
pub(super) struct Pending {
    pub(super) submission: Submission,
    pub(super) answer: oneshot::Sender<Result<Accepted, SubmitError>>,
    pub(super) since: Tick,
}

/// The lane of one ledger.
#[derive(Debug)]
pub(super) struct Lane {
    pub(super) ledger_id: LedgerId,
    queue: Mutex<Queue>,
    /// Held by the one writer that serves the lane.
    state: Arc<tokio::sync::Mutex<LaneState>>,
}

#[derive(Debug, Default)]
struct Queue {
    people: VecDeque<Pending>,
    bulk: VecDeque<Pending>,
    place: Place,
    /// People whom the writer serves, and since when.
    served: Option<(usize, Tick)>,
    /// What one of the people took lately; nothing while it is not known.
    pace: Duration,
}

/// Where a lane is.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing waits in it.
    #[default]
    Idle,
    /// Listed: people wait in it, and perhaps big work.
    People,
    /// Listed: only big work waits in it.
    Bulk,
    /// With a writer.
    Served,
}

impl Queue {
    /// Where a lane belongs for what waits in it.
    fn wanted(&self) -> Place {
        match (self.people.is_empty(), self.bulk.is_empty()) {
            (false, _) => Place::People,
            (true, false) => Place::Bulk,
            (true, true) => Place::Idle,
        }
    }

    /// Whether somebody who joins now would wait for too long: the first waits already, or too many are before him.
    fn is_slow(&self, waits: Duration) -> bool {
        let before = self.people.len() + self.served.map_or(0, |(people, _)| people);
        let expected = self.pace.saturating_mul(u32::try_from(before).unwrap_or(u32::MAX));
        expected > waits || self.people.front().is_some_and(|first| first.since.elapsed() > waits * STANDSTILL)
    }

    /// Learns the pace from people who were served together.
    fn learn(&mut self, people: usize, took: Duration) {
        let Some(each) = u32::try_from(people).ok().and_then(|people| took.checked_div(people)) else { return };
        if people < TELLING {
            self.pace = self.pace.min(each);
        } else {
            self.pace = if self.pace.is_zero() { each } else { (self.pace * 3 + each) / 4 };
        }
    }
}

/// Lanes that have something to do. Big work has one writer at a time, so that people always find another.
#[derive(Debug, Default)]
struct Ready {
    people: VecDeque<Arc<Lane>>,
    /// A lane that people have joined since stands here for nothing.
    bulk: VecDeque<Arc<Lane>>,
    bulk_is_served: bool,
    /// Rounds of people since big work was served.
    passed_over: u32,
}

impl Ready {
    /// Whether big work is served next: when nobody else waits, and now and then although somebody does.
    fn is_bulk_next(&self) -> bool {
        let free = !self.bulk_is_served && !self.bulk.is_empty();
        free && (self.people.is_empty() || self.passed_over >= PATIENT_ROUNDS)
    }
}

/// What a writer serves together.
#[derive(Debug)]
pub(super) struct Round {
    pub(super) lanes: Vec<Arc<Lane>>,
    /// Only big work waits in these lanes.
    pub(super) bulk: bool,
}

impl Lane {
    /// The lane's state, for the writer whose turn it is.
    pub(super) async fn lock_state(&self) -> OwnedMutexGuard<LaneState> {
        Arc::clone(&self.state).lock_owned().await
    }

    /// Takes what waits: people before big work, and of that only so much.
    pub(super) fn take(&self, limit: usize, bulk: usize) -> Vec<Pending> {
        let queue = &mut *lock(&self.queue);
        let people = queue.people.len().min(limit);
        let bulk = queue.bulk.len().min(bulk);
        queue.served = Some((people, Tick::now()));
        queue.people.drain(..people).chain(queue.bulk.drain(..bulk)).collect()
    }
}

/// What all lanes share.
#[derive(Debug)]
pub(super) struct Shared {
    pub(super) pool: PgPool,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) options: LaneOptions,
    pub(super) heads: broadcast::Sender<(LedgerId, u64)>,
    pub(super) writers: TaskTracker,
    lanes: Mutex<HashMap<LedgerId, Arc<Lane>>>,
    ready: Mutex<Ready>,
    wake: Notify,
    stopping: AtomicBool,
}

impl Shared {
    pub(super) fn new(pool: PgPool, clock: Arc<dyn Clock>, options: LaneOptions) -> Self {
        Self {
            pool,
            clock,
            options,
            heads: broadcast::channel(1024).0,
            writers: TaskTracker::new(),
            lanes: Mutex::default(),
            ready: Mutex::default(),
            wake: Notify::new(),
            stopping: AtomicBool::new(false),
        }
    }

    /// Puts a command into its lane's queue.
    pub(super) fn enqueue(&self, pending: Pending) -> Result<(), SubmitError> {
        if self.stopping.load(Ordering::Acquire) {
            return Err(SubmitError::Unavailable);
        }
        let lane = {
            let mut lanes = lock(&self.lanes);
            let ledger_id = pending.submission.ledger_id;
            Arc::clone(
                lanes
                    .entry(ledger_id)
                    .or_insert_with(|| Arc::new(Lane { ledger_id, queue: Mutex::default(), state: Arc::default() })),
            )
        };
        let mut queue = lock(&lane.queue);
        let slow = pending.submission.urgency == Urgency::Interactive && queue.is_slow(self.options.waits);
        if slow || queue.people.len() + queue.bulk.len() >= self.options.queue {
            return Err(SubmitError::Busy);
        }
        match pending.submission.urgency {
            Urgency::Interactive => queue.people.push_back(pending),
            Urgency::Bulk => queue.bulk.push_back(pending),
        }
        let (place, wanted) = (queue.place, queue.wanted());
        let moves = place == Place::Idle || place == Place::Bulk && wanted == Place::People;
        if moves {
            queue.place = wanted;
        }
        drop(queue);
        if moves {
            self.make_ready(lane, wanted);
        }
        Ok(())
    }

    /// Whether people are turned away from a lane.
    pub(super) fn is_busy(&self, ledger: LedgerId) -> bool {
        let lane = lock(&self.lanes).get(&ledger).map(Arc::clone);
        lane.is_some_and(|lane| lock(&lane.queue).is_slow(self.options.waits))
    }

    fn make_ready(&self, lane: Arc<Lane>, place: Place) {
        let mut ready = lock(&self.ready);
        if place == Place::Bulk {
            ready.bulk.push_back(lane);
        } else {
            ready.people.push_back(lane);
        }
        drop(ready);
        self.wake.notify_one();
    }

    /// Waits for lanes with work; none when the lanes are stopping and nothing waits any more.
    pub(super) async fn next_round(&self) -> Option<Round> {
        loop {
            let woken = self.wake.notified();
            if let Some(round) = self.take_round() {
                return Some(round);
            }
            if self.stopping.load(Ordering::Acquire) {
                // Passes the wake-up on to the next writer that sleeps.
                self.wake.notify_one();
                return None;
            }
            woken.await;
        }
    }

    fn take_round(&self) -> Option<Round> {
        let mut ready = lock(&self.ready);
        let most = self.options.lanes_per_commit;
        let bulk = ready.is_bulk_next();
        ready.passed_over = if bulk { 0 } else { ready.passed_over.saturating_add(1) };
        let from = if bulk { &mut ready.bulk } else { &mut ready.people };
        let listed = from.len().min(most);
        let wanted = if bulk { Place::Bulk } else { Place::People };
        let is_here = |lane: &Arc<Lane>| {
            let mut queue = lock(&lane.queue);
            let here = queue.place == wanted;
            if here {
                queue.place = Place::Served;
            }
            here
        };
        let lanes: Vec<Arc<Lane>> = from.drain(..listed).filter(is_here).collect();
        ready.bulk_is_served |= bulk && !lanes.is_empty();
        if !ready.people.is_empty() || !ready.bulk_is_served && !ready.bulk.is_empty() {
            self.wake.notify_one();
        }
        (!lanes.is_empty()).then_some(Round { lanes, bulk })
    }

    /// How much big work a round takes of each lane.
    pub(super) fn bulk_share(&self, round: &Round) -> usize {
        let most = self.options.bulk_per_batch;
        if round.bulk { most.div_ceil(round.lanes.len().max(1)) } else { most / BULK_BESIDE_PEOPLE }
    }

    /// Ends a round; another may begin with big work.
    pub(super) fn round_done(&self, bulk: bool) {
        if bulk {
            lock(&self.ready).bulk_is_served = false;
            self.wake.notify_one();
        }
    }

    /// Ends a writer's turn with a lane: lists it again when more waits, forgets it when it has no ledger.
    pub(super) fn done(&self, lane: Arc<Lane>, keep: bool) {
        let mut lanes = lock(&self.lanes);
        let mut queue = lock(&lane.queue);
        if let Some((people, since)) = queue.served.take() {
            queue.learn(people, since.elapsed());
        }
        queue.place = queue.wanted();
        let place = queue.place;
        drop(queue);
        if place != Place::Idle {
            self.make_ready(lane, place);
        } else if !keep {
            lanes.remove(&lane.ledger_id);
        }
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::Release);
        self.writers.close();
        self.wake.notify_one();
    }
}

/// A lock whose holder panicked still guards a whole queue: nothing is half done between two statements of it.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAITS: Duration = Duration::from_millis(200);

    fn is_slow_behind(queue: &mut Queue, people: usize) -> bool {
        queue.served = Some((people, Tick::now()));
        queue.is_slow(WAITS)
    }

    #[test]
    fn a_lane_is_closed_when_its_pace_says_that_who_joins_would_wait_for_too_long() {
        let mut queue = Queue::default();
        assert!(!is_slow_behind(&mut queue, 5_000), "no pace is known yet");
        queue.learn(100, Duration::from_millis(100));
        assert!(!is_slow_behind(&mut queue, 200));
        assert!(is_slow_behind(&mut queue, 201));
    }

    #[test]
    fn a_few_people_show_only_that_a_lane_is_faster_than_was_thought() {
        let mut queue = Queue::default();
        queue.learn(1, Duration::from_millis(50));
        assert!(!is_slow_behind(&mut queue, 5_000), "one alone says nothing");
        queue.learn(100, Duration::from_secs(10));
        assert!(is_slow_behind(&mut queue, 3), "the database stood still");
        queue.learn(1, Duration::from_millis(150));
        assert!(is_slow_behind(&mut queue, 3));
        queue.learn(2, Duration::from_millis(10));
        assert!(!is_slow_behind(&mut queue, 40), "and moves again");
        queue.learn(100, Duration::from_millis(1_700));
        assert!(!is_slow_behind(&mut queue, 25), "one slow round is not believed whole");
        assert!(is_slow_behind(&mut queue, 26));
    }
}
