//! Facts of an invoice 发票.

use super::number::InvoiceNumber;
use crate::account::Part;
use crate::book::VatCategory;
use crate::calendar::{CivilDate, DateRange, Month};
use crate::event::{events, facts};
use crate::fee_item::TaxCode;
use crate::id::{AccountId, ChargeId, FeeItemId, PartyId, PaymentId, ReceiptId, VaultItemId};
use crate::money::Money;
use crate::value::{Code, Count, Exact, Label};
use crate::wire::words;

words! {
    /// Which kind of invoice.
    pub enum InvoiceKind {
        /// 普票 (82).
        Ordinary = "ordinary",
        /// 专票 (81): for companies only.
        Special = "special",
    }
}

words! {
    /// Who the buyer is.
    pub enum BuyerKind {
        /// A natural person.
        Person = "person",
        /// A company or another organisation, with a tax number.
        Company = "company",
    }
}

facts! {
    /// What of a charge stands on a line.
    pub struct InvoicedPart {
        /// The charge.
        pub charge: ChargeId,
        /// Principal or late fee.
        pub part: Part,
        /// The accounting month of the charge.
        pub period: Month,
        /// How much of it.
        pub amount: Money,
        /// Tax in it.
        pub tax: Money,
    }
    /// A line of an invoice.
    pub struct InvoicedLine {
        /// The account.
        pub account: AccountId,
        /// The fee item.
        pub fee_item: FeeItemId,
        /// Tax classification.
        pub tax_code: TaxCode,
        /// Its short name.
        pub short_name: Label,
        /// Name of the fee item.
        pub name: Label,
        /// Service time; absent when it has gaps.
        pub service: Option<DateRange>,
        /// How the tax applies.
        pub category: VatCategory,
        /// The rate; present exactly for `rated`.
        pub rate: Option<Exact>,
        /// Tax-inclusive.
        pub amount: Money,
        /// Without tax.
        pub net: Money,
        /// The tax.
        pub tax: Money,
        /// Of which charges.
        pub parts: Vec<InvoicedPart>,
    }
}

facts! {
    /// Somebody asks for an invoice of what was paid. Its serial number at the provider follows from its id.
    pub struct InvoiceRequested {
        /// The payment.
        pub payment: PaymentId,
        /// To whose debts it was paid.
        pub obligor: PartyId,
        /// Which kind.
        pub kind: InvoiceKind,
        /// Who the buyer is.
        pub buyer: BuyerKind,
        /// The buyer's name, in the vault.
        pub buyer_name: VaultItemId,
        /// The buyer's tax number, in the vault; exactly for a company.
        pub buyer_tax_number: Option<VaultItemId>,
        /// Its lines.
        pub lines: Vec<InvoicedLine>,
        /// Tax-inclusive total.
        pub amount: Money,
        /// Without tax.
        pub net: Money,
        /// The tax.
        pub tax: Money,
    }
    /// The provider took it, and has not issued it yet.
    pub struct InvoiceSubmitted {}
    /// It is issued.
    pub struct InvoiceIssued {
        /// Its number.
        pub number: InvoiceNumber,
        /// The day of it.
        pub issued_on: CivilDate,
        /// Receipts of the same money: exchanged 已换开发票.
        #[serde(default)]
        pub receipts: Vec<ReceiptId>,
    }
    /// It will not be issued; its money may be invoiced again.
    pub struct InvoiceFailed {
        /// The provider's code.
        pub code: Code,
    }
    /// It is to be red-lettered 红冲, whole.
    pub struct RedLetterRequested {
        /// Which try.
        pub attempt: Count,
        /// Why.
        pub reason: Label,
    }
    /// The confirmation 红字确认单 is there.
    pub struct RedLetterConfirmed {
        /// Which try.
        pub attempt: Count,
        /// Its number.
        pub confirmation: Code,
    }
    /// The negative invoice is issued: its money may be invoiced again.
    pub struct InvoiceRedLettered {
        /// Which try.
        pub attempt: Count,
        /// Number of the negative invoice.
        pub number: InvoiceNumber,
        /// The day of it.
        pub issued_on: CivilDate,
        /// Receipts that are exchanged no more.
        #[serde(default)]
        pub receipts: Vec<ReceiptId>,
    }
    /// The try has ended, and the invoice stands.
    pub struct RedLetterFailed {
        /// Which try.
        pub attempt: Count,
        /// The provider's code.
        pub code: Code,
    }
}

events! {
    /// Facts of an `invoice` stream.
    pub enum InvoiceEvent of "invoice" {
        InvoiceRequested = "invoice_requested", 1;
        InvoiceSubmitted = "invoice_submitted", 1;
        InvoiceIssued = "invoice_issued", 1;
        InvoiceFailed = "invoice_failed", 1;
        RedLetterRequested = "red_letter_requested", 1;
        RedLetterConfirmed = "red_letter_confirmed", 1;
        InvoiceRedLettered = "invoice_red_lettered", 1;
        RedLetterFailed = "red_letter_failed", 1;
    }
}
