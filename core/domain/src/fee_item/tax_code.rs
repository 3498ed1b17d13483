//! Tax classification codes 税收分类编码: what an invoice says was sold.

use std::fmt;
use std::str::FromStr;

/// 19 digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TaxCode(String);

/// Not 19 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a tax classification code has 19 digits")]
pub struct NoTaxCode;

impl TaxCode {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for TaxCode {
    type Err = NoTaxCode;
    fn from_str(text: &str) -> Result<Self, NoTaxCode> {
        let good = text.len() == 19 && text.bytes().all(|b| b.is_ascii_digit());
        if good { Ok(Self(text.to_owned())) } else { Err(NoTaxCode) }
    }
}
impl fmt::Display for TaxCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
crate::wire::serde_as_str!(TaxCode);
