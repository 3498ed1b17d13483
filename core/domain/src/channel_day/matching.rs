//! Matches a provider's bill with the log: one pass over the bill, whatever its length; what the log has is held by number.

use super::event::DifferenceKind;
use crate::id::LedgerId;
use crate::money::{Money, MoneyError, RoundTo};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};

/// Differences that are kept; more say that this is the bill of somebody else.
pub(super) const DIFFERENCES_LIMIT: usize = 2_000;

/// Whether money came in or went back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// It came in.
    Payment,
    /// It went back.
    Refund,
}

/// A line of a bill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BillLine {
    /// In or back.
    pub way: Way,
    /// The provider's number of the payment or refund.
    pub reference: String,
    /// Our number of the order or refund.
    pub number: String,
    /// How much, positive.
    pub amount: Money,
    /// What the provider keeps, exactly; negative when it gives some back.
    pub fee: Decimal,
    /// False when the provider took it back.
    pub stands: bool,
}

/// What the log has of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours {
    /// Whose ledger.
    pub community: LedgerId,
    /// How much.
    pub amount: Money,
    /// False when its record was reversed.
    pub stands: bool,
    /// False when another day's bill may have it: a refund that was given to the provider on one day and paid on another.
    pub of_this_day: bool,
}

/// What differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// How.
    pub kind: DifferenceKind,
    /// The number that both sides know it by.
    pub reference: String,
    /// Our number of it, where the bill has one: of a line that the log does not have, it says whose order it was.
    pub number: Option<String>,
    /// Whose ledger, if any.
    pub community: Option<LedgerId>,
    /// What the provider says.
    pub theirs: Option<Money>,
    /// What the log says.
    pub ours: Option<Money>,
}

/// What of a bill is of one community.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Split {
    /// The community; none: of none that is known.
    pub community: Option<LedgerId>,
    /// What came in.
    pub paid: Money,
    /// What went back.
    pub refunded: Money,
    /// What the provider keeps.
    pub fee: Money,
}

/// A bill, matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciled {
    /// Lines of the bill.
    pub lines: u32,
    /// Of them, those that the log has just so.
    pub matched: u32,
    /// The bill by community, the unknown part first.
    pub splits: Vec<Split>,
    /// What differs, by number; at most so many as are kept, and one more when there are more.
    pub differences: Vec<Difference>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    paid: Decimal,
    refunded: Decimal,
    fee: Decimal,
}

/// The log of a day, and what of it the bill has said so far.
#[derive(Debug, Clone, Default)]
pub struct Matching {
    ours: HashMap<(Way, String), Ours>,
    sums: BTreeMap<Option<LedgerId>, Sums>,
    lines: u32,
    matched: u32,
    differences: Vec<Difference>,
}

impl Matching {
    /// What the log has, under the number that a bill has it under too.
    pub fn expect(&mut self, way: Way, number: String, ours: Ours) {
        self.ours.insert((way, number), ours);
    }

    /// Takes a line of the bill.
    ///
    /// # Errors
    /// Beyond the range of amounts.
    pub fn take(&mut self, line: BillLine) -> Result<(), MoneyError> {
        self.lines = self.lines.saturating_add(1);
        // A refund is known by our number, or by the provider's when a person recorded it; a payment by the provider's.
        let known = match line.way {
            Way::Payment => self.ours.remove(&(Way::Payment, line.reference.clone())),
            Way::Refund => {
                let by_number = self.ours.remove(&(Way::Refund, line.number.clone()));
                by_number.or_else(|| self.ours.remove(&(Way::Refund, line.reference.clone())))
            }
        };
        let community = known.as_ref().map(|ours| ours.community);
        let sums = self.sums.entry(community).or_default();
        let add = |sum: &mut Decimal, amount: Decimal| {
            *sum = sum.checked_add(amount).ok_or(MoneyError::OutOfRange)?;
            Ok::<(), MoneyError>(())
        };
        add(&mut sums.fee, line.fee)?;
        if line.stands {
            let sum = if line.way == Way::Payment { &mut sums.paid } else { &mut sums.refunded };
            add(sum, line.amount.decimal())?;
        }
        match (difference(&line, known.as_ref()), line.stands) {
            (Some(kind), _) => self.differ(Difference {
                kind,
                reference: if line.way == Way::Payment { line.reference } else { line.number.clone() },
                number: Some(line.number),
                community,
                theirs: Some(line.amount),
                ours: known.map(|ours| ours.amount),
            }),
            (None, _) => self.matched += 1,
        }
        Ok(())
    }

    /// What is left of the log is in no line of the bill.
    ///
    /// # Errors
    /// Beyond the range of amounts.
    pub fn finish(mut self) -> Result<Reconciled, MoneyError> {
        let left = std::mem::take(&mut self.ours);
        for ((way, reference), ours) in left.into_iter().filter(|(_, ours)| ours.stands && ours.of_this_day) {
            let kind = if way == Way::Payment { DifferenceKind::ChannelMissing } else { DifferenceKind::RefundDiffers };
            let (community, amount) = (Some(ours.community), Some(ours.amount));
            self.differ(Difference { kind, reference, number: None, community, theirs: None, ours: amount });
        }
        self.differences.sort_by(|a, b| (&a.reference, a.kind.as_str()).cmp(&(&b.reference, b.kind.as_str())));
        let split = |(community, sums): (&Option<LedgerId>, &Sums)| {
            Ok(Split {
                community: *community,
                paid: Money::from_decimal(sums.paid)?,
                refunded: Money::from_decimal(sums.refunded)?,
                // Fees have five decimals; what is settled is whole fen.
                fee: Money::round(sums.fee, RoundTo::Fen)?,
            })
        };
        let splits = self.sums.iter().map(split).collect::<Result<_, MoneyError>>()?;
        Ok(Reconciled { lines: self.lines, matched: self.matched, splits, differences: self.differences })
    }

    fn differ(&mut self, difference: Difference) {
        if self.differences.len() <= DIFFERENCES_LIMIT {
            self.differences.push(difference);
        }
    }
}

/// How a line differs from what the log has of it.
fn difference(line: &BillLine, ours: Option<&Ours>) -> Option<DifferenceKind> {
    let refund = line.way == Way::Refund;
    match ours {
        // The provider took back what we never had.
        None if !line.stands => None,
        None if refund => Some(DifferenceKind::RefundDiffers),
        None => Some(DifferenceKind::LocalMissing),
        Some(ours) if ours.stands != line.stands => Some(DifferenceKind::StatusDiffers),
        Some(ours) if ours.amount != line.amount && refund => Some(DifferenceKind::RefundDiffers),
        Some(ours) if ours.amount != line.amount => Some(DifferenceKind::AmountDiffers),
        Some(_) => None,
    }
}

impl Reconciled {
    /// All of the bill: in, back, kept.
    pub fn totals(&self) -> (Money, Money, Money) {
        let sum = |of: fn(&Split) -> Money| self.splits.iter().map(of).sum();
        (sum(|split| split.paid), sum(|split| split.refunded), sum(|split| split.fee))
    }
}
