//! The money rules of the ledger as pure functions: typed values in, typed values or a named refusal out.
//!
//! May never happen here: I/O, a clock, a float, a panic on any input, an unchecked operation on money. A rule knows
//! nothing of events, streams or JSON; the use cases call it with what they loaded, and [`cases`] with what a file of
//! worked cases says. Every refusal has a stable snake_case `code()`.

pub mod allocation;
pub mod amount_in_words;
pub mod apportionment;
pub mod cases;
pub mod charges;
pub mod discounts;
pub mod figures;
pub mod formula;
pub mod late_fee;
pub mod masking;
pub mod metered;
pub mod mobile;
pub mod month_parts;
pub mod months;
pub mod parking;
pub(crate) mod quotient;
pub mod resident_id;
pub mod social_credit_code;
pub mod tiered_usage;
pub mod vat;
