//! Commands of supplier bills, one file each.

mod carry_difference;
mod pay_supplier_bill;
mod record_supplier_bill;
mod reverse_supplier_bill;
mod reverse_supplier_payment;
mod set_own_use;

pub use carry_difference::CarryDifference;
pub use pay_supplier_bill::PaySupplierBill;
pub use record_supplier_bill::RecordSupplierBill;
pub use reverse_supplier_bill::ReverseSupplierBill;
pub use reverse_supplier_payment::ReverseSupplierPayment;
pub use set_own_use::SetOwnUse;

use super::event::SupplierBillRecorded;
use super::refusal::SupplierBillRefusal;
use super::state::SupplierBillState;
use crate::calendar::CivilDate;
use crate::draft::Draft;
use crate::id::SupplierBillId;
use crate::refusal::Refusal;
use std::sync::Arc;

/// A bill that stands: its fold, what was recorded and its accounting date.
type Standing = (Arc<SupplierBillState>, SupplierBillRecorded, CivilDate);

fn standing(draft: &Draft<'_>, bill: SupplierBillId) -> Result<Standing, Refusal> {
    let state = draft.supplier_bill(bill);
    let (recorded, on) = state.recorded().cloned().ok_or(SupplierBillRefusal::SupplierBillMustExist)?;
    Ok((state, recorded, on))
}
