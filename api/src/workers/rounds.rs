//! What workers have in common: they look for work again and again, in every community, at once when this process has some.

use super::chain::communities;
use crate::app::App;
use crate::problem::Problem;
use mingzhang_domain::id::LedgerId;
use mingzhang_store::log;
use std::collections::{HashMap, HashSet};
use std::future::Future;
use std::hash::Hash;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

/// How often work is looked for that another process has left.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// How long a worker waits for the read models to show what the log holds.
pub const CATCH_UP: Duration = Duration::from_secs(60);

/// What has no answer yet is looked at again this soon at first.
const OFTEN: Duration = Duration::from_secs(10);
/// And at least so often.
const SELDOM: Duration = Duration::from_secs(3600);

/// When each piece of work is looked at next, and how long after that; what it forgets is looked at at once.
#[derive(Debug)]
pub struct Pace<Key> {
    next: Mutex<HashMap<Key, (Instant, Duration)>>,
    often: Duration,
}

impl<Key: Eq + Hash + Clone> Pace<Key> {
    /// True when a piece of work is to be looked at now; it is not again for a while, which doubles each time.
    pub fn is_due(&self, key: &Key) -> bool {
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, wait) = next.get(key).copied().unwrap_or((now, self.often));
        if at <= now {
            next.insert(key.clone(), (now + wait, (wait * 2).min(SELDOM)));
        }
        at <= now
    }

    /// Forgets all work but this.
    pub fn keep(&self, keys: &HashSet<Key>) {
        self.next.lock().unwrap_or_else(PoisonError::into_inner).retain(|key, _| keys.contains(key));
    }

    /// How long until some work is to be looked at before the next round; none when there is none.
    pub fn until_next(&self) -> Option<Duration> {
        let next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let waits = next.values().map(|(at, _)| at.saturating_duration_since(Instant::now()));
        waits.min().filter(|wait| *wait < LOOK_EVERY)
    }
}

/// A pace for each ledger.
#[derive(Debug)]
pub struct Paces<Key> {
    paces: Mutex<HashMap<LedgerId, Arc<Pace<Key>>>>,
    often: Duration,
}

impl<Key> Default for Paces<Key> {
    fn default() -> Self {
        Self::beginning(OFTEN)
    }
}

impl<Key> Paces<Key> {
    /// Work that is looked at so often at first.
    pub fn beginning(often: Duration) -> Self {
        Self { paces: Mutex::default(), often }
    }

    /// That of a ledger.
    pub fn of(&self, ledger: LedgerId) -> Arc<Pace<Key>> {
        let mut paces = self.paces.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Pace { next: Mutex::default(), often: self.often });
        Arc::clone(paces.entry(ledger).or_insert_with(new))
    }
}

/// Goes round for ever. What fails in a community is said, by what it is called, and tried again in the next round.
pub async fn rounds<Work>(
    app: &Arc<App>,
    woken: &Notify,
    failed: &'static str,
    work: impl Fn(Arc<App>, LedgerId) -> Work,
) where
    Work: Future<Output = Result<(), Problem>>,
{
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = woken.notified() => {}
        }
        for ledger in communities(app) {
            if let Err(problem) = work(Arc::clone(app), ledger).await {
                tracing::warn!(%ledger, code = problem.rule.code, "{failed}");
            }
        }
    }
}

/// Waits until the read models show everything that the ledger holds now.
///
/// # Errors
/// 503 when the database is away or they do not get there in time.
pub async fn catch_up(app: &App, ledger: LedgerId, within: Duration) -> Result<(), Problem> {
    let mut conn = app.reader.acquire().await?;
    let Some(head) = log::head(&mut conn, ledger).await? else { return Ok(()) };
    drop(conn);
    Ok(app.read_models.wait_for(ledger, head.size(), within).await?)
}
