//! What the rules of supplier bills refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a supplier bill.
    pub enum SupplierBillRefusal {
        SupplierBillMustExist = "supplier_bill_must_exist", NotFound, "供应商账单不存在或已红冲", "there is no such supplier bill, or it is reversed";
        SupplierBillMustBeNew = "supplier_bill_must_be_new", Conflict, "该供应商的这一账单号已登记", "this number of this supplier is recorded already";
        SupplierPaymentMustStand = "supplier_payment_must_stand", NotFound, "没有此笔付款，或已红冲", "there is no such payment of the bill, or it is reversed already";
        SupplierBillMustBeUntouched = "supplier_bill_must_be_untouched", Conflict, "账单已付款、已列自用或已结转差额，请先撤销", "some of the bill is paid, used by the company or carried on: undo that first";
        SupplierPaymentMustNotExceedOpen = "supplier_payment_must_not_exceed_open", Conflict, "付款金额不得超过账单未付金额", "the amount is above what is open of the bill";
        SupplierMustBePaidByBank = "supplier_must_be_paid_by_bank", Invalid, "供应商账单须由本公司的银行账户支付", "a supplier is paid out of a bank account of the company";
        OwnUseMustBeWithinBill = "own_use_must_be_within_bill", Invalid, "自用金额须在 0 与账单金额之间，且须有变化", "own use lies between 0 and the bill's amount, and changes";
        DifferenceMustBeCarriedOn = "difference_must_be_carried_on", Invalid, "差额不得为零，且只能结转到以后的账期", "a difference is not zero, and is carried into a later period";
        ReceivedOnMustNotBeInFuture = "received_on_must_not_be_in_future", Invalid, "账单日期不得晚于今天", "the bill came today or earlier";
    }
}
