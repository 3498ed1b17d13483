//! Fee items 收费项目 and their tariff versions 标准: what is charged and how much, as data.

mod campaign;
mod event;
mod posting;
mod prepayment;
mod price;
mod refusal;
mod state;
mod tax_code;
mod use_case;

pub use campaign::Campaign;
pub use event::*;
pub(crate) use posting::postings;
pub use prepayment::Offer;
pub(crate) use price::{
    formula_must_fit_units, formula_must_hold, parking_must_stay, price_must_hold, utility_must_stay,
};
pub use refusal::FeeItemRefusal;
pub(crate) use refusal::vat_must_fit;
pub use state::FeeItemState;
pub use tax_code::TaxCode;
pub use use_case::*;
