//! Commands of a unit, one file each.

mod accept_prepayment_offer;
mod apply_vacancy;
mod approve_vacancy;
mod attach_bundle;
mod attach_fee_item;
mod change_unit_code;
mod decline_vacancy;
mod detach_fee_item;
mod end_discount;
mod grant_discount;
mod inspect_vacancy;
mod register_unit;
mod set_area;
mod set_owner;
mod set_status;
mod set_tenancy;
mod set_unit_attribute;
mod set_unit_price;
mod transfer_unit;

pub use accept_prepayment_offer::{
    AcceptPrepaymentOffer, PrepaymentQuote, QuotedAmounts, QuotedMonth, quote_prepayment,
};
pub use apply_vacancy::ApplyVacancy;
pub use approve_vacancy::ApproveVacancy;
pub use attach_bundle::{AttachBundle, MAX_BUNDLED};
pub use attach_fee_item::AttachFeeItem;
pub use change_unit_code::ChangeUnitCode;
pub use decline_vacancy::DeclineVacancy;
pub use detach_fee_item::DetachFeeItem;
pub use end_discount::EndDiscount;
pub use grant_discount::{ChargedDays, GrantDiscount};
pub(crate) use grant_discount::{discount_must_hold, must_be_by_time};
pub use inspect_vacancy::InspectVacancy;
pub use register_unit::RegisterUnit;
pub use set_area::SetArea;
pub use set_owner::SetOwner;
pub use set_status::SetStatus;
pub use set_tenancy::SetTenancy;
pub use set_unit_attribute::SetUnitAttribute;
pub use set_unit_price::SetUnitPrice;
pub use transfer_unit::{SellersCredit, Transfer, TransferPreview, TransferUnit, TransferredCharge, preview_transfer};
