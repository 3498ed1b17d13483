//! Commands of the books, one file each.

mod clear_bank_item;
mod close_period;
mod release_period;
mod reopen_period;
mod seal_period;
mod set_allowance;
mod set_allowance_rates;
mod set_book_code;
mod set_chart_preset;
mod state_bank_balance;
mod state_bank_item;

pub use clear_bank_item::ClearBankItem;
pub use close_period::{ClosePeriod, OpenChannelDays, Review, StillOpen};
pub use release_period::ReleasePeriod;
pub use reopen_period::ReopenPeriod;
pub use seal_period::SealPeriod;
pub use set_allowance::SetAllowance;
pub use set_allowance_rates::SetAllowanceRates;
pub use set_book_code::SetBookCode;
pub use set_chart_preset::SetChartPreset;
pub use state_bank_balance::StateBankBalance;
pub use state_bank_item::StateBankItem;
