//! Commands of billing, one file each.

mod bill_unit;
mod complete_bill_run;
mod skip_unit;
mod start_bill_run;

pub use bill_unit::{BillScope, BillUnit};
pub use complete_bill_run::CompleteBillRun;
pub use skip_unit::SkipUnit;
pub use start_bill_run::StartBillRun;
pub(super) use start_bill_run::must_be_known;
