//! What the rules of walk-in takings refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a walk-in taking.
    pub enum TakingRefusal {
        TakingMustExist = "taking_must_exist", NotFound, "没有此笔收款，或已红冲", "there is no such taking, or it is reversed";
        StayMustBeNew = "stay_must_be_new", Conflict, "该次停车已收费", "this stay is charged already";
        StayMustBeOver = "stay_must_be_over", Invalid, "离场时间须晚于入场时间且不晚于现在，停车不超过 366 天", "a stay ends after it begins, not in the future, and within 366 days";
        StayMustHaveTariff = "stay_must_have_tariff", Conflict, "入场时该收费项目没有临时停车标准", "the fee item has no price for stays at the entry";
        StayMustCostSomething = "stay_must_cost_something", Conflict, "该次停车免费，无需收款", "the stay is free: there is nothing to take";
        CardMustHaveBegun = "card_must_have_begun", Conflict, "月卡须在起始当月或之后收款", "a card is paid in the month that it begins in, or later";
        CardMustHaveTariff = "card_must_have_tariff", Conflict, "起始日该收费项目没有按月的固定标准", "the fee item has no fixed price per month on the first day";
        CardMustNotOverlap = "card_must_not_overlap", Conflict, "该卡号或车位在此期间已有月卡", "a card of this number covers some of these days already";
        AmountMustBePrice = "amount_must_be_price", Conflict, "收款金额与按标准计算的金额不一致", "the amount is not what the tariff says";
    }
}
