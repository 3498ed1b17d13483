//! Sets the shares of what is owed that are expected to be lost, by age, from an open month on.

use crate::books::allowance::AgeingRates;
use crate::books::{AllowanceRatesSet, BooksRefusal, dating};
use crate::calendar::Month;
use crate::draft::{Decide, Draft};
use crate::id::BooksId;
use crate::ledger::{LedgerKind, must_be};
use crate::refusal::Refusal;

/// What is proposed as allowance follows these shares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAllowanceRates {
    /// First month; not a closed one.
    pub from: Month,
    /// The shares.
    pub rates: AgeingRates,
}

impl Decide for SetAllowanceRates {
    fn operation(&self) -> &'static str {
        "set_allowance_rates"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        dating::month_must_be_open(draft, self.from)?;
        if let Some(age) = self.rates.out_of_range() {
            return Err(BooksRefusal::AgeingRateMustBeShare.with("age", age).at("/rates"));
        }
        let stream = BooksId::of_ledger(draft.context.ledger_id);
        draft.push(stream, AllowanceRatesSet { from: self.from, rates: self.rates.clone() });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::books::fixture::close;
    use crate::money::Money;
    use crate::rule::figures::Ageing;
    use crate::testing::Story;
    use crate::value::Exact;

    fn exact(text: &str) -> Exact {
        text.parse().unwrap()
    }

    fn rates(over: &str) -> AgeingRates {
        AgeingRates {
            not_due: exact("0"),
            d1_30: exact("0.005"),
            d31_60: exact("0.01"),
            d61_90: exact("0.02"),
            d91_180: exact("0.05"),
            d181_365: exact("0.1"),
            d366_730: exact("0.3"),
            d731_1095: exact("0.5"),
            over: exact(over),
        }
    }

    #[test]
    fn shares_hold_from_an_open_month_on_and_lie_between_nothing_and_all() {
        let mut story = Story::new().in_ledger(LedgerKind::Community).on("2026-03-01");
        let set = |from: &str, over: &str| SetAllowanceRates { from: from.parse().unwrap(), rates: rates(over) };
        for wrong in ["1.1", "-0.1"] {
            assert_eq!(story.refused(&set("2026-01", wrong)), "ageing_rate_must_be_share");
        }
        story.accepted(&set("2026-01", "1"));
        story.accepted(&close("2026-01"));
        assert_eq!(story.refused(&set("2026-01", "0.8")), "period_must_be_open");
        story.accepted(&set("2026-02", "0.8"));
        let books = story.draft().books(BooksId::of_ledger(story.ledger_id())).clone();
        let over = |month: &str| books.allowance_rates(month.parse().unwrap()).map(|rates| rates.over);
        assert_eq!((over("2025-12"), over("2026-01"), over("2026-03")), (None, Some(exact("1")), Some(exact("0.8"))));
    }

    #[test]
    fn each_age_is_rounded_by_itself() {
        let fen = Money::from_fen;
        let ageing = Ageing { d1_30: fen(1_01), d181_365: fen(33_33), over: fen(9_99), ..Ageing::default() };
        let amounts: Vec<i64> = rates("1").provisions(&ageing).unwrap().iter().map(|of| of.amount.fen()).collect();
        assert_eq!(amounts, [0, 1, 0, 0, 0, 3_33, 0, 0, 9_99]);
    }
}
