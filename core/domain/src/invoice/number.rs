//! Numbers of invoices.

use std::fmt;
use std::str::FromStr;

/// A number of the tax authority 发票号码: 20 digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct InvoiceNumber(String);

/// Not 20 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the number of an invoice has 20 digits")]
pub struct NoInvoiceNumber;

impl InvoiceNumber {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for InvoiceNumber {
    type Err = NoInvoiceNumber;
    fn from_str(text: &str) -> Result<Self, NoInvoiceNumber> {
        let good = text.len() == 20 && text.bytes().all(|b| b.is_ascii_digit());
        if good { Ok(Self(text.to_owned())) } else { Err(NoInvoiceNumber) }
    }
}
impl fmt::Display for InvoiceNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
crate::wire::serde_as_str!(InvoiceNumber);
