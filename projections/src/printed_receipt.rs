//! Receipts as they are printed: with the words that stand for ids, and what was owed right after them.

use crate::column::{Amount, Text};
use crate::reader::{Read, ReadError, Reader};
use crate::receipt::ReceiptStatus;
use chrono::NaiveDate;
use mingzhang_domain::account::Part;
use mingzhang_domain::book::Fund;
use mingzhang_domain::calendar::CivilDate;
use mingzhang_domain::channel_account::ChannelKind;
use mingzhang_domain::id::{LedgerId, ReceiptId};
use mingzhang_domain::invoice::InvoiceNumber;
use mingzhang_domain::payment::Series;
use mingzhang_domain::value::{Code, Label};
use std::collections::HashMap;
use uuid::Uuid;

/// A receipt as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedReceipt {
    /// The receipt and its payment.
    pub head: PrintedHead,
    /// Its lines in order.
    pub lines: Vec<PrintedLine>,
    /// By unit of its lines: open charges less credit of the obligor right after it; positive is owed.
    pub balances: Vec<(Text<Code>, Amount)>,
}

/// The receipt and its payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedHead {
    /// The receipt.
    pub receipt_id: Uuid,
    /// Where it was issued.
    pub position: i64,
    /// Its payment.
    pub payment_id: Uuid,
    /// Which series.
    pub series: Text<Series>,
    /// The number in full.
    pub number: Text<Code>,
    /// To whose debt.
    pub obligor_party_id: Uuid,
    /// Its day.
    pub issued_on: NaiveDate,
    /// All lines.
    pub amount: Amount,
    /// How often it was printed.
    pub prints: i32,
    /// How it stands.
    pub status: Text<ReceiptStatus>,
    /// Where the money lies.
    pub channel_account_id: Uuid,
    /// Kind of the channel account.
    pub channel: Text<ChannelKind>,
    /// The channel's own number.
    pub reference: Text<Code>,
    /// The day it was really the company's.
    pub value_on: NaiveDate,
    /// The payer's name in the vault.
    pub payer_item_id: Option<Uuid>,
    /// Who took it, for cash.
    pub cashier_staff_id: Option<Uuid>,
    /// The number of the receipt it replaces.
    pub replaces: Option<Text<Code>>,
    /// The number of the receipt that replaces it.
    pub replaced_by: Option<Text<Code>>,
    /// The number of the invoice that it is exchanged for.
    pub exchanged_for: Option<Text<InvoiceNumber>>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedLine {
    receipt_id: Uuid,
    /// The fee item's name; absent for credit without earmark.
    pub item: Option<Text<Label>>,
    /// The unit's code; absent when summed over accounts, and for takings without a unit.
    pub unit: Option<Text<Code>>,
    /// What the money is for.
    pub fund: Text<Fund>,
    /// First day of the service paid.
    pub service_from: Option<NaiveDate>,
    /// Day after the last.
    pub service_until: Option<NaiveDate>,
    /// Principal or late fee; absent for credit.
    pub part: Option<Text<Part>>,
    /// How much.
    pub amount: Amount,
}

struct Balance {
    receipt_id: Uuid,
    unit: Text<Code>,
    balance: Amount,
}

/// Receipts of a month at most.
pub const MAX_MONTH: u16 = 50_000;

impl Reader {
    /// The receipts issued from a day to a day, by number; one more than [`MAX_MONTH`] says that there are more.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn receipts_of_days(
        &self,
        ledger: LedgerId,
        days: (CivilDate, CivilDate),
    ) -> Result<Read<Vec<ReceiptId>>, ReadError> {
        self.read(ledger, move |s| {
            Box::pin(async move {
                let rows = sqlx::query_file_scalar!(
                    "sql/receipts_of_days.sql",
                    s.ledger,
                    s.generation,
                    days.0.naive(),
                    days.1.naive(),
                    i64::from(MAX_MONTH) + 1
                );
                Ok(rows.fetch_all(s.conn()).await?.into_iter().map(ReceiptId).collect())
            })
        })
        .await
    }

    /// Receipts as they are printed, by number; what does not exist is left out.
    ///
    /// # Errors
    /// [`ReadError`].
    pub async fn printed_receipts(
        &self,
        ledger: LedgerId,
        receipts: Vec<ReceiptId>,
    ) -> Result<Read<Vec<PrintedReceipt>>, ReadError> {
        let ids: Vec<Uuid> = receipts.iter().map(|receipt| receipt.uuid()).collect();
        self.read(ledger, move |s| {
            Box::pin(async move {
                let (of, generation) = (s.ledger, s.generation);
                let heads = sqlx::query_file_as!(PrintedHead, "sql/printed_receipts.sql", of, generation, &ids);
                let heads = heads.fetch_all(s.conn()).await?;
                let lines = sqlx::query_file_as!(PrintedLine, "sql/printed_receipt_lines.sql", of, generation, &ids);
                let lines = lines.fetch_all(s.conn()).await?;
                let balances = sqlx::query_file_as!(Balance, "sql/printed_receipt_balances.sql", of, generation, &ids);
                let balances = balances.fetch_all(s.conn()).await?;
                Ok(joined(heads, lines, balances))
            })
        })
        .await
    }
}

fn joined(heads: Vec<PrintedHead>, lines: Vec<PrintedLine>, balances: Vec<Balance>) -> Vec<PrintedReceipt> {
    let mut lines_of: HashMap<Uuid, Vec<PrintedLine>> = HashMap::new();
    for line in lines {
        lines_of.entry(line.receipt_id).or_default().push(line);
    }
    let mut balances_of: HashMap<Uuid, Vec<(Text<Code>, Amount)>> = HashMap::new();
    for Balance { receipt_id, unit, balance } in balances {
        balances_of.entry(receipt_id).or_default().push((unit, balance));
    }
    let whole = |head: PrintedHead| PrintedReceipt {
        lines: lines_of.remove(&head.receipt_id).unwrap_or_default(),
        balances: balances_of.remove(&head.receipt_id).unwrap_or_default(),
        head,
    };
    heads.into_iter().map(whole).collect()
}
