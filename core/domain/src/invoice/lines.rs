//! The lines of an invoice: by account, fee item and rate. Lines sum to the totals, parts sum to their line.

use super::event::{InvoicedLine, InvoicedPart};
use super::money::Left;
use super::refusal::InvoiceRefusal;
use crate::account::vat_split;
use crate::book::VatCategory;
use crate::calendar::DateRange;
use crate::draft::Draft;
use crate::id::{AccountId, FeeItemId};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::value::Exact;
use std::collections::{BTreeMap, BTreeSet};

/// So many lines and parts fit a body.
const MAX_LINES: usize = 16;
const MAX_PARTS: usize = 60;
/// How far the tax of a line may be from its own amount's, in fen: what the tax authority tolerates.
const TOLERANCE: i64 = 6;

type Rate = (VatCategory, Option<Exact>);

/// The lines of what is left to invoice.
///
/// # Errors
/// [`InvoiceRefusal`] when an item has no tax classification, or there is too much.
pub(super) fn lines(draft: &Draft<'_>, left: &[Left]) -> Result<Vec<InvoicedLine>, Refusal> {
    let mut by_line: BTreeMap<(AccountId, FeeItemId, Rate), Vec<&Left>> = BTreeMap::new();
    for of in left {
        let (booking, rate) = (&of.charge.booking, (of.charge.vat_category, of.charge.vat_rate));
        by_line.entry((booking.account, booking.fee_item, rate)).or_default().push(of);
    }
    if left.len() > MAX_PARTS || by_line.len() > MAX_LINES {
        return Err(InvoiceRefusal::LinesMustFitInvoice.into());
    }
    let mut lines = Vec::with_capacity(by_line.len());
    for ((account, fee_item, (category, rate)), mut parts) in by_line {
        parts.sort_by_key(|of| (of.charge.service.from(), of.charge.charge, of.part));
        let item = draft.fee_item(fee_item);
        let no_code = || InvoiceRefusal::TaxCodeMustBeSet.with("fee_item", fee_item);
        let code = item.tax_code_on(draft.context.today).ok_or_else(no_code)?;
        let name = item.created().ok_or_else(no_code)?.name.clone();
        lines.push(InvoicedLine {
            account,
            fee_item,
            tax_code: code.code.clone(),
            short_name: code.short_name.clone(),
            name,
            service: service(&parts),
            category,
            rate,
            amount: sum(parts.iter().map(|of| of.amount))?,
            net: Money::ZERO,
            tax: Money::ZERO,
            parts: parts.iter().map(|of| part(of)).collect(),
        });
    }
    split(&mut lines)?;
    Ok(lines)
}

fn part(of: &Left) -> InvoicedPart {
    let period = of.charge.booking.period;
    InvoicedPart { charge: of.charge.charge, part: of.part, period, amount: of.amount, tax: Money::ZERO }
}

pub(super) fn sum(amounts: impl IntoIterator<Item = Money>) -> Result<Money, Refusal> {
    amounts.into_iter().try_fold(Money::ZERO, |sum, amount| Ok(sum.plus(amount)?))
}

/// All service days, if they have no gap.
fn service(parts: &[&Left]) -> Option<DateRange> {
    let mut parts = parts.iter().map(|of| of.charge.service);
    let first = parts.next()?;
    parts.try_fold(first, |all, next| {
        let until = all.until().max(next.until());
        if next.from() <= all.until() { DateRange::new(all.from(), until).ok() } else { None }
    })
}

/// Splits tax off the total of each rate, then off its lines: each by itself, the last one takes the remainder.
fn split(lines: &mut [InvoicedLine]) -> Result<(), Refusal> {
    let rates: BTreeSet<Rate> = lines.iter().map(|line| (line.category, line.rate)).collect();
    for rate in rates {
        let mut of_rate: Vec<&mut InvoicedLine> =
            lines.iter_mut().filter(|line| (line.category, line.rate) == rate).collect();
        let amounts: Vec<Money> = of_rate.iter().map(|line| line.amount).collect();
        for (line, tax) in of_rate.iter_mut().zip(taxes(rate, &amounts)?) {
            line.tax = tax;
            line.net = line.amount.minus(tax)?;
            let amounts: Vec<Money> = line.parts.iter().map(|part| part.amount).collect();
            for (part, tax) in line.parts.iter_mut().zip(shared(tax, &amounts)) {
                part.tax = tax;
            }
        }
    }
    Ok(())
}

/// The tax of each amount, so that they sum to the tax of the whole.
fn taxes((category, rate): Rate, amounts: &[Money]) -> Result<Vec<Money>, Refusal> {
    let tax = |amount: Money| vat_split(category, rate, amount).map(|split| split.tax);
    let whole = tax(sum(amounts.iter().copied())?)?;
    let mut own: Vec<Money> = amounts.iter().map(|amount| tax(*amount)).collect::<Result<_, _>>()?;
    let (Some(last), Some(amount)) = (own.pop(), amounts.last()) else { return Ok(Vec::new()) };
    let rest = whole.minus(sum(own.iter().copied())?)?;
    let tolerated = (rest.fen() - last.fen()).abs() <= TOLERANCE && !rest.is_negative() && rest <= *amount;
    if tolerated {
        own.push(rest);
        return Ok(own);
    }
    // Very many very small lines: no line may bear what all of them lack, so each takes its part of the remainder.
    let (mut until_now, mut assigned, mut all) = (Money::ZERO, Money::ZERO, Vec::with_capacity(amounts.len()));
    for amount in amounts {
        until_now = until_now.plus(*amount)?;
        let to_here = tax(until_now)?;
        all.push(to_here.minus(assigned)?);
        assigned = to_here;
    }
    Ok(all)
}

/// A tax shared over amounts, in proportion, without a rest.
fn shared(tax: Money, amounts: &[Money]) -> Vec<Money> {
    let whole: i128 = amounts.iter().map(|amount| i128::from(amount.fen())).sum();
    let (mut until_now, mut assigned) = (0_i128, 0_i128);
    let share = |amount: &Money| {
        until_now += i128::from(amount.fen());
        let to_here = (i128::from(tax.fen()) * until_now).checked_div(whole).unwrap_or_default();
        let share = to_here - assigned;
        assigned = to_here;
        Money::from_fen(i64::try_from(share).unwrap_or_default())
    };
    amounts.iter().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const RATED: VatCategory = VatCategory::Rated;

    fn of(fen: &[i64]) -> Vec<Money> {
        fen.iter().map(|fen| Money::from_fen(*fen)).collect()
    }

    #[test]
    fn the_last_line_takes_the_remainder() {
        let rate = "0.06".parse().ok();
        // 33.33 three times: 1.89 each, and 5.66 in 99.99.
        let shares = taxes((RATED, rate), &of(&[3333, 3333, 3333])).unwrap();
        assert_eq!(shares, of(&[189, 189, 188]));
        assert_eq!(taxes((VatCategory::Exempt, None), &of(&[100, 5])).unwrap(), of(&[0, 0]));
        assert_eq!(shared(Money::from_fen(100), &of(&[1, 1, 1])), of(&[33, 33, 34]));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(128))]
        #[test]
        fn lines_foot_and_none_bears_more_than_it_is_tolerated(
            fen in prop::collection::vec(1_i64..2_000_000, 1..16),
            percent in prop::sample::select(vec!["0.01", "0.03", "0.05", "0.06", "0.09", "0.13"]),
        ) {
            let (amounts, rate) = (of(&fen), percent.parse::<Exact>().ok());
            let whole = vat_split(RATED, rate, sum(amounts.iter().copied()).unwrap()).unwrap().tax;
            let shares = taxes((RATED, rate), &amounts).unwrap();
            prop_assert_eq!(sum(shares.iter().copied()).unwrap(), whole);
            for (tax, amount) in shares.iter().zip(&amounts) {
                let own = vat_split(RATED, rate, *amount).unwrap().tax;
                prop_assert!(!tax.is_negative() && tax <= amount && (tax.fen() - own.fen()).abs() <= TOLERANCE);
            }
        }
    }
}
