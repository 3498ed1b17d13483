//! Seals a closed month: writes down what the log said about it when it was closed.

use crate::books::{BooksRefusal, PeriodSealed};
use crate::draft::{Decide, Draft};
use crate::id::BooksId;
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;

/// Seals one version of a month's figures, once. What is sealed was computed from the log up to the close, and is checked
/// by whoever verifies the log; a month that was reopened since is sealed when it is closed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealPeriod {
    /// What the log says.
    pub sealed: PeriodSealed,
}

impl Decide for SealPeriod {
    fn operation(&self) -> &'static str {
        "seal_period"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let stream = BooksId::of_ledger(draft.context.ledger_id);
        let (books, period, version) = (draft.books(stream), self.sealed.period, self.sealed.version.0);
        let is_closed = books.is_closed(period) && version > 0 && books.version(period) == version;
        if !is_closed || books.is_sealed(period, version) {
            return Err(BooksRefusal::PeriodMustBeClosed.with("period", period));
        }
        draft.push(stream, self.sealed.clone());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::Authority;
    use crate::approval::fixture::approved;
    use crate::books::ReopenPeriod;
    use crate::books::fixture::close;
    use crate::figures::{FIRST_FORM, Sealing};
    use crate::testing::Story;
    use crate::value::{Count, Digest};

    fn seal(period: &str, version: u32) -> SealPeriod {
        let sealing = Sealing::new(period.parse().unwrap(), FIRST_FORM).unwrap();
        SealPeriod { sealed: sealing.seal(Count(version), Digest([7; 32])).unwrap() }
    }

    #[test]
    fn a_closed_month_is_sealed_once_and_again_after_it_was_reopened() {
        let mut story = Story::new().in_ledger(LedgerKind::Community).on("2026-03-01");
        assert_eq!(story.refused(&seal("2026-01", 1)), "period_must_be_closed");
        story.accepted(&close("2026-01"));
        assert_eq!(story.refused(&seal("2026-01", 2)), "period_must_be_closed");
        assert_eq!(
            story.refused(&seal("2025-12", 0)),
            "period_must_be_closed",
            "closed with the first, never by itself"
        );
        story.accepted(&seal("2026-01", 1));
        assert_eq!(story.refused(&seal("2026-01", 1)), "period_must_be_closed");
        let reopen = |authority| ReopenPeriod {
            period: "2026-01".parse().unwrap(),
            reason: "a bill run was missing".parse().unwrap(),
            authority,
        };
        let authority = approved(&mut story, &reopen(Authority::default()));
        story.accepted(&reopen(authority));
        assert_eq!(story.refused(&seal("2026-01", 1)), "period_must_be_closed");
        story.accepted(&close("2026-01"));
        assert_eq!(story.refused(&seal("2026-01", 1)), "period_must_be_closed");
        story.accepted(&seal("2026-01", 2));
    }
}
