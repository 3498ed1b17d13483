//! What the rules of imports refuse, in order of precedence.

use crate::refusal::refusals;

refusals! {
    /// Refusals of an import.
    pub enum ImportRefusal {
        ImportMustExist = "import_must_exist", NotFound, "导入批次不存在", "there is no such import";
        ImportMustNotBeCompleted = "import_must_not_be_completed", Conflict, "该导入批次已完成", "the import is completed already";
        ImportMustHaveRows = "import_must_have_rows", Invalid, "导入文件没有数据行", "the file has no rows to post";
        RowsMustFoot = "rows_must_foot", Invalid, "已入账行数与被拒行数之和须等于总行数", "posted and refused rows must sum to all rows of the import";
    }
}
