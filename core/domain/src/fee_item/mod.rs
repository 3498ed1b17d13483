//! Facts about a fee item 收费项目 and its tariff versions 标准: what is charged and how much, as data.

mod event;
mod posting;
mod state;

pub use event::*;
pub(crate) use posting::postings;
pub use state::FeeItemState;
