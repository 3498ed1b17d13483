//! Posts batches of openings, chunk by chunk, and takes them back: each chunk is a command whose id derives from batch and
//! chunk, so a batch that was cut off goes on where it was, in any process, and nothing of it stands twice.

use super::chain::Chain;
use super::rounds::{CATCH_UP, catch_up, rounds};
use crate::app::App;
use crate::problem::Problem;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::id::{LedgerId, OpeningId};
use mingzhang_domain::opening::{NoteOpeningRefusal, OpeningRefusal, PostOpeningChunk, ReverseOpeningChunk};
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::value::Count;
use mingzhang_projections::opening::{Opening, OpeningStatus};
use mingzhang_projections::reader::{Ask, MAX_PAGE};
use mingzhang_store::lane::SubmitError;
use std::sync::Arc;

/// Posts and takes back for ever: at once when it was started here, and whatever another process left.
pub async fn work(app: Arc<App>) {
    let failed = "a batch of openings did not end";
    rounds(&app, &app.opening_started, failed, |app, ledger| async move { run_batches(&app, ledger).await }).await;
}

/// Posts and takes back what is under way in a community.
///
/// # Errors
/// 503 when the database is away or the read models do not come in time.
pub async fn run_batches(app: &Arc<App>, ledger: LedgerId) -> Result<(), Problem> {
    catch_up(app, ledger, CATCH_UP).await?;
    let mut ask = Ask { after: None, limit: MAX_PAGE };
    loop {
        let page = app.read_models.openings(ledger, ask.clone()).await?.value;
        // One that stopped waits for somebody to let it go on, or to take it back.
        for batch in page.items.iter().filter(|batch| batch.refused_by.is_none()) {
            match batch.status.0 {
                OpeningStatus::Posting => {
                    let opening = OpeningId(batch.opening_id);
                    run(app, ledger, batch, |chunk| Arc::new(PostOpeningChunk { opening, chunk })).await?;
                }
                OpeningStatus::Reversing => {
                    let opening = OpeningId(batch.opening_id);
                    run(app, ledger, batch, |chunk| Arc::new(ReverseOpeningChunk { opening, chunk })).await?;
                }
                OpeningStatus::Draft | OpeningStatus::Posted | OpeningStatus::Reversed | OpeningStatus::Discarded => {}
            }
        }
        match page.items.last() {
            Some(last) if page.more => ask.after = Some(last.position),
            _ => return Ok(()),
        }
    }
}

/// One command per chunk, in order; a chunk that was done before, or was never posted, is passed over. One that is refused
/// stops the batch, for everybody to see.
async fn run(
    app: &App,
    ledger: LedgerId,
    batch: &Opening,
    command: impl Fn(Count) -> Arc<dyn Decide>,
) -> Result<(), Problem> {
    let chain = Chain::from(app, ledger, batch.position).await?;
    let (opening, resumed) = (batch.opening_id.to_string(), batch.resumed.to_string());
    let chunks = u32::try_from(batch.chunks).map_err(|_| Problem::internal())?;
    let done = Refusal::from(OpeningRefusal::OpeningChunkMustBeOpen).code;
    for chunk in 1..=chunks {
        match chain.submit(app, command(Count(chunk)), &[&opening, &chunk.to_string()]).await {
            Ok(_) => {}
            Err(SubmitError::Refused { refusal, .. }) if refusal.code == done => {}
            Err(SubmitError::Refused { refusal, .. }) => {
                tracing::warn!(%ledger, code = refusal.code, "a batch of openings stopped");
                let note = note(OpeningId(batch.opening_id), Count(chunk), &refusal)?;
                chain.submit(app, Arc::new(note), &[&opening, &chunk.to_string(), &resumed]).await?;
                return Ok(());
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

fn note(opening: OpeningId, chunk: Count, refusal: &Refusal) -> Result<NoteOpeningRefusal, Problem> {
    let rule = refusal.code.parse().map_err(|_| Problem::internal())?;
    let record = refusal.detail.iter().find(|(name, _)| *name == "record");
    let record = record.and_then(|(_, number)| number.parse().ok()).map(Count);
    Ok(NoteOpeningRefusal { opening, chunk, rule, record })
}
