//! What the rules of pools refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a pool.
    pub enum PoolRefusal {
        PoolMustExist = "pool_must_exist", NotFound, "公摊不存在", "there is no such pool";
        PoolMustBeNew = "pool_must_be_new", Conflict, "该公摊已存在", "the pool exists already";
        PoolMustBeOpen = "pool_must_be_open", Conflict, "该公摊已入账、红冲或作废", "the pool is posted, reversed or discarded already";
        PoolMustStand = "pool_must_stand", Conflict, "该公摊未入账或已红冲", "nothing of the pool is charged";
        PoolChunkMustBeOpen = "pool_chunk_must_be_open", Conflict, "该分段不在待处理状态", "there is nothing to be done with this part of the pool";
        PoolMustHaveAmount = "pool_must_have_amount", Invalid, "公摊金额不得为零", "a pool of nothing is not shared";
        FundMustFitPool = "fund_must_fit_pool", Invalid, "押金和维修资金不得公摊", "deposits and maintenance funds are not shared by pools";
        PoolUnitsMustBeBounded = "pool_units_must_be_bounded", Invalid, "分摊范围内须有 1–5000 个房屋，逐个指定的至多 200 个，排除的至多 50 个", "a pool has 1 to 5000 units, at most 200 named one by one and at most 50 excluded";
        PoolUnitsMustBeDistinct = "pool_units_must_be_distinct", Invalid, "同一房屋只列一次", "a unit stands once";
        UnitMustBeInScope = "unit_must_be_in_scope", Invalid, "该房屋不在分摊范围内", "the unit is not within the scope of the pool";
        WeightsMustBeKnown = "weights_must_be_known", Conflict, "有房屋缺少分摊所需的数据：请补录，或写明原因后排除", "units lack what the pool is shared by: enter it, or exclude them with a reason";
        WeightsMustNotBeNegative = "weights_must_not_be_negative", Conflict, "分摊权重不得为负", "a weight is not negative";
        WeightsMustNotAllBeZero = "weights_must_not_all_be_zero", Conflict, "分摊权重不得全部为零", "the weights are not all zero";
        WeightsMustBeInRange = "weights_must_be_in_range", Conflict, "分摊权重超出可精确计算的范围", "the weights are too large to be computed exactly";
        LoweredPoolMustBeNamed = "lowered_pool_must_be_named", Invalid, "负数公摊须指明所调减的公摊，正数公摊不得指明", "exactly a negative pool names the pool that it lowers";
        LoweredPoolMustStand = "lowered_pool_must_stand", Conflict, "所调减的公摊须已入账，金额为正，且收费项目相同", "the pool that is lowered is posted, positive and of the same fee item";
        ShareMustNotExceedLowered = "share_must_not_exceed_lowered", Conflict, "调减的份额超过该房屋在原公摊中的应收", "a share is above what the unit still owes of the pool that is lowered";
        PoolMustBeAsSeen = "pool_must_be_as_seen", Conflict, "应记入的金额与所核对的不同", "another amount is to be charged than the one that was seen";
        LoweringMustStand = "lowering_must_stand", Conflict, "调减公摊不得红冲，请红冲所调减的公摊", "a pool that lowered another is not reversed: reverse the one it lowered";
    }
}
