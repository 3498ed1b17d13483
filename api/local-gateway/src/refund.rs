//! Refunds, whichever provider they are asked of.

use crate::behaviour::RefundsEnd;
use crate::book::{NoRefund, RefundEntry, RefundState};
use crate::{Gateway, notify, now};
use mingzhang_domain::money::Money;
use std::sync::Arc;

impl Gateway {
    /// Takes a refund, and lets become of it what becomes of refunds now.
    pub(crate) fn take_refund(
        self: &Arc<Self>,
        numbers: (&str, &str),
        amount: Money,
        notify_url: &str,
    ) -> Result<(RefundEntry, bool), NoRefund> {
        let (refund, is_new) = self.book().take_refund(numbers, amount, notify_url, now())?;
        let end = match self.behaviour().refunds {
            RefundsEnd::Paid => Some(RefundState::Paid),
            RefundsEnd::Abnormal => Some(RefundState::Abnormal),
            RefundsEnd::Closed => Some(RefundState::Closed),
            RefundsEnd::Waiting | RefundsEnd::NotEnough => None,
        };
        if let Some(end) = end.filter(|_| is_new) {
            self.end_refund(&refund.number, end).map_err(|_| NoRefund::Io)?;
        }
        Ok((refund, is_new))
    }

    /// Ends a refund and tells of it; false when it is over already or not known.
    ///
    /// # Errors
    /// What the system says of the book.
    pub fn end_refund(self: &Arc<Self>, number: &str, end: RefundState) -> std::io::Result<bool> {
        let mut book = self.book();
        let Some(mut refund) = book.refund(number).cloned() else { return Ok(false) };
        if matches!(refund.state, RefundState::Paid | RefundState::Closed) {
            return Ok(false);
        }
        refund.state = end;
        refund.paid_at = (end == RefundState::Paid).then(now);
        book.put_refund(refund.clone())?;
        let order = book.get(&refund.order).cloned();
        drop(book);
        if let Some(order) = order {
            notify::tell_of_refund(self, order, refund);
        }
        Ok(true)
    }
}
