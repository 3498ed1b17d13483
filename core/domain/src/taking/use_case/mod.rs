//! Commands of walk-in takings, one file each.

mod price_stay;
mod record_stay;
mod reverse_taking;

pub(crate) use price_stay::recompute;
pub use price_stay::{StayPrice, price_stay};
pub use record_stay::RecordStay;
pub use reverse_taking::ReverseTaking;
