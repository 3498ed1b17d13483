//! Billing: which cycles a run or a single wish bills, what a unit owes for them, and the run's own facts.
//!
//! The charges themselves are facts of the accounts. `plan` is a pure function from what is known about a unit to its
//! month charges; nothing is re-priced, and nobody who does not owe is billed.

#[cfg(test)]
mod campaign_stories;
mod cut;
mod cycle;
#[cfg(test)]
mod discount_stories;
mod event;
mod inputs;
mod metered;
#[cfg(test)]
mod metered_fixture;
#[cfg(test)]
mod metered_properties;
#[cfg(test)]
mod metered_stories;
pub mod plan;
mod posting;
mod prepaid;
#[cfg(test)]
mod prepayment_stories;
mod preview;
mod preview_total;
#[cfg(test)]
mod price_stories;
mod pricing;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod reading_day_stories;
mod refusal;
#[cfg(test)]
mod run_stories;
mod seen;
mod state;
#[cfg(test)]
mod stories;
#[cfg(test)]
mod usage_formula_stories;
mod use_case;
mod worth;

pub(crate) use cut::terms_on;
pub use event::*;
pub use inputs::Unpriced;
pub(crate) use inputs::{
    STANDARD_ATTRIBUTES, UNIT_PRICE, USAGE, formula_must_fit, input_named, is_standard, is_taken, label_of, price_of,
    price_told, usage_cost, value_of, with_price, with_unit_price,
};
pub(crate) use posting::postings;
pub(crate) use prepaid::{billed_around, first_uncharged, plan_prepaid, whole_months};
pub use preview::{Change, ItemPreview, PreviewRun, UnitPreview};
pub use preview_total::{ItemTotal, RunPreview, Skipped, UnitChange};
pub(crate) use pricing::Pricing;
pub use refusal::BillRunRefusal;
pub use state::{BillRunStage, BillRunState};
pub use use_case::*;
pub(crate) use worth::worth;
