//! What the rules of imports refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of an import.
    pub enum ImportRefusal {
        ImportMustExist = "import_must_exist", NotFound, "导入批次不存在", "there is no such import";
        ImportMustNotBeCompleted = "import_must_not_be_completed", Conflict, "该导入批次已完成", "the import is completed already";
        HistoryMustStand = "history_must_stand", Conflict, "该导入批次没有缴费历史，或已撤回", "the import has no payment history, or it was withdrawn";
        HistoryChunkMustBeNext = "history_chunk_must_be_next", Conflict, "该分段已记录，或前面的分段尚未记录", "this part was recorded before, or one before it was not";
        HistoryMustPrecedeGoLive = "history_must_precede_go_live", Conflict, "缴费历史的缴费日期须早于上线日", "a payment of the old system was made before the community went live";
        HistoryMustBeBounded = "history_must_be_bounded", Invalid, "每次记录 1–20 条缴费历史", "1 to 20 payments of the old system at a time";
        ImportMustHaveRows = "import_must_have_rows", Invalid, "导入文件没有数据行", "the file has no rows to post";
        RowsMustFoot = "rows_must_foot", Invalid, "已入账行数与被拒行数之和须等于总行数", "posted and refused rows must sum to all rows of the import";
    }
}
