//! Stories of supplier bills: recorded once, paid up to their amount, undone in order, and what is posted.

use super::*;
use crate::approval::fixture::limit;
use crate::calendar::CivilDate;
use crate::draft::NewEvent;
use crate::id::{LedgerId, SupplierBillId, SupplierId, SupplierPaymentId};
use crate::ledger::LedgerKind;
use crate::payment::fixture::{bank, cash_box, fund_bank};
use crate::testing::{Story, uuid};
use crate::value::Label;

fn day(text: &str) -> CivilDate {
    text.parse().unwrap()
}

fn reason() -> Label {
    "抄表有误".parse().unwrap()
}

fn record(community: LedgerId, number: &str) -> RecordSupplierBill {
    let supplier = SupplierId::of_name(community, "城东供电局");
    RecordSupplierBill {
        bill: SupplierBillId::of_number(supplier, number),
        supplier,
        name: "城东供电局".parse().unwrap(),
        number: number.parse().unwrap(),
        utility: Utility::Electricity,
        period: "2025-12".parse().unwrap(),
        amount: "1000.00".parse().unwrap(),
        received_on: day("2025-12-30"),
    }
}

fn pay(bill: SupplierBillId, amount: &str) -> PaySupplierBill {
    let (amount, value_on) = (amount.parse().unwrap(), day("2025-12-31"));
    PaySupplierBill { bill, amount, channel: bank(), reference: None, value_on }
}

fn story() -> (Story, RecordSupplierBill) {
    let story = Story::new().in_ledger(LedgerKind::Community);
    let record = record(story.ledger_id(), "E-2025-12");
    (story, record)
}

/// `day: book amount period` of each line.
fn posted(events: &[NewEvent]) -> Vec<String> {
    let lines = events.iter().flat_map(|event| event.postings.iter().flatten().map(move |line| (event, line)));
    let period = |line: &crate::posting::Posting| line.period.map(|month| format!(" {month}")).unwrap_or_default();
    lines.map(|(e, line)| format!("{}: {} {}{}", e.effective_on, line.book, line.amount, period(line))).collect()
}

#[test]
fn a_bill_is_owed_paid_and_posted_as_the_log_format_says() {
    let (mut story, record) = story();
    let events = story.when(&record).unwrap();
    assert_eq!(
        posted(&events),
        ["2025-12-30: pass_through_payable 1000.00 2025-12", "2025-12-30: supplier_payable -1000.00 2025-12"]
    );
    let events = story.when(&pay(record.bill, "400.00")).unwrap();
    assert_eq!(posted(&events), ["2025-12-31: supplier_payable 400.00 2025-12", "2025-12-31: bank -400.00"]);
    assert_eq!(story.refused(&pay(record.bill, "600.01")), "supplier_payment_must_not_exceed_open");
    story.accepted(&pay(record.bill, "600.00"));
    assert_eq!(story.refused(&pay(record.bill, "0.01")), "supplier_payment_must_not_exceed_open");
}

#[test]
fn a_number_of_a_supplier_stands_once() {
    let (mut story, record) = story();
    story.accepted(&record);
    assert_eq!(story.refused(&record), "supplier_bill_must_be_new");
    let reverse = ReverseSupplierBill { bill: record.bill, reason: reason(), authority: limit("1000.00") };
    story.accepted(&reverse);
    assert_eq!(story.refused(&reverse), "supplier_bill_must_exist");
    story.accepted(&record);
    let written = |number| SupplierBillId::of_number(record.supplier, number);
    assert_eq!(written("e-2025-12"), record.bill, "as people write it");
}

#[test]
fn what_was_wrong_is_undone_in_order() {
    let (mut story, record) = story();
    story.accepted(&record);
    let events = story.when(&pay(record.bill, "400.00")).unwrap();
    let crate::stream::Event::SupplierBill(SupplierBillEvent::SupplierBillPaid(paid)) = &events[0].event else {
        panic!("{events:?}")
    };
    let reverse = ReverseSupplierBill { bill: record.bill, reason: reason(), authority: limit("1000.00") };
    assert_eq!(story.refused(&reverse), "supplier_bill_must_be_untouched");
    let undo = ReverseSupplierPayment {
        bill: record.bill,
        payment: paid.payment,
        reason: reason(),
        authority: limit("400.00"),
    };
    let unknown = ReverseSupplierPayment { payment: SupplierPaymentId(uuid(1)), ..undo.clone() };
    assert_eq!(story.refused(&unknown), "supplier_payment_must_stand");
    let events = story.when(&undo).unwrap();
    assert_eq!(posted(&events), ["2026-01-01: bank 400.00", "2026-01-01: supplier_payable -400.00 2025-12"]);
    assert_eq!(story.refused(&undo), "supplier_payment_must_stand");
    story.accepted(&reverse);
}

#[test]
fn own_use_is_borne_and_a_difference_goes_on_and_never_into_revenue() {
    let (mut story, record) = story();
    story.accepted(&record);
    let own = |amount: &str| SetOwnUse {
        bill: record.bill,
        amount: amount.parse().unwrap(),
        reason: reason(),
        authority: limit("1000.00"),
    };
    assert_eq!(story.refused(&own("1000.01")), "own_use_must_be_within_bill");
    assert_eq!(story.refused(&own("0.00")), "own_use_must_be_within_bill");
    story.accepted(&own("80.00"));
    let events = story.when(&own("50.00")).unwrap();
    assert_eq!(
        posted(&events),
        ["2026-01-01: borne_expense -30.00 2025-12", "2026-01-01: pass_through_payable 30.00 2025-12"]
    );
    let carry = |to: &str, amount: &str| CarryDifference {
        bill: record.bill,
        to: to.parse().unwrap(),
        amount: amount.parse().unwrap(),
        reason: reason(),
        authority: limit("100.00"),
    };
    assert_eq!(story.refused(&carry("2025-12", "12.34")), "difference_must_be_carried_on");
    assert_eq!(story.refused(&carry("2026-01", "0.00")), "difference_must_be_carried_on");
    let events = story.when(&carry("2026-01", "12.34")).unwrap();
    assert_eq!(
        posted(&events),
        ["2026-01-01: pass_through_payable 12.34 2026-01", "2026-01-01: pass_through_payable -12.34 2025-12"]
    );
    let reverse = ReverseSupplierBill { bill: record.bill, reason: reason(), authority: limit("1000.00") };
    assert_eq!(story.refused(&reverse), "supplier_bill_must_be_untouched");
    story.accepted(&carry("2026-01", "-12.34"));
    story.accepted(&own("0.00"));
    story.accepted(&reverse);
}

#[test]
fn what_cannot_be_is_refused_by_name() {
    let (mut story, record) = story();
    let free = RecordSupplierBill { amount: "0.00".parse().unwrap(), ..record.clone() };
    assert_eq!(story.refused(&free), "amount_must_be_positive");
    let early = RecordSupplierBill { received_on: day("2026-01-02"), ..record.clone() };
    assert_eq!(story.refused(&early), "received_on_must_not_be_in_future");
    assert_eq!(story.refused(&pay(record.bill, "1.00")), "supplier_bill_must_exist");
    story.accepted(&record);
    assert_eq!(story.refused(&pay(record.bill, "0.00")), "amount_must_be_positive");
    for channel in [cash_box(), fund_bank()] {
        assert_eq!(
            story.refused(&PaySupplierBill { channel, ..pay(record.bill, "1.00") }),
            "supplier_must_be_paid_by_bank"
        );
    }
    let tomorrow = PaySupplierBill { value_on: day("2026-01-02"), ..pay(record.bill, "1.00") };
    assert_eq!(story.refused(&tomorrow), "value_date_must_not_be_in_future");
    let beyond = ReverseSupplierBill { bill: record.bill, reason: reason(), authority: limit("999.99") };
    assert_eq!(story.refused(&beyond), "approval_must_be_given");
}
