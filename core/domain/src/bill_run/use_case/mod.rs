//! Commands of billing, one file each.

mod bill_unit;
mod complete_bill_run;
mod start_bill_run;

pub use bill_unit::{BillScope, BillUnit};
pub use complete_bill_run::CompleteBillRun;
pub use start_bill_run::StartBillRun;
pub(super) use start_bill_run::must_be_known;
