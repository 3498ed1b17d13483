//! What the rules of openings refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a batch of openings.
    pub enum OpeningRefusal {
        OpeningMustExist = "opening_must_exist", NotFound, "期初批次不存在", "there is no such batch of openings";
        OpeningMustBeNew = "opening_must_be_new", Conflict, "期初批次已存在", "the batch of openings exists already";
        OpeningMustBeDraft = "opening_must_be_draft", Conflict, "该期初批次已不是草稿，不得再改", "the batch is no draft any more: nothing of it is changed";
        OpeningMustBeStanding = "opening_must_be_standing", Conflict, "该期初批次未入账或已红冲", "nothing of the batch stands in the accounts";
        OpeningChunkMustBeNext = "opening_chunk_must_be_next", Conflict, "该分段已提交，或前面的分段尚未提交", "this part was sent before, or one before it was not";
        OpeningChunkMustBeOpen = "opening_chunk_must_be_open", Conflict, "该分段不在待处理状态", "there is nothing to be done with this part of the batch";
        OpeningMustBeStopped = "opening_must_be_stopped", Conflict, "该期初批次没有因分段被拒而停下", "the batch has not stopped at a part that was refused";
        OpeningMustBeBounded = "opening_must_be_bounded", Invalid, "控制总额为 1–100 项，每次 1–25 条记录，每批至多 10,000 条", "1 to 100 control totals, 1 to 25 records at a time, at most 10,000 in a batch";
        TotalsMustBeDistinct = "totals_must_be_distinct", Invalid, "同一类型与收费项目的控制总额只填一次", "each kind and fee item has one control total";
        FundMustFitOpening = "fund_must_fit_opening", Invalid, "该收费项目的款项性质与期初类型不符", "the fund of the fee item does not go with this kind of opening";
        BilledUntilMustBeSaidOnce = "billed_until_must_be_said_once", Conflict, "该收费项目的已计费截止日已填过", "it was said already up to when the old books billed this fee item";
        OpeningTotalsMustAgree = "opening_totals_must_agree", Conflict, "期初记录合计与控制总额不符", "the records do not sum to the control totals";
        OpeningMustBeAsSeen = "opening_must_be_as_seen", Conflict, "期初批次的记录数或合计与所核对的不同", "the batch has other records than those that were seen";
        OpeningMustBeUntouched = "opening_must_be_untouched", Conflict, "期初已被核销、调减、退款或转出，请先撤销", "some of the batch was paid, spent, changed or refunded: undo that first";
    }
}
