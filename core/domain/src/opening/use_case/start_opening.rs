//! Starts a batch of openings with the control totals of the old books.

use crate::draft::{Decide, Draft};
use crate::fee_item::FeeItemRefusal;
use crate::id::{ImportId, OpeningId};
use crate::ledger::{LedgerKind, must_be};
use crate::opening::{ControlTotal, OpeningRefusal, OpeningStarted};
use crate::refusal::{CommonRefusal, Refusal};
use std::collections::BTreeSet;

/// The most control totals of a batch.
const MAX_TOTALS: usize = 100;

/// Begins a batch; nothing of it posts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartOpening {
    /// The new batch.
    pub opening: OpeningId,
    /// As the old books have them; each kind and fee item once.
    pub totals: Vec<ControlTotal>,
    /// The file that the records come from.
    pub import: Option<ImportId>,
}

impl Decide for StartOpening {
    fn operation(&self) -> &'static str {
        "start_opening"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        if draft.opening(self.opening).stage().is_some() {
            return Err(OpeningRefusal::OpeningMustBeNew.into());
        }
        if self.totals.is_empty() || self.totals.len() > MAX_TOTALS {
            return Err(OpeningRefusal::OpeningMustBeBounded.at("/totals"));
        }
        let mut seen = BTreeSet::new();
        for (index, total) in self.totals.iter().enumerate() {
            if !seen.insert((total.kind, total.fee_item)) {
                return Err(OpeningRefusal::TotalsMustBeDistinct.at(format!("/totals/{index}")));
            }
            if total.amount.is_negative() {
                return Err(CommonRefusal::AmountMustBeInRange.at(format!("/totals/{index}/amount")));
            }
            if let Some(fee_item) = total.fee_item
                && draft.fee_item(fee_item).created().is_none()
            {
                let refusal = FeeItemRefusal::FeeItemMustExist.with("fee_item", fee_item);
                return Err(refusal.at(format!("/totals/{index}/fee_item")));
            }
        }
        draft.push(self.opening, OpeningStarted { totals: self.totals.clone(), import: self.import });
        Ok(())
    }
}
