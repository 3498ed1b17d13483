//! The rules of shape that any field may break, in Chinese and English.

use crate::problem::Rule;

macro_rules! rules {
    ($($name:ident = $code:literal, $zh:literal, $en:literal;)+) => {
        $(#[doc = $en] pub const $name: Rule = Rule { code: $code, zh: $zh, en: $en };)+

        /// Every rule of shape.
        pub const ALL: &[Rule] = &[$($name),+];
    };
}

rules! {
    JSON = "json_malformed", "不是有效的 JSON", "not valid JSON";
    KEY_UNIQUE = "key_must_be_unique", "同一对象中字段重复", "a key stands twice in one object";
    DEPTH = "depth_must_be_bounded", "嵌套层数过多", "objects and arrays nest too deep";
    NO_CONTROL = "text_must_not_hold_control_characters", "文字中不能含控制字符", "a text must not hold control characters";
    TEXT_LENGTH = "text_must_be_bounded", "文字过长", "the text is too long";
    REQUIRED = "field_required", "缺少必填字段", "the field is required";
    UNKNOWN = "field_unknown", "未知字段", "the field is not known";
    OBJECT = "must_be_object", "应为对象", "must be an object";
    ARRAY = "must_be_array", "应为数组", "must be an array";
    ITEMS = "items_must_be_bounded", "数组元素个数超出范围", "the array has too few or too many items";
    TEXT = "must_be_text", "应为字符串", "must be a string";
    BOOLEAN = "must_be_boolean", "应为 true 或 false", "must be true or false";
    WHOLE = "must_be_whole_number", "应为范围内的整数", "must be a whole number in range";
    AMOUNT_TEXT = "amount_must_be_text", "金额必须是字符串，如 \"12.30\"", "an amount is a string such as \"12.30\", never a number";
    AMOUNT_FORM = "amount_must_have_two_decimals", "金额必须恰有两位小数，如 \"12.30\"", "an amount has exactly two decimals, such as \"12.30\"";
    AMOUNT_RANGE = "amount_must_be_in_range", "金额超出允许范围", "the amount is out of range";
    AMOUNT_POSITIVE = "amount_must_be_positive", "金额必须大于零", "the amount must be above zero";
    AMOUNT_NOT_NEGATIVE = "amount_must_not_be_negative", "金额不能为负", "the amount must not be negative";
    DATE_FORM = "date_malformed", "日期格式应为 YYYY-MM-DD", "a date is written YYYY-MM-DD";
    DATE_RANGE = "date_must_be_in_range", "日期必须在 1990–2100 年之间", "the date must lie between 1990 and 2100";
    MONTH_FORM = "month_malformed", "账期格式应为 YYYY-MM", "a month is written YYYY-MM";
    RANGE_ORDER = "range_must_not_be_empty", "区间的结束必须晚于开始", "the range must end after it begins";
    INSTANT = "instant_malformed", "时间应为 RFC 3339 UTC 格式", "an instant is written in RFC 3339, in UTC";
    STAMP = "stamp_must_be_small_png", "印章应为 base64 编码的 PNG，不超过 48 KiB，每边 64 至 1,024 像素", "a stamp is base64 of a PNG of at most 48 KiB, 64 to 1,024 pixels on each side";
    NUMBER_PLATE = "number_must_not_hold_plate", "停车编号不能含车牌号", "the number of a stay must not hold the plate";
    UUID = "id_malformed", "编号应为 UUID", "an id is a UUID";
    ANSWER_ONCE = "answer_must_name_fee_item_once", "应为文件中的费用编号，且只答一次", "must be the number of a fee item of the file, answered once";
    ANSWER_ALL = "answers_must_cover_fee_items", "文件中的每个费用都要回答", "every fee item of the file must be answered";
    DECIMAL = "decimal_malformed", "应为字符串形式的小数，不含指数和多余的零", "a decimal is a string without exponent or trailing zeros";
    LABEL = "label_malformed", "应为 1–100 个字符", "1 to 100 characters";
    CODE = "code_malformed", "应为 1–32 个字符，只含 A-Z、0-9、-、_、.", "1 to 32 characters of A-Z, 0-9, '-', '_' and '.'";
    VARIABLE = "variable_malformed", "应为 1–32 个字符，只含 a-z、0-9、_，以字母开头", "1 to 32 characters of a-z, 0-9 and '_', beginning with a letter";
    FORMULA = "formula_malformed", "公式应为 1–500 个字符", "a formula has 1 to 500 characters";
    DIGEST = "digest_malformed", "应为 64 位小写十六进制数字", "64 lower-case hexadecimal digits";
    WORD = "word_not_allowed", "不在允许的取值之中", "not one of the allowed values";
    MOBILE = "mobile_malformed", "手机号应为 11 位数字，以 1[3-9] 开头", "a mobile number has 11 digits and begins with 1[3-9]";
    RESIDENT_ID = "resident_id_invalid", "居民身份证号码有误", "the resident identity number is not valid";
    SOCIAL_CREDIT_CODE = "social_credit_code_invalid", "统一社会信用代码有误", "the unified social credit code is not valid";
    TAX_CODE = "tax_code_malformed", "税收分类编码为 19 位数字", "a tax classification code has 19 digits";
    PASSWORD = "password_must_be_strong", "密码应为 12–128 个字符", "a password has 12 to 128 characters";
    SIGN_IN_NAME = "sign_in_name_malformed", "登录名应为 3–64 个字符，只含 a-z、0-9、-、_、.、@", "3 to 64 characters of a-z, 0-9, '-', '_', '.' and '@'";
    CURSOR = "cursor_malformed", "游标无效", "the cursor is not valid";
    LIMIT = "limit_must_be_in_range", "limit 应在 1 到 200 之间", "limit must lie between 1 and 200";
    IDEMPOTENCY_KEY = "idempotency_key_required", "必须提供 1–128 个可见 ASCII 字符的 Idempotency-Key", "an Idempotency-Key of 1 to 128 visible ASCII characters is required";
    POSITION = "ledger_position_malformed", "Ledger-Position 格式应为 <账套>@<位置>", "Ledger-Position is written ledger@position";
    COMMUNITY_UNKNOWN = "community_must_be_of_company", "该小区不属于本公司", "the community is not one of this company";
    OPERATION_UNKNOWN = "operation_unknown", "没有该操作", "there is no such operation";
    CHANNEL_ACCOUNT_UNKNOWN = "channel_account_must_be_open", "收款账户不存在或已停用", "the channel account does not exist or is closed";
    ONE_NUMBER = "exactly_one_number", "手机号与证件号须且只能给出一个", "give exactly one of mobile and identity number";
    KNOWN_FORM = "known_at_malformed", "应为位置、日期 YYYY-MM-DD 或带时区的 RFC 3339 时间", "a position, a day YYYY-MM-DD, or an instant with its offset";
    KNOWN_FUTURE = "known_at_must_not_be_in_future", "所知时点不能在将来，请给出今天或更早", "what will be known cannot be asked: give today or earlier";
    KNOWN_LEDGER = "known_at_must_not_precede_ledger", "该时点账套尚无任何记录，请给出更晚的时点", "nothing was known then: give a later moment";
    KNOWN_ORDER = "known_times_must_be_in_order", "before 必须不晚于 known_at", "before must not be later than known_at";
    PERIOD_ORDER = "period_must_not_be_reversed", "to 不能早于 period", "to must not lie before period";
    AS_OF_PERIOD = "as_of_must_not_precede_period", "as_of 不能早于账期首日", "as_of must not lie before the first day of the period";
    AS_OF_LEDGER = "as_of_must_not_precede_ledger", "as_of 早于账套中的第一笔记录，请给出更晚的日期", "as_of lies before the first fact of the ledger: give a later day";
    ONE_CHANGE = "exactly_one_change", "price、percent、daily_rate 须且只能给出一个", "give exactly one of price, percent and daily_rate";
    STATEMENT_RANGE = "statement_range_must_be_bounded", "一份对账单最多十年、一万行，请缩短起止日期", "a statement has at most ten years and 10,000 lines: ask for fewer days";
    ACCOUNT_CODE = "account_code_malformed", "科目代码应为 1–15 位数字，可用单个点分级", "an account code has 1 to 15 characters: digits, with single dots between them";
    SUB_LEDGER_BOUNDED = "sub_ledger_must_be_bounded", "明细账最多五万行", "a sub-ledger has at most 50,000 rows";
    COMMUNITIES_BOUNDED = "communities_must_be_bounded", "一次最多汇总 500 个小区", "at most 500 communities are added up at a time";
    QUERY_UNKNOWN = "query_parameter_unknown", "未知的查询参数", "the query parameter is not known";
}

#[cfg(test)]
mod tests {
    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<_> = super::ALL.iter().map(|rule| rule.code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), super::ALL.len());
    }
}
