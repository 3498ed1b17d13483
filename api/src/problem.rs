//! Every answer that is not a success: RFC 9457 documents, and the one table from causes to statuses.
//!
//! A [`Problem`] travels as an extension of an empty response; the outermost layer ([`crate::shell`]) writes the
//! document, because only there language and request id are known. May never happen here: personal data, SQL texts, or
//! a value the caller sent.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mingzhang_domain::refusal::{Refusal, RefusalKind};
use mingzhang_store::error::StoreError;
use mingzhang_store::lane::SubmitError;
use serde_json::{Map, Value, json};

/// A rule with its stable code, in Chinese and English.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// Stable code such as `field_unknown`.
    pub code: &'static str,
    /// In Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
}

/// A field that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    /// JSON pointer into the body, or the name of a header, path or query parameter.
    pub pointer: String,
    /// The rule.
    pub rule: Rule,
}

/// The languages of titles and rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// zh-CN, the default.
    Chinese,
    /// en
    English,
}

impl Language {
    /// What `Accept-Language` asks for first, of the two we have.
    pub fn of(accept_language: Option<&str>) -> Self {
        let first = accept_language.unwrap_or_default().split(',').map(str::trim).find_map(|tag| {
            let tag = tag.to_ascii_lowercase();
            match tag {
                tag if tag.starts_with("zh") => Some(Self::Chinese),
                tag if tag.starts_with("en") => Some(Self::English),
                _ => None,
            }
        });
        first.unwrap_or(Self::Chinese)
    }

    fn of_rule(self, rule: Rule) -> &'static str {
        match self {
            Self::Chinese => rule.zh,
            Self::English => rule.en,
        }
    }
}

/// Why a request was not answered with a success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// HTTP status.
    pub status: StatusCode,
    /// The rule that denied it.
    pub rule: Rule,
    /// Facts that explain it: amounts, states, ids.
    pub facts: Vec<(&'static str, String)>,
    /// The fields to blame.
    pub errors: Vec<FieldError>,
    /// Seconds after which to try again.
    pub retry_after: Option<u32>,
}

macro_rules! problems {
    ($($(#[$meta:meta])* $name:ident = $status:ident, $code:literal, $zh:literal, $en:literal;)+) => {
        impl Problem { $($(#[$meta])* pub const fn $name() -> Self {
            Self {
                status: StatusCode::$status,
                rule: Rule { code: $code, zh: $zh, en: $en },
                facts: Vec::new(),
                errors: Vec::new(),
                retry_after: None,
            }
        })+ }

        /// Every problem that is not a refusal of the domain: code and status.
        pub const PROBLEMS: &[(&str, StatusCode)] = &[$(($code, StatusCode::$status)),+];
    };
}

problems! {
    /// The body is not JSON.
    malformed = BAD_REQUEST, "body_malformed", "请求体不是有效的 JSON", "the body is not valid JSON";
    /// A header, path or query parameter is not what it should be.
    bad_parameter = BAD_REQUEST, "parameter_invalid", "请求参数不符合规则", "a parameter breaks a rule";
    /// Fields of the body break rules.
    invalid_body = UNPROCESSABLE_ENTITY, "body_invalid", "请求内容不符合规则", "fields of the body break rules";
    /// Nobody is signed in.
    unauthenticated = UNAUTHORIZED, "sign_in_required", "请先登录", "sign in first";
    /// Name or password is wrong; which one is not said.
    wrong_password = UNAUTHORIZED, "sign_in_failed", "登录名或密码不正确", "the sign-in name or the password is wrong";
    /// Signed in, but not allowed.
    forbidden = FORBIDDEN, "role_not_allowed", "您的角色不能执行此操作", "your role may not do this";
    /// There is no such path or thing.
    not_found = NOT_FOUND, "not_found", "未找到", "not found";
    /// The path exists, the method does not.
    method_not_allowed = METHOD_NOT_ALLOWED, "method_not_allowed", "不支持该请求方法", "the method is not supported here";
    /// The body is longer than its bound.
    too_large = PAYLOAD_TOO_LARGE, "body_too_large", "请求体超出大小上限", "the body is longer than its bound";
    /// The body is not of the media type this operation takes.
    unsupported_media_type = UNSUPPORTED_MEDIA_TYPE, "media_type_unsupported", "请求体类型不受支持", "the media type of the body is not supported";
    /// The month is being prepared for its close; its progress stands in the checklist.
    closing_under_way = SERVICE_UNAVAILABLE, "closing_under_way", "正在办理结账前的收入确认与预存冲抵，请稍后用同一 Idempotency-Key 重试", "the month is being prepared: revenue is released and credit drawn down; send the same key again";
    /// Too many attempts.
    too_many = TOO_MANY_REQUESTS, "too_many_attempts", "尝试次数过多，请稍后再试", "too many attempts; try again later";
    /// A file with findings is committed only when that is said.
    import_has_findings = CONFLICT, "import_has_findings", "文件有问题行：请修正后重新上传，或声明只导入无误的行", "the file has findings: repair and upload it again, or say that only the good rows are to be posted";
    /// A statement with a wrong row records nothing.
    statement_has_findings = UNPROCESSABLE_ENTITY, "statement_has_findings", "文件有问题行，未入账任何一行：请修正后重新上传", "rows of the file are wrong, and no line was recorded: repair and upload it again";
    /// A statement is read and recorded within one request.
    statement_too_long = UNPROCESSABLE_ENTITY, "statement_too_long", "一份流水最多 2,000 行收款，请分开上传", "one statement has at most 2,000 lines of money in: upload it in parts";
    /// A document is printed within one request.
    document_too_long = UNPROCESSABLE_ENTITY, "document_too_long", "文件过长，最多 500 页，请缩小范围", "a document has at most 500 pages: ask for less";
    /// The operator's template cannot print what it is given.
    document_template_failed = INTERNAL_SERVER_ERROR, "document_template_failed", "打印模板出错，请联系管理员检查该模板", "the template fails; ask the operator to mend it";
    /// Fee items were refused, so that the rows that name them wait.
    import_answers_refused = UNPROCESSABLE_ENTITY, "import_answers_refused", "有费用设置被拒绝，请更正答案后再次提交", "fee items were refused: correct the answers and commit again";
    /// The key was used for another request.
    key_reused = UNPROCESSABLE_ENTITY, "idempotency_key_reused", "该 Idempotency-Key 已用于另一请求", "the Idempotency-Key was used for another request";
    /// The lane's queue is full.
    busy = SERVICE_UNAVAILABLE, "busy", "系统繁忙，请稍后重试", "the ledger is busy; try again";
    /// The database is away.
    unavailable = SERVICE_UNAVAILABLE, "unavailable", "服务暂不可用，请稍后用同一 Idempotency-Key 重试", "the service is away; try again with the same key";
    /// The commit's outcome is not known yet.
    outcome_unknown = SERVICE_UNAVAILABLE, "outcome_unknown", "结果未知，请用同一 Idempotency-Key 重试", "the outcome is not known yet; try again with the same key";
    /// The ledger stopped because this build does not know what it holds.
    halted = SERVICE_UNAVAILABLE, "ledger_halted", "账套已停止写入，请联系管理员", "the ledger has stopped; ask the operator";
    /// The machine's clock and the database's differ too much.
    clock_skew = SERVICE_UNAVAILABLE, "clock_skew", "服务器时钟偏差过大", "the clocks of server and database differ too much";
    /// There is no such ledger, or it is not open yet.
    ledger_unknown = NOT_FOUND, "ledger_must_be_open", "账套不存在或尚未开立", "the ledger does not exist or is not open yet";
    /// A given time on a system ledger, or none on a given one.
    given_clock = UNPROCESSABLE_ENTITY, "given_time_must_match_clock", "只有使用给定时钟的账套才能且必须带 Mingzhang-Given-Time", "Mingzhang-Given-Time is required on ledgers with a given clock, and refused on others";
    /// The read model has not reached the asked position.
    position_not_reached = SERVICE_UNAVAILABLE, "position_not_reached", "数据尚未更新到所需位置，请稍后重试", "the read model has not reached that position yet";
    /// A version brought the read model, and it is not folded yet.
    read_model_incomplete = SERVICE_UNAVAILABLE, "read_model_incomplete", "新版本的数据正在重新计算，请稍后重试", "what this version reads is being folded anew; try again later";
    /// The asked position does not exist yet.
    position_beyond_head = CONFLICT, "position_beyond_head", "所需位置超出账套末尾", "the position lies beyond the end of the ledger";
    /// An answer out of the log would take too many events.
    /// A request took too long.
    timed_out = SERVICE_UNAVAILABLE, "timed_out", "处理超时，请稍后重试", "the request took too long; try again";
    /// The sign-in name belongs to somebody else.
    sign_in_name_taken = CONFLICT, "sign_in_name_taken", "登录名已被使用", "the sign-in name is taken";
    /// No provider is configured for the channel account.
    gateway_must_be_served = CONFLICT, "gateway_must_be_served", "该收款账户未配置支付渠道，请联系管理员", "no provider is configured for this channel account; ask the operator";
    /// No invoice provider is configured for the company.
    invoicing_must_be_served = CONFLICT, "invoicing_must_be_served", "本公司未配置开票服务（统一社会信用代码），请联系管理员", "no invoice provider is configured for this company's social credit code; ask the operator";
    /// The provider said no.
    gateway_refused = BAD_GATEWAY, "gateway_refused", "支付渠道拒绝了请求，请关闭订单后重新发起", "the provider refused the request: close the order and begin another";
    /// The provider did not answer; the same may be asked again.
    gateway_unavailable = SERVICE_UNAVAILABLE, "gateway_unavailable", "支付渠道暂无应答，请稍后重试", "the provider does not answer now; ask the same again";
    /// A bill that is none, or not the one that was asked for.
    bill_unreadable = UNPROCESSABLE_ENTITY, "bill_unreadable", "账单无法识别或不属于该商户号、该日", "the bill cannot be read, or is of another merchant or day";
    /// A notification that the provider did not sign, or not now.
    notification_forged = UNAUTHORIZED, "notification_forged", "通知签名无效", "the notification is not signed by the provider";
    /// A notification that says nothing.
    notification_unreadable = BAD_REQUEST, "notification_unreadable", "通知内容无法识别", "the notification cannot be read";
    /// A bug.
    internal = INTERNAL_SERVER_ERROR, "internal_error", "内部错误", "an internal error";
}

impl Problem {
    /// The same problem with the fields to blame.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = errors;
        self
    }

    /// The same problem, blaming one place.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>, rule: Rule) -> Self {
        self.errors.push(FieldError { pointer: pointer.into(), rule });
        self
    }

    /// The same problem with a fact that explains it.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl std::fmt::Display) -> Self {
        self.facts.push((name, value.to_string()));
        self
    }

    /// The same problem with a time to wait, in seconds.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }

    /// The document of RFC 9457.
    pub fn document(&self, language: Language, request_id: &str) -> Value {
        let mut document = Map::new();
        document.insert("type".into(), json!(format!("urn:mingzhang:problem:{}", self.rule.code)));
        document.insert("title".into(), json!(language.of_rule(self.rule)));
        document.insert("status".into(), json!(self.status.as_u16()));
        document.insert("code".into(), json!(self.rule.code));
        document.insert("request_id".into(), json!(request_id));
        if !self.facts.is_empty() {
            let text: Vec<String> = self.facts.iter().map(|(name, value)| format!("{name}: {value}")).collect();
            document.insert("detail".into(), json!(text.join("; ")));
        }
        if !self.errors.is_empty() {
            let errors: Vec<Value> = self.errors.iter().map(|error| error.document(language)).collect();
            document.insert("errors".into(), Value::Array(errors));
        }
        Value::Object(document)
    }
}

impl FieldError {
    fn document(&self, language: Language) -> Value {
        json!({"pointer": self.pointer, "code": self.rule.code, "rule": language.of_rule(self.rule)})
    }
}

/// The one place where a refusal becomes a status.
impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match refusal.kind {
            RefusalKind::NotFound => StatusCode::NOT_FOUND,
            RefusalKind::Conflict => StatusCode::CONFLICT,
            RefusalKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            RefusalKind::Forbidden => StatusCode::FORBIDDEN,
        };
        let rule = Rule { code: refusal.code, zh: refusal.zh, en: refusal.en };
        let errors = refusal.pointer.into_iter().map(|pointer| FieldError { pointer, rule }).collect();
        Self { status, rule, facts: refusal.detail, errors, retry_after: None }
    }
}

/// The one place where a failure of the lane becomes a status.
impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Self {
        match error {
            SubmitError::Refused { refusal, position } => Self::from(*refusal).with("judged_at", position),
            SubmitError::KeyReused => Self::key_reused(),
            SubmitError::Busy => Self::busy().retry_after(1),
            SubmitError::Unavailable => Self::unavailable().retry_after(2),
            SubmitError::OutcomeUnknown => Self::outcome_unknown().retry_after(2),
            SubmitError::LedgerUnknown => Self::ledger_unknown(),
            SubmitError::ClockSkew => Self::clock_skew().retry_after(30),
            SubmitError::GivenClock => Self::given_clock(),
            SubmitError::Halted(_) => Self::halted().retry_after(60),
            SubmitError::Failed(reason) => {
                tracing::error!(reason, "a command could not be written");
                Self::internal()
            }
        }
    }
}

/// A database that cannot be asked is away; what it said goes to the log of the process, never to the caller.
impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        tracing::error!(error = %error, "a statement of the server failed");
        Self::unavailable().retry_after(2)
    }
}

/// A store that cannot answer: away, or holding what this build cannot read.
impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!(%error, "the store failed");
        match error {
            StoreError::Unavailable(_) | StoreError::Database(_) => Self::unavailable().retry_after(2),
            StoreError::Halted(_) => Self::halted().retry_after(60),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_chinese_unless_english_is_asked_first() {
        assert_eq!(Language::of(None), Language::Chinese);
        assert_eq!(Language::of(Some("fr")), Language::Chinese);
        assert_eq!(Language::of(Some("en-GB,zh;q=0.5")), Language::English);
        assert_eq!(Language::of(Some("zh-CN,en;q=0.5")), Language::Chinese);
    }

    #[test]
    fn codes_are_unique() {
        let mut codes: Vec<_> = PROBLEMS.iter().map(|(code, _)| code).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), PROBLEMS.len());
    }
}
