//! What the rules of invoices refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of an invoice.
    pub enum InvoiceRefusal {
        InvoiceMustExist = "invoice_must_exist", NotFound, "发票不存在", "there is no such invoice";
        InvoiceMustBeNew = "invoice_must_be_new", Conflict, "该发票已申请", "the invoice was requested already";
        SpecialMustBeForCompany = "special_must_be_for_company", Invalid, "不得向自然人开具专用发票", "a special invoice is never for a natural person";
        TaxNumberMustFitBuyer = "tax_number_must_fit_buyer", Invalid, "单位抬头须有税号，个人抬头不得有税号", "exactly a company has a tax number";
        ChargeMustBeOwnIncome = "charge_must_be_own_income", Conflict, "押金、专项维修资金、公共收益、代收代付和不征税款项不开发票", "deposits, funds, what is collected for others and what is outside the tax are not invoiced";
        MoneyMustBeLeftToInvoice = "money_must_be_left_to_invoice", Conflict, "该收款没有可开票的余额：未核销、已开票或不属于该责任方", "nothing of this payment is left to invoice: it paid nothing of this party's, or it is invoiced already";
        TaxCodeMustBeSet = "tax_code_must_be_set", Conflict, "收费项目尚未设置税收分类编码", "the fee item has no tax classification yet";
        SpecialMustBeTaxed = "special_must_be_taxed", Conflict, "免税、零税率项目不得开具专用发票", "what is exempt or taxed at 0 % stands on no special invoice";
        LinesMustFitInvoice = "lines_must_fit_invoice", Conflict, "内容过多，请指定部分应收分次开票", "too much for one invoice: name some of the charges";
        InvoiceMustBeIssued = "invoice_must_be_issued", Conflict, "只有已开具且未红冲的发票可以红冲", "only an invoice that is issued and not on its way to be red-lettered can be";
        InvoiceMustBeOngoing = "invoice_must_be_ongoing", Conflict, "开票或红冲已有结果", "what the provider says of it is known already";
        PaymentMustNotBeInvoiced = "payment_must_not_be_invoiced", Conflict, "该款项已开或正在开发票，须先红冲发票", "the money stands on an invoice, which must be red-lettered first";
    }
}
