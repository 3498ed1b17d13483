//! Receipts 收据: a snapshot of what the money did, one per (payment, series, obligor), amended by replacement.
//!
//! May never happen here: a gap or a second use of a number; a receipt for draw-down or suspense.

use super::event::{ReceiptIssued, ReceiptLine, ReceiptReversed, Series};
use super::refusal::PaymentRefusal;
use super::state::Receipt;
use crate::account::{AccountState, Lot, Mode, Part};
use crate::book::Fund;
use crate::calendar::DateRange;
use crate::draft::Draft;
use crate::id::{AccountId, LedgerStreamId, PartyId, PaymentId, ReceiptId, ReceiptSeriesId};
use crate::money::Money;
use crate::receipt_series::ReceiptNumbered;
use crate::refusal::{CommonRefusal, Refusal};
use crate::value::{Code, Count, Label};
use std::collections::BTreeMap;
use std::sync::Arc;

/// So many lines fit a body.
const MAX_LINES: usize = 40;
/// So much of the ledger's code stands in a number.
const MAX_CODE: usize = 18;

type Wanted = BTreeMap<(Series, PartyId), Vec<ReceiptLine>>;

/// Makes the receipts of a payment say what its money did: replaces what differs, reverses what no longer holds.
///
/// # Errors
/// [`PaymentRefusal::LinesMustFitReceipt`], or [`CommonRefusal::LedgerMustBeOpen`] when there is no code to number with.
pub(crate) fn settle_receipts(draft: &mut Draft<'_>, payment: PaymentId) -> Result<(), Refusal> {
    let mut wanted = wanted(draft, payment)?;
    let live: Vec<Arc<Receipt>> = draft.payment(payment).receipts().iter().filter(|r| r.live).cloned().collect();
    for receipt in live {
        let key = (receipt.series, receipt.obligor);
        match wanted.remove(&key) {
            Some(lines) if lines == receipt.lines => {}
            now => {
                let amended = now.is_some();
                let reason = reason(if amended { "amended" } else { "no longer holds" })?;
                draft.push(payment, ReceiptReversed { receipt: receipt.receipt, reason });
                if let Some(lines) = now {
                    issue(draft, payment, key, lines, Some(receipt.receipt))?;
                }
            }
        }
    }
    for (key, lines) in wanted {
        issue(draft, payment, key, lines, None)?;
    }
    Ok(())
}

/// Marks every live receipt of a payment as no longer holding.
///
/// # Errors
/// None that the state allows.
pub(crate) fn reverse_receipts(draft: &mut Draft<'_>, payment: PaymentId, reason: &Label) -> Result<(), Refusal> {
    let live: Vec<Arc<Receipt>> = draft.payment(payment).receipts().iter().filter(|r| r.live).cloned().collect();
    for receipt in live {
        draft.push(payment, ReceiptReversed { receipt: receipt.receipt, reason: reason.clone() });
    }
    Ok(())
}

fn reason(text: &str) -> Result<Label, Refusal> {
    text.parse().map_err(|_| PaymentRefusal::ReceiptMustExist.into())
}

fn issue(
    draft: &mut Draft<'_>,
    payment: PaymentId,
    (series, obligor): (Series, PartyId),
    lines: Vec<ReceiptLine>,
    replaces: Option<ReceiptId>,
) -> Result<(), Refusal> {
    let issued_on = draft.context.today;
    let year = issued_on.month().year();
    let series_stream = ReceiptSeriesId::of_year(draft.context.ledger_id, series.as_str(), year);
    let count = draft.version(series_stream.into()).saturating_add(1);
    let number = number(draft, series, year, count)?;
    let receipt: ReceiptId = draft.mint("receipt");
    let mut amount = Money::ZERO;
    for line in &lines {
        amount = amount.plus(line.amount)?;
    }
    let year = Count(u32::try_from(year).unwrap_or_default());
    draft
        .push(series_stream, ReceiptNumbered { series, year, number: number.clone(), receipt, payment: Some(payment) });
    let issued = ReceiptIssued { receipt, series, series_stream, number, obligor, issued_on, amount, lines, replaces };
    draft.push(payment, issued);
    Ok(())
}

fn number(draft: &Draft<'_>, series: Series, year: i32, count: u64) -> Result<Code, Refusal> {
    let ledger = draft.ledger(LedgerStreamId::of_ledger(draft.context.ledger_id));
    let code = ledger.code().ok_or(CommonRefusal::LedgerMustBeOpen)?.as_str();
    let code = code.get(..MAX_CODE).unwrap_or(code);
    let letter = match series {
        Series::Fees => 'F',
        Series::Deposits => 'D',
        Series::MaintenanceFund => 'M',
        Series::OwnersIncome => 'O',
        Series::Refunds => 'R',
    };
    format!("{code}{letter}{year}-{count:06}").parse().map_err(|_| CommonRefusal::LedgerMustBeOpen.into())
}

fn series(fund: Fund) -> Series {
    match fund {
        Fund::Operating | Fund::PassThrough => Series::Fees,
        Fund::Deposit => Series::Deposits,
        Fund::OwnersIncome => Series::OwnersIncome,
        Fund::MaintenanceFund => Series::MaintenanceFund,
    }
}

fn wanted(draft: &Draft<'_>, payment: PaymentId) -> Result<Wanted, Refusal> {
    let mut raw: BTreeMap<(Series, PartyId), Vec<(ReceiptLine, bool)>> = BTreeMap::new();
    for (account, lot) in draft.payment(payment).lots() {
        let state = draft.account(*account);
        if let Some(lot) = state.lot(*lot) {
            for (obligor, line, whole) in lines_of(&state, *account, lot) {
                raw.entry((series(line.fund), obligor)).or_default().push((line, whole));
            }
        }
    }
    raw.into_iter().map(|(key, lines)| Ok((key, fitted(lines)?))).collect()
}

/// What a lot did: the charges it paid directly, and what of it became credit. Draw-down later changes no receipt.
fn lines_of(state: &AccountState, account: AccountId, lot: &Lot) -> Vec<(PartyId, ReceiptLine, bool)> {
    let mut direct: Vec<_> =
        state.allocations().filter(|a| a.lot == lot.lot && a.mode == Mode::Direct).cloned().collect();
    direct.sort_by_key(|allocation| allocation.order);
    let mut lines = Vec::new();
    let mut credit = lot.received;
    for allocation in direct {
        let Some(charge) = state.charge(allocation.charge) else { continue };
        credit = credit.fold(allocation.amount.negated());
        let line = ReceiptLine {
            account: Some(account),
            fee_item: Some(charge.booking.fee_item),
            fund: charge.booking.fund,
            service: Some(charge.service),
            part: Some(allocation.part),
            amount: allocation.amount,
        };
        let whole = allocation.part == Part::Principal && allocation.amount == charge.posted;
        lines.push((charge.booking.obligor, line, whole));
    }
    if credit.is_positive() {
        let line = ReceiptLine {
            account: Some(account),
            fee_item: lot.earmark,
            fund: lot.fund,
            service: None,
            part: None,
            amount: credit,
        };
        lines.push((lot.holder, line, false));
    }
    lines
}

/// Joins months; sums a receipt with too many lines per account and item, then per item.
fn fitted(mut raw: Vec<(ReceiptLine, bool)>) -> Result<Vec<ReceiptLine>, Refusal> {
    raw.sort_by_key(|(line, _)| (line.account, line.fee_item, line.part, line.service.map(DateRange::from)));
    let mut lines: Vec<(ReceiptLine, bool)> = Vec::new();
    for (line, whole) in raw {
        match lines.last_mut() {
            Some((last, true)) if whole && follows(last, &line) => {
                last.amount = last.amount.plus(line.amount)?;
                last.service = joined(last.service, line.service);
            }
            _ => lines.push((line, whole)),
        }
    }
    let lines: Vec<ReceiptLine> = lines.into_iter().map(|(line, _)| line).collect();
    let lines = if lines.len() > MAX_LINES { summed(lines, |line| line.account)? } else { lines };
    let lines = if lines.len() > MAX_LINES { summed(lines, |_| None)? } else { lines };
    if lines.len() > MAX_LINES { Err(PaymentRefusal::LinesMustFitReceipt.into()) } else { Ok(lines) }
}

fn follows(last: &ReceiptLine, next: &ReceiptLine) -> bool {
    let same = (last.account, last.fee_item, last.part) == (next.account, next.fee_item, next.part);
    same && last.service.zip(next.service).is_some_and(|(last, next)| last.until() == next.from())
}

fn joined(last: Option<DateRange>, next: Option<DateRange>) -> Option<DateRange> {
    let (last, next) = last.zip(next)?;
    DateRange::new(last.from(), next.until()).ok()
}

fn summed(
    lines: Vec<ReceiptLine>,
    account: impl Fn(&ReceiptLine) -> Option<AccountId>,
) -> Result<Vec<ReceiptLine>, Refusal> {
    let mut sums: Vec<ReceiptLine> = Vec::new();
    for line in lines {
        let line = ReceiptLine { account: account(&line), service: None, ..line };
        let key = |l: &ReceiptLine| (l.account, l.fee_item, l.fund, l.part);
        match sums.iter_mut().find(|sum| key(sum) == key(&line)) {
            Some(sum) => sum.amount = sum.amount.plus(line.amount)?,
            None => sums.push(line),
        }
    }
    Ok(sums)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{pays, receipt_lines, story, to_account, transfer};
    use super::super::{Spending, UnidentifySuspense};
    use crate::account::ChargeSpec;
    use crate::account::fixture::{account, charge, charge_on, item, month};
    use crate::approval::fixture::limit;

    #[test]
    fn months_are_joined_only_when_paid_whole_and_in_a_row() {
        let mut story = story();
        for name in ["2026-01", "2026-02", "2026-04", "2026-05"] {
            charge(&mut story, month(name, "10.00"));
        }
        let events = story.accepted(&transfer("T1", "35.00", "2026-01-01", to_account(1)));
        assert_eq!(
            receipt_lines(&events),
            ["2026-01-01..2026-03-01 20.00", "2026-04-01..2026-05-01 10.00", "2026-05-01..2026-06-01 5.00"]
        );
    }

    #[test]
    fn numbers_have_no_gap_and_begin_anew_with_the_year() {
        let mut story = story();
        charge(&mut story, month("2026-01", "100.00"));
        let mut number_of = |reference: &str, day: &str| {
            let mut on = std::mem::take(&mut story).on(day);
            let texts = crate::account::fixture::told(&on.accepted(&transfer(reference, "1.00", day, to_account(1))));
            story = on;
            texts.last().cloned().unwrap_or_default()
        };
        assert_eq!(number_of("T1", "2026-01-01"), "receipt TESTF2026-000001 1.00");
        assert_eq!(number_of("T2", "2026-12-31"), "receipt TESTF2026-000002 1.00");
        assert_eq!(number_of("T3", "2027-01-01"), "receipt TESTF2027-000001 1.00");
    }

    #[test]
    fn what_no_sum_can_shorten_is_refused() {
        let mut story = story();
        for n in 0..41 {
            charge(&mut story, ChargeSpec { fee_item: item(n), ..month("2026-01", "1.00") });
        }
        let all = transfer("T1", "41.00", "2026-01-01", to_account(1));
        assert_eq!(story.refused(&all), "lines_must_fit_receipt");
        story.accepted(&transfer("T1", "40.00", "2026-01-01", to_account(1)));
    }

    #[test]
    fn a_receipt_without_lines_is_reversed_and_not_replaced() {
        let mut story = story();
        charge_on(&mut story, account(1), month("2026-01", "10.00"));
        let spending = Spending { pays: vec![pays(1, &[])], ..Spending::default() };
        let paid = super::super::fixture::payment(&mut story, &transfer("T1", "10.00", "2026-01-01", spending));
        let state = story.draft().account(account(1));
        let allocation = state.allocations().next().unwrap().clone();
        story.accepted(&crate::account::UndoAllocation { account: account(1), allocation: allocation.allocation });
        let withdraw = UnidentifySuspense {
            payment: paid,
            account: account(1),
            lot: allocation.lot,
            amount: None,
            authority: limit("10.00"),
        };
        let texts = crate::account::fixture::told(&story.accepted(&withdraw));
        assert_eq!(texts, ["withdrawn 10.00", "unidentified 10.00", "receipt_reversed"]);
    }
}
