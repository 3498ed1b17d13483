//! `rebuild`: folds the log into new read models beside the live ones, and makes them current.
//!
//! Signs in as the projector, which cannot write the log. Ctrl-C stops it: readers keep the live rows, the ledgers that
//! were finished stay finished, and the next rebuild goes on with the others.

use crate::{Outcome, ToolError};
use indicatif::{ProgressBar, ProgressStyle};
use mingzhang_domain::id::LedgerId;
use mingzhang_projections::error::ProjectionError;
use mingzhang_projections::rebuild::{self, Progress, RebuildOptions, Rebuilt};
use mingzhang_store::log;
use serde_json::json;
use sqlx::PgPool;
use std::collections::HashMap;
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::signal::unix::{Signal, SignalKind, signal};
use uuid::Uuid;

/// What to fold.
#[derive(Debug, clap::Args)]
pub(crate) struct Rebuild {
    /// A ledger; may be given several times. Without any: all of them.
    #[arg(long)]
    ledger: Vec<Uuid>,
    /// Ledgers folded at a time.
    #[arg(long, default_value = "2", value_parser = clap::value_parser!(u8).range(1..=64))]
    jobs: u8,
    /// Print a JSON document in place of words.
    #[arg(long)]
    json: bool,
}

impl Rebuild {
    /// Ledgers folded at a time.
    pub(crate) fn jobs(&self) -> u32 {
        self.jobs.into()
    }

    /// Rebuilds.
    ///
    /// # Errors
    /// [`ToolError::Usage`] for a ledger that has no log; [`ToolError::Environment`] when it was interrupted or an event
    /// cannot be folded: the live rows are as they were.
    pub(crate) async fn run(&self, pool: &PgPool) -> Result<Outcome, ToolError> {
        let named: Vec<LedgerId> = self.ledger.iter().map(|id| LedgerId(*id)).collect();
        let bar = Arc::new(Bar::new(events(pool, &named).await?));
        let interrupt = Arc::new(AtomicBool::new(false));
        // Registered before the work begins: from here on Ctrl-C interrupts it and does not kill the program.
        let on_signal = tokio::spawn(raise(signal(SignalKind::interrupt())?, Arc::clone(&interrupt)));
        let shown = Arc::clone(&bar);
        let options = RebuildOptions {
            ledgers: (!named.is_empty()).then_some(named),
            workers: self.jobs.into(),
            progress: Arc::new(move |progress| shown.show(progress)),
            interrupt,
        };
        let started = Instant::now();
        let rebuilt = rebuild::rebuild(pool, &options).await;
        on_signal.abort();
        bar.bar.finish_and_clear();
        let rebuilt = rebuilt.map_err(|error| match error {
            ProjectionError::Interrupted => ToolError::Environment(
                "interrupted: the live rows are as they were; the same command goes on with what is left".to_owned(),
            ),
            other => other.into(),
        })?;
        self.print(rebuilt, started.elapsed());
        Ok(Outcome::Well)
    }

    fn print(&self, rebuilt: Rebuilt, took: Duration) {
        let Rebuilt { ledgers, events, rows } = rebuilt;
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        if self.json {
            println!(
                "{:#}",
                json!({ "ledgers": ledgers, "events": events, "rows": rows, "milliseconds": milliseconds })
            );
        } else {
            let per_second = |count: u64| u128::from(count) * 1_000 / took.as_millis().max(1);
            let speed = format!("{} events/s, {} rows/s", per_second(events), per_second(rows));
            println!("{ledgers} ledgers rebuilt: {events} events, {rows} rows in {milliseconds} ms ({speed})");
        }
    }
}

/// Events of the ledgers named, or of all.
async fn events(pool: &PgPool, named: &[LedgerId]) -> Result<u64, ToolError> {
    let mut conn = pool.acquire().await?;
    let all = if named.is_empty() { log::ledgers(&mut conn).await? } else { named.to_vec() };
    let heads = log::heads(&mut conn, &all).await?;
    let has_log = |ledger: &LedgerId| heads.iter().any(|(head, _)| head.ledger_id == *ledger);
    match all.iter().find(|ledger| !has_log(ledger)) {
        Some(ledger) => Err(ToolError::Usage(format!("there is no ledger {ledger}"))),
        None => Ok(heads.iter().map(|(head, _)| head.size()).sum()),
    }
}

async fn raise(mut signals: Signal, interrupt: Arc<AtomicBool>) {
    if signals.recv().await.is_some() {
        interrupt.store(true, Ordering::Relaxed);
    }
}

/// Events of every ledger at hand, on a terminal.
struct Bar {
    bar: ProgressBar,
    done: Mutex<HashMap<LedgerId, u64>>,
}

impl Bar {
    fn new(events: u64) -> Self {
        let bar = if std::io::stderr().is_terminal() { ProgressBar::new(events) } else { ProgressBar::hidden() };
        if let Ok(style) = ProgressStyle::with_template("{wide_bar} {pos}/{len} events  {per_sec}  {eta}") {
            bar.set_style(style);
        }
        Self { bar, done: Mutex::default() }
    }

    fn show(&self, progress: Progress) {
        let mut done = self.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.insert(progress.ledger_id, progress.events);
        self.bar.set_position(done.values().sum());
    }
}
