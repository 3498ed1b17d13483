//! Withdraws the payment history of a wrong file: it stays in the log and is shown no more.

use crate::draft::{Decide, Draft};
use crate::id::ImportId;
use crate::import::{HistoryWithdrawn, ImportRefusal};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Label;

/// Withdraws it, whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WithdrawHistory {
    /// The import.
    pub import: ImportId,
    /// Why.
    pub reason: Label,
}

impl Decide for WithdrawHistory {
    fn operation(&self) -> &'static str {
        "withdraw_history"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.import.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let state = draft.import(self.import);
        state.rows().ok_or(ImportRefusal::ImportMustExist)?;
        if state.chunks() == 0 || state.is_withdrawn() {
            return Err(ImportRefusal::HistoryMustStand.into());
        }
        draft.push(self.import, HistoryWithdrawn { reason: self.reason.clone() });
        Ok(())
    }
}
