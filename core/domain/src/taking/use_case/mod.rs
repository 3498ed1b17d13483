//! Commands of walk-in takings, one file each.

mod price_stay;
mod record_card;
mod record_stay;
mod reverse_taking;
mod take;

pub(crate) use price_stay::recompute;
pub use price_stay::{StayPrice, price_stay};
pub use record_card::RecordCard;
pub(crate) use record_card::card_price;
pub use record_stay::RecordStay;
pub use reverse_taking::ReverseTaking;
