//! Commands of an import, one file each.

mod complete_import;
mod record_history;
mod start_import;
mod withdraw_history;

pub use complete_import::CompleteImport;
pub use record_history::{MAX_HISTORY_ROWS, RecordHistory};
pub use start_import::StartImport;
pub use withdraw_history::WithdrawHistory;
