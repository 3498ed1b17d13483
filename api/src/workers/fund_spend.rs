//! Posts spends of the maintenance fund, chunk by chunk, and takes them back: each chunk is a command whose id derives from
//! spend and chunk, so a spend that was cut off goes on where it was, in any process, and nothing of it is borne twice.

use super::chain::Chain;
use super::rounds::{CATCH_UP, catch_up, rounds};
use crate::app::App;
use crate::problem::Problem;
use mingzhang_domain::draft::Decide;
use mingzhang_domain::fund_spend::{FundSpendRefusal, FundSpendStage, PostFundSpendChunk, ReverseFundSpendChunk};
use mingzhang_domain::id::{FundSpendId, LedgerId};
use mingzhang_domain::refusal::Refusal;
use mingzhang_domain::value::Count;
use mingzhang_projections::fund_spend::FundSpend;
use mingzhang_projections::reader::{Ask, MAX_PAGE};
use mingzhang_store::lane::SubmitError;
use std::sync::Arc;

/// Posts and takes back for ever: at once when it was started here, and whatever another process left.
pub async fn work(app: Arc<App>) {
    let failed = "a spend of the maintenance fund did not end";
    rounds(&app, &app.fund_spend_started, failed, |app, ledger| async move { run_fund_spends(&app, ledger).await })
        .await;
}

/// Posts and takes back what is under way in a community.
///
/// # Errors
/// 503 when the database is away or the read models do not come in time.
pub async fn run_fund_spends(app: &Arc<App>, ledger: LedgerId) -> Result<(), Problem> {
    catch_up(app, ledger, CATCH_UP).await?;
    let mut ask = Ask { after: None, limit: MAX_PAGE };
    loop {
        let page = app.read_models.fund_spends(ledger, ask.clone()).await?.value;
        for row in &page.items {
            let spend = FundSpendId(row.fund_spend_id);
            match row.status.0 {
                FundSpendStage::Posting => {
                    run(app, ledger, row, |chunk| Arc::new(PostFundSpendChunk { spend, chunk })).await?;
                }
                FundSpendStage::Reversing => {
                    run(app, ledger, row, |chunk| Arc::new(ReverseFundSpendChunk { spend, chunk })).await?;
                }
                FundSpendStage::Open
                | FundSpendStage::Posted
                | FundSpendStage::Reversed
                | FundSpendStage::Discarded => {}
            }
        }
        match page.items.last() {
            Some(last) if page.more => ask.after = Some(last.position),
            _ => return Ok(()),
        }
    }
}

/// One command per chunk, in order; a chunk that was done before, or was never posted, is passed over.
async fn run(
    app: &App,
    ledger: LedgerId,
    row: &FundSpend,
    command: impl Fn(Count) -> Arc<dyn Decide>,
) -> Result<(), Problem> {
    let chain = Chain::from(app, ledger, row.position).await?;
    let spend = row.fund_spend_id.to_string();
    let chunks = u32::try_from(row.chunks).map_err(|_| Problem::internal())?;
    let done = Refusal::from(FundSpendRefusal::FundSpendChunkMustBeOpen).code;
    for chunk in 1..=chunks {
        match chain.submit(app, command(Count(chunk)), &[&spend, &chunk.to_string()]).await {
            Ok(_) => {}
            Err(SubmitError::Refused { refusal, .. }) if refusal.code == done => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
