//! Numbers of ours at providers: the same whenever they are asked.

use super::{ChannelRefundId, InvoiceId, PaymentOrderId, RefundId};
use uuid::Uuid;

impl PaymentOrderId {
    /// Its number at a provider: 32 hex digits.
    pub fn number(self) -> String {
        self.0.simple().to_string()
    }

    /// The order of a number; none when it is no number of ours.
    pub fn of_number(number: &str) -> Option<Self> {
        (number.len() == 32).then(|| Uuid::try_parse(number).ok().map(Self)).flatten()
    }
}

impl ChannelRefundId {
    /// Of the refund.
    pub fn of_refund(refund: RefundId) -> Self {
        Self(refund.0)
    }

    /// The number of a try at a provider: 32 hex digits, and from the second try on a hyphen and which it is.
    pub fn number(self, attempt: u32) -> String {
        let first = self.0.simple().to_string();
        if attempt == 1 { first } else { format!("{first}-{attempt}") }
    }

    /// The refund and the try of a number; none when it is no number of ours.
    pub fn of_number(number: &str) -> Option<(Self, u32)> {
        let (first, attempt) = match number.split_once('-') {
            None => (number, 1),
            Some((first, attempt)) => (first, attempt.parse().ok().filter(|attempt| *attempt > 1)?),
        };
        let id = (first.len() == 32).then(|| Uuid::try_parse(first).ok().map(Self)).flatten()?;
        (id.number(attempt) == number).then_some((id, attempt))
    }
}

impl InvoiceId {
    /// Its serial number at a provider 开票流水号: 32 hex digits.
    pub fn serial(self) -> String {
        self.0.simple().to_string()
    }

    /// The serial number of a try to red-letter it.
    pub fn red_serial(self, attempt: u32) -> String {
        format!("{}-R{attempt}", self.serial())
    }
}
