//! When tax is due: with the month of the service, when it is paid, when it is invoiced, or whichever comes first.

use super::stories::{ask_red, issued, of, red, red_issued, request, reverse, says, story};
use crate::account::fixture::{account, charge, day, item, money, month};
use crate::account::{ChargeSpec, ReduceCharge, ReverseCharge};
use crate::approval::fixture::limit;
use crate::book::VatCategory;
use crate::books::ReleasePeriod;
use crate::books::fixture::close;
use crate::draft::NewEvent;
use crate::fee_item::{SetVat, TaxPoint, Vat};
use crate::id::{ChargeId, PaymentId};
use crate::payment::fixture::{payment, to_account, transfer};
use crate::testing::Story;

/// Fee item 1 is taxed by a rule from a day on.
fn taxed(story: &mut Story, tax_point: TaxPoint, (rate, from): (&str, &str)) {
    let vat = Vat { tax_point, ..Vat::of(VatCategory::Rated, rate.parse().ok()) };
    story.accepted(&SetVat { fee_item: item(1), from: day(from), vat });
}

/// A story of items 1 to 3, the first of which is taxed at 6 % by a rule.
fn by(tax_point: TaxPoint) -> Story {
    let mut story = story();
    taxed(&mut story, tax_point, ("0.06", "2026-01-01"));
    story
}

/// 106.00 of a month, 6.00 of it tax; charged ahead when the month is not January.
fn charged(story: &mut Story, of_month: &str) -> ChargeId {
    let begun = of_month == "2026-01";
    charge(story, of(item(1), ChargeSpec { recognised: begun, tax_due: begun, ..month(of_month, "106.00") }))
}

fn paid(story: &mut Story, reference: &str, amount: &str, on: &str) -> PaymentId {
    payment(story, &transfer(reference, amount, on, to_account(1)))
}

/// Each fact as its day and lines.
fn lines(events: &[NewEvent]) -> Vec<String> {
    let line = |event: &NewEvent| {
        let lines: Vec<String> =
            event.postings.iter().flatten().map(|line| format!("{} {}", line.book, line.amount)).collect();
        format!("{} {}", event.effective_on, lines.join(", "))
    };
    events.iter().map(line).collect()
}

/// Closes a month on the first day of the next one; answers what was released before.
fn closed(story: Story, period: &str) -> (Story, Vec<String>) {
    let month: crate::calendar::Month = period.parse().unwrap();
    let mut story = story.on(&month.next().first_day().to_string());
    let release = ReleasePeriod { period: month, accounts: vec![account(1)] };
    let released = lines(&story.when(&release).unwrap());
    assert!(story.when(&release).unwrap().is_empty(), "{period} is released once");
    story.accepted(&close(period));
    (story, released)
}

fn why() -> crate::value::Label {
    "面积有误".parse().unwrap()
}

#[test]
fn what_is_taxed_by_receipt_is_due_when_it_is_paid_and_no_longer_when_the_money_goes() {
    let mut story = by(TaxPoint::Receipt);
    let posted = ChargeSpec { recognised: true, tax_due: true, ..month("2026-01", "106.00") };
    charge(&mut story, of(item(1), posted));
    paid(&mut story, "T1", "53.00", "2026-01-01");
    let (mut story, january) = closed(story, "2026-01");
    assert_eq!(january, ["2026-01-31 vat_pending 3.00, vat_due -3.00"]);
    let rest = paid(&mut story, "T2", "53.00", "2026-02-01");
    let (mut story, february) = closed(story, "2026-02");
    assert_eq!(february, ["2026-02-28 vat_pending 3.00, vat_due -3.00"]);
    story.accepted(&reverse(rest));
    let (_, march) = closed(story, "2026-03");
    assert_eq!(march, ["2026-03-31 vat_pending -3.00, vat_due 3.00"]);
}

#[test]
fn the_earliest_point_takes_what_was_paid_ahead_and_the_month_takes_the_rest() {
    let mut story = by(TaxPoint::Earliest);
    charged(&mut story, "2026-03");
    paid(&mut story, "T1", "53.00", "2026-01-01");
    let (story, january) = closed(story, "2026-01");
    assert_eq!(january, ["2026-01-31 vat_pending 3.00, vat_due -3.00"]);
    let (story, february) = closed(story, "2026-02");
    assert!(february.is_empty(), "{february:?}");
    let (mut story, march) = closed(story, "2026-03");
    assert_eq!(march, ["2026-03-31 unearned 100.00, revenue -100.00", "2026-03-31 vat_pending 3.00, vat_due -3.00"]);
    paid(&mut story, "T2", "53.00", "2026-04-01");
    let (_, april) = closed(story, "2026-04");
    assert!(april.is_empty(), "{april:?}");
}

#[test]
fn an_invoice_ahead_of_the_service_month_makes_its_day_the_tax_point() {
    let mut story = by(TaxPoint::ServiceMonth);
    charged(&mut story, "2026-03");
    let money = paid(&mut story, "T1", "106.00", "2026-01-01");
    story.accepted(&request(1, money));
    story.accepted(&says(1, issued(1)));
    let (mut story, january) = closed(story, "2026-01");
    assert_eq!(january, ["2026-01-31 vat_pending 6.00, vat_due -6.00"]);
    story.accepted(&ask_red(1));
    let confirmed = super::RedLetterStanding::Confirmed { confirmation: "R1".parse().unwrap() };
    story.accepted(&red(1, 1, confirmed));
    story.accepted(&red(1, 1, red_issued(1)));
    let (story, february) = closed(story, "2026-02");
    assert_eq!(february, ["2026-02-28 vat_pending -6.00, vat_due 6.00"]);
    let (_, march) = closed(story, "2026-03");
    assert_eq!(march, ["2026-03-31 unearned 100.00, revenue -100.00", "2026-03-31 vat_pending 6.00, vat_due -6.00"]);
}

#[test]
fn what_is_taxed_by_invoice_alone_waits_for_it() {
    let mut story = by(TaxPoint::Invoice);
    charged(&mut story, "2026-01");
    let money = paid(&mut story, "T1", "106.00", "2026-01-01");
    let (mut story, january) = closed(story, "2026-01");
    assert!(january.is_empty(), "{january:?}");
    story.accepted(&request(1, money));
    // The day of it lies in a month that is closed.
    story.accepted(&says(1, issued(1)));
    let (_, february) = closed(story, "2026-02");
    assert_eq!(february, ["2026-02-28 vat_pending 6.00, vat_due -6.00"]);
}

#[test]
fn the_rate_is_that_of_the_tax_points_day() {
    let mut story = by(TaxPoint::Receipt);
    charged(&mut story, "2026-01");
    paid(&mut story, "T1", "53.00", "2026-01-01");
    taxed(&mut story, TaxPoint::Receipt, ("0.03", "2026-02-01"));
    let (mut story, january) = closed(story, "2026-01");
    assert_eq!(january, ["2026-01-31 vat_pending 3.00, vat_due -3.00"]);
    paid(&mut story, "T2", "53.00", "2026-02-01");
    let (_, february) = closed(story, "2026-02");
    // tax(106.00) − tax(53.00) at 3 %: 3.09 − 1.54 in place of 3.00.
    assert_eq!(february, ["2026-02-28 vat_pending 3.00, vat_due -1.55, revenue -1.45"]);
}

#[test]
fn what_is_taken_off_before_the_close_is_set_right_by_it() {
    let mut story = by(TaxPoint::Receipt);
    let first = charged(&mut story, "2026-01");
    paid(&mut story, "T1", "106.00", "2026-01-01");
    let (mut story, january) = closed(story, "2026-01");
    assert_eq!(january, ["2026-01-31 vat_pending 6.00, vat_due -6.00"]);
    let (on, authority) = (account(1), limit("1000.00"));
    let reduce = ReduceCharge { account: on, charge: first, amount: money("53.00"), reason: why(), authority };
    assert!(lines(&story.when(&reduce).unwrap()).iter().any(|line| line.contains("revenue 50.00, vat_pending 3.00")));
    let (mut story, february) = closed(story, "2026-02");
    assert_eq!(february, ["2026-02-28 vat_pending -3.00, vat_due 3.00"]);
    story.accepted(&ReverseCharge { account: on, charge: first, reason: why(), authority });
    let (_, march) = closed(story, "2026-03");
    assert_eq!(march, ["2026-03-31 vat_pending -3.00, vat_due 3.00"]);
}

#[test]
fn a_charge_on_an_invoice_is_not_taken_back_before_the_red_letter() {
    let mut story = by(TaxPoint::ServiceMonth);
    let first = charged(&mut story, "2026-01");
    let second = charged(&mut story, "2026-02");
    let money_in = paid(&mut story, "T1", "159.00", "2026-01-01");
    story.accepted(&request(1, money_in));
    let (on, authority) = (account(1), limit("1000.00"));
    let reverse = ReverseCharge { account: on, charge: first, reason: why(), authority };
    assert_eq!(story.refused(&reverse), "payment_must_not_be_invoiced");
    let reduce =
        |amount: &str| ReduceCharge { account: on, charge: second, amount: money(amount), reason: why(), authority };
    assert_eq!(story.refused(&reduce("53.01")), "payment_must_not_be_invoiced");
    // What nobody paid is on no invoice.
    story.accepted(&reduce("53.00"));
    story.accepted(&says(1, super::InvoiceStanding::Failed { code: "TITLE-REFUSED".parse().unwrap() }));
    story.accepted(&reverse);
}
