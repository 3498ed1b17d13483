//! What is wrong with a row: where it stands and which rule it breaks. Never what the cell says.

use serde::{Serialize, Serializer};

/// One fault; every finding refuses its row, or the whole file when it stands on a heading or a sheet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The sheet, as named in the file (or as it should be named, when it is missing).
    pub sheet: String,
    /// 1-based row; 0 when the sheet as a whole is meant.
    pub row: u32,
    /// The heading of the column, as the file writes it; empty when the row as a whole is meant.
    pub column: String,
    /// The rule that is broken.
    pub rule: Rule,
    /// Is it the row's own fault, or that of a row it points at?
    pub origin: Origin,
}

/// The most findings that are written; a file with more is refused for having too many.
pub const MAX_FINDINGS: usize = 20_000;

/// Adds a finding, up to the bound; the last one then says that there are more.
pub(super) fn add(findings: &mut Vec<Finding>, finding: Finding) {
    match findings.len() {
        0..MAX_FINDINGS => findings.push(finding),
        MAX_FINDINGS => {
            findings.push(Finding { row: 0, column: String::new(), rule: Rule::TooManyFindings, ..finding })
        }
        _ => {}
    }
}

/// Whose fault a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The row's own.
    Primary,
    /// It goes away when the row that it points at is repaired.
    Derived,
}

/// One macro writes the list of rules once: variant, code, and what it says in both languages.
macro_rules! rules {
    ($($variant:ident $code:literal $zh:literal $en:literal)*) => {
        /// A rule that a file of rows can break.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $(#[doc = $en] $variant,)*
        }

        impl Rule {
            /// All rules.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            fn describe(self) -> (&'static str, &'static str, &'static str) {
                match self { $(Self::$variant => ($code, $zh, $en),)* }
            }
        }
    };
}

rules! {
    SheetMissing "sheet_missing" "缺少这个工作表" "the file lacks this sheet"
    SheetDuplicate "sheet_duplicate" "有两个工作表都是这一内容" "two sheets of the file stand for this one"
    ColumnMissing "column_missing" "缺少这一列" "the sheet lacks this column"
    ColumnDuplicate "column_duplicate" "这一列出现两次" "the sheet has this column twice"
    TooManyFindings "too_many_findings" "问题过多，其余未列出" "there are more findings than are listed"
    Required "required" "不能为空" "must not be empty"
    FormulaNotAllowed "formula_not_allowed" "不允许公式，请粘贴为数值" "formulas are not allowed; paste the value"
    CellError "cell_error" "单元格是错误值" "the cell holds an error value"
    ControlCharacter "control_character" "含有不可见的控制字符" "holds invisible control characters"
    TooLong "too_long" "文字过长" "the text is too long"
    TextExpected "text_expected" "应为文字，却是日期；请把列设为文本格式" "a text stands here as a date; format the column as text"
    DigitsLost "digits_lost" "长号码被存成数字而丢失位数；请把列设为文本格式" "a long number lost digits; format the column as text"
    CodeInvalid "code_invalid" "编号只能用字母、数字、_ 和 .（楼栋、单元、停车场之外也可用 -），且不超过 10 位" "a code has at most 10 letters, digits, '_' and '.' (and '-', but for buildings, entrances and car parks)"
    NotANumber "not_a_number" "不是数字" "is not a number"
    WholeNumberExpected "whole_number_expected" "应为整数" "must be a whole number"
    MustBePositive "must_be_positive" "必须大于 0" "must be greater than 0"
    MustNotBeNegative "must_not_be_negative" "不能为负数" "must not be negative"
    OutOfRange "out_of_range" "超出允许的范围" "is out of range"
    TooManyDecimals "too_many_decimals" "小数位数过多" "has too many decimals"
    DateInvalid "date_invalid" "不是有效日期" "is not a real date"
    DateOutOfRange "date_out_of_range" "日期须在 1990 至 2100 年之间" "the date must lie between 1990 and 2100"
    EndBeforeStart "end_before_start" "结束时间必须晚于开始时间" "the end must be later than the start"
    EndOffCycle "end_off_cycle" "结束时间不是整数个周期之后（当天或前一天）" "the end is not a whole number of cycles after the start, nor the day before"
    UnknownValue "unknown_value" "不是可选的值" "is not one of the values that are known"
    SurchargeUnsupported "surcharge_unsupported" "按面积计费不能另带固定费用，请另设一个费用" "a price per area cannot carry a fixed amount; make it a fee item of its own"
    ColumnNotOfPrice "column_not_of_price" "所选计算公式用不到这一列，请留空" "the way of computing has no use for this column: leave it empty"
    TiersInvalid "tiers_invalid" "阶梯须写成 0-180:3.5;180-260:4.2;260-:6：从 0 起首尾相接，最后一级不设上限，至多 10 级" "tiers are written 0-180:3.5;180-260:4.2;260-:6, from 0 on without gaps, the last without an end, at most 10"
    FloorsInvalid "floors_invalid" "楼层价格须写成 -1:0;3:0.35;11:0.5（起始楼层:价格），楼层为整数且逐级升高，至多 50 级" "prices by floor are written -1:0;3:0.35;11:0.5, each from a whole floor above the one before, at most 50"
    FormulaUnreadable "formula_unreadable" "公式无法识别：只能用数字、变量、+ - * /、比较、if … else …、min、max、round" "this is not a formula: numbers, variables, + - * /, comparisons, if ... else ..., min, max and round are"
    FormulaUsage "formula_usage" "用量公式必须用到变量 usage（用量），其他公式不能用" "a formula over usage names usage, and no other formula may"
    MobileInvalid "mobile_invalid" "手机号须为 11 位，以 13 至 19 开头" "a mobile number has 11 digits and begins with 13 to 19"
    ResidentIdShape "resident_id_shape" "身份证号须为 18 位" "a resident ID has 18 characters"
    ResidentIdDate "resident_id_date" "身份证号中的出生日期不存在" "the date of birth in the resident ID does not exist"
    ResidentIdCheck "resident_id_check" "身份证号校验码不符" "the check character of the resident ID does not fit"
    SocialCreditCodeInvalid "social_credit_code_invalid" "统一社会信用代码不正确" "the unified social credit code is not correct"
    EntranceDuplicate "entrance_duplicate" "该楼栋单元已出现过" "this entrance already stands above"
    OwnerDuplicate "owner_duplicate" "该业主编号已出现过" "this owner number already stands above"
    FeeItemDuplicate "fee_item_duplicate" "该费用编号已出现过" "this fee item number already stands above"
    UnitDuplicate "unit_duplicate" "该房屋已出现过" "this unit already stands above"
    ParkingSpaceDuplicate "parking_space_duplicate" "该车位已出现过" "this parking space already stands above"
    SerialInvalid "serial_invalid" "流水号须为 1–32 位字母、数字、-、_ 或 ." "a serial has 1 to 32 letters, digits, '-', '_' and '.'"
    MoneyBothWays "money_both_ways" "同一行不能既有收入又有支出" "one row is money in or money out, not both"
    OwnerUnknown "owner_unknown" "业主信息中没有这个业主" "the owners' sheet has no such owner"
    OwnerRefused "owner_refused" "所指的业主行有问题，未被接受" "the owner that it points at was refused"
    BuildingUnknown "building_unknown" "楼栋单元中没有这个楼栋" "the buildings' sheet has no such building"
    EntranceUnknown "entrance_unknown" "该楼栋没有这个单元" "the building has no such entrance"
    EntranceRefused "entrance_refused" "所指的楼栋单元行有问题，未被接受" "the entrance that it points at was refused"
    FeeItemUnknown "fee_item_unknown" "费用设置中没有这个费用" "the fee items' sheet has no such fee item"
    FeeItemRefused "fee_item_refused" "所指的费用行有问题，未被接受" "the fee item that it points at was refused"
    UnitUnknown "unit_unknown" "小区没有这个房屋" "the community has no such unit"
    FeeItemNotInCommunity "fee_item_not_in_community" "小区没有这个收费项目" "the community has no fee item of this name"
    FeeItemAmbiguous "fee_item_ambiguous" "小区有两个同名的收费项目" "two fee items of the community have this name"
    FundUnfit "fund_unfit" "该收费项目的款项性质与类型不符" "the fund of the fee item does not go with this kind of row"
    PartyUnknown "party_unknown" "该房屋没有这个责任方" "the unit has no such party"
    ServiceDuplicate "service_duplicate" "同一房屋与收费项目的这段服务期已出现过" "a row above says the same service time of this unit and fee item"
    BilledUntilDuplicate "billed_until_duplicate" "该房屋与收费项目的已计费截止日已出现过" "a row above says up to when this fee item of the unit was billed"
    ReferenceInvalid "reference_invalid" "单号须为 1–32 位字母、数字、-、_ 或 ." "a reference has 1 to 32 letters, digits, '-', '_' and '.'"
    PaidAfterGoLive "paid_after_go_live" "缴费时间不早于上线日，不是历史缴费" "it was paid on or after the day the community goes live, so it is no history"
    MeterDuplicate "meter_duplicate" "该表号已出现过" "this meter already stands above"
    MeterElsewhere "meter_elsewhere" "该表号属于其他房屋或其他类型的表" "the meter of this number is of another unit or counts something else"
    PreviousReadingDiffers "previous_reading_differs" "上期读数与已登记的最近读数不符" "the reading before is not the newest one that is recorded"
    ReadingNotLater "reading_not_later" "抄表日期不晚于已登记的最近抄表日" "the day is not after that of the newest reading that is recorded"
    ReadingBelowLast "reading_below_last" "本期读数小于上期读数；如过零请在备注写明" "the reading is below the one before; say in the remarks when the meter rolled over"
    UsedThisYearDiffers "used_this_year_differs" "该表已登记，本年已用与登记的不符" "the meter is registered, and with another use of the year before its opening reading"
    ReplacementByHand "replacement_by_hand" "换表须在系统中登记新旧表读数，不能由文件导入" "a replaced meter is recorded in the system with both meters' values, not by a file"
    SheetOfOtherImport "sheet_of_other_import" "该工作表属于另一种导入，请另存为单独的文件" "this sheet belongs to another kind of import: send it as a file of its own"
    TotalDiffers "total_differs" "控制总额与明细合计不符" "the control total is not what the rows sum to"
    TotalMissing "total_missing" "有明细而缺少控制总额" "rows stand here whose control total is missing"
    ListLengthDiffers "list_length_differs" "以 # 分隔的个数与房屋费用不一致" "the list parted by # is not as long as that of the fee items"
    ListItemDuplicate "list_item_duplicate" "以 # 分隔的列表中有重复" "the list parted by # names one thing twice"
}

impl Rule {
    /// The stable code.
    pub fn code(self) -> &'static str {
        self.describe().0
    }

    /// The rule in Chinese.
    pub fn message_zh(self) -> &'static str {
        self.describe().1
    }

    /// The rule in English.
    pub fn message_en(self) -> &'static str {
        self.describe().2
    }
}

/// On the wire a rule is `{code, message_zh, message_en}`.
impl Serialize for Rule {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut object = serializer.serialize_struct("Rule", 3)?;
        object.serialize_field("code", self.code())?;
        object.serialize_field("message_zh", self.message_zh())?;
        object.serialize_field("message_en", self.message_en())?;
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_speak_both_languages() {
        let codes: std::collections::BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.code()).collect();
        assert_eq!(codes.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            assert!(rule.code().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{rule:?}");
            assert!(rule.message_en().is_ascii() && !rule.message_zh().is_ascii(), "{rule:?}");
        }
    }

    #[test]
    fn a_finding_on_the_wire() {
        let finding = Finding {
            sheet: "业主信息".into(),
            row: 7,
            column: "手机号".into(),
            rule: Rule::MobileInvalid,
            origin: Origin::Primary,
        };
        let json = serde_json::to_value(&finding).unwrap();
        assert_eq!(json["rule"]["code"], "mobile_invalid");
        assert_eq!(json["origin"], "primary");
    }
}
