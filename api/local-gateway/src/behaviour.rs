//! Switches for bad behaviour. All of them are things that providers have done.

use serde::{Deserialize, Serialize};

/// What becomes of refunds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefundsEnd {
    /// They are paid.
    #[default]
    Paid,
    /// They are taken, and wait until somebody ends them.
    Waiting,
    /// The payer's account does not take them.
    Abnormal,
    /// They are taken, and then not paid.
    Closed,
    /// They are not taken: the merchant has too little.
    NotEnough,
}

/// What becomes of invoices and red letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoicesEnd {
    /// They are issued.
    #[default]
    Issued,
    /// They are taken, and wait.
    Waiting,
    /// They are taken, and then not issued.
    Failed,
}

/// How the gateway behaves; the default is well.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Behaviour {
    /// Milliseconds before a notification is sent.
    pub delay_ms: u64,
    /// How often each notification is sent, whatever is answered.
    pub times: u32,
    /// Sends what waits in another order.
    pub reorder: bool,
    /// Sends no notification at all: the server has to ask.
    pub drop: bool,
    /// Says that one fen more was paid.
    pub other_amount: bool,
    /// WeChat Pay says of payments and refunds that they are another merchant's.
    pub other_merchant: bool,
    /// Signs notifications with a key that is nobody's.
    pub wrong_key: bool,
    /// Signs with the platform's second certificate, which it has published beside the first all along.
    pub rolled_over: bool,
    /// A probe before each notification: signed wrongly on purpose; who thanks for it does not check.
    pub probe: bool,
    /// Takes the money of an order although it was closed.
    pub pays_closed: bool,
    /// Answers requests with an error of its own, though it did what was asked.
    pub fails_after_doing: bool,
    /// What becomes of refunds.
    pub refunds: RefundsEnd,
    /// What becomes of invoices.
    pub invoices: InvoicesEnd,
    /// Milliseconds before an invoice is issued, or fails.
    pub invoice_delay_ms: u64,
    /// Sends bills that are cut off.
    pub bill_is_cut: bool,
    /// Announces another hash of bills than they have; Alipay announces none.
    pub bill_has_other_hash: bool,
    /// Milliseconds between two tries of a notification that was not thanked for.
    pub retry_ms: u64,
    /// Tries at most.
    pub tries: u32,
}

impl Default for Behaviour {
    fn default() -> Self {
        Self {
            delay_ms: 0,
            times: 1,
            reorder: false,
            drop: false,
            other_amount: false,
            other_merchant: false,
            wrong_key: false,
            rolled_over: false,
            probe: false,
            pays_closed: false,
            fails_after_doing: false,
            refunds: RefundsEnd::Paid,
            invoices: InvoicesEnd::Issued,
            invoice_delay_ms: 0,
            bill_is_cut: false,
            bill_has_other_hash: false,
            retry_ms: 1_000,
            tries: 15,
        }
    }
}
