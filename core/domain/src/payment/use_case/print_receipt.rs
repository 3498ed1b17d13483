//! A receipt was printed; the first print ends its silent correction.

use super::live;
use crate::draft::{Decide, Draft};
use crate::id::{PaymentId, ReceiptId};
use crate::payment::{PaymentRefusal, ReceiptPrinted};
use crate::refusal::Refusal;
use crate::stream::StreamRef;
use crate::value::Count;

/// Records a print of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintReceipt {
    /// The payment.
    pub payment: PaymentId,
    /// The receipt.
    pub receipt: ReceiptId,
}

impl Decide for PrintReceipt {
    fn operation(&self) -> &'static str {
        "print_receipt"
    }

    fn needs(&self) -> Vec<StreamRef> {
        vec![self.payment.into()]
    }

    fn decide(&self, draft: &mut Draft<'_>) -> Result<(), Refusal> {
        let (state, _) = live(draft, self.payment)?;
        let receipt = state.receipts().iter().find(|r| r.receipt == self.receipt);
        let receipt = receipt.ok_or(PaymentRefusal::ReceiptMustExist)?;
        if !receipt.live {
            return Err(PaymentRefusal::ReceiptMustBeLive.into());
        }
        let print = Count(receipt.prints.saturating_add(1));
        draft.push(self.payment, ReceiptPrinted { receipt: self.receipt, print });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::UndoAllocation;
    use crate::account::fixture::{account, charge, month};
    use crate::payment::fixture::{payment, story, to_account, transfer};
    use crate::testing::uuid;

    #[test]
    fn prints_are_counted_while_the_receipt_holds() {
        let mut story = story();
        charge(&mut story, month("2026-01", "40.00"));
        let paid = payment(&mut story, &transfer("T1", "40.00", "2026-01-01", to_account(1)));
        let receipt = story.draft().payment(paid).receipts()[0].receipt;
        let print = PrintReceipt { payment: paid, receipt };
        story.accepted(&print);
        story.accepted(&print);
        assert_eq!(story.draft().payment(paid).receipts()[0].prints, 2);
        assert_eq!(story.refused(&PrintReceipt { receipt: ReceiptId(uuid(1)), ..print.clone() }), "receipt_must_exist");
        let allocation = story.draft().account(account(1)).allocations().next().unwrap().allocation;
        story.accepted(&UndoAllocation { account: account(1), allocation });
        assert_eq!(story.refused(&print), "receipt_must_be_live");
    }
}
