//! Refusals of a community.

use crate::refusal::refusals;

refusals! {
    /// Refusals of a community in order of precedence.
    pub enum CommunityRefusal {
        CommunityMustExist = "community_must_exist", NotFound, "小区不存在", "the community does not exist";
        NoticeDaysMustBeInRange = "notice_days_must_be_in_range", Invalid, "通知天数为 0–365", "notice days lie between 0 and 365";
        GoLiveMustStand = "go_live_must_stand", Conflict, "小区已启用计费，启用日不得更改", "the community is live: its first billed day stands";
    }
}
