//! Sets the preset that books without a code of their own take it from, from an open month on.

use crate::books::chart::ChartPreset;
use crate::books::{ChartPresetSet, dating};
use crate::calendar::Month;
use crate::draft::{Decide, Draft};
use crate::id::BooksId;
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;

/// Codes come from a preset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetChartPreset {
    /// First month; not a closed one.
    pub from: Month,
    /// Which.
    pub preset: ChartPreset,
}

impl Decide for SetChartPreset {
    fn operation(&self) -> &'static str {
        "set_chart_preset"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        dating::month_must_be_open(draft, self.from)?;
        let stream = BooksId::of_ledger(draft.context.ledger_id);
        draft.push(stream, ChartPresetSet { from: self.from, preset: self.preset });
        Ok(())
    }
}
