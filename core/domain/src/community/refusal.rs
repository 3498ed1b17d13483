//! Refusals of a community.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a community in order of precedence.
    pub enum CommunityRefusal {
        CommunityMustExist = "community_must_exist", NotFound, "小区不存在", "the community does not exist";
        NoticeDaysMustBeInRange = "notice_days_must_be_in_range", Invalid, "通知天数为 0–365", "notice days lie between 0 and 365";
        GoLiveMustStand = "go_live_must_stand", Conflict, "小区启用日已设定，不得再次设定", "the community goes live once: its day stands";
        GoLiveMustBeSet = "go_live_must_be_set", Conflict, "小区尚未设定启用日", "the community has no day of going live yet";
        MoneyMustNotPrecedeGoLive = "money_must_not_precede_go_live", Conflict, "启用日之前只能有期初余额", "before the community goes live there are openings only";
    }
}
