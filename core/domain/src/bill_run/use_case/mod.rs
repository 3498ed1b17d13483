//! Commands of billing, one file each.

mod bill_unit;
mod complete_bill_run;
mod discard_bill_run;
mod draft_bill_run;
mod draft_bill_run_units;
mod post_bill_run;
mod reverse_bill_run;
mod skip_unit;
mod start_bill_run;

pub use bill_unit::{BillScope, BillUnit};
pub use complete_bill_run::CompleteBillRun;
pub use discard_bill_run::DiscardBillRun;
pub use draft_bill_run::DraftBillRun;
pub use draft_bill_run_units::{DRAFTED_AT_ONCE, DraftBillRunUnits, EndBillRunDraft};
pub use post_bill_run::PostBillRun;
pub use reverse_bill_run::{EndBillRunReversal, ReverseBillRun, ReverseBillRunUnit};
pub use skip_unit::SkipUnit;
pub use start_bill_run::StartBillRun;
pub(super) use start_bill_run::must_be_known;

use super::{BillRunRefusal, BillRunStage, BillRunState};
use crate::draft::Draft;
use crate::id::BillRunId;
use crate::refusal::Refusal;
use std::sync::Arc;

/// A run, and where it stands.
fn existing(draft: &Draft<'_>, run: BillRunId) -> Result<(Arc<BillRunState>, BillRunStage), Refusal> {
    let state = draft.bill_run(run);
    let stage = state.stage().ok_or(BillRunRefusal::BillRunMustExist)?;
    Ok((state, stage))
}

/// A run that stands where a command finds its work.
fn must_stand_at(draft: &Draft<'_>, run: BillRunId, wanted: BillRunStage) -> Result<Arc<BillRunState>, Refusal> {
    let (state, stage) = existing(draft, run)?;
    if stage == wanted {
        return Ok(state);
    }
    let refusal = match wanted {
        BillRunStage::Drafted => BillRunRefusal::BillRunMustBeDrafted,
        _ => BillRunRefusal::BillRunMustBeOpen,
    };
    Err(refusal.with("stage", stage))
}
