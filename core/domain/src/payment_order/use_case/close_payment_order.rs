//! Ends a payment order that the provider will not take money for any more.

use super::{created, release};
use crate::draft::{Decide, Draft};
use crate::id::PaymentOrderId;
use crate::payment_order::{OrderEnd, PaymentOrderClosed, PaymentOrderRefusal, Stage};
use crate::refusal::Refusal;
use crate::stream::StreamRef;

/// The order can no longer be paid: it was closed at the provider first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosePaymentOrder {
    /// The order.
    pub order: PaymentOrderId,
    /// Why.
    pub reason: OrderEnd,
}

impl Decide for ClosePaymentOrder {
    fn operation(&self) -> &'static str {
        "close_payment_order"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.order.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let order = created(draft, self.order)?;
        if draft.payment_order(self.order).stage() != Stage::Live {
            return Err(PaymentOrderRefusal::PaymentOrderMustBeLive.into());
        }
        draft.push(self.order, PaymentOrderClosed { reason: self.reason });
        release(draft, self.order, &order);
        Ok(())
    }
}
