//! What the gateway did: every order with its end, every refund. Kept in a file, one line per change, so that a killed gateway
//! goes on.

use mingzhang_domain::money::Money;
use mingzhang_gateway::invoicing::{InvoiceOrder, RedOrder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

/// Whose order it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Provider {
    /// 微信支付
    WechatPay,
    /// 支付宝
    Alipay,
}

/// How an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Not paid yet.
    Open,
    /// Paid.
    Paid,
    /// Closed without payment.
    Closed,
}

/// One order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose.
    pub provider: Provider,
    /// The merchant's number of it.
    pub number: String,
    /// The very request: sent again it must be the same.
    pub request: String,
    /// How much.
    pub amount: Money,
    /// What the payer reads.
    pub description: String,
    /// Until when, seconds since 1970.
    pub expires_at: i64,
    /// Where notifications go.
    pub notify_url: String,
    /// What the window opens with.
    pub prepared: String,
    /// How it stands.
    pub state: State,
    /// Our number of the payment.
    pub transaction: Option<String>,
    /// When it was paid, seconds since 1970.
    pub paid_at: Option<i64>,
}

/// How a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundState {
    /// Taken.
    Processing,
    /// Paid.
    Paid,
    /// The payer's account does not take it.
    Abnormal,
    /// It will not be paid.
    Closed,
}

/// One refund.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundEntry {
    /// The merchant's number of it.
    pub number: String,
    /// Our number of it.
    pub id: String,
    /// The merchant's number of the order.
    pub order: String,
    /// How much.
    pub amount: Money,
    /// Where notifications go.
    pub notify_url: String,
    /// How it stands.
    pub state: RefundState,
    /// When it was asked for, seconds since 1970.
    pub asked_at: i64,
    /// When it was paid, seconds since 1970.
    pub paid_at: Option<i64>,
}

/// Why a refund is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NoRefund {
    /// No such payment.
    Unknown,
    /// The same number with another amount or payment.
    Differs,
    /// More than is left of the payment.
    TooMuch,
    /// The book could not be written.
    Io,
}

/// What was asked of the tax authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceOf {
    /// An invoice.
    Order(InvoiceOrder),
    /// A red letter of one.
    Red(RedOrder),
}

/// How an invoice or a red letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceState {
    /// Taken.
    Accepted,
    /// The red letter is confirmed.
    Confirmed,
    /// Issued.
    Issued,
    /// Not issued.
    Failed,
}

/// An invoice or a red letter, by its serial number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceEntry {
    /// The seller's number of it.
    pub serial: String,
    /// What was asked.
    pub of: InvoiceOf,
    /// How it stands.
    pub state: InvoiceState,
    /// When it was taken, milliseconds since 1970.
    pub taken_at_ms: i64,
    /// Number of the confirmation.
    pub confirmation: Option<String>,
    /// Its number.
    pub number: Option<String>,
    /// When it was issued, seconds since 1970.
    pub issued_at: Option<i64>,
    /// Why it was not.
    pub failed_because: Option<String>,
}

impl InvoiceEntry {
    /// Tax-inclusive total of an invoice that is issued.
    pub(crate) fn amount(&self) -> Option<Money> {
        match &self.of {
            InvoiceOf::Order(order) if self.state == InvoiceState::Issued => Some(order.amount_with_tax),
            InvoiceOf::Order(_) | InvoiceOf::Red(_) => None,
        }
    }
}

/// A line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Line {
    Order(Entry),
    Refund(RefundEntry),
    Invoice(Box<InvoiceEntry>),
}

/// All orders and refunds.
#[derive(Debug)]
pub(crate) struct Book {
    orders: BTreeMap<String, Entry>,
    refunds: BTreeMap<String, RefundEntry>,
    invoices: BTreeMap<String, InvoiceEntry>,
    file: File,
    counted: u64,
}

impl Book {
    /// Opens the book in a file.
    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        let file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let (mut orders, mut refunds, mut invoices) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut counted = 0;
        for line in BufReader::new(&file).lines() {
            // The last line of a killed gateway may be torn: what it says was not answered.
            let Ok(line) = serde_json::from_str(&line?) else { continue };
            counted += 1;
            match line {
                Line::Order(entry) => drop(orders.insert(entry.number.clone(), entry)),
                Line::Refund(refund) => drop(refunds.insert(refund.number.clone(), refund)),
                Line::Invoice(entry) => drop(invoices.insert(entry.serial.clone(), *entry)),
            }
        }
        Ok(Self { orders, refunds, invoices, file, counted })
    }

    /// An order by its number.
    pub(crate) fn get(&self, number: &str) -> Option<&Entry> {
        self.orders.get(number)
    }

    /// All orders.
    pub(crate) fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.orders.values()
    }

    /// A number that was never given before.
    pub(crate) fn next(&mut self) -> u64 {
        self.counted += 1;
        self.counted
    }

    /// Writes an order down, before anybody is told.
    pub(crate) fn put(&mut self, entry: Entry) -> std::io::Result<()> {
        self.write(&Line::Order(entry.clone()))?;
        self.orders.insert(entry.number.clone(), entry);
        Ok(())
    }

    fn write(&mut self, line: &Line) -> std::io::Result<()> {
        let mut line = serde_json::to_string(line)?;
        line.push('\n');
        self.file.write_all(line.as_bytes())
    }

    /// A refund by its number.
    pub(crate) fn refund(&self, number: &str) -> Option<&RefundEntry> {
        self.refunds.get(number)
    }

    /// All refunds.
    pub(crate) fn refunds(&self) -> impl Iterator<Item = &RefundEntry> {
        self.refunds.values()
    }

    /// An order by our number of its payment.
    pub(crate) fn paid(&self, transaction: &str) -> Option<&Entry> {
        self.orders.values().find(|entry| entry.transaction.as_deref() == Some(transaction))
    }

    /// Takes a refund of a payment, once; the same one may come again. Says whether it is new.
    pub(crate) fn take_refund(
        &mut self,
        (transaction, number): (&str, &str),
        amount: Money,
        notify_url: &str,
        now: i64,
    ) -> Result<(RefundEntry, bool), NoRefund> {
        let order = self.paid(transaction).cloned().ok_or(NoRefund::Unknown)?;
        if let Some(have) = self.refunds.get(number) {
            let same = have.amount == amount && have.order == order.number;
            return if same { Ok((have.clone(), false)) } else { Err(NoRefund::Differs) };
        }
        let of_order = self.refunds.values().filter(|refund| refund.order == order.number);
        let taken: i64 = of_order.filter(|refund| refund.state != RefundState::Closed).map(|r| r.amount.fen()).sum();
        if amount.fen() <= 0 || taken + amount.fen() > order.amount.fen() {
            return Err(NoRefund::TooMuch);
        }
        let refund = RefundEntry {
            number: number.to_owned(),
            id: format!("50300{:023}", self.next()),
            order: order.number,
            amount,
            notify_url: notify_url.to_owned(),
            state: RefundState::Processing,
            asked_at: now,
            paid_at: None,
        };
        self.put_refund(refund.clone()).map_err(|_| NoRefund::Io)?;
        Ok((refund, true))
    }

    /// Writes down how a refund stands now.
    pub(crate) fn put_refund(&mut self, refund: RefundEntry) -> std::io::Result<()> {
        self.write(&Line::Refund(refund.clone()))?;
        self.refunds.insert(refund.number.clone(), refund);
        Ok(())
    }

    /// An invoice or a red letter by its serial number.
    pub(crate) fn invoice(&self, serial: &str) -> Option<&InvoiceEntry> {
        self.invoices.get(serial)
    }

    /// All of them.
    pub(crate) fn invoices(&self) -> impl Iterator<Item = &InvoiceEntry> {
        self.invoices.values()
    }

    /// The entry that has a number.
    pub(crate) fn invoice_of_number(&self, number: &str) -> Option<&InvoiceEntry> {
        self.invoices.values().find(|entry| entry.number.as_deref() == Some(number))
    }

    /// Writes down how an invoice stands now.
    pub(crate) fn put_invoice(&mut self, entry: InvoiceEntry) -> std::io::Result<()> {
        self.write(&Line::Invoice(Box::new(entry.clone())))?;
        self.invoices.insert(entry.serial.clone(), entry);
        Ok(())
    }

    /// Takes the money of an order, once. `closed`: also of one that was closed.
    pub(crate) fn pay(&mut self, number: &str, now: i64, closed: bool) -> std::io::Result<Option<Entry>> {
        let Some(mut entry) = self.orders.get(number).cloned() else { return Ok(None) };
        let can = entry.state == State::Open && now <= entry.expires_at || closed && entry.state != State::Paid;
        if !can {
            return Ok(None);
        }
        entry.transaction = Some(format!("42000{:023}", self.next()));
        (entry.state, entry.paid_at) = (State::Paid, Some(now));
        self.put(entry.clone())?;
        Ok(Some(entry))
    }

    /// Closes an order that is not paid; says how it stands then.
    pub(crate) fn close(&mut self, number: &str) -> std::io::Result<Option<State>> {
        let Some(mut entry) = self.orders.get(number).cloned() else { return Ok(None) };
        if entry.state == State::Open {
            entry.state = State::Closed;
            self.put(entry)?;
            return Ok(Some(State::Closed));
        }
        Ok(Some(entry.state))
    }
}
