//! Commands of payments, one file each.

mod identify_suspense;
mod match_bank_line;
mod print_receipt;
mod record_bank_line;
mod record_bounce;
mod record_payment;
mod return_suspense;
mod reverse_payment;
mod set_aside_bank_line;
mod undo_bank_match;
mod unidentify_suspense;

pub use identify_suspense::IdentifySuspense;
pub use match_bank_line::MatchBankLine;
pub use print_receipt::PrintReceipt;
pub use record_bank_line::RecordBankLine;
pub use record_bounce::RecordBounce;
pub use record_payment::RecordPayment;
pub(crate) use record_payment::{claim_reference, identity, must_be_money, receive};
pub use return_suspense::ReturnSuspense;
pub use reverse_payment::ReversePayment;
pub use set_aside_bank_line::{SetAsideBankLine, TakeUpBankLine};
pub use undo_bank_match::UndoBankMatch;
pub use unidentify_suspense::UnidentifySuspense;

use super::event::PaymentReceived;
use super::refusal::PaymentRefusal;
use super::state::PaymentState;
use crate::draft::Draft;
use crate::id::PaymentId;
use crate::refusal::Refusal;
use std::sync::Arc;

/// A payment that is not reversed, and how it came in.
fn live(draft: &Draft<'_>, payment: PaymentId) -> Result<(Arc<PaymentState>, Arc<PaymentReceived>), Refusal> {
    let state = draft.payment(payment);
    let received = state.received().ok_or(PaymentRefusal::PaymentMustExist)?.clone();
    if state.is_reversed() { Err(PaymentRefusal::PaymentMustNotBeReversed.into()) } else { Ok((state, received)) }
}
