//! Invoices: classifications of fee items, requests, red letters, and everything that is no invoice.

use super::{Tour, UNKNOWN, with};
use crate::estate::fact;
use crate::server::began;
use mingzhang_local_gateway::{Behaviour, InvoicesEnd};
use serde_json::{Value, json};

/// More charges than fit one invoice.
const MANY: usize = 61;

/// What a payment paid, and of whose debts.
struct Paid {
    payment: String,
    body: Value,
}

pub(super) async fn walk(tour: &Tour) {
    let estate = &tour.estate;
    tour.gateway.behave(Behaviour { invoices: InvoicesEnd::Waiting, ..Behaviour::default() });
    let (_, account) = estate.unit("9-1-0910").await;
    let own = classified(tour, json!({"category": "rated", "rate": "0.06"})).await;
    let exempt = classified(tour, json!({"category": "exempt"})).await;
    let bare = estate.fee_item().await;
    let passed = tour.fee_item("代收水费", "pass_through").await;
    let code = json!({"from": "2026-01-01", "code": "3040801010000000000", "short_name": "企业管理服务"});
    let at = |item: &str| format!("/fee-items/{item}/tax-codes");
    tour.refused(
        &estate.finance,
        &[
            (&at(UNKNOWN), code.clone(), 404, "fee_item_must_exist"),
            (&at(&passed), code.clone(), 409, "tax_code_must_be_of_own_income"),
            (&at(&own), with(code.clone(), "code", json!("304")), 422, "tax_code_malformed"),
            (&at(&own), with(code, "from", json!("2025-12-31")), 409, "version_must_not_be_earlier"),
        ],
    )
    .await;
    let mut charges = Vec::new();
    for item in [&own, &passed, &bare, &exempt] {
        charges.push(estate.charge(&account, item, "10.00").await);
    }
    let paid = paid(tour, (&account, "INV-1"), &charges, "40.00").await;
    refusals(tour, &paid, &charges).await;
    let many: Vec<String> = {
        let mut many = Vec::new();
        for _ in 0..MANY {
            many.push(estate.charge(&account, &own, "1.00").await);
        }
        many
    };
    let much = self::paid(tour, (&account, "INV-2"), &many, "61.00").await;
    tour.refused(&estate.desk, &[("/invoices", much.body, 409, "lines_must_fit_invoice")]).await;
    issued(tour, &paid, &charges).await;
}

/// A fee item that can be invoiced.
async fn classified(tour: &Tour, vat: Value) -> String {
    let body = json!({"name": "物业管理费", "fund": "operating", "priority": 20, "vat": vat});
    let item = began(&tour.done(&tour.estate.finance, "/fee-items", body).await, "fee_item");
    let code = json!({"from": "2026-01-01", "code": "3040801010000000000", "short_name": "企业管理服务"});
    tour.done(&tour.estate.finance, &format!("/fee-items/{item}/tax-codes"), code).await;
    item
}

/// Pays charges, and says how an invoice of it is asked for.
async fn paid(tour: &Tour, (account, reference): (&str, &str), charges: &[String], amount: &str) -> Paid {
    let bank = tour.estate.channel_account("bank").await;
    let pay = json!({
        "channel_account": bank, "reference": reference, "amount": amount, "value_on": "2026-03-01",
        "spending": {"pays": [{"account": account, "charges": charges}]},
    });
    let paid = tour.done(&tour.estate.cashier, "/payments", pay).await;
    let (payment, obligor) = (began(&paid, "payment"), fact(&paid, "receipt_issued")["obligor"].clone());
    let buyer = json!({"kind": "person", "name": "张三"});
    let body = json!({"payment": payment, "obligor": obligor, "kind": "ordinary", "buyer": buyer});
    Paid { payment, body }
}

async fn refusals(tour: &Tour, paid: &Paid, charges: &[String]) {
    let body = &paid.body;
    let of = |charge: &str| with(body.clone(), "charges", json!([charge]));
    let company = |tax_number: Value| {
        let buyer = json!({"kind": "company", "name": "示例公司", "tax_number": tax_number});
        with(with(body.clone(), "buyer", buyer), "kind", json!("special"))
    };
    let titled = json!({"kind": "person", "name": "张三", "tax_number": "91350100M000100Y43"});
    let special_exempt = with(company(json!("91350100M000100Y43")), "charges", json!([charges[3]]));
    tour.refused(
        &tour.estate.desk,
        &[
            ("/invoices", with(body.clone(), "payment", json!(UNKNOWN)), 404, "payment_must_exist"),
            ("/invoices", with(body.clone(), "kind", json!("special")), 422, "special_must_be_for_company"),
            ("/invoices", with(body.clone(), "buyer", titled), 422, "tax_number_must_fit_buyer"),
            ("/invoices", company(json!("91350100M000100Y44")), 422, "social_credit_code_invalid"),
            ("/invoices", special_exempt, 409, "special_must_be_taxed"),
            ("/invoices", of(&charges[1]), 409, "charge_must_be_own_income"),
            ("/invoices", of(UNKNOWN), 409, "money_must_be_left_to_invoice"),
            ("/invoices", of(&charges[2]), 409, "tax_code_must_be_set"),
        ],
    )
    .await;
}

async fn issued(tour: &Tour, paid: &Paid, charges: &[String]) {
    let (desk, finance) = (&tour.estate.desk, &tour.estate.finance);
    let body = with(paid.body.clone(), "charges", json!([charges[0]]));
    let invoice = began(&tour.done(desk, "/invoices", body).await, "invoice");
    let (check, red) = (format!("/invoices/{invoice}/check"), format!("/invoices/{invoice}/red-letter"));
    let reason = json!({"reason": "抬头有误"});
    let reverse = format!("/payments/{}/reverse", paid.payment);
    tour.done(desk, &check, json!({})).await;
    tour.refused(
        finance,
        &[
            (&red, reason.clone(), 409, "invoice_must_be_issued"),
            (&reverse, reason.clone(), 409, "payment_must_not_be_invoiced"),
            (&format!("/invoices/{UNKNOWN}/red-letter"), reason.clone(), 404, "invoice_must_exist"),
        ],
    )
    .await;
    tour.gateway.behave(Behaviour::default());
    ends(tour, &check, "issued").await;
    tour.done(finance, &red, reason).await;
    ends(tour, &check, "red_lettered").await;
    let head = tour.estate.server.head(&tour.estate.community).await;
    let reader = finance.with("ledger-position", format!("{}@{head}", tour.estate.community));
    let of_payment = format!("/payments/{}/invoices", paid.payment);
    let of_invoice = format!("/invoices/{invoice}");
    for path in ["/invoices?status=red_lettered&month=2026-03", "/invoices", &of_payment, &of_invoice] {
        reader.get(&tour.at(path)).await.good();
    }
    desk.get(&tour.at(&format!("/invoices/{invoice}/buyer"))).await.good();
    reader.get(&tour.at("/invoice-tax?month=2026-03")).await.good();
    assert_eq!(reader.get(&tour.at("/invoice-tax")).await.status, 400);
}

/// Asks until it has ended so; the server asks meanwhile too.
async fn ends(tour: &Tour, check: &str, status: &str) {
    let mut said = Value::Null;
    for _ in 0..100 {
        said = tour.done(&tour.estate.desk, check, json!({})).await["status"].clone();
        if said == status {
            break;
        }
    }
    assert_eq!(said, status, "{check}");
}
