//! The account 户账 of a unit: charges, credit lots, allocations, refunds. The heart of the ledger.
//!
//! Charges come in by [`post_charges`], money by the payment's use cases; both spend through one place, `draw_down::pay`.

#[cfg(test)]
mod award_stories;
mod billed;
mod charging;
mod deposit;
#[cfg(test)]
mod deposit_stories;
mod discount;
mod displaced;
mod draw_down;
mod event;
mod explanation;
#[cfg(test)]
pub(crate) mod fixture;
mod fund;
#[cfg(test)]
pub(crate) mod fund_stories;
mod late_fee;
#[cfg(test)]
mod late_fee_properties;
#[cfg(test)]
pub(crate) mod late_fee_stories;
mod lot;
mod metered;
#[cfg(test)]
mod model;
mod opening;
mod posting;
mod prepaid;
#[cfg(test)]
mod properties;
mod recharge;
mod refund;
mod refusal;
mod repriced;
mod state;
mod terms;
mod undo;
mod use_case;

pub use billed::Billed;
pub use charging::{ChargeSpec, PostedSummary, post_charges};
pub(crate) use charging::{must_not_overlap, vat_lowered, vat_split};
pub use deposit::*;
pub use discount::Applied;
pub(crate) use discount::{DiscountError, monthly, taken_off_charge};
pub(crate) use displaced::{Change, charges_must_stand};
pub(crate) use draw_down::{draw_down, pay};
pub use event::*;
pub use explanation::*;
pub(crate) use fund::{FUND_INPUTS, fund_label_of, fund_owed_line};
pub use fund::{FundSpendReturned, FundSpent, UnitFund};
pub use late_fee::{ChargeLateFee, Lateness};
pub(crate) use late_fee::{late_fee_beside, open_late_fees, settle_late_fees};
pub use lot::{Lot, LotOrigin};
pub use metered::*;
pub use opening::*;
pub(crate) use posting::{lot_fund, postings};
pub(crate) use prepaid::{Prepaid, post_prepaid};
pub(crate) use recharge::{Recharge, Recharged};
pub use refund::{Refund, RefundSource, RefundStage};
pub use refusal::AccountRefusal;
pub use repriced::Days;
pub use state::{AccountState, Allocation, Charge, Invoiced};
pub use terms::*;
pub(crate) use undo::{undo, undo_on};
pub use use_case::*;
pub(crate) use use_case::{Lowering, corrections_must_be_off, lower_charge, refund_in_flight, reverse_live};
