//! What an account's rules refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of an account.
    pub enum AccountRefusal {
        AccountMustExist = "account_must_exist", NotFound, "户账不存在", "there is no such account";
        ChargeMustExist = "charge_must_exist", NotFound, "该户账下没有此应收", "the account has no such charge";
        LotMustExist = "lot_must_exist", NotFound, "该户账下没有此笔预存", "the account has no such lot of credit";
        AllocationMustBeLive = "allocation_must_be_live", NotFound, "没有此笔核销，或已撤销", "there is no such allocation, or it is undone already";
        RefundMustExist = "refund_must_exist", NotFound, "该户账下没有此笔退款", "the account has no such refund";
        DepositMustExist = "deposit_must_exist", NotFound, "该户账下没有此缴款人的此笔押金", "the account has no such deposit of this payer";
        ForfeitureMustStand = "forfeiture_must_stand", NotFound, "没有此笔押金扣除，或已红冲", "there is no such forfeiture, or it is reversed already";
        ChargeMustBeLive = "charge_must_be_live", Conflict, "该应收已红冲", "the charge is reversed";
        PoolMustBeReversedWhole = "pool_must_be_reversed_whole", Conflict, "该应收来自公摊，请整体红冲该公摊", "the charge is a share of a pool: reverse the pool as a whole";
        ChargeMustNotOverlapLiveCharge = "charge_must_not_overlap_live_charge", Conflict, "同一收费项目的服务期间已有有效应收，不得重复计费", "a live charge of the same fee item already covers some of this service time";
        CorrectionMustFitCharge = "correction_must_fit_charge", Invalid, "更正须与被更正应收的收费项目一致", "a correction is of the fee item it corrects";
        CorrectionsMustBeReversed = "corrections_must_be_reversed", Conflict, "该应收因读数更正有补收，请先红冲补收", "a corrected reading has charged more for it: reverse that first";
        DueDateMustGiveNotice = "due_date_must_give_notice", Invalid, "到期日不得早于通知期满", "the due date is too early: the community gives notice first";
        ObligorMustBeKnown = "obligor_must_be_known", Conflict, "服务期首日无缴费义务人", "nobody owes the first day of the service time";
        ChargesMustBeTransferred = "charges_must_be_transferred", Conflict, "此日起已有应收记在他人名下，请办理过户", "charges of these days name another obligor: transfer the unit instead";
        AgreedPayerMustStay = "agreed_payer_must_stay", Conflict, "已有未收应收约定由他人缴纳，请先红冲，变更后重新计费", "open charges of these days name another agreed payer: reverse them first and bill them again";
        DiscountsMustNotExceedGross = "discounts_must_not_exceed_gross", Invalid, "优惠不得为负，也不得超过原价", "discounts are not negative and not above the gross amount";
        ChargeMustNotBeNegative = "charge_must_not_be_negative", Invalid, "应收金额不得为负数", "a charge is not negative";
        TaxRateMustFitCategory = "tax_rate_must_fit_category", Invalid, "税率与计税类别不符", "exactly rated amounts have a tax rate, between 0 and 1";
        FundUnitsMustBeBounded = "fund_units_must_be_bounded", Invalid, "一次 1–60 个房屋，同一房屋只列一次", "1 to 60 units at a time, each once";
        FirstDepositMustBeNew = "first_deposit_must_be_new", Conflict, "该房屋已催缴过首期维修资金", "the unit was asked for its first deposit already";
        FirstDepositMustBePriced = "first_deposit_must_be_priced", Conflict, "该房屋今天没有可计算首期的标准或数据", "no tariff of today and values of the unit say its first deposit";
        TopUpRuleMustExist = "top_up_rule_must_exist", Conflict, "该收费项目今天没有续筹规则", "no rule of today says when units top their fund up";
        FundMustBeBelow = "fund_must_be_below", Conflict, "该房屋的维修资金未低于续筹线", "the unit's fund is not below the part at which it is topped up";
        WaivedChargesMustBeBounded = "waived_charges_must_be_bounded", Invalid, "一次减免 1–50 笔应收，同一应收只列一次", "1 to 50 charges are waived at a time, each once";
        ChargeMustBeOperating = "charge_must_be_operating", Conflict, "只有经营性应收可以核销坏账；其他款项请减免或红冲", "only an operating charge is written off; waive or reverse others";
        AwardMustBeInOrder = "award_must_be_in_order", Invalid, "裁决日不得晚于今天，缴费期限不得早于裁决日", "an award is not of a day to come, and not due before its own day";
        AmountMustNotExceedOwed = "amount_must_not_exceed_owed", Conflict, "金额不得超过应收余额", "the amount is above what the charge still owes";
        AmountMustNotExceedOpen = "amount_must_not_exceed_open", Conflict, "金额不得超过未收金额", "the amount is above what is open";
        AmountMustNotExceedCredit = "amount_must_not_exceed_credit", Conflict, "金额不得超过预存余额", "the amount is above what is left of the credit";
        AmountMustNotExceedDeposit = "amount_must_not_exceed_deposit", Conflict, "金额不得超过尚存押金", "the amount is above what is still held of the deposit";
        AmountMustNotExceedFund = "amount_must_not_exceed_fund", Conflict, "金额不得超过该房屋的维修资金余额", "the amount is above what the unit has in its maintenance fund";
        AmountMustNotExceedRefundable = "amount_must_not_exceed_refundable", Conflict, "退款金额不得超过可退金额", "the amount is above what can be refunded of this credit";
        HolderMustOweCharge = "holder_must_owe_charge", Conflict, "预存归属人不是该应收的缴费义务人或约定缴费人", "the holder of the credit is neither obligor nor agreed payer of the charge";
        FundsMustNotMix = "funds_must_not_mix", Conflict, "款项性质不同，不得混用", "credit of this fund may not pay charges of that fund";
        EarmarkMustFitCharge = "earmark_must_fit_charge", Conflict, "该预存限定用于其他收费项目", "the credit is earmarked for another fee item";
        CreditMustBeHeldBack = "credit_must_be_held_back", Conflict, "该预存未被保留", "the credit is not held back";
        HolderMustChange = "holder_must_change", Invalid, "转入方与原归属人相同", "the credit must move to another holder";
        PayeeMustNotBeHolder = "payee_must_not_be_holder", Invalid, "另付对象须不同于款项归属人；退回原付款人时无需填写", "another payee is not the holder: leave it out to refund to the source";
        EvidenceMustNamePayee = "evidence_must_name_payee", Invalid, "付给他人须附其凭证摘要；退回原付款人时不填", "exactly a refund to another payee comes with evidence that he may have it";
        RefundMustBeInFlight = "refund_must_be_in_flight", Conflict, "该退款不在待付状态", "the refund is settled or failed already";
        ChannelMustFitFund = "channel_must_fit_fund", Conflict, "收款账户的资金主体与款项性质不符", "the channel account's purse is not the one that this money belongs to";
        CreditMustPayAllMonths = "credit_must_pay_all_months", Conflict, "可用预存不足以缴清全部月份", "there is not enough free credit to pay all of these months";
        CreditMustPayACharge = "credit_must_pay_a_charge", Conflict, "没有可冲抵的应收或预存", "there is no free credit that pays an open charge";
    }
}

impl From<crate::rule::vat::VatError> for crate::refusal::Refusal {
    fn from(error: crate::rule::vat::VatError) -> Self {
        use crate::rule::vat::VatError;
        match error {
            VatError::RateOutOfRange => AccountRefusal::TaxRateMustFitCategory.into(),
            VatError::AmountNegative => AccountRefusal::ChargeMustNotBeNegative.into(),
            VatError::AmountOutOfRange => crate::refusal::CommonRefusal::AmountMustBeInRange.into(),
        }
    }
}
