//! Commands of payment orders, one file each.

mod close_payment_order;
mod create_payment_order;
mod record_order_payment;

pub use close_payment_order::ClosePaymentOrder;
pub use create_payment_order::{CreatePaymentOrder, Orders};
pub use record_order_payment::RecordOrderPayment;
pub(crate) use record_order_payment::{pay_from_suspense, unpaid};

use super::event::PaymentOrderCreated;
use super::refusal::PaymentOrderRefusal;
use crate::draft::Draft;
use crate::id::{OrderClaimId, PaymentOrderId};
use crate::order_claim::OrderedChargesReleased;
use crate::refusal::Refusal;
use std::sync::Arc;

/// What an order asked for.
fn created(draft: &Draft<'_>, order: PaymentOrderId) -> Result<Arc<PaymentOrderCreated>, Refusal> {
    let state = draft.payment_order(order);
    Ok(state.created().ok_or(PaymentOrderRefusal::PaymentOrderMustExist)?.clone())
}

/// The charges of an order that ends may be asked for again.
fn release(draft: &mut Draft<'_>, order: PaymentOrderId, created: &PaymentOrderCreated) {
    for account in created.accounts.iter().filter(|account| !account.charges.is_empty()) {
        draft.push(OrderClaimId::of_account(account.account), OrderedChargesReleased { order });
    }
}
