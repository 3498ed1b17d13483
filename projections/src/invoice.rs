//! Invoices 发票 with their lines: requested, issued, failed, red-lettered.

use crate::column::{Amount, Quantity, Text, day, ordinal, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader, newest_first};
use crate::table::table;
use chrono::{DateTime, NaiveDate, Utc};
use mingzhang_domain::book::VatCategory;
use mingzhang_domain::calendar::{DateRange, Month};
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::fee_item::TaxCode;
use mingzhang_domain::id::{InvoiceId, LedgerId, PaymentId, ReceiptId};
use mingzhang_domain::invoice::{
    BuyerKind, InvoiceEvent, InvoiceKind, InvoiceNumber, InvoiceRequested, InvoicedLine as Line,
};
use mingzhang_domain::value::{Code, Label};
use uuid::Uuid;

states! {
    /// How an invoice stands.
    pub enum InvoiceStatus {
        /// To be given to the provider, or given without an answer.
        Requested = "requested",
        /// Taken by it.
        Submitted = "submitted",
        /// Issued.
        Issued = "issued",
        /// Not issued, for ever.
        Failed = "failed",
        /// Issued; a red letter is asked for.
        RedRequested = "red_requested",
        /// Issued; the red letter is confirmed.
        RedConfirmed = "red_confirmed",
        /// Red-lettered 已红冲.
        RedLettered = "red_lettered",
    }
}

table! {
    /// One invoice.
    pub struct Invoice of "invoice" {
        key {
            /// The invoice.
            invoice_id: Uuid,
        }
        /// Where it was requested.
        position: i64,
        /// Its payment.
        payment_id: Uuid,
        /// To whose debts the money was paid.
        obligor_party_id: Uuid,
        /// Which kind.
        kind: Text<InvoiceKind>,
        /// Who the buyer is.
        buyer: Text<BuyerKind>,
        /// The buyer's name in the vault.
        buyer_name_item_id: Uuid,
        /// The buyer's tax number in the vault.
        buyer_tax_number_item_id: Option<Uuid>,
        /// Tax-inclusive total.
        amount: Amount,
        /// Without tax.
        net: Amount,
        /// The tax.
        tax: Amount,
        /// When it was requested.
        requested_at: DateTime<Utc>,
        /// Its serial number at the provider.
        serial: String,
        /// How it stands.
        status: Text<InvoiceStatus>,
        /// Its number, once issued.
        number: Option<Text<InvoiceNumber>>,
        /// The day of it.
        issued_on: Option<NaiveDate>,
        /// The provider's code for why it was not issued, or not red-lettered at the last try.
        failed_because: Option<Text<Code>>,
        /// Serial number of the newest red letter.
        red_serial: Option<String>,
        /// Why it is red-lettered.
        red_reason: Option<Text<Label>>,
        /// Number of its confirmation.
        red_confirmation: Option<Text<Code>>,
        /// Number of the negative invoice.
        red_number: Option<Text<InvoiceNumber>>,
        /// The day of that.
        red_on: Option<NaiveDate>,
        /// Its taxes by fee item and period, JSON.
        taxes: String,
    }
}

table! {
    /// One line of an invoice.
    pub struct InvoicedLine of "invoiced_line" {
        key {
            /// The invoice.
            invoice_id: Uuid,
            /// From 1.
            line: i32,
        }
        /// The account.
        account_id: Uuid,
        /// The fee item.
        fee_item_id: Uuid,
        /// Tax classification.
        tax_code: Text<TaxCode>,
        /// Its short name.
        short_name: Text<Label>,
        /// Name of the fee item.
        name: Text<Label>,
        /// First day of the service; absent when it has gaps.
        service_from: Option<NaiveDate>,
        /// Day after the last.
        service_until: Option<NaiveDate>,
        /// How the tax applies.
        vat_category: Text<VatCategory>,
        /// The rate; present exactly for `rated`.
        vat_rate: Option<Quantity>,
        /// Tax-inclusive.
        amount: Amount,
        /// Without tax.
        net: Amount,
        /// The tax.
        tax: Amount,
    }
}

/// Folds a fact of an invoice.
pub(crate) fn fold(fact: &InvoiceEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    let id = event.stream.id;
    if let InvoiceEvent::InvoiceRequested(requested) = fact {
        models.invoice.insert(new(requested, event));
        for (index, line) in requested.lines.iter().enumerate() {
            models.invoiced_line.push(new_line(id, index, line));
        }
        return Ok(());
    }
    let row = models.invoice.get_mut(&(id,)).ok_or(FoldError("a fact about an invoice that was never requested"))?;
    row.status = Text(match fact {
        InvoiceEvent::InvoiceRequested(_) => InvoiceStatus::Requested,
        InvoiceEvent::InvoiceSubmitted(_) => InvoiceStatus::Submitted,
        InvoiceEvent::InvoiceIssued(issued) => {
            row.number = Some(Text(issued.number.clone()));
            row.issued_on = Some(day(issued.issued_on));
            InvoiceStatus::Issued
        }
        InvoiceEvent::InvoiceFailed(failed) => {
            row.failed_because = Some(Text(failed.code.clone()));
            InvoiceStatus::Failed
        }
        InvoiceEvent::RedLetterRequested(requested) => {
            row.red_serial = Some(InvoiceId(id).red_serial(requested.attempt.0));
            row.red_reason = Some(Text(requested.reason.clone()));
            (row.red_confirmation, row.failed_because) = (None, None);
            InvoiceStatus::RedRequested
        }
        InvoiceEvent::RedLetterConfirmed(confirmed) => {
            row.red_confirmation = Some(Text(confirmed.confirmation.clone()));
            InvoiceStatus::RedConfirmed
        }
        InvoiceEvent::InvoiceRedLettered(red) => {
            row.red_number = Some(Text(red.number.clone()));
            row.red_on = Some(day(red.issued_on));
            InvoiceStatus::RedLettered
        }
        InvoiceEvent::RedLetterFailed(failed) => {
            row.failed_because = Some(Text(failed.code.clone()));
            InvoiceStatus::Issued
        }
    });
    let row = row.clone();
    match fact {
        InvoiceEvent::InvoiceIssued(issued) => {
            crate::tax_turnover::fold_invoice(&row, issued.issued_on, false, models)?;
            exchange(&issued.receipts, Some(id), models)
        }
        InvoiceEvent::InvoiceRedLettered(red) => {
            crate::tax_turnover::fold_invoice(&row, red.issued_on, true, models)?;
            exchange(&red.receipts, None, models)
        }
        _ => Ok(()),
    }
}

/// Receipts are exchanged 已换开发票 for an invoice, or hold again.
fn exchange(receipts: &[ReceiptId], invoice: Option<Uuid>, models: &mut Models) -> Result<(), FoldError> {
    for id in receipts {
        crate::receipt::receipt(*id, models)?.invoice_id = invoice;
    }
    Ok(())
}

fn new(requested: &InvoiceRequested, event: &Recorded) -> Invoice {
    Invoice {
        invoice_id: event.stream.id,
        position: position(event.position),
        payment_id: requested.payment.uuid(),
        obligor_party_id: requested.obligor.uuid(),
        kind: Text(requested.kind),
        buyer: Text(requested.buyer),
        buyer_name_item_id: requested.buyer_name.uuid(),
        buyer_tax_number_item_id: requested.buyer_tax_number.map(|item| item.uuid()),
        amount: requested.amount.into(),
        net: requested.net.into(),
        tax: requested.tax.into(),
        requested_at: event.recorded_at,
        serial: InvoiceId(event.stream.id).serial(),
        status: Text(InvoiceStatus::Requested),
        number: None,
        issued_on: None,
        failed_because: None,
        red_serial: None,
        red_reason: None,
        red_confirmation: None,
        red_number: None,
        red_on: None,
        taxes: crate::tax_turnover::taxes(requested),
    }
}

fn new_line(invoice: Uuid, index: usize, line: &Line) -> InvoicedLine {
    InvoicedLine {
        invoice_id: invoice,
        line: ordinal(index),
        account_id: line.account.uuid(),
        fee_item_id: line.fee_item.uuid(),
        tax_code: Text(line.tax_code.clone()),
        short_name: Text(line.short_name.clone()),
        name: Text(line.name.clone()),
        service_from: line.service.map(|service| day(service.from())),
        service_until: line.service.map(|service| day(service.until())),
        vat_category: Text(line.category),
        vat_rate: line.rate.map(Quantity),
        amount: line.amount.into(),
        net: line.net.into(),
        tax: line.tax.into(),
    }
}

impl Reader {
    /// One invoice with its lines.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn invoice(
        &self,
        ledger: LedgerId,
        invoice: InvoiceId,
    ) -> Result<Read<Option<(Invoice, Vec<InvoicedLine>)>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation) = (s.ledger, s.generation);
                let row = sqlx::query_file_as!(Invoice, "sql/invoice.sql", ledger, generation, invoice.uuid());
                let Some(row) = row.fetch_optional(s.conn()).await? else { return Ok(None) };
                let lines =
                    sqlx::query_file_as!(InvoicedLine, "sql/invoiced_lines.sql", ledger, generation, invoice.uuid());
                Ok(Some((row, lines.fetch_all(s.conn()).await?)))
            })
        })
        .await
    }

    /// Invoices, of one state, issued in one month, or all, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn invoices(
        &self,
        ledger: LedgerId,
        (status, month): (Option<InvoiceStatus>, Option<Month>),
        ask: Ask<i64>,
    ) -> Result<Read<Page<Invoice>>, ReadError> {
        let (status, days) = (status.map(Text), month.map(DateRange::of_month));
        let (from, until) = days.map(|days| (day(days.from()), day(days.until()))).unzip();
        let status = status.map(|status| status.to_string());
        newest_first!(self, ledger, ask, Invoice, "sql/invoices.sql", status, from, until)
    }

    /// Invoices of a payment, the oldest first.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn invoices_of_payment(
        &self,
        ledger: LedgerId,
        payment: PaymentId,
    ) -> Result<Read<Vec<Invoice>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (ledger, generation) = (s.ledger, s.generation);
                let rows =
                    sqlx::query_file_as!(Invoice, "sql/invoices_of_payment.sql", ledger, generation, payment.uuid());
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// Invoices of which the provider is to say something, the newest first; `after` is a position.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn invoices_ongoing(&self, ledger: LedgerId, ask: Ask<i64>) -> Result<Read<Page<Invoice>>, ReadError> {
        newest_first!(self, ledger, ask, Invoice, "sql/invoices_ongoing.sql")
    }
}
