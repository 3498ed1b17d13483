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
        AmountMustBeWhatStayCosts = "amount_must_be_what_stay_costs", Conflict, "收款金额与按标准计算的停车费不一致", "the amount is not what the stay costs";
    }
}
