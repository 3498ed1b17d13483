//! What the facts of an `account` stream post: the table of the log format, fund by fund.
//!
//! May never happen here: a line that rests on anything but the fact's own data.

use super::deposit::{forfeited, held_line};
use super::event::{AccountEvent, ChargePosted, CreditMoved};
use super::fund::{balance_line, fund_owed_line};
use super::opening::{credited, held, owed};
use super::terms::{Booking, Part, VatSplit};
use crate::book::{Book, Fund};
use crate::calendar::CivilDate;
use crate::id::{AccountId, ChargeId, DepositId, LotId, PartyId};
use crate::money::Money;
use crate::payment::{money_line, suspense_line};
use crate::posting::{Posting, Postings};

/// The lines of a fact; none when it is no money event.
pub(crate) fn postings(event: &AccountEvent, _effective_on: CivilDate) -> Option<Postings> {
    let none = Postings::new();
    Some(match event {
        AccountEvent::AccountOpened(_)
        | AccountEvent::CreditReleased(_)
        | AccountEvent::ChargesInvoiced(_)
        | AccountEvent::ChargesRedLettered(_)
        | AccountEvent::OpeningBilledUntilSet(_)
        | AccountEvent::OpeningBilledUntilReversed(_) => return None,
        AccountEvent::ChargePosted(e) => charged(e),
        AccountEvent::ChargeReduced(e) => taken_back(&e.booking, e.charge, e.amount, &e.vat),
        AccountEvent::ChargeReversed(e) => taken_back(&e.booking, e.charge, e.amount, &e.vat),
        AccountEvent::ChargeWaived(e) => waived(&e.booking, e.charge, e.amount, &e.vat),
        AccountEvent::ChargeWrittenOff(e) => given_up(&e.booking, e.charge, e.amount),
        AccountEvent::ChargeRecovered(e) => given_up(&e.booking, e.charge, e.amount).mirrored(),
        AccountEvent::CreditReceived(e) => none
            .debit(suspense_line(e.fund.purse(), e.channel_account), e.amount)
            .credit(credit_line(e.account, e.holder, e.lot, e.fund), e.amount),
        AccountEvent::CreditWithdrawn(e) => none
            .debit(credit_line(e.account, e.holder, e.lot, e.fund), e.amount)
            .credit(suspense_line(e.fund.purse(), e.channel_account), e.amount),
        AccountEvent::CreditMoved(e) => moved(e),
        // What was never posted is not taken back.
        AccountEvent::LateFeeWaived(_) => none,
        // The charge that is owed for it posts.
        AccountEvent::LateFeeAdjudged(_) | AccountEvent::LateFeeAwardLifted(_) => none,
        AccountEvent::ChargePaid(e) => {
            paid(&e.booking, (e.charge, e.lot), e.holder, (e.part, e.vat.as_ref()), e.amount)
        }
        AccountEvent::ChargePaymentUndone(e) => {
            paid(&e.booking, (e.charge, e.lot), e.holder, (e.part, e.vat.as_ref()), e.amount).mirrored()
        }
        AccountEvent::RefundApproved(e) => none
            .debit(credit_line(e.account, e.holder, e.lot, e.fund), e.amount)
            .credit(refunds_line(e.account, e.holder, e.fund), e.amount),
        AccountEvent::RefundSettled(e) => none
            .debit(refunds_line(e.account, e.holder, e.fund), e.amount)
            .credit(money_line(e.channel, e.fund.purse(), e.channel_account), e.amount),
        AccountEvent::RefundFailed(e) => none
            .debit(refunds_line(e.account, e.holder, e.fund), e.amount)
            .credit(credit_line(e.account, e.holder, e.lot, e.fund), e.amount),
        AccountEvent::DepositReturned(e) => none
            .debit(held_line(e.account, e.payer, e.deposit), e.amount)
            .credit(refunds_line(e.account, e.payer, Fund::Deposit), e.amount),
        AccountEvent::DepositReturnFailed(e) => none
            .debit(refunds_line(e.account, e.payer, Fund::Deposit), e.amount)
            .credit(held_line(e.account, e.payer, e.deposit), e.amount),
        AccountEvent::DepositForfeited(e) => {
            forfeited(held_line(e.account, e.payer, e.deposit), e.fee_item, e.amount, &e.vat)
        }
        AccountEvent::ForfeitureReversed(e) => {
            forfeited(held_line(e.account, e.payer, e.deposit), e.fee_item, e.amount, &e.vat).mirrored()
        }
        AccountEvent::FundSpent(e) => {
            none.debit(balance_line(e.account), e.amount).credit(fund_owed_line(e.supplier), e.amount)
        }
        AccountEvent::FundSpendReturned(e) => {
            none.debit(fund_owed_line(e.supplier), e.amount).credit(balance_line(e.account), e.amount)
        }
        AccountEvent::OpeningChargePosted(e) => owed(&e.booking, e.charge, e.amount),
        AccountEvent::OpeningChargeReversed(e) => owed(&e.booking, e.charge, e.amount).mirrored(),
        AccountEvent::OpeningCreditPosted(e) => credited(e.account, e.holder, e.lot, e.fund, e.amount),
        AccountEvent::OpeningCreditReversed(e) => credited(e.account, e.holder, e.lot, e.fund, e.amount).mirrored(),
        AccountEvent::OpeningDepositPosted(e) => held(e.account, e.payer, e.deposit, e.amount),
        AccountEvent::OpeningDepositReversed(e) => held(e.account, e.payer, e.deposit, e.amount).mirrored(),
    })
}

/// The fund of the lots that pay charges of a fund: operating credit pays operating and pass-through.
pub(crate) fn lot_fund(fund: Fund) -> Fund {
    match fund {
        Fund::Operating | Fund::PassThrough => Fund::Operating,
        Fund::Deposit | Fund::OwnersIncome | Fund::MaintenanceFund => fund,
    }
}

fn charged(e: &ChargePosted) -> Postings {
    let none = Postings::new();
    let Some(receivable) = receivable_line(&e.booking, e.charge) else { return none };
    if e.booking.opening {
        return owed(&e.booking, e.charge, e.amount);
    }
    earned(none.debit(receivable, e.amount), &e.booking, e.amount, &e.vat)
}

/// Credits what a charge earns: net and tax, or what is owed on to others.
fn earned(lines: Postings, booking: &Booking, amount: Money, vat: &VatSplit) -> Postings {
    let item = |book| Posting {
        fund: Some(booking.fund),
        fee_item: Some(booking.fee_item),
        period: Some(booking.period),
        ..Posting::on(book, booking.fund.purse())
    };
    let taxed = |book| Posting { vat_category: Some(vat.category), ..item(book) };
    let tax = if booking.tax_due { Book::VatDue } else { Book::VatPending };
    if is_award(booking) {
        return lines.credit(taxed(Book::LateFeeIncome), vat.net).credit(taxed(tax), vat.tax);
    }
    match booking.fund {
        Fund::Operating => {
            let income = if booking.recognised { Book::Revenue } else { Book::Unearned };
            lines.credit(taxed(income), vat.net).credit(taxed(tax), vat.tax)
        }
        Fund::OwnersIncome => lines.credit(taxed(Book::OwnersIncomePayable), vat.net).credit(taxed(tax), vat.tax),
        Fund::PassThrough => lines.credit(item(Book::PassThroughPayable), amount),
        Fund::Deposit | Fund::MaintenanceFund => lines,
    }
}

/// A late fee is the company's income, whatever fund it is on.
fn is_award(booking: &Booking) -> bool {
    booking.part == Some(Part::LateFee)
}

/// The mirror of what was posted; what an opening was wrong by is an expense of today.
fn taken_back(booking: &Booking, charge: ChargeId, amount: Money, vat: &VatSplit) -> Postings {
    let none = Postings::new();
    let Some(receivable) = receivable_line(booking, charge) else { return none };
    if booking.opening {
        return none.debit(adjustment_line(booking), amount).credit(receivable, amount);
    }
    earned(none.debit(receivable, amount), booking, amount, vat).mirrored()
}

/// As a reduction, but the supplier still gets his money: the company bears it.
fn waived(booking: &Booking, charge: ChargeId, amount: Money, vat: &VatSplit) -> Postings {
    match receivable_line(booking, charge) {
        Some(receivable) if booking.fund == Fund::PassThrough && !is_award(booking) => {
            let borne = Posting {
                fund: Some(booking.fund),
                fee_item: Some(booking.fee_item),
                period: Some(booking.period),
                ..Posting::on(Book::BorneExpense, booking.fund.purse())
            };
            Postings::new().debit(borne, amount).credit(receivable, amount)
        }
        _ => taken_back(booking, charge, amount, vat),
    }
}

/// The receivable is taken against the allowance; the tax stays due, and the debt is owed off the books.
fn given_up(booking: &Booking, charge: ChargeId, amount: Money) -> Postings {
    let none = Postings::new();
    let Some(receivable) = receivable_line(booking, charge) else { return none };
    let allowance = Posting {
        fund: Some(booking.fund),
        fee_item: Some(booking.fee_item),
        period: Some(booking.period),
        ..Posting::on(Book::Allowance, booking.fund.purse())
    };
    none.debit(allowance, amount).credit(receivable, amount)
}

fn moved(e: &CreditMoved) -> Postings {
    Postings::new()
        .debit(credit_line(e.account, e.from, e.lot, e.fund), e.amount)
        .credit(credit_line(e.account, e.to, e.to_lot, e.fund), e.amount)
}

fn paid(
    b: &Booking,
    (charge, lot): (ChargeId, LotId),
    holder: PartyId,
    (part, vat): (Part, Option<&VatSplit>),
    amount: Money,
) -> Postings {
    let lines = Postings::new().debit(credit_line(b.account, holder, lot, lot_fund(b.fund)), amount);
    let whole = Posting { account: Some(b.account), fund: Some(b.fund), ..Posting::on(Book::Credit, b.fund.purse()) };
    let settled = match (part, b.fund) {
        (Part::LateFee, _) => return late_fee_earned(lines, b, amount, vat),
        (Part::Principal, Fund::Operating | Fund::PassThrough | Fund::OwnersIncome) => {
            receivable_line(b, charge).unwrap_or(whole)
        }
        // A deposit belongs to its payer and is named by the charge that asked for it.
        (Part::Principal, Fund::Deposit) => held_line(b.account, holder, DepositId(charge.uuid())),
        (Part::Principal, Fund::MaintenanceFund) => balance_line(b.account),
    };
    lines.credit(settled, amount)
}

/// A late fee is income when it is paid, and so its tax is due at once.
fn late_fee_earned(lines: Postings, b: &Booking, amount: Money, vat: Option<&VatSplit>) -> Postings {
    let line = |book| Posting {
        fund: Some(b.fund),
        fee_item: Some(b.fee_item),
        period: Some(b.period),
        vat_category: vat.map(|vat| vat.category),
        ..Posting::on(book, b.fund.purse())
    };
    match vat {
        Some(vat) => lines.credit(line(Book::LateFeeIncome), vat.net).credit(line(Book::VatDue), vat.tax),
        None => lines.credit(line(Book::LateFeeIncome), amount),
    }
}

/// The asset that an open charge is; deposits and fund demands are none until they are paid.
pub(super) fn receivable_line(booking: &Booking, charge: ChargeId) -> Option<Posting> {
    let book = match booking.fund {
        Fund::Operating | Fund::OwnersIncome => Book::Receivable,
        Fund::PassThrough => Book::PassThroughReceivable,
        Fund::Deposit | Fund::MaintenanceFund => return None,
    };
    Some(Posting {
        fund: Some(booking.fund),
        account: Some(booking.account),
        party: Some(booking.obligor),
        charge: Some(charge),
        fee_item: Some(booking.fee_item),
        period: Some(booking.period),
        ..Posting::on(book, booking.fund.purse())
    })
}

fn adjustment_line(booking: &Booking) -> Posting {
    Posting {
        fund: Some(booking.fund),
        fee_item: Some(booking.fee_item),
        period: Some(booking.period),
        ..Posting::on(Book::PriorAdjustment, booking.fund.purse())
    }
}

pub(super) fn credit_line(account: AccountId, holder: PartyId, lot: LotId, fund: Fund) -> Posting {
    Posting {
        fund: Some(fund),
        account: Some(account),
        party: Some(holder),
        lot: Some(lot),
        ..Posting::on(Book::Credit, fund.purse())
    }
}

fn refunds_line(account: AccountId, holder: PartyId, fund: Fund) -> Posting {
    Posting {
        fund: Some(fund),
        account: Some(account),
        party: Some(holder),
        ..Posting::on(Book::RefundsPayable, fund.purse())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::uuid;

    fn booking(fund: Fund) -> Booking {
        Booking {
            account: AccountId(uuid(1)),
            fee_item: crate::id::FeeItemId(uuid(2)),
            fund,
            obligor: PartyId(uuid(3)),
            period: "2026-01".parse().unwrap(),
            recognised: true,
            tax_due: false,
            opening: false,
            part: None,
        }
    }

    fn vat() -> VatSplit {
        VatSplit {
            category: crate::book::VatCategory::Rated,
            rate: Some("0.06".parse().unwrap()),
            net: "94.34".parse().unwrap(),
            tax: "5.66".parse().unwrap(),
        }
    }

    /// `book amount` of each line, as a table that an accountant can read.
    fn shown(lines: Postings) -> Vec<String> {
        let lines = lines.finish();
        assert!(crate::posting::balanced(&lines));
        lines.iter().map(|l| format!("{} {} {}", l.purse, l.book, l.amount)).collect()
    }

    #[test]
    fn each_fund_posts_its_own_way() {
        let hundred: Money = "100.00".parse().unwrap();
        let (charge, lot, holder) = (ChargeId(uuid(9)), LotId(uuid(8)), PartyId(uuid(3)));
        // Fund; what a charge posts, what its waiver posts, what its payment posts.
        type Row = (Fund, &'static [&'static str], &'static [&'static str], &'static [&'static str]);
        let table: &[Row] = &[
            (
                Fund::Operating,
                &["company receivable 100.00", "company revenue -94.34", "company vat_pending -5.66"],
                &["company receivable -100.00", "company revenue 94.34", "company vat_pending 5.66"],
                &["company credit 100.00", "company receivable -100.00"],
            ),
            (
                Fund::PassThrough,
                &["company pass_through_receivable 100.00", "company pass_through_payable -100.00"],
                &["company borne_expense 100.00", "company pass_through_receivable -100.00"],
                &["company credit 100.00", "company pass_through_receivable -100.00"],
            ),
            (
                Fund::OwnersIncome,
                &["company receivable 100.00", "company owners_income_payable -94.34", "company vat_pending -5.66"],
                &["company receivable -100.00", "company owners_income_payable 94.34", "company vat_pending 5.66"],
                &["company credit 100.00", "company receivable -100.00"],
            ),
            (Fund::Deposit, &[], &[], &["company credit 100.00", "company deposit_held -100.00"]),
            (
                Fund::MaintenanceFund,
                &[],
                &[],
                &["maintenance_fund credit 100.00", "maintenance_fund fund_balance -100.00"],
            ),
        ];
        for (fund, posts, waives, pays) in table {
            let b = booking(*fund);
            let debit = receivable_line(&b, charge)
                .map_or_else(Postings::new, |line| earned(Postings::new().debit(line, hundred), &b, hundred, &vat()));
            assert_eq!(shown(debit), *posts, "{fund}");
            assert_eq!(shown(waived(&b, charge, hundred, &vat())), *waives, "{fund}");
            assert_eq!(shown(paid(&b, (charge, lot), holder, (Part::Principal, None), hundred)), *pays, "{fund}");
        }
    }

    #[test]
    fn a_late_fee_is_income_and_its_tax_is_due() {
        let (b, ids) = (booking(Fund::Operating), (ChargeId(uuid(9)), LotId(uuid(8))));
        let lines = paid(&b, ids, PartyId(uuid(3)), (Part::LateFee, Some(&vat())), "100.00".parse().unwrap());
        assert_eq!(shown(lines), ["company credit 100.00", "company late_fee_income -94.34", "company vat_due -5.66"]);
    }

    #[test]
    fn an_adjudged_late_fee_is_owed_and_income_and_so_is_its_mirror() {
        let (charge, hundred) = (ChargeId(uuid(9)), "100.00".parse().unwrap());
        for (fund, book) in [(Fund::Operating, "receivable"), (Fund::PassThrough, "pass_through_receivable")] {
            let b = Booking { part: Some(Part::LateFee), tax_due: true, ..booking(fund) };
            let debit = Postings::new().debit(receivable_line(&b, charge).unwrap(), hundred);
            let posts = [
                format!("company {book} 100.00"),
                "company late_fee_income -94.34".into(),
                "company vat_due -5.66".into(),
            ];
            assert_eq!(shown(earned(debit, &b, hundred, &vat())), posts);
            let back = [
                format!("company {book} -100.00"),
                "company late_fee_income 94.34".into(),
                "company vat_due 5.66".into(),
            ];
            assert_eq!(shown(waived(&b, charge, hundred, &vat())), back);
        }
    }

    #[test]
    fn what_is_given_up_goes_against_the_allowance_and_comes_back_from_there() {
        let (b, charge, hundred) = (booking(Fund::Operating), ChargeId(uuid(9)), "100.00".parse().unwrap());
        let lines = given_up(&b, charge, hundred);
        assert_eq!(shown(lines.clone()), ["company allowance 100.00", "company receivable -100.00"]);
        assert_eq!(shown(lines.mirrored()), ["company allowance -100.00", "company receivable 100.00"]);
    }

    #[test]
    fn a_wrong_opening_is_an_expense_of_today() {
        let b = Booking { opening: true, ..booking(Fund::Operating) };
        let lines = taken_back(&b, ChargeId(uuid(9)), "100.00".parse().unwrap(), &vat());
        assert_eq!(shown(lines), ["company prior_adjustment 100.00", "company receivable -100.00"]);
    }
}
