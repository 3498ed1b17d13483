//! Invoices 数电票: the tax authority's, asked for by a provider of the company, for money that was paid.
//!
//! May never happen here: one number twice; the same money on two live invoices; an invoice for what is nobody's own taxed
//! income; lines that do not sum to their totals.

mod event;
mod lines;
mod money;
mod number;
mod posting;
mod refusal;
mod state;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod tax_point_stories;
mod use_case;

pub use event::*;
pub(crate) use money::{must_not_be_invoiced, must_stay_paid};
pub use number::InvoiceNumber;
pub(crate) use posting::postings;
pub use refusal::InvoiceRefusal;
pub use state::{InvoiceStage, InvoiceState};
pub use use_case::*;
