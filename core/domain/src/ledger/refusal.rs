//! Refusals of a ledger, and the check that every command of another noun begins with.

use crate::draft::Draft;
use crate::id::LedgerStreamId;
use crate::ledger::LedgerKind;
use crate::refusal::{CommonRefusal, Refusal, refusals};

refusals! {
    /// Refusals of a ledger in order of precedence.
    pub enum LedgerRefusal {
        LedgerMustBeNew = "ledger_must_be_new", Conflict, "账套已经开立", "the ledger is open already";
        ParentMustFitKind = "parent_must_fit_kind", Invalid, "上级账套与账套类型不符", "an installation has no parent, every other ledger has one and names the event that created it";
        LedgerMustBeOfKind = "ledger_must_be_of_kind", Invalid, "该操作不属于此类账套", "this ledger is not of the kind that the command belongs to";
        ClockMustBeGiven = "clock_must_be_given", Conflict, "账套已使用系统时钟", "the ledger lives by the system's clock already";
        CodeMustBeFree = "code_must_be_free", Conflict, "编码已被使用", "the code is taken already";
    }
}

/// Refuses unless the ledger of the draft is open and of one of these kinds.
pub(crate) fn must_be(draft: &Draft<'_>, kinds: &[LedgerKind]) -> Result<(), Refusal> {
    let ledger = draft.ledger(LedgerStreamId::of_ledger(draft.context.ledger_id));
    match ledger.kind() {
        None => Err(CommonRefusal::LedgerMustBeOpen.into()),
        Some(kind) if kinds.contains(&kind) => Ok(()),
        Some(kind) => Err(LedgerRefusal::LedgerMustBeOfKind.with("kind", kind)),
    }
}
