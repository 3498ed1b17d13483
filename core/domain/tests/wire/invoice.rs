//! Samples of `invoice` facts.

use crate::ids::{CHARGE, FEE_ITEM, OTHER_CHARGE, OWNERS, PAYMENT, RECEIPT, VAULT_NAME, VAULT_NUMBER};
use crate::records::account;
use serde_json::{Value, json};

fn line() -> Value {
    json!({
        "account": account(), "fee_item": FEE_ITEM, "tax_code": "3040801010000000000", "short_name": "企业管理服务",
        "name": "物业管理费", "service": {"from": "2026-01-01", "until": "2026-03-01"}, "category": "rated", "rate": "0.06",
        "amount": "358.00", "net": "337.74", "tax": "20.26",
        "parts": [
            {"charge": CHARGE, "part": "principal", "period": "2026-01", "amount": "179.00", "tax": "10.13"},
            {"charge": OTHER_CHARGE, "part": "principal", "period": "2026-02", "amount": "179.00", "tax": "10.13"}
        ]
    })
}

/// An invoice for a person.
fn requested() -> Value {
    json!({
        "payment": PAYMENT, "obligor": OWNERS, "kind": "ordinary", "buyer": "person", "buyer_name": VAULT_NAME,
        "lines": [line()], "amount": "358.00", "net": "337.74", "tax": "20.26"
    })
}

pub(crate) fn samples() -> Vec<(&'static str, Value)> {
    let mut special = requested();
    special["kind"] = json!("special");
    special["buyer"] = json!("company");
    special["buyer_tax_number"] = json!(VAULT_NUMBER);
    let mut late_fee = requested();
    late_fee["lines"][0]["parts"] =
        json!([{"charge": CHARGE, "part": "late_fee", "period": "2026-01", "amount": "358.00", "tax": "20.26"}]);
    late_fee["lines"][0].as_object_mut().unwrap().remove("service");
    let (number, red) = ("26440000000000000001", "26440000000000000002");
    vec![
        ("invoice_requested.v1", requested()),
        ("invoice_requested.v1.special", special),
        ("invoice_requested.v1.late_fee", late_fee),
        ("invoice_submitted.v1", json!({})),
        ("invoice_issued.v1", json!({"number": number, "issued_on": "2026-01-20", "receipts": [RECEIPT]})),
        ("invoice_issued.v1.without_receipt", json!({"number": number, "issued_on": "2026-01-20"})),
        ("invoice_failed.v1", json!({"code": "TITLE_REFUSED"})),
        ("red_letter_requested.v1", json!({"attempt": "1", "reason": "抬头有误"})),
        ("red_letter_confirmed.v1", json!({"attempt": "1", "confirmation": "44010126000000000001"})),
        (
            "invoice_red_lettered.v1",
            json!({"attempt": "1", "number": red, "issued_on": "2026-01-21", "receipts": [RECEIPT]}),
        ),
        ("invoice_red_lettered.v1.without_receipt", json!({"attempt": "2", "number": red, "issued_on": "2026-01-21"})),
        ("red_letter_failed.v1", json!({"attempt": "1", "code": "BUYER_DECLINED"})),
    ]
}
