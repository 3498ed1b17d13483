//! What the rules of spends refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a spend of the maintenance fund.
    pub enum FundSpendRefusal {
        FundSpendMustExist = "fund_spend_must_exist", NotFound, "维修资金支用不存在", "there is no such spend of the maintenance fund";
        FundSpendMustBeNew = "fund_spend_must_be_new", Conflict, "该笔支用已存在", "the spend exists already";
        FundSpendMustBeOpen = "fund_spend_must_be_open", Conflict, "该笔支用已入账、红冲或作废", "the spend is posted, reversed or discarded already";
        FundSpendMustStand = "fund_spend_must_stand", Conflict, "该笔支用未入账或已红冲", "nothing of the spend is posted";
        FundSpendChunkMustBeOpen = "fund_spend_chunk_must_be_open", Conflict, "该分段不在待处理状态", "there is nothing to be done with this part of the spend";
        FundSpendMustBeUnpaid = "fund_spend_must_be_unpaid", Conflict, "该笔支用已付款，请先红冲付款", "the supplier is paid: reverse the payment first";
        OwnersVoteMustCarry = "owners_vote_must_carry", Invalid, "须有人数和面积均占三分之二以上的业主参与表决，且参与者中人数和面积均过半数同意", "two thirds of the owners, by heads and by area, take part, and more than half of those agree";
        FundSpendMustBePaidByFundBank = "fund_spend_must_be_paid_by_fund_bank", Invalid, "须由维修资金的银行账户支付", "it is paid out of a bank account of the maintenance fund";
        FundSpendPaymentMustNotExceedBorne = "fund_spend_payment_must_not_exceed_borne", Conflict, "付款金额不得超过各户已承担而未付的金额", "the amount is above what units bore and is not paid";
        FundSpendPaymentMustStand = "fund_spend_payment_must_stand", NotFound, "没有此笔付款，或已红冲", "there is no such payment, or it is reversed already";
        ShortfallMustBeBearable = "shortfall_must_be_bearable", Conflict, "该房屋没有不足额，或维修资金余额为零", "the unit owes the spend nothing, or has nothing in its fund";
    }
}
