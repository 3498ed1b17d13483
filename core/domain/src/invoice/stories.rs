//! Invoices from end to end: asked for once, issued once, red-lettered before their money goes elsewhere.

use super::{
    BuyerKind, InvoiceEvent, InvoiceKind, InvoiceRequested, InvoiceStage, InvoiceStanding, RecordInvoice,
    RecordRedLetter, RedLetterStanding, RequestInvoice, RequestRedLetter,
};
use crate::account::fixture::{account, charge, charge_on, day, item, money, month, of_fund, owned, party, told};
use crate::account::{AccountEvent, ChargeSpec, UndoAllocation};
use crate::approval::Authority;
use crate::book::{Fund, VatCategory};
use crate::fee_item::{FeeItemCreated, FeeItemTaxCodeSet, Vat};
use crate::id::{FeeItemId, InvoiceId, PaymentId, VaultItemId};
use crate::payment::fixture::{payment, pays, to_account, transfer};
use crate::payment::{ReversePayment, Spending};
use crate::stream::Event;
use crate::testing::{Story, uuid};
use crate::value::Count;

/// A community with fee items 1 to 3: the first two have a classification.
pub(super) fn story() -> Story {
    (1..=3).fold(owned(crate::payment::fixture::story()), |story, n| {
        let vat = Vat::of(VatCategory::Rated, Some("0.06".parse().unwrap()));
        let name = format!("收费{n}").parse().unwrap();
        let story = story.given(item(n), FeeItemCreated { name, fund: Fund::Operating, priority: Count(1), vat });
        if n == 3 { story } else { story.given(item(n), code()) }
    })
}

fn code() -> FeeItemTaxCodeSet {
    FeeItemTaxCodeSet {
        from: day("2026-01-01"),
        code: "3040801010000000000".parse().unwrap(),
        short_name: "企业管理服务".parse().unwrap(),
    }
}

pub(super) fn of(fee_item: FeeItemId, spec: ChargeSpec) -> ChargeSpec {
    ChargeSpec { fee_item, ..spec }
}

pub(super) fn request(n: u128, payment: PaymentId) -> RequestInvoice {
    RequestInvoice {
        invoice: InvoiceId(uuid(0x1ce0 + n)),
        payment,
        obligor: party(1),
        kind: InvoiceKind::Ordinary,
        buyer: BuyerKind::Person,
        buyer_name: VaultItemId(uuid(0x1ce)),
        buyer_tax_number: None,
        charges: Vec::new(),
    }
}

pub(super) fn says(n: u128, standing: InvoiceStanding) -> RecordInvoice {
    RecordInvoice { invoice: InvoiceId(uuid(0x1ce0 + n)), standing }
}

pub(super) fn issued(n: u128) -> InvoiceStanding {
    InvoiceStanding::Issued { number: format!("2644{n:016}").parse().unwrap(), issued_on: day("2026-01-02") }
}

fn failed() -> InvoiceStanding {
    InvoiceStanding::Failed { code: "TITLE-REFUSED".parse().unwrap() }
}

pub(super) fn red(n: u128, attempt: u32, standing: RedLetterStanding) -> RecordRedLetter {
    RecordRedLetter { invoice: InvoiceId(uuid(0x1ce0 + n)), attempt, standing }
}

pub(super) fn red_issued(n: u128) -> RedLetterStanding {
    RedLetterStanding::Issued { number: format!("2645{n:016}").parse().unwrap(), issued_on: day("2026-01-01") }
}

pub(super) fn ask_red(n: u128) -> RequestRedLetter {
    RequestRedLetter { invoice: InvoiceId(uuid(0x1ce0 + n)), reason: "抬头有误".parse().unwrap() }
}

pub(super) fn reverse(payment: PaymentId) -> ReversePayment {
    ReversePayment { payment, reason: "recorded twice".parse().unwrap(), authority: Authority::default() }
}

fn asked(events: &[Event]) -> InvoiceRequested {
    match events.first() {
        Some(Event::Invoice(InvoiceEvent::InvoiceRequested(e))) => e.clone(),
        other => panic!("{other:?}"),
    }
}

/// What an invoice is asked for: its lines as `item amount net tax`.
fn lines(of: &InvoiceRequested) -> Vec<String> {
    let text = |line: &super::InvoicedLine| format!("{} {} {} {}", line.name, line.amount, line.net, line.tax);
    of.lines.iter().map(text).collect()
}

#[test]
fn what_was_paid_is_invoiced_once_and_its_lines_foot() {
    let mut story = story();
    for (n, name) in [(1, "2026-01"), (1, "2026-02"), (2, "2026-01")] {
        charge(&mut story, of(item(n), month(name, "100.00")));
    }
    let paid = payment(&mut story, &transfer("T1", "250.00", "2026-01-01", to_account(1)));
    let of = asked(&story.accepted(&request(1, paid)));
    // 250.00 of which 14.15 is tax: 11.32 in the first line, the rest in the last.
    assert_eq!(lines(&of), ["收费1 150.00 141.51 8.49", "收费2 100.00 94.34 5.66"]);
    assert_eq!(
        (of.amount.to_string(), of.net.to_string(), of.tax.to_string()),
        ("250.00".into(), "235.85".into(), "14.15".into())
    );
    let first = &of.lines[0];
    assert_eq!(first.service.map(|days| days.until()), Some(day("2026-03-01")));
    let parts: Vec<String> = first.parts.iter().map(|p| format!("{} {} {}", p.period, p.amount, p.tax)).collect();
    assert_eq!(parts, ["2026-01 100.00 5.66", "2026-02 50.00 2.83"]);
    assert_eq!(story.refused(&request(2, paid)), "money_must_be_left_to_invoice");
    assert_eq!(story.refused(&request(1, paid)), "invoice_must_be_new");
}

#[test]
fn only_own_taxed_income_is_invoiced() {
    let mut story = story();
    let own = charge(&mut story, of(item(1), month("2026-01", "10.00")));
    let mut named = vec![own];
    for (n, fund) in [(11, Fund::PassThrough), (12, Fund::Deposit), (13, Fund::OwnersIncome)] {
        let spec = of_fund(fund, item(n), month("2026-01", "20.00"));
        named.push(charge(&mut story, spec));
    }
    let outside = ChargeSpec { vat_category: VatCategory::NotTaxable, vat_rate: None, ..month("2026-02", "5.00") };
    named.push(charge(&mut story, of(item(2), outside)));
    let spending = Spending {
        pays: vec![pays(1, &[named[0], named[1], named[4]])],
        rest_to: Some(account(1)),
        ..Spending::default()
    };
    let paid = payment(&mut story, &transfer("T1", "40.00", "2026-01-01", spending));
    for at in [1, 4] {
        let only = RequestInvoice { charges: vec![named[at]], ..request(1, paid) };
        assert_eq!(story.refused(&only), "charge_must_be_own_income");
    }
    let unpaid = RequestInvoice { charges: vec![named[2]], ..request(1, paid) };
    assert_eq!(story.refused(&unpaid), "money_must_be_left_to_invoice");
    let twice = RequestInvoice { charges: vec![own, own], ..request(1, paid) };
    assert_eq!(story.refused(&twice), "charge_must_be_named_once");
    // Credit is nobody's sale yet, and what another owes is not his invoice.
    assert_eq!(lines(&asked(&story.accepted(&request(1, paid)))), ["收费1 10.00 9.43 0.57"]);
    assert_eq!(
        story.refused(&RequestInvoice { obligor: party(2), ..request(2, paid) }),
        "money_must_be_left_to_invoice"
    );
    let nobody = request(3, PaymentId(uuid(1)));
    assert_eq!(story.refused(&nobody), "payment_must_exist");
}

#[test]
fn a_special_invoice_is_for_companies_and_taxed_sales() {
    let mut story = story();
    let exempt = ChargeSpec { vat_category: VatCategory::Exempt, vat_rate: None, ..month("2026-02", "5.00") };
    charge(&mut story, of(item(2), exempt));
    let paid = payment(&mut story, &transfer("T1", "5.00", "2026-01-01", to_account(1)));
    let special = RequestInvoice { kind: InvoiceKind::Special, ..request(1, paid) };
    assert_eq!(story.refused(&special), "special_must_be_for_company");
    let company = RequestInvoice { buyer: BuyerKind::Company, ..special };
    assert_eq!(story.refused(&company), "tax_number_must_fit_buyer");
    let company = RequestInvoice { buyer_tax_number: Some(VaultItemId(uuid(0x1cf))), ..company };
    assert_eq!(story.refused(&company), "special_must_be_taxed");
    let person = RequestInvoice { buyer_tax_number: company.buyer_tax_number, ..request(1, paid) };
    assert_eq!(story.refused(&person), "tax_number_must_fit_buyer");
    story.accepted(&RequestInvoice { kind: InvoiceKind::Ordinary, ..company });
}

#[test]
fn an_item_without_a_classification_and_too_many_parts_are_refused() {
    let mut story = story();
    let third = charge(&mut story, of(item(3), month("2026-01", "1.00")));
    for year in 2026..2032 {
        for name in 1..=12 {
            charge(&mut story, of(item(1), month(&format!("{year}-{name:02}"), "1.00")));
        }
    }
    let paid = payment(&mut story, &transfer("T1", "73.00", "2026-01-01", to_account(1)));
    assert_eq!(story.refused(&request(1, paid)), "lines_must_fit_invoice");
    let only = RequestInvoice { charges: vec![third], ..request(1, paid) };
    assert_eq!(story.refused(&only), "tax_code_must_be_set");
}

#[test]
fn a_failed_invoice_frees_its_money_and_an_issued_one_is_issued_once() {
    let mut story = story();
    charge(&mut story, of(item(1), month("2026-01", "100.00")));
    let paid = payment(&mut story, &transfer("T1", "100.00", "2026-01-01", to_account(1)));
    assert_eq!(story.refused(&says(1, issued(1))), "invoice_must_exist");
    story.accepted(&request(1, paid));
    assert_eq!(story.refused(&reverse(paid)), "payment_must_not_be_invoiced");
    assert_eq!(story.refused(&ask_red(1)), "invoice_must_be_issued");
    story.accepted(&says(1, InvoiceStanding::Submitted));
    assert_eq!(story.refused(&says(1, InvoiceStanding::Submitted)), "invoice_must_be_ongoing");
    assert_eq!(told(&story.accepted(&says(1, failed()))), ["invoice_failed", "invoiced_money_released"]);
    assert_eq!(story.refused(&says(1, issued(1))), "invoice_must_be_ongoing");
    story.accepted(&request(2, paid));
    let events = story.accepted(&says(2, issued(2)));
    let [Event::Invoice(InvoiceEvent::InvoiceIssued(e)), Event::Account(AccountEvent::ChargesInvoiced(of))] =
        &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((of.invoice, of.charges.len(), of.charges[0].amount), (InvoiceId(uuid(0x1ce2)), 1, money("100.00")));
    // A provider's clock that runs ahead counts as today; the receipt of the money is exchanged.
    assert_eq!((e.issued_on, e.receipts.len()), (day("2026-01-01"), 1));
    for again in [InvoiceStanding::Submitted, issued(3), failed()] {
        assert_eq!(story.refused(&says(2, again)), "invoice_must_be_ongoing");
    }
}

#[test]
fn money_of_an_invoice_goes_elsewhere_only_after_its_red_letter() {
    let mut story = story();
    charge(&mut story, of(item(1), month("2026-01", "100.00")));
    charge_on(&mut story, account(2), of(item(1), month("2026-01", "30.00")));
    let spending =
        Spending { pays: vec![pays(1, &[]), pays(2, &[])], rest_to: Some(account(1)), ..Spending::default() };
    let paid = payment(&mut story, &transfer("T1", "130.00", "2026-01-01", spending));
    story.accepted(&request(1, paid));
    story.accepted(&says(1, issued(1)));
    let allocation = story.draft().account(account(1)).allocations().next().unwrap().allocation;
    let undo = UndoAllocation { account: account(1), allocation };
    assert_eq!(story.refused(&undo), "payment_must_not_be_invoiced");
    assert_eq!(story.refused(&reverse(paid)), "payment_must_not_be_invoiced");

    story.accepted(&ask_red(1));
    assert_eq!(story.refused(&ask_red(1)), "invoice_must_be_issued");
    let code = "BUYER-DECLINED".parse().unwrap();
    story.accepted(&red(1, 1, RedLetterStanding::Failed { code }));
    assert_eq!(story.draft().invoice(InvoiceId(uuid(0x1ce1))).stage(), Some(InvoiceStage::Issued));
    // The next try has another number; what is said of the first one is old.
    story.accepted(&ask_red(1));
    assert_eq!(story.refused(&red(1, 1, red_issued(1))), "invoice_must_be_ongoing");
    let confirmed = || RedLetterStanding::Confirmed { confirmation: "44010126000000000001".parse().unwrap() };
    story.accepted(&red(1, 2, confirmed()));
    assert_eq!(story.refused(&red(1, 2, confirmed())), "invoice_must_be_ongoing");
    assert_eq!(story.refused(&reverse(paid)), "payment_must_not_be_invoiced");
    assert_eq!(
        told(&story.accepted(&red(1, 2, red_issued(1)))),
        ["invoice_red_lettered", "charges_red_lettered", "charges_red_lettered", "invoiced_money_released"]
    );
    assert_eq!(story.refused(&red(1, 2, red_issued(1))), "invoice_must_be_ongoing");
    assert_eq!(story.refused(&ask_red(1)), "invoice_must_be_issued");
    // The same money may be invoiced again, or go.
    story.accepted(&request(2, paid));
    story.accepted(&says(2, failed()));
    story.accepted(&undo);
    story.accepted(&reverse(paid));
    assert_eq!(story.refused(&request(3, paid)), "payment_must_not_be_reversed");
}

#[test]
fn what_is_drawn_down_later_is_invoiced_later() {
    let mut story = story();
    charge(&mut story, of(item(1), month("2026-01", "40.00")));
    let paid = payment(&mut story, &transfer("T1", "100.00", "2026-01-01", to_account(1)));
    assert_eq!(asked(&story.accepted(&request(1, paid))).amount.to_string(), "40.00");
    charge(&mut story, of(item(1), month("2026-02", "50.00")));
    story.when(&crate::account::DrawDownCredit { account: account(1) }).ok();
    assert_eq!(asked(&story.accepted(&request(2, paid))).amount.to_string(), "50.00");
}
