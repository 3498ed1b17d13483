//! Charges pools, chunk by chunk, and takes them back: each chunk is a command whose id derives from pool and chunk, so a
//! pool that was cut off goes on where it was, in any process, and nothing of it is charged twice.

use super::chain::Chain;
use super::rounds::{CATCH_UP, catch_up, rounds};
use crate::app::App;
use crate::problem::Problem;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::{LedgerId, PoolId};
use mingzhang_domain::pool::{PoolRefusal, PoolStage, PostPoolChunk, ReversePoolChunk};
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::value::Count;
use mingzhang_projections::pool::Pool;
use mingzhang_store::lane::SubmitError;
use std::sync::Arc;

/// Charges and takes back for ever: at once when it was started here, and whatever another process left.
pub async fn work(app: Arc<App>) {
    let failed = "a pool did not end";
    rounds(&app, &app.pool_started, failed, |app, ledger| async move { run_pools(&app, ledger).await }).await;
}

/// Charges and takes back what is under way in a community.
///
/// # Errors
/// 503 when the database is away or the read models do not come in time.
pub async fn run_pools(app: &Arc<App>, ledger: LedgerId) -> Result<(), Problem> {
    catch_up(app, ledger, CATCH_UP).await?;
    for row in &app.read_models.pools_under_way(ledger).await?.value {
        let pool = PoolId(row.pool_id);
        if row.status.0 == PoolStage::Reversing {
            run(app, ledger, row, |chunk| Arc::new(ReversePoolChunk { pool, chunk })).await?;
        } else {
            run(app, ledger, row, |chunk| Arc::new(PostPoolChunk { pool, chunk })).await?;
        }
    }
    Ok(())
}

/// One command per chunk, in order; a chunk that was done before, or was never charged, is passed over.
async fn run(
    app: &App,
    ledger: LedgerId,
    row: &Pool,
    command: impl Fn(Count) -> Arc<dyn Decide>,
) -> Result<(), Problem> {
    let chain = Chain::from(app, ledger, row.position).await?;
    let pool = row.pool_id.to_string();
    let chunks = u32::try_from(row.chunks).map_err(|_| Problem::internal())?;
    let done = Refusal::from(PoolRefusal::PoolChunkMustBeOpen).code;
    for chunk in 1..=chunks {
        match chain.submit(app, command(Count(chunk)), &[&pool, &chunk.to_string()]).await {
            Ok(_) => {}
            Err(SubmitError::Refused { refusal, .. }) if refusal.code == done => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
