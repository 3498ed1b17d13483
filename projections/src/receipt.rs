//! Receipts 收据 with their lines: numbered snapshots of what money did.

use crate::column::{Amount, Text, count, day, ordinal, position, states};
use crate::projection::{FoldError, Models};
use crate::reader::{Ask, Page, Read, ReadError, Reader};
use crate::table::table;
use chrono::NaiveDate;
use mingzhang_domain::account::Part;
use mingzhang_domain::book::Fund;
use mingzhang_domain::envelope::Recorded;
use mingzhang_domain::id::{AccountId, LedgerId, PartyId, PaymentId, ReceiptId};
use mingzhang_domain::payment::{PaymentEvent, ReceiptIssued, ReceiptLine as Line, Series};
use mingzhang_domain::value::Code;
use uuid::Uuid;

states! {
    /// How a receipt stands.
    pub enum ReceiptStatus {
        /// It holds.
        Issued = "issued",
        /// Another one replaces it.
        Replaced = "replaced",
        /// It no longer holds.
        Reversed = "reversed",
    }
}

table! {
    /// One receipt.
    pub struct Receipt of "receipt" {
        key {
            /// The receipt.
            receipt_id: Uuid,
        }
        /// Where it was issued.
        position: i64,
        /// Its payment.
        payment_id: Uuid,
        /// Which series.
        series: Text<Series>,
        /// The number in full.
        number: Text<Code>,
        /// To whose debt.
        obligor_party_id: Uuid,
        /// Its day.
        issued_on: NaiveDate,
        /// All lines.
        amount: Amount,
        /// How often it was printed.
        prints: i32,
        /// The receipt it replaces.
        replaces_receipt_id: Option<Uuid>,
        /// How it stands.
        status: Text<ReceiptStatus>,
        /// The invoice that it is exchanged for 已换开发票.
        invoice_id: Option<Uuid>,
    }
}

table! {
    /// One line of a receipt.
    pub struct ReceiptLine of "receipt_line" {
        key {
            /// The receipt.
            receipt_id: Uuid,
            /// From 1.
            line: i32,
        }
        /// The account; absent when summed over accounts.
        account_id: Option<Uuid>,
        /// The fee item; absent for credit without earmark.
        fee_item_id: Option<Uuid>,
        /// What the money is for.
        fund: Text<Fund>,
        /// First day of the service paid.
        service_from: Option<NaiveDate>,
        /// Day after the last.
        service_until: Option<NaiveDate>,
        /// Principal or late fee; absent for credit.
        part: Option<Text<Part>>,
        /// How much.
        amount: Amount,
    }
}

/// Folds a fact of a payment.
pub(crate) fn fold(fact: &PaymentEvent, event: &Recorded, models: &mut Models) -> Result<(), FoldError> {
    match fact {
        PaymentEvent::ReceiptIssued(issued) => {
            let mut invoice_id = None;
            if let Some(replaced) = issued.replaces {
                let replaced = receipt(replaced, models)?;
                replaced.status = Text(ReceiptStatus::Replaced);
                invoice_id = replaced.invoice_id;
            }
            models.receipt.insert(Receipt { invoice_id, ..new(issued, event) });
            for (index, line) in issued.lines.iter().enumerate() {
                models.receipt_line.push(new_line(issued.receipt, index, line));
            }
        }
        PaymentEvent::ReceiptPrinted(printed) => receipt(printed.receipt, models)?.prints = count(printed.print),
        PaymentEvent::ReceiptReversed(reversed) => {
            let receipt = receipt(reversed.receipt, models)?;
            if receipt.status.0 == ReceiptStatus::Issued {
                receipt.status = Text(ReceiptStatus::Reversed);
            }
        }
        PaymentEvent::PaymentReceived(_)
        | PaymentEvent::PaymentIdentified(_)
        | PaymentEvent::PaymentUnidentified(_)
        | PaymentEvent::SuspenseReturned(_)
        | PaymentEvent::PaymentReversed(_)
        | PaymentEvent::PaymentBounced(_)
        | PaymentEvent::BankLineSetAside(_)
        | PaymentEvent::BankLineTakenUp(_)
        | PaymentEvent::BankLineMatched(_)
        | PaymentEvent::BankLineOrderMatched(_)
        | PaymentEvent::BankMatchUndone(_) => {}
    }
    Ok(())
}

fn new(issued: &ReceiptIssued, event: &Recorded) -> Receipt {
    Receipt {
        receipt_id: issued.receipt.uuid(),
        position: position(event.position),
        payment_id: event.stream.id,
        series: Text(issued.series),
        number: Text(issued.number.clone()),
        obligor_party_id: issued.obligor.uuid(),
        issued_on: day(issued.issued_on),
        amount: issued.amount.into(),
        prints: 0,
        replaces_receipt_id: issued.replaces.map(|receipt| receipt.uuid()),
        status: Text(ReceiptStatus::Issued),
        invoice_id: None,
    }
}

fn new_line(receipt: ReceiptId, index: usize, line: &Line) -> ReceiptLine {
    ReceiptLine {
        receipt_id: receipt.uuid(),
        line: ordinal(index),
        account_id: line.account.map(|account| account.uuid()),
        fee_item_id: line.fee_item.map(|item| item.uuid()),
        fund: Text(line.fund),
        service_from: line.service.map(|service| day(service.from())),
        service_until: line.service.map(|service| day(service.until())),
        part: line.part.map(Text),
        amount: line.amount.into(),
    }
}

pub(crate) fn receipt(receipt: ReceiptId, models: &mut Models) -> Result<&mut Receipt, FoldError> {
    models.receipt.get_mut(&(receipt.uuid(),)).ok_or(FoldError("a fact about a receipt that was never issued"))
}

impl Reader {
    /// One receipt.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn receipt(&self, ledger: LedgerId, receipt: ReceiptId) -> Result<Read<Option<Receipt>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let row = sqlx::query_file_as!(Receipt, "sql/receipt.sql", s.ledger, s.generation, receipt.uuid());
                Ok(row.fetch_optional(s.conn()).await?)
            })
        })
        .await
    }

    /// The lines of a receipt.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn receipt_lines(
        &self,
        ledger: LedgerId,
        receipt: ReceiptId,
    ) -> Result<Read<Vec<ReceiptLine>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows =
                    sqlx::query_file_as!(ReceiptLine, "sql/receipt_lines.sql", s.ledger, s.generation, receipt.uuid());
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// The receipts of a payment.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn receipts_of_payment(
        &self,
        ledger: LedgerId,
        payment: PaymentId,
    ) -> Result<Read<Vec<Receipt>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Receipt,
                    "sql/receipts_of_payment.sql",
                    s.ledger,
                    s.generation,
                    payment.uuid()
                );
                Ok(rows.fetch_all(s.conn()).await?)
            })
        })
        .await
    }

    /// Receipts by number; `after` is a number.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn receipts(&self, ledger: LedgerId, ask: Ask<String>) -> Result<Read<Page<Receipt>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Receipt,
                    "sql/receipts.sql",
                    s.ledger,
                    s.generation,
                    ask.after.clone().unwrap_or_default(),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }

    /// Receipts of payments that became credit of an account, of all or of one obligor; `after` is a number.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn receipts_of_account(
        &self,
        ledger: LedgerId,
        account: AccountId,
        obligor: Option<PartyId>,
        ask: Ask<String>,
    ) -> Result<Read<Page<Receipt>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_as!(
                    Receipt,
                    "sql/receipts_of_account.sql",
                    s.ledger,
                    s.generation,
                    account.uuid(),
                    ask.after.clone().unwrap_or_default(),
                    obligor.map(|id| id.uuid()),
                    ask.fetch()
                );
                Ok(ask.page(rows.fetch_all(s.conn()).await?))
            })
        })
        .await
    }
}
