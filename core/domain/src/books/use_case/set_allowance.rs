//! Sets the allowance 坏账准备 for operating receivables.

use crate::approval::{Authority, Stake, Staked, authorise};
use crate::books::{AllowanceSet, BooksRefusal};
use crate::draft::{Decide, Draft};
use crate::id::BooksId;
use crate::money::Money;
use crate::refusal::Refusal;
use crate::value::Label;

/// Raises or lowers what was provided for to an amount; the difference is an expense of today.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct SetAllowance {
    /// What was ever provided for, this included, before what was written off against it.
    pub provided: Money,
    /// Why.
    pub reason: Label,
    /// On whose word.
    #[serde(skip)]
    pub authority: Authority,
}

impl SetAllowance {
    fn change(&self, draft: &Draft<'_>) -> Result<Money, Refusal> {
        let books = draft.books(BooksId::of_ledger(draft.context.ledger_id));
        Ok(self.provided.minus(books.provided())?)
    }
}

impl Staked for SetAllowance {
    fn stake(&self, draft: &Draft<'_>) -> Result<Stake, Refusal> {
        let change = self.change(draft)?;
        let amount = if change.is_negative() { change.negated() } else { change };
        Ok(Stake { amount: Some(amount), accounts: Vec::new(), always_approved: false })
    }
}

impl Decide for SetAllowance {
    fn operation(&self) -> &'static str {
        "set_allowance"
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        if self.provided.is_negative() {
            return Err(BooksRefusal::AllowanceMustNotBeNegative.at("/provided"));
        }
        let change = self.change(draft)?;
        if change.is_zero() {
            return Err(BooksRefusal::AllowanceMustChange.at("/provided"));
        }
        let warrant = authorise(draft, self, self.authority)?;
        let set = AllowanceSet {
            change,
            provided: self.provided,
            reason: self.reason.clone(),
            approved: warrant.approved,
            seen: warrant.seen,
        };
        draft.push(BooksId::of_ledger(draft.context.ledger_id), set);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::fixture::{approved, limit};
    use crate::testing::Story;

    fn set(provided: &str, authority: Authority) -> SetAllowance {
        SetAllowance { provided: provided.parse().unwrap(), reason: "ageing".parse().unwrap(), authority }
    }

    /// Its lines, as an accountant reads them.
    fn posted(story: &mut Story, command: &SetAllowance) -> Vec<String> {
        let events = story.when(command).unwrap();
        let lines = events.iter().flat_map(|event| event.postings.iter().flatten());
        lines.map(|line| format!("{} {}", line.book, line.amount)).collect()
    }

    #[test]
    fn the_difference_is_an_expense_of_today() {
        let mut story = Story::new();
        let posted = posted(&mut story, &set("120.00", limit("120.00")));
        assert_eq!(posted, ["impairment 120.00", "allowance -120.00"]);
        assert_eq!(self::posted(&mut story, &set("90.00", limit("30.00"))), ["impairment -30.00", "allowance 30.00"]);
    }

    #[test]
    fn above_the_limit_another_approves_and_what_makes_no_sense_is_refused() {
        let mut story = Story::new();
        assert_eq!(story.refused(&set("0.00", limit("1.00"))), "allowance_must_change");
        assert_eq!(story.refused(&set("-0.01", limit("1.00"))), "allowance_must_not_be_negative");
        assert_eq!(story.refused(&set("1.01", limit("1.00"))), "approval_must_be_given");
        let authority = approved(&mut story, &set("1.01", Authority::default()));
        assert_eq!(story.accepted(&set("1.01", authority)).len(), 2);
        assert_eq!(story.refused(&set("1.01", authority)), "allowance_must_change");
    }
}
