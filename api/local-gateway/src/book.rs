//! What the gateway did: every order with its end. Kept in a file, one line per change, so that a killed gateway goes on.

use mingzhang_domain::money::Money;
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

/// All orders.
#[derive(Debug)]
pub(crate) struct Book {
    orders: BTreeMap<String, Entry>,
    file: File,
    counted: u64,
}

impl Book {
    /// Opens the book in a file.
    pub(crate) fn open(path: &Path) -> std::io::Result<Self> {
        let file = OpenOptions::new().create(true).read(true).append(true).open(path)?;
        let mut orders = BTreeMap::new();
        let mut counted = 0;
        for line in BufReader::new(&file).lines() {
            // The last line of a killed gateway may be torn: what it says was not answered.
            let Ok(entry) = serde_json::from_str::<Entry>(&line?) else { continue };
            counted += 1;
            orders.insert(entry.number.clone(), entry);
        }
        Ok(Self { orders, file, counted })
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
        let mut line = serde_json::to_string(&entry)?;
        line.push('\n');
        self.file.write_all(line.as_bytes())?;
        self.orders.insert(entry.number.clone(), entry);
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
