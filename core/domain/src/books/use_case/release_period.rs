//! Releases what charges of a month had waiting for it: unearned revenue is earned, and the tax point has passed. Tax of other
//! charges that were received or invoiced by the end of the month, as their fee item says, is due as well.
//!
//! Some accounts by a command, so that a month of any size is released in chunks, in any order, again after any cut. A
//! charge waits only when it was posted before its month began, so nothing new waits once the month is over.

use super::close_period::must_be_closable;
use crate::account::{Charge, vat_split};
use crate::book::Fund;
use crate::books::tax_point::{TaxReached, reached_by, tax_point, waits};
use crate::books::{ItemAmount, MovedTax, RateDifference, RevenueReleased, TaxPointReached, TaxPointsMoved};
use crate::calendar::Month;
use crate::draft::{Decide, Draft};
use crate::fee_item::TaxPoint;
use crate::id::{AccountId, BooksId};
use crate::ledger::{LedgerKind, must_be};
use crate::money::Money;
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// Amounts of one fact, so that it and its lines fit a body.
const AMOUNTS: usize = 16;
/// Charges of one.
const CHARGES: usize = 10;

/// Releases the month of some accounts, at most 50; those that are released already are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReleasePeriod {
    /// The month, which must be the next to be closed.
    pub period: Month,
    /// The accounts.
    pub accounts: Vec<AccountId>,
}

/// What waits, by fee item.
#[derive(Debug, Default)]
struct Waiting {
    revenue: Vec<ItemAmount>,
    tax: Vec<ItemAmount>,
    differences: Vec<RateDifference>,
}

impl Decide for ReleasePeriod {
    fn operation(&self) -> &'static str {
        "release_period"
    }

    fn needs(&self) -> Vec<StreamRef> {
        self.accounts.iter().copied().map(StreamRef::from).collect()
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        must_be(draft, &[LedgerKind::Community])?;
        let (stream, period) = (BooksId::of_ledger(draft.context.ledger_id), self.period);
        let books = draft.books(stream);
        must_be_closable(draft, &books, period)?;
        let (mut waiting, mut accounts, mut moved_ahead) = (Waiting::default(), Vec::new(), Vec::new());
        for account in self.accounts.iter().copied().collect::<BTreeSet<AccountId>>() {
            let (state, mut ahead) = (draft.account(account), Vec::new());
            let released = books.is_released(period, account);
            let mut waits = false;
            for charge in state.charges() {
                waits |= !released && waiting.earn(charge, period)?;
                let Some(month) = moves_in(draft, charge, (period, released)) else { continue };
                let tax = reached_by(draft, &state, charge, period)?.less(&books.moved(charge.charge));
                if tax.is_nothing() {
                    continue;
                }
                match month {
                    Moves::WithItsMonth => {
                        waiting.due(charge, tax)?;
                        waits = true;
                    }
                    Moves::Ahead(tax_point) => ahead.push(moved(charge, tax_point, tax)),
                }
            }
            if waits {
                accounts.push(account);
            }
            moved_ahead.extend(ahead.chunks(CHARGES).map(|charges| (account, charges.to_vec())));
        }
        drop(books);
        let on = period.last_day();
        for amounts in waiting.revenue.chunks(AMOUNTS) {
            let (accounts, amounts) = (std::mem::take(&mut accounts), amounts.to_vec());
            draft.push_on(stream, on, RevenueReleased { period, accounts, amounts });
        }
        for amounts in waiting.tax.chunks(AMOUNTS) {
            let (accounts, amounts) = (std::mem::take(&mut accounts), amounts.to_vec());
            let differences = Vec::new();
            draft.push_on(stream, on, TaxPointReached { period, accounts, amounts, differences });
        }
        for differences in waiting.differences.chunks(AMOUNTS) {
            let (accounts, differences) = (std::mem::take(&mut accounts), differences.to_vec());
            draft.push_on(stream, on, TaxPointReached { period, accounts, amounts: Vec::new(), differences });
        }
        for (account, charges) in moved_ahead {
            draft.push_on(stream, on, TaxPointsMoved { period, account, charges });
        }
        Ok(())
    }
}

/// When tax of a charge is moved.
enum Moves {
    /// With its month, and with it all that is left of it.
    WithItsMonth,
    /// As it is received or invoiced.
    Ahead(TaxPoint),
}

/// When tax of a charge is moved, if any of it may be now.
fn moves_in(draft: &Draft<'_>, charge: &Charge, (period, released): (Month, bool)) -> Option<Moves> {
    if !waits(charge) {
        return None;
    }
    let point = tax_point(draft, charge);
    match charge.booking.period.cmp(&period) {
        _ if !point.is_service() => Some(Moves::Ahead(point)),
        Ordering::Less => None,
        Ordering::Equal => (!released).then_some(Moves::WithItsMonth),
        Ordering::Greater => Some(Moves::Ahead(point)),
    }
}

fn moved(charge: &Charge, tax_point: TaxPoint, tax: TaxReached) -> MovedTax {
    let (booking, vat_category) = (&charge.booking, charge.vat_category);
    MovedTax {
        charge: charge.charge,
        fee_item: booking.fee_item,
        fund: booking.fund,
        period: booking.period,
        vat_category,
        tax_point,
        amount: tax.posted,
        differences: tax.differences,
    }
}

impl Waiting {
    /// Adds what of a charge of the month is unearned; true when anything is.
    fn earn(&mut self, charge: &Charge, period: Month) -> Result<bool, Refusal> {
        let booking = &charge.booking;
        let unearned = booking.fund == Fund::Operating && !booking.recognised && !booking.opening;
        if booking.period != period || !unearned {
            return Ok(false);
        }
        let split = vat_split(charge.vat_category, charge.vat_rate, charge.owed)?;
        add(&mut self.revenue, charge, split.net)
    }

    /// Adds tax of a charge of the month.
    fn due(&mut self, charge: &Charge, tax: TaxReached) -> Result<(), Refusal> {
        add(&mut self.tax, charge, tax.posted)?;
        let (fee_item, fund) = (charge.booking.fee_item, charge.booking.fund);
        for changed in tax.differences {
            match self.differences.iter_mut().find(|of| of.fee_item == fee_item && of.vat == changed.vat) {
                Some(of) => of.amount = of.amount.plus(changed.amount)?,
                None => {
                    let (vat, amount) = (changed.vat, changed.amount);
                    self.differences.push(RateDifference { fee_item, fund, vat, amount });
                }
            }
        }
        Ok(())
    }
}

fn add(amounts: &mut Vec<ItemAmount>, charge: &Charge, amount: Money) -> Result<bool, Refusal> {
    if amount.is_zero() {
        return Ok(false);
    }
    let (booking, vat_category) = (&charge.booking, charge.vat_category);
    let same = |of: &&mut ItemAmount| of.fee_item == booking.fee_item && of.vat_category == vat_category;
    match amounts.iter_mut().find(same) {
        Some(of) => of.amount = of.amount.plus(amount)?,
        None => {
            amounts.push(ItemAmount { fee_item: booking.fee_item, fund: booking.fund, vat_category, amount });
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::fixture::{account, charge, charge_on, item, month, of_fund};
    use crate::account::{ChargeSpec, ReduceCharge, ReverseCharge};
    use crate::approval::fixture::limit;
    use crate::book::VatCategory;
    use crate::books::fixture::close;
    use crate::draft::NewEvent;
    use crate::fee_item::{CreateFeeItem, SetVat, Vat};
    use crate::id::ChargeId;
    use crate::payment::fixture::story;
    use crate::testing::Story;
    use crate::value::Count;

    /// Charged in January for a later month.
    fn ahead(of: &str, amount: &str) -> ChargeSpec {
        ChargeSpec { recognised: false, ..month(of, amount) }
    }

    fn release(period: &str) -> ReleasePeriod {
        ReleasePeriod { period: period.parse().unwrap(), accounts: vec![account(1), account(2), account(1)] }
    }

    /// Each fact as its day and lines.
    fn lines(events: &[NewEvent]) -> Vec<String> {
        let line = |event: &NewEvent| {
            let lines = event.postings.iter().flatten();
            let lines: Vec<String> = lines.map(|line| format!("{} {}", line.book, line.amount)).collect();
            format!("{} {}", event.effective_on, lines.join(", "))
        };
        events.iter().map(line).collect()
    }

    /// 106.00 on account 1 and 53.00 on account 2 for February, posted in January; it is 1 March, January is closed.
    fn february() -> (Story, ChargeId) {
        let mut story = story();
        let first = charge(&mut story, ahead("2026-02", "106.00"));
        charge_on(&mut story, account(2), ahead("2026-02", "53.00"));
        let mut story = story.on("2026-03-01");
        story.accepted(&close("2026-01"));
        (story, first)
    }

    #[test]
    fn what_was_unearned_is_revenue_and_its_tax_is_due_on_the_last_day_of_the_month() {
        let (mut story, _) = february();
        let released = story.when(&release("2026-02")).unwrap();
        assert_eq!(
            lines(&released),
            ["2026-02-28 unearned 150.00, revenue -150.00", "2026-02-28 vat_pending 9.00, vat_due -9.00"]
        );
        story.accepted(&close("2026-02"));
    }

    #[test]
    fn an_account_is_released_once_in_any_chunks() {
        let (mut story, _) = february();
        let of = |n| ReleasePeriod { accounts: vec![account(n)], ..release("2026-02") };
        assert_eq!(lines(&story.when(&of(2)).unwrap())[0], "2026-02-28 unearned 50.00, revenue -50.00");
        assert_eq!(lines(&story.when(&release("2026-02")).unwrap())[0], "2026-02-28 unearned 100.00, revenue -100.00");
        assert!(story.when(&release("2026-02")).unwrap().is_empty());
    }

    #[test]
    fn what_was_corrected_before_is_not_released() {
        let (mut story, first) = february();
        let reason = || "area measured again".parse().unwrap();
        let (on, authority) = (account(1), limit("1000.00"));
        let amount = "53.00".parse().unwrap();
        let reduced = story.when(&ReduceCharge { account: on, charge: first, amount, reason: reason(), authority });
        assert!(lines(&reduced.unwrap())[0].contains("unearned 50.00, vat_pending 3.00"));
        let released = story.when(&release("2026-02")).unwrap();
        assert_eq!(lines(&released)[0], "2026-02-28 unearned 100.00, revenue -100.00");
        // What is corrected later takes revenue back, and tax that is due.
        let reversed = story.when(&ReverseCharge { account: on, charge: first, reason: reason(), authority }).unwrap();
        assert!(lines(&reversed)[0].contains("revenue 50.00, vat_due 3.00"), "{:?}", lines(&reversed));
        story.accepted(&close("2026-02"));
    }

    #[test]
    fn a_rate_that_changed_before_the_tax_point_comes_out_of_what_was_earned() {
        let (mut story, first) = february();
        let vat = |rate: &str| Vat::of(VatCategory::Rated, Some(rate.parse().unwrap()));
        let (name, priority) = ("物业服务费".parse().unwrap(), Count(1));
        let create = CreateFeeItem { fee_item: item(1), name, fund: Fund::Operating, priority, vat: vat("0.06") };
        story.accepted(&create);
        story.accepted(&SetVat { fee_item: item(1), from: "2026-02-01".parse().unwrap(), vat: vat("0.03") });
        let released = story.when(&release("2026-02")).unwrap();
        // 106.00 and 53.00 at 3 %: 3.09 and 1.54 in place of 6.00 and 3.00.
        assert_eq!(
            lines(&released),
            [
                "2026-02-28 unearned 150.00, revenue -150.00",
                "2026-02-28 vat_pending 9.00, vat_due -9.00",
                "2026-02-28 revenue -4.37, vat_due 4.37"
            ]
        );
        assert!(story.when(&release("2026-02")).unwrap().is_empty(), "once");
        story.accepted(&close("2026-02"));
        // What is taken back later is taxed as its tax point was.
        let (on, authority) = (account(1), limit("1000.00"));
        let reverse = ReverseCharge { account: on, charge: first, reason: "wrong area".parse().unwrap(), authority };
        let reversed = story.when(&reverse).unwrap();
        assert!(lines(&reversed)[0].contains("revenue 102.91, vat_due 3.09"), "{:?}", lines(&reversed));
    }

    #[test]
    fn only_what_waits_is_released() {
        let mut story = story();
        charge(&mut story, ChargeSpec { tax_due: true, ..month("2026-02", "10.00") });
        charge(&mut story, of_fund(Fund::PassThrough, item(2), ahead("2026-02", "20.00")));
        charge(&mut story, ahead("2026-03", "30.00"));
        let mut story = story.on("2026-03-01");
        story.accepted(&close("2025-12"));
        assert_eq!(story.refused(&release("2026-02")), "period_must_be_next");
        story.accepted(&close("2026-01"));
        assert!(story.when(&release("2026-02")).unwrap().is_empty());
        assert_eq!(story.refused(&release("2026-03")), "period_must_be_over");
        assert_eq!(story.refused(&release("2026-01")), "period_must_be_open");
    }
}
