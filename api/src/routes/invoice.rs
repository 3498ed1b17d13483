//! Invoices: asked for, looked at, red-lettered.

use crate::app::App;
use crate::body::{Field, Personal, TaxNumber, bodies, object_schema};
use crate::command::commands;
use crate::endpoint::{Route, Scope, plain};
use crate::http;
use crate::ids::mint;
use crate::invoicing::{look_at_invoice, provider_of, stage_of};
use crate::problem::Problem;
use crate::query::{Ask, Query, Reply};
use crate::reads::reads;
use crate::rows::Row;
use axum::extract::{Request, State};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use axum::routing;
use mingzhang_domain::calendar::Month;
use mingzhang_domain::id::{ChargeId, InvoiceId, PartyId, PaymentId, VaultItemId};
use mingzhang_domain::invoice::{self, BuyerKind, InvoiceKind, InvoiceStage};
use mingzhang_domain::value::Label;
use mingzhang_projections::invoice::{Invoice, InvoiceStatus, InvoicedLine};
use mingzhang_store::vault::ItemKind;
use serde_json::{Map, Value, json};
use std::sync::Arc;

bodies! {
    /// Whom an invoice is made out to 发票抬头.
    pub struct BuyerBody {
        /// Who it is.
        pub kind: BuyerKind,
        /// Name; goes to the vault.
        pub name: Personal,
        /// Tax number; exactly for a company. Goes to the vault.
        pub tax_number: Option<TaxNumber>,
    }
}

commands! {
    /// Asks for an invoice of what a payment paid of a party's charges and no invoice is of yet; the server drives it.
    pub RequestInvoice(RequestInvoiceBody) = "request_invoice" |call, body| {
        /// The payment.
        payment: PaymentId,
        /// To whose debts it was paid: the obligor of its receipt.
        obligor: PartyId,
        /// 普票 or 专票.
        kind: InvoiceKind,
        /// Whom it is made out to.
        buyer: BuyerBody,
        /// Only these charges; absent: all that is left.
        charges: Option<Vec<ChargeId>>,
    } => {
        provider_of(call.app, call.ledger)?;
        let invoice: InvoiceId = mint();
        let BuyerBody { kind: buyer, name, tax_number } = body.buyer;
        let buyer_name = call.seal(invoice, ItemKind::Name, name.as_str());
        invoice::RequestInvoice {
            invoice,
            payment: body.payment,
            obligor: body.obligor,
            kind: body.kind,
            buyer,
            buyer_name,
            buyer_tax_number: tax_number.map(|number| call.seal(invoice, ItemKind::Text, number.as_str())),
            charges: body.charges.unwrap_or_default(),
        }
    };

    /// Asks for an issued invoice to be red-lettered, whole; its money may be invoiced again then, or go.
    pub RequestRedLetter(RequestRedLetterBody) = "request_red_letter" |call, body| {
        /// Why.
        reason: Label,
    } => invoice::RequestRedLetter { invoice: call.id("invoice")?, reason: body.reason };
}

reads! {
    /// Lists invoices, the newest first.
    pub ListInvoices = "list_invoices", page of Invoice, by i64 |invoice| invoice.position,
    takes {
        status: InvoiceStatus = WORD, "Only those of this state.";
        month: Month = MONTH_FORM, "Only those issued in this month.";
    }
    |app, ledger, ids, ask| app.read_models.invoices(ledger, (status, month), ask);

    /// Lists the invoices of a payment, the oldest first.
    pub ListPaymentInvoices = "list_payment_invoices", all of Invoice,
    takes {}
    |app, ledger, ids| app.read_models.invoices_of_payment(ledger, ids.get("payment")?);
}

/// The route that asks a provider.
pub fn routes() -> Vec<Route> {
    let words = ["requested", "submitted", "issued", "failed", "red_requested", "red_confirmed", "red_lettered"];
    let stands = object_schema(vec![("status", true, "", json!({"type": "string", "enum": words}))]);
    let path = "/communities/{community}/invoices/{invoice}/check";
    let summary = "Asks the provider now where an invoice or its red letter stands, and records it.";
    vec![plain("check_invoice", Method::POST, path, summary, routing::post(check)).with(None, stands)]
}

/// `POST …/check`
async fn check(State(app): State<Arc<App>>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let (_, ids, ledger) = http::signed_in(&app, "check_invoice", Scope::Community, &mut parts).await?;
    let id: InvoiceId = ids.get("invoice")?;
    let work = tokio::spawn(async move {
        look_at_invoice(&app, ledger, id).await?;
        stage_of(&app, ledger, id).await
    });
    // In a task of its own: a caller that goes away stops nothing halfway.
    let status = match work.await.unwrap_or_else(|_| Err(Problem::internal()))? {
        InvoiceStage::Requested => "requested",
        InvoiceStage::Submitted => "submitted",
        InvoiceStage::Issued => "issued",
        InvoiceStage::Failed => "failed",
        InvoiceStage::RedRequested => "red_requested",
        InvoiceStage::RedConfirmed => "red_confirmed",
        InvoiceStage::RedLettered => "red_lettered",
    };
    Ok(http::answered(StatusCode::OK, json!({"status": status})))
}

/// Answers one invoice with its lines.
#[derive(Debug)]
pub struct GetInvoice;

impl Query for GetInvoice {
    const OPERATION: &'static str = "get_invoice";
    const SUMMARY: &'static str = "Answers an invoice with its lines.";
    fn answer() -> Value {
        object_schema(vec![
            ("invoice", true, "", Invoice::schema()),
            ("lines", true, "", json!({"type": "array", "items": InvoicedLine::schema()})),
        ])
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let read = app.read_models.invoice(ask.ledger, ask.ids.get("invoice")?).await?;
        let (invoice, lines) = read.value.ok_or_else(Problem::not_found)?;
        let lines: Vec<Value> = lines.iter().map(Row::show).collect();
        Ok(Reply { body: json!({"invoice": invoice.show(), "lines": lines}), position: read.position })
    }
}

/// Answers whom an invoice is made out to.
#[derive(Debug)]
pub struct GetInvoiceBuyer;

impl Query for GetInvoiceBuyer {
    const OPERATION: &'static str = "get_invoice_buyer";
    const SUMMARY: &'static str = "Answers whom an invoice is made out to: name and tax number.";
    fn answer() -> Value {
        object_schema(vec![
            ("invoice", true, "", InvoiceId::schema()),
            ("name", false, "", json!({"type": "string"})),
            ("tax_number", false, "", json!({"type": "string"})),
        ])
    }
    async fn read(app: Arc<App>, mut ask: Ask) -> Result<Reply, Problem> {
        ask.parameters.finish()?;
        let id: InvoiceId = ask.ids.get("invoice")?;
        let read = app.read_models.invoice(ask.ledger, id).await?;
        let (invoice, _) = read.value.ok_or_else(Problem::not_found)?;
        let items = [
            ("name", Some(invoice.buyer_name_item_id), ItemKind::Name),
            ("tax_number", invoice.buyer_tax_number_item_id, ItemKind::Text),
        ];
        let wanted = items.iter().filter_map(|(_, item, kind)| item.map(|item| (VaultItemId(item), *kind)));
        let wanted: Vec<_> = wanted.collect();
        let mut conn = app.writer.acquire().await?;
        let opened = app.vault.open(&mut conn, ask.ledger, &wanted).await?;
        let mut shown = Map::new();
        shown.insert("invoice".into(), json!(id.to_string()));
        for (name, item, _) in items {
            if let Some(opened) = item.and_then(|item| opened.get(&VaultItemId(item))) {
                shown.insert(name.into(), json!(opened.text.expose()));
            }
        }
        Ok(Reply { body: Value::Object(shown), position: read.position })
    }
}
