//! What waits: one bounded queue per ledger, and the list of lanes that have something to do.

use super::state::LaneState;
use super::{Accepted, LaneOptions, Submission, SubmitError, Urgency};
use crate::clock::Clock;
use mingzhang_domain::id::LedgerId;
use sqlx::PgPool;
use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, OwnedMutexGuard, broadcast, oneshot};
use tokio::time::Instant as Tick;
use tokio_util::task::TaskTracker;

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
    /// Listed as ready, or with a writer.
    scheduled: bool,
}

impl Lane {
    /// The lane's state, for the writer whose turn it is.
    pub(super) async fn lock_state(&self) -> OwnedMutexGuard<LaneState> {
        Arc::clone(&self.state).lock_owned().await
    }

    /// Takes what waits, people before big work.
    pub(super) fn take(&self, limit: usize) -> Vec<Pending> {
        let queue = &mut *lock(&self.queue);
        let people = queue.people.len().min(limit);
        let bulk = queue.bulk.len().min(limit - people);
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
    ready: Mutex<VecDeque<Arc<Lane>>>,
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
        let people_wait = pending.submission.urgency == Urgency::Interactive
            && queue.people.front().is_some_and(|first| first.since.elapsed() > self.options.waits);
        if people_wait || queue.people.len() + queue.bulk.len() >= self.options.queue {
            return Err(SubmitError::Busy);
        }
        match pending.submission.urgency {
            Urgency::Interactive => queue.people.push_back(pending),
            Urgency::Bulk => queue.bulk.push_back(pending),
        }
        let newly = !std::mem::replace(&mut queue.scheduled, true);
        drop(queue);
        if newly {
            self.make_ready(lane);
        }
        Ok(())
    }

    fn make_ready(&self, lane: Arc<Lane>) {
        lock(&self.ready).push_back(lane);
        self.wake.notify_one();
    }

    /// Waits for lanes with work; none when the lanes are stopping and nothing waits any more.
    pub(super) async fn next_lanes(&self) -> Option<Vec<Arc<Lane>>> {
        loop {
            let woken = self.wake.notified();
            {
                let mut ready = lock(&self.ready);
                let count = ready.len().min(self.options.lanes_per_commit);
                if count > 0 {
                    let taken = ready.drain(..count).collect();
                    if !ready.is_empty() {
                        self.wake.notify_one();
                    }
                    return Some(taken);
                }
            }
            if self.stopping.load(Ordering::Acquire) {
                // Passes the wake-up on to the next writer that sleeps.
                self.wake.notify_one();
                return None;
            }
            woken.await;
        }
    }

    /// Ends a writer's turn with a lane: lists it again when more waits, forgets it when it has no ledger.
    pub(super) fn done(&self, lane: Arc<Lane>, keep: bool) {
        let mut lanes = lock(&self.lanes);
        let mut queue = lock(&lane.queue);
        queue.scheduled = !(queue.people.is_empty() && queue.bulk.is_empty());
        let more = queue.scheduled;
        drop(queue);
        if more {
            self.make_ready(lane);
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
