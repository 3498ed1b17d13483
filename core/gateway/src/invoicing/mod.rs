//! What an invoice provider takes and answers: JSON, signed with a shared secret from both sides.
//!
//! A request carries the application's key, a timestamp and a nonce; its signature covers all of them, the method, the path and
//! the body. An answer is signed over the nonce of its request, so that it is of no use for another one. An invoice is asked for
//! under a serial number: the same again is the same invoice.

mod secret;
mod xml;

pub use secret::Secret;
pub use xml::{Delivered, delivery};

use mingzhang_domain::money::Money;
use serde::{Deserialize, Serialize};

/// The application's key.
pub const APP_HEADER: &str = "x-invoice-app";
/// Seconds since 1970.
pub const TIMESTAMP_HEADER: &str = "x-invoice-timestamp";
/// Never used twice.
pub const NONCE_HEADER: &str = "x-invoice-nonce";
/// Lower-case hexadecimal HMAC-SHA256.
pub const SIGNATURE_HEADER: &str = "x-invoice-signature";

/// Who sells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Seller {
    /// Tax number.
    pub tax_no: String,
    /// Name.
    pub name: String,
}

/// Whom it is made out to.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Buyer {
    /// `person` or `company`.
    pub kind: String,
    /// Name.
    pub name: String,
    /// Tax number of a company.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_no: Option<String>,
}

impl std::fmt::Debug for Buyer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Buyer(…)")
    }
}

/// What was sold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Item {
    /// Tax classification, 19 digits.
    pub goods_code: String,
    /// `*企业管理服务*物业管理费`
    pub goods_name: String,
    /// Whether the amount bears tax: `taxed`, `exempt` or `zero_rated`.
    pub tax_flag: String,
    /// Such as `0.06`; `0` for what bears none.
    pub tax_rate: String,
    /// Without tax.
    pub amount: Money,
    /// The tax.
    pub tax: Money,
    /// Tax-inclusive.
    pub amount_with_tax: Money,
}

/// An invoice that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InvoiceOrder {
    /// Under which it is the same.
    pub serial_no: String,
    /// `81` 专票, `82` 普票.
    pub invoice_type: String,
    /// Who sells.
    pub seller: Seller,
    /// Whom it is made out to.
    pub buyer: Buyer,
    /// What was sold.
    pub items: Vec<Item>,
    /// Without tax.
    pub amount: Money,
    /// The tax.
    pub tax: Money,
    /// Tax-inclusive.
    pub amount_with_tax: Money,
    /// 开票人
    pub drawer: String,
    /// 备注
    pub remark: String,
}

/// A red letter that is asked for: all of an invoice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RedOrder {
    /// Under which it is the same.
    pub serial_no: String,
    /// Of which invoice.
    pub invoice_no: String,
    /// Tax-inclusive, below zero: the whole of it.
    pub amount_with_tax: Money,
    /// Why.
    pub reason: String,
}

/// How an invoice or a red letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Taken.
    Accepted,
    /// 红字确认单 is there; the negative invoice is not.
    Confirmed,
    /// Issued.
    Issued,
    /// Not issued, for ever.
    Failed,
}

/// What the provider says of a serial number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    /// Of which.
    pub serial_no: String,
    /// How it stands.
    pub status: Status,
    /// Number of the confirmation of a red letter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirmation_no: Option<String>,
    /// Number of the invoice, or of the negative one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub invoice_no: Option<String>,
    /// In Shanghai: `2026-10-05 09:20:03`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issue_time: Option<String>,
    /// Why it was not issued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fail_code: Option<String>,
}

/// Why the provider did nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// Such as `NOT_FOUND`.
    pub code: String,
}

/// What a request is signed over.
pub fn request_message((method, path): (&str, &str), (timestamp, nonce): (&str, &str), body: &[u8]) -> Vec<u8> {
    [format!("{method}\n{path}\n{timestamp}\n{nonce}\n").as_bytes(), body].concat()
}

/// What an answer is signed over; the nonce is that of its request.
pub fn answer_message(status: u16, nonce: &str, body: &[u8]) -> Vec<u8> {
    [format!("{status}\n{nonce}\n").as_bytes(), body].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_of_its_message_and_key() {
        let secret = Secret::from_text("an invoice secret of forty characters 00").unwrap();
        let message = request_message(("POST", "/v1/invoices"), ("1790000000", "abc"), b"{}");
        let signature = secret.sign(&message);
        assert_eq!(signature.len(), 64);
        secret.verify(&message, &signature).unwrap();
        let other = Secret::from_text("another secret of at least thirty-two chars").unwrap();
        other.verify(&message, &signature).unwrap_err();
        for wrong in ["", "00", &signature.to_uppercase(), &signature[..62]] {
            secret.verify(&message, wrong).unwrap_err();
        }
        secret.verify(&answer_message(200, "abc", b"{}"), &signature).unwrap_err();
        assert!(Secret::from_text("short").is_err());
        assert_eq!(format!("{secret:?}"), "Secret(…)");
    }

    #[test]
    fn an_order_is_read_as_it_was_written() {
        let order = RedOrder {
            serial_no: "1-R1".to_owned(),
            invoice_no: "26440000000000000001".to_owned(),
            amount_with_tax: "-358.00".parse().unwrap(),
            reason: "抬头有误".to_owned(),
        };
        let text = serde_json::to_string(&order).unwrap();
        assert!(text.contains(r#""serialNo":"1-R1""#) && text.contains(r#""amountWithTax":"-358.00""#), "{text}");
        assert_eq!(serde_json::from_str::<RedOrder>(&text).unwrap(), order);
    }
}
