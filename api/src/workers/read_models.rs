//! Folds the read models anew that a version brought: until then nobody may read them, and it says so.
//!
//! What was folded before is read on meanwhile. One process of all works at a time; one that dies is followed by another,
//! which goes on where it was.

use mingzhang_projections::rebuild::{Progress, RebuildOptions, complete, incomplete};
use sqlx::PgPool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often it says how far it is.
const SAY_EVERY: Duration = Duration::from_secs(10);
/// How long after a failure it tries again.
const AGAIN: Duration = Duration::from_secs(60);

/// Works until every read model is complete.
pub async fn work(projector: PgPool) {
    loop {
        match attempt(&projector).await {
            Ok(()) => return,
            Err(error) => tracing::error!(
                %error,
                "read models could not be folded anew, and nobody may read them: trying again; or run mingzhang-replay rebuild"
            ),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

async fn attempt(projector: &PgPool) -> Result<(), mingzhang_projections::error::ProjectionError> {
    let lacking = incomplete(projector).await?;
    if lacking.is_empty() {
        return Ok(());
    }
    tracing::warn!(read_models = %lacking.join(", "), "not complete since this version: folding anew; reads of them answer 503 until then");
    let options = RebuildOptions { workers: 1, progress: said(), ..RebuildOptions::default() };
    if let Some(done) = complete(projector, &options).await? {
        tracing::warn!(ledgers = done.ledgers, events = done.events, rows = done.rows, "read models are complete");
    }
    Ok(())
}

/// Says now and then how far it is.
fn said() -> Arc<dyn Fn(Progress) + Send + Sync> {
    let last = Mutex::new(Instant::now());
    Arc::new(move |Progress { ledger_id, events, of, .. }| {
        let mut last = last.lock().unwrap_or_else(PoisonError::into_inner);
        if last.elapsed() >= SAY_EVERY {
            *last = Instant::now();
            tracing::info!(%ledger_id, events, of, "folding read models anew");
        }
    })
}
